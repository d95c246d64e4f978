"""How the parts of the check say what they found; which file it was in is added by ``check``."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from domain.policy.matching import Dated
from domain.policy.schemes import Scheme


class Found(NamedTuple):
    """A fault in one document: where, what is wrong, and what would mend it."""

    where: str
    says: str
    would_help: str


def twice(codes: Iterable[str], where: str, what: str) -> Iterator[Found]:
    """Say what is defined more than once."""
    for code, times in Counter(codes).items():
        if times > 1:
            yield Found(where, f"{what} {code} is defined {times} times", "Keep one of them.")


def unknown(codes: Iterable[str], known: Iterable[str], where: str, what: str) -> Iterator[Found]:
    """Say what is named and nowhere defined."""
    there = tuple(known)
    for code in dict.fromkeys(codes):
        if code not in there:
            listed = ", ".join(there) or "none"
            yield Found(where, f"there is no {what} {code}", f"Define it, or use one of: {listed}.")


def days_of(scheme: Scheme, values: Iterable[Dated]) -> tuple[date, ...]:
    """Days on which different values may govern: a table is right when it is right on each."""
    own = {day for value in values for day in (value.in_force_from, value.in_force_until) if day}
    first, end = scheme.in_force_from, scheme.in_force_until or date.max
    return (first, *sorted(day for day in own if first < day < end))


def faults_of_days(scheme: Scheme, value: Dated, where: str) -> Iterator[Found]:
    """Say which values never govern, or have a day of their own and nobody who set it."""
    if (value.in_force_from or value.in_force_until) and value.authority is None:
        yield Found(
            where,
            "has a day of its own and no authority for it",
            "Name the decision in authority, or leave the day to the document.",
        )
    begins, ends = value.in_force_from or scheme.in_force_from, value.in_force_until
    end = scheme.in_force_until
    if ends is not None and ends <= max(begins, scheme.in_force_from):
        yield Found(where, "ends before it begins", "Mend in_force_until.")
    elif end is not None and begins >= end:
        yield Found(where, "begins when the document has ended", "Mend in_force_from.")
    elif begins < scheme.in_force_from:
        yield Found(
            where,
            "begins before its document does",
            "A document cannot govern days before its own.",
        )
