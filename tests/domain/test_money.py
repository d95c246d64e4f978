"""Whole pence: nothing is lost, nothing is made, and nobody is a penny out."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Rounding, instalments, pounds, pro_rata, share_out

pence = st.integers(-(10**12), 10**12)
weights = st.lists(
    st.integers(0, 1_000) | st.decimals(0, 40, places=2), min_size=1, max_size=40
).filter(any)
roundings = st.sampled_from(Rounding)


@given(pence, weights, roundings)
def test_shares_add_up_to_what_was_shared(
    total: int, by: list[int | Decimal], rounding: Rounding
) -> None:
    """Whatever the rounding rule, the shares sum to the total, to the penny."""
    assert sum(share_out(total, by, rounding)) == total


@given(pence, weights, roundings)
def test_a_weight_of_nought_gets_nothing(
    total: int, by: list[int | Decimal], rounding: Rounding
) -> None:
    """No odd penny ever lands on a cluster that has no share."""
    shares = share_out(total, by, rounding)
    assert all(share == 0 for share, weight in zip(shares, by, strict=True) if not weight)


@given(pence, weights, st.sampled_from([Rounding.CUMULATIVE, Rounding.LARGEST_REMAINDER]))
def test_each_share_is_within_a_penny_of_the_exact_one(
    total: int, by: list[int | Decimal], rounding: Rounding
) -> None:
    """The two even-handed rules put nobody a whole penny or more out."""
    whole = sum(map(Fraction, by), start=Fraction(0))
    for share, weight in zip(share_out(total, by, rounding), by, strict=True):
        assert abs(share - total * Fraction(weight) / whole) <= 1


@given(pence, weights)
def test_cumulative_shares_never_run_ahead_or_behind(total: int, by: list[int | Decimal]) -> None:
    """After every share the running total is within half a penny of the exact one."""
    whole = sum(map(Fraction, by), start=Fraction(0))
    given_so_far, exact = 0, Fraction(0)
    for share, weight in zip(share_out(total, by, Rounding.CUMULATIVE), by, strict=True):
        given_so_far += share
        exact += total * Fraction(weight) / whole
        assert abs(given_so_far - exact) <= Fraction(1, 2)


@given(pence, st.integers(1, 60), roundings)
def test_instalments_differ_only_by_the_odd_pennies(
    total: int, count: int, rounding: Rounding
) -> None:
    """All but the last instalment are equal to within a penny, and they add up."""
    amounts = instalments(total, count, rounding)
    assert sum(amounts) == total
    assert max(amounts[:-1], default=0) - min(amounts[:-1], default=0) <= 1


@given(pence, st.integers(0, 366), st.integers(1, 366))
def test_a_sum_owed_back_mirrors_the_sum_paid(total: int, part: int, whole: int) -> None:
    """Pro rata of a negative sum is the negative of pro rata of the sum."""
    assert pro_rata(-total, part, whole) == -pro_rata(total, part, whole)


def test_half_a_penny_goes_up() -> None:
    """A half is rounded up, not to the even penny."""
    assert [pro_rata(value, 1, 2) for value in (1, 3, 5)] == [1, 2, 3]


def test_part_hours_are_exact() -> None:
    """Twelve and a half hours of fifteen is five sixths, with no float on the way."""
    assert pro_rata(6_000_00, Decimal("12.5"), 15) == 5_000_00


def test_odd_pennies_go_where_each_rule_says() -> None:
    """The three rules differ only in who gets the odd pennies."""
    assert share_out(101, (1, 1, 1), Rounding.CUMULATIVE) == (34, 33, 34)
    assert share_out(101, (1, 1, 1), Rounding.LARGEST_REMAINDER) == (34, 34, 33)
    assert share_out(101, (1, 1, 0), Rounding.RESIDUE_LAST) == (50, 51, 0)


@pytest.mark.parametrize("by", [(), (0, 0), (1, -1)])
def test_weights_that_share_nothing_are_refused(by: tuple[int, ...]) -> None:
    """Sharing by nothing, or by less than nothing, has no answer."""
    with pytest.raises(ValueError, match="Weights"):
        share_out(100, by, Rounding.CUMULATIVE)


def test_a_part_of_nothing_is_refused() -> None:
    """Pro rata of an empty period has no answer."""
    with pytest.raises(ValueError, match="whole"):
        pro_rata(100, 1, 0)


def test_no_instalments_at_all_is_refused() -> None:
    """A sum cannot be paid in no instalments."""
    with pytest.raises(ValueError, match="one instalment"):
        instalments(100, 0, Rounding.CUMULATIVE)


def test_pounds_are_written_as_people_read_them() -> None:
    """Thousands have commas, pence have two digits, a debt has a minus before the pound sign."""
    assert [pounds(497400), pounds(5), pounds(-123456789)] == [
        "£4,974.00",
        "£0.05",
        "-£1,234,567.89",
    ]
