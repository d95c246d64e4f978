"""A search for an auditor: any reference, and the chain of money that it is a link of.

For those who may look into the ledger. What a person may not see leaves no trace in an answer.
"""

import re
from collections.abc import Callable, Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, false, select

from activities.store import ledger
from activities.store.plan_items import references_of_items
from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.events import barred_from
from activities.store.reading.ledger import check_may_look
from activities.store.reading.payments import may_look as may_see_runs
from activities.store.reading.seeing import may_see_money
from activities.store.tables import (
    AwardRow,
    ClusterPlanItemRow,
    DecisionRow,
    PaymentRunRow,
    PlacingRow,
    RemittanceRow,
    RequestRow,
    RunLineRow,
)
from domain.frozen import Frozen
from domain.ledger.journal import JournalEntry
from domain.people import Role
from domain.refusals import Unknown
from domain.stages import Stage

MOST_AT_ONCE = 500
_LONGEST = 100
_ID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,15}")

_FIND = text("""
SELECT 'request' AS kind, id FROM support_request WHERE reference = upper(:said)
UNION ALL SELECT 'award', id FROM award WHERE opening_reference = :said
UNION ALL SELECT 'run', id FROM payment_run WHERE reference = upper(:said)
UNION ALL SELECT 'remittance', id FROM remittance WHERE reference = upper(:said)
UNION ALL SELECT 'plan', id FROM cluster_plan WHERE reference = upper(:said)
UNION ALL SELECT 'entry', id FROM ledger_entry WHERE number = CAST(:number AS bigint)
UNION ALL SELECT 'request', id FROM support_request WHERE id = CAST(:id AS uuid)
UNION ALL SELECT 'request', request_id FROM decision WHERE id = CAST(:id AS uuid)
UNION ALL SELECT 'award', id FROM award WHERE id = CAST(:id AS uuid)
UNION ALL SELECT 'run', id FROM payment_run WHERE id = CAST(:id AS uuid)
UNION ALL SELECT 'remittance', id FROM remittance WHERE id = CAST(:id AS uuid)
UNION ALL SELECT 'remittance', remittance_id FROM run_line WHERE id = CAST(:id AS uuid)
UNION ALL SELECT 'plan', id FROM cluster_plan WHERE id = CAST(:id AS uuid)
UNION ALL SELECT 'entry', id FROM ledger_entry WHERE id = CAST(:id AS uuid)
""")
_HOW = (
    "Give it whole, as it was written: LOC-2026-000001, PR-2026-08-1 or PR-2026-08-1/0001, the old"
    " system's reference of an award, the number of an entry, or an id."
)


class FoundAs(StrEnum):
    """What a reference turned out to be of."""

    REQUEST = "request"
    AWARD = "award"
    RUN = "run"
    REMITTANCE = "remittance"
    PLAN = "plan"
    ENTRY = "entry"


class RequestFound(Frozen):
    """The request of a chain: by its reference, never the child."""

    id: UUID
    reference: str
    school: str
    submitted_at: datetime
    decided_at: datetime | None
    may_be_read: bool
    """Whether the request itself is this person's to read; else the money alone is."""


class AwardFound(Frozen):
    """An award of a chain, as it was given; pence."""

    id: UUID
    reference: str | None
    school: str
    payee: str
    from_on: date
    until_on: date
    total_pence: int
    may_be_read: bool


class PaymentFound(Frozen):
    """What was paid of a chain, or is to be: in which run, in whose payment; pence."""

    remittance_id: UUID
    remittance: str
    run_id: UUID
    run: str
    award_id: UUID
    instalment_number: int | None
    due_on: date
    pence: int
    is_taken_back: bool
    state: str
    entry_id: UUID | None


class Chain(Frozen):
    """What a reference is of, and everything that hangs together with it, as far as it is seen."""

    found_as: FoundAs
    id: UUID
    reference: str
    """As the record has it: of an entry its number."""
    requests: tuple[RequestFound, ...]
    awards: tuple[AwardFound, ...]
    entries: tuple[JournalEntry, ...]
    payments: tuple[PaymentFound, ...]
    """For those who may see payment runs."""


