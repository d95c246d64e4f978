"""Pairs of documents for tests of modelling, and small sets whose answers can be worked by hand."""

from datetime import date
from functools import cache

import polars as pl

from activities.modelling.assessing import CaseSet, Standing
from activities.modelling.comparing import Scheme
from activities.modelling.frames import Frames
from activities.modelling.touched import Pair
from domain.policy.load import load_version
from domain.policy.schemes import Continuum, Tariff
from tests.domain.demo_county import PACK

FIRST, SECOND = "2026-09-01", "2026-10-06"
ON = date(2026, 10, 6)
AREAS = (
    "communication_and_interaction",
    "cognition_and_learning",
    "social_emotional_and_mental_health",
    "sensory_and_or_physical",
)

Edit = tuple[str, str]


@cache
def pair(
    tariff: str = FIRST, of_tariff: tuple[Edit, ...] = (), of_continuum: tuple[Edit, ...] = ()
) -> Pair:
    """The demo county's continuum and a tariff of it, some of their words changed."""
    continuum = load_version("continuum", _text(f"continuum/{FIRST}.toml", of_continuum)).document
    priced = load_version("tariff", _text(f"tariff/{tariff}.toml", of_tariff)).document
    assert isinstance(continuum, Continuum)
    assert isinstance(priced, Tariff)
    return continuum, priced


def _text(file: str, edits: tuple[Edit, ...]) -> str:
    text = (PACK / file).read_text(encoding="utf-8")
    for before, after in edits:
        assert before in text, before
        text = text.replace(before, after, 1)
    return text


def now() -> Scheme:
    """The first tariff, which is what is now."""
    return Scheme("now", pair())


def then(*of_tariff: Edit, of_continuum: tuple[Edit, ...] = (), name: str = "then") -> Scheme:
    """The first tariff with some words changed."""
    return Scheme(name, pair(FIRST, of_tariff, of_continuum))


def small_set(standing: Standing | None = None) -> CaseSet:
    """Six cases: bands e1 and e2 in two phases, a costed map, a project, one above the table.

    Now: £3,120 and £3,450 (16 points: e1), £4,974 (e2), to a person (52 points and more). The map
    is 20 hours of a teaching assistant at £653.60, less £6,000: £7,072. The project is 5 hours of
    one: £3,268.
    """
    levels = [(5, 0, 0, 0), (5, 0, 0, 0), (4, 4, 0, 0), (5, 5, 5, 5), (2, 2, 0, 0), None]
    kinds = ["individual"] * 5 + ["project"]
    phases = ["primary", "secondary", "primary", "primary", "primary", None]
    cases = pl.DataFrame(
        {
            "number": list(range(1, 7)),
            "kind": kinds,
            "day": [date(2026, 10, day) for day in range(1, 7)],
            "starts_on": [date(2027, 1, 4)] * 6,
            "cluster": ["alder", "alder", "birch", "birch", "birch", "alder"],
            "area_of_need": [AREAS[0], AREAS[0], "several", "several", "several", None],
            "phase": phases,
            "key_stage": [1, 3, 1, 1, 1, None],
            **{
                f"level:{area}": [None if each is None else each[place] for each in levels]
                for place, area in enumerate(AREAS)
            },
        }
    )
    pupils = pl.DataFrame(
        {
            "number": [1, 2, 3, 4, 5],
            "pupil": [1] * 5,
            "school": ["oak", "ash", "elm", "elm", "oak"],
            "phase": phases[:5],
            "key_stage": [1, 3, 1, 1, 1],
        }
    )
    provision = pl.DataFrame(
        {"number": [5, 6], "staff": ["ta", "ta"], "hours_6000": [20 * 6000, 5 * 6000]}
    )
    return CaseSet(Frames.of(cases, pupils, provision), standing or Standing())
