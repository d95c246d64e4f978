"""What a rule is, and the forms that settle a level, a band or a tier; points are in ``points``.

The set is small and closed, so that a pack can be checked, explained and evaluated in columns.
The forms that make money of figures are in ``pricing``.
"""

from abc import abstractmethod
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.case import Case
from domain.frozen import Frozen
from domain.policy.document import Sentence, refuse_all
from domain.policy.lines import Line, Outcome, Scale
from domain.policy.matching import Codes, Dated, Match, Number, shown
from domain.refusals import NotValid
from domain.request import Code

Figure = Literal["tier", "band", "level", "points"]
MOST_ROWS = 600
"""The most rows that one table may have: a published one has dozens."""


class Rule(Dated):
    """A step of a policy: its name, the sentence that was published, and when it applies."""

    id: Code
    says: Sentence
    when: Match = Match()
    exception_to: Code | None = None
    """The base rule that this one replaces where it applies; never two for one case."""

    @abstractmethod
    def apply(self, lines: tuple[Line, ...], case: Case, scale: Scale) -> tuple[Outcome, ...]:
        """Work on all the lines it applies to, one outcome for each in their order."""

    @property
    def settles(self) -> str:
        """The figure it settles; ``cost`` for a form that makes money."""
        return "cost"

    @property
    def reads(self) -> frozenset[str]:
        """The figures and facts it looks at."""
        return self.when.named | self.when.ranges.keys()


class LineRule(Rule):
    """A step that looks at one line at a time, as if there were no other."""

    def apply(self, lines: tuple[Line, ...], case: Case, scale: Scale) -> tuple[Outcome, ...]:
        """Work on each line."""
        return tuple(self.apply_to(line, case, scale) for line in lines)

    @abstractmethod
    def apply_to(self, line: Line, case: Case, scale: Scale) -> Outcome:
        """Work on one line."""


class OverallLevel(LineRule):
    """One level for the whole profile: the highest, or the second highest, of the domains."""

    form: Literal["overall_level"]
    take: Literal["highest", "second_highest"]
    domains: Annotated[Codes, Field(min_length=1)]

    def apply_to(self, line: Line, case: Case, scale: Scale) -> Outcome:
        """Take the level from those of the domains that the policy names."""
        del case, scale
        missing = [domain for domain in self.domains if domain not in line.facts.levels]
        if missing:
            raise NotValid(
                "Work out the overall level of this needs profile",
                f"no level for {', '.join(missing)}",
                "Give a level of the council's continuum for every domain of need.",
            )
        levels = {domain: line.facts.levels[domain] for domain in self.domains}
        ordered = sorted(levels.values(), reverse=True)
        level = ordered[0] if self.take == "highest" or len(ordered) == 1 else ordered[1]
        read = {f"level of {domain}": str(found) for domain, found in levels.items()}
        return Outcome(line.figured("level", Fraction(level)), f"level {level}", read)

    @property
    def settles(self) -> str:
        """The overall level."""
        return "level"


class _Giving(LineRule):
    """A rule that names the figure and the value it gives."""

    gives: Figure
    value: Code

    @model_validator(mode="after")
    def _is_a_value_of_its_figure(self) -> Self:
        refuse_all(_faults_of_value(self.gives, self.value))
        return self

    @property
    def settles(self) -> str:
        """The figure it names."""
        return self.gives

    def _given(self, line: Line, read: dict[str, str]) -> Outcome:
        settled = _settled(line, self.gives, self.value)
        return Outcome(settled, f"{self.gives} {self.value}", read)


class Assigned(_Giving):
    """A figure that the policy simply gives where the rule applies, such as a project's tier."""

    form: Literal["assigned"]

    def apply_to(self, line: Line, case: Case, scale: Scale) -> Outcome:
        """Give the figure, whatever was there."""
        del case, scale
        return self._given(line, self.when.read(line.facts))


class Minimum(_Giving):
    """The least that a tier, a band, a level or points may be where the rule applies."""

    form: Literal["minimum"]

    def apply_to(self, line: Line, case: Case, scale: Scale) -> Outcome:
        """Raise the figure to the minimum; leave it alone where it is there already.

        A band that people gave and the scale does not have is refused: it is neither more nor less.
        """
        del case
        found = _found(line, self.gives)
        if found is not None and self.gives == "band" and found not in scale.bands:
            raise NotValid(
                f"Compare the band of this case with {self.value}",
                f"the tariff in force has no band {found}",
                "Give a band of the tariff in force.",
            )
        read = self.when.read(line.facts) | {f"{self.gives} so far": found or "none"}
        if found is None or _rank(found, self.gives, scale) < _rank(self.value, self.gives, scale):
            return self._given(line, read)
        return Outcome(line, f"{self.gives} {found}, which reaches {self.value}", read)

    @property
    def reads(self) -> frozenset[str]:
        """The figure that it raises, beside its own conditions."""
        return super().reads | {self.gives}


