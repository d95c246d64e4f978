"""A month by the books: where each pot stood when it ended, what moved in it, and statements."""

from collections import defaultdict
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from activities.store.forecasting import cluster_of
from domain.forecast import Direction, Forecast
from domain.frozen import Frozen
from domain.ledger.accounts import Account, FinancialYear, MoneyStage, PotCode
from domain.ledger.balances import PotBalance, by_pot
from domain.ledger.journal import Period, Verb
from domain.money import Pence

_STOOD = text(
    "SELECT a.pot, a.financial_year, a.stage, sum(p.pence)::bigint AS pence,"
    " bool_or(a.opened_at IS NOT NULL) AS is_open"
    " FROM ledger_entry AS e JOIN ledger_posting AS p ON p.entry_id = e.id"
    " JOIN ledger_account AS a ON a.id = p.account_id"
    " WHERE (e.financial_year, e.period) <= (:year, :period) AND a.financial_year = :year"
    " GROUP BY a.pot, a.financial_year, a.stage"
)
_MOVED = text(
    "SELECT a.pot, e.verb, count(DISTINCT e.id) AS entries,"
    " coalesce(sum(p.pence) FILTER (WHERE a.stage = 'available'), 0)::bigint AS available_pence,"
    " coalesce(sum(p.pence) FILTER (WHERE a.stage = 'held'), 0)::bigint AS held_pence,"
    " coalesce(sum(p.pence) FILTER (WHERE a.stage = 'committed'), 0)::bigint AS committed_pence,"
    " coalesce(sum(p.pence) FILTER (WHERE a.stage = 'paid'), 0)::bigint AS paid_pence"
    " FROM ledger_entry AS e JOIN ledger_posting AS p ON p.entry_id = e.id"
    " JOIN ledger_account AS a ON a.id = p.account_id"
    " WHERE e.financial_year = :year AND e.period = :period AND a.financial_year = :year"
    " GROUP BY a.pot, e.verb ORDER BY a.pot, e.verb"
)


class Moved(Frozen):
    """What the entries of one verb changed in a pot in a month, pence, by stage."""

    pot: PotCode
    verb: Verb
    entries: int
    available_pence: Pence
    held_pence: Pence
    committed_pence: Pence
    paid_pence: Pence


class PotInMonth(Frozen):
    """A pot as a month's statement tells of it, pence: at the month's end, and what is ahead."""

    pot: PotCode
    given_pence: Pence
    held_pence: Pence
    committed_pence: Pence
    paid_pence: Pence
    remaining_pence: Pence
    forecast_pence: Pence | None
    """What the year is seen to come to; none for a pot that is not forecast."""
    variance_pence: Pence | None
    """How far the forecast is from the budget, never below nought."""
    direction: Direction | None
    moved: tuple[Moved, ...]


def stood(session: Session, year: FinancialYear, period: Period) -> tuple[PotBalance, ...]:
    """What each pot of a year had when a month's books ended, whatever came after."""
    rows = session.connection().execute(_STOOD, {"year": year, "period": period}).all()
    totals = {
        Account(pot=row.pot, financial_year=row.financial_year, stage=MoneyStage(row.stage)): (
            row.pence
        )
        for row in rows
    }
    opened = frozenset((row.pot, row.financial_year) for row in rows if row.is_open)
    return by_pot(totals, opened)


def moved(session: Session, year: FinancialYear, period: Period) -> tuple[Moved, ...]:
    """What was entered in a month, by pot and verb."""
    rows = session.connection().execute(_MOVED, {"year": year, "period": period})
    return tuple(Moved.model_validate(dict(row), strict=False) for row in rows.mappings())


def statements(
    session: Session, year: FinancialYear, period: Period, seen: Forecast
) -> dict[str, dict[str, Any]]:
    """Each cluster's statement of a month: its pots as they stood, and what the year will be."""
    told: defaultdict[str, list[Any]] = defaultdict(list)
    for each in pots_in_month(session, year, period, seen):
        cluster = cluster_of(each.pot)
        if cluster is not None:
            told[cluster].append(each.model_dump(mode="json"))
    return {cluster: {"pots": pots} for cluster, pots in told.items()}


def pots_in_month(
    session: Session, year: FinancialYear, period: Period, seen: Forecast
) -> tuple[PotInMonth, ...]:
    """Every pot of a year in a month, in order of pot."""
    ahead = {each.pot: each for each in seen.pots}
    changes: defaultdict[str, list[Moved]] = defaultdict(list)
    for change in moved(session, year, period):
        changes[change.pot].append(change)
    found = []
    for each in stood(session, year, period):
        forecast = ahead.get(each.pot)
        found.append(
            PotInMonth(
                pot=each.pot,
                given_pence=each.allocated_pence,
                held_pence=each.held_pence,
                committed_pence=each.committed_pence,
                paid_pence=each.paid_pence,
                remaining_pence=each.available_pence,
                forecast_pence=forecast.forecast_pence if forecast else None,
                variance_pence=forecast.variance.pence if forecast else None,
                direction=forecast.variance.direction if forecast else None,
                moved=tuple(changes[each.pot]),
            )
        )
    return tuple(found)
