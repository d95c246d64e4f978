"""Pricing by the tariff: tables, costed provision, the school's share, limits, and to a person."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import Case
from domain.places import Phase, Setting
from domain.policy.schemes import Tariff
from domain.request import ProvisionLine, PupilAsked, RequestKind, SenStatus
from domain.tariff import Price, price
from tests.domain.policy.writing import tariff

DAY = date(2026, 10, 5)


def pupil_of(
    number: int, school: str, spends_pence: int = 0, phase: Phase = Phase.PRIMARY
) -> PupilAsked:
    """A pupil at a school."""
    return PupilAsked(
        pupil_id=UUID(int=number),
        school=school,
        sen_status=SenStatus.SEN_SUPPORT,
        home_council="test",
        phase=phase,
        key_stage=2,
        school_spends_pence=spends_pence,
    )


def line_of(
    hours: str, group_size: int = 1, staff: str = "ta", resources_pence: int = 0
) -> ProvisionLine:
    """A year's provision of some hours a week."""
    return ProvisionLine(
        what="Support",
        staff=staff,
        hours_a_week=Decimal(hours),
        group_size=group_size,
        weeks=38,
        resources_pence=resources_pence,
    )


def group_of(*pupils: PupilAsked, hours: str = "10", group_size: int = 1) -> Case:
    """A group's case."""
    return Case(
        kind=RequestKind.GROUP,
        day=DAY,
        pupils=pupils,
        provision=(line_of(hours, group_size),),
    )


ONE = Case(kind=RequestKind.INDIVIDUAL, day=DAY, provision=(line_of("10"),))

COST = """
[[steps]]
id = "cost"
form = "costed_provision"
says = "Hours by rate."
rates = { ta = { weekly_hour_a_year_pounds = 653.60, over_weeks = 38 } }
"""

SHARE = """
[[steps]]
id = "share"
form = "school_share"
says = "The school meets the first £6,000."
per = { individual = "pupil", group = "PER", project = "never" }
shares = [{ annual_pounds = 6000 }]
spending_counts = true
"""

PER_PUPIL_AND_SCHOOL = SHARE.replace("PER", "pupil_and_school")


def table(rows: str, more: str = "") -> str:
    """A table of amounts."""
    return f"""
[[steps]]
id = "table"
form = "amounts"
says = "The table."
{more}
rows = [{rows}]
"""


def amounts_of(found: Price) -> tuple[int | None, int | None, int | None]:
    """What it costs, what the school meets, what is funded."""
    return found.gross_pence, found.school_share_pence, found.annual_pence


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
        ('per = "request"', 1_00),
    ],
)
def test_an_amount_is_for_a_year_a_term_a_week_or_an_hour(more: str, expected: int) -> None:
    """A printed amount is brought to a year by the number of its units; hours count by the week."""
    assert price(ONE, "high", tariff(table("{ amount_pounds = 1 }", more))).annual_pence == expected


@pytest.mark.parametrize(("hours", "expected"), [("10", 3800_00), ("5", 3268_00)])
def test_an_amount_up_to_is_a_ceiling_on_the_cost(hours: str, expected: int) -> None:
    """An amount up to £100 a week pays the cost where it is lower and the ceiling where it is not."""
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


def test_a_group_bears_a_share_for_each_pupil_and_school() -> None:
    """A pupil at two schools brings two shares where policy says pupil and school, else one."""
    both = group_of(pupil_of(1, "oak"), pupil_of(1, "elm"), pupil_of(2, "elm"))
    each = price(both, "high", tariff(COST + PER_PUPIL_AND_SCHOOL))
    once = price(both, "high", tariff(COST + SHARE.replace("PER", "pupil")))
    assert amounts_of(each) == (19608_00, 18000_00, 1608_00)
    assert amounts_of(once) == (19608_00, 12000_00, 7608_00)
    assert once.per_school_pence == {"oak": 536_00, "elm": 7072_00}


