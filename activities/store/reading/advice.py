"""What a panel advised on a request, as each person may see it: never before its ballot closed.

The panel and officers read it at once, the school's desk with the decision; dissent is for panel
and officers.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from activities.store import advising
from activities.store.advising import AdviceGiven, HeardBallot
from activities.store.reading.caller import OFFICERS, PANEL, SCHOOL_DESK, Caller, called_among
from activities.store.reading.panel import declared_by, is_kept_out
from activities.store.reading.policies import panel_rules
from activities.store.reading.services import AskedLine, asked_on
from activities.store.seats import seat_of
from activities.store.tables import PlacingRow, RequestRow
from domain.advice import SharingOut
from domain.frozen import Frozen
from domain.needs import AreaOfNeed, NeedsProfile
from domain.policy.panel import Moderation
from domain.refusals import Unknown
from domain.stages import ENDED, Stage

_WITH_PANEL = frozenset({Stage.LISTED, Stage.IN_BALLOT})


class AdviceView(Frozen):
    """One revision of what a panel advised."""

    given_at: datetime
    stands: bool
    """Whether it is the last, and follows the last ballot that was held."""
    advice: str | None
    conditions: tuple[str, ...]
    review_on: date | None
    sharing: SharingOut | None
    to_sen_officer: str | None


class DissentView(Frozen):
    """A member's dissent in the member's own words; named where the member asked for it."""

    words: str
    by: str | None
    noted_at: datetime


class AdvisedView(Frozen):
    """What a panel gave on a request beside its ballot: moderated need, advice, services."""

    reference: str
    item_id: UUID
    """The item of an agenda under which the panel heard it."""
    recommendation: str | None
    profile: NeedsProfile | None
    """The moderated profile."""
    moderated_by: dict[AreaOfNeed, Moderation]
    """How the members' levels became one in each area, by the panel's rules."""
    spread: dict[str, dict[str, int]]
    """How far apart the members were, by area of need."""
    tier: str | None
    working: dict[str, Any]
    """Step by step, how the rules came to tier and amount."""
    advice: tuple[AdviceView, ...]
    """Every revision, oldest first: the last one stands."""
    services: tuple[AskedLine, ...]
    dissent: tuple[DissentView, ...]
    """For panel and officers; the school is not told of it."""
    to_share_pence: int | None
    """What there is to share out, pence a year: for panel and officers, and with the decision."""
    by_school_pence: dict[str, int]


def advice(session: Session, caller: Caller, request_id: UUID) -> AdvisedView:
    """Read what a panel gave on a request; before its ballot closed there is none (promise 7)."""
    row = session.get(RequestRow, request_id)
    found = advised_on(session, caller, row) if row else None
    if found is None:
        raise Unknown("the panel's advice", "there is none that you may see")
    return found


def advised_on(session: Session, caller: Caller, row: RequestRow) -> AdvisedView | None:
    """Give what a panel advised on a request; nothing before the close, or to anybody else."""
    heard = advising.heard_ballot(session, row.id)
    inside = heard is not None and _is_inside(session, caller, row, heard)
    stage = Stage(row.stage)
    at_desk = stage not in _WITH_PANEL and row.school_code in caller.schools(*SCHOOL_DESK)
    if heard is None or not (inside or at_desk):
        return None
    shows = inside or stage in ENDED
    placed = session.get(PlacingRow, row.placing_id) if row.placing_id and shows else None
    return AdvisedView(
        reference=row.reference,
        item_id=heard.item_id,
        recommendation=placed.recommendation if placed else None,
        profile=_profile(placed),
        moderated_by=panel_rules(session, row.pins).moderation if placed else {},
        spread=placed.spread if placed else {},
        tier=placed.tier if placed else None,
        working=placed.working if placed else {},
        advice=tuple(map(_as_view, advising.advice_given(session, row.id))) if shows else (),
        services=asked_on(session, caller, row),
        dissent=_dissent(session, row.id) if inside else (),
        to_share_pence=placed.annual_pence if placed else None,
        by_school_pence=placed.by_school_pence if placed else {},
    )


def _is_inside(session: Session, caller: Caller, row: RequestRow, heard: HeardBallot) -> bool:
    """Whether the person is an officer, or of the panel that heard it, and no interest bars."""
    if caller.holds(*OFFICERS):
        return not is_kept_out(session, caller, row)
    of_panel = heard.cluster in caller.clusters(*PANEL) or (
        seat_of(session, caller.person.id, heard.meeting_id, heard.item_id) is not None
    )
    declared = declared_by(session, caller, heard.item_id)
    return of_panel and not is_kept_out(session, caller, row, declared)


def _profile(placed: PlacingRow | None) -> NeedsProfile | None:
    found = placed.profile if placed else None
    return NeedsProfile.model_validate(found, strict=False) if found else None


def _as_view(given: AdviceGiven) -> AdviceView:
    said = given.said.model_dump(include=set(AdviceView.model_fields) - {"sharing"})
    return AdviceView(
        given_at=given.given_at, stands=given.stands, sharing=given.said.sharing, **said
    )


def _dissent(session: Session, request_id: UUID) -> tuple[DissentView, ...]:
    noted = advising.dissent_on(session, request_id)
    named = called_among(session, {each.by for each in noted if each.by})
    return tuple(
        DissentView(
            words=each.words, by=named[each.by] if each.by else None, noted_at=each.noted_at
        )
        for each in noted
    )
