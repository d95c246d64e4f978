"""The rules that make money of figures, as columns: tables, costed maps, shares, limits.

Each is the twin of one form of ``domain.policy.pricing`` or ``domain.policy.costing``; sums are
whole units of the document's smallest part of a penny.
"""

from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from activities.modelling.conditions import NEVER, any_of, both, first_of, governs, holds
from activities.modelling.exact import TooBig, fitting, looked_up, to_whole, whole
from activities.modelling.lines import Lines
from activities.modelling.rebuilding import HOUR, OF_AN_HOUR
from activities.modelling.shapes import Shape
from domain.policy.costing import CostedProvision, Rate
from domain.policy.pricing import Amounts, Counted, Limit, Rounded, SchoolShare

_LOST = "lost"


@dataclass(frozen=True)
class Coming:
    """What is still to come after a step: whether later steps read what each line comes to."""

    reads_nets: bool


def amounts(rule: Amounts, lines: Lines, chosen: pl.Expr) -> None:
    """Look every line up in the table, and add its amount or hold the cost to it."""
    conditions = [both(holds(row, lines), governs(row)) for row in rule.rows]
    place = first_of(lines, conditions)
    lines.used_rows(f"steps.{rule.id}.rows", place, len(rule.rows), chosen)
    printed = [None, *(row.amount_pence for row in rule.rows)]
    amount = lines.let(looked_up(printed, place, pl.Int64()).cast(lines.unit.dtype))
    open_ = amount.is_null()
    if rule.unit == "funded_hour":
        open_ |= pl.col("hours_e6").is_null()
    is_open = lines.let(open_)
    priced = lines.let(chosen & ~is_open)
    lines.leave(chosen & is_open)
    sum_of_row = _in_units(rule, lines, amount * rule.times)
    if rule.up_to:
        sum_of_row = pl.min_horizontal(lines.gross, sum_of_row) - lines.gross
    lines.cost(priced, sum_of_row)


def _in_units(rule: Amounts, lines: Lines, pence: pl.Expr) -> pl.Expr:
    """An amount of the table in units: by the hour, and shared by those who bear it."""
    unit = lines.unit
    factors: list[pl.Expr] = []
    parts = unit.parts
    if rule.unit == "funded_hour":
        parts //= OF_AN_HOUR
        factors.append(pl.col("hours_e6").fill_null(0))
    if rule.unit == "hour":
        parts //= HOUR
        factors.append(pl.col("hour_parts"))
    elif unit.reads_hours and unit.sharing.per is not None:
        factors.append(unit.sharing.per)
    if rule.per == "pupil" and unit.shares_heads and unit.heads.per is not None:
        factors.append(unit.heads.per)
    found = pence * parts
    for factor in factors:
        found *= factor.cast(unit.dtype)
    return found


def costed_provision(rule: CostedProvision, lines: Lines, chosen: pl.Expr, shape: Shape) -> None:
    """Cost the map for one pupil and add it; a kind of staff without a rate goes to a person."""
    unknown: list[pl.Expr] = []
    cost = _resources(lines)
    for code in shape.staff:
        there = pl.col(f"year:{code}").is_not_null()
        rate = rule.rates.get(code)
        if rate is None:
            unknown.append(there)
            continue
        on_day = governs(rate)
        if on_day is not None:
            unknown.append(there & ~on_day)
        cost += _cost_of(rate, code, (rule.id, lines), shape)
    is_unknown = lines.let(any_of(unknown))
    costed = lines.let(chosen & ~is_unknown)
    lines.leave(chosen & is_unknown)
    lines.cost(costed, lines.let(cost))
    for code in rule.rates:
        named = pl.col(f"year:{code}").is_not_null() if code in shape.staff else NEVER
        lines.used(f"steps.{rule.id}.rates.{code}", costed & named)


def _resources(lines: Lines) -> pl.Expr:
    """Itemised resources, which the pupils of the request bear alike."""
    unit = lines.unit
    found = pl.col("resources_pence").cast(unit.dtype) * unit.parts
    return found if unit.sharing.per is None else found * unit.sharing.per.cast(unit.dtype)


