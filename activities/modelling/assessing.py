"""A set of cases, and what it comes to once place and price are known.

It is `domain.assessment` in columns: advice, a panel that advised nothing and a tier below the
threshold come to no money; what plans set out is owed all the same, by school (promise 10).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from activities.modelling.frames import Frames
from domain.policy.schemes import Continuum, Route
from domain.request import RequestKind

PRICED, TO_A_PERSON, REFUSED = "priced", "to_a_person", "refused"
"""What became of a case: an amount, a person who has to find one, or it cannot be placed at all."""

STANDING: Mapping[str, pl.DataType] = {
    "number": pl.Int64(),
    "gives_support": pl.Boolean(),
    "has_plan": pl.Boolean(),
    "owed_known": pl.Boolean(),
}
OWED: Mapping[str, pl.DataType] = {
    "number": pl.Int64(),
    "school": pl.String(),
    "owed_pence": pl.Int64(),
}


@dataclass(frozen=True)
class Standing:
    """What stands beside the rules for some cases of a set: what a panel advised, what is owed.

    A case that is in neither frame has had no panel and has no plan.
    """

    cases: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=STANDING))
    """number, gives_support (whether support was advised), has_plan, owed_known."""
    owed: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=OWED))
    """number, school, owed_pence: what the plans of its pupils set out a year."""


@dataclass(frozen=True)
class CaseSet:
    """Cases to decide, what stands beside the rules for them, and the year's budgets by cluster."""

    frames: Frames
    standing: Standing = field(default_factory=Standing)
    budgets: Mapping[str, int] = field(default_factory=dict)
    budget_pence: int | None = None
    """All that decisions may draw on in the year, pence."""


@dataclass(frozen=True)
class Settled:
    """What each case of a set comes to under one pair of documents."""

    cases: pl.DataFrame
    """number, tier, band, outcome, pence (null unless priced), placed_by_a_person."""
    by_school: pl.DataFrame
    """number, school, pence: exact in total for every case that has pupils and a price."""
    uses: pl.DataFrame
    """kind, value, cases: how many cases read each value."""


def settled(
    asked: pl.DataFrame,
    cases: pl.DataFrame,
    by_school: pl.DataFrame,
    continuum: Continuum,
    standing: Standing,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Settle answers (number and kind of each case, what columns decided) into pence and outcomes.

    Whoever is owed more than the rules give is given what is owed; where the plan's cost is not
    known, or the rules name no amount, a person finds it.
    """
    told = _told(asked, cases, continuum, standing)
    shared = by_school.join(
        told.filter(pl.col("pence").is_not_null()).select("number", "nothing"), on="number"
    ).select(
        "number",
        "school",
        pl.when("nothing").then(0).otherwise(pl.col("annual_pence")).alias("pence"),
    )
    raised = _raised(told, shared, standing.owed)
    pence = raised.group_by("number").agg(pl.col("pence").sum().alias("raised"))
    told = told.join(pence, on="number", how="left").with_columns(
        pl.when(pl.col("pence").is_not_null() & pl.col("raised").is_not_null())
        .then(pl.max_horizontal("pence", "raised"))
        .otherwise(pl.col("pence"))
        .alias("pence")
    )
    kept = shared.join(raised.select("number").unique(), on="number", how="anti")
    return _outcomes(told), pl.concat([kept, raised])


def _told(
    asked: pl.DataFrame, cases: pl.DataFrame, continuum: Continuum, standing: Standing
) -> pl.DataFrame:
    """Say for each case whether the rules, the panel or the law leave it without an amount."""
    routes = {tier.code: tier.route.value for tier in continuum.tiers}
    below = [code for code, route in routes.items() if route == Route.BELOW]
    without = pl.col("gives_support").not_() | pl.col("tier").is_in(below)
    unknown = pl.col("has_plan") & pl.col("owed_known").not_()
    return (
        asked.select("number", "kind")
        .join(cases, on="number", how="left", maintain_order="left")
        .with_columns(pl.col("tier", "band", "kind").cast(pl.String))
        .join(standing.cases, on="number", how="left", maintain_order="left")
        .with_columns(
            pl.col("gives_support").fill_null(value=True),
            pl.col("has_plan").fill_null(value=False),
            pl.col("owed_known").fill_null(value=True),
        )
        .with_columns(
            is_advice=pl.col("kind") == RequestKind.ADVICE.value,
            without=without.fill_null(value=False),
            unknown=unknown,
        )
        .with_columns(nothing=pl.col("is_advice") | pl.col("without"))
        .with_columns(pence=_pence())
    )


def _pence() -> pl.Expr:
    """Give a case its pence before what is owed is looked at, in the order of the assessment."""
    return (
        pl.when(pl.col("refused").is_not_null())
        .then(None)
        .when("is_advice")
        .then(0)
        .when("unknown")
        .then(None)
        .when("without")
        .then(0)
        .when("placed_by_a_person")
        .then(None)
        .otherwise(pl.col("annual_pence"))
        .cast(pl.Int64)
    )


def _raised(told: pl.DataFrame, shared: pl.DataFrame, owed: pl.DataFrame) -> pl.DataFrame:
    """Raise each school's part to what is owed there, for the cases that have anything owed."""
    having = told.filter(pl.col("pence").is_not_null() & pl.col("is_advice").not_()).select(
        "number"
    )
    floors = owed.join(having, on="number", how="semi")
    both = shared.join(floors.select("number").unique(), on="number", how="semi").join(
        floors, on=["number", "school"], how="full", coalesce=True
    )
    return both.select(
        "number",
        "school",
        pl.max_horizontal(pl.col("pence").fill_null(0), pl.col("owed_pence").fill_null(0)).alias(
            "pence"
        ),
    )


def _outcomes(told: pl.DataFrame) -> pl.DataFrame:
    outcome = (
        pl.when(pl.col("refused").is_not_null())
        .then(pl.lit(REFUSED))
        .when(pl.col("pence").is_null())
        .then(pl.lit(TO_A_PERSON))
        .otherwise(pl.lit(PRICED))
    )
    return told.select(
        "number",
        "tier",
        pl.when("nothing").then(None).otherwise(pl.col("band")).alias("band"),
        outcome.alias("outcome"),
        "pence",
        "placed_by_a_person",
    )
