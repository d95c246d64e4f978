"""The costed provision map as a rule form: rates of staff, hours, group size and weeks."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.case import Case
from domain.money import pounds
from domain.policy.lines import NOTHING, Line, Outcome, Scale, a_year, heads, whole_pence
from domain.policy.matching import Dated, Number, shown
from domain.policy.rules import Rule
from domain.request import MINUTES_AN_HOUR, Code, Pence, ProvisionLine, RequestKind

TimesAYear = Annotated[int, Field(ge=1, le=53)]


class Rate(Dated):
    """What an hour of one kind of staff costs: by the year, the hour or the minute."""

    weekly_hour_a_year_pence: Pence | None = None
    """A year of one hour a week. Source: SENCO Forum (C49), £653.60 over 38 weeks."""
    over_weeks: TimesAYear | None = None
    """The weeks of that year."""
    an_hour_pence: Pence | None = None
    a_minute_in_pence: Number | None = None
    """Pence and parts of a penny. Source: Durham 2015/16 (C51)."""
    hours_a_week_at_most: Number | None = None
    """The most of such hours a week that are counted for a pupil. Source: Durham 2015/16."""

    @model_validator(mode="after")
    def _is_stated_in_one_way(self) -> Self:
        ways = (self.weekly_hour_a_year_pence, self.an_hour_pence, self.a_minute_in_pence)
        if sum(way is not None for way in ways) != 1:
            raise ValueError("a rate is by the weekly hour a year, by the hour or by the minute")
        if (self.weekly_hour_a_year_pence is None) is not (self.over_weeks is None):
            raise ValueError("over_weeks belongs to a rate of a weekly hour a year")
        return self

    @cached_property
    def an_hour(self) -> Fraction:
        """Pence for one hour, exact.

        >>> Rate(weekly_hour_a_year_pence=65360, over_weeks=38).an_hour
        Fraction(1720, 1)
        """
        if self.weekly_hour_a_year_pence is not None and self.over_weeks is not None:
            return Fraction(self.weekly_hour_a_year_pence, self.over_weeks)
        if self.a_minute_in_pence is not None:
            return Fraction(self.a_minute_in_pence) * MINUTES_AN_HOUR
        return Fraction(self.an_hour_pence or 0)

    def counted(self, hours: Fraction, already: Fraction) -> Fraction:
        """The hours a week that are counted, after those already counted for the pupil."""
        if self.hours_a_week_at_most is None:
            return hours
        return max(NOTHING, min(hours, Fraction(self.hours_a_week_at_most) - already))


class CostedProvision(Rule):
    """The costed provision map: hours by rate, shared by the group, for the weeks it runs.

    A project pays for whole sessions, whoever comes; a pupil pays a share of a session by group
    size. Itemised resources are for the request and its pupils bear them alike.
    """

    form: Literal["costed_provision"]
    rates: Annotated[dict[Code, Rate], Field(min_length=1, max_length=100)]

    def apply(self, lines: tuple[Line, ...], case: Case, scale: Scale) -> tuple[Outcome, ...]:
        """Cost the map for one pupil and add it to each line."""
        del scale
        unknown = sorted({line.staff for line in case.provision} - self._rates_on(case).keys())
        if unknown:
            because = f"No rate is published for {', '.join(unknown)}."
            left = (
                Outcome(line.left_to_a_person(because), "no rate: to a person") for line in lines
            )
            return tuple(left)
        cost, read = self._cost(case)
        cost += Fraction(sum(line.resources_pence for line in case.provision), heads(case))
        gave = f"{a_year(cost)} for {'all' if case.kind is RequestKind.PROJECT else 'a pupil'}"
        return tuple(Outcome(line.costing(cost), gave, read) for line in lines)

    def _rates_on(self, case: Case) -> dict[str, Rate]:
        return {code: rate for code, rate in self.rates.items() if rate.governs(case.day)}

    def _cost(self, case: Case) -> tuple[Fraction, dict[str, str]]:
        cost, read = NOTHING, dict[str, str]()
        found = zip(
            case.provision, hours_counted(case.provision, self.rates, case.kind), strict=True
        )
        for number, (line, counted) in enumerate(found, start=1):
            rate = self.rates[line.staff]
            cost += counted * line.weeks * rate.an_hour
            read[f"line {number}"] = (
                f"{shown(counted)} hours a week of {line.staff} for {line.weeks} weeks"
                f" at {pounds(whole_pence(rate.an_hour))} an hour"
            )
        return cost, read


def hours_counted(
    provision: Sequence[ProvisionLine], rates: Mapping[str, Rate], kind: RequestKind
) -> Iterator[Fraction]:
    """The hours a week of each line that are counted for a pupil, or for a project as a whole.

    Hours of staff without a rate are none.
    """
    hours = dict.fromkeys(rates, NOTHING)
    for line in provision:
        if line.staff not in rates:
            yield NOTHING
            continue
        sharing = 1 if kind is RequestKind.PROJECT else line.group_size
        counted = rates[line.staff].counted(line.weekly_hours / sharing, hours[line.staff])
        hours[line.staff] += counted
        yield counted
