"""Seconds until a policy officer sees a county's year under three candidates, beside what is now.

All of it: the cases decided four times, who gains and who loses by cluster, school, phase and area
of need, and which changed value touched how many. The limit is ours: what a person waits for at a
screen. Beside it what the scalar rules take only to decide the same cases as often.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import date

from activities.modelling.comparing import Scheme, compare
from activities.modelling.county import county
from domain.case import Case
from domain.continuum import place
from domain.policy.schemes import Continuum, Tariff
from domain.tariff import price
from tests.benchmarks import packs
from tests.benchmarks.report import CannotMeasure, Measured, within
from tests.benchmarks.size import Size

LIMIT_SECONDS = 5.0
_BEGINS_ON = date(2026, 9, 1)
_LOWER_TIER = ('at_least = 16, means = "exceptional"', 'at_least = 15, means = "exceptional"')
_HIGHER_SHARE = ("annual_pounds = 6000.00", "annual_pounds = 6500.00")


async def measure(size: Size) -> list[Measured]:
    """Compare round by round; the county is made before the clock starts."""
    return await asyncio.to_thread(_measure, size)


def _measure(size: Size) -> list[Measured]:
    now, candidates = _schemes()
    pairs = [each.pair for each in (now, *candidates)]
    year = county(5, size.modelled, _BEGINS_ON, pairs)
    singly = [case for _, case in year.frames.each_case()]
    compared, scalar = [], []
    for _ in range(size.rounds):
        began = time.perf_counter()
        found = compare(year, (now, candidates), _BEGINS_ON)
        compared.append(time.perf_counter() - began)
        if not all(each.moved for each in found.comparison.candidates):
            raise CannotMeasure("A candidate changed nothing.")
        scalar.append(_seconds_of_scalar(singly, pairs))
    cases = f"{size.modelled:,} cases under three candidates"
    return [
        within(cases, compared, LIMIT_SECONDS, "s"),
        within(f"{cases}, beside the scalar rules", compared, min(scalar), "s", target=None),
    ]


def _schemes() -> tuple[Scheme, tuple[Scheme, ...]]:
    """The demo county as it is; and a dearer tariff, a lower threshold, a larger school's share."""
    (continuum, *_), (tariff, dearer, *_) = packs.continua(packs.DEMO), packs.tariffs(packs.DEMO)
    lower = packs.changed(packs.DEMO, "continuum", *_LOWER_TIER)
    larger = packs.changed(packs.DEMO, "tariff", *_HIGHER_SHARE)
    assert isinstance(lower, Continuum)
    assert isinstance(larger, Tariff)
    candidates = (
        Scheme("dearer tariff", (continuum, dearer)),
        Scheme("lower threshold", (lower, tariff)),
        Scheme("larger share", (continuum, larger)),
    )
    return Scheme("now", (continuum, tariff)), candidates


def _seconds_of_scalar(cases: Sequence[Case], pairs: Sequence[tuple[Continuum, Tariff]]) -> float:
    began = time.perf_counter()
    for continuum, tariff in pairs:
        for case in cases:
            price(case, place(case, continuum).tier, tariff)
    return time.perf_counter() - began
