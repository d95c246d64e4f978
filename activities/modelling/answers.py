"""From decided lines to answers: one rounding to the penny for a case, and its schools' shares."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from activities.modelling.lines import Lines
from activities.modelling.one_by_one import Singly, counted_singly
from activities.modelling.placing import Placed
from activities.modelling.uses import Counts, counted_cases, counted_rows
from domain.policy.schemes import Route
from domain.refusals import NotValid

_BY_SCHOOL: dict[str, pl.DataType] = {
    "number": pl.Int64(),
    "school": pl.String(),
    "annual_pence": pl.Int64(),
}
NO_SCHOOLS = pl.DataFrame(schema=_BY_SCHOOL)
_CASES = {
    "number": pl.Int64(),
    "tier": pl.String(),
    "route": pl.String(),
    "band": pl.String(),
    "annual_pence": pl.Int64(),
    "to_a_person": pl.Boolean(),
    "placed_by_a_person": pl.Boolean(),
    "refused": pl.String(),
    "gross_pence": pl.Int64(),
    "school_share_pence": pl.Int64(),
}
_ROUTES = tuple(map(str, Route))
_WORDS = ("tier", "route", "band")


@dataclass(frozen=True)
class Part:
    """The answers of some of the cases."""

    cases: pl.DataFrame
    by_school: pl.DataFrame
    counts: Counts
    by_itself: Sequence[int]
    """Numbers of those that the columns could not hold exactly; nothing is said of them here."""


def part_of(placing: Lines, pricing: Lines, place: Placed) -> Part:
    """The answers of cases that are one line each."""
    uses = {"continuum": placing.uses, "tariff": pricing.uses}
    found = _collected(pricing, place, [*placing.uses.values(), *pricing.uses.values()])
    found = found.with_columns(
        pl.col("not_valid").alias("refused"),
        pl.col("net").alias("total"),
        (pl.col("net") < 0).alias("owes"),
    )
    cases = _answered(found, place, pricing)
    held = _only(found, _is_counted())
    counts = Counts()
    for kind, used in uses.items():
        counts.update(counted_rows(held, kind, used))
    with_school = pl.col("school").is_not_null() & pl.col("annual_pence").is_not_null()
    schools = cases.select(list(_BY_SCHOOL)).filter(with_school)
    return Part(cases.select(list(_CASES)), schools, counts, _by_itself(found))


def part_of_lines(placed: tuple[Lines, pl.DataFrame], pricing: Lines, place: Placed) -> Part:
    """The answers of cases that are several lines each."""
    placing, whole_cases = placed
    lines = _collected(pricing, place, list(pricing.uses.values()))
    found = lines.group_by("row", maintain_order=True).agg(
        pl.col("number", "tier", "by_a_person", "penny", "total").first(),
        pl.col("net", "gross", "share").sum(),
        pl.col("left", "not_valid", "inexact", "beyond").any(),
        pl.when(pl.col("band").n_unique() == 1).then(pl.col("band").first()).alias("band"),
        (pl.col("net") < 0).any().alias("owes"),
    )
    found = found.with_columns(
        pl.col("not_valid").alias("refused"),
        pl.col("total").fill_null(pl.col("net")),
        pl.lit(None, dtype=pl.String).alias("school"),
    )
    cases = _answered(found, place, pricing)
    held = found.filter(_is_counted()).select("row")
    counts = counted_rows(
        whole_cases.join(held, on="row", how="semi", maintain_order="left"),
        "continuum",
        placing.uses,
    )
    counts.update(
        counted_cases(
            lines.join(held, on="row", how="semi", maintain_order="left"), "tariff", pricing.uses
        )
    )
    return Part(cases.select(list(_CASES)), _by_school(lines, cases), counts, _by_itself(found))


def part_of_singly(found: Iterable[Singly]) -> Part:
    """The answers of cases that the scalar twin decided."""
    each = list(found)
    rows = [dict.fromkeys(_CASES) | {"to_a_person": False} | one.row for one in each]
    schools = [
        (one.row["number"], school, pence)
        for one in each
        for school, pence in one.by_school.items()
    ]
    return Part(
        pl.DataFrame(rows, schema=_CASES).with_columns(
            pl.col("placed_by_a_person").fill_null(value=False)
        ),
        pl.DataFrame(schools, schema=_BY_SCHOOL, orient="row"),
        counted_singly(each),
        (),
    )


def in_order(cases: pl.DataFrame, parts: list[pl.DataFrame]) -> pl.DataFrame:
    """One frame of answers in the order of the cases."""
    if not parts:
        return pl.DataFrame(schema=_CASES)
    dtypes = {name: parts[0].schema[name] for name in _WORDS}
    found = pl.concat([part.cast(pl.Schema(dtypes)) for part in parts])
    if len(parts) == 1:
        return found
    return cases.select("number").join(found, on="number", how="left", maintain_order="left")


def _collected(pricing: Lines, place: Placed, uses: list[pl.Expr]) -> pl.DataFrame:
    """Work everything out, once: figures of the lines and what tells which values they used."""
    unit = pricing.unit
    further = unit.most_pence if not pricing.is_single else 1
    inexact = pl.col("beyond")
    for each, more in ((unit, further), (place.unit, 1)):
        held = each.most_per_held(more)
        if each.per is not None and each.most_per > held:
            inexact |= each.per.cast(pl.Int128) > held
    total = pl.lit(None, dtype=unit.dtype) if pricing.total is None else pricing.total
    roots = {root for used in uses for root in used.meta.root_names()}
    fixed = {
        "tier": place.tier.code,
        "band": pricing.names["band"].code,
        "net": pricing.net,
        "gross": pricing.gross,
        "share": pricing.share,
        "total": total,
        "penny": unit.a_penny,
        "left": pricing.left,
        "not_valid": pricing.refused,
        "by_a_person": place.by_a_person,
        "inexact": pricing.by_itself,
        "beyond": inexact,
    }
    as_they_are = {"row", "number", "school"} | (roots - fixed.keys())
    return pricing.growing.collected(
        *sorted(as_they_are), *(what.alias(name) for name, what in fixed.items())
    )


def _needs_itself() -> pl.Expr:
    decided = pl.col("left") | pl.col("refused") | pl.col("by_a_person")
    owes = pl.col("owes") | (pl.col("gross") < pl.col("share"))
    return pl.col("beyond") | ((pl.col("inexact") | owes) & ~decided)


def _is_counted() -> pl.Expr:
    return ~pl.col("refused") & ~_needs_itself()


def _only(frame: pl.DataFrame, wanted: pl.Expr) -> pl.DataFrame:
    """The rows that are wanted; nearly always that is all of them, and nothing is copied."""
    return frame if frame.select(wanted.all()).item() else frame.filter(wanted)


def _answered(found: pl.DataFrame, place: Placed, pricing: Lines) -> pl.DataFrame:
    """Round once, and put words for codes; only cases that the columns hold exactly."""
    to_a_person = pl.col("left") | pl.col("by_a_person")
    stands = ~pl.col("refused")
    priced = stands & ~to_a_person
    gross = pricing.unit.whole_pence(pl.col("gross"), pl.col("penny"))
    funded = pricing.unit.whole_pence(pl.col("gross") - pl.col("share"), pl.col("penny"))
    annual = pricing.unit.whole_pence(pl.col("total"), pl.col("penny"))
    tiers, bands = place.tier.words, pricing.names["band"].words
    return _only(found, ~_needs_itself()).select(
        "row",
        "number",
        "school",
        pl.when(stands).then(_worded(tiers, tiers, pl.col("tier"))).alias("tier"),
        pl.when(stands).then(_worded(place.routes, _ROUTES, pl.col("tier"))).alias("route"),
        pl.when(stands).then(_worded(bands, bands, pl.col("band"))).alias("band"),
        pl.when(priced).then(annual).alias("annual_pence"),
        pl.when(priced).then(gross).alias("gross_pence"),
        pl.when(priced).then(gross - funded).alias("school_share_pence"),
        (stands & to_a_person).alias("to_a_person"),
        (stands & pl.col("by_a_person")).alias("placed_by_a_person"),
        pl.when(pl.col("refused")).then(pl.lit(NotValid.code)).alias("refused"),
    )


def _worded(words: Sequence[str], among: Sequence[str], code: pl.Expr) -> pl.Expr:
    """The word of each code, as one of a closed list of words."""
    dtype = pl.Enum(list(among))
    if not words:
        return pl.lit(None, dtype=dtype)
    return pl.lit(pl.Series(list(words), dtype=dtype)).gather(code)


def _by_itself(found: pl.DataFrame) -> list[int]:
    return found.filter(_needs_itself())["number"].to_list()


def _by_school(lines: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """Share the whole pence of a case by what its lines come to, as ``domain.tariff`` does.

    Each line gets whole pence first; the odd pennies go to the largest remainders, the earlier
    line at a tie. Where every line comes to nothing, every school has nothing.
    """
    priced = cases.filter(pl.col("annual_pence").is_not_null()).select("row", "annual_pence")
    net = pl.col("net").cast(pl.Int128)
    shared = lines.select("row", "number", "school", "net").join(
        priced, on="row", how="inner", maintain_order="left"
    )
    shared = shared.with_columns(
        net.sum().over("row").alias("whole"), (net * pl.col("annual_pence")).alias("due")
    )
    shared = shared.with_columns(
        pl.when(pl.col("whole") > 0)
        .then(pl.col("due") // pl.col("whole"))
        .otherwise(0)
        .alias("pence")
    )
    shared = shared.with_columns(
        (pl.col("pence") * pl.col("whole") - pl.col("due")).alias("before_remainder")
    )
    place = pl.col("before_remainder").rank("ordinal").over("row")
    odd = pl.when(pl.col("whole") > 0).then(pl.col("annual_pence")).otherwise(0) - pl.col(
        "pence"
    ).sum().over("row")
    shared = shared.with_columns((pl.col("pence") + (place <= odd)).alias("pence"))
    found = shared.group_by("number", "school", maintain_order=True).agg(pl.col("pence").sum())
    found = found.rename({"pence": "annual_pence"}).cast(pl.Schema(_BY_SCHOOL))
    return found.select(list(_BY_SCHOOL))
