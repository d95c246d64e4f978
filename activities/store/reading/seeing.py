"""Who may see what of a request: the one place that says so, for reading and recording alike.

What a person may not see is unknown to them: a 404, never a 403 that would say it exists.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, exists, or_

from activities.store.reading.caller import OFFICERS, PANEL, SCHOOL_DESK, Caller, heard_among
from activities.store.reading.panel import is_kept_out
from activities.store.remembered import of_each
from activities.store.tables import AwardRow, RequestPupilRow, RequestRow
from domain.frozen import Frozen
from domain.people import Role
from domain.stages import Stage

AT_SCHOOL = (Role.SENCO, Role.HEAD, Role.BUSINESS_MANAGER, Role.TRUST_SEND_LEAD)
"""Who reads what a school's people read; the SEND lead of a trust does at each of its schools."""

_PARTNERS = text(
    "SELECT p.request_id, p.school_code FROM request_pupil AS p"
    " JOIN unnest(CAST(:requests AS uuid[]), CAST(:versions AS int[])) AS r (id, version)"
    " ON r.id = p.request_id AND r.version = p.version WHERE p.school_code = ANY (:schools)"
    " UNION SELECT request_id, school_code FROM award"
    " WHERE request_id = ANY (:requests) AND school_code = ANY (:schools)"
)
_WITH_COUNCIL = frozenset({Stage.UNPRICED, Stage.NO_MONEY, Stage.KEY_DECISION})


class Sight(Frozen):
    """From which sides a person looks at a request; from none of them it cannot be seen."""

    council: bool
    """An officer whom no interest keeps out."""
    school: bool
    """Of the school that asks, its business manager included."""
    desk: bool
    """SENCO or head of the school that asks."""
    partners: frozenset[str]
    """The person's other schools that have a pupil, or an award, in it."""
    partner_desks: frozenset[str]
    """Those of them at which the person is SENCO or head."""


def sight(session: Session, caller: Caller, request: RequestRow) -> Sight:
    """Find from which sides the person looks at a request."""
    officer = caller.holds(*OFFICERS)
    partners = partners_in(session, caller, request)
    return Sight(
        council=officer and not is_kept_out(session, caller, request),
        school=is_at_school(caller, request),
        desk=request.school_code in caller.schools(*SCHOOL_DESK),
        partners=partners,
        partner_desks=partners & caller.schools(*SCHOOL_DESK),
    )


def may_know_of(session: Session, caller: Caller, request: RequestRow) -> bool:
    """Whether the person may know that the request exists."""
    return request.id in known_among(session, caller, [request])


def known_among(
    session: Session, caller: Caller, requests: Sequence[RequestRow]
) -> frozenset[UUID]:
    """Those of several requests of which the person may know that they exist."""
    everywhere = caller.holds(*OFFICERS)
    open_to = {
        row.id
        for row in requests
        if everywhere or is_at_school(caller, row) or may_see_money(caller, row)
    }
    left = [row for row in requests if row.id not in open_to]
    partners = partners_among(session, caller, left)
    heard = heard_among(session, caller, left, *PANEL)
    return frozenset(open_to) | {key for key, own in partners.items() if own} | heard


def is_at_school(caller: Caller, request: RequestRow) -> bool:
    """Whether the person belongs to the school that asks."""
    return request.school_code in caller.schools(*AT_SCHOOL)


def may_see_money(caller: Caller, request: RequestRow) -> bool:
    """Whether the person is finance, and there is a decision that finance has to do with."""
    return caller.holds(Role.FINANCE_OFFICER) and request.decision_id is not None


def partners_in(session: Session, caller: Caller, request: RequestRow) -> frozenset[str]:
    """The person's schools, beside the one that asks, with a pupil or an award in the request."""
    return partners_among(session, caller, [request])[request.id]


def partners_among(
    session: Session, caller: Caller, requests: Sequence[RequestRow]
) -> dict[UUID, frozenset[str]]:
    """The same of each of several requests, by one query."""
    rows = {each.id: each for each in requests}
    schools = caller.schools(*AT_SCHOOL)

    def ask(ids: list[UUID]) -> dict[UUID, frozenset[str]]:
        found = {each: frozenset[str]() for each in ids}
        if any(schools - {rows[each].school_code} for each in ids):
            versions = [rows[each].version for each in ids]
            asked = {"requests": ids, "versions": versions, "schools": list(schools)}
            for request_id, school in session.connection().execute(_PARTNERS, asked):
                found[request_id] |= {school}
        return {each: found[each] - {rows[each].school_code} for each in ids}

    return of_each(session, ("partners", caller.person.id), rows, ask)


def of_schools(schools: frozenset[str]) -> Any:
    """Which requests the schools ask, or have a pupil or an award in, as a condition.

    Asked of each request, so that the server may look at few of them one by one; said as a list
    of ids it would gather every request that the schools ever had to do with.
    """
    pupils = exists().where(
        col(RequestPupilRow.request_id) == col(RequestRow.id),
        col(RequestPupilRow.version) == col(RequestRow.version),
        col(RequestPupilRow.school_code).in_(schools),
    )
    awards = exists().where(
        col(AwardRow.request_id) == col(RequestRow.id), col(AwardRow.school_code).in_(schools)
    )
    return or_(col(RequestRow.school_code).in_(schools), pupils, awards)


def shown_stage(stage: Stage, *, to_council: bool) -> Stage:
    """The stage as the person may see it: a band or an amount must not show through it.

    That no table prices a need, or no pot can pay, says how great it is; the school learns both
    with the decision. Source: DESIGN.md 3, needs come first.
    """
    return Stage.SIGN_OFF if stage in _WITH_COUNCIL and not to_council else stage


def stages_behind(shown: Stage, *, to_council: bool) -> list[Stage]:
    """Every stage that the person sees as this one; none, where it is never shown to them."""
    return [stage for stage in Stage if shown_stage(stage, to_council=to_council) is shown]
