"""Budgets as they were set: which line of which file gave what, and by which decision."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session, col, select, tuple_

from activities.store.tables import BudgetLineRow
from domain.budgeting import BudgetRow


def set_before(session: Session, rows: Iterable[BudgetRow]) -> tuple[BudgetRow, ...]:
    """Find those rows whose authority has given the same pot its budget of that year already."""
    asked = {(row.authority, row.pot, row.financial_year): row for row in rows}
    key = (
        col(BudgetLineRow.authority),
        col(BudgetLineRow.pot),
        col(BudgetLineRow.financial_year),
    )
    found = session.exec(select(*key).where(tuple_(*key).in_(list(asked))))
    before = (asked[authority, pot, year] for authority, pot, year in found)
    return tuple(sorted(before, key=lambda row: row.row))


def save_line(session: Session, entry_id: UUID, file_id: UUID, row: BudgetRow) -> None:
    """Keep which entry a line of a file became."""
    session.add(BudgetLineRow(id=entry_id, file_id=file_id, **dict(row)))
