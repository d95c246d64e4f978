"""Payment runs for those who may look: finance, leaders, and who may approve them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, false, func, or_, select

from activities.store.reading.caller import Caller, called
from activities.store.run_policies import finance_on
from activities.store.tables import (
    AnswerLineRow,
    PaymentRunRow,
    RemittanceRow,
    RunAnswerRow,
    RunFileRow,
    RunLineRow,
)
from domain.frozen import Frozen
from domain.payment_run import RemittanceState, RunStage
from domain.people import Role
from domain.refusals import Unknown

MOST_AT_ONCE = 500
_LOOKS = (Role.FINANCE_OFFICER, Role.LEADER)


class RunLine(Frozen):
    """A payment run in a list; amounts are pence."""

    id: UUID
    reference: str
    financial_year: int
    period: int
    due_until_on: date
    stage: RunStage
    lines: int
    total_pence: int
    prepared_at: datetime
    approved_at: datetime | None


class FileView(Frozen):
    """A file that a run wrote, and the hash of what was written."""

    kind: str
    name: str
    sha256: str
    written_at: datetime


class ListedLine(Frozen):
    """A line of an answer that moved nothing: a person looks at it."""

    row: int | None
    reference: str
    finding: str
    status: str | None
    answered_pence: int | None
    sent_pence: int | None


class AnswerView(Frozen):
    """An answer that was read: how many lines were sure, and every one that was not."""

    act_id: UUID
    file_id: UUID
    read_at: datetime
    paid: int
    rejected: int
    listed: tuple[ListedLine, ...]


class RunView(RunLine):
    """A payment run: who prepared and who approved it, its sums, files and answers."""

    due_pence: int
    netted_pence: int
    invoice_back_pence: int
    prepared_by: str
    approved_by: str | None
    may_be_approved_by_you: bool
    """Whether nothing bars this person: the policy names them and they did not prepare it."""
    books_year: int | None
    books_period: int | None
    ended_at: datetime | None
    remittances: dict[RemittanceState, int]
    files: tuple[FileView, ...]
    answers: tuple[AnswerView, ...]


class InRunView(Frozen):
    """An instalment, or a take-back, in a run."""

    number: int
    remittance: str
    payee: str
    school: str
    award_id: UUID
    request_id: UUID | None
    is_taken_back: bool
    instalment_number: int | None
    attempt: int | None
    due_on: date
    pot: str
    financial_year: int
    pence: int
    netted_pence: int
    section_251_line: str
    cost_centre: str
    entry_id: UUID | None
    state: RemittanceState


def may_look(session: Session, caller: Caller) -> bool:
    """Whether payment runs are this person's to see: finance, leaders, and who may approve."""
    return caller.holds(*_LOOKS) or _may_approve(session, caller)


def payment_runs(session: Session, caller: Caller) -> tuple[RunLine, ...]:
    """List payment runs, the last first."""
    _check_may_look(session, caller)
    rows = session.exec(
        select(PaymentRunRow)
        .order_by(col(PaymentRunRow.prepared_at).desc(), col(PaymentRunRow.number).desc())
        .limit(MOST_AT_ONCE)
    )
    return tuple(RunLine.model_validate(_facts(row, RunLine), strict=False) for row in rows)


def runs_waiting(session: Session, caller: Caller) -> tuple[RunLine, ...]:
    """List runs that wait for this person: to be approved, or for finance to be answered."""
    stage = col(PaymentRunRow.stage)
    waits: list[Any] = [false()]
    if caller.holds(Role.FINANCE_OFFICER):
        waits.append(stage == RunStage.SENT)
    if _may_approve(session, caller):
        of_others = col(PaymentRunRow.prepared_by) != caller.person.id
        waits.append((stage == RunStage.PREPARED) & of_others)
    query = select(PaymentRunRow).where(or_(*waits)).order_by(col(PaymentRunRow.prepared_at))
    rows = session.exec(query)
    return tuple(RunLine.model_validate(_facts(row, RunLine), strict=False) for row in rows)


def payment_run(session: Session, caller: Caller, run_id: UUID) -> RunView:
    """Read one payment run."""
    row = run_seen(session, caller, run_id)
    facts = _facts(row, RunLine) | {
        "due_pence": row.due_pence,
        "netted_pence": row.netted_pence,
        "invoice_back_pence": row.invoice_back_pence,
        "prepared_by": called(session, row.prepared_by),
        "approved_by": called(session, row.approved_by) if row.approved_by else None,
        "may_be_approved_by_you": row.stage == RunStage.PREPARED
        and row.prepared_by != caller.person.id
        and _may_approve(session, caller),
        "books_year": row.books_year,
        "books_period": row.books_period,
        "ended_at": row.ended_at,
        "remittances": _by_state(session, run_id),
        "files": _files(session, run_id),
        "answers": _answers(session, run_id),
    }
    return RunView.model_validate(facts, strict=False)


