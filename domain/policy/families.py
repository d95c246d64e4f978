"""Which rule applies to a line: a base rule, or the one exception to it that holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from domain.case import Case
from domain.policy.lines import Line
from domain.policy.rules import Rule


@dataclass(frozen=True)
class Family:
    """A base rule with its exceptions: for one line, one of them applies or none does."""

    base: Rule
    exceptions: tuple[Rule, ...]

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The base rule and then its exceptions, in the order in which the working tells them."""
        return (self.base, *self.exceptions)

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


def _applies(rule: Rule, line: Line, case: Case) -> bool:
    return rule.governs(case.day) and rule.when.holds(line.facts)
