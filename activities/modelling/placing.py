"""Cases at the beginning of a continuum, and on their way from it to the tariff.

The twin of ``domain.continuum.place``: levels and descriptors that the continuum does not have are
refused, and so is what no rule places.
"""

from dataclasses import dataclass

import polars as pl

from activities.modelling.bounds import (
    Unit,
    most_level,
    most_points,
    parts_of_a_point,
    unit_of,
)
from activities.modelling.conditions import NEVER, any_of
from activities.modelling.exact import Exact, fitting, looked_up
from activities.modelling.lines import Growing, Lines, Words, facts_of, points_of
from activities.modelling.shapes import Shape
from activities.modelling.steps import words_of
from domain.policy.schemes import Continuum, Scheme, Tariff

_OF_A_LINE = ("phase", "setting", "sen_status")
_OF_A_CASE = ("kind", "settings_group")


@dataclass(frozen=True)
class Placed:
    """Where the rows of a frame stand on the continuum."""

    tier: Words
    by_a_person: pl.Expr
    refused: pl.Expr
    unit: Unit
    routes: tuple[str, ...]
    """The route of each tier, in the order of the tiers."""


def placing_of(
    frame: pl.DataFrame, continuum: Continuum, shape: Shape, *, is_single: bool
) -> Lines:
    """The cases of a frame as lines of their own, before the first step of a continuum."""
    unit = unit_of("c", continuum.rules, shape.most, is_single=is_single)
    growing = Growing(frame)
    names = _names_of(frame, continuum, of_line=False)
    names["tier"] = Words(pl.lit(None, dtype=pl.Int16), words_of(continuum, "tier", ()))
    return Lines(
        growing=growing,
        columns=frozenset(frame.columns),
        unit=unit,
        names=names,
        numbers=facts_of(unit, _figures(continuum, shape), of_line=False),
        is_single=True,
        refused=growing.let(_faults_of_levels(frame, continuum)),
    )


def placed_by(lines: Lines, continuum: Continuum) -> Placed:
    """Read off where the steps of the continuum took the cases."""
    found = lines.names["tier"]
    unplaced = None if continuum.unplaced is None else found.of(continuum.unplaced)
    left = pl.lit(unplaced, dtype=pl.Int16)
    code = lines.let(pl.when(lines.left).then(left).otherwise(found.code))
    lines.refuse(code.is_null())
    routes = tuple(str(continuum.tier(tier).route) for tier in found.words)
    return Placed(Words(code, found.words), lines.left, lines.refused, lines.unit, routes)


def pricing_of(
    growing: Growing, place: Placed, tariff: Tariff, shape: Shape, *, is_single: bool
) -> Lines:
    """The lines of placed cases, before the first step of a tariff."""
    frame = growing.began
    unit = unit_of("t", tariff.rules, shape.most, is_single=is_single)
    names = _names_of(frame, tariff, of_line=True)
    tiers = tuple(dict.fromkeys((*place.tier.words, *words_of(tariff, "tier", ()))))
    names["tier"] = Words(place.tier.code, tiers)
    return Lines(
        growing=growing,
        columns=frozenset(frame.columns),
        unit=unit,
        names=names,
        numbers=facts_of(unit, _figures(tariff, shape), of_line=True),
        is_single=is_single,
        refused=place.refused,
    )


def _names_of(frame: pl.DataFrame, scheme: Scheme, *, of_line: bool) -> dict[str, Words]:
    columns = {name: name for name in _OF_A_CASE}
    columns |= {name: f"of_line:{name}" if of_line else name for name in _OF_A_LINE}
    names = {
        name: Words(pl.col(column).to_physical(), _words_in(frame, column))
        for name, column in columns.items()
    }
    theirs = _words_in(frame, "band")
    words = words_of(scheme, "band", theirs)
    code = looked_up(
        [words.index(word) for word in theirs], pl.col("band").to_physical(), pl.Int16()
    )
    names["band"] = Words(code if theirs else pl.lit(None, dtype=pl.Int16), words)
    return names


def _words_in(frame: pl.DataFrame, column: str) -> tuple[str, ...]:
    dtype = frame.schema[column]
    assert isinstance(dtype, pl.Enum)
    return tuple(dtype.categories)


def _figures(scheme: Scheme, shape: Shape) -> dict[str, Exact]:
    """Points as the case brings them, and no level yet."""
    given = shape.most.points_e10
    parts = parts_of_a_point(scheme.rules, given)
    points = points_of(parts, most_points(scheme.rules) * parts, given)
    highest = most_level(scheme.rules)
    return {"points": points, "level": Exact(pl.lit(None, dtype=fitting(highest)), highest)}


def _faults_of_levels(frame: pl.DataFrame, continuum: Continuum) -> pl.Expr:
    """Whether a case has a level or a descriptor that the continuum does not have."""
    levels = {d.code: sorted(each.level for each in d.levels) for d in continuum.domains}
    known = {descriptor.code for descriptor in continuum.descriptors}
    faults: list[pl.Expr] = []
    for column in frame.columns:
        prefix, _, code = column.partition(":")
        if prefix == "level":
            faults.append(_is_no_level(pl.col(column), levels.get(code)))
        elif prefix == "ticked" and code not in known:
            faults.append(pl.col(column))
    return any_of(faults) if faults else NEVER


def _is_no_level(level: pl.Expr, levels: list[int] | None) -> pl.Expr:
    if levels is None:
        return level.is_not_null()
    if levels == list(range(levels[0], levels[-1] + 1)):
        return ((level < levels[0]) | (level > levels[-1])).fill_null(value=False)
    return level.is_not_null() & ~level.is_in(levels).fill_null(value=False)
