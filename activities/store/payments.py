"""What payment runs are made of: what is due, a run's rows, and what becomes of them.

Every function works in the caller's transaction; a run's row is locked while it is in hand.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, text
from sqlmodel import Session, col, func, select, update

from activities.store.locks import NO_KEY
from activities.store.tables import PaymentRunRow, RemittanceRow, RunLineRow, TakeBackRow
from domain.frozen import Frozen
from domain.money import Pence, PositivePence
from domain.payment_run import RemittanceState, RunStage
from domain.places import PayeeKind
from domain.policy.finance import RemittanceWay
from domain.remitting import TakeBack
from domain.request import RequestKind

_ONE_PREPARES = text("SELECT pg_advisory_xact_lock(810004)")

_DUE = text(
    "SELECT i.award_id, i.commit_id, i.number, i.due_on, p.pot, p.financial_year, p.pence,"
    " a.school_code, a.payee_code, a.payee_kind, a.request_id, a.decision_id,"
    " r.kind AS request_kind, r.pins ->> 'payments' AS payments_pin,"
    " 1 + coalesce((SELECT max(e.attempt) FROM ledger_entry AS e WHERE e.verb = 'pay'"
    " AND e.commitment_id = i.commit_id AND e.instalment_number = i.number), 0) AS attempt"
    " FROM instalment AS i JOIN award AS a ON a.id = i.award_id"
    " JOIN ledger_commitment_instalment AS p ON (p.commit_id, p.number) = (i.commit_id, i.number)"
    " LEFT JOIN support_request AS r ON r.id = a.request_id"
    " WHERE i.due_on <= :until AND NOT EXISTS (SELECT FROM run_line AS l"
    " WHERE (l.commit_id, l.instalment_number) = (i.commit_id, i.number)"
    " AND l.state NOT IN ('rejected', 'abandoned'))"
    " AND ledger_ended_by(i.commit_id, i.number) IS NULL"
    " ORDER BY a.payee_code, i.due_on, i.award_id, i.number"
)

_TO_TAKE_BACK = text(
    "SELECT t.id, t.award_id, t.payee_code, t.payee_kind, t.pence, t.pot, t.financial_year,"
    " t.recorded_at, a.school_code, a.request_id, a.decision_id, r.kind AS request_kind,"
    " r.pins ->> 'payments' AS payments_pin FROM take_back AS t"
    " JOIN award AS a ON a.id = t.award_id LEFT JOIN support_request AS r ON r.id = a.request_id"
    " WHERE t.netted_in_run IS NULL ORDER BY t.recorded_at, t.id FOR NO KEY UPDATE OF t"
)
_NET = text("UPDATE take_back SET netted_in_run = :run WHERE id = ANY (:ids)")
_FREE = text(
    "UPDATE take_back SET netted_in_run = NULL WHERE id IN"
    " (SELECT take_back_id FROM run_line WHERE remittance_id = ANY (:remittances))"
)
_NAMES = text(
    "SELECT code, name FROM school WHERE code = ANY (:codes)"
    " UNION ALL SELECT code, name FROM trust WHERE code = ANY (:codes)"
)

_SCHOOL_NAMES = text(
    "SELECT code, name FROM school WHERE code IN"
    " (SELECT school_code FROM run_line WHERE run_id = :run)"
)
_REFERENCES = text(
    "SELECT DISTINCT a.id AS award_id,"
    " coalesce(r.reference, a.opening_reference, p.reference || '/' || t.number, '') AS reference"
    " FROM run_line AS l JOIN award AS a ON a.id = l.award_id"
    " LEFT JOIN support_request AS r ON r.id = a.request_id"
    " LEFT JOIN cluster_plan_item AS t ON t.id = a.plan_item_id"
    " LEFT JOIN cluster_plan AS p ON p.id = t.plan_id WHERE l.run_id = :run"
)


class Payable(Frozen):
    """Whom something in a run is for, and what its coding is found by."""

    award_id: UUID
    school: str
    payee: str
    payee_kind: PayeeKind
    request_id: UUID | None
    decision_id: UUID | None
    request_kind: RequestKind | None
    payments_pin: str | None
    pot: str
    financial_year: int
    pence: PositivePence


class Due(Payable):
    """An instalment that is neither paid nor cancelled nor in another run in hand."""

    commit_id: UUID
    number: int
    attempt: int
    due_on: date


class ToTakeBack(Payable):
    """Money that a payee was paid and is not due, which waits for a run."""

    id: UUID
    recorded_at: datetime


class Run(Frozen):
    """A payment run as the record has it, read under its lock."""

    id: UUID
    reference: str
    financial_year: int
    period: int
    number: int
    due_until_on: date
    stage: RunStage
    lines: int
    due_pence: Pence
    netted_pence: Pence
    invoice_back_pence: Pence
    total_pence: Pence
    policy_version_id: UUID
    prepared_by: UUID
    prepared_at: datetime
    approved_by: UUID | None = None
    approved_at: datetime | None = None
    books_year: int | None = None
    books_period: int | None = None


class InRun(Frozen):
    """A line of a run as it is written: an instalment, or a take-back."""

    id: UUID
    run_id: UUID
    number: int
    remittance_id: UUID
    award_id: UUID
    school_code: str
    request_id: UUID | None
    decision_id: UUID | None
    commit_id: UUID | None = None
    instalment_number: int | None = None
    attempt: int | None = None
    entry_id: UUID | None = None
    take_back_id: UUID | None = None
    due_on: date
    pot: str
    financial_year: int
    pence: PositivePence
    netted_pence: Pence = 0
    section_251_line: str
    cost_centre: str
    state: RemittanceState = RemittanceState.PREPARED


class ForPayee(Frozen):
    """A payee's part of a run: what its remittance says, and what has become of it."""

    id: UUID
    run_id: UUID
    reference: str
    payee_code: str
    payee_kind: PayeeKind
    way: RemittanceWay
    control_cost_centre: str
    due_pence: Pence
    netted_pence: Pence
    invoice_back_pence: Pence
    pay_pence: Pence
    state: RemittanceState = RemittanceState.PREPARED