class Fit(Frozen):
    """One option of a best fit, with the published descriptors that describe it."""

    means: Code
    descriptors: Annotated[Codes, Field(min_length=1)]


class BestFit(LineRule):
    """The option of which most descriptors are ticked. Source: Leicester, bands by best fit."""

    form: Literal["best_fit"]
    gives: Figure
    options: Annotated[tuple[Fit, ...], Field(min_length=1, max_length=100)]
    """Least need first."""
    tie: Literal["higher", "lower", "to_a_person"]
    at_least: Annotated[int, Field(ge=1, le=100)] = 1
    """How many must be ticked for an option to fit at all."""

    @model_validator(mode="after")
    def _offers_each_option_once(self) -> Self:
        refuse_all(
            fault for option in self.options for fault in _faults_of_value(self.gives, option.means)
        )
        return self

    def apply_to(self, line: Line, case: Case, scale: Scale) -> Outcome:
        """Count the ticked descriptors of each option and take the option with the most."""
        del case, scale
        counts = [len(line.facts.descriptors & {*option.descriptors}) for option in self.options]
        read = {
            option.means: f"{count} of {len(option.descriptors)} descriptors"
            for option, count in zip(self.options, counts, strict=True)
        }
        best = [place for place, count in enumerate(counts) if count == max(counts)]
        if max(counts) < self.at_least:
            because = "No option fits: too few of its descriptors are ticked."
            return Outcome(line.left_to_a_person(because), "no fit: to a person", read)
        if len(best) > 1 and self.tie == "to_a_person":
            return Outcome(line.left_to_a_person("Two options fit alike."), "a tie", read)
        option = self.options[best[-1] if self.tie == "higher" else best[0]]
        settled = _settled(line, self.gives, option.means)
        return Outcome(settled, f"{self.gives} {option.means}", read, option)

    @property
    def settles(self) -> str:
        """The figure it names."""
        return self.gives


class Threshold(Dated):
    """Where a step of the scale begins, where it ends if that is published, and what it means."""

    at_least: Number
    at_most: Number | None = None
    means: Code

    @cached_property
    def begins(self) -> Fraction:
        """The least number of the step."""
        return Fraction(self.at_least)

    @cached_property
    def ends(self) -> Fraction | None:
        """The greatest number of the step; nothing where it reaches to the next."""
        return None if self.at_most is None else Fraction(self.at_most)


class Thresholds(LineRule):
    """A number placed on a scale of steps. Nothing is extrapolated beyond a published end."""

    form: Literal["thresholds"]
    of: Literal["points", "level", "cost", "provision_hours", "hours", "pupils"]
    gives: Literal["tier", "band", "level"]
    steps: Annotated[tuple[Threshold, ...], Field(min_length=1, max_length=MOST_ROWS)]
    """Least first; a step without an end reaches to the next, the last one without bound."""

    @model_validator(mode="after")
    def _names_values_of_its_figure(self) -> Self:
        refuse_all(fault for s in self.steps for fault in _faults_of_value(self.gives, s.means))
        return self

    def apply_to(self, line: Line, case: Case, scale: Scale) -> Outcome:
        """Find the last step that the number reaches."""
        del scale
        number = line.facts.numbers.get(self.of)
        read = {self.of: shown(number)} | self.when.read(line.facts)
        step = None if number is None else self._reached(number, case)
        if step is None:
            because = f"The published scale has no step for {self.of} {shown(number)}."
            return Outcome(line.left_to_a_person(because), "no step: to a person", read)
        settled = _settled(line, self.gives, step.means)
        return Outcome(settled, f"{self.gives} {step.means}", read, step)

    def _reached(self, number: Fraction, case: Case) -> Threshold | None:
        """Find the last step that begins at or below the number, unless it ends before it."""
        begun = (s for s in reversed(self.steps) if s.governs(case.day) and s.begins <= number)
        last = next(begun, None)
        if last is None or (last.ends is not None and last.ends < number):
            return None
        return last

    @property
    def settles(self) -> str:
        """The figure it names."""
        return self.gives

    @property
    def reads(self) -> frozenset[str]:
        """The number it places, beside its own conditions."""
        return super().reads | {self.of}


def _faults_of_value(figure: str, value: str) -> list[str]:
    """A level and points are whole numbers; tiers and bands are checked against their lists."""
    if figure in {"level", "points"} and not value.isdigit():
        return [f"{value} is no {figure}: it takes a whole number"]
    return []


def _settled(line: Line, figure: str, value: str) -> Line:
    return line.figured(figure, Fraction(value) if figure in {"level", "points"} else value)


def _found(line: Line, figure: str) -> str | None:
    if figure in {"level", "points"}:
        number = line.facts.numbers.get(figure)
        return None if number is None else str(number)
    return line.facts.names.get(figure)


def _rank(value: str, figure: str, scale: Scale) -> Fraction:
    if figure in {"level", "points"}:
        return Fraction(value)
    return Fraction(scale.of(figure).index(value))
