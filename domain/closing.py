"""Months and years that end: which books a late item is entered in, and what goes on.

A financial year has twelve periods, April to March; its academic year begins in September. Five
twelfths of a financial year are April to August, seven twelfths September to March (DOMAIN.md 5).
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import date

from domain.frozen import Frozen
from domain.ledger.accounts import HIGH_NEEDS_BLOCK, FinancialYear, MoneyStage, PotCode
from domain.ledger.balances import PotBalance
from domain.ledger.journal import Period, PeriodName, PotYear
from domain.ledger.year import CarryLine
from domain.money import Pence, pro_rata
from domain.periods import FIRST_MONTH_OF_FINANCIAL_YEAR, ONE_DAY, financial_year, period
from domain.policy.finance import Finance, YearEndWay, one_pot

MONTHS = 12
MONTHS_TO_AUGUST = 5
"""April to August: the part of a financial year that lies in the academic year before."""
YearAndPeriod = tuple[FinancialYear, Period]


class Books(Frozen):
    """The books that something of a day is entered in."""

    financial_year: FinancialYear
    period: Period
    belongs_to: PeriodName | None
    """The closed period that a late item belongs to, such as ``2026/03``."""


class CarriedPot(Frozen):
    """What becomes of a pot's year, for the year end's report."""

    pot: PotCode
    way: YearEndWay
    into_pot: PotCode
    available_pence: Pence
    held_pence: Pence
    committed_pence: Pence
    paid_pence: Pence
    source: str
    """The rule's source."""


class YearEnd(Frozen):
    """A year's end worked out: what is carried where, and which pots are then empty and closed."""

    financial_year: FinancialYear
    pots: tuple[CarriedPot, ...]
    lines: tuple[CarryLine, ...]
    """For the ledger's one carry forward; empty when nothing is left."""
    to_open: tuple[PotYear, ...]
    """Pots of the next year that must be open before."""
    to_close: tuple[PotYear, ...]
    """Pots of this year that stand at nought after it."""


class Apportioned(Frozen):
    """A year's amount in two columns that add up to it, pence."""

    april_to_august_pence: Pence
    september_to_march_pence: Pence


def year_begins(financial_year: FinancialYear) -> date:
    """Give the first day of a financial year, 1 April."""
    return date(financial_year, FIRST_MONTH_OF_FINANCIAL_YEAR, 1)


def period_name(financial_year: FinancialYear, period: Period) -> PeriodName:
    """Name a period as the ledger does.

    >>> period_name(2026, 3)
    '2026/03'
    """
    return f"{financial_year}/{period:02}"


