"""What rules work on: cases that are one line, and cases that are a line for each pupil.

Worked out once for a set of cases, whatever the number of policies that are tried on it. Hours of
a provision map are whole parts of an hour over what the sizes of its groups have in common.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from activities.modelling.rebuilding import HOUR
from domain.request import RequestKind

MOST_SHARING = 10**9
"""Group sizes whose common multiple is beyond this are left to the scalar twin."""
_MOST_IN_A_GROUP = 60
_OF_PUPIL = ("phase", "key_stage", "setting", "sen_status")


@dataclass(frozen=True)
class Most:
    """The largest of each figure in the set: what exact sums are bounded by."""

    lines: int
    heads: int
    sharing: int
    hours: int
    """Hours a week of the longest map, rounded up."""
    resources_pence: int
    spends_pence: int
    points_e10: int
    staff_hours: dict[str, int]
    """Hours a year of each kind of staff, rounded up."""
    counts: dict[str, int]


@dataclass(frozen=True)
class Shape:
    """The set as rules see it; ``row`` is the place of a case in the set.

    To the columns of a case come ``pupils``, ``heads``, ``sharing`` (what hours are divided by
    beside the parts of an hour), ``hour_parts`` of the map for one pupil, ``resources_pence``,
    ``year:<staff>`` (parts of hours a year), ``week:<staff>`` (a week), ``beyond`` (group sizes
    too unlike to be brought together); and of its line ``of_line:<fact>``, ``school``, ``spends``.
    """

    single: pl.DataFrame
    """Cases of one line: one pupil, a project, a case from a published table."""
    several: pl.DataFrame
    """Cases of more lines than one, as a continuum sees them."""
    lines: pl.DataFrame
    """The lines of those cases, one after another, with the columns of their case."""
    map_lines: pl.DataFrame
    staff: tuple[str, ...]
    """Every kind of staff that the maps name."""

    @cached_property
    def most(self) -> Most:
        """The largest of each figure."""
        frames = (self.single, self.lines)
        counts = [name for name in self.single.columns if name.startswith("count:")]
        return Most(
            lines=max(1, _largest(frames, pl.col("pupils"))),
            heads=max(1, _largest(frames, pl.col("heads"))),
            sharing=max(1, _largest(frames, pl.col("sharing"))),
            hours=_largest(frames, pl.col("hour_parts") // (pl.col("sharing") * HOUR) + 1),
            resources_pence=_largest(frames, pl.col("resources_pence")),
            spends_pence=_largest(frames, pl.col("spends")),
            points_e10=_largest(frames, pl.col("points_e10")),
            staff_hours={
                code: _largest(frames, pl.col(f"year:{code}") // (pl.col("sharing") * HOUR) + 1)
                for code in self.staff
            },
            counts={name.removeprefix("count:"): _largest(frames, pl.col(name)) for name in counts},
        )

    @cached_property
    def before(self) -> pl.DataFrame:
        """The lines of the maps with the parts of an hour that came before, by kind of staff."""
        already = pl.col("parts").cum_sum().over("number", "staff") - pl.col("parts")
        return self.map_lines.with_columns(already.alias("before"))


def shape_of(cases: pl.DataFrame, pupils: pl.DataFrame, provision: pl.DataFrame) -> Shape:
    """Work out the lines and the hours of a set."""
    project = pl.col("kind") == str(RequestKind.PROJECT)
    found = cases.with_row_index("row").with_columns(project.alias("project"))
    map_lines, sums = _maps_of(found, provision)
    staff = tuple(sorted(map_lines["staff"].unique()))
    found = _beside(found, sums, staff)
    counted = pupils.group_by("number").agg(pl.len().cast(pl.Int64).alias("pupils"))
    found = found.join(counted, on="number", how="left", maintain_order="left")
    found = found.with_columns(pl.col("pupils").fill_null(0))
    found = found.with_columns(
        pl.when("project").then(1).otherwise(pl.col("pupils").clip(1)).alias("heads")
    )
    is_several = pl.col("heads") > 1
    single, several = found.filter(~is_several), found.filter(is_several)
    return Shape(
        single=_single(single, pupils),
        several=several,
        lines=_lines(several, pupils),
        map_lines=map_lines,
        staff=staff,
    )


def _maps_of(cases: pl.DataFrame, provision: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The lines of the maps in whole parts, and their sums for each case."""
    lines = provision.join(
        cases.select("number", "project"), on="number", how="inner", maintain_order="left"
    )
    lines = lines.join(_sharing(lines), on="number", how="left", maintain_order="left")
    for_a_pupil = pl.col("hours_6000") * (pl.col("sharing") // pl.col("group_size"))
    lines = lines.with_columns(
        for_a_pupil.alias("for_a_pupil"),
        pl.when("project")
        .then(pl.col("hours_6000") * pl.col("sharing"))
        .otherwise(for_a_pupil)
        .alias("parts"),
    )
    by_staff = [
        each
        for code in lines["staff"].unique().sort()
        for each in (
            pl.when(pl.col("staff") == code).then("parts").alias(f"week:{code}"),
            pl.when(pl.col("staff") == code)
            .then(pl.col("parts") * pl.col("weeks"))
            .alias(f"year:{code}"),
        )
    ]
    names = [each.meta.output_name() for each in by_staff]
    sums = (
        lines.with_columns(by_staff)
        .group_by("number")
        .agg(
            pl.col("for_a_pupil").sum().alias("hour_parts"),
            pl.col("resources_pence").sum(),
            pl.col("sharing", "beyond").first(),
            pl.col(names).sum(),
            pl.col(names).count().name.prefix("lines:"),
        )
        .with_columns(pl.when(pl.col(f"lines:{name}") > 0).then(name).alias(name) for name in names)
    )
    return lines, sums.select(pl.exclude("^lines:.*$"))


def _sharing(lines: pl.DataFrame) -> pl.DataFrame:
    """For each case the least number that the sizes of all its groups divide."""
    sizes = pl.Series([1 << size for size in range(_MOST_IN_A_GROUP + 1)], dtype=pl.Int64)
    sized = lines.select("number", pl.lit(sizes).gather(pl.col("group_size")).alias("mask"))
    masks = sized.group_by("number").agg(pl.col("mask").bitwise_or())
    distinct = masks["mask"].unique()
    common = [_divided_by_all(mask) for mask in distinct]
    table = pl.DataFrame(
        {
            "mask": distinct,
            "sharing": pl.Series([1 if n > MOST_SHARING else n for n in common], dtype=pl.Int64),
            "beyond": pl.Series([n > MOST_SHARING for n in common], dtype=pl.Boolean),
        }
    )
    return masks.join(table, on="mask", how="left").drop("mask")


def _divided_by_all(mask: int) -> int:
    """The least common multiple of the sizes whose bits are set.

    >>> _divided_by_all(1 << 4 | 1 << 6)
    12
    """
    return math.lcm(*(size for size in range(1, _MOST_IN_A_GROUP + 1) if mask >> size & 1))


def _beside(cases: pl.DataFrame, sums: pl.DataFrame, staff: tuple[str, ...]) -> pl.DataFrame:
    if sums.is_empty():
        empty = {"hour_parts": 0, "resources_pence": 0, "sharing": 1}
        columns = [pl.lit(value, dtype=pl.Int64).alias(name) for name, value in empty.items()]
        return cases.with_columns(*columns, pl.lit(value=False).alias("beyond"))
    del staff
    return cases.join(sums, on="number", how="left", maintain_order="left").with_columns(
        pl.col("hour_parts", "resources_pence").fill_null(0),
        pl.col("sharing").fill_null(1),
        pl.col("beyond").fill_null(value=False),
    )


def _single(cases: pl.DataFrame, pupils: pl.DataFrame) -> pl.DataFrame:
    """Put what is known of the one pupil beside the case; a project has no pupil's line."""
    theirs = pupils.select(
        "number",
        *(pl.col(name).alias(f"of_line:{name}") for name in _OF_PUPIL),
        "school",
        pl.col("school_spends_pence").alias("spends"),
    )
    theirs = theirs.join(
        cases.filter(~pl.col("project")), on="number", how="semi", maintain_order="left"
    )
    found = cases.join(theirs, on="number", how="left", maintain_order="left")
    return found.with_columns(
        *(
            pl.when(pl.col("school").is_not_null())
            .then(pl.col(f"of_line:{name}"))
            .otherwise(pl.col(name))
            .alias(f"of_line:{name}")
            for name in _OF_PUPIL
        ),
        pl.col("spends").fill_null(0),
    )


def _lines(cases: pl.DataFrame, pupils: pl.DataFrame) -> pl.DataFrame:
    """A line for each pupil of the cases that have several, in the order of case and pupil."""
    theirs = pupils.rename({name: f"of_line:{name}" for name in _OF_PUPIL})
    theirs = theirs.rename({"school_spends_pence": "spends"})
    at_school = pl.struct("pupil", "school").rank("dense").cast(pl.Int32)
    return cases.join(theirs, on="number", how="inner", maintain_order="left_right").with_columns(
        at_school.alias("pupil_at_school")
    )


def _largest(frames: tuple[pl.DataFrame, ...], figure: pl.Expr) -> int:
    return max(int(frame.select(figure.max().fill_null(0)).item() or 0) for frame in frames)
