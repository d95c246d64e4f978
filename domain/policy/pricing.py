"""The rule forms that make money: tables, the school's share, limits, allowances.

Amounts are what the policy prints, never a recomputed uplift; what it does not print goes to a
person. Sums stay exact until ``domain.tariff`` states the price.
"""

import math
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.case import Case
from domain.money import pounds
from domain.policy.costing import TimesAYear
from domain.policy.lines import NOTHING, Line, Outcome, Scale, a_year, heads, whole_pence
from domain.policy.matching import Dated, Match, shown
from domain.policy.rules import MOST_ROWS, LineRule, Rule
from domain.request import Code, Pence, RequestKind

BY_THE_HOUR = {"hour": "provision_hours", "funded_hour": "hours"}
"""The hours a week that an amount by the hour is counted by."""


class AmountRow(Dated, Match):
    """A row of a published table: the facts it is for and its amount, or that it has none."""

    amount_pence: Pence | None = None
    to_a_person: bool = False
    """The table names the case and prints no amount: a named officer prices it."""

    @model_validator(mode="after")
    def _prices_or_says_that_it_does_not(self) -> Self:
        if (self.amount_pence is None) is not self.to_a_person:
            raise ValueError("a row has either an amount or to_a_person = true")
        return self


class Amounts(Rule):
    """A published table of amounts, added to the cost; with ``up_to`` it is the most of it."""

    form: Literal["amounts"]
    unit: Literal["year", "term", "week", "hour", "funded_hour"] = "year"
    """What one printed amount is for: an hour a week of adult time, or of the funded place."""
    times: TimesAYear = 1
    """How many of the unit a year has: terms, or weeks for weeks and hours."""
    up_to: bool = False
    """The amount is a ceiling on what the provision costs, not a sum that is given."""
    per: Literal["pupil", "request"] = "pupil"
    rows: Annotated[tuple[AmountRow, ...], Field(min_length=1, max_length=MOST_ROWS)]

    @model_validator(mode="after")
    def _has_times_where_its_unit_needs_them(self) -> Self:
        if self.unit == "year" and self.times != 1:
            raise ValueError("a yearly amount is paid once a year: leave times out")
        return self

    def apply(self, lines: tuple[Line, ...], case: Case, scale: Scale) -> tuple[Outcome, ...]:
        """Look every line up; an amount for the request is shared by its pupils alike."""
        del scale
        sharing = heads(case) if self.per == "request" else 1
        return tuple(self._look_up(line, case, sharing) for line in lines)

    def _look_up(self, line: Line, case: Case, sharing: int) -> Outcome:
        rows = [
            (number, row)
            for number, row in enumerate(self.rows, start=1)
            if row.governs(case.day) and row.holds(line.facts)
        ]
        if not rows:
            seen = {key: text for row in self.rows for key, text in row.read(line.facts).items()}
            because = f"The table {self.id} has no row for this case."
            return Outcome(line.left_to_a_person(because), "no row: to a person", seen)
        assert len(rows) == 1, f"two rows of {self.id} apply: the check of the pack was passed over"
        number, row = rows[0]
        read = row.read(line.facts) | {"row": str(number)}
        if row.amount_pence is None:
            because = f"The table {self.id} prints no amount for this case."
            return Outcome(line.left_to_a_person(because), "unpriced: to a person", read, row)
        read |= {"printed": f"{pounds(row.amount_pence)} a {self.unit.replace('_', ' ')}"}
        amount = Fraction(row.amount_pence) * self.times / sharing
        if counts := BY_THE_HOUR.get(self.unit):
            hours = line.facts.numbers[counts]
            if hours is None:
                because = f"Nobody said for how many hours a week {self.id} is paid."
                return Outcome(line.left_to_a_person(because), "no hours: to a person", read, row)
            amount *= hours
            read |= {counts: shown(hours)}
        more = min(line.gross, amount) - line.gross if self.up_to else amount
        costing = line.costing(more)
        return Outcome(costing, a_year(costing.gross if self.up_to else amount), read, row)

    @property
    def reads(self) -> frozenset[str]:
        """What its rows look at, beside its own conditions."""
        of_rows = {key for row in self.rows for key in (*row.named, *row.ranges)}
        of_unit = {BY_THE_HOUR[self.unit]} if self.unit in BY_THE_HOUR else frozenset()
        return super().reads | of_rows | of_unit | ({"cost"} if self.up_to else frozenset())


