"""Awards and their dated instalments: exact in total, in the right years, on working days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.award import (
    Award,
    Payee,
    amount_for_span,
    by_financial_year,
    schedule,
    schedule_of,
)
from domain.money import Rounding
from domain.periods import SchoolDays, academic_year, financial_year, period
from domain.places import PayeeKind
from domain.policy.model import Frequency, PaymentRule
from domain.refusals import NoPolicyInForce
from domain.request import RequestKind
from tests.domain.demo_county import calendar, payments, person

BEGINS, ENDS = date(2026, 9, 1), date(2027, 9, 1)
C2_PENCE = 497_400


def rule(frequency: Frequency, **changed: object) -> PaymentRule:
    """A rule that pays individual requests to schools, the residue last."""
    facts = {
        "kinds": (RequestKind.INDIVIDUAL,),
        "payees": (PayeeKind.MAINTAINED_SCHOOL,),
        "frequency": frequency,
        "rounding": Rounding.RESIDUE_LAST,
        "payment_day": 15,
        "counted_from_on": date(2026, 9, 11),
        "section_251_line": "1.2.1",
    }
    return PaymentRule.model_validate({**facts, **changed})


def award(*annual_pence: int, kind: RequestKind = RequestKind.GROUP) -> Award:
    """A year's award to so many schools."""
    payees = tuple(
        Payee(code=f"school-{n}", kind=PayeeKind.MAINTAINED_SCHOOL, annual_pence=pence)
        for n, pence in enumerate(annual_pence)
    )
    return Award(
        request_id=person("request"), kind=kind, payees=payees, from_on=BEGINS, until_on=ENDS
    )


def test_a_year_is_paid_in_twelve_months_that_split_seven_to_five() -> None:
    """September to August gives twelve instalments, seven of them in the first financial year."""
    planned = schedule(C2_PENCE, BEGINS, ENDS, rule(Frequency.MONTHLY), calendar())
    assert [instalment.pence for instalment in planned] == [41_450] * 12
    assert by_financial_year(planned) == {2026: 7 * 41_450, 2027: 5 * 41_450}


def test_the_residue_goes_to_the_last_instalment() -> None:
    """A sum that twelve does not divide ends with the odd pennies."""
    planned = schedule(100_01, BEGINS, ENDS, rule(Frequency.MONTHLY), calendar())
    assert [each.pence for each in planned] == [833] * 11 + [838]


def test_a_pay_day_that_is_no_working_day_is_moved_to_the_one_before() -> None:
    """15 November 2026 is a Sunday, so the money comes on the Friday."""
    planned = schedule(C2_PENCE, BEGINS, ENDS, rule(Frequency.MONTHLY), calendar())
    assert planned[2].due_on == date(2026, 11, 13)


def test_no_instalment_is_due_before_the_award_begins() -> None:
    """From Saturday 14 November the first payment is on the Monday after, not the Friday before."""
    planned = schedule(1200, date(2026, 11, 14), ENDS, rule(Frequency.MONTHLY), calendar())
    assert planned[0].due_on == date(2026, 11, 16)
    assert len(planned) == 10


def test_four_weekly_pay_days_are_counted_from_the_one_that_the_policy_names() -> None:
    """Thirteen pay days lie in the year, twenty-eight days apart but for holidays."""
    planned = schedule(C2_PENCE, BEGINS, ENDS, rule(Frequency.FOUR_WEEKLY), calendar())
    assert len(planned) == 13
    assert [each.due_on for each in planned[:3]] == [
        date(2026, 9, 11),
        date(2026, 10, 9),
        date(2026, 11, 6),
    ]


def test_a_termly_award_is_paid_on_the_first_day_of_each_term_it_touches() -> None:
    """From October a year's last three terms are paid, the first from the day it begins."""
    planned = schedule(300, date(2026, 10, 19), ENDS, rule(Frequency.TERMLY), calendar())
    assert [each.due_on for each in planned] == [
        date(2026, 10, 19),
        date(2027, 1, 4),
        date(2027, 4, 12),
    ]


def test_an_award_between_terms_is_paid_when_it_begins() -> None:
    """In August no term can carry a payment, so it is one sum."""
    august = date(2027, 8, 2)
    planned = schedule(365_00, august, ENDS, rule(Frequency.TERMLY), calendar())
    assert [(each.due_on, each.pence) for each in planned] == [(august, 30_00)]


def test_terms_that_the_calendar_does_not_have_are_refused() -> None:
    """An award into a year without terms is not bunched into the terms before."""
    with pytest.raises(NoPolicyInForce):
        schedule(1, BEGINS, date(2029, 9, 2), rule(Frequency.TERMLY), calendar())


