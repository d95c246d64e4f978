"""The minutes of a panel's meeting: what happened, made from the record, read by people.

Adults are named as colleagues call them; a child never is. What anybody voted is not in them, nor
any note that somebody wrote about an interest.
"""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.agenda import DeferredBecause
from domain.explaining import day_in_words
from domain.frozen import Frozen
from domain.moderation import Recommendation
from domain.people import Interest, Role
from domain.request import RequestKind

_LONDON = ZoneInfo("Europe/London")


class WasThere(Frozen):
    """Somebody who was in the room: as what, of which school, from when until when."""

    called: str
    roles: tuple[Role, ...]
    school: str | None
    in_stead_of: str | None = None
    arrived_at: datetime
    left_at: datetime | None
    """Nothing for whoever was there to the end."""


class Presenter(Frozen):
    """Somebody of the school that asks, who answered questions on an item and left."""

    called: str
    school: str | None
    left_at: datetime | None


class InterestNoted(Frozen):
    """An interest in an item, by its kind, and whether its holder stood aside."""

    called: str
    interests: tuple[Interest, ...]
    stood_aside: bool


class RoundNoted(Frozen):
    """A round of voting on an item; what it came to once it has closed, never who voted what."""

    round: int
    closed_at: datetime | None
    cast: int | None = None
    eligible: int | None = None
    quorate: bool | None = None
    recommendation: Recommendation | None = None


class DissentNoted(Frozen):
    """Dissent from the panel's advice, and whose it is where the member asked to be named."""

    called: str | None
    words: str


class ServiceNoted(Frozen):
    """What a service was asked to do on an item, and by which day."""

    service: str
    asks: str
    by_on: date


class AdviceNoted(Frozen):
    """What the panel advised beside its recommendation, as the chair wrote it down."""

    advice: str | None = None
    services: tuple[ServiceNoted, ...] = ()
    conditions: tuple[str, ...] = ()
    review_on: date | None = None
    shared_between: tuple[str, ...] = ()
    """The schools that a group's support or a project is shared out between."""
    to_sen_officer: str | None = None
    """Why a mainstream school is not right."""


class MinutesItem(Frozen):
    """An item of the agenda, and what became of it in this meeting."""

    item_id: UUID
    position: int
    reference: str
    kind: RequestKind
    school: str
    is_second_look: bool
    state: str
    taken_at: datetime | None
    in_the_room: tuple[str, ...]
    """Whoever was there while it was taken and had no interest that bars."""
    presenters: tuple[Presenter, ...]
    interests: tuple[InterestNoted, ...]
    rounds: tuple[RoundNoted, ...]
    deferred_because: DeferredBecause | None
    deferred_to_at: datetime | None
    """When the meeting begins that takes it next, where one had been called."""
    advice: AdviceNoted | None = None
    """What was advised after the ballot, where the chair wrote anything down."""
    dissent: tuple[DissentNoted, ...] = ()
    """What members asked to have recorded against the advice, in their own words."""


class Minutes(Frozen):
    """What happened in a meeting, from its opening to its close."""

    meeting_id: UUID
    cluster: str
    cluster_name: str
    starts_at: datetime
    opened_at: datetime | None
    closed_at: datetime
    there: tuple[WasThere, ...]
    apologies: tuple[str, ...]
    """Members who declined, or were noted as away."""
    items: tuple[MinutesItem, ...]
    calibration_cases: int
    """Made-up cases that the panel voted on; they are not named."""


class Correction(Frozen):
    """What was noted at a later meeting about these minutes, and by whom."""

    words: str
    called: str
    noted_at: datetime
    meeting_at: datetime


def minutes_text(
    minutes: Minutes, corrections: tuple[Correction, ...] = (), items_left_out: int = 0
) -> str:
    """Write minutes out to be read: plain sentences, times as they are in London."""
    return "\n".join(_lines(minutes, corrections, items_left_out)) + "\n"


def _lines(
    minutes: Minutes, corrections: tuple[Correction, ...], items_left_out: int
) -> Iterator[str]:
    yield f"Minutes of the panel of {minutes.cluster_name}, {_day(minutes.starts_at)}"
    yield ""
    if minutes.opened_at is None:
        early = ", before it was to begin" if minutes.closed_at < minutes.starts_at else ""
        yield f"The meeting was not opened in the room. It closed {_when(minutes)}{early}."
    else:
        yield (f"The meeting opened at {_time(minutes.opened_at)} and closed {_when(minutes)}.")
    yield from _lines_of_people(minutes)
    if minutes.calibration_cases:
        cases = _counted(minutes.calibration_cases, "made-up case")
        yield f"The panel voted on {cases} that every panel is given."
    for item in minutes.items:
        yield ""
        yield from _lines_of_item(item)
    if items_left_out:
        yield ""
        yield f"Left out here, because of your interest: {_counted(items_left_out, 'item')}."
    for correction in corrections:
        yield ""
        yield (
            f"Correction noted by {correction.called} at the meeting of"
            f" {_day(correction.meeting_at)}: {correction.words}"
        )


def _lines_of_people(minutes: Minutes) -> Iterator[str]:
    yield ""
    yield "In the room:" if minutes.there else "Nobody was recorded as being in the room."
    for person in minutes.there:
        yield f"- {_described(person)}"
    if minutes.apologies:
        yield f"Apologies: {', '.join(minutes.apologies)}."


