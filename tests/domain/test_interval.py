"""The interval of a mean, against the published table of Student's t."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.interval import Interval, mean_interval, t_quantile

PUBLISHED = {
    1: 12.706,
    2: 4.303,
    3: 3.182,
    4: 2.776,
    5: 2.571,
    9: 2.262,
    11: 2.201,
    20: 2.086,
    30: 2.042,
    60: 2.000,
    120: 1.980,
}
"""Two-sided 95 % points of Student's t by degrees of freedom, as every table prints them."""


@pytest.mark.parametrize("degrees", PUBLISHED, ids=str)
def test_students_t_is_that_of_the_published_table(degrees: int) -> None:
    """For odd and even degrees of freedom the 95 % point is the printed one."""
    assert round(t_quantile(degrees), 3) == PUBLISHED[degrees]


def test_with_many_values_students_t_is_the_normal_one() -> None:
    """With ten thousand degrees of freedom 1.960 is left."""
    assert round(t_quantile(10_000), 3) == 1.960


def test_an_interval_of_a_mean_is_worked_out_by_hand() -> None:
    """One, two and three have the mean 2 and the standard error 1 by the root of 3."""
    found = mean_interval((1, 2, 3))
    assert found is not None
    assert found.low == pytest.approx(2 - 4.3027 / sqrt(3), abs=1e-4)
    assert found.high == pytest.approx(2 + 4.3027 / sqrt(3), abs=1e-4)


@pytest.mark.parametrize("values", [(), (0.5,)], ids=["none", "one"])
def test_fewer_than_two_values_have_no_interval(values: tuple[float, ...]) -> None:
    """What does not vary gives no measure of how sure it is, and nothing is divided by nought."""
    assert mean_interval(values) is None


def test_values_that_are_all_alike_have_an_interval_without_width() -> None:
    """Three times the same is certain, as far as these three say."""
    assert mean_interval((1.0, 1.0, 1.0)) == Interval(low=1.0, high=1.0)


@pytest.mark.parametrize(
    ("low", "high", "beyond"),
    [
        (0.26, 0.9, True),
        (0.25, 0.9, False),
        (-0.9, -0.26, True),
        (-0.9, -0.25, False),
        (-0.9, 0.9, False),
        (-0.1, 0.1, False),
    ],
)
def test_only_a_whole_interval_outside_is_beyond_the_tolerance(
    low: float, high: float, *, beyond: bool
) -> None:
    """An interval that touches the tolerance, on either side, is not beyond it."""
    assert Interval(low=low, high=high).is_beyond(0.25) is beyond


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=40))
def test_an_interval_lies_around_its_mean(values: list[float]) -> None:
    """The mean is in the middle, whatever was measured."""
    found = mean_interval(values)
    assert found is not None
    assert (found.low + found.high) / 2 == pytest.approx(sum(values) / len(values), abs=1e-9)
