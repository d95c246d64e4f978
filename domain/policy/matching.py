"""When a rule or a row of a table applies: conditions on the facts of a case.

A condition is a conjunction of named sets and ranges, so that whether two can ever apply together
is decided by looking at the pack and not by waiting for the case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.frozen import Frozen
from domain.places import Phase, Setting
from domain.policy.document import Sentence
from domain.request import Code, RequestKind, SenStatus

Number = Annotated[Decimal, Field(ge=0, le=10**9, max_digits=15)]
Codes = Annotated[tuple[Code, ...], Field(max_length=100)]

NAMES = ("kind", "tier", "band", "phase", "setting", "settings_group", "sen_status")
NUMBERS = (
    "points",
    "level",
    "key_stage",
    "hours",
    "provision_hours",
    "cost",
    "pupils",
    "academic_year",
    "financial_year",
)
WHOLE = frozenset({"level", "key_stage", "pupils", "academic_year", "financial_year"})
"""Numbers that come in whole steps, so that nothing lies between 14 and 15."""


@dataclass(frozen=True)
class Facts:
    """What conditions read about one pupil of a case, or about the case when it has none."""

    names: Mapping[str, str | None] = field(default_factory=dict)
    numbers: Mapping[str, Fraction | None] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)
    descriptors: frozenset[str] = frozenset()

    def level_of(self, domain: str) -> Fraction | None:
        """The level in a domain of need; nothing where nobody stated one."""
        level = self.levels.get(domain)
        return None if level is None else Fraction(level)

    def with_name(self, name: str, value: str | None) -> Self:
        """Give the same facts with one name settled, such as the tier."""
        names = {**self.names, name: value}
        return type(self)(names, self.numbers, self.levels, self.descriptors)

    def with_number(self, number: str, value: Fraction | None) -> Self:
        """Give the same facts with one number settled, such as the points."""
        numbers = {**self.numbers, number: value}
        return type(self)(self.names, numbers, self.levels, self.descriptors)


class Range(Frozen):
    """A range of a number: from and to belong to it, ``below`` does not; or one exact number."""

    exactly: Number | None = None
    at_least: Number | None = None
    at_most: Number | None = None
    below: Number | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        bounds = (self.at_least, self.at_most, self.below)
        if self.exactly is not None and any(bound is not None for bound in bounds):
            raise ValueError("a range is one exact number or has bounds, not both")
        if self.at_most is not None and self.below is not None:
            raise ValueError("a range ends with at_most or with below, not both")
        if self.exactly is None and all(bound is None for bound in bounds):
            raise ValueError("a range has at least one bound")
        if self.is_empty:
            raise ValueError("nothing lies in this range: it ends before it begins")
        return self

    @cached_property
    def lowest(self) -> Fraction:
        """The smallest number in it."""
        return Fraction(self.exactly if self.exactly is not None else self.at_least or 0)

    @cached_property
    def highest(self) -> Fraction | None:
        """Where it ends, or nothing when it is open above."""
        ends = (self.exactly, self.at_most, self.below)
        return next((Fraction(end) for end in ends if end is not None), None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing can lie in it."""
        return not self.holds(self.lowest)

    def holds(self, number: Fraction | None) -> bool:
        """Whether the number lies in it; what is not known lies in no range.

        >>> Range(at_least=Decimal(10), below=Decimal(15)).holds(Fraction(15))
        False
        """
        if number is None or number < self.lowest:
            return False
        if self.highest is None:
            return True
        return number < self.highest if self.below is not None else number <= self.highest

    def meets(self, other: "Range") -> bool:
        """Whether some number lies in both."""
        return self.holds(other.lowest) or other.holds(self.lowest)

    def is_followed_by(self, other: "Range", *, in_whole_steps: bool) -> bool:
        """Whether the other begins exactly where this one ends, with nothing between them."""
        if self.highest is None or self.below is not None:
            return other.lowest == self.highest
        return in_whole_steps and other.lowest == self.highest + 1

    def __str__(self) -> str:
        if self.exactly is not None:
            return f"{self.exactly}"
        if self.highest is None:
            return f"{self.lowest} or more"
        return f"{self.lowest} to {'below ' if self.below is not None else ''}{self.highest}"


