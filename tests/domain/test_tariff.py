"""Pricing by the tariff: tables, costed provision, allowances, and what goes to a person."""

from datetime import date
from decimal import Decimal

import pytest

from domain.case import Case
from domain.places import Phase, Setting
from domain.refusals import NotValid
from domain.request import RequestKind, SenStatus
from domain.tariff import price
from tests.domain.policy.pricing import (
    COST,
    ONE,
    PER_PUPIL_AND_SCHOOL,
    group_of,
    line_of,
    pupil_of,
)
from tests.domain.policy.writing import table, tariff


@pytest.mark.promise(2)
def test_a_price_carries_its_working() -> None:
    """Every penny says which rule, which values, since when and by whose authority."""
    found = price(ONE, "high", tariff(COST + PER_PUPIL_AND_SCHOOL))
    cost, share = found.working.steps
    assert cost.read == {"line 1": "10 hours a week of ta for 38 weeks at £17.20 an hour"}
    assert cost.gave == "£6,536.00 a year for a pupil"
    assert share.gave == "the school meets £6,000.00 a year"
    assert share.read["the school spends already"] == "£0.00"
    assert (share.source.policy, share.source.in_force_from) == ("tariff/test", date(2026, 9, 1))


def test_a_row_with_its_own_authority_is_named_as_the_source() -> None:
    """A value that differs from its document in day and authority says so in the working."""
    rows = '{ amount_pounds = 1, in_force_from = 2026-10-01, authority = "Decision 7" }'
    step = price(ONE, "high", tariff(table(rows))).working.steps[0]
    assert (step.source.in_force_from, step.source.authority) == (date(2026, 10, 1), "Decision 7")


def test_a_row_counts_on_its_own_days_alone() -> None:
    """Of two rows that differ in their days the one in force on the case's day is used."""
    rows = """
      { amount_pounds = 1, in_force_until = 2026-10-06, authority = "A" },
      { amount_pounds = 2, in_force_from = 2026-10-06, authority = "B" },
    """
    scheme = tariff(table(rows))
    later = ONE.model_copy(update={"day": date(2026, 10, 6)})
    assert [price(case, "high", scheme).annual_pence for case in (ONE, later)] == [100, 200]


def test_a_band_that_is_not_the_tariffs_is_refused_by_a_minimum() -> None:
    """A band from elsewhere is neither more nor less than a minimum, so it is not compared."""
    top = 'given = ["band"]\nbands = [{ code = "a", title = "A" }, { code = "b", title = "B" }]'
    step = """
    [[steps]]
    id = "raised"
    form = "minimum"
    says = "At least b."
    gives = "band"
    value = "b"
    """
    scheme = tariff(step + table("{ amount_pounds = 1 }"), top=top)
    raised = price(ONE.model_copy(update={"band": "a"}), "high", scheme)
    assert raised.band == "b"
    with pytest.raises(NotValid, match="no band zz"):
        price(ONE.model_copy(update={"band": "zz"}), "high", scheme)


@pytest.mark.promise(10)
def test_what_the_table_does_not_print_goes_to_a_person() -> None:
    """A missing row and a row without an amount both wait for a person, and nothing is nought."""
    missing = price(ONE, "high", tariff(table('{ tier = ["low"], amount_pounds = 1 }')))
    unpriced = price(ONE, "high", tariff(table('{ tier = ["high"], to_a_person = true }')))
    for found in (missing, unpriced):
        assert (found.annual_pence, found.to_a_person) == (None, True)
        assert found.per_school_pence == {}
    assert missing.because == "The table table has no row for this case."
    assert unpriced.because == "The table table prints no amount for this case."


def test_two_rows_that_both_apply_stop_the_case() -> None:
    """The order of rows decides nothing: a table that says two things is not obeyed."""
    scheme = tariff(table("{ amount_pounds = 1 }, { amount_pounds = 2 }"))
    with pytest.raises(AssertionError, match="two rows of table apply"):
        price(ONE, "high", scheme)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", 1_00),
        ('unit = "term"\ntimes = 3', 3_00),
        ('unit = "week"\ntimes = 38', 38_00),
        ('unit = "hour"\ntimes = 38', 380_00),
        ('unit = "funded_hour"\ntimes = 38', 285_00),
        ('per = "request"', 1_00),
    ],
)
def test_an_amount_is_for_a_year_a_term_a_week_or_an_hour(more: str, expected: int) -> None:
    """A printed amount is brought to a year by the number of its units; hours count by the week."""
    case = ONE.model_copy(update={"hours": Decimal("7.5")})
    assert (
        price(case, "high", tariff(table("{ amount_pounds = 1 }", more))).annual_pence == expected
    )


def test_an_amount_by_the_funded_hour_goes_to_a_person_where_nobody_said_how_many() -> None:
    """A place without its hours is not a place of no hours: it is never priced at nought."""
    by_hour = table("{ amount_pounds = 1 }", 'unit = "funded_hour"\ntimes = 38')
    found = price(ONE, "high", tariff(by_hour))
    assert found.annual_pence is None
    assert found.because == "Nobody said for how many hours a week table is paid."


@pytest.mark.parametrize(("hours", "expected"), [("10", 3800_00), ("5", 3268_00)])
def test_an_amount_up_to_is_a_ceiling_on_the_cost(hours: str, expected: int) -> None:
    """An amount up to £100 a week pays the cost where it is lower, and no more than it."""
    scheme = tariff(
        COST + table("{ amount_pounds = 100 }", 'unit = "week"\ntimes = 38\nup_to = true')
    )
    case = ONE.model_copy(update={"provision": (line_of(hours),)})
    assert price(case, "high", scheme).annual_pence == expected