def search(session: Session, caller: Caller, said: str) -> Chain:
    """Find what a reference is of and follow its chain; unknown is what cannot be seen, too."""
    check_may_look(caller)
    for kind, found_id in _candidates(session, said):
        chain = _chain(session, caller, kind, found_id)
        if chain is not None:
            return chain
    raise Unknown("this reference", "nothing that you may see goes by it", _HOW)


def _candidates(session: Session, said: str) -> list[tuple[FoundAs, UUID]]:
    said = said.strip()[:_LONGEST]
    wanted = {
        "said": said,
        "id": UUID(said) if _ID.fullmatch(said) else None,
        "number": int(said) if _NUMBER.fullmatch(said) else None,
    }
    rows = session.connection().execute(_FIND, wanted)
    return [(FoundAs(row.kind), row.id) for row in rows]


def _chain(session: Session, caller: Caller, kind: FoundAs, found_id: UUID) -> Chain | None:
    """Follow a chain from one of its links; nothing where this person may not see the link."""
    sees_runs = may_see_runs(session, caller)
    if kind in {FoundAs.RUN, FoundAs.REMITTANCE} and not sees_runs:
        return None
    entry = ledger.entry(session, found_id) if kind is FoundAs.ENTRY else None
    awards = _awards(session, kind, found_id, entry)
    asked = {each.request_id for each in awards if each.request_id}
    asked |= {found_id} if kind is FoundAs.REQUEST else set()
    asked |= {entry.context.request_id} if entry and entry.context.request_id else set()
    requests = _requests(session, caller, asked)
    entries = _entries(session, asked, awards, entry)
    readable = {each.id for each in requests if each.may_be_read}
    if kind is FoundAs.REQUEST and not (entries or readable):
        return None
    return Chain(
        found_as=kind,
        id=found_id,
        reference=_reference(session, kind, found_id),
        requests=requests,
        awards=_as_awards(session, caller, awards, readable),
        entries=entries,
        payments=_payments(session, awards) if sees_runs else (),
    )


def _awards(
    session: Session, kind: FoundAs, found_id: UUID, entry: JournalEntry | None
) -> list[AwardRow]:
    """The awards of a chain; a run has too many, and a page of its own."""
    wanted = _OF_AWARDS[kind](found_id) if entry is None else _of_entry(entry)
    query = select(AwardRow).where(wanted).order_by(col(AwardRow.from_on), col(AwardRow.id))
    return list(session.exec(query.limit(MOST_AT_ONCE)))


def _of_entry(entry: JournalEntry) -> Any:
    """Which awards an entry is about: its own, its commitment's, its request's."""
    said = entry.context
    commits = [each for each in (entry.id, entry.commitment_id) if each]
    found = col(AwardRow.commit_id).in_(commits) | (col(AwardRow.id) == said.award_id)
    return found | (col(AwardRow.request_id) == said.request_id) if said.request_id else found


_OF_AWARDS: dict[FoundAs, Callable[[UUID], Any]] = {
    FoundAs.REQUEST: lambda found: col(AwardRow.request_id) == found,
    FoundAs.AWARD: lambda found: col(AwardRow.id) == found,
    FoundAs.REMITTANCE: lambda found: col(AwardRow.id).in_(
        select(RunLineRow.award_id).where(RunLineRow.remittance_id == found)
    ),
    FoundAs.PLAN: lambda found: col(AwardRow.plan_item_id).in_(
        select(ClusterPlanItemRow.id).where(ClusterPlanItemRow.plan_id == found)
    ),
    FoundAs.RUN: lambda _found: false(),
    FoundAs.ENTRY: lambda _found: false(),
}


