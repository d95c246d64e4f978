"""Which lists of money can be had as files: each by its query, for the API and the pages alike."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, Field

from activities.store import reading
from activities.store.reading import ReportBy, Span, ledger, money_lists
from activities.store.reading.ledger import JournalAsked
from api.downloads import Reads
from domain.ledger.journal import Verb
from domain.refusals import NotValid

MOST_IN_A_FILE = 500
"""Lines of a file that a page pages through; a month's pack has all of them."""

Year = Annotated[int, Query(ge=2000, le=2199, description="2026 begins on 1 April 2026.")]
YearOrAll = Annotated[
    int | None, Query(ge=2000, le=2200, description="2026 begins on 1 April 2026.")
]
Pot = Annotated[str | None, Query(max_length=100, pattern=r"^[a-z_]+(:[A-Za-z0-9_-]+){0,2}$")]
FirstPeriod = Annotated[int, Query(ge=1, le=12, description="The first month: 1 is April.")]
LastPeriod = Annotated[int, Query(ge=1, le=12, description="The last month: 12 is March.")]
Council = Annotated[
    str | None,
    Query(max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", description="Another council."),
]
Cluster = Annotated[str | None, Query(max_length=64, pattern=r"^[a-z0-9][a-z0-9_.:-]*$")]


def _or_none(value: Any) -> Any:
    """A filter that was left at nothing asks for nothing."""
    return None if value == "" else value


_Left = BeforeValidator(_or_none)
_PotNamed = Annotated[str, Field(max_length=100, pattern=r"^[a-z_]+(:[A-Za-z0-9_-]+){0,2}$")]


class JournalQuery(BaseModel):
    """Which entries are wanted; what is left out, or left empty, is not asked about."""

    year: Annotated[Annotated[int, Field(ge=2000, le=2200)] | None, _Left] = None
    period: Annotated[Annotated[int, Field(ge=1, le=12)] | None, _Left] = None
    verb: Annotated[Verb | None, _Left] = None
    pot: Annotated[
        Annotated[str, Field(max_length=100, pattern=r"^[a-z_]+(:[A-Za-z0-9_-]+){0,2}$")] | None,
        _Left,
    ] = None
    award: Annotated[UUID | None, _Left] = None
    before: Annotated[Annotated[int, Field(ge=1, le=2**62)] | None, _Left] = None
    shown: Annotated[Literal["moved_money", "all"] | None, _Left] = None
    """Without it, or a verb that is asked for, entries that moved no money are left out."""

    def asked(self) -> JournalAsked:
        """What is asked of the ledger."""
        said = self.model_dump(exclude={"award", "shown"})
        shown = self.shown or ("all" if self.verb else "moved_money")
        moved: Literal[True] | None = True if shown == "moved_money" else None
        return JournalAsked(**said, award_id=self.award, moved_money=moved)


class MonthsQuery(BaseModel):
    """Some months of a year, the year of today without one, and from which line a page begins."""

    year: Annotated[Annotated[int, Field(ge=2000, le=2199)] | None, _Left] = None
    from_period: Annotated[int, Field(ge=1, le=12)] = 1
    until_period: Annotated[int, Field(ge=1, le=12)] = 12
    shown: Annotated[int, Field(ge=0, le=100_000)] = 0


InJournal = Annotated[JournalQuery, Query()]


def span_of(year: int, first: int, last: int) -> Span:
    """Name some months of a year; the last of them is not before the first."""
    if last < first:
        raise NotValid("to report these months", "the last of them is before the first")
    return Span(financial_year=year, from_period=first, until_period=last)


def balances(year: YearOrAll = None, pot: Pot = None) -> Reads:
    """What each pot was given and how far it has gone."""
    return lambda session, caller: money_lists.balances_listing(
        reading.balances(session, caller, year, pot)
    )


def entries(asked: InJournal) -> Reads:
    """Entries of the journal with their postings, the latest first."""
    return lambda session, caller: money_lists.entries_listing(
        ledger.journal(session, caller, asked.asked(), MOST_IN_A_FILE)
    )


def budgets(year: Year) -> Reads:
    """What each pot was given in a year, by line and decision."""
    return lambda session, caller: money_lists.budget_lines_listing(
        reading.budget_lines(session, caller, year)
    )


def files() -> Reads:
    """Files that were handed in."""
    return lambda session, caller: money_lists.files_listing(reading.latest_files(session, caller))


def claims(council: Council = None) -> Reads:
    """Each line of what other councils owe: one council's, or all."""
    return lambda session, caller: reading.claim_listing(
        reading.claim_lines(session, caller, council)
    )


def overspends() -> Reads:
    """Overspends that two people sign."""
    return lambda session, caller: money_lists.overspends_listing(
        reading.overspends(session, caller)
    )


def runs() -> Reads:
    """Payment runs, the last first."""
    return lambda session, caller: money_lists.runs_listing(reading.payment_runs(session, caller))


def run_lines(run_id: UUID, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0) -> Reads:
    """What is in a payment run, from behind a number."""
    return lambda session, caller: money_lists.run_lines_listing(
        reading.run_lines(session, caller, run_id, after, MOST_IN_A_FILE)
    )


def run_remittances(run_id: UUID) -> Reads:
    """What each payee gets in a payment run."""
    return lambda session, caller: money_lists.remittances_listing(
        reading.remittances_of(session, caller, run_id)
    )


def report(
    by: ReportBy, year: Year, from_period: FirstPeriod = 1, until_period: LastPeriod = 12
) -> Reads:
    """Some months of a year by cluster, area, school, kind of need or kind of request."""
    span = span_of(year, from_period, until_period)
    return lambda session, caller: reading.report_listing(reading.report(session, caller, by, span))


def schools(year: Year) -> Reads:
    """A school's notional SEN budget beside what it says it spends and what it is given."""
    return lambda session, caller: reading.beside_listing(reading.beside(session, caller, year))


def forecast(year: Year) -> Reads:
    """A year forecast to its end beside its budget."""
    return lambda session, caller: money_lists.forecast_listing(
        reading.forecast_now(session, caller, year)
    )


def shortfalls() -> Reads:
    """Pots that were seen to run short when a month was closed."""
    return lambda session, caller: money_lists.shortfalls_listing(
        reading.shortfalls_seen(session, caller)
    )


def statements(year: Year, cluster: Cluster = None) -> Reads:
    """A year's monthly statements."""
    return lambda session, caller: money_lists.statements_listing(
        reading.statements(session, caller, year, cluster)
    )


def statement(statement_id: UUID) -> Reads:
    """A cluster's statement of a month, pot by pot."""
    return lambda session, caller: money_lists.statement_listing(
        reading.statement(session, caller, statement_id)
    )


def months(year: Year) -> Reads:
    """Which months of a year are closed."""
    return lambda session, caller: money_lists.months_listing(reading.months(session, caller, year))


def year_end(year: Year) -> Reads:
    """What became of each pot at a year's end."""
    return lambda session, caller: money_lists.year_end_listing(
        reading.year_end_of(session, caller, year)
    )
