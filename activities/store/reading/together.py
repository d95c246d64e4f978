"""Cases that nothing stands in the way of, to be signed together: each is still its own act."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, exists, select

from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.events import barred_from
from activities.store.reading.policies import policy
from activities.store.reading.requests import waits_for_officer
from activities.store.tables import (
    ActRow,
    DecisionRow,
    DepartureRow,
    DissentRow,
    PartPlayedRow,
    PlacingRow,
    RequestRow,
    RequestVersionRow,
)
from domain.authority import Signing, check_authority, grade_to_sign
from domain.frozen import Frozen
from domain.moderation import Recommendation
from domain.places import Level
from domain.policy.delegation import AuthorityScheme
from domain.refusals import Refusal, RoleNeeded
from domain.request import RequestKind
from domain.stages import DECIDING, Stage

MOST_AT_ONCE = 30


class ToSign(Frozen):
    """A case on which panel, rules and money agree, and which the person may sign."""

    id: UUID
    reference: str
    kind: RequestKind
    school: str
    cluster: str
    tier: str
    band: str | None
    annual_pence: int
    pot: str | None
    """Where the money is held; nothing where a place in the cluster's plan is kept."""
    decide_by_at: datetime
    overdue: bool


def uncontested(session: Session, caller: Caller) -> tuple[ToSign, ...]:
    """List what waits for the officer's signature and nobody contests, the most pressing first.

    A panel moderated it and recommends what was asked, its levels are the school's own, the tariff
    prices it, and the money is held or a place is kept. A pupil with a plan, a second look, a
    dissent, an escalation or a decision that is being carried out keeps a case out.
    """
    if not caller.holds(*OFFICERS):
        raise RoleNeeded("to sign cases together", "officers sign")
    rows = session.exec(
        select(RequestRow, PlacingRow, RequestVersionRow.content)
        .join(PlacingRow, col(PlacingRow.id) == RequestRow.placing_id)
        .join(
            RequestVersionRow,
            (col(RequestVersionRow.request_id) == RequestRow.id)
            & (col(RequestVersionRow.number) == RequestRow.version),
        )
        .where(waits_for_officer(caller.officer_names), *_by_all(caller))
        .order_by(col(RequestRow.decide_by_at), col(RequestRow.reference))
        .limit(MOST_AT_ONCE)
    ).all()
    barred = barred_from(session, caller, {row.id for row, _, _ in rows})
    return tuple(
        _to_sign(row, placing)
        for row, placing, content in rows
        if row.id not in barred and _may_sign(session, caller, row, placing, content)
    )


def references_of(session: Session, caller: Caller, among: Iterable[UUID]) -> dict[UUID, str]:
    """Give the references of requests that the officer may read."""
    ids = set(among)
    if not caller.holds(*OFFICERS):
        return {}
    rows = session.exec(
        select(RequestRow.id, RequestRow.reference).where(col(RequestRow.id).in_(ids))
    ).all()
    barred = barred_from(session, caller, ids)
    return {of: reference for of, reference in rows if of not in barred}


def _by_all(caller: Caller) -> tuple[Any, ...]:
    """What of a case says that nobody contests it, and that the officer has no part in it."""
    request = col(RequestRow.id)
    return (
        RequestRow.stage == Stage.SIGN_OFF,
        col(RequestRow.has_plan).is_(False),
        PlacingRow.recommendation == Recommendation.AS_ASKED,
        col(PlacingRow.ballot_id).is_not(None),
        col(PlacingRow.annual_pence).is_not(None),
        col(PlacingRow.hold_id).is_not(None) | col(PlacingRow.plan_provision_id).is_not(None),
        col(PlacingRow.inputs)["priced_by"].astext.is_(None),
        ~exists().where(col(DepartureRow.request_id) == request),
        ~exists().where(col(DissentRow.request_id) == request),
        ~exists().where(col(DecisionRow.request_id) == request),
        ~exists().where(
            col(ActRow.subject_id) == request,
            col(ActRow.outcome).is_(None),
            col(ActRow.kind).in_(list(DECIDING)),
        ),
        ~exists().where(
            col(PartPlayedRow.request_id) == request,
            col(PartPlayedRow.person_id) == caller.person.id,
        ),
    )


def _may_sign(
    session: Session,
    caller: Caller,
    row: RequestRow,
    placing: PlacingRow,
    content: Mapping[str, Any],
) -> bool:
    """Whether the officer's limit, by the scheme that the case is under, covers it."""
    scheme = policy(session, row.pins["authority"], AuthorityScheme)
    marked = {*content.get("electoral_divisions", ()), *row.why.get("significant_for", ())}
    signing = Signing(
        grade="",
        level=Level(row.level),
        annual_pence=placing.annual_pence or 0,
        divisions=tuple(sorted(marked)),
        on=caller.day,
    )
    if not caller.grades:
        return False
    grade = grade_to_sign(caller.grades, signing, scheme)
    try:
        check_authority(signing.model_copy(update={"grade": grade}), scheme)
    except Refusal:
        return False
    return True


def _to_sign(row: RequestRow, placing: PlacingRow) -> ToSign:
    shown = {"id", "reference", "cluster_code", "decide_by_at", "overdue"}
    facts = row.model_dump(include=shown - {"cluster_code"})
    lines = placing.hold_lines
    return ToSign(
        **facts,
        kind=RequestKind(row.kind),
        school=row.school_code,
        cluster=row.cluster_code,
        tier=placing.tier,
        band=placing.band,
        annual_pence=placing.annual_pence or 0,
        pot=lines[0]["pot"] if lines else None,
    )