def period_begins(financial_year: FinancialYear, period: Period) -> date:
    """Give the first day of a period."""
    months = FIRST_MONTH_OF_FINANCIAL_YEAR - 1 + period - 1
    return date(financial_year + months // MONTHS, months % MONTHS + 1, 1)


def period_ends_on(financial_year: FinancialYear, period: Period) -> date:
    """Give the last day of a period.

    >>> period_ends_on(2027, 11).isoformat()
    '2028-02-29'
    """
    return period_begins(*_after(financial_year, period)) - ONE_DAY


def statement_due_on(financial_year: FinancialYear, period: Period, day_of_month: int) -> date:
    """Give the day by which chairs are to have a month's statement: in the month after it.

    >>> statement_due_on(2026, 9, 10).isoformat()
    '2027-01-10'
    """
    return period_begins(*_after(financial_year, period)).replace(day=day_of_month)


def month_name(financial_year: FinancialYear, period: Period) -> str:
    """Name a period's month as people do.

    >>> month_name(2026, 1), month_name(2026, 10)
    ('April 2026', 'January 2027')
    """
    return f"{period_begins(financial_year, period):%B %Y}"


def books_for(day: date, closed: AbstractSet[YearAndPeriod]) -> Books:
    """Find the books for something of a day: its own period, or the first open one after it.

    What is entered late says which closed period it belongs to.
    """
    own = at = (financial_year(day), period(day))
    while at in closed:
        at = _after(*at)
    late = None if at == own else period_name(*own)
    return Books(financial_year=at[0], period=at[1], belongs_to=late)


def faults_of_closing(
    at: YearAndPeriod, closed: AbstractSet[YearAndPeriod], today: date
) -> tuple[str, ...]:
    """Say everything in the way of closing a period: not over, closed already, an earlier one open.

    Earlier periods of the same financial year close first; years before it are not looked at.
    """
    faults = []
    if period_ends_on(*at) >= today:
        faults.append(f"{month_name(*at)} is not over")
    if at in closed:
        faults.append(f"{month_name(*at)} is closed already")
    year, last = at
    still = [month_name(year, one) for one in range(1, last) if (year, one) not in closed]
    if still:
        faults.append(f"still open before it: {', '.join(still)}")
    return tuple(faults)


def year_end(
    financial_year: FinancialYear, balances: Iterable[PotBalance], finance: Finance
) -> YearEnd:
    """Work out a year's end from its balances by the policy's rule for each pot.

    Available money is carried, clawed back or pooled; what is held and promised goes on whole in
    its own pot; what was paid stays. A pot below nought is carried, whatever the rule, so that no
    overspend disappears. Balances of other years, and pots that no budget stands in, stay out.
    """
    own = sorted(
        (each for each in balances if each.financial_year == financial_year),
        key=lambda each: each.pot,
    )
    pots = tuple(carried for each in own for carried in _carried(each, finance))
    lines = tuple(line for each in pots for line in _lines(financial_year, each))
    opened = {line.into_pot for line in lines}
    return YearEnd(
        financial_year=financial_year,
        pots=pots,
        lines=lines,
        to_open=_pot_years(opened, financial_year + 1),
        to_close=_pot_years({each.pot for each in pots}, financial_year),
    )


def by_academic_year(pence: int) -> Apportioned:
    """Split a financial year's amount: 5/12 to its April to August, the rest from September.

    The first part lies in the academic year before, the second in the one that begins in it.
    """
    first = pro_rata(pence, MONTHS_TO_AUGUST, MONTHS)
    return Apportioned(april_to_august_pence=first, september_to_march_pence=pence - first)


def by_financial_year(pence: int) -> Apportioned:
    """Split an academic year's amount: 7/12 from its September to March, the rest from April.

    The first part lies in the financial year it begins in, the second in the one after.
    """
    first = pro_rata(pence, MONTHS - MONTHS_TO_AUGUST, MONTHS)
    return Apportioned(april_to_august_pence=pence - first, september_to_march_pence=first)


def _after(year: FinancialYear, period: Period) -> YearAndPeriod:
    return (year, period + 1) if period < MONTHS else (year + 1, 1)


def _pot_years(pots: AbstractSet[PotCode], year: FinancialYear) -> tuple[PotYear, ...]:
    return tuple(PotYear(pot=pot, financial_year=year) for pot in sorted(pots))


def _carried(balance: PotBalance, finance: Finance) -> Iterator[CarriedPot]:
    rule = finance.year_end_for(balance.pot)
    if rule is None:
        return
    way = rule.way if balance.available_pence >= 0 else YearEndWay.CARRY_FORWARD
    into = {
        YearEndWay.CARRY_FORWARD: balance.pot,
        YearEndWay.CLAW_BACK: HIGH_NEEDS_BLOCK,
        YearEndWay.POOL: rule.into and one_pot(rule.into),
    }[way]
    assert into is not None, "the policy names the one pot that others pool into"
    yield CarriedPot(
        pot=balance.pot,
        way=way,
        into_pot=into,
        available_pence=balance.available_pence,
        held_pence=balance.held_pence,
        committed_pence=balance.committed_pence,
        paid_pence=balance.paid_pence,
        source=rule.source,
    )


def _lines(year: FinancialYear, carried: CarriedPot) -> Iterator[CarryLine]:
    """Write what goes on of a pot, stage by stage; nothing is no line."""
    stages: tuple[tuple[MoneyStage, int, PotCode], ...] = (
        (MoneyStage.AVAILABLE, carried.available_pence, carried.into_pot),
        (MoneyStage.HELD, carried.held_pence, carried.pot),
        (MoneyStage.COMMITTED, carried.committed_pence, carried.pot),
    )
    for stage, pence, into in stages:
        if pence:
            yield CarryLine(
                pot=carried.pot,
                financial_year=year,
                stage=stage,
                pence=pence,
                into_pot=into,
                into_stage=stage,
            )
