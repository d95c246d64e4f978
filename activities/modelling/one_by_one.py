"""The scalar twin over a set: for cases that the columns cannot hold exactly, and to compare with.

It places and prices as the live system does, and says the same of each case as the columns.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from activities.modelling.uses import Counts
from domain.case import Case
from domain.continuum import place
from domain.policy.costing import CostedProvision
from domain.policy.evaluation import families
from domain.policy.lines import Line, Outcome, line_of_all, lines_of
from domain.policy.points import WeightedSum
from domain.policy.pricing import Amounts, Counted, SchoolShare
from domain.policy.rules import BestFit, Rule, Thresholds
from domain.policy.schemes import Continuum, Scheme, Tariff
from domain.refusals import Refusal
from domain.tariff import price


@dataclass(frozen=True)
class Singly:
    """What the scalar twin made of a case: a row of the answers, and the values that it used."""

    row: dict[str, Any]
    by_school: dict[str, int]
    used: frozenset[tuple[str, str]]


def decided_singly(number: int, case: Case, schemes: tuple[Continuum, Tariff]) -> Singly:
    """Place and price one case; a refusal is its code."""
    continuum, tariff = schemes
    try:
        placing = place(case, continuum)
        priced = price(case, placing.tier, tariff)
    except Refusal as refusal:
        return Singly({"number": number, "refused": refusal.code}, {}, frozenset())
    used = set(_used(continuum, case, (line_of_all(case),)))
    lines = tuple(line.figured("tier", placing.tier) for line in lines_of(case))
    used |= set(_used(tariff, case, lines))
    to_a_person = placing.to_a_person or priced.to_a_person
    row = {
        "number": number,
        "tier": placing.tier,
        "route": str(placing.route),
        "band": priced.band,
        "annual_pence": None if to_a_person else priced.annual_pence,
        "to_a_person": to_a_person,
        "placed_by_a_person": placing.to_a_person,
        "refused": None,
        "gross_pence": None if to_a_person else priced.gross_pence,
        "school_share_pence": None if to_a_person else priced.school_share_pence,
    }
    return Singly(row, {} if to_a_person else priced.per_school_pence, frozenset(used))


def counted_singly(found: Iterable[Singly]) -> Counts:
    """How many of the cases used each value."""
    return Counter(use for each in found for use in each.used)


def _used(scheme: Scheme, case: Case, lines: tuple[Line, ...]) -> Iterator[tuple[str, str]]:
    """Take the lines through the steps again and say which values they met."""
    for family in families(scheme.rules):
        chosen = [family.chosen_for(line, case) for line in lines]
        for rule in (family.base, *family.exceptions):
            places = [place for place, other in enumerate(chosen) if other is rule]
            if not places:
                continue
            before = tuple(lines[place] for place in places)
            outcomes = rule.apply(before, case, scheme.scale)
            found = dict(zip(places, outcomes, strict=True))
            lines = tuple(
                found[place].line if place in found else line for place, line in enumerate(lines)
            )
            step = f"steps.{rule.id}"
            yield scheme.kind, step
            for outcome in outcomes:
                yield from ((scheme.kind, f"{step}.{path}") for path in _met(rule, outcome, case))


def _met(rule: Rule, outcome: Outcome, case: Case) -> Iterator[str]:
    """The values of one rule that one line met."""
    match rule:
        case Amounts():
            yield from _row("rows", rule.rows, outcome)
        case Thresholds():
            yield from _row("steps", rule.steps, outcome)
        case BestFit():
            yield from _row("options", rule.options, outcome)
        case SchoolShare():
            yield from (f"per.{kind}" for kind in rule.per if kind == case.kind)
            yield from _row("shares", rule.shares, outcome)
        case Counted() if outcome.line.to_a_person is None:
            yield from (
                f"allowances.{number}"
                for number, row in enumerate(rule.allowances, start=1)
                if row.governs(case.day)
            )
        case CostedProvision() if outcome.line.to_a_person is None:
            yield from (f"rates.{line.staff}" for line in case.provision)
        case WeightedSum():
            yield from _of_sum(rule, outcome.line)
        case _:
            pass


def _row(name: str, rows: tuple[object, ...], outcome: Outcome) -> Iterator[str]:
    yield from (
        f"{name}.{number}" for number, row in enumerate(rows, start=1) if row is outcome.value
    )


def _of_sum(rule: WeightedSum, line: Line) -> Iterator[str]:
    for domain, weight in rule.weights.items():
        yield f"weights.{domain}"
        if weight.scores:
            yield f"weights.{domain}.scores.{line.facts.levels[domain] + 1}"
    yield from (f"descriptors.{code}" for code in rule.descriptors.keys() & line.facts.descriptors)
    yield from (f"shared_caps.{number}" for number in range(1, len(rule.shared_caps) + 1))