class Dated(Frozen):
    """A value that may have its own days and authority, beside those of its document."""

    in_force_from: date | None = None
    in_force_until: date | None = None
    """The first day on which it no longer governs."""
    authority: Sentence | None = None

    def governs(self, day: date) -> bool:
        """Whether the value counts on the day, as far as it says so itself."""
        begun = self.in_force_from is None or self.in_force_from <= day
        return begun and (self.in_force_until is None or day < self.in_force_until)


class Match(Frozen):
    """The facts under which a rule or a row applies: all that are named; none named is always."""

    kind: Annotated[tuple[RequestKind, ...], Field(max_length=10)] = ()
    tier: Codes = ()
    band: Codes = ()
    phase: Annotated[tuple[Phase, ...], Field(max_length=10)] = ()
    setting: Annotated[tuple[Setting, ...], Field(max_length=10)] = ()
    settings_group: Codes = ()
    sen_status: Annotated[tuple[SenStatus, ...], Field(max_length=10)] = ()
    points: Range | None = None
    level: Range | None = None
    """The overall level or step that an earlier rule gave."""
    key_stage: Range | None = None
    hours: Range | None = None
    """Hours a week for which the place is funded."""
    provision_hours: Range | None = None
    """Hours of adult time a week for one pupil, from the provision map."""
    cost: Range | None = None
    """What the costed provision of one pupil comes to, pounds a year."""
    pupils: Range | None = None
    academic_year: Range | None = None
    financial_year: Range | None = None
    levels: dict[Code, Range] = Field(default_factory=dict, max_length=100)
    """Ranges of the level in a domain of need."""
    any_descriptor: Codes = ()
    """Descriptors of which one at least is ticked."""

    def holds(self, facts: Facts) -> bool:
        """Whether every condition holds; a fact that is not known meets no condition on it."""
        for name, allowed in self._allowed:
            if facts.names.get(name) not in allowed:
                return False
        for number, of_number in self.ranges.items():
            if not of_number.holds(facts.numbers.get(number)):
                return False
        for domain, of_level in self.levels.items():
            if not of_level.holds(facts.level_of(domain)):
                return False
        return not self.any_descriptor or not facts.descriptors.isdisjoint(self.any_descriptor)

    def meets(self, other: "Match") -> bool:
        """Whether a case could exist to which both apply."""
        names = all(
            not set(self.of_name(name)).isdisjoint(other.of_name(name))
            for name in self.named & other.named
        )
        numbers = all(
            mine.meets(other.ranges[number])
            for number, mine in self.ranges.items()
            if number in other.ranges
        )
        levels = all(
            mine.meets(other.levels[domain])
            for domain, mine in self.levels.items()
            if domain in other.levels
        )
        return names and numbers and levels

    def of_name(self, name: str) -> tuple[str, ...]:
        """What it allows for one name, such as the phases; nothing there is no condition."""
        allowed: tuple[str, ...] = getattr(self, name)
        return allowed

    @cached_property
    def _allowed(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What it allows by name: the conditions that are looked at first."""
        return tuple((name, self.of_name(name)) for name in NAMES if self.of_name(name))

    @cached_property
    def named(self) -> frozenset[str]:
        """The names it sets a condition on."""
        return frozenset(name for name, _ in self._allowed)

    @cached_property
    def ranges(self) -> dict[str, Range]:
        """The numbers it sets a condition on."""
        found = {number: getattr(self, number) for number in NUMBERS}
        return {number: each for number, each in found.items() if each is not None}

    def read(self, facts: Facts) -> dict[str, str]:
        """What it looked at in the case, for the working."""
        seen = {name: facts.names.get(name) or "not known" for name, _ in self._allowed}
        seen |= {number: shown(facts.numbers.get(number)) for number in self.ranges}
        seen |= {f"level of {d}": str(facts.levels.get(d, "not known")) for d in self.levels}
        if self.any_descriptor:
            seen["descriptors"] = ", ".join(sorted(facts.descriptors & {*self.any_descriptor}))
        return seen


def shown(number: Fraction | None) -> str:
    """Write a number as a person reads it, at most two places.

    >>> shown(Fraction(10)), shown(Fraction(55, 6)), shown(None)
    ('10', '9.17', 'not known')
    """
    if number is None:
        return "not known"
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.2f}"
