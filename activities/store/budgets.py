"""Budgets as they were set: which line of which file gave what, and by which decision."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select, tuple_

from activities.store.tables import BudgetLineRow
from domain.budgeting import BudgetRow
from domain.ledger.accounts import FinancialYear, PotCode
from domain.refusals import NotValid

_TAKE_TURNS = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 810011))")
_COVERED = text(
    "SELECT a.pot, a.financial_year, sum(p.pence)::bigint FROM ledger_entry AS e"
    " JOIN ledger_posting AS p ON p.entry_id = e.id JOIN ledger_account AS a ON a.id = p.account_id"
    " WHERE e.verb = 'authorise_overspend' AND a.pot = ANY (:pots) AND a.stage = 'available'"
    " AND NOT EXISTS (SELECT FROM ledger_entry AS back WHERE back.reverses_id = e.id)"
    " GROUP BY a.pot, a.financial_year"
)
_TAKEN_IN = text(
    "SELECT e.act_id FROM ledger_entry AS e WHERE e.verb = 'recoup'"
    " AND e.content ->> 'council' = :council AND lower(e.reference) = lower(:reference)"
    " AND NOT EXISTS (SELECT FROM ledger_entry AS back WHERE back.reverses_id = e.id) LIMIT 1"
)


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


def take_turns(session: Session, *what: object) -> None:
    """Wait for whoever does the same with the same money; they wait until the transaction ends."""
    session.connection().execute(_TAKE_TURNS, {"what": "/".join(map(str, what))})


def covered_pence(session: Session, pot: PotCode, year: FinancialYear) -> int:
    """Add up what has covered a pot's year from the recorded overspend, pence."""
    return covered_among(session, (pot,)).get((pot, year), 0)


def covered_among(
    session: Session, pots: Iterable[PotCode]
) -> dict[tuple[PotCode, FinancialYear], int]:
    """Add up the same for each year of several pots; one that nothing covered is left out."""
    rows = session.connection().execute(_COVERED, {"pots": list(pots)})
    return {(pot, year): pence for pot, year, pence in rows}


def check_not_taken_in(session: Session, council: str, reference: str) -> None:
    """Refuse what a council paid by a reference that was taken in already, unless it was undone."""
    wanted = {"council": council, "reference": in_ledger(reference)}
    before = session.connection().execute(_TAKEN_IN, wanted).scalar()
    if before is not None:
        raise NotValid(
            "to take in what another council paid",
            f"what {council} paid by {reference} was taken in already, by the act {before}",
            "Nothing has to be entered twice; a further receipt has a reference of its own.",
        )


def in_ledger(reference: str) -> str:
    """Write a reference as the ledger has it: a code, without a space."""
    return reference.replace(" ", "-")
