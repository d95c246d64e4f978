"""Numbers drawn by a seed, in columns: the same seed draws the same on any machine and version.

SplitMix64 over a counter. It is for making up counties, never for anything that must be secret.
Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
"""

from collections.abc import Mapping, Sequence

import polars as pl

_STEP = 0x9E3779B97F4A7C15
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_WORDS = 2**64


class Draws:
    """Columns of numbers for the rows of a frame, each column by a name of its own."""

    def __init__(self, seed: int, row: str = "number") -> None:
        self._seed = seed
        self._row = row

    def below(self, name: str, end: int) -> pl.Expr:
        """A whole number from nought, below the end, each alike."""
        return (self._column(name) % _word(end)).cast(pl.Int64)

    def of(self, name: str, weights: Mapping[str, int]) -> pl.Expr:
        """One of some words, by their weights."""
        tickets = [word for word, weight in weights.items() for _ in range(weight)]
        return self.among(name, tickets)

    def among(self, name: str, words: Sequence[str | int]) -> pl.Expr:
        """One of a list, each place in it alike."""
        return pl.lit(pl.Series(list(words))).gather(self.below(name, len(words)))

    def happens(self, name: str, in_a_thousand: int) -> pl.Expr:
        """Whether something happens that happens so often in a thousand."""
        return self.below(name, 1_000) < in_a_thousand

    def _column(self, name: str) -> pl.Expr:
        start = _scrambled(f"{self._seed}/{name}")
        mixed = pl.col(self._row).cast(pl.UInt64) * _word(_STEP) + _word(start)
        mixed = (mixed ^ (mixed // _word(2**30))) * _word(_FIRST)
        mixed = (mixed ^ (mixed // _word(2**27))) * _word(_SECOND)
        return mixed ^ (mixed // _word(2**31))


def _word(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt64)


def _scrambled(name: str) -> int:
    """Begin each column elsewhere. Source: the FNV-1a hash, 64 bits, then mixed once more."""
    found = 0xCBF29CE484222325
    for byte in name.encode():
        found = ((found ^ byte) * 0x100000001B3) % _WORDS
    found = ((found ^ (found >> 30)) * _FIRST) % _WORDS
    return ((found ^ (found >> 27)) * _SECOND) % _WORDS
