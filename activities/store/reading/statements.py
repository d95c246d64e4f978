"""Months and years as people see them: what is closed, forecasts, statements, who has signed."""

from datetime import datetime, time
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Row, text
from sqlmodel import Session, col, select

from activities.clock import LONDON
from activities.store.closing import capacities
from activities.store.forecasting import cluster_of, forecast_of
from activities.store.monthly import PotInMonth
from activities.store.policies import document_on
from activities.store.reading.caller import OFFICERS, Caller, called
from activities.store.tables import (
    ForecastLineRow,
    StatementRow,
    YearEndRow,
    YearEndSignatureRow,
)
from domain.closing import (
    MONTHS,
    CarriedPot,
    month_name,
    period_ends_on,
    period_name,
    statement_due_on,
)
from domain.forecast import Direction, Forecast, PotForecast
from domain.frozen import Frozen
from domain.ledger.accounts import DEFICIT, FinancialYear, PotCode
from domain.ledger.journal import Period
from domain.money import Pence
from domain.people import Role
from domain.periods import instant
from domain.policy.finance import Finance
from domain.refusals import NoPolicyInForce, RoleNeeded, Unknown

MONEY_DESKS = (*OFFICERS, Role.FINANCE_OFFICER, Role.LEADER)
"""Whoever may look at the whole county's money."""

_MONTHS = text(
    "SELECT period, verb, recorded_at FROM ledger_entry"
    " WHERE verb IN ('close', 'reopen') AND financial_year = :year ORDER BY number"
)
_LAST_CLOSED = text(
    "SELECT DISTINCT ON (l.financial_year) l.act_id FROM forecast_line AS l"
    " WHERE NOT EXISTS (SELECT FROM year_end AS e WHERE e.financial_year = l.financial_year)"
    " ORDER BY l.financial_year, l.made_at DESC, l.period DESC"
)
"""The act that closed a month of each year last: what was seen then is said until the year ends."""
_YEARS_IN_HAND = text(
    "SELECT a.financial_year, (SELECT coalesce(array_agg(p.period), '{}') FROM ledger_period AS p"
    " WHERE p.financial_year = a.financial_year AND p.is_closed) AS closed"
    " FROM ledger_account AS a WHERE a.opened_at IS NOT NULL"
    " AND a.pot = :always AND a.stage = 'available'"
    " AND NOT EXISTS (SELECT FROM year_end AS e WHERE e.financial_year = a.financial_year)"
    " ORDER BY 1"
)
"""Years whose budgets were set up, which always opens the recorded overspend with them. What awards
of the old system were paid in years before opens single pots there, and no month of them waits."""
_END_OF_DAY = time(23, 59)
_MONTHS_TO_CLOSE = UUID("f3c6b3c1-60b4-5a3e-8a51-5b1f0f1c7d42")


class Month(Frozen):
    """A month of a financial year: whether its books are closed, since when, and how often."""

    period: Period
    name: str
    is_closed: bool
    closed_at: datetime | None
    """When it was closed last; none while it is open."""
    times_reopened: int


class MonthToClose(Frozen):
    """The first month of a year that is over and open, and by when chairs await its statement."""

    id: UUID
    name: str
    by_at: datetime


class ForecastLine(Frozen):
    """A pot's year as it is forecast, pence, beside its budget."""

    pot: PotCode
    budget_pence: Pence
    paid_pence: Pence
    committed_pence: Pence
    in_hand_pence: Pence
    """Requests that are priced and not signed yet."""
    renewals_pence: Pence
    """Awards that end before the year does, as far as the policy lets them go on."""
    forecast_pence: Pence
    variance_pence: Pence
    direction: Direction


class ForecastView(Frozen):
    """A financial year, forecast as things stand: by pot, and for all of them where seen."""

    financial_year: FinancialYear
    pots: tuple[ForecastLine, ...]
    total: ForecastLine | None
    """The whole county; for those who may see all of it."""


class ShortfallView(Frozen):
    """A pot that was seen to run short when a month was closed, with what makes it, pence."""

    id: UUID
    pot: PotCode
    financial_year: FinancialYear
    period: Period
    budget_pence: Pence
    forecast_pence: Pence
    shortfall_pence: Pence
    made_of: tuple[tuple[str, Pence], ...]
    """Largest first."""
    seen_at: datetime


class StatementLine(Frozen):
    """A statement in a list."""

    id: UUID
    cluster: str
    financial_year: FinancialYear
    period: Period
    month: str
    revision: int
    made_at: datetime


class StatementView(StatementLine):
    """What a cluster's chair is told of a month: each pot, how far it went, and what is ahead."""

    pots: tuple[PotInMonth, ...]


