"""Cases in rising need, made from what a continuum and a tariff name: each ladder raises one thing.

Who a case is about (its kind, phase, setting) stays the same on a ladder: that is its context.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, prod
from typing import Any

from domain.places import Setting
from domain.policy.check_steps import matches_of
from domain.policy.costing import CostedProvision
from domain.policy.matching import Match, Range
from domain.policy.points import WeightedSum
from domain.policy.pricing import Counted
from domain.policy.rules import BestFit, Rule, Thresholds
from domain.policy.schemes import Continuum, Tariff
from domain.request import RequestKind

Facts = Mapping[str, Any]
"""Some of the facts of a case, as `domain.case.Case` reads them."""

MOST_CONTEXTS = 60
MOST_BASES = 40
"""The most profiles of need from which one thing is raised."""
MOST_RUNGS = 200
BASES_FOR_HOURS = 6
EVERY_HOUR = tuple(range(41))
SOME_HOURS = (0, 5, 6, 10, 20, 30, 40)
"""Hours a week of one kind of staff: each for the first kind, some for the others."""
WEEKS = 38
_SPREAD = 7_919
"""A prime, so that contexts are taken from all over when there are too many for each."""
_MOST = {"points": 100_000, "hours": 168, "key_stage": 5}
_YEARS = ("academic_year", "financial_year")


@dataclass(frozen=True)
class Rung:
    """One case of a ladder: how far up it stands, and its facts."""

    label: str
    facts: Facts


@dataclass(frozen=True)
class Ladder:
    """Cases that differ in one thing, of which each has more than the one before it."""

    what: str
    rungs: tuple[Rung, ...]
    beside: Facts
    """What is the same on every rung."""


@dataclass(frozen=True)
class _Pack:
    """What the two documents name, gathered once."""

    continuum: Continuum
    tariff: Tariff

    @property
    def rules(self) -> tuple[Rule, ...]:
        return (*self.continuum.rules, *self.tariff.rules)

    @property
    def matches(self) -> list[Match]:
        return [match for rule in self.rules for _, match in matches_of(rule)]

    @property
    def given(self) -> set[str]:
        return {*self.continuum.given, *self.tariff.given}

    @property
    def levels(self) -> dict[str, list[int]]:
        return {d.code: sorted({each.level for each in d.levels}) for d in self.continuum.domains}

    @property
    def staff(self) -> list[str]:
        costed = (rule for rule in self.rules if isinstance(rule, CostedProvision))
        return list(dict.fromkeys(code for rule in costed for code in rule.rates))

    def edges(self, number: str) -> list[int]:
        """Whole numbers on both sides of everything that is said of a number."""
        ranges = [match.ranges[number] for match in self.matches if number in match.ranges]
        bounds = [bound for each in ranges for bound in _bounds(each)]
        for rule in self.rules:
            if isinstance(rule, Thresholds) and rule.of == number:
                bounds += [Fraction(step.at_least) for step in rule.steps]
        found = {ceil(bound) + beside for bound in bounds for beside in (-1, 0, 1)}
        most = _MOST.get(number, max(found, default=0))
        return sorted(each for each in found if 0 <= each <= most)[:MOST_RUNGS]


def ladders_of(continuum: Continuum, tariff: Tariff) -> Iterator[Ladder]:
    """Make every ladder: points, bands, descriptors, hours of a place and of staff, levels."""
    pack = _Pack(continuum, tariff)
    bases = tuple(_bases(pack))
    if "points" in pack.given:
        rungs = (Rung(f"{n}", {"points": n}) for n in pack.edges("points"))
        yield Ladder("points", tuple(rungs), {**bases[0], "points": 0})
    if "band" in pack.given:
        bands = tariff.scale.bands[:MOST_RUNGS]
        yield Ladder("band", tuple(Rung(each, {"band": each}) for each in bands), bases[0])
    yield from _ticked(pack, bases[0])
    for base in bases[:: max(1, len(bases) // BASES_FOR_HOURS)]:
        rungs = (Rung(f"{n} a week", {"hours": n}) for n in pack.edges("hours"))
        yield Ladder("hours", tuple(rungs), base)
        for number, staff in enumerate(pack.staff):
            tried = SOME_HOURS if number else EVERY_HOUR
            rungs = (Rung(f"{n} a week", _provision(staff, n)) for n in tried)
            yield Ladder(f"hours of {staff}", tuple(rungs), base)
    for base in bases:
        for domain in pack.levels:
            yield from _levels(pack, domain, base)


def contexts_of(continuum: Continuum, tariff: Tariff) -> Iterator[Facts]:
    """Give the circumstances that the rules tell apart, spread out where there are too many."""
    pack = _Pack(continuum, tariff)
    counted = [rule for rule in pack.rules if isinstance(rule, Counted)]
    counts = {each.count: 1 for rule in counted for each in rule.allowances}
    years = sorted({year for name in _YEARS for year in pack.edges(name) if year > 0})
    values: dict[str, list[Any]] = {
        "phase": _named(pack, "phase"),
        "hours": pack.edges("hours") or [None],
        "setting": _settings(pack),
        "sen_status": _named(pack, "sen_status"),
        "settings_group": _named(pack, "settings_group"),
        "key_stage": pack.edges("key_stage") or [None],
        "starts_on": [date(year, 9, 1) for year in years] or [None],
        "kind": _led_by(RequestKind.INDIVIDUAL, _named(pack, "kind")),
    }
    every = prod(map(len, values.values()))
    for number in range(min(every, MOST_CONTEXTS)):
        left = number if every <= MOST_CONTEXTS else number * _SPREAD % every
        context: dict[str, Any] = {"counts": counts}
        for name, listed in values.items():
            left, place = divmod(left, len(listed))
            context[name] = listed[place]
        yield {name: value for name, value in context.items() if value is not None}


def in_words(facts: Facts) -> str:
    """Write facts as a person would name them.

    >>> in_words({"levels": {"speech": 2}, "phase": "primary"})
    'speech 2, phase primary'
    """
    told: list[str] = []
    for name, value in facts.items():
        if name == "levels":
            told += (f"{domain} {level}" for domain, level in value.items())
        elif name == "provision":
            told += (f"{line['hours_a_week']} hours a week of {line['staff']}" for line in value)
        elif name not in {"counts", "descriptors"}:
            told.append(f"{name.replace('_', ' ')} {value}")
    return ", ".join(told)


def _bounds(found: Range) -> Iterator[Fraction]:
    yield found.lowest
    if found.highest is not None:
        yield found.highest


def _named(pack: _Pack, name: str) -> list[Any]:
    """The values that conditions name; one that nobody knows where they name none."""
    found = dict.fromkeys(value for match in pack.matches for value in match.of_name(name))
    return [value for value in found if value is not None] or [None]


def _settings(pack: _Pack) -> list[Any]:
    """Settings that rules name, and the one that is nobody's exception."""
    named = _named(pack, "setting")
    return named if named == [None] else _led_by(Setting.MAINSTREAM, named)


