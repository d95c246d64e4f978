"""Whole pence: the only place that rounds, shares out and writes pounds.

An amount is an `int` of pence everywhere; nothing here knows what the money is for.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from pydantic import Field

BIGGEST_PENCE = 10**16
"""A hundred thousand billion pounds: beyond any budget, well within a 64-bit column."""

Pence = Annotated[int, Field(strict=True, ge=-BIGGEST_PENCE, le=BIGGEST_PENCE)]
"""An amount that may be owed either way, in whole pence."""

PositivePence = Annotated[int, Field(strict=True, gt=0, le=BIGGEST_PENCE)]
"""An amount that moves, in whole pence: never nothing, never a hidden refund."""

Exact = int | Decimal | Fraction
"""A number without rounding of its own: hours, days, weights; never a float."""


class Rounding(StrEnum):
    """Who gets the odd pennies when a sum is shared out."""

    CUMULATIVE = "cumulative"
    """Each share brings the running total to the nearest penny, so no share is early or late."""
    LARGEST_REMAINDER = "largest_remainder"
    """Whole pence first, then a penny each to the largest remainders, the earlier one at a tie."""
    RESIDUE_LAST = "residue_last"
    """Equal whole pence, and what is left over with the last share."""


def pro_rata(pence: int, part: Exact, whole: Exact) -> int:
    """Give the part of a sum that belongs to a part of its time, to the nearest penny.

    Half a penny goes up in size, so that a sum owed back mirrors the sum that was paid.

    >>> pro_rata(100_00, 1, 3), pro_rata(5, 1, 2), pro_rata(-5, 1, 2)
    (3333, 3, -3)
    """
    if whole <= 0:
        raise ValueError("A part is of something: the whole is above nought.")
    part_top, part_bottom = part.as_integer_ratio()
    whole_top, whole_bottom = whole.as_integer_ratio()
    return _nearest(pence * part_top * whole_bottom, part_bottom * whole_top)


def share_out(total: int, weights: Sequence[Exact], rounding: Rounding) -> tuple[int, ...]:
    """Share a sum by weight, exact in total; a weight of nought gets nothing.

    >>> share_out(100, (1, 1, 1), Rounding.CUMULATIVE)
    (33, 34, 33)
    >>> share_out(100, (1, 1, 1), Rounding.LARGEST_REMAINDER)
    (34, 33, 33)
    >>> share_out(100, (1, 1, 1), Rounding.RESIDUE_LAST)
    (33, 33, 34)
    """
    fractions = tuple(Fraction(weight) for weight in weights)
    if any(weight < 0 for weight in fractions) or not any(fractions):
        raise ValueError("Weights are nought or more, and one at least is above nought.")
    if total < 0:
        return tuple(-share for share in share_out(-total, weights, rounding))
    whole = sum(fractions, start=Fraction(0))
    return _SHARERS[rounding](total, tuple(total * weight / whole for weight in fractions))


def instalments(total: int, count: int, rounding: Rounding) -> tuple[int, ...]:
    """Split a sum into a number of instalments, as equal as pence allow and exact in total.

    >>> instalments(4974_00, 12, Rounding.RESIDUE_LAST)[-1]
    41450
    """
    if count < 1:
        raise ValueError("A sum is paid in one instalment at least.")
    return share_out(total, (1,) * count, rounding)


def nearest(pence: Fraction) -> int:
    """Give the nearest whole penny, a half going away from nought."""
    return _nearest(pence.numerator, pence.denominator)


def pounds(pence: int) -> str:
    """Write an amount as a person reads it.

    >>> pounds(497400), pounds(-5)
    ('£4,974.00', '-£0.05')
    """
    whole, odd = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{whole:,}.{odd:02}"


def _nearest(top: int, bottom: int) -> int:
    """Round a fraction as it stands: reducing each first is most of what a long ledger takes."""
    size = (2 * abs(top) + bottom) // (2 * bottom)
    return size if top >= 0 else -size


def _cumulative(_total: int, exact: tuple[Fraction, ...]) -> tuple[int, ...]:
    """Round the running totals and take the steps between them."""
    shares: list[int] = []
    reached, given = Fraction(0), 0
    for share in exact:
        reached += share
        shares.append(nearest(reached) - given)
        given += shares[-1]
    return tuple(shares)


def _largest_remainder(total: int, exact: tuple[Fraction, ...]) -> tuple[int, ...]:
    """Give whole pence, then the odd pennies to the largest remainders."""
    shares = [int(share) for share in exact]
    by_remainder = sorted(
        range(len(exact)), key=lambda place: (shares[place] - exact[place], place)
    )
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return tuple(shares)


def _residue_last(total: int, exact: tuple[Fraction, ...]) -> tuple[int, ...]:
    """Give whole pence, and the rest to the last that has a share at all."""
    shares = [int(share) for share in exact]
    last = max(place for place, share in enumerate(exact) if share or not total)
    shares[last] += total - sum(shares)
    return tuple(shares)


_SHARERS: dict[Rounding, Callable[[int, tuple[Fraction, ...]], tuple[int, ...]]] = {
    Rounding.CUMULATIVE: _cumulative,
    Rounding.LARGEST_REMAINDER: _largest_remainder,
    Rounding.RESIDUE_LAST: _residue_last,
}
