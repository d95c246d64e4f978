"""What each act on a request does: one function an act, from the desk to where it goes next.

Each may refuse; the caller stores the refusal as the act's outcome.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from activities import advising, departing, funding, officers, placing, signing
from activities.desk import Desk
from activities.placing import Basis
from activities.store import casework, deciding, meetings, services
from activities.store.casework import Move, Recorded
from domain.acts import (
    Escalating,
    Moderating,
    Pricing,
    RecordingKeyDecision,
    ReferringUp,
)
from domain.authority import Signing, check_owed, who_could_sign
from domain.moderation import Recommendation
from domain.money import pounds
from domain.people import Part
from domain.periods import instant
from domain.places import Level
from domain.policy.delegation import ToOfficer
from domain.refusals import AuthorityTooLow, NotValid, Refusal
from domain.screening import Screened, Way, screen
from domain.stages import ActKind, Ending, Stage

Effect = Callable[[Desk, Recorded], Move]


def screened(desk: Desk, _act: Recorded | None = None) -> Move:
    """Screen a request as it now stands, by the demands its kind is held to."""
    found = screen(
        desk.request.content,
        desk.policies.screening,
        desk.policies.screening.council,
        desk.day,
    )
    if found.way is Way.RETURN:
        return Move(stage=Stage.RETURNED, waits_for="school", why=_why(desk, found))
    if found.way is Way.OFFICER:
        grade = desk.policies.authority.desk[found.officer_for[0]]
        return Move(stage=Stage.WITH_OFFICER, waits_for=grade, why=_why(desk, found))
    return listed(desk).model_copy(update={"why": _why(desk, found)})


def listed(desk: Desk, _act: Recorded | None = None) -> Move:
    """List a request for its cluster's next meeting that takes papers, or once one is called."""
    meeting = meetings.next_meeting(desk.session, desk.request.cluster, desk.now, desk.request.id)
    if meeting is not None:
        meetings.list_item(desk.session, meeting.id, desk.request.id, desk.now)
    return Move(stage=Stage.LISTED, waits_for="panel")


def listed_with_named_panel(desk: Desk) -> Move:
    """Move a request that found no quorum to the panel that the policy names, by a set date."""
    rules = desk.policies.panel
    cluster = rules.fallback_for(desk.request.cluster)
    last = desk.school_days.add_school_days(desk.day, rules.fallback_within_school_days)
    zone = desk.policies.calendar.time_zone
    by_at = instant(last, desk.policies.calendar.meetings_at, zone)
    meeting = meetings.next_meeting(desk.session, cluster, desk.now, desk.request.id)
    if meeting is None or meeting.starts_at > by_at:
        meeting = meetings.call_meeting(desk.session, cluster, by_at, desk.now)
    meetings.list_item(desk.session, meeting.id, desk.request.id, desk.now)
    why = desk.request.why | {"named_panel": cluster, "by_at": by_at.isoformat()}
    return Move(stage=Stage.LISTED, waits_for="panel", why=why)


def to_a_person(desk: Desk, no: Refusal) -> Move:
    """Give a request to an officer where the rules themselves refuse to place or to date it."""
    stands = {"code": no.code, "asked": no.asked, "in_the_way": no.in_the_way}
    return Move(
        stage=Stage.WITH_OFFICER,
        waits_for=desk.policies.authority.desk[ToOfficer.UNPRICED],
        why=desk.request.why | {"not_placed": stands},
    )


def withdraw(desk: Desk, act: Recorded) -> Move:
    """Take a request back: what was held, kept or listed for it is given back.

    One that was sent back after a decision keeps that decision.
    """
    funding.give_everything_back(desk, act.id)
    meetings.withdraw_items(desk.session, desk.request.id)
    services.call_off(desk.session, desk.request.id, desk.now)
    before = deciding.last_decision(desk.session, desk.request.id)
    if before is not None:
        return Move(stage=Stage.DECIDED, ending=before[1], decision_id=before[0])
    return Move(stage=Stage.WITHDRAWN, ending=Ending.WITHDRAWN)


def moderate(desk: Desk, act: Recorded) -> Move:
    """An officer states the need; somebody else signs, because whoever moderates cannot."""
    said = Moderating.model_validate(act.choices, strict=False)
    assert act.person_id is not None
    officers.officer_of(desk, act)
    casework.play_part(desk.session, desk.request.id, Part.MODERATED, act.person_id)
    if said.recommendation is Recommendation.MORE_INFORMATION:
        return Move(stage=Stage.MORE_INFORMATION, waits_for="school")
    basis = Basis(
        cause_id=act.id,
        profile=said.profile,
        recommendation=said.recommendation,
        act_id=act.id,
    )
    return placing.place_request(desk, basis)


def return_to_school(desk: Desk, act: Recorded) -> Move:
    """Send a request back with what is missing; what the school typed stays."""
    funding.give_everything_back(desk, act.id)
    return Move(stage=Stage.RETURNED, waits_for="school", why=_heard_anew(desk))


def escalate(desk: Desk, act: Recorded) -> Move:
    """Take a request to the area or the council on grounds; its named decider signs there."""
    said = Escalating.model_validate(act.choices, strict=False)
    climb = tuple(Level)
    if climb.index(said.level) <= climb.index(desk.request.level):
        raise NotValid(
            f"to escalate to {said.level} level", f"it is at {desk.request.level} level already"
        )
    departing.keep_escalated(desk, act.id, said.level)
    if desk.request.placing_id is not None and desk.request.stage is Stage.SIGN_OFF:
        return placing.climb(desk, signing.placing_of(desk), act.id, said.level)
    return Move(
        stage=desk.request.stage,
        waits_for=desk.request.waits_for,
        level=said.level,
        why=desk.request.why | {"escalated_to": said.level},
    )