def _requests(session: Session, caller: Caller, ids: Collection[UUID]) -> tuple[RequestFound, ...]:
    """The requests of a chain: to be read by officers nothing bars, and by finance once decided."""
    rows = session.exec(
        select(RequestRow, DecisionRow.decided_at)
        .join(DecisionRow, col(DecisionRow.id) == RequestRow.decision_id, isouter=True)
        .where(col(RequestRow.id).in_(ids), RequestRow.stage != Stage.DRAFT)
        .order_by(RequestRow.reference)
    ).all()
    barred = barred_from(session, caller, {row.id for row, _ in rows})
    officer = caller.holds(*OFFICERS)
    return tuple(
        RequestFound(
            id=row.id,
            reference=row.reference,
            school=row.school_code,
            submitted_at=row.submitted_at,
            decided_at=decided_at,
            may_be_read=row.id not in barred and (officer or may_see_money(caller, row)),
        )
        for row, decided_at in rows
    )


def _entries(
    session: Session,
    requests: Collection[UUID],
    awards: Collection[AwardRow],
    entry: JournalEntry | None,
) -> tuple[JournalEntry, ...]:
    """Every entry of the requests and awards of a chain, and the one that was asked for."""
    holds = session.exec(
        select(PlacingRow.hold_id).where(
            col(PlacingRow.request_id).in_(requests), col(PlacingRow.hold_id).is_not(None)
        )
    )
    found = ledger.entries_of_case(
        session,
        [each for each in holds if each],
        [each.commit_id for each in awards],
        [each.id for each in awards],
    )
    if entry is None or entry.id in {each.id for each in found}:
        return found
    return tuple(sorted((*found, entry), key=lambda each: each.number))


def _as_awards(
    session: Session, caller: Caller, rows: Collection[AwardRow], readable: Collection[UUID]
) -> tuple[AwardFound, ...]:
    asked = select(RequestRow.id, RequestRow.reference).where(
        col(RequestRow.id).in_([row.request_id for row in rows])
    )
    references = dict(session.exec(asked).all())
    of_plans = references_of_items(session, [row.plan_item_id for row in rows])
    looks = caller.holds(*OFFICERS, Role.FINANCE_OFFICER)
    return tuple(
        AwardFound(
            id=row.id,
            reference=references.get(row.request_id or row.id)
            or row.opening_reference
            or of_plans.get(row.plan_item_id or row.id),
            school=row.school_code,
            payee=row.payee_code,
            from_on=row.from_on,
            until_on=row.until_on,
            total_pence=row.total_pence,
            may_be_read=looks and (row.request_id is None or row.request_id in readable),
        )
        for row in rows
    )


def _payments(session: Session, awards: Collection[AwardRow]) -> tuple[PaymentFound, ...]:
    rows = session.exec(
        select(RunLineRow, RemittanceRow.reference, PaymentRunRow.reference)
        .join(RemittanceRow, col(RemittanceRow.id) == RunLineRow.remittance_id)
        .join(PaymentRunRow, col(PaymentRunRow.id) == RunLineRow.run_id)
        .where(col(RunLineRow.award_id).in_([each.id for each in awards]))
        .order_by(col(RunLineRow.due_on), col(RunLineRow.id))
        .limit(MOST_AT_ONCE)
    )
    shown = set(PaymentFound.model_fields) & set(RunLineRow.model_fields)
    return tuple(
        PaymentFound(
            **line.model_dump(include=shown),
            remittance=remittance,
            run=run,
            is_taken_back=line.take_back_id is not None,
        )
        for line, remittance, run in rows
    )


def _reference(session: Session, kind: FoundAs, found_id: UUID) -> str:
    """What the record calls the link that was asked for."""
    found = session.connection().execute(_CALLED[kind], {"id": found_id}).scalar_one()
    return str(found)


_CALLED = {
    FoundAs.REQUEST: text("SELECT reference FROM support_request WHERE id = :id"),
    FoundAs.AWARD: text("SELECT coalesce(opening_reference, id::text) FROM award WHERE id = :id"),
    FoundAs.RUN: text("SELECT reference FROM payment_run WHERE id = :id"),
    FoundAs.REMITTANCE: text("SELECT reference FROM remittance WHERE id = :id"),
    FoundAs.PLAN: text("SELECT reference FROM cluster_plan WHERE id = :id"),
    FoundAs.ENTRY: text("SELECT number FROM ledger_entry WHERE id = :id"),
}
