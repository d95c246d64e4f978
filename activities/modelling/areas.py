"""Which area of need is the main one of a case: the one with the highest level, or several."""

from collections.abc import Mapping, Sequence

import polars as pl

SEVERAL = "several"
"""Where two areas stand equally high."""


def main_area(levels: Mapping[str, int]) -> str | None:
    """Name the domain with the highest level, or several; none where all stand at nought.

    >>> main_area({"cognition": 3, "sensory": 1}), main_area({"a": 2, "b": 2}), main_area({"a": 0})
    ('cognition', 'several', None)
    """
    highest = max(levels.values(), default=0)
    at_top = [domain for domain, level in levels.items() if level == highest]
    if not highest:
        return None
    return at_top[0] if len(at_top) == 1 else SEVERAL


def area_of(domains: Sequence[str]) -> pl.Expr:
    """Name the same in columns called ``level:<domain>``."""
    if not domains:
        return pl.lit(None, dtype=pl.String)
    levels = [pl.col(f"level:{domain}").fill_null(0) for domain in domains]
    highest = pl.max_horizontal(levels)
    at_top = pl.sum_horizontal([(level == highest).cast(pl.Int64) for level in levels])
    named = pl.coalesce(
        [
            pl.when(level == highest).then(pl.lit(domain))
            for domain, level in zip(domains, levels, strict=True)
        ]
    )
    told = pl.when(at_top > 1).then(pl.lit(SEVERAL)).otherwise(named)
    return pl.when(highest > 0).then(told)