def price(desk: Desk, act: Recorded) -> Move:
    """A named officer prices what the table does not; somebody else signs it."""
    said = Pricing.model_validate(act.choices, strict=False)
    officer = officers.officer_of(desk, act)
    owed = desk.request.owed_annual_pence
    check_owed(act.kind, said.annual_pence, owed, has_plan=desk.owes_plan)
    casework.play_part(desk.session, desk.request.id, Part.PREPARED, officer.person_id)
    before = signing.placing_of(desk)
    departing.keep_priced(desk, before, act.id, said.annual_pence)
    grade = officers.highest_grade(desk, officer)
    return placing.price_again(desk, before, act.id, said, grade)


def refer_up(desk: Desk, act: Recorded) -> Move:
    """Pass a case to the next grade whose limit covers it, and mark whom it is significant for."""
    said = ReferringUp.model_validate(act.choices, strict=False)
    officer = officers.officer_of(desk, act)
    marked = sorted({*desk.request.why.get("significant_for", []), *said.significant_for})
    grade = officers.highest_grade(desk, officer)
    why = desk.request.why | {"significant_for": marked, "referred_by": grade}
    marked_desk = _with_why(desk, why)
    placed = signing.placing_of(desk)
    move = placing.next_desk(marked_desk, placed, desk.request.level)
    if move.stage is not Stage.KEY_DECISION:
        move = move.model_copy(update={"waits_for": _above(desk, grade, move)})
    return move.model_copy(update={"why": why})


def return_to_panel(desk: Desk, act: Recorded) -> Move:
    """Give the hold back and list the request again: the panel looks once more."""
    officers.officer_of(desk, act)
    funding.give_everything_back(desk, act.id)
    return listed(desk).model_copy(update={"why": _heard_anew(desk)})


def record_key_decision(desk: Desk, act: Recorded) -> Move:
    """Record the Cabinet Member's decision; signing waits until the day it takes effect."""
    said = RecordingKeyDecision.model_validate(act.choices, strict=False)
    placed = signing.placing_of(desk)
    recorded = {
        "number": said.number,
        "effective_on": said.effective_on.isoformat(),
        "annual_pence": max(placed.annual_pence or 0, said.annual_pence or 0),
    }
    why = desk.request.why | {"key_decision": recorded}
    if said.effective_on > desk.day:
        return Move(
            stage=Stage.KEY_DECISION,
            waits_for=placing.carries_out_key_decisions(desk.policies.authority),
            waits_until_at=_first_instant_of(desk, said.effective_on),
            why=why,
        )
    return key_decision_in_effect(_with_why(desk, why)).model_copy(update={"why": why})


def key_decision_in_effect(desk: Desk) -> Move:
    """The Cabinet Member's decision has taken effect: an officer may carry it out."""
    return placing.next_desk(desk, signing.placing_of(desk), desk.request.level)


EFFECTS: dict[ActKind, Effect] = {
    ActKind.SUBMIT: screened,
    ActKind.ANSWER: screened,
    ActKind.WITHDRAW: withdraw,
    ActKind.SEND_TO_PANEL: listed,
    ActKind.MODERATE: moderate,
    ActKind.RETURN_TO_SCHOOL: return_to_school,
    ActKind.ESCALATE: escalate,
    ActKind.PRICE: price,
    ActKind.AUTHORISE: signing.sign,
    ActKind.AUTHORISE_DIFFERENTLY: signing.sign,
    ActKind.AUTHORISE_OVERSPEND: signing.sign,
    ActKind.DECLINE: signing.sign,
    ActKind.REFER_UP: refer_up,
    ActKind.RETURN_TO_PANEL: return_to_panel,
    ActKind.RECORD_KEY_DECISION: record_key_decision,
    ActKind.ADVISE_REQUEST: advising.advise,
}
"""What carries out each act; the meeting's acts are in ``meetings``."""


def _why(desk: Desk, found: Screened) -> dict[str, Any]:
    """What screening found, kept beside the stage: codes, fields and the policy's sentences."""
    return desk.request.why | {
        "faults": [fault.model_dump(mode="json") for fault in found.faults],
        "officer_for": [reason.value for reason in found.officer_for],
    }


def _heard_anew(desk: Desk) -> dict[str, Any]:
    """What stays noted when a case is looked at again: a key decision covered the old one only."""
    return {key: value for key, value in desk.request.why.items() if key != "key_decision"}


def _above(desk: Desk, grade: str, move: Move) -> str:
    """The lowest grade above the referring officer's that could sign; refused if there is none."""
    placed = signing.placing_of(desk)
    scheme = desk.policies.authority
    signing_now = Signing(
        grade=grade,
        level=desk.request.level,
        annual_pence=placed.annual_pence or 0,
        divisions=placing.divisions(desk),
        overspend=move.stage is Stage.NO_MONEY,
        on=desk.day,
    )
    own = next((each.limit_pence for each in scheme.grades if each.code == grade), 0)
    for each in who_could_sign(signing_now, scheme):
        if each.limit_pence > own:
            return each.code
    raise AuthorityTooLow(
        "to refer it up", f"nobody signs above {pounds(own)} a year at {desk.request.level} level"
    )


def _with_why(desk: Desk, why: dict[str, Any]) -> Desk:
    request = desk.request.model_copy(update={"why": why})
    return Desk(session=desk.session, now=desk.now, request=request, policies=desk.policies)


def _first_instant_of(desk: Desk, day: date) -> datetime:
    return instant(day, time(), desk.policies.calendar.time_zone)
