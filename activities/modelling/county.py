"""A county that is made up: 53 clusters of 8 to 14 schools, and a year of their requests.

The same seed makes the same county. It is made directly in columns, so that a million requests
take seconds. What need looks like is invented: it shows how a policy behaves, not what it costs
anybody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

import polars as pl

from activities.modelling.areas import area_of
from activities.modelling.assessing import CaseSet
from activities.modelling.drawing import Draws
from activities.modelling.frames import Frames
from activities.modelling.touched import Pair
from domain.places import Phase, Setting
from domain.policy.pricing import Counted
from domain.request import RequestKind, SenStatus

CLUSTERS = 53
SCHOOLS = (8, 14)
"""The fewest and the most schools of a cluster."""

_KINDS = {
    RequestKind.INDIVIDUAL.value: 84,
    RequestKind.GROUP.value: 8,
    RequestKind.ADVICE.value: 5,
    RequestKind.PROJECT.value: 3,
}
_OF_FOUR = {
    "social_emotional_and_mental_health": 34,
    "communication_and_interaction": 33,
    "cognition_and_learning": 24,
    "sensory_and_or_physical": 9,
}
"""How often each of the four areas is the main one."""
_HEIGHTS = (0, 2, 4, 4, 5, 5, 5, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 10, 10, 10)
"""How high the main need stands, in tenths of the scale."""
_KEY_STAGES = {
    Phase.EARLY_YEARS: (0, 0),
    Phase.PRIMARY: (1, 2),
    Phase.SECONDARY: (3, 4),
    Phase.ALL_THROUGH: (1, 4),
    Phase.POST_16: (5, 5),
}
_SETTINGS = {
    Setting.MAINSTREAM.value: 94,
    Setting.RESOURCE_PROVISION.value: 3,
    Setting.SPECIAL.value: 2,
    Setting.ALTERNATIVE_PROVISION.value: 1,
}
_MOST_LINES = 3
_MOST_PUPILS = 6
_DAYS = 365
_SPENDS = (0, 0, 60_000, 120_000, 200_000, 300_000, 400_000, 600_000)
_USUAL_STAFF = 10


@dataclass(frozen=True)
class School:
    """A school that is made up: where it stands, its phase, and how many requests it makes."""

    code: str
    cluster: str
    phase: Phase
    size: int


@dataclass(frozen=True)
class Asked:
    """What the policies to be tried read of a case, so that a made-up one carries it."""

    levels: dict[str, int]
    """The highest level by domain of need."""
    descriptors: dict[str, tuple[str, int]]
    """The domain and level that each descriptor describes."""
    staff: tuple[str, ...]
    bands: tuple[str, ...]
    counts: tuple[str, ...]
    settings_groups: tuple[str, ...]
    takes_points: bool


def asked_by(pairs: Sequence[Pair]) -> Asked:
    """Gather what the documents read; a domain's levels end where the shortest scale of it ends."""
    levels: dict[str, int] = {}
    descriptors: dict[str, tuple[str, int]] = {}
    for continuum, _ in pairs:
        for domain in continuum.domains:
            top = max(each.level for each in domain.levels)
            levels[domain.code] = min(top, levels.get(domain.code, top))
        descriptors |= {each.code: (each.domain, each.level) for each in continuum.descriptors}
    given = {figure for pair in pairs for document in pair for figure in document.given}
    tariffs = [tariff for _, tariff in pairs]
    bands = {band.code for tariff in tariffs for band in tariff.bands}
    return Asked(
        levels=levels,
        descriptors=descriptors,
        staff=tuple(sorted({code for tariff in tariffs for code in tariff.rates})),
        bands=tuple(sorted(bands)) if "band" in given else (),
        counts=tuple(sorted(set(_counts(pairs)))),
        settings_groups=tuple(sorted(set(_settings_groups(pairs)))),
        takes_points="points" in given,
    )


