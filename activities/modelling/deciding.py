"""Many cases decided by one continuum and one tariff: the columnar twin of place and price.

A case that is refused is a row with its code; one that a person has to decide is a row without
pence. What the columns cannot hold exactly is decided by the scalar twin, and said to be.
"""

from dataclasses import dataclass

import polars as pl

from activities.modelling.answers import (
    NO_SCHOOLS,
    Part,
    in_order,
    part_of,
    part_of_lines,
    part_of_singly,
)
from activities.modelling.exact import TooBig
from activities.modelling.frames import Frames
from activities.modelling.lines import Growing, Words
from activities.modelling.one_by_one import decided_singly
from activities.modelling.placing import Placed, placed_by, placing_of, pricing_of
from activities.modelling.shapes import Shape
from activities.modelling.steps import take_through
from activities.modelling.uses import uses_frame
from domain.policy.schemes import Continuum, Tariff

Schemes = tuple[Continuum, Tariff]

AT_ONCE = 1_000_000
"""How many cases are in hand at once, so that memory does not grow with the set."""


@dataclass(frozen=True)
class Answers:
    """What became of every case of a set, and which values it took."""

    cases: pl.DataFrame
    """``number``, ``tier``, ``route``, ``band``, ``annual_pence``, ``to_a_person`` (no rule places
    it or none prices it), ``placed_by_a_person``, ``refused`` (the code), ``gross_pence``,
    ``school_share_pence``; pence are null where a person decides."""
    by_school: pl.DataFrame
    """``number``, ``school``, ``annual_pence``: exact in total, of priced cases with pupils."""
    uses: pl.DataFrame
    """``kind``, ``value`` (its path), ``cases``: how many used it, those of none among them."""
    one_by_one: pl.Series
    """Numbers of the cases that the scalar twin decided, because 128 bits were not enough."""


def decide(frames: Frames, continuum: Continuum, tariff: Tariff) -> Answers:
    """Place and price every case of the set by these two documents, to the penny.

    The documents have passed their check: two exceptions that meet, or two rows, are not looked
    for here. Which documents govern the day of a case is for the caller to say.
    """
    schemes = (continuum, tariff)
    try:
        parts = _in_columns(frames.shape, schemes)
        singly = [number for part in parts for number in part.by_itself]
    except TooBig:
        parts, singly = [], frames.cases["number"].to_list()
    if singly:
        cases = frames.only(pl.Series(singly, dtype=pl.Int64)).each_case()
        found = [decided_singly(number, case, schemes) for number, case in cases]
        parts.append(part_of_singly(found))
    return Answers(
        cases=in_order(frames.cases, [part.cases for part in parts]),
        by_school=pl.concat([NO_SCHOOLS, *(part.by_school for part in parts)]),
        uses=uses_frame(schemes, [part.counts for part in parts]),
        one_by_one=pl.Series("number", singly, dtype=pl.Int64),
    )


def _in_columns(shape: Shape, schemes: Schemes) -> list[Part]:
    """Decide what columns can: cases of one line by themselves, then those of several."""
    parts = [
        _single(shape.single.slice(start, AT_ONCE), shape, schemes)
        for start in range(0, len(shape.single), AT_ONCE)
    ]
    if not shape.several.is_empty():
        parts.append(_several(shape, schemes))
    return parts


def _single(frame: pl.DataFrame, shape: Shape, schemes: Schemes) -> Part:
    """Decide cases of one line: the line that is placed is the line that is priced."""
    continuum, tariff = schemes
    placing = placing_of(frame, continuum, shape, is_single=True)
    take_through(continuum, placing, shape)
    place = placed_by(placing, continuum)
    pricing = pricing_of(placing.growing, place, tariff, shape, is_single=True)
    take_through(tariff, pricing, shape)
    return part_of(placing, pricing, place)


def _several(shape: Shape, schemes: Schemes) -> Part:
    """Decide the cases of several lines: placed as one request, priced pupil by pupil."""
    continuum, tariff = schemes
    placing = placing_of(shape.several, continuum, shape, is_single=False)
    take_through(continuum, placing, shape)
    place = placed_by(placing, continuum)
    whole_cases = placing.growing.collected(
        pl.all(),
        place.tier.code.alias("tier"),
        place.by_a_person.alias("placed_by_a_person"),
        place.refused.alias("not_placed"),
    )
    here = Placed(
        tier=Words(pl.col("tier"), place.tier.words),
        by_a_person=pl.col("placed_by_a_person"),
        refused=pl.col("not_placed"),
        unit=place.unit,
        routes=place.routes,
    )
    known = whole_cases.select("row", "tier", "placed_by_a_person", "not_placed")
    lines = shape.lines.join(known, on="row", how="left", maintain_order="left")
    pricing = pricing_of(Growing(lines), here, tariff, shape, is_single=False)
    take_through(tariff, pricing, shape)
    return part_of_lines((placing, whole_cases), pricing, here)