class SignatureView(Frozen):
    """A signature that a year's end asks for, and who gave it."""

    signed_as: str
    signed_by: str | None
    """How colleagues call the person; none while nobody has signed."""
    signed_at: datetime | None


class YearEndView(Frozen):
    """A closed year: what became of each pot by which rule, and who has signed it off."""

    financial_year: FinancialYear
    closed_by: str
    closed_at: datetime
    pots: tuple[CarriedPot, ...]
    signatures: tuple[SignatureView, ...]
    is_signed_off: bool


def months(session: Session, caller: Caller, year: FinancialYear) -> tuple[Month, ...]:
    """Say of each month of a year whether its books are closed: for finance, officers, leaders."""
    _check_money_desk(caller, "to see which months are closed")
    rows = session.connection().execute(_MONTHS, {"year": year}).all()
    return tuple(_month(year, each, [r for r in rows if r.period == each]) for each in range(1, 13))


def forecast_now(session: Session, caller: Caller, year: FinancialYear) -> ForecastView:
    """Forecast a year as things stand: every pot for the money's desks, a chair's own for them."""
    own = caller.clusters(Role.PANEL_CHAIR)
    sees_all = caller.holds(*MONEY_DESKS)
    if not (sees_all or own):
        raise RoleNeeded("to see a forecast", "it is finance's, officers', leaders' and chairs'")
    seen = county_forecast(session, caller, year)
    return ForecastView(
        financial_year=year,
        pots=tuple(
            forecast_line(each) for each in seen.pots if sees_all or cluster_of(each.pot) in own
        ),
        total=forecast_line(seen.total) if sees_all else None,
    )


def county_forecast(session: Session, caller: Caller, year: FinancialYear) -> Forecast:
    """Forecast a year by the finance policy of the day."""
    finance = document_on(session, "finance", Finance, caller.day)
    if finance is None:
        raise NoPolicyInForce("to forecast a year", "no finance policy is in force today")
    return forecast_of(session, year, finance, caller.day)


def shortfalls_seen(session: Session, caller: Caller) -> tuple[ShortfallView, ...]:
    """Shortfalls that the last closed month of each year saw: finance's, and a chair's own."""
    if not caller.holds(*MONEY_DESKS) and not caller.clusters(Role.PANEL_CHAIR):
        raise RoleNeeded("to see shortfalls", "they are finance's, officers', leaders', chairs'")
    return tuple(_as_shortfall(each) for each in shortfall_rows(session, caller))


def shortfall_rows(session: Session, caller: Caller) -> list[ForecastLineRow]:
    """The rows behind the shortfalls that a person is told of; none where nothing is theirs."""
    own = caller.clusters(Role.PANEL_CHAIR)
    if not caller.holds(*MONEY_DESKS) and not own:
        return []
    last = session.connection().execute(_LAST_CLOSED).scalars().all()
    query = select(ForecastLineRow).where(
        col(ForecastLineRow.is_warned), col(ForecastLineRow.act_id).in_(last)
    )
    if not caller.holds(*MONEY_DESKS):
        query = query.where(col(ForecastLineRow.cluster_code).in_(own))
    return list(session.exec(query.order_by(col(ForecastLineRow.pot))))


def statements(
    session: Session, caller: Caller, year: FinancialYear, cluster: str | None = None
) -> tuple[StatementLine, ...]:
    """List a year's statements, newest first: a chair's own clusters', or all for the desks."""
    query = select(StatementRow).where(StatementRow.financial_year == year)
    if not caller.holds(*MONEY_DESKS):
        query = query.where(col(StatementRow.cluster_code).in_(_chaired(caller)))
    if cluster is not None:
        query = query.where(StatementRow.cluster_code == cluster)
    newest = (col(StatementRow.period).desc(), StatementRow.cluster_code)
    rows = session.exec(query.order_by(*newest, col(StatementRow.revision).desc()))
    return tuple(_as_line(row) for row in rows)


def statement(session: Session, caller: Caller, statement_id: UUID) -> StatementView:
    """Read one statement; what is not a person's to see is unknown to them."""
    row = session.get(StatementRow, statement_id)
    if row is None or not (
        caller.holds(*MONEY_DESKS) or row.cluster_code in caller.clusters(Role.PANEL_CHAIR)
    ):
        raise Unknown("this statement", "there is none of that id that you may see")
    pots = tuple(PotInMonth.model_validate(each, strict=False) for each in row.figures["pots"])
    return StatementView(**_as_line(row).model_dump(), pots=pots)