def prepare_alone(session: Session) -> None:
    """Let one run be prepared at a time: the next finds what this one has taken."""
    session.connection().execute(_ONE_PREPARES)


def due(session: Session, until_on: date) -> tuple[Due, ...]:
    """List what is due by a day and nobody pays yet; what was rejected is due again."""
    rows = session.connection().execute(_DUE, {"until": until_on})
    return tuple(
        Due(
            **_payable(row),
            commit_id=row.commit_id,
            number=row.number,
            attempt=row.attempt,
            due_on=row.due_on,
        )
        for row in rows
    )


def to_take_back(session: Session) -> tuple[ToTakeBack, ...]:
    """List, and lock, the take-backs that no run in hand nets."""
    rows = session.connection().execute(_TO_TAKE_BACK)
    return tuple(
        ToTakeBack(**_payable(row), id=row.id, recorded_at=row.recorded_at) for row in rows
    )


def next_number(session: Session, financial_year: int, period: int) -> int:
    """The number of the next run of a period, counted from one."""
    last = session.exec(
        select(func.max(PaymentRunRow.number)).where(
            PaymentRunRow.financial_year == financial_year, PaymentRunRow.period == period
        )
    )
    return (last.one() or 0) + 1


def save_run(
    session: Session, run: Run, payees: Iterable[ForPayee], lines: Iterable[InRun]
) -> None:
    """Write a prepared run; its take-backs are kept from every other."""
    written = tuple(lines)
    session.add(PaymentRunRow(**run.model_dump()))
    session.flush()
    connection = session.connection()
    connection.execute(insert(RemittanceRow), [each.model_dump() for each in payees])
    connection.execute(insert(RunLineRow), [each.model_dump() for each in written])
    taken = [each.take_back_id for each in written if each.take_back_id]
    if taken:
        connection.execute(_NET, {"run": run.id, "ids": taken})


def take_in_hand(session: Session, run_id: UUID) -> Run | None:
    """Read a run and lock its row until the transaction ends; nothing where none came of it."""
    row = session.get(PaymentRunRow, run_id, with_for_update=NO_KEY, populate_existing=True)
    if row is None:
        return None
    facts = {name: getattr(row, name) for name in Run.model_fields}
    return Run(**facts | {"stage": RunStage(row.stage)})


def lines_of(
    session: Session, run_id: UUID, remittance_ids: Iterable[UUID] | None = None
) -> tuple[InRun, ...]:
    """List what is in a run, in order, or in some of its remittances."""
    query = select(RunLineRow).where(RunLineRow.run_id == run_id)
    if remittance_ids is not None:
        query = query.where(col(RunLineRow.remittance_id).in_(list(remittance_ids)))
    rows = session.exec(query.order_by(col(RunLineRow.number)))
    return tuple(
        InRun(**row.model_dump(exclude={"state"}), state=RemittanceState(row.state)) for row in rows
    )