def schools_of(seed: int) -> tuple[School, ...]:
    """Make up the schools: each cluster has a secondary school or two, and primaries mostly."""
    draw = Random(seed)  # noqa: S311  a county that is made up keeps no secret
    found: list[School] = []
    for number in range(1, CLUSTERS + 1):
        cluster = f"cluster_{number:02}"
        for place in range(1, draw.randint(*SCHOOLS) + 1):
            phase = _phase(draw, place)
            size = draw.randint(3, 6) if phase is Phase.SECONDARY else draw.randint(1, 3)
            found.append(School(f"school_{number:02}_{place:02}", cluster, phase, size))
    return tuple(found)


def county(seed: int, cases: int, begins_on: date, pairs: Sequence[Pair]) -> CaseSet:
    """Make up a year of requests that begins on a day, with what the policies read of them."""
    asked, draws, schools = asked_by(pairs), Draws(seed), schools_of(seed)
    tickets = [place for place, school in enumerate(schools) for _ in range(school.size)]
    table = pl.DataFrame(
        {
            "place": range(len(schools)),
            "school": [each.code for each in schools],
            "cluster": [each.cluster for each in schools],
            "phase": [each.phase.value for each in schools],
            "key_stage_from": [_KEY_STAGES[each.phase][0] for each in schools],
            "key_stage_to": [_KEY_STAGES[each.phase][1] for each in schools],
        }
    )
    made = (
        pl.select(number=pl.int_range(1, cases + 1, dtype=pl.Int64))
        .with_columns(place=draws.among("school", tickets), kind=draws.of("kind", _KINDS))
        .join(table, on="place", maintain_order="left")
        .with_columns(*_days(draws, begins_on), *_pupil_facts(draws), *_facts(draws, asked))
        .with_columns(*_levels(draws, asked))
        .with_columns(*_ticked(draws, asked))
    )
    return CaseSet(Frames.of(_cases(made, asked), _pupils(made, draws), _map(made, draws, asked)))


def _phase(draw: Random, place: int) -> Phase:
    if place == 1 or (place == 2 and draw.random() < 0.5):  # noqa: PLR2004  one, or two of them
        return Phase.SECONDARY
    others = (Phase.PRIMARY, Phase.EARLY_YEARS, Phase.ALL_THROUGH, Phase.POST_16)
    return draw.choices(others, (86, 7, 4, 3))[0]


def _counts(pairs: Sequence[Pair]) -> Iterator[str]:
    for _, tariff in pairs:
        for step in tariff.steps:
            if isinstance(step, Counted):
                yield from (each.count for each in step.allowances)


def _settings_groups(pairs: Sequence[Pair]) -> Iterator[str]:
    for pair in pairs:
        for document in pair:
            for step in document.rules:
                for row in (step.when, *(getattr(step, "rows", ()))):
                    yield from row.settings_group


def _days(draws: Draws, begins_on: date) -> Iterator[pl.Expr]:
    """Give each request a day of the year, and its support a first day some weeks later."""
    day = pl.lit(begins_on) + pl.duration(days=draws.below("day", _DAYS))
    yield day.alias("day")
    yield (day + pl.duration(days=28 + draws.below("wait", 56))).dt.month_start().alias("starts_on")


def _pupil_facts(draws: Draws) -> Iterator[pl.Expr]:
    first, last = pl.col("key_stage_from"), pl.col("key_stage_to")
    yield (first + draws.below("key_stage", 1_000) % (last - first + 1)).alias("key_stage")
    yield draws.of("setting", _SETTINGS).alias("setting")
    group = 2 + draws.below("pupils", _MOST_PUPILS - 1)
    yield (
        pl.when(pl.col("kind") == RequestKind.PROJECT.value)
        .then(0)
        .when(pl.col("kind") == RequestKind.GROUP.value)
        .then(group)
        .otherwise(1)
        .alias("pupils")
    )


