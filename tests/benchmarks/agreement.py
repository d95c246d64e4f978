"""A million made-up cases of every shipped pack, decided by both twins: one answer, to the penny.

Tier, band, pence, the school's share, who prices, what is refused, and every school's own pence are
held against each other. A single difference is no result but a failure. Both cores work at it; what
is reported is how long it took.
"""

import asyncio
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from typing import Any, NamedTuple

import polars as pl

from activities.modelling import Answers, ModelCase, decide, frames_of
from domain.case import Case
from domain.continuum import place
from domain.policy.schemes import Continuum, Tariff
from domain.refusals import Refusal
from domain.tariff import price
from tests.benchmarks import packs
from tests.benchmarks.report import CannotMeasure, Measured, within
from tests.benchmarks.size import Size
from tests.generated_cases import generated

LIMIT_MINUTES = 15.0
"""A pack's million, on two cores: short enough to be run before every release."""
_AT_ONCE = 10_000
_SEED = 5
_A_MINUTE = 60
_COMPARED = (
    "number",
    "tier",
    "band",
    "annual_pence",
    "to_a_person",
    "placed_by_a_person",
    "refused",
    "gross_pence",
    "school_share_pence",
)


class Part(NamedTuple):
    """Some of a pack's cases: under which of its tariffs, from which number, how many."""

    pack: str
    tariff: int
    start: int
    cases: int


async def measure(size: Size) -> list[Measured]:
    """Go through every pack, one after another."""
    return await asyncio.to_thread(_measure, size)


def _measure(size: Size) -> list[Measured]:
    found = []
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as workers:
        for pack in packs.names():
            began = time.perf_counter()
            for difference in chain.from_iterable(workers.map(differences, _parts(pack, size))):
                raise CannotMeasure(f"The twins differ: {difference}")
            minutes = (time.perf_counter() - began) / _A_MINUTE
            name = f"{pack}: {size.agreed:,} cases alike by both twins"
            found.append(within(name, [minutes], LIMIT_MINUTES, "min"))
    return found


def _parts(pack: str, size: Size) -> list[Part]:
    tariffs = len(packs.tariffs(pack))
    each = size.agreed // tariffs
    return [
        Part(pack, tariff, start, min(_AT_ONCE, each - start))
        for tariff in range(tariffs)
        for start in range(0, each, _AT_ONCE)
    ]


def differences(part: Part) -> list[str]:
    """Decide a part's cases by both twins, and describe where they differ."""
    tariff = packs.tariffs(part.pack)[part.tariff]
    continuum = packs.continuum_beside(part.pack, tariff)
    cases = list(generated((continuum, tariff), _SEED, part.cases, part.start))
    answers = decide(frames_of(cases), continuum, tariff)
    return list(_compared(part, cases, answers, (continuum, tariff)))


def _compared(
    part: Part, cases: list[ModelCase], answers: Answers, schemes: tuple[Continuum, Tariff]
) -> Iterator[str]:
    rows = answers.cases.select(pl.col(_COMPARED).cast(pl.String, strict=True)).rows()
    schools = _by_school(answers.by_school)
    for each, columns in zip(cases, rows, strict=True):
        scalar, by_school = _scalar(each.number, each.case, schemes)
        if scalar != columns:
            yield f"{part.pack}, case {each.number}: {scalar} by the rules, {columns} by columns"
        if by_school != schools.get(each.number, {}):
            yield f"{part.pack}, case {each.number}: by school"


def _by_school(found: pl.DataFrame) -> dict[int, dict[str, int]]:
    schools: dict[int, dict[str, int]] = {}
    for number, school, pence in found.select("number", "school", "annual_pence").iter_rows():
        schools.setdefault(number, {})[str(school)] = pence
    return schools


def _scalar(
    number: int, case: Case, schemes: tuple[Continuum, Tariff]
) -> tuple[tuple[str | None, ...], dict[str, int]]:
    """What the scalar rules say, written as the columns are compared."""
    continuum, tariff = schemes
    try:
        placing = place(case, continuum)
        priced = price(case, placing.tier, tariff)
    except Refusal as refusal:
        nobodys = {"to_a_person": False, "placed_by_a_person": False}
        return _words(number, refused=refusal.code, **nobodys), {}
    by_a_person = placing.to_a_person or priced.to_a_person
    said = {
        "tier": placing.tier,
        "band": priced.band,
        "to_a_person": by_a_person,
        "placed_by_a_person": placing.to_a_person,
    }
    if by_a_person:
        return _words(number, **said), {}
    pence = {name: getattr(priced, name) for name in _COMPARED if name.endswith("_pence")}
    return _words(number, **said, **pence), priced.per_school_pence


def _words(number: int, **said: Any) -> tuple[str | None, ...]:
    said["number"] = number
    return tuple(_word(said.get(name)) for name in _COMPARED)


def _word(value: object) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
