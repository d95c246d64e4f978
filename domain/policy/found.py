"""How the parts of the check say what they found; which file it was in is added by ``check``."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from domain.policy.matching import Dated
from domain.policy.rules import Rule
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


MOST_ROWS_IN_ALL = 2_000
"""The most dated values, such as rows of tables, that one document may have."""
MOST_DAYS = 24
"""The most days of their own that the values of one document may have: then publish versions."""
SAYS_NOTHING = frozenset({"tbc", "tba", "tbd", "todo", "none", "unknown", "n/a", "na", "nobody"})
"""What is written where a decision or a source should stand, when nobody has taken one."""


def faults_of_authority(said: Mapping[str, str | None], where: str) -> Iterator[Found]:
    """Say where a value is by nobody's authority, though something is written for it."""
    for name, text in said.items():
        if text is not None and (
            text.strip(" .?!-").lower() in SAYS_NOTHING or not any(map(str.isalnum, text))
        ):
            help_ = "Name the decision by its number or day, and where it is published."
            yield Found(where, f"names no {name}: what is written there says nothing", help_)


def faults_of_size(scheme: Scheme) -> list[Found]:
    """Say where a document is too large to be held against itself; nothing more is looked at."""
    rows = sum(1 for rule in scheme.rules for _ in dated_in(rule))
    days = len(own_days([scheme]))
    found: list[Found] = []
    if rows > MOST_ROWS_IN_ALL:
        says = f"has {rows} rows, rates and options; {MOST_ROWS_IN_ALL} are the most"
        found.append(Found("steps", says, "Publish the parts of the scheme as packs of their own."))
    if days > MOST_DAYS:
        says = f"changes on {days} days by itself; {MOST_DAYS} are the most"
        found.append(Found("steps", says, "Publish a version from each day instead."))
    return found


def own_days(schemes: Iterable[Scheme]) -> tuple[date, ...]:
    """The days on which a value of these documents begins or ends by itself, in order."""
    values = [value for each in schemes for rule in each.rules for value in dated_in(rule)]
    found = {day for each in values for day in (each.in_force_from, each.in_force_until) if day}
    return tuple(sorted(found))


def dated_in(rule: Rule) -> Iterator[Dated]:
    """Give a rule and everything in it that may have days of its own: rows, rates, options."""
    yield rule
    for _, held in rule:
        parts = held.values() if isinstance(held, dict) else held
        for part in parts if isinstance(held, dict | tuple) else ():
            if isinstance(part, Dated):
                yield part


def days_of(scheme: Scheme, values: Iterable[Dated]) -> tuple[date, ...]:
    """Days on which different values may govern: a table is right when it is right on each."""
    own = {day for value in values for day in (value.in_force_from, value.in_force_until) if day}
    first, end = scheme.in_force_from, scheme.in_force_until or date.max
    return (first, *sorted(day for day in own if first < day < end))


def governs_with(one: Dated, other: Dated) -> bool:
    """Whether two values of one document can govern the same day."""
    days = [day for each in (one, other) if (day := each.in_force_from) is not None]
    if not days:
        return True
    return all(
        each.in_force_until is None or max(days) < each.in_force_until for each in (one, other)
    )


def faults_of_days(scheme: Scheme, value: Dated, where: str) -> Iterator[Found]:
    """Say which values never govern, or have a day of their own and nobody who set it."""
    if (value.in_force_from or value.in_force_until) and value.authority is None:
        yield Found(
            where,
            "has a day of its own and no authority for it",
            "Name the decision in authority, or leave the day to the document.",
        )
    yield from faults_of_authority({"authority": value.authority}, where)
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