def test_an_amount_for_the_request_is_shared_by_its_pupils() -> None:
    """Ten pounds for a request of three are £3.34 and £6.66 for one pupil and two, exact in sum."""
    scheme = tariff(table("{ amount_pounds = 10 }", 'per = "request"'))
    group = group_of(pupil_of(1, "oak"), pupil_of(2, "elm"), pupil_of(3, "elm"))
    found = price(group, "high", scheme)
    assert found.annual_pence == 10_00
    assert found.per_school_pence == {"oak": 3_34, "elm": 6_66}


def test_a_table_reads_each_pupils_own_phase_and_setting() -> None:
    """Pupils of a group who differ in phase are each priced by their own row."""
    rows = """
      { phase = ["primary"], setting = ["mainstream"], amount_pounds = 1 },
      { phase = ["secondary"], amount_pounds = 2 },
    """
    group = group_of(pupil_of(1, "oak"), pupil_of(2, "ash", phase=Phase.SECONDARY))
    assert price(group, "high", tariff(table(rows))).per_school_pence == {"oak": 100, "ash": 200}


@pytest.mark.parametrize(
    "condition",
    [
        "key_stage = { exactly = 2 }",
        "hours = { at_least = 20, below = 31 }",
        'settings_group = ["hubs"]',
        'sen_status = ["sen_support"]',
        "academic_year = { exactly = 2026 }",
        "financial_year = { at_most = 2026 }",
        "levels = { speech = { at_least = 2 } }",
        'any_descriptor = ["d1"]',
        "pupils = { exactly = 0 }",
        'band = ["b1"]',
        "points = { at_least = 12 }",
    ],
)
def test_a_row_may_depend_on_any_fact_of_a_case(condition: str) -> None:
    """Every fact that published tables use can be a condition, and an unknown one meets none."""
    known = ONE.model_copy(
        update={
            "key_stage": 2,
            "hours": Decimal(30),
            "settings_group": "hubs",
            "sen_status": SenStatus.SEN_SUPPORT,
            "levels": {"speech": 2},
            "descriptors": ("d1",),
            "band": "b1",
            "points": Decimal(12),
            "starts_on": date(2027, 1, 4),
        }
    )
    top = 'given = ["points", "band"]\nbands = [{ code = "b1", title = "B1" }]\n'
    scheme = tariff(table(f"{{ {condition}, amount_pounds = 5 }}"), top=top)
    other = Case(
        kind=RequestKind.GROUP, day=date(2030, 1, 1), pupils=(pupil_of(1, "oak"),), descriptors=()
    )
    assert price(known, "high", scheme).annual_pence == 5_00
    unknown_to_it = price(other, "high", scheme).annual_pence
    assert unknown_to_it is None or condition.startswith(("key_stage", "sen_status"))


RATES = {
    "by the year": "{ weekly_hour_a_year_pounds = 653.60, over_weeks = 38 }",
    "by the hour": "{ an_hour_pounds = 17.20 }",
    "by the minute": "{ a_minute_in_pence = 28.6666666667 }",
}


@pytest.mark.parametrize("rate", RATES.values(), ids=RATES)
def test_a_rate_is_stated_by_the_year_the_hour_or_the_minute(rate: str) -> None:
    """The three published ways to state a rate give the same cost to the penny."""
    scheme = tariff(COST.replace(RATES["by the year"], rate))
    assert price(ONE, "high", scheme).annual_pence == 6536_00


def test_a_rate_counts_no_more_hours_than_its_cap() -> None:
    """Hours of one kind of staff beyond its weekly cap are not counted, over all the lines."""
    capped = "{ an_hour_pounds = 10, hours_a_week_at_most = 5 }"
    scheme = tariff(COST.replace(RATES["by the year"], capped))
    lines = (line_of("4"), line_of("4"), line_of("4"))
    case = ONE.model_copy(update={"provision": lines})
    assert price(case, "high", scheme).annual_pence == 5 * 38 * 10_00


@pytest.mark.promise(10)
def test_a_kind_of_staff_without_a_rate_goes_to_a_person() -> None:
    """A rate that is not published, or not yet in force, is not guessed."""
    unknown = ONE.model_copy(update={"provision": (line_of("1", staff="harpist"),)})
    later = COST.replace("over_weeks = 38", "over_weeks = 38, in_force_from = 2027-01-01")
    assert price(unknown, "high", tariff(COST)).because == "No rate is published for harpist."
    assert price(ONE, "high", tariff(later)).because == "No rate is published for ta."


COUNTED = """
[[steps]]
id = "counted"
form = "counted"
says = "An allowance for each of last year's pupils."
allowances = [{ count = "last_year", each_pounds = 4017 }]
"""


def test_an_allowance_counts_last_years_pupils() -> None:
    """A school's allowance is the count times the amount; what nobody counted goes to a person."""
    counted = ONE.model_copy(update={"counts": {"last_year": 5}})
    assert price(counted, "high", tariff(COUNTED)).annual_pence == 20085_00
    assert price(ONE, "high", tariff(COUNTED)).because == "Nobody counted last_year."


def test_a_step_to_a_person_says_the_policys_own_sentence() -> None:
    """What the policy itself leaves to a person is left with the policy's reason."""
    step = """
[[steps]]
id = "special"
form = "to_a_person"
says = "Special places are commissioned."
when = { setting = ["special"] }
"""
    scheme = tariff(step + COST)
    special = ONE.model_copy(update={"setting": Setting.SPECIAL})
    assert price(special, "high", scheme).because == "Special places are commissioned."
    assert not price(ONE, "high", scheme).to_a_person


def test_a_tariff_says_which_staff_it_has_rates_for() -> None:
    """A form can offer the kinds of staff that the tariff in force publishes a rate for."""
    assert tariff(COST).rates == {"ta"}
