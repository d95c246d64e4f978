"""Months and years that end: late items, what goes on, what is split in twelfths."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.closing import (
    Books,
    YearAndPeriod,
    books_for,
    by_academic_year,
    by_financial_year,
    faults_of_closing,
    period_begins,
    period_ends_on,
    year_end,
)
from domain.ledger.accounts import MoneyStage
from domain.ledger.balances import PotBalance
from domain.ledger.journal import PotYear
from domain.periods import ONE_DAY, financial_year, period
from domain.policy.finance import YearEndWay
from tests.domain.demo_county import finance

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def balance(pot: str, *pence: int, year: int = 2026) -> PotBalance:
    """A pot's year: available, held, committed, paid."""
    available, held, committed, paid = (*pence, 0, 0, 0, 0)[:4]
    return PotBalance(
        pot=pot,
        financial_year=year,
        is_open=True,
        available_pence=available,
        held_pence=held,
        committed_pence=committed,
        paid_pence=paid,
    )


def test_an_open_month_takes_its_own_items() -> None:
    """Nothing closed, nothing late."""
    books = books_for(date(2026, 6, 30), frozenset())
    assert books == Books(financial_year=2026, period=3, belongs_to=None)


@pytest.mark.promise(11)
def test_a_late_item_goes_to_the_first_open_month_with_a_reference() -> None:
    """June and July are closed: June's late invoice is August's, and says it is June's."""
    closed = {(2026, 3), (2026, 4)}
    books = books_for(date(2026, 6, 12), closed)
    assert books == Books(financial_year=2026, period=5, belongs_to="2026/03")


def test_a_late_item_of_march_goes_into_the_next_year() -> None:
    """When the last month is closed, April takes it."""
    books = books_for(date(2027, 3, 31), {(2026, 12)})
    assert books == Books(financial_year=2027, period=1, belongs_to="2026/12")


@given(days, st.sets(st.tuples(st.integers(2019, 2037), st.integers(1, 12)), max_size=60))
def test_nothing_is_ever_entered_in_a_closed_month_nor_before_its_own(
    day: date, closed: set[YearAndPeriod]
) -> None:
    """The books are open, not earlier than the day's own, and no open month is passed over."""
    books = books_for(day, closed)
    own, at = (financial_year(day), period(day)), (books.financial_year, books.period)
    assert at not in closed
    assert at >= own
    between = [(year, one) for year in range(2019, 2040) for one in range(1, 13)]
    assert all(each in closed for each in between if own <= each < at)
    assert (books.belongs_to is None) == (at == own)


@given(days)
def test_every_day_lies_in_its_period(day: date) -> None:
    """Between the first and the last day of the month that it is counted in."""
    at = financial_year(day), period(day)
    assert period_begins(*at) <= day <= period_ends_on(*at)
    assert (period_ends_on(*at) + ONE_DAY).day == 1


def test_everything_in_the_way_of_a_close_is_told_at_once() -> None:
    """A month that is not over, is closed already and has an open one before it: three faults."""
    faults = faults_of_closing((2026, 3), {(2026, 3), (2026, 1)}, date(2026, 6, 30))
    assert faults == (
        "June 2026 is not over",
        "June 2026 is closed already",
        "still open before it: May 2026",
    )
    assert faults_of_closing((2026, 3), {(2026, 1), (2026, 2)}, date(2026, 7, 1)) == ()


def test_a_year_ends_as_the_policy_says_for_each_pot() -> None:
    """A cluster carries on, an area's contingency is pooled, the exceptional fund clawed back."""
    found = year_end(
        2026,
        [
            balance("exceptional", 300, 0, 40, 500),
            balance("cluster:alder", 100, 20, 30, 400),
            balance("contingency:area:north", 70),
            balance("commissioned", 0, 0, 0, 900),
            balance("opening", -5000),
            balance("cluster:alder", 999, year=2027),
        ],
        finance(),
    )
    assert [(pot.pot, pot.way, pot.into_pot) for pot in found.pots] == [
        ("cluster:alder", YearEndWay.CARRY_FORWARD, "cluster:alder"),
        ("commissioned", YearEndWay.CLAW_BACK, "high_needs_block"),
        ("contingency:area:north", YearEndWay.POOL, "contingency:council"),
        ("exceptional", YearEndWay.CLAW_BACK, "high_needs_block"),
    ]
    assert [(line.pot, line.stage, line.pence, line.into_pot) for line in found.lines] == [
        ("cluster:alder", MoneyStage.AVAILABLE, 100, "cluster:alder"),
        ("cluster:alder", MoneyStage.HELD, 20, "cluster:alder"),
        ("cluster:alder", MoneyStage.COMMITTED, 30, "cluster:alder"),
        ("contingency:area:north", MoneyStage.AVAILABLE, 70, "contingency:council"),
        ("exceptional", MoneyStage.AVAILABLE, 300, "high_needs_block"),
        ("exceptional", MoneyStage.COMMITTED, 40, "exceptional"),
    ]
    assert [each.pot for each in found.to_open] == [
        "cluster:alder",
        "contingency:council",
        "exceptional",
        "high_needs_block",
    ]
    assert {each.financial_year for each in found.to_open} == {2027}
    assert PotYear(pot="commissioned", financial_year=2026) in found.to_close
    assert "keep what they save" in found.pots[0].source


@pytest.mark.promise(11)
def test_an_overspend_is_carried_whatever_the_rule() -> None:
    """The exceptional fund is clawed back only of what it has; what it owes stays its own."""
    found = year_end(2026, [balance("exceptional", -50), balance("deficit", -900)], finance())
    assert [(line.pot, line.pence, line.into_pot) for line in found.lines] == [
        ("deficit", -900, "deficit"),
        ("exceptional", -50, "exceptional"),
    ]
    assert found.pots[1].way is YearEndWay.CARRY_FORWARD


pots = st.sampled_from(
    ["cluster:a", "exceptional", "contingency:area:n", "contingency:council", "deficit", "recouped"]
)
amounts = st.integers(-(10**9), 10**9)
balances = st.lists(
    st.tuples(pots, amounts, *[st.integers(0, 10**9)] * 3), unique_by=lambda row: row[0]
).map(lambda found: [balance(*row) for row in found])


@given(balances)
def test_a_year_ends_at_nought_and_no_penny_is_lost(found: list[PotBalance]) -> None:
    """Of every budget what is available, held and committed goes on whole; what is paid stays."""
    lines = year_end(2026, found, finance()).lines
    for each in found:
        carried = {line.stage: line.pence for line in lines if line.pot == each.pot}
        if each.pot == "recouped":
            assert not carried
            continue
        assert carried.get(MoneyStage.AVAILABLE, 0) == each.available_pence
        assert carried.get(MoneyStage.HELD, 0) == each.held_pence
        assert carried.get(MoneyStage.COMMITTED, 0) == each.committed_pence
    assert all(line.stage is line.into_stage for line in lines)


@given(st.integers(-(10**12), 10**12))
def test_twelfths_add_up(pence: int) -> None:
    """Five twelfths and seven twelfths are the whole, to the nearest penny each way."""
    for parts in (by_academic_year(pence), by_financial_year(pence)):
        assert parts.april_to_august_pence + parts.september_to_march_pence == pence
        assert abs(parts.april_to_august_pence * 12 - pence * 5) <= 6


def test_twelve_hundred_pounds_are_five_hundred_and_seven() -> None:
    """The customary apportionment of both years."""
    for parts in (by_academic_year(1200_00), by_financial_year(1200_00)):
        assert (parts.april_to_august_pence, parts.september_to_march_pence) == (500_00, 700_00)