def run_lines(
    session: Session, caller: Caller, run_id: UUID, after: int, limit: int
) -> tuple[InRunView, ...]:
    """List what is in a run, from behind a number."""
    run_seen(session, caller, run_id)
    rows = session.exec(
        select(RunLineRow)
        .where(RunLineRow.run_id == run_id, RunLineRow.number > after)
        .order_by(col(RunLineRow.number))
        .limit(min(limit, MOST_AT_ONCE))
    ).all()
    payees = remittance_rows(session, {row.remittance_id for row in rows})
    return tuple(as_line(row, payees[row.remittance_id]) for row in rows)


def run_file(session: Session, caller: Caller, run_id: UUID, kind: str) -> tuple[str, bytes]:
    """Read a file that a run wrote: its name and its bytes."""
    run_seen(session, caller, run_id)
    row = session.get(RunFileRow, (run_id, kind))
    if row is None:
        raise Unknown("this file", "the run has written none of that kind")
    return row.name, row.content


def _check_may_look(session: Session, caller: Caller) -> None:
    if not may_look(session, caller):
        raise Unknown("payment runs", "there are none that you may see")


def run_seen(session: Session, caller: Caller, run_id: UUID) -> PaymentRunRow:
    """Find a run that this person may see; to others it is unknown."""
    row = session.get(PaymentRunRow, run_id)
    if row is None or not may_look(session, caller):
        raise Unknown("this payment run", "there is none of that id that you may see")
    return row


def _may_approve(session: Session, caller: Caller) -> bool:
    found = finance_on(session, caller.day)
    held = caller.person.held_on(caller.day, *Role)
    return found is not None and any(each.is_held(held) for each in found[1].run_approval)


def _facts(row: PaymentRunRow, shape: type[Frozen]) -> dict[str, object]:
    return {name: getattr(row, name) for name in shape.model_fields}


def _by_state(session: Session, run_id: UUID) -> dict[str, int]:
    counted = session.exec(
        select(RemittanceRow.state, func.count())
        .where(RemittanceRow.run_id == run_id)
        .group_by(RemittanceRow.state)
    )
    return dict(counted.all())


def _files(session: Session, run_id: UUID) -> tuple[FileView, ...]:
    rows = session.exec(
        select(RunFileRow.kind, RunFileRow.name, RunFileRow.sha256, RunFileRow.written_at)
        .where(RunFileRow.run_id == run_id)
        .order_by(col(RunFileRow.kind))
    )
    return tuple(
        FileView(kind=kind, name=name, sha256=sha256, written_at=written_at)
        for kind, name, sha256, written_at in rows
    )


def _answers(session: Session, run_id: UUID) -> tuple[AnswerView, ...]:
    rows = session.exec(
        select(RunAnswerRow)
        .where(RunAnswerRow.run_id == run_id)
        .order_by(col(RunAnswerRow.read_at), col(RunAnswerRow.act_id))
    ).all()
    listed = _listed(session, [row.act_id for row in rows])
    return tuple(
        AnswerView(
            act_id=row.act_id,
            file_id=row.file_id,
            read_at=row.read_at,
            paid=row.paid,
            rejected=row.rejected,
            listed=tuple(listed[row.act_id][:MOST_AT_ONCE]),
        )
        for row in rows
    )


def _listed(session: Session, acts: list[UUID]) -> dict[UUID, list[ListedLine]]:
    """What each answer left to a person, read for all of them at once."""
    rows = session.exec(
        select(AnswerLineRow)
        .where(col(AnswerLineRow.act_id).in_(acts))
        .order_by(col(AnswerLineRow.act_id), col(AnswerLineRow.number))
    )
    found: dict[UUID, list[ListedLine]] = {each: [] for each in acts}
    for row in rows:
        found[row.act_id].append(ListedLine(**row.model_dump(include=set(ListedLine.model_fields))))
    return found


def remittance_rows(session: Session, ids: set[UUID]) -> dict[UUID, RemittanceRow]:
    """Read remittances by id."""
    rows = session.exec(select(RemittanceRow).where(col(RemittanceRow.id).in_(ids)))
    return {row.id: row for row in rows}


def as_line(row: RunLineRow, of: RemittanceRow) -> InRunView:
    """Show a line of a run, in the remittance that it belongs to."""
    names = set(InRunView.model_fields) & set(RunLineRow.model_fields)
    facts = row.model_dump(include=names) | {
        "remittance": of.reference,
        "payee": of.payee_code,
        "school": row.school_code,
        "is_taken_back": row.take_back_id is not None,
        "state": RemittanceState(row.state),
    }
    return InRunView.model_validate(facts)
