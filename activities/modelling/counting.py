"""Counts what two ways of settling the same cases come to: lines, breakdowns and moves.

Whole pence all the way: nothing here rounds.
"""

from collections.abc import Mapping

import polars as pl

from activities.modelling.assessing import REFUSED, TO_A_PERSON, Settled
from activities.modelling.result import GROUPINGS, Counted, Moved

NOT_KNOWN = "not_known"
"""Where a case does not say: its cluster, its phase, the school of a project."""

BY_CASE = tuple(name for name in GROUPINGS if name != "school")
"""What a case has one of; its pupils may be at several schools."""


def beside(asked: pl.DataFrame, now: Settled, then: Settled) -> pl.DataFrame:
    """Set each case as it is beside what it would be, with what reports group by."""
    sides = [
        each.cases.select("number", pl.exclude("number").name.suffix(f"_{side}"))
        for side, each in (("now", now), ("then", then))
    ]
    joined = asked.select(
        "number", *(_grouped_by(name) for name in ("cluster", "kind", "phase", "area_of_need"))
    )
    for side in sides:
        joined = joined.join(side, on="number", how="left", maintain_order="left")
    return joined.with_columns(_grouped_by("tier_now").alias("tier"), difference=_DIFFERENCE)


_DIFFERENCE = pl.col("pence_then") - pl.col("pence_now")


def _grouped_by(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).fill_null(NOT_KNOWN)


def beside_by_school(
    both: pl.DataFrame, schools: pl.DataFrame, now: Settled, then: Settled
) -> pl.DataFrame:
    """Set each school's part of each case beside what it would be; schools are by number of case.

    A case without pupils, such as a project, stands under no school.
    """
    parts = schools.select("number", pl.col("school").cast(pl.String)).unique()
    for side, settled in (("now", now), ("then", then)):
        own = settled.by_school.select(
            "number", pl.col("school").cast(pl.String), pl.col("pence").alias(f"part_{side}")
        )
        parts = parts.join(own, on=["number", "school"], how="full", coalesce=True)
    of_case = both.select("number", "outcome_now", "outcome_then", "pence_now", "pence_then")
    rows = of_case.join(parts, on="number", how="left")
    return rows.with_columns(_part("now"), _part("then"), _grouped_by("school")).with_columns(
        difference=_DIFFERENCE
    )


def _part(side: str) -> pl.Expr:
    """Give a school's part where the case has an amount; the whole where it has no school."""
    part = pl.col(f"part_{side}").fill_null(0)
    whole = pl.col(f"pence_{side}")
    known = pl.when(pl.col("school").is_null()).then(whole).otherwise(part)
    return pl.when(whole.is_not_null()).then(known).alias(f"pence_{side}")


def breakdowns(
    both: pl.DataFrame, by_school: pl.DataFrame, budgets: Mapping[str, int]
) -> dict[str, tuple[Counted, ...]]:
    """Break a comparison down by everything that reports group by, in order of the keys."""
    found = {name: _lines(both, name) for name in BY_CASE}
    found["school"] = _lines(by_school, "school")
    found["cluster"] = tuple(
        line.model_copy(update={"budget_pence": budgets.get(line.key)}) for line in found["cluster"]
    )
    return {name: found[name] for name in GROUPINGS}


def total_of(both: pl.DataFrame, budget_pence: int | None) -> Counted:
    """Count all cases as one line; no case at all is a line of noughts."""
    if both.is_empty():
        return _NOTHING.model_copy(update={"budget_pence": budget_pence})
    (line,) = _lines(both.with_columns(total=pl.lit("total")), "total")
    return line.model_copy(update={"budget_pence": budget_pence})


def moved(both: pl.DataFrame) -> tuple[Moved, ...]:
    """Count how many cases stand where now and where then: by tier, and by band."""
    found: list[Moved] = []
    for figure in ("tier", "band"):
        rows = (
            both.select(
                *(_stands(figure, side).alias(side) for side in ("now", "then")), "difference"
            )
            .group_by("now", "then")
            .agg(cases=pl.len(), difference_pence=pl.col("difference").sum())
            .sort("now", "then")
        )
        found += (Moved(of=figure, **row) for row in rows.iter_rows(named=True))
    return tuple(found)


def _stands(figure: str, side: str) -> pl.Expr:
    """Say where a case stands: on its tier or in its band, with a person, or nowhere."""
    outcome = pl.col(f"outcome_{side}")
    named = pl.col(f"{figure}_{side}").cast(pl.String).fill_null("none")
    if figure == "band":
        named = pl.when(outcome == TO_A_PERSON).then(pl.lit(TO_A_PERSON)).otherwise(named)
    return pl.when(outcome == REFUSED).then(pl.lit(REFUSED)).otherwise(named)


def _lines(rows: pl.DataFrame, key: str) -> tuple[Counted, ...]:
    counted = rows.group_by(key).agg(**_COUNTS).sort(key).rename({key: "key"})
    return tuple(Counted(**row) for row in counted.iter_rows(named=True))


def _count(of: pl.Expr) -> pl.Expr:
    return of.sum().cast(pl.Int64)


def _middle(of: pl.Expr) -> pl.Expr:
    """Give the value in the middle, the smaller of two, exactly: no float comes near it."""
    return of.sort().get((of.count().cast(pl.Int64) - 1) // 2, null_on_oob=True)


_GAINS = pl.col("difference").filter(pl.col("difference") > 0)
_LOSSES = -pl.col("difference").filter(pl.col("difference") < 0)
_NOW, _THEN = pl.col("outcome_now"), pl.col("outcome_then")

_COUNTS: Mapping[str, pl.Expr] = {
    "cases": pl.len().cast(pl.Int64),
    "now_pence": pl.col("pence_now").sum(),
    "then_pence": pl.col("pence_then").sum(),
    "difference_pence": pl.col("difference").sum(),
    "gain": _count(pl.col("difference") > 0),
    "lose": _count(pl.col("difference") < 0),
    "stay": _count(pl.col("difference") == 0),
    "gained_pence": _GAINS.sum(),
    "lost_pence": _LOSSES.sum(),
    "most_gained_pence": _GAINS.max(),
    "most_lost_pence": _LOSSES.max(),
    "middle_gained_pence": _middle(_GAINS),
    "middle_lost_pence": _middle(_LOSSES),
    "to_a_person_now": _count(_NOW == TO_A_PERSON),
    "to_a_person_then": _count(_THEN == TO_A_PERSON),
    "newly_to_a_person": _count((_NOW != TO_A_PERSON) & (_THEN == TO_A_PERSON)),
    "no_longer_to_a_person": _count((_NOW == TO_A_PERSON) & (_THEN != TO_A_PERSON)),
    "refused_now": _count(_NOW == REFUSED),
    "refused_then": _count(_THEN == REFUSED),
    "unpriced_then_pence": pl.col("pence_now").filter(pl.col("pence_then").is_null()).sum(),
    "unpriced_now_pence": pl.col("pence_then").filter(pl.col("pence_now").is_null()).sum(),
}

_NOTHING = Counted(
    key="total",
    **{name: None if name.startswith(("most", "middle")) else 0 for name in _COUNTS},  # type: ignore[arg-type]  # counts are whole numbers, the largest and middle of none are None
)
