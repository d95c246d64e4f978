"""Exact numbers in columns: whole units over a common denominator, never a float.

A sum of pence is a whole number of the smallest part of a penny that the documents and the cases
can lead to; one rounding at the end makes pence of it, as in ``domain.tariff``.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from domain.policy.matching import Range
from domain.policy.pricing import RoundTo

MOST_OF_64 = 2**63 - 1
MOST_OF_128 = 2**127 - 1


class TooBig(ValueError):
    """A number that 128 bits cannot hold exactly: the scalar twin has to decide."""


@dataclass(frozen=True)
class Exact:
    """A number of every row, exact: ``units / (parts * per)``."""

    units: pl.Expr
    most: int
    """No row has more units than this."""
    parts: int = 1
    per: pl.Expr | None = None
    """What the row multiplies the denominator by; nothing where it is one everywhere."""
    most_per: int = 1

    def at_least(self, bound: Fraction) -> pl.Expr:
        """Whether the number reaches the bound; nothing where it is not known."""
        if self.per is None:
            return self._reaches(math.ceil(bound * self.parts))
        units, limit = self._beside(bound)
        return units >= limit

    def above(self, bound: Fraction) -> pl.Expr:
        """Whether the number exceeds the bound; nothing where it is not known."""
        if self.per is None:
            return self._reaches(math.floor(bound * self.parts) + 1)
        units, limit = self._beside(bound)
        return units > limit

    def within(self, wanted: Range) -> pl.Expr:
        """Whether the number lies in a range of a policy; nothing where it is not known."""
        found = self.at_least(wanted.lowest)
        if wanted.highest is None:
            return found
        if wanted.below is not None:
            return found & ~self.at_least(wanted.highest)
        return found & ~self.above(wanted.highest)

    def known(self) -> pl.Expr:
        """Whether the number is known at all."""
        return self.units.is_not_null()

    def _reaches(self, whole: int) -> pl.Expr:
        """Compare with a whole number of units, which may be beyond what a column can hold."""
        if whole > self.most:
            return pl.when(self.known()).then(pl.lit(value=False))
        return self.units >= max(whole, -self.most)

    def _beside(self, bound: Fraction) -> tuple[pl.Expr, pl.Expr]:
        """Bring number and bound to one denominator: two whole numbers to compare."""
        assert self.per is not None
        scaled = bound * self.parts
        times, limit = scaled.denominator, scaled.numerator
        wide = fitting(max(self.most * times, limit * self.most_per))
        return self.units.cast(wide) * whole(times, wide), self.per.cast(wide) * whole(limit, wide)


def whole(number: int, dtype: pl.DataType) -> pl.Expr:
    """A whole number as a column of the type."""
    return pl.lit(number, dtype=dtype)


def fitting(most: int) -> pl.DataType:
    """The type that holds whole numbers up to this, or none does."""
    if most <= MOST_OF_64:
        return pl.Int64()
    if most <= MOST_OF_128:
        return pl.Int128()
    raise TooBig


def nearest(units: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """The nearest whole number, a half going away from nought, as ``domain.money`` rounds."""
    size = (units.abs() * 2 + denominator) // (denominator * 2)
    return pl.when(units < 0).then(-size).otherwise(size)


def to_whole(units: pl.Expr, denominator: pl.Expr, how: RoundTo) -> pl.Expr:
    """A whole number the named way."""
    down = units // denominator
    if how is RoundTo.DOWN:
        return down
    rest = units - down * denominator
    if how is RoundTo.UP:
        return pl.when(rest > 0).then(down + 1).otherwise(down)
    if how is RoundTo.HALF_UP:
        return nearest(units, denominator)
    odd = (rest * 2 == denominator) & (down % 2 == 1)
    return pl.when((rest * 2 > denominator) | odd).then(down + 1).otherwise(down)


def looked_up(values: list[int | None], place: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """The value at each place of a list, counted from nought; nothing where there is no place."""
    table = pl.Series(values, dtype=dtype)
    within = pl.when((place >= 0) & (place < len(values))).then(place)
    return pl.lit(table).gather(within)
