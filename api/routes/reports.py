"""The money told: reports, forecasts, statements, which months are closed, and years' ends."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from activities.store import reading
from activities.store.reading import (
    BesideLine,
    ForecastView,
    Month,
    Report,
    ReportBy,
    ShortfallView,
    Span,
    StatementLine,
    StatementView,
    YearEndView,
)
from api.downloads import AS_CSV, as_csv
from api.parts import Asking, WithParts
from domain.refusals import NotValid

router = APIRouter(prefix="/reports", tags=["reports"])

Year = Annotated[int, Query(ge=2000, le=2199, description="2026 begins on 1 April 2026.")]
FirstPeriod = Annotated[int, Query(ge=1, le=12, description="The first month: 1 is April.")]
LastPeriod = Annotated[int, Query(ge=1, le=12, description="The last month: 12 is March.")]
Cluster = Annotated[str | None, Query(max_length=64, pattern=r"^[a-z0-9][a-z0-9_.:-]*$")]


@router.get("/by/{by}")
def by_one_thing(
    by: ReportBy,
    caller: Asking,
    parts: WithParts,
    year: Year,
    from_period: FirstPeriod = 1,
    until_period: LastPeriod = 12,
) -> Report:
    """Report some months of a year by cluster, area, school, kind of need or kind of request."""
    span = _span(year, from_period, until_period)
    return parts.read(lambda session: reading.report(session, caller, by, span))


@router.get("/by/{by}/csv", response_class=Response, responses=AS_CSV)
def by_one_thing_as_csv(
    by: ReportBy,
    caller: Asking,
    parts: WithParts,
    year: Year,
    from_period: FirstPeriod = 1,
    until_period: LastPeriod = 12,
) -> Response:
    """Report some months of a year as a CSV file, in pounds."""
    span = _span(year, from_period, until_period)
    found = parts.read(lambda session: reading.report(session, caller, by, span))
    listing = reading.report_listing(found)
    return as_csv(f"{listing.name}.csv", listing)


@router.get("/schools")
def schools(caller: Asking, parts: WithParts, year: Year) -> tuple[BesideLine, ...]:
    """Read a school's notional SEN budget beside what it says it spends and what it is given."""
    return parts.read(lambda session: reading.beside(session, caller, year))


@router.get("/schools/csv", response_class=Response, responses=AS_CSV)
def schools_as_csv(caller: Asking, parts: WithParts, year: Year) -> Response:
    """Read the same as a CSV file, in pounds."""
    found = parts.read(lambda session: reading.beside(session, caller, year))
    listing = reading.beside_listing(found)
    return as_csv(f"{listing.name}.csv", listing)


@router.get("/forecast")
def forecast(caller: Asking, parts: WithParts, year: Year) -> ForecastView:
    """Forecast a year to its end beside its budget, as things stand: a chair, the own cluster."""
    return parts.read(lambda session: reading.forecast_now(session, caller, year))


@router.get("/shortfalls")
def shortfalls(caller: Asking, parts: WithParts) -> tuple[ShortfallView, ...]:
    """List the pots that were seen to run short when a month was closed, and what makes it."""
    return parts.read(lambda session: reading.shortfalls_seen(session, caller))


@router.get("/statements")
def statements(
    caller: Asking, parts: WithParts, year: Year, cluster: Cluster = None
) -> tuple[StatementLine, ...]:
    """List a year's monthly statements: a chair's own, or all."""
    return parts.read(lambda session: reading.statements(session, caller, year, cluster))


@router.get("/statements/{statement_id}")
def statement(statement_id: UUID, caller: Asking, parts: WithParts) -> StatementView:
    """Read a cluster's statement of a month."""
    return parts.read(lambda session: reading.statement(session, caller, statement_id))


@router.get("/months")
def months(caller: Asking, parts: WithParts, year: Year) -> tuple[Month, ...]:
    """Say which months of a year are closed."""
    return parts.read(lambda session: reading.months(session, caller, year))


@router.get("/year-end")
def year_end(caller: Asking, parts: WithParts, year: Year) -> YearEndView:
    """Read how a year was closed: what went where, by which rule, and who has signed it off."""
    return parts.read(lambda session: reading.year_end_of(session, caller, year))


def _span(year: int, first: int, last: int) -> Span:
    if last < first:
        raise NotValid("to report these months", "the last of them is before the first")
    return Span(financial_year=year, from_period=first, until_period=last)