def test_a_share_for_the_request_is_borne_once() -> None:
    """Where policy takes one share for a request the pupils after the first bear what is left."""
    group = group_of(pupil_of(1, "oak"), pupil_of(2, "elm"), hours="5")
    found = price(group, "high", tariff(COST + SHARE.replace("PER", "request")))
    assert amounts_of(found) == (6536_00, 6000_00, 536_00)


def test_a_project_bears_no_share() -> None:
    """A project buys whole sessions for whoever comes, and no share is taken."""
    project = Case(kind=RequestKind.PROJECT, day=DAY, provision=(line_of("10", group_size=6),))
    found = price(project, "high", tariff(COST + PER_PUPIL_AND_SCHOOL))
    assert amounts_of(found) == (6536_00, 0, 6536_00)
    assert found.per_school_pence == {}


def test_a_kind_without_a_stated_share_goes_to_a_person() -> None:
    """Policy that says nothing of a kind of request takes nothing from its school by silence."""
    advice = Case(kind=RequestKind.ADVICE, day=DAY)
    found = price(advice, "high", tariff(COST + PER_PUPIL_AND_SCHOOL))
    assert found.because == "The policy states no school's share for a request of kind advice."


def test_the_share_may_differ_by_phase() -> None:
    """A row of the share for each phase; a phase without one goes to a person."""
    by_phase = PER_PUPIL_AND_SCHOOL.replace(
        "{ annual_pounds = 6000 }",
        '{ phase = ["primary"], annual_pounds = 6000 }, '
        '{ phase = ["secondary"], annual_pounds = 5000 }',
    )
    scheme = tariff(COST + by_phase)
    group = group_of(pupil_of(1, "oak"), pupil_of(2, "ash", phase=Phase.SECONDARY))
    assert price(group, "high", scheme).per_school_pence == {"oak": 536_00, "ash": 1536_00}
    assert (
        price(ONE, "high", scheme).because == "The policy states no school's share for this pupil."
    )


def test_spending_counts_only_where_the_policy_says_so() -> None:
    """What a school spends already lowers its share, or not, as the policy states."""
    case = group_of(pupil_of(1, "oak", spends_pence=1000_00))
    without = PER_PUPIL_AND_SCHOOL.replace("spending_counts = true", "spending_counts = false")
    assert price(case, "high", tariff(COST + PER_PUPIL_AND_SCHOOL)).school_share_pence == 5000_00
    assert price(case, "high", tariff(COST + without)).school_share_pence == 6000_00


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


def limited(text: str) -> Tariff:
    """A costed tariff with a limit."""
    return tariff(f'{COST}\n[[steps]]\nid = "limit"\nform = "limit"\nsays = "A limit."\n{text}')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('per = "pupil"\nat_most_pounds = 100', {"oak": 200_00, "elm": 100_00}),
        ('per = "request"\nat_most_pounds = 100', {"oak": 66_67, "elm": 33_33}),
        ('per = "pupil"\nat_least_pounds = 9000', {"oak": 18000_00, "elm": 9000_00}),
        ('per = "request"\nat_least_pounds = 30000', {"oak": 20000_00, "elm": 10000_00}),
        ('per = "pupil"\nat_least_pounds = 9000\nunder_it = "nil"', {"oak": 0, "elm": 0}),
        ('per = "request"\nat_least_pounds = 1', {"oak": 13072_00, "elm": 6536_00}),
    ],
)
def test_limits_hold_for_a_pupil_or_a_request(text: str, expected: dict[str, int]) -> None:
    """A floor lifts or drops what is under it and a cap cuts what is over, exact in total."""
    group = group_of(pupil_of(1, "oak"), pupil_of(2, "oak"), pupil_of(3, "elm"))
    found = price(group, "high", limited(text))
    assert found.per_school_pence == expected
    assert found.annual_pence == sum(expected.values())
    assert found.gross_pence == 19608_00


