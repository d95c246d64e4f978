"""Remittances: what a payee gets in a run; finance sees the whole, a school its own part."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from activities.store.payments import payee_names
from activities.store.reading.caller import Caller
from activities.store.reading.payments import (
    MOST_AT_ONCE,
    InRunView,
    as_line,
    may_look,
    remittance_rows,
    run_seen,
)
from activities.store.reading.seeing import AT_SCHOOL
from activities.store.tables import PaymentRunRow, RemittanceRow, RunLineRow
from domain.frozen import Frozen
from domain.payment_run import RemittanceState
from domain.refusals import Unknown

_SHOWN = (RemittanceState.SENT, RemittanceState.PAID, RemittanceState.REJECTED)
"""States of a remittance that its payee may see: a run that nobody approved is none of them."""


class RemittanceView(Frozen):
    """What a payee gets in a run, or of a trust's payment the part that is a school's own."""

    id: UUID
    run_id: UUID
    reference: str
    payee: str
    payee_name: str
    payee_kind: str
    way: str
    state: RemittanceState
    approved_at: datetime | None
    """When its run was approved, which posted it."""
    due_pence: int
    netted_pence: int
    invoice_back_pence: int
    pay_pence: int | None
    """None where other schools have a part in the payment."""
    notice: str | None
    """The notice as it was sent; none where other schools have a part in it."""
    lines: tuple[InRunView, ...]


def remittances_of(session: Session, caller: Caller, run_id: UUID) -> tuple[RemittanceView, ...]:
    """List every payee's part of a run, without its lines."""
    run = run_seen(session, caller, run_id)
    rows = session.exec(
        select(RemittanceRow)
        .where(RemittanceRow.run_id == run_id)
        .order_by(func.length(RemittanceRow.reference), col(RemittanceRow.reference))
    ).all()
    names = payee_names(session, (row.payee_code for row in rows))
    return tuple(_whole(row, names, (), run.approved_at) for row in rows)


def remittances(session: Session, caller: Caller) -> tuple[RemittanceView, ...]:
    """List what my schools were paid, the last first, with what it was for."""
    schools = caller.schools(*AT_SCHOOL)
    if not schools:
        return ()
    rows = session.exec(
        select(RunLineRow)
        .join(RemittanceRow, col(RemittanceRow.id) == RunLineRow.remittance_id)
        .join(PaymentRunRow, col(PaymentRunRow.id) == RemittanceRow.run_id)
        .where(col(RunLineRow.school_code).in_(schools), col(RemittanceRow.state).in_(_SHOWN))
        .order_by(col(PaymentRunRow.prepared_at).desc(), col(RunLineRow.number))
        .limit(MOST_AT_ONCE)
    ).all()
    return _of_schools(session, rows, schools)


def remittance(session: Session, caller: Caller, remittance_id: UUID) -> RemittanceView:
    """Read one remittance: finance the whole of it, a school its own part."""
    row = session.get(RemittanceRow, remittance_id)
    lines = session.exec(
        select(RunLineRow)
        .where(RunLineRow.remittance_id == remittance_id)
        .order_by(col(RunLineRow.number))
    ).all()
    if row is not None and may_look(session, caller):
        approved_at = session.get_one(PaymentRunRow, row.run_id).approved_at
        return _whole(row, payee_names(session, [row.payee_code]), lines, approved_at)
    schools = caller.schools(*AT_SCHOOL)
    own = [line for line in lines if line.school_code in schools]
    if row is None or row.state not in _SHOWN or not own:
        raise Unknown("this remittance", "there is none of that id that you may see")
    return _of_schools(session, own, schools)[0]


def _whole(
    row: RemittanceRow,
    names: dict[str, str],
    lines: Iterable[RunLineRow],
    approved_at: datetime | None,
) -> RemittanceView:
    fields = set(RemittanceView.model_fields) & set(RemittanceRow.model_fields)
    facts = row.model_dump(include=fields) | {
        "payee": row.payee_code,
        "payee_name": names.get(row.payee_code, row.payee_code),
        "state": RemittanceState(row.state),
        "approved_at": approved_at,
        "lines": tuple(as_line(line, row) for line in lines),
    }
    return RemittanceView.model_validate(facts)


def _of_schools(
    session: Session, lines: Iterable[RunLineRow], schools: frozenset[str]
) -> tuple[RemittanceView, ...]:
    """Show remittances as far as they are some schools': their lines, and sums of these alone."""
    of_payee: dict[UUID, list[RunLineRow]] = {}
    for line in lines:
        of_payee.setdefault(line.remittance_id, []).append(line)
    found = remittance_rows(session, set(of_payee))
    names = payee_names(session, (row.payee_code for row in found.values()))
    approved = _approved(session, {row.run_id for row in found.values()})
    shared = _shared(session, set(of_payee), schools)
    views = {
        each: _whole(found[each], names, own, approved[found[each].run_id])
        for each, own in of_payee.items()
    }
    return tuple(_part(view) if each in shared else view for each, view in views.items())


def _approved(session: Session, ids: set[UUID]) -> dict[UUID, datetime | None]:
    """When each run was approved."""
    rows = session.exec(
        select(PaymentRunRow.id, PaymentRunRow.approved_at).where(col(PaymentRunRow.id).in_(ids))
    )
    return dict(rows.all())


def _shared(session: Session, ids: set[UUID], schools: frozenset[str]) -> frozenset[UUID]:
    """Those remittances in which other schools have a part."""
    found = session.exec(
        select(RunLineRow.remittance_id)
        .where(col(RunLineRow.remittance_id).in_(ids), col(RunLineRow.school_code).not_in(schools))
        .distinct()
    )
    return frozenset(found)


def _part(whole: RemittanceView) -> RemittanceView:
    due = sum(line.pence for line in whole.lines if not line.is_taken_back)
    netted = sum(line.netted_pence for line in whole.lines)
    back = sum(line.pence - line.netted_pence for line in whole.lines if line.is_taken_back)
    return whole.model_copy(
        update={
            "due_pence": due,
            "netted_pence": netted,
            "invoice_back_pence": back,
            "pay_pence": None,
            "notice": None,
        }
    )
