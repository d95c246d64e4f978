"""A county's budgets and its live awards, as files bring them: read whole or not at all."""

from collections.abc import Set as AbstractSet
from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from domain.award import amount_for_span
from domain.cells import CellFault, Cells, FileFaults, RowRead, in_order, rows_under
from domain.finance_acts import REFERENCE
from domain.frozen import Frozen
from domain.ledger.accounts import FinancialYear, PotCode, cluster_pot
from domain.money import Pence, PositivePence, pounds
from domain.periods import ONE_DAY
from domain.places import PayeeKind
from domain.policy.columns import CostCentre, Section251Line

BUDGET_COLUMNS = ("pot", "financial_year", "amount", "section_251_line", "cost_centre", "authority")
"""Headings of a budget file, in any order; ``pot`` takes a cluster's code too."""
AWARD_COLUMNS = (
    "reference",
    "school",
    "payee",
    "payee_kind",
    "annual_amount",
    "from",
    "last_day",
    "pot",
    "paid_to_date",
    "paid_this_year",
)
"""Headings of a file of live awards; its last row has TOTAL as reference, and the three sums.

``paid_this_year`` is the part of ``paid_to_date`` that was paid since 1 April: what was paid before
is not this year's budget's.
"""
TOTAL = "TOTAL"
OldReference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$")]
"""An award's reference in the old system: a code, never a name."""

_SECTION_251 = r"[0-9]+\.[0-9]+\.[0-9]+"
_COST_CENTRE = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}"
_REFERENCE = r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}"
_PAYEE = r"[a-z0-9][a-z0-9_.:-]{0,63}"
_AUTHORITY_HELP = "Write the decision's number, such as 26/00042 or decision 26/00042."
_YEAR_HELP = "Write the year in which its April falls: 2026 for 2026-27."


class BudgetRow(Frozen):
    """A budget of one pot and year."""

    row: int
    pot: PotCode
    financial_year: FinancialYear
    pence: PositivePence
    section_251_line: Section251Line
    cost_centre: CostCentre
    authority: str


class BudgetFile(Frozen):
    """A county's budgets, found whole."""

    rows: tuple[BudgetRow, ...]

    @property
    def total_pence(self) -> int:
        """All budgets together."""
        return sum(row.pence for row in self.rows)


class OpeningAward(Frozen):
    """A live award of the old system, and what it had already paid."""

    row: int
    reference: OldReference
    school: str
    payee: str
    payee_kind: PayeeKind
    annual_pence: PositivePence
    from_on: date
    until_on: date
    """The day after the last."""
    pot: PotCode
    paid_pence: Pence
    """Paid to date, from the award's first day."""
    paid_this_year_pence: Pence
    """Of that, what was paid since 1 April."""


class AwardFile(Frozen):
    """Live awards, found whole and equal to the old system's totals."""

    rows: tuple[OpeningAward, ...]
    annual_pence: Pence
    paid_pence: Pence
    paid_this_year_pence: Pence


def budget_rows(
    cells: Cells, years: AbstractSet[FinancialYear], pots: AbstractSet[PotCode]
) -> BudgetFile | FileFaults:
    """Read a budget file, for these years and these pots, or list every fault by row and column."""
    faults: list[CellFault] = []
    seen = _Once("pot", "this pot and year")
    table = rows_under(cells, BUDGET_COLUMNS, faults)
    read = [_budget(row, years, pots, seen) for row in table]
    if not (faults or read):
        faults.append(_empty())
    if faults:
        return in_order(faults)
    return BudgetFile(rows=tuple(row for row in read if row is not None))


def award_rows(
    cells: Cells, schools: AbstractSet[str], pots: AbstractSet[PotCode]
) -> AwardFile | FileFaults:
    """Read a file of live awards and reconcile it to its totals, or list every fault."""
    faults: list[CellFault] = []
    seen = _Once("reference", "this reference")
    table = rows_under(cells, AWARD_COLUMNS, faults)
    totals = [row for row in table if row.text("reference") == TOTAL]
    awards = [row for row in table if row.text("reference") != TOTAL]
    read = [_award(row, schools, pots, seen) for row in awards]
    if table:
        faults.extend(_faults_of_place(totals, table))
    if not (awards or faults):
        faults.append(_empty())
    rows = tuple(row for row in read if row is not None)
    if len(rows) == len(awards) and totals:
        _reconcile(totals[-1], rows)
    if faults:
        return in_order(faults)
    annual, paid, this_year = _sums(rows)
    return AwardFile(
        rows=rows, annual_pence=annual, paid_pence=paid, paid_this_year_pence=this_year
    )


class _Once:
    """What may stand in a file once: a second time names the row of the first."""

    def __init__(self, column: str, what: str) -> None:
        self._column = column
        self._what = what
        self._first: dict[object, int] = {}

    def check(self, row: RowRead, key: object) -> None:
        """Note a fault when the key stood in a row before."""
        first = self._first.setdefault(key, row.number)
        if first != row.number:
            row.fault(self._column, f"row {first} has {self._what} already", "Keep one of them.")