def payees_of(session: Session, run_id: UUID) -> tuple[ForPayee, ...]:
    """List what each payee gets in a run, in order of reference as it was numbered."""
    rows = session.exec(
        select(RemittanceRow)
        .where(RemittanceRow.run_id == run_id)
        .order_by(func.length(RemittanceRow.reference), col(RemittanceRow.reference))
    )
    return tuple(_as_for_payee(row) for row in rows)


def unanswered(session: Session, run_id: UUID) -> int:
    """Count the payments of a run that wait for their answer."""
    return session.exec(
        select(func.count())
        .select_from(RemittanceRow)
        .where(RemittanceRow.run_id == run_id, RemittanceRow.state == RemittanceState.SENT)
    ).one()


def payee_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """What schools and trusts are called, by code."""
    rows = session.connection().execute(_NAMES, {"codes": sorted(set(codes))})
    return {row.code: row.name for row in rows}


def school_names(session: Session, run_id: UUID) -> dict[str, str]:
    """What the schools of a run are called, by code."""
    rows = session.connection().execute(_SCHOOL_NAMES, {"run": run_id})
    return {row.code: row.name for row in rows}


def request_references(session: Session, run_id: UUID) -> dict[UUID, str]:
    """The reference of the request behind each award in a run, of the old system, or of a plan."""
    rows = session.connection().execute(_REFERENCES, {"run": run_id})
    return {row.award_id: row.reference for row in rows}


def move_run(session: Session, run_id: UUID, stage: RunStage, **facts: Any) -> None:
    """Move a run to a stage, with what becomes known then."""
    changed = {"stage": stage.value, **facts}
    _change(session, PaymentRunRow, changed, col(PaymentRunRow.id) == run_id)


def mark(
    session: Session,
    remittance_ids: Iterable[UUID],
    state: RemittanceState,
    answered: tuple[UUID, datetime] | None = None,
) -> None:
    """Say what has become of payments, and by which act and when they were answered."""
    ids = list(remittance_ids)
    changed: dict[str, Any] = {"state": state.value}
    if answered is not None:
        changed |= {"answer_act_id": answered[0], "answered_at": answered[1]}
    _change(session, RemittanceRow, changed, col(RemittanceRow.id).in_(ids))
    if state in _OF_LINES:
        _change(session, RunLineRow, {"state": state.value}, col(RunLineRow.remittance_id).in_(ids))
    if state in (RemittanceState.REJECTED, RemittanceState.ABANDONED):
        session.connection().execute(_FREE, {"remittances": ids})


def save_held(
    session: Session, held: TakeBack, award_id: UUID, made: tuple[UUID, datetime]
) -> None:
    """Note what a payee has got of a payment that is due again; by which act, and when."""
    facts = held.model_dump(include={"id", "pence", "pot", "financial_year"})
    session.add(
        TakeBackRow(
            **facts,
            award_id=award_id,
            payee_code=held.payee,
            payee_kind=held.payee_kind,
            act_id=made[0],
            recorded_at=made[1],
        )
    )
    session.flush()


def mark_lines_paid(session: Session, run_id: UUID) -> None:
    """Note that the ledger has paid every line of a run."""
    paid = {"state": RemittanceState.PAID.value}
    _change(session, RunLineRow, paid, col(RunLineRow.run_id) == run_id)


_OF_LINES = (RemittanceState.REJECTED, RemittanceState.ABANDONED)
"""What a line of a run becomes with its payment; paid it is from the posting on."""


def _change(session: Session, table: Any, changed: Mapping[str, Any], where: Any) -> None:
    session.flush()
    session.connection().execute(update(table).where(where).values(**changed))
    session.expire_all()


def _payable(row: Row[Any]) -> dict[str, Any]:
    return {
        "award_id": row.award_id,
        "school": row.school_code,
        "payee": row.payee_code,
        "payee_kind": PayeeKind(row.payee_kind),
        "request_id": row.request_id,
        "decision_id": row.decision_id,
        "request_kind": RequestKind(row.request_kind) if row.request_kind else None,
        "payments_pin": row.payments_pin,
        "pot": row.pot,
        "financial_year": row.financial_year,
        "pence": row.pence,
    }


def _as_for_payee(row: RemittanceRow) -> ForPayee:
    facts = row.model_dump(include=set(ForPayee.model_fields))
    return ForPayee(
        **facts
        | {
            "payee_kind": PayeeKind(row.payee_kind),
            "way": RemittanceWay(row.way),
            "state": RemittanceState(row.state),
        }
    )
