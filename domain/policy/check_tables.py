"""Faults of scales and tables: gaps, overlaps, steps nobody reaches, more need that pays less."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

from domain.policy.found import Found, days_of, faults_of_days, governs_with
from domain.policy.matching import NAMES, WHOLE, shown
from domain.policy.points import WeightedSum
from domain.policy.pricing import AmountRow, Amounts, SchoolShare, ShareRow
from domain.policy.rules import Threshold, Thresholds
from domain.policy.schemes import Continuum, Scheme, Tariff

MORE_NEED = ("points", "level", "hours", "provision_hours", "cost")
"""Numbers of which more never pays less."""


def faults_of_thresholds(scheme: Scheme, rule: Thresholds) -> Iterator[Found]:
    """Say what is wrong with a scale: its order, gaps, overlaps and steps nobody reaches."""
    where = f"step {rule.id}"
    for day in days_of(scheme, rule.steps):
        steps = [step for step in rule.steps if step.governs(day)]
        if not steps:
            yield Found(where, f"has no step on {day}", "Keep a step for every day.")
            continue
        if steps[0].at_least > _least_met(rule):
            says = f"says nothing about {rule.of} below {steps[0].at_least}"
            only = f"{{ {rule.of} = {{ at_least = {steps[0].at_least} }} }}"
            yield Found(where, says, f"Begin the scale at 0, or say when = {only}.")
        for lower, higher in pairwise(steps):
            yield from _between(scheme, rule, lower, higher)
        yield from _out_of_reach(scheme, rule, steps)
    for step in rule.steps:
        yield from faults_of_days(scheme, step, f"{where}, {step.means}")
        if step.at_most is not None and step.at_most < step.at_least:
            yield Found(where, f"{step.means} ends before it begins", "Mend at_most.")


def _least_met(rule: Thresholds) -> Fraction:
    """The least of its number that a scale ever meets, by the condition of its step."""
    met = rule.when.ranges.get(rule.of)
    return Fraction(0) if met is None else met.lowest


def _between(
    scheme: Scheme, rule: Thresholds, lower: Threshold, higher: Threshold
) -> Iterator[Found]:
    where = f"step {rule.id}, {lower.means} and {higher.means}"
    if higher.at_least <= lower.at_least:
        says = "are out of order: the second does not begin above the first"
        yield Found(where, says, "Put the steps in order, least first.")
    elif lower.at_most is not None and higher.at_least <= lower.at_most:
        says = f"overlap from {higher.at_least} to {lower.at_most}"
        yield Found(where, says, "End one step before the next begins.")
    elif lower.at_most is not None and not (
        is_whole(scheme, rule.of) and higher.at_least == lower.at_most + 1
    ):
        says = f"leave a gap between {lower.at_most} and {higher.at_least}"
        yield Found(where, says, "Begin the next step where this one ends, or leave at_most out.")
    order = scheme.scale.of(rule.gives)
    if {lower.means, higher.means} <= {*order} and order.index(higher.means) < order.index(
        lower.means
    ):
        says = f"give more {rule.of} a lower {rule.gives}"
        yield Found(where, says, f"Put them in the order of the {rule.gives}s.")


def _out_of_reach(scheme: Scheme, rule: Thresholds, steps: Sequence[Threshold]) -> Iterator[Found]:
    most = most_points(scheme)
    if rule.of != "points" or most is None:
        return
    for step in steps:
        if Fraction(step.at_least) > most:
            says = f"nobody can reach {step.means}: the most is {shown(most)} points"
            yield Found(f"step {rule.id}", says, "Lower the threshold, or mend the weights.")


def most_points(scheme: Scheme) -> Fraction | None:
    """The most points that the sums of a scheme can come to, or nothing when that is open."""
    sums = [each for each in scheme.rules if isinstance(each, WeightedSum)]
    tops = [_top(scheme, each) for each in sums]
    known = [top for top in tops if top is not None]
    others = any(rule.settles == "points" for rule in scheme.rules if rule not in sums)
    if not sums or others or "points" in scheme.given or len(known) < len(tops):
        return None
    return max(known)


def _top(scheme: Scheme, rule: WeightedSum) -> Fraction | None:
    """The most of one sum: by its own caps and scores, or by the highest levels there are."""
    if rule.most is not None or not isinstance(scheme, Continuum):
        return rule.most
    highest = {d.code: max(each.level for each in d.levels) for d in scheme.domains}
    tops = [weight.points(highest.get(d, 0)) for d, weight in rule.weights.items()]
    ticked = sum(Fraction(points) for points in rule.descriptors.values())
    return ticked + sum((top for top in tops if top is not None), start=Fraction(0))


def faults_of_amounts(tariff: Tariff, rule: Amounts) -> Iterator[Found]:
    """Say what is wrong with a table: rows that overlap, gaps, and more need that pays less."""
    where = f"step {rule.id}"
    yield from faults_of_overlap(rule.rows, where)
    for day in days_of(tariff, rule.rows):
        rows = {n: row for n, row in enumerate(rule.rows, start=1) if row.governs(day)}
        yield from _gaps(tariff, rows, where)
        yield from _holes(tariff, rule, rows.values(), where)
        yield from _paying_less(tariff, rows, where)
    for number, row in enumerate(rule.rows, start=1):
        yield from faults_of_days(tariff, row, f"{where}, row {number}")


def faults_of_shares(tariff: Tariff, rule: SchoolShare) -> Iterator[Found]:
    """Say which of the school's shares overlap."""
    yield from faults_of_overlap(rule.shares, f"step {rule.id}")
    for number, row in enumerate(rule.shares, start=1):
        yield from faults_of_days(tariff, row, f"step {rule.id}, share {number}")