def test_a_project_is_paid_as_one_sum() -> None:
    """The whole amount is due on the first working day."""
    one = payments().rule_for(RequestKind.PROJECT, PayeeKind.ACADEMY_TRUST)
    planned = schedule(500_000, date(2026, 10, 31), ENDS, one, calendar())
    assert [each.due_on for each in planned] == [date(2026, 11, 2)]
    assert planned[0].pence == amount_for_span(500_000, date(2026, 10, 31), ENDS)


@pytest.mark.parametrize(
    ("from_on", "until_on", "pence"),
    [
        (BEGINS, ENDS, 36_500),
        (date(2027, 9, 1), date(2028, 9, 1), 36_500),
        (BEGINS, date(2026, 9, 2), 100),
        (date(2027, 8, 31), date(2027, 9, 2), 200),
        (BEGINS, date(2028, 9, 1), 73_000),
    ],
    ids=["a year", "a leap year", "a day", "a day either side", "two years"],
)
def test_the_amount_for_a_span_goes_by_the_days_of_each_academic_year(
    from_on: date, until_on: date, pence: int
) -> None:
    """A whole academic year is the whole amount; a part of one goes by its days."""
    assert amount_for_span(36_500, from_on, until_on) == pence


def test_an_award_of_nothing_has_no_instalments() -> None:
    """Advice and places cost nothing, and no payment run ever sees them."""
    assert schedule(0, BEGINS, ENDS, rule(Frequency.MONTHLY), calendar()) == ()
    assert schedule_of(award(0, 0), payments(), calendar()) == {"school-0": (), "school-1": ()}


def test_instalments_of_nothing_are_left_out() -> None:
    """Three pennies over twelve months are paid when there is a penny to pay."""
    cumulative = rule(Frequency.MONTHLY, rounding=Rounding.CUMULATIVE)
    planned = schedule(3, BEGINS, ENDS, cumulative, calendar())
    assert [each.pence for each in planned] == [1, 1, 1]
    assert [each.number for each in planned] == [1, 2, 3]


spans = st.tuples(
    st.dates(date(2026, 9, 1), date(2028, 8, 30)), st.integers(1, 700).map(timedelta)
).map(lambda span: (span[0], min(span[0] + span[1], date(2029, 9, 1))))


@pytest.mark.promise(5)
@given(st.integers(0, 10**9), spans, st.sampled_from(Frequency), st.sampled_from(Rounding))
def test_instalments_add_up_to_the_award_and_fall_inside_it(
    annual_pence: int, span: tuple[date, date], frequency: Frequency, rounding: Rounding
) -> None:
    """For every rule: exact in total, in order, never early, on working days, in its year."""
    from_on, until_on = span
    planned = schedule(
        annual_pence, from_on, until_on, rule(frequency, rounding=rounding), calendar()
    )
    demo = SchoolDays(calendar())
    assert sum(each.pence for each in planned) == amount_for_span(annual_pence, from_on, until_on)
    assert [each.number for each in planned] == list(range(1, len(planned) + 1))
    assert [each.due_on for each in planned] == sorted(each.due_on for each in planned)
    for each in planned:
        assert each.due_on >= from_on
        assert demo.is_working_day(each.due_on)
        assert each.financial_year == financial_year(each.due_on)
        assert each.academic_year == academic_year(each.due_on)
        assert each.period == period(each.due_on)
    assert sum(by_financial_year(planned).values()) == sum(each.pence for each in planned)


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=12), spans)
def test_the_parts_of_the_payees_add_up_to_the_whole_award(
    annual: list[int], span: tuple[date, date]
) -> None:
    """Shared between schools no penny comes or goes, and a school with no part gets none."""
    whole = award(*annual).model_copy(update={"from_on": span[0], "until_on": span[1]})
    planned = schedule_of(whole, payments(), calendar())
    paid = {code: sum(each.pence for each in own) for code, own in planned.items()}
    assert sum(paid.values()) == amount_for_span(sum(annual), *span)
    for payee in whole.payees:
        assert payee.annual_pence or not paid[payee.code]


def test_an_award_ends_after_it_begins() -> None:
    """An award of no days is not one."""
    with pytest.raises(ValueError, match="ends after it begins"):
        Award(**{**dict(award(1)), "until_on": BEGINS})


def test_a_payee_is_named_once() -> None:
    """Two parts for one school would be paid as one, so they are one."""
    (payee,) = award(1).payees
    with pytest.raises(ValueError, match="named once"):
        Award(**{**dict(award(1)), "payees": (payee, payee)})
