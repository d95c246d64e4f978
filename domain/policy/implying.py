"""Whether one condition follows from others: what tells that a step, a row or a base rule is idle.

``Match.meets`` says whether two conditions can hold together; this says that they must.
"""

from collections.abc import Iterable
from fractions import Fraction

from domain.policy.matching import Match, Range
from domain.request import RequestKind

ALL_KINDS = frozenset(RequestKind)
"""Every case has a kind, so a condition that lists them all is none."""


def follows(condition: Match, known: Iterable[Match]) -> bool:
    """Whether the condition holds wherever all of the known ones hold."""
    there = tuple(known)
    return (
        all(_name_follows(name, condition, there) for name in condition.named)
        and all(
            any(n in each.ranges and contains(wanted, each.ranges[n]) for each in there)
            for n, wanted in condition.ranges.items()
        )
        and all(
            any(d in each.levels and contains(wanted, each.levels[d]) for each in there)
            for d, wanted in condition.levels.items()
        )
        and _ticks_follow(condition, there)
    )


def contains(outer: Range, inner: Range) -> bool:
    """Whether everything in the inner range lies in the outer one.

    >>> from decimal import Decimal
    >>> contains(Range(at_least=Decimal(1)), Range(exactly=Decimal(5)))
    True
    """
    if inner.lowest < outer.lowest:
        return False
    if outer.highest is None:
        return True
    if inner.highest is None:
        return False
    if inner.highest == outer.highest:
        return outer.below is None or inner.below is not None
    return inner.highest < outer.highest


def holds_a_whole_number(found: Range) -> bool:
    """Whether a whole number lies in the range, for what only comes in whole steps."""
    return found.holds(Fraction(-(-found.lowest.numerator // found.lowest.denominator)))


def _name_follows(name: str, condition: Match, known: tuple[Match, ...]) -> bool:
    allowed = set(condition.of_name(name))
    if name == "kind" and allowed >= ALL_KINDS:
        return True
    return any(set(each.of_name(name)) <= allowed for each in known if each.of_name(name))


def _ticks_follow(condition: Match, known: tuple[Match, ...]) -> bool:
    wanted = set(condition.any_descriptor)
    return not wanted or any(
        set(each.any_descriptor) <= wanted for each in known if each.any_descriptor
    )