class ShareRow(Dated, Match):
    """What the school meets itself of one pupil's additional cost, pence a year."""

    annual_pence: Pence


class SchoolShare(Rule):
    """The first part of the additional cost, which the school meets itself, by kind of request.

    Source: national element 2, £6,000 a pupil a year (N1); how it falls on groups and projects is
    the council's. What the school spends on the pupil already counts towards it.
    """

    form: Literal["school_share"]
    per: dict[RequestKind, Literal["pupil", "pupil_and_school", "request", "never"]]
    shares: Annotated[tuple[ShareRow, ...], Field(min_length=1, max_length=100)]
    spending_counts: bool

    def apply(self, lines: tuple[Line, ...], case: Case, scale: Scale) -> tuple[Outcome, ...]:
        """Take what is left of each share from the lines that it falls on, in their order."""
        del scale
        per = self.per.get(case.kind)
        if per is None:
            because = f"The policy states no school's share for a request of kind {case.kind}."
            return tuple(Outcome(line.left_to_a_person(because), "to a person") for line in lines)
        if per == "never":
            return tuple(Outcome(line, "no school's share", {"per": per}) for line in lines)
        left: dict[object, Fraction] = {}
        return tuple(self._take(line, case, _bearer(line, per), left) for line in lines)

    def _take(
        self, line: Line, case: Case, bearer: object, left: dict[object, Fraction]
    ) -> Outcome:
        rows = [row for row in self.shares if row.governs(case.day) and row.holds(line.facts)]
        if not rows:
            because = "The policy states no school's share for this pupil."
            return Outcome(line.left_to_a_person(because), "no row: to a person")
        assert len(rows) == 1, f"two rows of {self.id} apply: the check of the pack was passed over"
        spends = line.school_spends_pence if self.spending_counts else 0
        owed = max(NOTHING, left.get(bearer, Fraction(rows[0].annual_pence)) - spends)
        met = min(owed, line.gross)
        left[bearer] = owed - met
        read = {
            "per": str(self.per[case.kind]),
            "the school's share": pounds(rows[0].annual_pence),
            "the school spends already": pounds(spends),
            "cost": a_year(line.gross),
        }
        shared = replace(line, share=line.share + met)
        return Outcome(shared, f"the school meets {a_year(met)}", read, rows[0])

    @property
    def settles(self) -> str:
        """What is funded of the cost."""
        return "net"

    @property
    def reads(self) -> frozenset[str]:
        """The cost, beside its own conditions and those of its rows."""
        of_rows = {key for row in self.shares for key in (*row.named, *row.ranges)}
        return super().reads | of_rows | {"cost"}


class Limit(Rule):
    """The least or the most that is funded: for each pupil, or for the request as a whole."""

    form: Literal["limit"]
    per: Literal["pupil", "request"]
    at_least_pence: Pence | None = None
    under_it: Literal["raise", "nil"] = "raise"
    """Whether less than the least is raised to it or is too little to be paid."""
    at_most_pence: Pence | None = None

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if self.at_least_pence is None and self.at_most_pence is None:
            raise ValueError("a limit has at_least_pence or at_most_pence")
        if (self.at_most_pence or self.at_least_pence or 0) < (self.at_least_pence or 0):
            raise ValueError("the least is more than the most")
        return self

    def apply(self, lines: tuple[Line, ...], case: Case, scale: Scale) -> tuple[Outcome, ...]:
        """Bring the net within the limits, for each line or for all of them in proportion."""
        del case, scale
        if self.per == "pupil":
            limited = tuple(line.netting(self._within(line.net)) for line in lines)
        else:
            limited = scaled(lines, self._within(total(lines)))
        return tuple(
            Outcome(after, f"{a_year(after.net)} is funded", {"so far": a_year(before.net)})
            for before, after in zip(lines, limited, strict=True)
        )

    def _within(self, net: Fraction) -> Fraction:
        if self.at_least_pence is not None and net < self.at_least_pence:
            return Fraction(self.at_least_pence) if self.under_it == "raise" else NOTHING
        return net if self.at_most_pence is None else min(net, Fraction(self.at_most_pence))

    @property
    def settles(self) -> str:
        """What is funded of the cost."""
        return "net"

    @property
    def reads(self) -> frozenset[str]:
        """The cost, beside its own conditions."""
        return super().reads | {"cost"}