def _described(person: WasThere) -> str:
    told = [person.called]
    if person.roles:
        told.append(" and ".join(role.replace("_", " ") for role in person.roles))
    told += [person.school] if person.school else []
    told += [f"in place of {person.in_stead_of}"] if person.in_stead_of else []
    said = ", ".join(told)
    if person.left_at is None:
        return f"{said} (from {_time(person.arrived_at)})"
    return f"{said} (from {_time(person.arrived_at)} to {_time(person.left_at)})"


def _lines_of_item(item: MinutesItem) -> Iterator[str]:
    second = ", a second look" if item.is_second_look else ""
    kind = item.kind.replace("_", " ")
    yield f"{item.position}. {item.reference} ({kind} request, {item.school}{second})"
    if item.taken_at is not None:
        there = f" with {', '.join(item.in_the_room)} in the room" if item.in_the_room else ""
        yield f"   Taken at {_time(item.taken_at)}{there}."
    for presenter in item.presenters:
        yield f"   {_presented(presenter)}"
    for noted in item.interests:
        kinds = " and ".join(each.replace("_", " ") for each in noted.interests)
        aside = "and stood aside" if noted.stood_aside else "which does not bar"
        yield f"   {noted.called} has an interest: {kinds}, {aside}."
    for each in item.rounds:
        yield f"   {_came_of(each)}"
    if item.state == "withdrawn" and not item.rounds:
        yield "   Taken off the agenda before it was heard."
    if item.deferred_because is not None:
        yield f"   {_put_off(item)}"
    yield from (f"   {line}" for line in _given(item))


def _given(item: MinutesItem) -> Iterator[str]:
    """What the panel gave beside its recommendation, and who was of another mind."""
    if item.advice is not None:
        yield from _advised(item.advice)
    for dissent in item.dissent:
        by = f" by {dissent.called}" if dissent.called else ""
        yield f"Dissent was recorded{by}: {dissent.words}"


def _advised(advice: AdviceNoted) -> Iterator[str]:
    if advice.advice:
        yield f"Advice to the school: {advice.advice}"
    for asked in advice.services:
        yield f"{asked.service} is asked, by {day_in_words(asked.by_on)}: {asked.asks}"
    for condition in advice.conditions:
        yield f"On condition: {condition}"
    if advice.review_on:
        yield f"To be reviewed on {day_in_words(advice.review_on)}."
    if advice.shared_between:
        yield f"Shared out between {', '.join(advice.shared_between)}."
    if advice.to_sen_officer:
        yield f"A mainstream school is not right, for a SEN officer: {advice.to_sen_officer}"


def _presented(presenter: Presenter) -> str:
    of = f" of {presenter.school}" if presenter.school else ""
    left = f" and left at {_time(presenter.left_at)}" if presenter.left_at else ""
    return f"{presenter.called}{of} answered questions{left}."


def _came_of(each: RoundNoted) -> str:
    if each.closed_at is None:
        return f"Round {each.round} of voting was open when the meeting closed."
    if each.quorate is None:
        return f"Round {each.round} of voting came to nothing: the request was taken back."
    votes = f"Round {each.round} of voting: {each.cast} of {each.eligible} voted"
    if not each.quorate:
        return f"{votes}, which is no quorum."
    if each.recommendation is None:
        return f"{votes}; no recommendation had the majority."
    return f"{votes}. The panel advises {_ADVISES[each.recommendation]}."


def _put_off(item: MinutesItem) -> str:
    assert item.deferred_because is not None, "asked for what was put off alone"
    where = f" to {_day(item.deferred_to_at)}" if item.deferred_to_at else ""
    return f"Put off{where}: {_BECAUSE[item.deferred_because]}."


def _when(minutes: Minutes) -> str:
    """When the meeting closed; with the day where that is not the day of the meeting."""
    at, closed_on = f"at {_time(minutes.closed_at)}", _day(minutes.closed_at)
    return at if closed_on == _day(minutes.starts_at) else f"{at} on {closed_on}"


def _day(at: datetime) -> str:
    return day_in_words(at.astimezone(_LONDON).date())


def _time(at: datetime) -> str:
    return f"{at.astimezone(_LONDON):%H:%M}"


def _counted(many: int, what: str) -> str:
    return f"{many} {what}" if many == 1 else f"{many} {what}s"


_ADVISES: dict[Recommendation, str] = {
    Recommendation.AS_ASKED: "support as asked",
    Recommendation.DIFFERENTLY: "support, given differently",
    Recommendation.ADVICE: "advice",
    Recommendation.MORE_INFORMATION: "that more information is needed",
    Recommendation.NONE: "no support",
}

_BECAUSE: dict[DeferredBecause, str] = {
    DeferredBecause.NO_TIME: "there was no time for it",
    DeferredBecause.PAPERS_MISSING: "papers were missing",
    DeferredBecause.PRESENTER_AWAY: "whoever was to present it was away",
    DeferredBecause.TOO_FEW_MEMBERS: "too few members could hear it",
    DeferredBecause.SCHOOL_ASKS: "the school asked for it",
    DeferredBecause.OTHER: "for a reason that the chair recorded",
    DeferredBecause.NOT_REACHED: "the meeting closed before it was heard",
    DeferredBecause.CALLED_OFF: "the meeting was called off",
}