def year_end_of(session: Session, caller: Caller, year: FinancialYear) -> YearEndView:
    """Read how a year was closed and who has signed it: for finance, officers and leaders."""
    _check_money_desk(caller, "to see a year's end")
    row = session.get(YearEndRow, year)
    if row is None:
        raise Unknown("this year's end", "the year is not closed", "Finance closes it when over.")
    found = session.exec(
        select(YearEndSignatureRow).where(YearEndSignatureRow.financial_year == year)
    )
    signed = {each.signed_as: each for each in found}
    shown = tuple(_as_signature(session, each, signed.get(each)) for each in row.must_sign)
    return YearEndView(
        financial_year=year,
        closed_by=called(session, row.closed_by),
        closed_at=row.closed_at,
        pots=tuple(CarriedPot.model_validate(each, strict=False) for each in row.carried),
        signatures=shown,
        is_signed_off=all(each.signed_by for each in shown),
    )


def waiting_signatures(session: Session, caller: Caller) -> tuple[tuple[UUID, FinancialYear], ...]:
    """Closed years that wait for a signature which this person may give, by the closing act."""
    able = capacities(caller.person.held_on(caller.day, *Role))
    waiting = []
    signatures = session.exec(select(YearEndSignatureRow)).all()
    for row in session.exec(select(YearEndRow)):
        signed = [each for each in signatures if each.financial_year == row.financial_year]
        left = set(row.must_sign) - {each.signed_as for each in signed}
        own = caller.person.id in {row.closed_by, *(each.person_id for each in signed)}
        if left & able and not own:
            waiting.append((row.act_id, row.financial_year))
    return tuple(waiting)


def months_to_close(session: Session, caller: Caller) -> tuple[MonthToClose, ...]:
    """Name the month of each year that finance closes next, by the day that the policy says."""
    finance = document_on(session, "finance", Finance, caller.day)
    if finance is None or not caller.holds(Role.FINANCE_OFFICER):
        return ()
    found = []
    for year, closed in session.connection().execute(_YEARS_IN_HAND, {"always": DEFICIT}):
        first = next((each for each in range(1, MONTHS + 1) if each not in closed), None)
        if first is not None and period_ends_on(year, first) < caller.day:
            due_on = statement_due_on(year, first, finance.statement_day)
            month = MonthToClose(
                id=uuid5(_MONTHS_TO_CLOSE, period_name(year, first)),
                name=month_name(year, first),
                by_at=instant(due_on, _END_OF_DAY, LONDON.key),
            )
            found.append(month)
    return tuple(found)


def forecast_line(pot: PotForecast) -> ForecastLine:
    """A pot's forecast beside its budget; above the budget is adverse."""
    return ForecastLine(
        **pot.model_dump(),
        forecast_pence=pot.forecast_pence,
        variance_pence=pot.variance.pence,
        direction=pot.variance.direction,
    )


def _month(year: FinancialYear, period: Period, entries: list[Row[Any]]) -> Month:
    """A month by its closings and reopenings, in the order in which they were entered."""
    last = entries[-1] if entries else None
    closed = last is not None and last.verb == "close"
    return Month(
        period=period,
        name=month_name(year, period),
        is_closed=closed,
        closed_at=last.recorded_at if last is not None and closed else None,
        times_reopened=sum(each.verb == "reopen" for each in entries),
    )


def _chaired(caller: Caller) -> frozenset[str]:
    own = caller.clusters(Role.PANEL_CHAIR)
    if not own:
        raise RoleNeeded("to see statements", "they are chairs', finance's, officers', leaders'")
    return own


def _check_money_desk(caller: Caller, asked: str) -> None:
    if not caller.holds(*MONEY_DESKS):
        raise RoleNeeded(asked, "it is finance's, officers' and leaders'")


def _as_line(row: StatementRow) -> StatementLine:
    return StatementLine(
        id=row.id,
        cluster=row.cluster_code,
        financial_year=row.financial_year,
        period=row.period,
        month=month_name(row.financial_year, row.period),
        revision=row.revision,
        made_at=row.made_at,
    )


def _as_shortfall(row: ForecastLineRow) -> ShortfallView:
    return ShortfallView(
        id=row.id,
        pot=row.pot,
        financial_year=row.financial_year,
        period=row.period,
        budget_pence=row.budget_pence,
        forecast_pence=row.forecast_pence,
        shortfall_pence=row.shortfall_pence,
        made_of=tuple((part, pence) for part, pence in row.makes),
        seen_at=row.made_at,
    )


def _as_signature(
    session: Session, signed_as: str, row: YearEndSignatureRow | None
) -> SignatureView:
    return SignatureView(
        signed_as=signed_as,
        signed_by=called(session, row.person_id) if row else None,
        signed_at=row.signed_at if row else None,
    )
