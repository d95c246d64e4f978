"""What a year's forecast is made of: where pots stand, requests in hand, awards that end early."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session, col, select

from activities.store import changes, ledger
from activities.store.tables import AwardRow
from domain.adjusting import stretches
from domain.closing import period_ends_on
from domain.forecast import (
    EndingAward,
    Forecast,
    Likely,
    PotPosition,
    RequestInHand,
    forecast,
)
from domain.ledger.accounts import FinancialYear, PotCode
from domain.ledger.journal import Period
from domain.periods import academic_year, academic_year_begins
from domain.policy.finance import Finance, budget_kind

LAST_PERIOD: Period = 12
_CLUSTER_POTS = ("cluster:", "contingency:cluster:")
_IN_HAND = text(
    "SELECT p.annual_pence, p.tier,"
    " coalesce(p.hold_lines -> 0 ->> 'pot', p.pots_tried -> 0 ->> 'pot') AS pot,"
    " coalesce((v.content ->> 'starts_on')::date,"
    " (r.submitted_at AT TIME ZONE 'Europe/London')::date) AS from_on,"
    " (v.content ->> 'ends_on')::date AS until_on"
    ' FROM support_request AS r JOIN "placing" AS p ON p.id = r.placing_id'
    " JOIN request_version AS v ON (v.request_id, v.number) = (r.id, r.version)"
    " WHERE r.stage IN ('sign_off', 'no_money', 'key_decision') AND p.annual_pence > 0"
)
"""Placed and priced, and not signed: what no price is known of cannot be forecast."""


def cluster_of(pot: PotCode) -> str | None:
    """Name the cluster whose budget or contingency a pot is.

    >>> cluster_of("contingency:cluster:alder"), cluster_of("contingency:area:north")
    ('alder', None)
    """
    return next((pot.removeprefix(each) for each in _CLUSTER_POTS if pot.startswith(each)), None)


def forecast_of(session: Session, year: FinancialYear, finance: Finance, day: date) -> Forecast:
    """Forecast a financial year to its end, as things stand on a day."""
    likely = Likely(in_hand=tuple(_in_hand(session)), ending=tuple(_ending(session, year, day)))
    return forecast(year, _positions(session, year), likely, finance)


def _positions(session: Session, year: FinancialYear) -> Iterator[PotPosition]:
    for each in ledger.balances(session, year):
        if budget_kind(each.pot) is not None:
            yield PotPosition(
                pot=each.pot,
                budget_pence=each.allocated_pence,
                paid_pence=each.paid_pence,
                committed_pence=each.committed_pence,
            )


def _in_hand(session: Session) -> Iterator[RequestInHand]:
    for row in session.connection().execute(_IN_HAND):
        if row.pot is not None:
            yield RequestInHand(
                pot=row.pot,
                annual_pence=row.annual_pence,
                from_on=row.from_on,
                until_on=_until(row),
                tier=row.tier,
            )


def _until(row: Row[Any]) -> date:
    """As asked, or until the academic year ends, as an award would be given."""
    if row.until_on is not None and row.until_on > row.from_on:
        asked: date = row.until_on
        return asked
    return academic_year_begins(academic_year(row.from_on) + 1)


def _ending(session: Session, year: FinancialYear, day: date) -> Iterator[EndingAward]:
    """Find the awards that run until a day before the year's end, as their changes left them.

    One that a change ended sooner is not asked for again: the pupil left, or has the next award.
    What a cluster plan pays is not either: next year's plan is proposed and held by itself.
    """
    until = col(AwardRow.until_on)
    found = session.exec(
        select(AwardRow).where(
            until > day,
            until <= period_ends_on(year, LAST_PERIOD),
            col(AwardRow.plan_item_id).is_(None),
        )
    ).all()
    histories = changes.histories(session, found)
    for row in found:
        for last in stretches(histories[row.id])[-1:]:
            if last.until_on == row.until_on:
                yield EndingAward(
                    pot=row.pot, annual_pence=last.annual_pence, until_on=row.until_on
                )
