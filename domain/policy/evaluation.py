"""Runs the steps of a continuum or tariff over a case and writes the working (promise 2)."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.case import Case
from domain.policy.lines import Line, Outcome
from domain.policy.rules import Rule
from domain.policy.schemes import Scheme
from domain.working import Source, Step, Working


@dataclass(frozen=True)
class Family:
    """A base rule with its exceptions: for one line, one of them applies or none does."""

    base: Rule
    exceptions: tuple[Rule, ...]

    def chosen_for(self, line: Line, case: Case) -> Rule | None:
        """The exception that applies, or else the base rule where its own conditions hold.

        Two exceptions that both apply are a fault of the pack, which its check reports before
        it can be published; here it stops the case rather than let the order of a file decide.
        """
        if line.to_a_person:
            return None
        applying = [rule for rule in self.exceptions if _applies(rule, line, case)]
        assert len(applying) <= 1, f"two exceptions to {self.base.id} apply"
        if applying:
            return applying[0]
        return self.base if _applies(self.base, line, case) else None


def families(steps: Iterable[Rule]) -> tuple[Family, ...]:
    """Put each exception with its base rule, in the order of the base rules."""
    rules = tuple(steps)
    return tuple(
        Family(base, tuple(rule for rule in rules if rule.exception_to == base.id))
        for base in rules
        if base.exception_to is None
    )


def evaluate(
    scheme: Scheme, case: Case, lines: tuple[Line, ...]
) -> tuple[tuple[Line, ...], Working]:
    """Take the lines through every step, and say what each step read and gave."""
    working = Working()
    for family in families(scheme.rules):
        chosen = [family.chosen_for(line, case) for line in lines]
        for rule in (family.base, *family.exceptions):
            places = [place for place, other in enumerate(chosen) if other is rule]
            if not places:
                continue
            outcomes = rule.apply(tuple(lines[place] for place in places), case, scheme.scale)
            found = dict(zip(places, outcomes, strict=True))
            lines = tuple(
                found[place].line if place in found else line for place, line in enumerate(lines)
            )
            working = working.then(*_steps_of(scheme, rule, outcomes))
    return lines, working


def _applies(rule: Rule, line: Line, case: Case) -> bool:
    return rule.governs(case.day) and rule.when.holds(line.facts)


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
        if own is not None:
            source = source.model_copy(
                update={
                    "in_force_from": own.in_force_from or source.in_force_from,
                    "authority": own.authority or source.authority,
                }
            )
    return source
