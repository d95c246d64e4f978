"""How fine and how large exact numbers get: what a document and a set of cases can lead to.

From this comes the smallest part of a penny in which every sum is whole, and whether 64 bits hold
the largest or 128 are needed.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from activities.modelling.exact import MOST_OF_128, Exact, TooBig, fitting, whole
from activities.modelling.rebuilding import HOUR, OF_A_POINT, OF_AN_HOUR
from activities.modelling.shapes import Most
from domain.policy.costing import CostedProvision
from domain.policy.points import Weight, WeightedSum
from domain.policy.pricing import Amounts, Counted, Limit, Rounded, SchoolShare
from domain.policy.rules import Assigned, BestFit, Minimum, Rule, Thresholds

_ROOM = 8
"""How much larger than a sum the numbers are on the way to its rounding."""
MOST_LEVEL = 100
MOST_FUNDED_HOURS = 168
"""The hours that a week has: the most for which a place can be funded."""


@dataclass(frozen=True)
class Per:
    """What a row multiplies its denominator by."""

    per: pl.Expr | None
    most: int


@dataclass(frozen=True)
class Unit:
    """The part of a penny that sums are counted in: ``1 / (parts * per)`` of it."""

    name: str
    """What the columns of the document begin with."""
    parts: int
    sharing: Per
    heads: Per
    reads_hours: bool
    shares_heads: bool
    most_pence: int
    most_hours: int

    @property
    def dtype(self) -> pl.DataType:
        """The type of column that holds every sum of rows that it can hold at all."""
        most = min(self.most_pence * self.parts * self.most_per * _ROOM, MOST_OF_128)
        return fitting(most)

    @property
    def most_per(self) -> int:
        """The largest that a row multiplies the denominator by."""
        sharing = self.sharing.most if self.reads_hours else 1
        return sharing * (self.heads.most if self.shares_heads else 1)

    @property
    def per(self) -> pl.Expr | None:
        """What a row multiplies the denominator by; nothing where it is one everywhere."""
        sharing = self.sharing.per if self.reads_hours else None
        heads = self.heads.per if self.shares_heads else None
        if sharing is None or heads is None:
            return heads if sharing is None else sharing
        return sharing * heads

    @property
    def a_penny(self) -> pl.Expr:
        """How many units a penny has in each row."""
        penny = whole(self.parts, self.dtype)
        return penny if self.per is None else penny * self.per.cast(self.dtype)

    def pence(self, amount: int) -> pl.Expr:
        """A whole number of pence in units."""
        if self.per is None:
            return whole(amount * self.parts, self.dtype)
        return whole(amount * self.parts, self.dtype) * self.per.cast(self.dtype)

    def whole_pence(self, units: pl.Expr, a_penny: pl.Expr) -> pl.Expr:
        """The nearest penny of a sum that is nought or more."""
        if self.parts == 1 and self.per is None:
            return units.cast(pl.Int64)
        penny = whole(self.parts, self.dtype) if self.per is None else a_penny
        return ((units * 2 + penny) // (penny * 2)).cast(pl.Int64)

    def exact(self, units: pl.Expr, over: int = 1) -> Exact:
        """A sum as a number that ranges and thresholds are compared with."""
        most = self.most_pence * self.parts * self.most_per
        return Exact(units, min(most, MOST_OF_128), self.parts * over, self.per, self.most_per)

    def most_per_held(self, further: int = 1) -> int:
        """The largest multiplier whose sums 128 bits hold; rows beyond it are decided singly."""
        held = MOST_OF_128 // (self.most_pence * self.parts * _ROOM * further)
        if not held:
            raise TooBig
        return held


def unit_of(name: str, rules: Iterable[Rule], most: Most, *, is_single: bool) -> Unit:
    """Find the unit in which every sum of these rules and cases is whole."""
    found = tuple(rules)
    costed = [rule for rule in found if isinstance(rule, CostedProvision)]
    tables = [rule for rule in found if isinstance(rule, Amounts)]
    reads_hours = bool(costed) or any(rule.unit == "hour" for rule in tables)
    of_places = OF_AN_HOUR if any(rule.unit == "funded_hour" for rule in tables) else 1
    of_maps = math.lcm(1, *(_parts_of(rule) for rule in costed)) * (HOUR if reads_hours else 1)
    parts = math.lcm(of_maps, of_places)
    sums = sum((_most_of(rule, most) for rule in found), start=1)
    return Unit(
        name=name,
        parts=parts,
        sharing=_per("sharing", most.sharing),
        heads=_per("heads", 1 if is_single else most.heads),
        reads_hours=reads_hours,
        shares_heads=bool(costed)
        or any(rule.per == "request" for rule in tables)
        or any(isinstance(rule, Counted) for rule in found),
        most_pence=(sums + most.spends_pence) * most.lines,
        most_hours=most.hours,
    )


def parts_of_a_point(rules: Iterable[Rule], given: int) -> int:
    """The part of a point in which all points of the document and of the cases are whole."""
    found = [Fraction(1, OF_A_POINT)] if given else []
    for rule in rules:
        if isinstance(rule, WeightedSum):
            found += points_in(rule)
    return math.lcm(1, *(number.denominator for number in found))


def most_points(rules: Iterable[Rule]) -> int:
    """No case has more points than this from the rules."""
    most = Fraction(0)
    for rule in rules:
        if isinstance(rule, WeightedSum):
            most += sum(points_in(rule), start=Fraction(0))
        elif rule.settles == "points":
            most += _largest_value(rule)
    return math.ceil(most)


def most_level(rules: Iterable[Rule]) -> int:
    """No overall level is higher than this."""
    given = (rule for rule in rules if rule.settles == "level")
    return max([MOST_LEVEL, *(_largest_value(rule) for rule in given)])


def points_in(rule: WeightedSum) -> list[Fraction]:
    """Every number of points that a weighted sum adds or caps with."""
    found = [
        points
        for weight in rule.weights.values()
        for points in scores_of(weight)
        if points is not None
    ]
    caps = [rule.at_most, *(cap.at_most for cap in rule.shared_caps)]
    found += [Fraction(cap) for cap in caps if cap is not None]
    return found + [Fraction(points) for points in rule.descriptors.values()]


def scores_of(weight: Weight) -> list[Fraction | None]:
    """The points of each level from nought; nothing where the scores do not go so far."""
    return [weight.points(level) for level in range(MOST_LEVEL + 1)]


def _largest_value(rule: Rule) -> int:
    values: tuple[str, ...] = ()
    match rule:
        case Assigned() | Minimum():
            values = (rule.value,)
        case BestFit():
            values = tuple(option.means for option in rule.options)
        case Thresholds():
            values = tuple(step.means for step in rule.steps)
        case _:
            pass
    return max(map(int, values), default=0)


def _per(column: str, most: int) -> Per:
    return Per(pl.col(column) if most > 1 else None, most)


def _parts_of(rule: CostedProvision) -> int:
    """What an hour's pence and the most hours that are counted have as denominators."""
    caps = (rate.hours_a_week_at_most for rate in rule.rates.values())
    of_caps = (Fraction(cap).denominator for cap in caps if cap is not None)
    return math.lcm(*(rate.an_hour.denominator for rate in rule.rates.values())) * math.lcm(
        1, *of_caps
    )


def _most_of(rule: Rule, most: Most) -> int:
    """The most pence that a rule can bring to a line or bring it to."""
    pence = 0
    match rule:
        case Amounts():
            hours = {"hour": most.hours, "funded_hour": MOST_FUNDED_HOURS}.get(rule.unit, 1)
            pence = max(row.amount_pence or 0 for row in rule.rows) * rule.times * hours
        case CostedProvision():
            rates = {code: math.ceil(rate.an_hour) for code, rate in rule.rates.items()}
            pence = sum(hours * rates.get(code, 0) for code, hours in most.staff_hours.items())
            pence += most.resources_pence
        case SchoolShare():
            pence = max(row.annual_pence for row in rule.shares)
        case Limit():
            pence = (rule.at_least_pence or 0) + (rule.at_most_pence or 0)
        case Counted():
            pence = sum(most.counts.get(row.count, 0) * row.each_pence for row in rule.allowances)
        case Rounded():
            pence = rule.to_pence
        case _:
            pass
    return pence