def _led_by(first: str, named: Iterable[str | None]) -> list[Any]:
    return [value for value in dict.fromkeys((first, *named)) if value is not None]


def _bases(pack: _Pack) -> Iterator[Facts]:
    """Give needs to raise from: levels, with the points or band that a case brings beside them."""
    profiles = list(_profiles(pack.levels))[:MOST_BASES] or [{}]
    brought: dict[str, Sequence[Any]] = {
        "points": pack.edges("points"),
        "band": pack.tariff.scale.bands,
    }
    brought = {name: values for name, values in brought.items() if name in pack.given and values}
    most = max(len(profiles), *(len(values) for values in brought.values()), 0)
    for number in range(min(most, MOST_BASES)):
        base: dict[str, Any] = {"levels": profiles[number % len(profiles)]}
        for name, values in brought.items():
            base[name] = values[number * max(1, len(values) // MOST_BASES) % len(values)]
        yield base


def _profiles(scale: Mapping[str, Sequence[int]]) -> Iterator[dict[str, int]]:
    """Every domain alike, each alone above the rest, and mixtures; no profile twice."""
    deepest = max(map(len, scale.values()), default=0)
    alike = [
        {domain: levels[min(at, len(levels) - 1)] for domain, levels in scale.items()}
        for at in range(deepest)
    ]
    alone = [{**alike[0], domain: levels[-1]} for domain, levels in scale.items()]
    mixed = [
        {
            domain: levels[number * (place + 2) % len(levels)]
            for place, (domain, levels) in enumerate(scale.items())
        }
        for number in range(1, 2 * deepest)
    ]
    return iter({tuple(each.items()): each for each in (*alike, *alone, *mixed)}.values())


def _levels(pack: _Pack, domain: str, base: Facts) -> Iterator[Ladder]:
    """Raise one domain, without provision and with the same modest provision on every rung."""
    rungs = tuple(
        Rung(f"level {level}", {"levels": {**base["levels"], domain: level}})
        for level in pack.levels[domain]
    )
    others = {name: level for name, level in base["levels"].items() if name != domain}
    yield Ladder(domain, rungs, {**base, "levels": others})
    for staff in pack.staff[:1]:
        yield Ladder(domain, rungs, {**base, "levels": others, **_provision(staff, 12)})


def _ticked(pack: _Pack, base: Facts) -> Iterator[Ladder]:
    """Tick what has points one by one; tick all that describes one option after another."""
    for rule in pack.rules:
        if isinstance(rule, WeightedSum) and rule.descriptors:
            codes = list(rule.descriptors)[:MOST_RUNGS]
            ticked: Iterable[tuple[str, ...]] = (
                tuple(codes[:number]) for number in range(len(codes) + 1)
            )
            rungs = (Rung(f"{len(each)} ticked", {"descriptors": each}) for each in ticked)
            yield Ladder(f"descriptors of step {rule.id}", tuple(rungs), base)
        elif isinstance(rule, BestFit):
            rungs = (Rung(o.means, {"descriptors": o.descriptors}) for o in rule.options)
            yield Ladder(f"descriptors of step {rule.id}", tuple(rungs), base)


def _provision(staff: str, hours: int) -> dict[str, Any]:
    line = {"what": "Support", "staff": staff, "hours_a_week": hours, "weeks": WEEKS}
    return {"provision": (line,) if hours else ()}