def faults_of_overlap(rows: Sequence[AmountRow | ShareRow], where: str) -> Iterator[Found]:
    """Say which rows could both apply to one case; each row is told once."""
    told: set[int] = set()
    for (first, one), (second, other) in combinations(enumerate(rows, start=1), 2):
        if second not in told and governs_with(one, other) and one.meets(other):
            told.add(second)
            says = f"can both apply to one case with row {first}"
            yield Found(f"{where}, row {second}", says, "Tell them apart, or take one out.")


def _gaps(tariff: Tariff, rows: dict[int, AmountRow], where: str) -> Iterator[Found]:
    """Look along each number for rows that differ in it alone."""
    for number in {number for row in rows.values() for number in row.ranges}:
        for alike in _alike(rows, number):
            ranges = [
                (n, row.ranges[number]) for n, row in alike if row.ranges[number].exactly is None
            ]
            ranges.sort(key=lambda each: each[1].lowest)
            for (first, lower), (second, higher) in pairwise(ranges):
                whole = is_whole(tariff, number)
                if not lower.meets(higher) and not lower.is_followed_by(
                    higher, in_whole_steps=whole
                ):
                    says = f"and row {first} leave a gap in {number}: {lower}, then {higher}"
                    yield Found(
                        f"{where}, row {second}",
                        says,
                        "Begin each row where the one before it ends.",
                    )


def _holes(tariff: Tariff, rule: Amounts, rows: Iterable[AmountRow], where: str) -> Iterator[Found]:
    """Look for bands, or values beside them, that some rows have and others have not."""
    table = tuple(rows)
    if not any(row.band for row in table):
        return
    expected = rule.when.band or tariff.scale.bands
    for name in (each for each in NAMES if each != "band"):
        values = {value for row in table for value in row.of_name(name)}
        for band in expected:
            of_band = [row for row in table if not row.band or band in row.band]
            covers_all = any(not row.of_name(name) for row in of_band)
            missing = values - {value for row in of_band for value in row.of_name(name)}
            if of_band and missing and not covers_all:
                says = f"band {band} has no amount for {name} {', '.join(sorted(missing))}"
                yield Found(where, says, "Add the row, or one with to_a_person = true.")
    for band in expected:
        if not any(not row.band or band in row.band for row in table):
            help_ = "Add its row, or one with to_a_person = true."
            yield Found(where, f"band {band} has no amount", help_)


def _paying_less(tariff: Tariff, rows: dict[int, AmountRow], where: str) -> Iterator[Found]:
    """Compare rows that differ in one measure of need alone."""
    for measure in ("band", *MORE_NEED):
        for alike in _alike(rows, measure):
            priced = [(n, row) for n, row in alike if row.amount_pence is not None]
            ordered = sorted(priced, key=lambda each: _need(tariff, each[1], measure))
            for (first, less), (second, more) in pairwise(ordered):
                if (more.amount_pence or 0) < (less.amount_pence or 0):
                    says = f"pays less than row {first} for more need ({measure})"
                    yield Found(
                        f"{where}, row {second}",
                        says,
                        "Check both amounts against the publication.",
                    )


def _need(tariff: Tariff, row: AmountRow, measure: str) -> tuple[Fraction, ...]:
    if measure == "band":
        order = tariff.scale.bands
        return tuple(sorted(Fraction(order.index(band)) for band in row.band if band in order))
    return (row.ranges[measure].lowest,)


def _alike(rows: dict[int, AmountRow], apart_from: str) -> list[list[tuple[int, AmountRow]]]:
    """Group the rows that say something of one name or number and agree in everything else."""
    groups: dict[str, list[tuple[int, AmountRow]]] = {}
    dated = ("in_force_from", "in_force_until", "authority")
    beside = {apart_from, "amount_pence", "to_a_person", *dated}
    for number, row in rows.items():
        if apart_from in row.named or apart_from in row.ranges:
            groups.setdefault(row.model_dump_json(exclude=beside), []).append((number, row))
    return list(groups.values())


def is_whole(scheme: Scheme, number: str) -> bool:
    """Whether the number comes in whole steps, so that 14 and 15 are neighbours."""
    if number != "points":
        return number in WHOLE
    return all(step.is_whole for step in scheme.rules if isinstance(step, WeightedSum))
