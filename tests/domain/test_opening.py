"""Live awards of the old system: paid stands as paid, and the rest falls on the days left."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.award import amount_for_span
from domain.budgeting import OpeningAward
from domain.money import Rounding
from domain.opening import faults_of_opening, opening_plan
from domain.places import PayeeKind
from domain.policy.paying import Frequency, PaymentRule
from domain.request import RequestKind
from tests.domain.demo_county import calendar

DAY = date(2026, 11, 23)
"""A Monday."""


def award(**changed: object) -> OpeningAward:
    """An award of £6,000 a year for the academic year, a third of it paid."""
    facts: dict[str, object] = {
        "row": 2,
        "reference": "SEN/1",
        "school": "ashdown",
        "payee": "ashdown",
        "payee_kind": PayeeKind.MAINTAINED_SCHOOL,
        "annual_pence": 600_000,
        "from_on": date(2026, 9, 1),
        "until_on": date(2027, 9, 1),
        "pot": "cluster:alder",
        "paid_pence": 150_000,
        "paid_this_year_pence": 150_000,
    }
    return OpeningAward.model_validate({**facts, **changed})


def rule(frequency: Frequency = Frequency.MONTHLY) -> PaymentRule:
    """How it is paid: on the fifteenth, every fourth week, by term, or at once."""
    return PaymentRule(
        kinds=(RequestKind.INDIVIDUAL,),
        payees=(PayeeKind.MAINTAINED_SCHOOL,),
        frequency=frequency,
        rounding=Rounding.RESIDUE_LAST,
        payment_day=15 if frequency is Frequency.MONTHLY else None,
        counted_from_on=date(2026, 9, 7) if frequency is Frequency.FOUR_WEEKLY else None,
        section_251_line="1.2.1",
    )


def test_what_was_paid_comes_first_and_the_rest_falls_on_the_pay_days_left() -> None:
    """Three of twelve months were paid: nine of the same size are left, from December on."""
    plan = opening_plan(award(), DAY, rule(), calendar())
    (paid,) = plan.paid
    assert (paid.number, paid.due_on, paid.pence, paid.period) == (1, DAY, 150_000, 8)
    assert [each.pence for each in plan.due] == [50_000] * 9
    assert plan.due[0].due_on == date(2026, 12, 15)
    assert [each.number for each in plan.instalments] == list(range(1, 11))


def test_what_earlier_years_paid_stands_in_the_year_before() -> None:
    """An award of two years has a part in each: this year's budget carries this year's money."""
    old = award(from_on=date(2025, 9, 1), paid_pence=750_000, paid_this_year_pence=400_000)
    plan = opening_plan(old, DAY, rule(), calendar())
    found = [(each.due_on, each.financial_year, each.period, each.pence) for each in plan.paid]
    assert found == [(date(2026, 3, 31), 2025, 12, 350_000), (DAY, 2026, 8, 400_000)]
    assert sum(each.pence for each in plan.due) == 450_000


def test_awards_of_one_commitment_are_numbered_through() -> None:
    """Behind the last of the award before, what was paid first."""
    plan = opening_plan(award(), DAY, rule(), calendar()).behind(20)
    assert [each.number for each in plan.instalments] == list(range(21, 31))


def test_an_award_that_is_paid_whole_has_nothing_due() -> None:
    """It is live until its last day, and stands in the record."""
    whole = award(paid_pence=600_000, paid_this_year_pence=600_000)
    assert opening_plan(whole, DAY, rule(), calendar()).due == ()


def test_an_award_that_begins_later_is_dated_as_any_other() -> None:
    """Nothing was paid on it, and its first pay day is its own."""
    later = award(from_on=date(2027, 1, 4), paid_pence=0, paid_this_year_pence=0)
    plan = opening_plan(later, DAY, rule(), calendar())
    assert plan.paid == ()
    assert plan.due[0].due_on == date(2027, 1, 15)
    assert len(plan.due) == 8


def test_where_no_pay_day_is_left_the_rest_is_due_at_once() -> None:
    """One sum was due when it began: what of it is still owed is due on the day of the import."""
    plan = opening_plan(award(), DAY, rule(Frequency.ONE_SUM), calendar())
    assert [(each.due_on, each.pence) for each in plan.due] == [(DAY, 450_000)]


@pytest.mark.parametrize("frequency", [Frequency.TERMLY, Frequency.FOUR_WEEKLY])
def test_terms_and_fourth_weeks_go_on_where_they_are(frequency: Frequency) -> None:
    """The pay days left are those that the policy has, the years before are not asked about."""
    old = award(from_on=date(2023, 9, 1))
    plan = opening_plan(old, DAY, rule(frequency), calendar())
    assert all(each.due_on > DAY for each in plan.due)
    if frequency is Frequency.FOUR_WEEKLY:
        assert plan.due[0].due_on == date(2026, 11, 30)


_SPANS = st.tuples(st.integers(-900, 200), st.integers(1, 900))
_PARTS = st.tuples(st.fractions(0, 1), st.fractions(0, 1))


@given(
    annual=st.integers(1, 10**7),
    span=_SPANS,
    parts=_PARTS,
    frequency=st.sampled_from([Frequency.MONTHLY, Frequency.FOUR_WEEKLY, Frequency.ONE_SUM]),
)
def test_paid_and_due_come_to_what_the_award_is_worth(
    annual: int, span: tuple[int, int], parts: tuple[Fraction, Fraction], frequency: Frequency
) -> None:
    """Exact in total, numbered in one row, nothing due before tomorrow unless nothing is left."""
    from_on = DAY + timedelta(days=span[0])
    until_on = from_on + timedelta(days=span[1])
    worth = amount_for_span(annual, from_on, until_on)
    done = int(worth * parts[0])
    one = award(
        annual_pence=annual,
        from_on=from_on,
        until_on=until_on,
        paid_pence=done,
        paid_this_year_pence=int(done * parts[1]),
    )
    plan = opening_plan(one, DAY, rule(frequency), calendar())
    assert sum(each.pence for each in plan.paid) == done
    assert sum(each.pence for each in plan.instalments) == worth
    assert [each.number for each in plan.instalments] == [
        place for place, _ in enumerate(plan.instalments, start=1)
    ]
    assert len({each.due_on > DAY for each in plan.due}) <= 1


def test_an_award_that_is_not_live_is_said_to_be_none() -> None:
    """Every fault at once: it is over, it comes to nothing, it was paid before it began."""
    assert faults_of_opening(award(), DAY) == ()
    (over,) = faults_of_opening(award(until_on=DAY), DAY)
    assert over == "it ended on 2026-11-22: only live awards are imported"
    (nothing,) = faults_of_opening(
        award(annual_pence=1, from_on=DAY, until_on=date(2026, 11, 24), paid_this_year_pence=0), DAY
    )
    assert "less than a penny" in nothing
    (early,) = faults_of_opening(award(from_on=date(2027, 1, 4)), DAY)
    assert "before it begins" in early
