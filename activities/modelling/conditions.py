"""When a rule or a row applies, as columns: the twin of ``domain.policy.matching``.

A condition gives true, false, or nothing where a fact is not known; nothing counts as false.
"""

from functools import reduce
from operator import and_, or_

import polars as pl

from activities.modelling.exact import Exact
from activities.modelling.lines import Lines
from domain.policy.matching import Dated, Match

ALWAYS = pl.lit(value=True)
NEVER = pl.lit(value=False)
_MOST_LEVEL = 1_000
_FEW = 4
_DEEPEST = 40


def holds(match: Match, lines: Lines) -> pl.Expr | None:
    """Whether every condition holds, as far as it is known; nothing where there is none."""
    found = [_is_named(lines, name, match.of_name(name)) for name in sorted(match.named)]
    for number, wanted in match.ranges.items():
        fact = lines.numbers.get(number)
        found.append(NEVER if fact is None else fact.within(wanted))
    for domain, wanted in match.levels.items():
        level = f"level:{domain}"
        known = level in lines.columns
        found.append(Exact(pl.col(level), _MOST_LEVEL).within(wanted) if known else NEVER)
    if match.any_descriptor:
        found.append(any_of([ticked(lines, code) for code in match.any_descriptor]))
    return reduce(and_, found) if found else None


def governs(value: Dated) -> pl.Expr | None:
    """Whether a value counts on the day of the case; nothing where it always does."""
    found: list[pl.Expr] = []
    if value.in_force_from is not None:
        found.append(pl.col("day") >= pl.lit(value.in_force_from, dtype=pl.Date))
    if value.in_force_until is not None:
        found.append(pl.col("day") < pl.lit(value.in_force_until, dtype=pl.Date))
    return reduce(and_, found) if found else None


def both(*conditions: pl.Expr | None) -> pl.Expr | None:
    """All of the conditions that there are."""
    found = [each for each in conditions if each is not None]
    return reduce(and_, found) if found else None


def any_of(conditions: list[pl.Expr]) -> pl.Expr:
    """Whether one of the conditions holds."""
    return reduce(or_, conditions, NEVER) if len(conditions) != 1 else conditions[0]


def ticked(lines: Lines, code: str) -> pl.Expr:
    """Whether a descriptor is ticked."""
    column = f"ticked:{code}"
    return pl.col(column) if column in lines.columns else NEVER


def first_of(lines: Lines, conditions: list[pl.Expr | None]) -> pl.Expr:
    """The place, from 1, of the first condition that holds; nought where none does."""
    found = pl.lit(0, dtype=pl.Int16)
    for place in range(len(conditions), 0, -1):
        condition = conditions[place - 1]
        of_place = pl.lit(place, dtype=pl.Int16)
        found = (
            of_place if condition is None else pl.when(condition).then(of_place).otherwise(found)
        )
        if place % _DEEPEST == 0:  # a long table would nest deeper than an expression may
            found = lines.let(found)
    return lines.let(found)


def _is_named(lines: Lines, name: str, allowed: tuple[str, ...]) -> pl.Expr:
    fact = lines.names[name]
    codes = [code for code in map(fact.of, dict.fromkeys(map(str, allowed))) if code is not None]
    if len(codes) > _FEW:
        return fact.code.is_in(codes)
    return any_of([fact.code == code for code in codes])