def _cost_of(rate: Rate, code: str, on: tuple[str, Lines], shape: Shape) -> pl.Expr:
    """The hours of one kind of staff by its rate, less those beyond the most that are counted."""
    step, lines = on
    unit = lines.unit
    times = rate.an_hour * (unit.parts // HOUR)
    cost = pl.col(f"year:{code}").fill_null(0).cast(unit.dtype) * whole(int(times), unit.dtype)
    if rate.hours_a_week_at_most is not None:
        most = Fraction(rate.hours_a_week_at_most)
        lost = _lost_hours(shape, code, most)
        if not lost.is_empty():
            name = f"{unit.name}:{step}:{_LOST}:{code}"
            lines.growing.beside(lost.rename({_LOST: name}))
            by_part = times / most.denominator
            assert by_part.denominator == 1, "the unit holds the parts of every limit of hours"
            beyond = pl.col(name).fill_null(0).cast(unit.dtype)
            cost -= beyond * whole(int(by_part), unit.dtype)
    if unit.heads.per is not None:
        cost *= unit.heads.per.cast(unit.dtype)
    return cost


def _lost_hours(shape: Shape, code: str, most: Fraction) -> pl.DataFrame:
    """Parts of hours a year that a limit leaves out, counted in the order of the map."""
    parts = most.denominator
    largest = max(most.numerator, parts * (shape.most.staff_hours[code] + 1))
    if fitting(largest * HOUR * shape.most.sharing) != pl.Int64():
        raise TooBig
    limit = pl.col("sharing") * (HOUR * most.numerator)
    room = (limit - pl.col("before") * parts).clip(0)
    lost = (pl.col("parts") * parts - room).clip(0) * pl.col("weeks")
    theirs = shape.before.filter(pl.col("staff") == code).select("number", lost.alias(_LOST))
    return theirs.filter(pl.col(_LOST) > 0).group_by("number").agg(pl.col(_LOST).sum())


def school_share(rule: SchoolShare, lines: Lines, chosen: pl.Expr) -> None:
    """Take what is left of each share from the lines that it falls on, in their order."""
    kind = lines.names["kind"]
    path = f"steps.{rule.id}"
    for stated in rule.per:
        lines.used(f"{path}.per.{stated}", chosen & (kind.code == kind.of(str(stated))))
    stated_kinds = [kind.of(str(each)) for each in rule.per]
    lines.leave(chosen & ~kind.code.is_in(stated_kinds))
    bearing = [kind.of(str(each)) for each, per in rule.per.items() if per != "never"]
    taking = lines.let(chosen & kind.code.is_in(bearing))
    place = first_of(lines, [both(holds(row, lines), governs(row)) for row in rule.shares])
    lines.used_rows(f"{path}.shares", place, len(rule.shares), taking)
    shares: list[int | None] = [None, *(row.annual_pence for row in rule.shares)]
    amount = lines.let(looked_up(shares, place, pl.Int64()).cast(lines.unit.dtype))
    lines.leave(taking & amount.is_null())
    sharing = lines.let(taking & amount.is_not_null())
    penny = lines.unit.a_penny
    spends = pl.col("spends").cast(lines.unit.dtype) * penny
    spends = spends if rule.spending_counts else whole(0, lines.unit.dtype)
    left = amount * penny if lines.is_single else _left(rule, lines, sharing, amount, spends)
    owed = (left - spends).clip(0)
    lines.meet(sharing, pl.min_horizontal(owed, lines.gross))


def _left(
    rule: SchoolShare, lines: Lines, sharing: pl.Expr, amount: pl.Expr, spends: pl.Expr
) -> pl.Expr:
    """What earlier lines of the same bearer left of its share.

    Each line takes what its school spends and what it costs from the share, never below nought:
    so what is left is the first share less the sum of both so far, or nought.
    """
    kind = lines.names["kind"]
    of_kind = {kind.of(str(each)): per for each, per in rule.per.items()}
    at_school = [code for code, per in of_kind.items() if per == "pupil_and_school"]
    of_pupil = [code for code, per in of_kind.items() if per == "pupil"]
    bearer = (
        pl.when(kind.code.is_in(at_school))
        .then("pupil_at_school")
        .when(kind.code.is_in(of_pupil))
        .then("pupil")
        .otherwise(0)
    )
    bearer = lines.let(bearer)
    took = lines.let(pl.when(sharing).then(spends + lines.gross).otherwise(0))
    first = lines.let(
        pl.when(sharing).then(amount).drop_nulls().first().over("row", bearer) * lines.unit.a_penny
    )
    so_far = lines.let(took.cum_sum().over("row", bearer) - took)
    return (first - so_far).clip(0)


def counted(rule: Counted, lines: Lines, chosen: pl.Expr) -> None:
    """Add an allowance for each of those counted; what was not counted goes to a person."""
    unit = lines.unit
    missing: list[pl.Expr] = []
    more = whole(0, unit.dtype)
    used: dict[str, pl.Expr] = {}
    for number, row in enumerate(rule.allowances, start=1):
        on_day = governs(row)
        there = f"count:{row.count}" in lines.columns
        count = pl.col(f"count:{row.count}") if there else pl.lit(None, dtype=pl.Int64)
        missing.append(count.is_null() if on_day is None else count.is_null() & on_day)
        each = count.fill_null(0).cast(unit.dtype) * whole(row.each_pence * unit.parts, unit.dtype)
        more += each if on_day is None else pl.when(on_day).then(each).otherwise(0)
        used[f"steps.{rule.id}.allowances.{number}"] = (
            pl.lit(value=True) if on_day is None else on_day
        )
    if unit.reads_hours and unit.sharing.per is not None:
        more *= unit.sharing.per.cast(unit.dtype)
    is_missing = lines.let(any_of(missing))
    lines.leave(chosen & is_missing)
    found = lines.let(chosen & ~is_missing)
    lines.cost(found, lines.let(more))
    for path, on_day in used.items():
        lines.used(path, found & on_day)


def limit(rule: Limit, lines: Lines, chosen: pl.Expr, coming: Coming) -> None:
    """Bring the net within the limits, for each line or for all of them in proportion."""
    if rule.per == "pupil":
        lines.bring_to(chosen, _within(rule, lines, lines.net))
        return
    before = _total(lines, chosen)
    _scale(lines, chosen, before, lines.let(_within(rule, lines, before)), coming)


def _within(rule: Limit, lines: Lines, net: pl.Expr) -> pl.Expr:
    found = net
    if rule.at_most_pence is not None:
        found = pl.min_horizontal(net, lines.unit.pence(rule.at_most_pence))
    if rule.at_least_pence is None:
        return found
    least = lines.unit.pence(rule.at_least_pence)
    instead = least if rule.under_it == "raise" else whole(0, lines.unit.dtype)
    return pl.when(net < least).then(instead).otherwise(found)


def rounded(rule: Rounded, lines: Lines, chosen: pl.Expr, coming: Coming) -> None:
    """Bring the net of the request to a round sum, the way that the policy names."""
    before = _total(lines, chosen)
    sum_of = lines.unit.pence(rule.to_pence)
    after = lines.let(to_whole(before, sum_of, rule.how) * sum_of)
    _scale(lines, chosen, before, after, coming)


def _total(lines: Lines, chosen: pl.Expr) -> pl.Expr:
    """What the lines that the rule was chosen for come to, exact."""
    if lines.is_single:
        return lines.net
    if lines.total is not None:
        return lines.total
    nets = pl.when(chosen).then(lines.net).otherwise(whole(0, lines.unit.dtype))
    return lines.let(lines.of_case(nets))


def _scale(lines: Lines, chosen: pl.Expr, before: pl.Expr, to: pl.Expr, coming: Coming) -> None:
    """Bring lines to a new total in proportion.

    The parts of several lines may be fractions that no common denominator holds. Where nothing
    that follows reads them, the total is kept beside the lines and they remain its weights;
    else the case is decided by the scalar twin.
    """
    if lines.is_single:
        lines.bring_to(chosen, to)
        return
    changes = lines.let(chosen & (before != to))
    if coming.reads_nets:
        lines.keep_by_itself(changes.any().over("row"))
        return
    some = chosen.cast(pl.Int64).sum().over("row") < pl.col("heads")
    partly = lines.let(chosen & some)
    lines.keep_by_itself((partly & changes if lines.total is None else partly).any().over("row"))
    so_far = lines.let(lines.of_case(lines.net)) if lines.total is None else lines.total
    alike = pl.when(before == 0).then(whole(1, lines.unit.dtype)).otherwise(lines.net)
    weight = pl.when(to == 0).then(whole(0, lines.unit.dtype)).otherwise(alike)
    lines.weigh(changes, weight, pl.when(chosen & ~partly).then(to).otherwise(so_far))
