"""The school's share, limits and rounding, and how a group's price falls to its schools."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import Case
from domain.places import Phase
from domain.policy.schemes import Tariff
from domain.request import RequestKind
from domain.tariff import price
from tests.domain.policy.pricing import (
    COST,
    DAY,
    ONE,
    PER_PUPIL_AND_SCHOOL,
    SHARE,
    amounts_of,
    group_of,
    line_of,
    pupil_of,
)
from tests.domain.policy.writing import table, tariff


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
