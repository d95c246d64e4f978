"""Everything that finance files of a month: balances, entries, payments, reports, and the head.

The same lists become CSV files and sheets of a workbook. No pupil, and no word that anybody wrote,
is in them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from activities.store.forecasting import cluster_of, forecast_of
from activities.store.ledger import closed_periods
from activities.store.monthly import PotInMonth, pots_in_month, stood
from activities.store.policies import document_on
from activities.store.reading.finance_reports import (
    ReportBy,
    Span,
    all_beside,
    beside_listing,
    counted,
    report_listing,
)
from activities.store.reading.listing import Cell, Listing, in_pounds
from activities.store.sealing import SealedHead, sealed_head
from domain.closing import month_name
from domain.forecast import Forecast, PotForecast
from domain.ledger.accounts import FinancialYear
from domain.ledger.journal import Period
from domain.policy.finance import Finance
from domain.refusals import NoPolicyInForce

_ROWS = 5_000

_ENTRIES = text(
    "SELECT e.number, e.id::text, e.verb,"
    " to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
    " e.effective_on::text, e.belongs_to, e.reference, e.authority, e.request_id::text,"
    " e.award_id::text, coalesce(e.commitment_id, e.resolves_id, e.reverses_id)::text,"
    " e.instalment_number, e.attempt, e.run_id::text, e.act_id::text, e.section_251_line,"
    " e.cost_centre, a.pot, a.financial_year, a.stage, p.pence"
    " FROM ledger_entry AS e LEFT JOIN ledger_posting AS p ON p.entry_id = e.id"
    " LEFT JOIN ledger_account AS a ON a.id = p.account_id"
    " WHERE e.financial_year = :year AND e.period = :period"
    " ORDER BY e.number, a.pot, a.financial_year, a.stage"
)
_ENTRY_HEADINGS = (
    *("number", "entry", "verb", "recorded_at", "effective_on", "belongs_to", "reference"),
    *("authority", "request", "award", "follows", "instalment", "attempt", "run", "act"),
    *("section_251_line", "cost_centre", "pot", "financial_year", "stage", "amount"),
)
# What left, less what came back: a reversal and a recoupment carry the award that they are about.
_BY_PAYEE = text(
    "SELECT coalesce(w.payee_code, 'none') AS payee, coalesce(w.payee_kind, 'none') AS kind,"
    " count(*) FILTER (WHERE p.pence > 0) AS payments, sum(p.pence)::bigint AS pence"
    " FROM ledger_entry AS e JOIN ledger_posting AS p ON p.entry_id = e.id"
    " JOIN ledger_account AS a ON a.id = p.account_id AND a.stage = 'paid'"
    " LEFT JOIN award AS w ON w.id = e.award_id"
    " WHERE e.financial_year = :year AND e.period = :period AND e.verb <> 'carry_forward'"
    " GROUP BY 1, 2 ORDER BY 1, 2"
)
_SECTION_251 = text(
    "SELECT coalesce(e.section_251_line, 'none') AS line,"
    " coalesce(e.cost_centre, 'none') AS cost_centre,"
    " coalesce(sum(p.pence) FILTER (WHERE e.period = :period), 0)::bigint AS month_pence,"
    " sum(p.pence)::bigint AS year_pence"
    " FROM ledger_entry AS e JOIN ledger_posting AS p ON p.entry_id = e.id"
    " JOIN ledger_account AS a ON a.id = p.account_id AND a.stage = 'paid'"
    " WHERE e.financial_year = :year AND e.period <= :period AND e.verb <> 'carry_forward'"
    " GROUP BY 1, 2 ORDER BY 1, 2"
)


@dataclass(frozen=True)
class FinancePack:
    """A month's lists, whether its books are closed, and the head that vouches for its entries."""

    financial_year: FinancialYear
    period: Period
    month: str
    is_closed: bool
    head: SealedHead | None
    listings: tuple[Listing, ...]