def _facts(draws: Draws, asked: Asked) -> Iterator[pl.Expr]:
    """Give what some schemes take as it comes: points, a band, a group of settings, hours."""
    if asked.takes_points:
        yield (draws.below("points", 101) * 10**10).alias("points_e10")
    if asked.bands:
        yield draws.among("band", asked.bands).alias("band")
    if asked.settings_groups:
        yield draws.among("settings_group", asked.settings_groups).alias("settings_group")
    for count in asked.counts:
        yield draws.below(f"count {count}", 30).alias(f"count:{count}")
    yield ((5 + draws.below("hours", 28)) * 10**6).alias("hours_e6")


def _levels(draws: Draws, asked: Asked) -> Iterator[pl.Expr]:
    """Level the main domain of a case by its height, the others below it more often than not."""
    domains = tuple(asked.levels)
    weights = {domain: _OF_FOUR.get(domain, 10) for domain in domains}
    main = draws.of("main domain", weights) if domains else None
    height = draws.among("height", _HEIGHTS)
    for domain, top in asked.levels.items():
        highest = (height * top + 5) // 10
        lower = draws.below(f"of {domain}", 100)
        other = (lower * lower * (highest + 1)) // 10**4
        level = pl.when(main == domain).then(highest).otherwise(other)
        yield (
            pl.when(pl.col("kind") != RequestKind.PROJECT.value)
            .then(level)
            .alias(f"level:{domain}")
        )


def _ticked(draws: Draws, asked: Asked) -> Iterator[pl.Expr]:
    """Tick, now and then, a descriptor whose level the need reaches."""
    for code, (domain, level) in asked.descriptors.items():
        reached = pl.col(f"level:{domain}") >= level
        ticked = reached.fill_null(value=False) & draws.happens(f"ticked {code}", 250)
        yield ticked.alias(f"ticked:{code}")


def _cases(made: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    alone = pl.col("pupils") > 0
    shared = ("phase", "key_stage", "setting")
    return made.with_columns(
        *(pl.when(alone).then(pl.col(name)).alias(name) for name in shared),
        sen_status=pl.when(alone).then(pl.lit(SenStatus.SEN_SUPPORT.value)),
        area_of_need=area_of(tuple(asked.levels)),
    ).drop("place", "school", "key_stage_from", "key_stage_to", "pupils")


def _pupils(made: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """Write a row for each pupil: of the school that asks, each with what is spent already."""
    return (
        made.filter(pl.col("pupils") > 0)
        .select(
            "number",
            "school",
            "phase",
            "key_stage",
            "setting",
            pl.int_ranges(1, pl.col("pupils") + 1, dtype=pl.Int64).alias("pupil"),
            draws.among("spends", _SPENDS).alias("school_spends_pence"),
        )
        .explode("pupil")
    )


def _map(made: pl.DataFrame, draws: Draws, asked: Asked) -> pl.DataFrame | None:
    """Write provision maps of one to three lines; advice asks for none."""
    if not asked.staff:
        return None
    lines = [
        made.filter(
            (pl.col("kind") != RequestKind.ADVICE.value)
            & (draws.below("lines", _MOST_LINES) >= line)
        ).select(
            "number",
            draws.among(f"staff {line}", _tickets(asked.staff)).alias("staff"),
            ((2 + draws.below(f"hours {line}", 40)) * 3_000).alias("hours_6000"),
            draws.among(f"group {line}", (1, 1, 1, 2, 4, 6)).alias("group_size"),
            draws.among(f"weeks {line}", (12, 38, 38, 38)).alias("weeks"),
            draws.among(f"resources {line}", (0, 0, 0, 25_000)).alias("resources_pence"),
        )
        for line in range(_MOST_LINES)
    ]
    return pl.concat(lines).sort("number", maintain_order=True)


def _tickets(staff: Sequence[str]) -> list[str]:
    """Ask for teaching assistants most, where the council has a rate for them."""
    usual = [code for code in staff if code == "ta"] * _USUAL_STAFF
    return [*staff, *usual]