def test_a_floor_for_a_request_that_comes_to_nothing_is_borne_alike() -> None:
    """Nothing has no proportion: a floor above it is shared by the pupils equally."""
    scheme = limited('per = "request"\nat_least_pounds = 10')
    group = group_of(pupil_of(1, "oak"), pupil_of(2, "elm"), hours="0")
    assert price(group, "high", scheme).per_school_pence == {"oak": 5_00, "elm": 5_00}


@pytest.mark.parametrize(
    ("how", "hours", "expected"),
    [
        ("up", "1", 654_00),
        ("down", "1", 653_00),
        ("half_up", "1", 654_00),
        ("half_even", "1.25", 817_00),
    ],
)
def test_rounding_is_the_one_that_the_policy_names(how: str, hours: str, expected: int) -> None:
    """Whole pounds up, down, to the nearest, or to the even one, as the policy says."""
    step = (
        f'[[steps]]\nid = "round"\nform = "rounded"\nsays = "Round."\nto_pence = 100\nhow = "{how}"'
    )
    case = ONE.model_copy(update={"provision": (line_of(hours),)})
    assert price(case, "high", tariff(f"{COST}\n{step}")).annual_pence == expected


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


def test_one_pupil_without_a_price_leaves_the_whole_group_to_a_person() -> None:
    """Half a price is none: the officer sees the request whole, and each reason once."""
    group = group_of(
        pupil_of(1, "oak"),
        pupil_of(2, "ash", phase=Phase.SECONDARY),
        pupil_of(3, "ash", phase=Phase.SECONDARY),
    )
    found = price(group, "high", tariff(table('{ phase = ["primary"], amount_pounds = 1 }')))
    assert (found.annual_pence, found.because) == (
        None,
        "The table table has no row for this case.",
    )


def test_alike_pupils_are_told_once_in_the_working() -> None:
    """Twelve pupils with the same outcome make one step of the working, not twelve."""
    group = group_of(*(pupil_of(number, "oak") for number in range(12)))
    assert len(price(group, "high", tariff(COST)).working.steps) == 1


SCHOOLS = st.sampled_from(["oak", "elm", "ash"])
PUPILS = st.lists(st.tuples(SCHOOLS, st.integers(0, 7000_00)), min_size=1, max_size=12)


@given(
    pupils=PUPILS,
    hours=st.decimals(0, 40, places=2),
    group_size=st.integers(1, 7),
    resources_pence=st.integers(0, 10_000_00),
)
def test_what_schools_get_is_what_is_funded_to_the_penny(
    pupils: list[tuple[str, int]], hours: Decimal, group_size: int, resources_pence: int
) -> None:
    """However a group is made up, schools' sums add to the total and no share exceeds the cost."""
    case = Case(
        kind=RequestKind.GROUP,
        day=DAY,
        pupils=tuple(
            pupil_of(number, school, spends) for number, (school, spends) in enumerate(pupils)
        ),
        provision=(line_of(str(hours), group_size, resources_pence=resources_pence),),
    )
    found = price(case, "high", tariff(COST + PER_PUPIL_AND_SCHOOL))
    gross, share, annual = amounts_of(found)
    assert gross is not None
    assert share is not None
    assert annual is not None
    assert sum(found.per_school_pence.values()) == annual
    assert gross - share == annual
    assert min(gross, share, annual, *found.per_school_pence.values()) >= 0
    assert share <= len(pupils) * 6000_00


@given(hours=st.decimals(0, 30, places=2), more=st.decimals(0, 30, places=2))
def test_more_provision_is_never_funded_less(hours: Decimal, more: Decimal) -> None:
    """Adding hours never lowers what is funded."""
    scheme = tariff(COST + PER_PUPIL_AND_SCHOOL)
    cases = (
        ONE.model_copy(update={"provision": (line_of(str(h)),)}) for h in (hours, hours + more)
    )
    less, more_funded = (price(case, "high", scheme).annual_pence for case in cases)
    assert less is not None
    assert more_funded is not None
    assert more_funded >= less