def finance_pack(session: Session, year: FinancialYear, period: Period, day: date) -> FinancePack:
    """Gather a month's pack, as its books say, with the forecast as things stand on the day."""
    finance = document_on(session, "finance", Finance, day)
    if finance is None:
        raise NoPolicyInForce("to make a finance pack", "no finance policy is in force today")
    seen = forecast_of(session, year, finance, day)
    span = Span(financial_year=year, from_period=period, until_period=period)
    wanted = {"year": year, "period": period}
    return FinancePack(
        financial_year=year,
        period=period,
        month=month_name(year, period),
        is_closed=period in closed_periods(session, year),
        head=sealed_head(session),
        listings=(
            _balances(session, year, period),
            _entries(session, wanted),
            _by_payee(session, wanted),
            _section_251(session, wanted),
            _forecast(seen),
            _statements(pots_in_month(session, year, period, seen)),
            *(report_listing(counted(session, by, span)) for by in ReportBy),
            beside_listing(all_beside(session, year)),
        ),
    )


def _balances(session: Session, year: FinancialYear, period: Period) -> Listing:
    return Listing(
        name="balances",
        headings=("pot", "financial_year", "given", "available", "held", "committed", "paid"),
        rows=tuple(
            (
                each.pot,
                each.financial_year,
                in_pounds(each.allocated_pence),
                in_pounds(each.available_pence),
                in_pounds(each.held_pence),
                in_pounds(each.committed_pence),
                in_pounds(each.paid_pence),
            )
            for each in stood(session, year, period)
        ),
    )


def _entries(session: Session, wanted: dict[str, Any]) -> Listing:
    """Every posting of the month's entries, one row each; an entry that moves nothing has one."""
    streamed = {"stream_results": True, "yield_per": _ROWS}
    rows = session.connection().execute(_ENTRIES, wanted, execution_options=streamed)
    return Listing(
        name="entries",
        headings=_ENTRY_HEADINGS,
        rows=tuple((*row[:-1], in_pounds(row[-1])) for row in rows),
    )


def _by_payee(session: Session, wanted: dict[str, Any]) -> Listing:
    rows = session.connection().execute(_BY_PAYEE, wanted)
    return Listing(
        name="payments-by-payee",
        headings=("payee", "payee_kind", "payments", "paid"),
        rows=tuple((row.payee, row.kind, row.payments, in_pounds(row.pence)) for row in rows),
    )


def _section_251(session: Session, wanted: dict[str, Any]) -> Listing:
    rows = session.connection().execute(_SECTION_251, wanted)
    return Listing(
        name="section-251",
        headings=("section_251_line", "cost_centre", "paid_in_month", "paid_in_year_to_date"),
        rows=tuple(
            (row.line, row.cost_centre, in_pounds(row.month_pence), in_pounds(row.year_pence))
            for row in rows
        ),
    )


def _forecast(seen: Forecast) -> Listing:
    return Listing(
        name="forecast",
        headings=(
            *("pot", "budget", "paid", "committed", "in_hand", "renewals", "forecast"),
            *("variance", "direction"),
        ),
        rows=tuple(_forecast_row(each) for each in (*seen.pots, seen.total)),
    )


def _forecast_row(pot: PotForecast) -> tuple[Cell, ...]:
    return (
        pot.pot,
        in_pounds(pot.budget_pence),
        in_pounds(pot.paid_pence),
        in_pounds(pot.committed_pence),
        in_pounds(pot.in_hand_pence),
        in_pounds(pot.renewals_pence),
        in_pounds(pot.forecast_pence),
        in_pounds(pot.variance.pence),
        pot.variance.direction.value,
    )


def _statements(pots: Iterable[PotInMonth]) -> Listing:
    """What each cluster's chair is told, pot by pot, the month's own changes beside it."""
    return Listing(
        name="statements",
        headings=(
            *("cluster", "pot", "given", "held", "committed", "paid", "remaining", "forecast"),
            *("promised_in_month", "paid_in_month"),
        ),
        rows=tuple(
            (
                cluster_of(each.pot),
                each.pot,
                in_pounds(each.given_pence),
                in_pounds(each.held_pence),
                in_pounds(each.committed_pence),
                in_pounds(each.paid_pence),
                in_pounds(each.remaining_pence),
                in_pounds(each.forecast_pence),
                in_pounds(sum(one.committed_pence + one.paid_pence for one in each.moved)),
                in_pounds(sum(one.paid_pence for one in each.moved)),
            )
            for each in pots
            if cluster_of(each.pot) is not None
        ),
    )
