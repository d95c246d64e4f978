"""Cases made up for any continuum and tariff, by what the documents themselves name.

Every number is drawn at the edges that the documents draw: on a threshold, just below it and just
above. Some cases are wrong on purpose: a level that is not there, a kind of staff without a rate,
a count that nobody made. The same seed makes the same cases.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from activities.modelling import ModelCase
from domain.case import Case
from domain.places import Phase, Setting
from domain.policy.check_steps import descriptors_of, domains_of, matches_of
from domain.policy.costing import CostedProvision
from domain.policy.matching import Dated, Match, Range
from domain.policy.pricing import Amounts, Counted, SchoolShare
from domain.policy.rules import Rule, Thresholds
from domain.policy.schemes import Continuum, Tariff
from domain.request import ProvisionLine, PupilAsked, RequestKind, SenStatus

SCHOOLS = ("oak", "elm", "ash")
NOBODYS_STAFF = "nobodys_staff"
ODD = 0.04
"""How often a fact is wrong on purpose."""

T = TypeVar("T")


@dataclass(frozen=True)
class World:
    """What the documents name, and the edges that they draw."""

    levels: dict[str, tuple[int, ...]]
    descriptors: tuple[str, ...]
    bands: tuple[str, ...]
    groups: tuple[str, ...]
    staff: tuple[str, ...]
    counts: tuple[str, ...]
    days: tuple[date, ...]
    numbers: dict[str, tuple[Decimal, ...]]
    kinds: tuple[RequestKind, ...]


def generated(
    schemes: tuple[Continuum, Tariff], seed: int, count: int, start: int = 0
) -> Iterator[ModelCase]:
    """Make cases for the two documents, numbered on from ``start``."""
    world = world_of(schemes)
    for number in range(start, start + count):
        chance = random.Random(f"{seed}:{number}")  # noqa: S311 - examples, not secrets
        yield ModelCase(number=number, case=_case(chance, world))


def world_of(schemes: tuple[Continuum, Tariff]) -> World:
    """Read from the documents what cases can be about."""
    continuum, tariff = schemes
    rules = (*continuum.rules, *tariff.rules)
    matches = [match for rule in rules for _, match in matches_of(rule)]
    levels = {d.code: tuple(each.level for each in d.levels) for d in continuum.domains}
    read = {domain: (0, 1, 2) for rule in rules for domain in domains_of(rule)}
    return World(
        levels=read | levels,
        descriptors=tuple(
            sorted(
                {each.code for each in continuum.descriptors}
                | {code for rule in rules for code in descriptors_of(rule)}
            )
        ),
        bands=tuple(sorted({*tariff.scale.bands} | {b for m in matches for b in m.band})),
        groups=tuple(sorted({group for match in matches for group in match.settings_group})),
        staff=tuple(sorted({code for rule in rules for code in _staff_of(rule)})),
        counts=tuple(sorted({code for rule in rules for code in _counts_of(rule)})),
        days=_days_of(schemes, [*rules, *(row for rule in rules for row in _rows_of(rule))]),
        numbers=_edges_of(rules, matches),
        kinds=tuple(RequestKind),
    )


def _staff_of(rule: Rule) -> tuple[str, ...]:
    return tuple(rule.rates) if isinstance(rule, CostedProvision) else ()


def _counts_of(rule: Rule) -> tuple[str, ...]:
    return tuple(row.count for row in rule.allowances) if isinstance(rule, Counted) else ()


def _rows_of(rule: Rule) -> tuple[Dated, ...]:
    match rule:
        case Amounts():
            return rule.rows
        case SchoolShare():
            return rule.shares
        case Thresholds():
            return rule.steps
        case Counted():
            return rule.allowances
        case CostedProvision():
            return tuple(rule.rates.values())
        case _:
            return ()


def _days_of(schemes: tuple[Continuum, Tariff], dated: Sequence[Dated]) -> tuple[date, ...]:
    """The day from which both documents govern, and either side of every day that they name."""
    begins = max(scheme.in_force_from for scheme in schemes)
    named = [day for each in dated for day in (each.in_force_from, each.in_force_until) if day]
    around = {day + timedelta(days=step) for day in named for step in (-1, 0, 1)}
    return tuple(sorted({begins, begins + timedelta(days=200), *around}))


def _edges_of(rules: Sequence[Rule], matches: Sequence[Match]) -> dict[str, tuple[Decimal, ...]]:
    """For each number that rules compare, every bound that it is compared with."""
    edges: dict[str, set[Decimal]] = {}
    for match in matches:
        for number, wanted in match.ranges.items():
            edges.setdefault(number, set()).update(_bounds(wanted))
    for rule in rules:
        if isinstance(rule, Thresholds):
            found = edges.setdefault(rule.of, set())
            for step in rule.steps:
                found.update(each for each in (step.at_least, step.at_most) if each is not None)
    return {number: tuple(sorted(found)) for number, found in edges.items()}


def _bounds(wanted: Range) -> list[Decimal]:
    bounds = (wanted.exactly, wanted.at_least, wanted.at_most, wanted.below)
    return [bound for bound in bounds if bound is not None]


def _case(chance: random.Random, world: World) -> Case:
    day = chance.choice(world.days)
    kind = chance.choice(world.kinds)
    pupils = _pupils(chance, world, kind)
    return Case(
        kind=kind,
        day=day,
        starts_on=_sometimes(chance, day + timedelta(days=chance.randrange(-400, 800))),
        levels=_levels(chance, world),
        descriptors=_descriptors(chance, world),
        pupils=pupils,
        provision=_provision(chance, world, max(len(pupils), 1)),
        phase=_sometimes(chance, chance.choice(tuple(Phase)), 0.9),
        key_stage=_sometimes(chance, _whole(chance, world, "key_stage", 5)),
        setting=_sometimes(chance, chance.choice(tuple(Setting)), 0.9),
        sen_status=_sometimes(chance, chance.choice(tuple(SenStatus)), 0.9),
        hours=_near(chance, world, "hours", Decimal("0.5"), Decimal(168)),
        settings_group=_word(chance, world.groups),
        points=_near(chance, world, "points", Decimal("0.25"), Decimal(100_000)),
        band=_word(chance, world.bands),
        counts={code: chance.randrange(0, 40) for code in world.counts if chance.random() > ODD},
    )


def _levels(chance: random.Random, world: World) -> dict[str, int]:
    """A level for every domain; now and then one is missing, or there is no such level."""
    high = chance.random() < 0.3
    found = {
        domain: max(chance.choice(levels), chance.choice(levels) if high else 0)
        for domain, levels in world.levels.items()
        if chance.random() > ODD / 4
    }
    if found and chance.random() < ODD / 4:
        found[chance.choice(tuple(found))] = chance.randrange(0, 101)
    if chance.random() < ODD / 4:
        found["nobodys_domain"] = 1
    return found


def _descriptors(chance: random.Random, world: World) -> tuple[str, ...]:
    share = chance.choice((0.0, 0.1, 0.5))
    found = [code for code in world.descriptors if chance.random() < share][:200]
    if chance.random() < ODD / 4:
        found.append("nobodys_descriptor")
    return tuple(found[:200])


def _pupils(chance: random.Random, world: World, kind: RequestKind) -> tuple[PupilAsked, ...]:
    most = 1 if kind is RequestKind.INDIVIDUAL and chance.random() > ODD else 6
    alike = chance.random() < 0.3
    first = _pupil(chance, world)
    others = (first if alike else _pupil(chance, world) for _ in range(chance.randint(0, most) - 1))
    return (first, *others) if chance.random() > 0.15 else ()


def _pupil(chance: random.Random, world: World) -> PupilAsked:
    return PupilAsked(
        pupil_id=UUID(int=chance.randint(1, 8)),
        school=chance.choice(SCHOOLS),
        sen_status=chance.choice(tuple(SenStatus)),
        home_council="this",
        phase=chance.choice(tuple(Phase)),
        key_stage=_whole(chance, world, "key_stage", 5),
        setting=chance.choice((Setting.MAINSTREAM, *Setting)),
        school_spends_pence=chance.choice((0, 0, 100_00, 6_000_00, chance.randrange(0, 900_000))),
    )


def _provision(chance: random.Random, world: World, heads: int) -> tuple[ProvisionLine, ...]:
    lines = [_line(chance, world) for _ in range(chance.choice((0, 0, 1, 1, 2, 4)))]
    edges = [bound for bound in world.numbers.get("cost", ()) if bound < 10**8]
    if edges and chance.random() < 0.3:  # a cost to the penny, which hours alone seldom hit
        pence = int(chance.choice(edges) * 100) * heads + chance.choice((-1, 0, 1))
        lines = [_resources(chance, world, max(0, pence))]
    edges = [bound for bound in world.numbers.get("provision_hours", ()) if bound <= 60]
    if edges and chance.random() < 0.3:
        hours = chance.choice(edges) + chance.choice((-1, 0, 1)) * Decimal("0.01")
        lines = [_line(chance, world, hours)]
    return tuple(lines)


def _line(chance: random.Random, world: World, hours: Decimal | None = None) -> ProvisionLine:
    some = Decimal(chance.randrange(0, 3_200)) / 100
    return ProvisionLine(
        what="Support",
        staff=_staff(chance, world),
        hours_a_week=min(Decimal(60), max(Decimal(0), hours if hours is not None else some)),
        minutes_a_week=chance.choice((0, 0, 20, 7)) if hours is None else 0,
        group_size=chance.choice((1, 1, 2, 3, 6, 7, 11, 13, 60)) if hours is None else 1,
        weeks=chance.choice((38, 38, 39, chance.randint(1, 53))),
        resources_pence=chance.choice((0, 0, chance.randrange(0, 100_000))),
    )


def _resources(chance: random.Random, world: World, pence: int) -> ProvisionLine:
    return ProvisionLine(
        what="Equipment",
        staff=_staff(chance, world),
        hours_a_week=Decimal(0),
        weeks=1,
        resources_pence=pence,
    )


def _staff(chance: random.Random, world: World) -> str:
    if not world.staff or chance.random() < ODD:
        return NOBODYS_STAFF
    return chance.choice(world.staff)


def _near(
    chance: random.Random, world: World, number: str, step: Decimal, most: Decimal
) -> Decimal | None:
    """A number on an edge that the documents draw, just below it or above, or none at all."""
    edges = world.numbers.get(number, ())
    if not edges:
        return _sometimes(chance, Decimal(chance.randrange(0, 100)) / 4, 0.2)
    found = chance.choice(edges) + step * chance.choice((-1, 0, 0, 1))
    return _sometimes(chance, min(most, max(Decimal(0), found)), 0.95)


def _whole(chance: random.Random, world: World, number: str, most: int) -> int:
    edges = [int(edge) for edge in world.numbers.get(number, ())] or [0]
    near = chance.choice(edges) + chance.choice((-1, 0, 1))
    return min(most, max(0, near if chance.random() < 0.5 else chance.randint(0, most)))


def _word(chance: random.Random, words: Sequence[str]) -> str | None:
    if words and chance.random() > ODD:
        return chance.choice(words)
    return "nobodys_word" if chance.random() < ODD else None


def _sometimes(chance: random.Random, value: T, share: float = 0.5) -> T | None:
    return value if chance.random() < share else None