def _budget(
    row: RowRead, years: AbstractSet[FinancialYear], pots: AbstractSet[PotCode], seen: _Once
) -> BudgetRow | None:
    pot, year = _pot(row, pots), _year(row, years)
    pence = row.pence("amount")
    line = row.matching("section_251_line", _SECTION_251, "Write a line such as 1.2.1.")
    centre = row.matching("cost_centre", _COST_CENTRE, "Write the cost centre's code.")
    authority = row.matching("authority", REFERENCE, _AUTHORITY_HELP)
    if pot is not None and year is not None:
        seen.check(row, (pot, year))
    if None in (pot, year, pence, line, centre, authority):
        return None
    return BudgetRow.model_validate(
        {
            "row": row.number,
            "pot": pot,
            "financial_year": year,
            "pence": pence,
            "section_251_line": line,
            "cost_centre": centre,
            "authority": authority,
        }
    )


def _award(
    row: RowRead, schools: AbstractSet[str], pots: AbstractSet[PotCode], seen: _Once
) -> OpeningAward | None:
    reference = row.matching("reference", _REFERENCE, "Write the old system's reference.")
    if reference is not None:
        seen.check(row, reference)
    from_on, last_on = row.day("from"), row.day("last_day")
    found = {
        "row": row.number,
        "reference": reference,
        "school": row.known("school", schools, "Write the code of a school that is registered."),
        "payee": row.matching("payee", _PAYEE, "Write the payee's code in small letters."),
        "payee_kind": _payee_kind(row),
        "annual_pence": row.pence("annual_amount"),
        "from_on": from_on,
        "until_on": _until(row, from_on, last_on),
        "pot": _pot(row, pots),
        "paid_pence": row.pence("paid_to_date", may_be_nought=True),
        "paid_this_year_pence": row.pence("paid_this_year", may_be_nought=True),
    }
    if None in found.values():
        return None
    award = OpeningAward.model_validate(found)
    most = amount_for_span(award.annual_pence, award.from_on, award.until_on)
    if award.paid_pence > most:
        says = f"is more than the award comes to, {pounds(most)}"
        row.fault("paid_to_date", says, "Mend it, or the award's days or amount.")
    if award.paid_this_year_pence > award.paid_pence:
        says = f"is more than was paid to date, {pounds(award.paid_pence)}"
        row.fault("paid_this_year", says, "Write what of it was paid since 1 April.")
    return award


def _pot(row: RowRead, pots: AbstractSet[PotCode]) -> PotCode | None:
    """Give the pot, which may be named by its cluster alone."""
    pot = cluster_pot(row.text("pot"))
    if pot in pots:
        return pot
    return row.known("pot", pots, "Write a pot of the ledger, or the code of a cluster.")


def _year(row: RowRead, years: AbstractSet[FinancialYear]) -> FinancialYear | None:
    text = row.matching("financial_year", r"[0-9]{4}", _YEAR_HELP)
    if text is None:
        return None
    if int(text) in years:
        return int(text)
    said = ", ".join(map(str, sorted(years)))
    row.fault("financial_year", "is not the year being set", f"This file is for {said}.")
    return None


def _payee_kind(row: RowRead) -> PayeeKind | None:
    kinds = frozenset(map(str, PayeeKind))
    kind = row.known("payee_kind", kinds, f"Write one of: {', '.join(sorted(kinds))}.")
    return None if kind is None else PayeeKind(kind)


def _until(row: RowRead, from_on: date | None, last_on: date | None) -> date | None:
    """Give the day after the last, which is not before the first."""
    if from_on is None or last_on is None:
        return None
    if last_on < from_on:
        row.fault("last_day", "is before the first", "Write the award's last day.")
        return None
    return last_on + ONE_DAY


def _faults_of_place(totals: list[RowRead], table: list[RowRead]) -> tuple[CellFault, ...]:
    """There is one row of totals, and it is the last."""
    if len(totals) == 1 and totals[0] is table[-1]:
        return ()
    says = "has no row of totals" if not totals else "has a row of totals that is not the last one"
    help_ = f"End the file with one row: {TOTAL} as reference, and the three sums."
    return (CellFault(row=0, column="", says=says, would_help=help_),)


def _reconcile(totals: RowRead, rows: tuple[OpeningAward, ...]) -> None:
    """Hold the rows' sums against the old system's."""
    columns = ("annual_amount", "paid_to_date", "paid_this_year")
    for column, pence in zip(columns, _sums(rows), strict=True):
        said = totals.pence(column, may_be_nought=True)
        if said not in (None, pence):
            help_ = (
                f"They differ by {pounds(abs(pence - (said or 0)))}: find the row, or the total."
            )
            totals.fault(column, f"is not what the rows come to, {pounds(pence)}", help_)


def _sums(rows: tuple[OpeningAward, ...]) -> tuple[int, int, int]:
    return (
        sum(row.annual_pence for row in rows),
        sum(row.paid_pence for row in rows),
        sum(row.paid_this_year_pence for row in rows),
    )


def _empty() -> CellFault:
    return CellFault(row=0, column="", says="has no rows", would_help="Write one for each.")
