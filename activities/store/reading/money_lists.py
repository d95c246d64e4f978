"""Figures of finance as lists, for files: what each has in its columns, in codes and in pounds."""

from collections.abc import Iterable

from activities.store.files import HandedIn
from activities.store.reading.budgets import BudgetLineView
from activities.store.reading.ledger import BalanceView
from activities.store.reading.listing import Cell, Listing, in_pounds, listing_of
from activities.store.reading.overspends import OverspendView
from activities.store.reading.payments import InRunView, RunLine
from activities.store.reading.remittances import RemittanceView
from activities.store.reading.statements import (
    ForecastView,
    Month,
    ShortfallView,
    StatementLine,
    StatementView,
    YearEndView,
)
from domain.ledger.journal import JournalEntry

_BALANCE = (
    *("pot", "financial_year", "allocated_pence", "available_pence", "held_pence"),
    *("committed_pence", "paid_pence"),
)
_BUDGET_LINE = (
    *("pot", "financial_year", "pence", "april_to_august_pence", "september_to_march_pence"),
    *("section_251_line", "cost_centre", "authority", "set_at", "file_sha256", "row", "entry_id"),
)
_FILE = ("id", "kind", "form", "rows", "total_pence", "sha256", "handed_in_at", "act_id")
_OVERSPEND = (
    *("act_id", "pot", "financial_year", "reference", "pence", "authority"),
    *("proposed_at", "seconded_at"),
)
_FORECAST = (
    *("pot", "budget_pence", "paid_pence", "committed_pence", "in_hand_pence", "renewals_pence"),
    *("forecast_pence", "variance_pence", "direction"),
)
_SHORTFALL = (
    *("pot", "financial_year", "period", "budget_pence", "forecast_pence", "shortfall_pence"),
    "seen_at",
)
_STATEMENT = ("cluster", "financial_year", "period", "month", "revision", "made_at", "id")
_IN_MONTH = (
    *("pot", "given_pence", "held_pence", "committed_pence", "paid_pence", "remaining_pence"),
    *("forecast_pence", "variance_pence", "direction"),
)
_MONTH = ("period", "name", "is_closed", "closed_at", "times_reopened")
_CARRIED = (
    *("pot", "way", "into_pot", "available_pence", "held_pence", "committed_pence", "paid_pence"),
    "source",
)
_RUN = (
    *("reference", "financial_year", "period", "due_until_on", "stage", "lines", "total_pence"),
    *("prepared_at", "approved_at", "id"),
)
_IN_RUN = (
    *("number", "remittance", "payee", "school", "is_taken_back", "instalment_number", "attempt"),
    *("due_on", "pot", "financial_year", "pence", "netted_pence", "section_251_line"),
    *("cost_centre", "state", "award_id", "request_id", "entry_id"),
)
_REMITTANCE = (
    *("reference", "payee", "payee_name", "payee_kind", "way", "state", "due_pence"),
    *("netted_pence", "invoice_back_pence", "pay_pence"),
)
_ENTRY = (
    *("number", "entry", "verb", "recorded_at", "effective_on", "financial_year", "period"),
    *("belongs_to", "reference", "authority", "request", "award", "run", "follows"),
    *("instalment", "pot", "of_year", "stage", "amount"),
)


def balances_listing(lines: Iterable[BalanceView]) -> Listing:
    """What each pot was given and how far it has gone."""
    return listing_of("balances", lines, _BALANCE)


def budget_lines_listing(lines: Iterable[BudgetLineView]) -> Listing:
    """What the files gave each pot, in both years' columns."""
    return listing_of("budgets", lines, _BUDGET_LINE)


def files_listing(lines: Iterable[HandedIn]) -> Listing:
    """The files that were handed in."""
    return listing_of("files", lines, _FILE)


def overspends_listing(lines: Iterable[OverspendView]) -> Listing:
    """Overspends that two people sign."""
    return listing_of("overspends", lines, _OVERSPEND)


def forecast_listing(found: ForecastView) -> Listing:
    """A year as it is forecast, the whole county last where it is seen."""
    total = (found.total,) if found.total is not None else ()
    return listing_of("forecast", (*found.pots, *total), _FORECAST)


def shortfalls_listing(lines: Iterable[ShortfallView]) -> Listing:
    """Pots that were seen to run short."""
    return listing_of("shortfalls", lines, _SHORTFALL)


def statements_listing(lines: Iterable[StatementLine]) -> Listing:
    """Statements that were made."""
    return listing_of("statements", lines, _STATEMENT)


def statement_listing(found: StatementView) -> Listing:
    """A cluster's statement of a month, pot by pot."""
    return listing_of("statement", found.pots, _IN_MONTH)


def months_listing(lines: Iterable[Month]) -> Listing:
    """Which months are closed."""
    return listing_of("months", lines, _MONTH)


def year_end_listing(found: YearEndView) -> Listing:
    """What became of each pot at a year's end."""
    return listing_of("year-end", found.pots, _CARRIED)


def runs_listing(lines: Iterable[RunLine]) -> Listing:
    """Payment runs."""
    return listing_of("payment-runs", lines, _RUN)


def run_lines_listing(lines: Iterable[InRunView]) -> Listing:
    """What is in a payment run."""
    return listing_of("lines", lines, _IN_RUN)


def remittances_listing(lines: Iterable[RemittanceView]) -> Listing:
    """What each payee gets in a payment run."""
    return listing_of("remittances", lines, _REMITTANCE)


def entries_listing(entries: Iterable[JournalEntry]) -> Listing:
    """Every posting of some entries, one row each; an entry that moves nothing has one."""
    rows = tuple(row for each in entries for row in _postings_of(each))
    return Listing(name="entries", headings=_ENTRY, rows=rows)


def _postings_of(entry: JournalEntry) -> Iterable[tuple[Cell, ...]]:
    said = entry.context
    follows = entry.commitment_id or entry.resolves_id or entry.reverses_id
    facts: tuple[Cell, ...] = (
        entry.number,
        str(entry.id),
        entry.verb.value,
        said.recorded_at.isoformat(),
        said.effective_on.isoformat(),
        said.financial_year,
        said.period,
        said.belongs_to,
        said.reference,
        said.authority,
        *(str(each) if each else None for each in (said.request_id, said.award_id)),
        *(str(each) if each else None for each in (said.run_id, follows)),
        entry.instalment_number,
    )
    for each in entry.postings:
        account = each.account
        yield (*facts, account.pot, account.financial_year, account.stage, in_pounds(each.pence))
    if not entry.postings:
        yield (*facts, None, None, None, None)
