"""The rule form that sums the levels of a needs profile, or ticked descriptors, to points."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.case import Case
from domain.frozen import Frozen
from domain.policy.document import refuse_all
from domain.policy.lines import Line, Outcome, Scale
from domain.policy.matching import Codes, Number, shown
from domain.policy.rules import MOST_ROWS, LineRule
from domain.refusals import NotValid
from domain.request import Code


class Weight(Frozen):
    """What the level in one domain of need counts for."""

    weight: Number = Decimal(1)
    scores: Annotated[tuple[Number, ...], Field(max_length=101)] = ()
    """Points of each level from 0 up, where they do not rise by one step at a time."""
    at_most: Number | None = None
    """The most points that this domain may bring."""

    @model_validator(mode="after")
    def _never_scores_more_need_lower(self) -> Self:
        refuse_all(
            f"level {level + 1} scores less than level {level}"
            for level, (lower, higher) in enumerate(pairwise(self.scores))
            if higher < lower
        )
        return self

    def points(self, level: int) -> Fraction | None:
        """Points of a level, capped; nothing when the scores do not go so far."""
        if not self.scores:
            return self._capped(level * Fraction(self.weight))
        return self._scored[level] if level < len(self._scored) else None

    @cached_property
    def _scored(self) -> tuple[Fraction, ...]:
        """Points of each level from 0 up, weighted and capped."""
        return tuple(self._capped(Fraction(score) * Fraction(self.weight)) for score in self.scores)

    @property
    def most(self) -> Fraction | None:
        """The most points this domain can bring, or nothing when it is open above."""
        if self.scores:
            return self._scored[-1]
        return None if self.at_most is None else Fraction(self.at_most)

    def _capped(self, points: Fraction) -> Fraction:
        return points if self.at_most is None else min(points, Fraction(self.at_most))


class SharedCap(Frozen):
    """The most points that several domains may bring together. Source: Islington (C35)."""

    domains: Annotated[Codes, Field(min_length=1)]
    at_most: Number


class WeightedSum(LineRule):
    """Levels by domain, or ticked descriptors, summed to points, with caps."""

    form: Literal["weighted_sum"]
    weights: dict[Code, Weight] = Field(default_factory=dict, max_length=100)
    descriptors: dict[Code, Number] = Field(default_factory=dict, max_length=MOST_ROWS)
    """Points of a ticked descriptor. Source: Herefordshire (C33)."""
    shared_caps: Annotated[tuple[SharedCap, ...], Field(max_length=100)] = ()
    at_most: Number | None = None

    @model_validator(mode="after")
    def _sums_something_once(self) -> Self:
        faults = [] if self.weights or self.descriptors else ["there is nothing to sum"]
        capped = [domain for cap in self.shared_caps for domain in cap.domains]
        faults += [
            f"a shared cap names {domain}, which has no weight"
            for domain in sorted(set(capped) - self.weights.keys())
        ]
        faults += [
            f"{domain} is named twice by shared caps"
            for domain in sorted(set(capped))
            if capped.count(domain) > 1
        ]
        refuse_all(faults)
        return self

    def apply_to(self, line: Line, case: Case, scale: Scale) -> Outcome:
        """Sum the points of the profile and of the descriptors that are ticked."""
        del case, scale
        by_domain = self._by_domain(line.facts.levels)
        ticked = sorted(line.facts.descriptors & self.descriptors.keys())
        points = self._total(by_domain, sum(Fraction(self.descriptors[code]) for code in ticked))
        read = {f"level of {domain}": str(line.facts.levels[domain]) for domain in by_domain}
        read |= {"descriptors": ", ".join(ticked)} if ticked else {}
        return Outcome(line.figured("points", points), f"{shown(points)} points", read)

    def _by_domain(self, levels: Mapping[str, int]) -> dict[str, Fraction]:
        faults = [f"no level for {domain}" for domain in self.weights if domain not in levels]
        points = {d: w.points(levels[d]) for d, w in self.weights.items() if d in levels}
        faults += [
            f"level {levels[domain]} of {domain} is not on the council's scale"
            for domain, found in points.items()
            if found is None
        ]
        if faults:
            raise NotValid(
                "Work out the points of this needs profile",
                "; ".join(faults),
                "Give a level of the council's continuum for every domain of need.",
            )
        return {domain: found for domain, found in points.items() if found is not None}

    def _total(self, by_domain: Mapping[str, Fraction], others: Fraction | int) -> Fraction:
        capped = {domain for cap in self.shared_caps for domain in cap.domains}
        points = others + sum(
            (found for domain, found in by_domain.items() if domain not in capped),
            start=Fraction(0),
        )
        for cap in self.shared_caps:
            together = sum((by_domain[domain] for domain in cap.domains), start=Fraction(0))
            points += min(together, Fraction(cap.at_most))
        return points if self.at_most is None else min(points, Fraction(self.at_most))

    @property
    def settles(self) -> str:
        """Points."""
        return "points"

    @property
    def most(self) -> Fraction | None:
        """The most points anybody can reach, or nothing when a domain is open above."""
        tops = {domain: weight.most for domain, weight in self.weights.items()}
        known = {domain: top for domain, top in tops.items() if top is not None}
        if len(known) < len(tops):
            return None if self.at_most is None else Fraction(self.at_most)
        return self._total(known, sum(Fraction(points) for points in self.descriptors.values()))

    @property
    def is_whole(self) -> bool:
        """Whether the points are always whole, so that nothing lies between 14 and 15."""
        weights = [w for each in self.weights.values() for w in (each.weight, *each.scores)]
        caps = [
            self.at_most,
            *(weight.at_most for weight in self.weights.values()),
            *(cap.at_most for cap in self.shared_caps),
        ]
        numbers = [*weights, *self.descriptors.values(), *(cap for cap in caps if cap is not None)]
        return all(number == number.to_integral_value() for number in numbers)
