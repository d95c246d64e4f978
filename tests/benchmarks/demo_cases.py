"""Single pupils' cases of the demo county in columns: what OpenFisca can be asked of it too.

A group shares its school's share and a project is no pupil's, which OpenFisca has no words for;
so every case is one pupil's, with a provision map of no staff twice.
"""

import random
from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl

from domain.needs import AreaOfNeed
from domain.places import Phase, Setting
from domain.policy.schemes import Tariff

DAY = date(2026, 10, 5)
AREAS = tuple(str(area) for area in AreaOfNeed)
CLINICAL = "clinical"
TABLES = ("cases", "pupils", "provision")
_SCHOOLS = tuple(f"school_{number}" for number in range(200))
_PHASES = tuple(str(phase) for phase in Phase)
_SETTINGS = (*[str(Setting.MAINSTREAM)] * 16, *map(str, Setting))
_HOURS_6000 = 60
"""A hundredth of an hour, in the 6000ths that frames count in."""

Columns = dict[str, pl.DataFrame]


def demo_columns(count: int, tariff: Tariff, seed: int = 5) -> Columns:
    """Make so many cases, their pupils and their provision maps; the same seed gives the same."""
    chance = random.Random(seed)  # noqa: S311  cases, not keys
    numbers = range(count)
    cases = pl.DataFrame(
        {
            "number": numbers,
            "kind": ["individual"] * count,
            "day": [DAY] * count,
            f"ticked:{CLINICAL}": [chance.random() < 0.05 for _ in numbers],
            **{f"level:{area}": chance.choices(range(6), k=count) for area in AREAS},
        }
    )
    pupils = pl.DataFrame(
        {
            "number": numbers,
            "pupil": [0] * count,
            "school": chance.choices(_SCHOOLS, k=count),
            "phase": chance.choices(_PHASES, k=count),
            "key_stage": [2] * count,
            "setting": chance.choices(_SETTINGS, k=count),
            "school_spends_pence": [chance.randrange(700_000) for _ in numbers],
        }
    )
    provision = pl.DataFrame(_maps(chance, numbers, sorted(tariff.rates)))
    return {"cases": cases, "pupils": pupils, "provision": provision}


def _maps(chance: random.Random, numbers: Iterable[int], staff: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "staff": code,
            "hours_6000": chance.randrange(1, 3_000) * _HOURS_6000,
            "group_size": chance.randrange(1, 9),
            "weeks": chance.randrange(20, 40),
            "resources_pence": chance.choice((0, 0, 0, 125_00)),
        }
        for number in numbers
        for code in chance.sample(staff, chance.randrange(4))
    ]