class Allowance(Dated):
    """What each of those counted brings, pence a year."""

    count: Code
    each_pence: Pence


class Counted(Rule):
    """Amounts for a school by what is counted, such as last year's funded pupils.

    Source: Nottingham City's inclusion allowance (C26). What was not counted goes to a person.
    """

    form: Literal["counted"]
    allowances: Annotated[tuple[Allowance, ...], Field(min_length=1, max_length=100)]

    def apply(self, lines: tuple[Line, ...], case: Case, scale: Scale) -> tuple[Outcome, ...]:
        """Add the allowances to the cost; the lines of a request bear them alike."""
        del scale
        rows = [row for row in self.allowances if row.governs(case.day)]
        missing = sorted({row.count for row in rows} - case.counts.keys())
        if missing:
            because = f"Nobody counted {', '.join(missing)}."
            return tuple(Outcome(line.left_to_a_person(because), "to a person") for line in lines)
        sums = {row.count: case.counts[row.count] * row.each_pence for row in rows}
        read = {
            row.count: f"{case.counts[row.count]} at {pounds(row.each_pence)} each" for row in rows
        }
        more = Fraction(sum(sums.values()), heads(case))
        gave = a_year(Fraction(sum(sums.values())))
        return tuple(Outcome(line.costing(more), gave, read) for line in lines)


class RoundTo(StrEnum):
    """Which way an amount is brought to a round sum."""

    UP = "up"
    DOWN = "down"
    HALF_UP = "half_up"
    HALF_EVEN = "half_even"


class Rounded(Rule):
    """The net of the request brought to a round sum, the way that the policy names."""

    form: Literal["rounded"]
    to_pence: Annotated[int, Field(ge=1, le=1_000_000)]
    how: RoundTo

    def apply(self, lines: tuple[Line, ...], case: Case, scale: Scale) -> tuple[Outcome, ...]:
        """Round the total, and bring the lines to it in proportion."""
        del case, scale
        before = total(lines)
        after = _to_whole(before / self.to_pence, self.how) * self.to_pence
        read = {"so far": a_year(before), "to": pounds(self.to_pence), "how": str(self.how)}
        gave = a_year(Fraction(after))
        return tuple(Outcome(line, gave, read) for line in scaled(lines, Fraction(after)))

    @property
    def settles(self) -> str:
        """What is funded of the cost."""
        return "net"

    @property
    def reads(self) -> frozenset[str]:
        """The cost, beside its own conditions."""
        return super().reads | {"cost"}


class ToAPerson(LineRule):
    """What the policy leaves to a named officer: an open top step, or a package of its own."""

    form: Literal["to_a_person"]

    def apply_to(self, line: Line, case: Case, scale: Scale) -> Outcome:
        """Leave the line without a price; the sentence of the policy says why."""
        del case, scale
        return Outcome(line.left_to_a_person(self.says), "to a person", self.when.read(line.facts))


def total(lines: tuple[Line, ...]) -> Fraction:
    """What all the lines come to, exact."""
    return sum((line.net for line in lines), start=NOTHING)


def scaled(lines: tuple[Line, ...], to: Fraction) -> tuple[Line, ...]:
    """Bring the lines to a new total in proportion; alike where they came to nothing."""
    before = total(lines)
    if not before:
        return tuple(line.netting(to / len(lines)) for line in lines)
    return tuple(line.netting(line.net * to / before) for line in lines)


def _bearer(line: Line, per: str) -> object:
    """Who bears one share: a pupil, a pupil at a school, or the request."""
    of = {"pupil": line.pupil_id, "pupil_and_school": (line.pupil_id, line.school)}
    return of.get(per)


def _to_whole(exact: Fraction, how: RoundTo) -> int:
    """Give a whole number the named way; half even is Python's own."""
    ways = {
        RoundTo.UP: math.ceil(exact),
        RoundTo.DOWN: math.floor(exact),
        RoundTo.HALF_UP: whole_pence(exact),
        RoundTo.HALF_EVEN: round(exact),
    }
    return ways[how]
