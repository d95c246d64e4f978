"""Runs the steps of a continuum or tariff over a case and writes the working (promise 2)."""

from collections.abc import Iterable

from domain.case import Case
from domain.policy.families import Family, families
from domain.policy.lines import Line, Outcome
from domain.policy.matching import Dated
from domain.policy.rules import Rule
from domain.policy.schemes import Scheme
from domain.working import Source, Step, Working

__all__ = ["Family", "evaluate", "families"]


def evaluate(
    scheme: Scheme, case: Case, lines: tuple[Line, ...]
) -> tuple[tuple[Line, ...], Working]:
    """Take the lines through every step, and say what each step read and gave."""
    steps: list[Step] = []
    after = list(lines)
    for family in scheme.families:
        chosen = [family.chosen_for(line, case) for line in after]
        for rule in family.rules:
            places = [place for place, other in enumerate(chosen) if other is rule]
            if places:
                outcomes = rule.apply(tuple(after[place] for place in places), case, scheme.scale)
                for place, outcome in zip(places, outcomes, strict=True):
                    after[place] = outcome.line
                steps += _steps_of(scheme, rule, outcomes)
    return tuple(after), Working(steps=tuple(steps))


def _steps_of(scheme: Scheme, rule: Rule, outcomes: Iterable[Outcome]) -> list[Step]:
    """Write one step for each different outcome: alike pupils need no telling apart."""
    steps: list[Step] = []
    for outcome in outcomes:
        step = Step(
            rule=rule.id,
            says=rule.says,
            read=dict(outcome.read),
            gave=outcome.gave,
            source=_source_of(scheme, rule, outcome),
        )
        if step not in steps:
            steps.append(step)
    return steps


def _source_of(scheme: Scheme, rule: Rule, outcome: Outcome) -> Source:
    """Name the value's own date and authority where it has them, then the rule's, the file's."""
    source = scheme.as_source
    for own in (rule, outcome.value):
        if isinstance(own, Dated) and (own.in_force_from or own.authority):
            source = source.model_copy(
                update={
                    "in_force_from": own.in_force_from or source.in_force_from,
                    "authority": own.authority or source.authority,
                }
            )
    return source
