"""Cases that were decided, as a set to decide again, and what the rules of their own days gave."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import polars as pl

from activities.modelling.areas import main_area
from activities.modelling.assessing import OWED, STANDING, CaseSet, Settled, Standing
from activities.modelling.cases import ModelCase, frames_of
from activities.modelling.comparing import settle
from activities.modelling.touched import Pair
from activities.store.modelling import DecidedCase

Pinned = Mapping[tuple[UUID, UUID], Pair]
"""The documents that cases were decided by: continuum and tariff, by the ids of both."""


def case_set_of(
    decided: Iterable[DecidedCase],
    budgets: Mapping[str, int] | None = None,
    budget_pence: int | None = None,
) -> CaseSet:
    """Put decided cases into columns, with what their panels advised and what plans set out."""
    found = tuple(decided)
    frames = frames_of(
        ModelCase(
            number=each.number,
            case=each.case,
            cluster=each.cluster,
            area_of_need=main_area(each.case.levels),
        )
        for each in found
    )
    standing = [(each.number, each.gives_support, each.has_plan, each.owed_known) for each in found]
    owed = [(each.number, school, pence) for each in found for school, pence in each.owed.items()]
    return CaseSet(
        frames,
        Standing(
            pl.DataFrame(standing, schema=STANDING, orient="row"),
            pl.DataFrame(owed, schema=OWED, orient="row"),
        ),
        budgets or {},
        budget_pence,
    )


def as_decided(decided: Sequence[DecidedCase], pinned: Pinned) -> list[Settled]:
    """Settle each case on its own day by the documents it was pinned to, a part for each pair."""
    parts: dict[tuple[UUID, UUID], list[DecidedCase]] = {}
    for each in decided:
        parts.setdefault((each.continuum_id, each.tariff_id), []).append(each)
    return [settle(case_set_of(cases), pinned[by]) for by, cases in parts.items()]
