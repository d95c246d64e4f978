"""The money told: reports, forecasts, statements, which months are closed, and years' ends."""

from uuid import UUID

from fastapi import APIRouter

from activities.store import reading
from activities.store.reading import (
    BesideLine,
    ForecastView,
    Month,
    Report,
    ReportBy,
    ShortfallView,
    StatementLine,
    StatementView,
    YearEndView,
)
from api import money_files
from api.downloads import offer_files
from api.money_files import Cluster, FirstPeriod, LastPeriod, Year, span_of
from api.parts import Asking, WithParts

router = APIRouter(prefix="/reports", tags=["reports"])


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
    span = span_of(year, from_period, until_period)
    return parts.read(lambda session: reading.report(session, caller, by, span))


@router.get("/schools")
def schools(caller: Asking, parts: WithParts, year: Year) -> tuple[BesideLine, ...]:
    """Read a school's notional SEN budget beside what it says it spends and what it is given."""
    return parts.read(lambda session: reading.beside(session, caller, year))


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


offer_files(router, "/by/{by}", money_files.report)
offer_files(router, "/schools", money_files.schools)
offer_files(router, "/forecast", money_files.forecast)
offer_files(router, "/shortfalls", money_files.shortfalls)
offer_files(router, "/statements", money_files.statements)


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


offer_files(router, "/statements/{statement_id}", money_files.statement)
offer_files(router, "/months", money_files.months)
offer_files(router, "/year-end", money_files.year_end)
