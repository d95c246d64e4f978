"""Decides a set of cases again under one or more candidates, beside what is now.

Both sides decide the same cases on the same days, so that what differs is the policy's doing. A
case is taken to be submitted on its own day of the year, in the year that begins on the day of the
comparison, and its support starts as many years later than it did: conditions on academic and
financial years follow.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import polars as pl

from activities.modelling.assessing import CaseSet, Settled, Standing, settled
from activities.modelling.counting import (
    beside,
    beside_by_school,
    breakdowns,
    moved,
    total_of,
)
from activities.modelling.deciding import decide
from activities.modelling.frames import Frames
from activities.modelling.result import Compared, Comparison, Documents
from activities.modelling.touched import Pair, refuse_untouched, touched_values
from domain.request import RequestKind

AT_ONCE = 100_000
"""How many cases are decided at once: so often is a person told how far it is."""

Tell = Callable[[str, int], None]
"""Told what is done and how many cases more are done with it."""


def told_nobody(_what: str, _cases: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True)
class Scheme:
    """A pair of documents with the name that a report gives it."""

    name: str
    pair: Pair

    @property
    def documents(self) -> Documents:
        """Which documents they are."""
        continuum, tariff = self.pair
        return Documents(
            name=self.name,
            continuum_sha256=continuum.sha256,
            continuum_from=continuum.in_force_from,
            tariff_sha256=tariff.sha256,
            tariff_from=tariff.in_force_from,
        )


@dataclass(frozen=True)
class CasesCompared:
    """A comparison with its cases, each as it is beside what it would be."""

    comparison: Comparison
    cases: Mapping[str, pl.DataFrame]
    """By candidate: number, what it is grouped by, and tier, band, outcome and pence twice."""


def submitted_in_the_year_of(frames: Frames, on: date) -> Frames:
    """Move every case to its own day of the year in the year that begins on a day.

    The 29th of February becomes the 28th in a year that has none.
    """
    day = pl.col("day")
    of_the_year = day.dt.month().cast(pl.Int32) * 100 + day.dt.day().cast(pl.Int32)
    is_before = of_the_year < on.month * 100 + on.day
    years = pl.format("{}y", pl.lit(on.year) - day.dt.year() + is_before.cast(pl.Int32))
    return frames.moved(day.dt.offset_by(years), pl.col("starts_on").dt.offset_by(years))


def settle(cases: CaseSet, pair: Pair, tell: Callable[[int], None] | None = None) -> Settled:
    """Decide all cases under a pair of documents, on the days that they have."""
    return _settle(in_parts(cases.frames), cases.standing, pair, tell or (lambda _cases: None))


def in_parts(frames: Frames) -> tuple[Frames, ...]:
    """Cut a set into as many cases as are decided at once; an empty one is a part all the same."""
    starts = range(0, max(len(frames), 1), AT_ONCE)
    return tuple(frames.part(start, AT_ONCE) for start in starts)


def compare(
    cases: CaseSet,
    schemes: tuple[Scheme, Sequence[Scheme]],
    on: date,
    *,
    accepts_untouched: bool = False,
    tell: Tell = told_nobody,
) -> CasesCompared:
    """Decide cases under what is now and under each candidate, in the year that begins on a day.

    Raises `NotValid` where a candidate changes a value that none of the cases reads, unless that
    is accepted: it is said in the result either way.
    """
    now, candidates = schemes
    placed = replace(cases, frames=submitted_in_the_year_of(cases.frames, on))
    # Cut once: what a part looks like is worked out once, however many candidates there are.
    parts = in_parts(placed.frames)
    settled_now = _settle(parts, cases.standing, now.pair, partial(tell, now.name))
    found: list[Compared] = []
    by_case: dict[str, pl.DataFrame] = {}
    for candidate in candidates:
        settled_then = _settle(parts, cases.standing, candidate.pair, partial(tell, candidate.name))
        touched = touched_values((now.pair, settled_now), (candidate.pair, settled_then))
        if not accepts_untouched:
            refuse_untouched(candidate.name, touched)
        both = beside(placed.frames.cases, settled_now, settled_then)
        at_schools = beside_by_school(both, _schools(placed.frames), settled_now, settled_then)
        by_case[candidate.name] = both
        found.append(
            Compared(
                candidate=candidate.documents,
                total=total_of(both, cases.budget_pence),
                by=breakdowns(both, at_schools, cases.budgets),
                moved=moved(both),
                touched=touched,
            )
        )
    comparison = Comparison(
        cases=len(placed.frames), on=on, now=now.documents, candidates=tuple(found)
    )
    return CasesCompared(comparison, by_case)


def _settle(
    parts: Sequence[Frames], standing: Standing, pair: Pair, tell: Callable[[int], None]
) -> Settled:
    """Settle part after part, and tell how many cases are done with each."""
    found = []
    for part in parts:
        found.append(_settled(part, standing, pair))
        tell(len(part))
    return Settled(
        cases=pl.concat([each.cases for each in found]),
        by_school=pl.concat([each.by_school for each in found]),
        uses=pl.concat([each.uses for each in found])
        .group_by("kind", "value", maintain_order=True)
        .agg(pl.col("cases").sum()),
    )


def _settled(frames: Frames, standing: Standing, pair: Pair) -> Settled:
    continuum, tariff = pair
    answers = decide(frames, continuum, tariff)
    told, by_school = settled(frames.cases, answers.cases, answers.by_school, continuum, standing)
    return Settled(cases=told, by_school=by_school, uses=answers.uses)


def _schools(frames: Frames) -> pl.DataFrame:
    """Name the schools whose pupils each case is about; a project is nobody's in particular."""
    projects = frames.cases.filter(pl.col("kind").cast(pl.String) == RequestKind.PROJECT.value)
    return frames.pupils.select("number", "school").join(
        projects.select("number"), on="number", how="anti"
    )
