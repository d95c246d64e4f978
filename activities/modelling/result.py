"""What a comparison says: totals, breakdowns, moves and touched values, as figures without pupils.

Every breakdown adds up to its total, to the penny.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from domain.explaining import day_in_words
from domain.frozen import Frozen
from domain.money import pounds
from domain.policy.changed import ChangedValue
from domain.refusals import NotValid

GROUPINGS = ("cluster", "school", "phase", "area_of_need", "kind", "tier")
"""What a comparison is broken down by; the tier is the one that the rules give now."""

SMALLEST_SHOWN = 5
"""The fewest cases that a line shows outside the council; fewer could be known by a neighbour."""

TOGETHER = "together"
"""The line of those that are too few to be shown apart."""


class Counted(Frozen):
    """One line: a cluster, a school, or all; pence a year.

    A case compares where both sides give it an amount. ``then_pence`` less ``now_pence`` is
    ``difference_pence``, less ``unpriced_then_pence``, and ``unpriced_now_pence`` more.
    """

    key: str
    cases: int
    now_pence: int
    then_pence: int
    difference_pence: int
    """Of the cases that have an amount now and then; a case without one saves nothing."""
    gain: int
    lose: int
    stay: int
    gained_pence: int
    lost_pence: int
    """What those who lose are given less, as a sum above nought."""
    most_gained_pence: int | None = None
    most_lost_pence: int | None = None
    middle_gained_pence: int | None = None
    """The gain in the middle of all gains, the smaller of two; whole pence that somebody gains."""
    middle_lost_pence: int | None = None
    to_a_person_now: int
    to_a_person_then: int
    newly_to_a_person: int
    no_longer_to_a_person: int
    refused_now: int
    refused_then: int
    unpriced_then_pence: int
    """What the rules give now to cases for which they would name no amount."""
    unpriced_now_pence: int
    """What they would give to cases for which they name no amount now."""
    budget_pence: int | None = None
    """The year's budget beside it, where there is one."""

    @property
    def compared(self) -> int:
        """How many have an amount on both sides."""
        return self.gain + self.lose + self.stay


class Moved(Frozen):
    """How many cases stand on one tier, or in one band, now and on another then."""

    of: str
    now: str
    then: str
    cases: int
    difference_pence: int


class Touched(ChangedValue):
    """A changed value, and how many cases read it before and after.

    Nothing where that cannot be counted, such as a sentence that people read.
    """

    cases_now: int | None
    cases_then: int | None

    @property
    def is_read(self) -> bool:
        """Whether a case read it on either side, as far as that can be counted."""
        return None in (self.cases_now, self.cases_then) or bool(self.cases_now or self.cases_then)


class Documents(Frozen):
    """One pair of documents by which cases were decided: each by its hash and first day."""

    name: str
    continuum_sha256: str
    continuum_from: date
    tariff_sha256: str
    tariff_from: date


class Compared(Frozen):
    """A candidate beside what is now."""

    candidate: Documents
    total: Counted
    by: dict[str, tuple[Counted, ...]]
    moved: tuple[Moved, ...]
    touched: tuple[Touched, ...]

    @property
    def untouched(self) -> tuple[Touched, ...]:
        """The changed values that no case read."""
        return tuple(each for each in self.touched if not each.is_read)


class Comparison(Frozen):
    """A set of cases decided again under one or more candidates, beside what is now."""

    cases: int
    on: date
    """The first day of the year in which the cases are taken to be submitted."""
    now: Documents
    as_decided_pence: int | None = None
    """What the rules of their own days gave the same cases, where they were decided."""
    decided_pence: int | None = None
    """What officers signed for them, prices that a person found among it."""
    by_a_person: int | None = None
    """How many of them a person priced, because no rule did."""
    by_a_person_pence: int | None = None
    candidates: tuple[Compared, ...]


def in_words(comparison: Comparison) -> tuple[str, ...]:
    """Say what a comparison comes to in sentences, those of each candidate after another."""
    since = day_in_words(comparison.on)
    first = f"{comparison.cases:,} cases, taken as submitted in the year from {since}."
    return (first, *(says for each in comparison.candidates for says in _in_words(each)))


def _in_words(compared: Compared) -> Iterator[str]:
    total, name = compared.total, compared.candidate.name
    yield (
        f"{name}: {pounds(total.now_pence)} a year now, {pounds(total.then_pence)} then;"
        f" {pounds(total.difference_pence)} more for the {total.compared:,} cases with an amount"
        f" on both sides. {total.gain:,} gain, {total.lose:,} lose, {total.stay:,} stay."
    )
    if total.budget_pence is not None:
        yield f"{name}: the year's budget is {pounds(total.budget_pence)}."
    if total.to_a_person_now or total.to_a_person_then:
        yield (
            f"{name}: {total.newly_to_a_person:,} cases would newly go to a person, and"
            f" {total.no_longer_to_a_person:,} no longer."
        )
    if total.refused_then:
        yield f"{name}: {total.refused_then:,} cases could not be placed at all."
    for each in compared.untouched:
        yield f"{name}: no case reads {each.kind} {each.value} ({each.says})."


class Shown(Frozen):
    """A line as it is shown outside the council: nothing that stands for a few cases alone."""

    key: str
    cases: int
    now_pence: int
    then_pence: int | None
    """None, with the difference and the counts, where what changes would be that of a few."""
    difference_pence: int | None
    gain: int | None
    """None, with ``lose`` and ``stay``, where one of the three is a few cases, or tells of them."""
    lose: int | None
    stay: int | None
    budget_pence: int | None


class ShownCandidate(Frozen):
    """A candidate as it is shown outside the council."""

    candidate: Documents
    total: Shown
    by: dict[str, tuple[Shown, ...]]
    changed: tuple[str, ...]
    """What would change, in words."""


class ShownComparison(Frozen):
    """A comparison as it may be shown outside the council, such as to a Schools Forum."""

    cases: int
    on: date
    now: Documents
    fewer_than: int
    """Lines of fewer cases than this are put together."""
    candidates: tuple[ShownCandidate, ...]


def shown_outside(comparison: Comparison, fewer_than: int = SMALLEST_SHOWN) -> ShownComparison:
    """Give a comparison as it may be shown outside the council; what is shown still adds up.

    Lines of few cases are put together, with the next smallest where one alone, or still too few,
    could be worked out from the total. Where few of a line gain, lose, stay or have no amount, what
    changes in it is not shown, nor in so many others that the total less those shown tells of few.
    Schools are left out where any of them, or of the clusters and phases that they are in, is put
    together or has something hidden. Fewer cases than that in all are refused.
    """
    if comparison.cases < fewer_than:
        raise NotValid(
            "to show this comparison outside the council",
            f"it is of {comparison.cases} cases, and fewer than {fewer_than} could be known",
            "Model more cases.",
        )
    return ShownComparison(
        cases=comparison.cases,
        on=comparison.on,
        now=comparison.now,
        fewer_than=fewer_than,
        candidates=tuple(
            ShownCandidate(
                candidate=each.candidate,
                total=_shown(each.total, hides=_tells_of_few(each.total, fewer_than)),
                by=_breakdowns_shown(each.by, each.total, fewer_than),
                changed=tuple(value.says for value in each.touched if not value.in_words_only),
            )
            for each in comparison.candidates
        ),
    )


_ABOVE_SCHOOLS = ("cluster", "phase")
"""A cluster's line less those of its schools that are shown is a school that is not."""


def _breakdowns_shown(
    by: Mapping[str, tuple[Counted, ...]], total: Counted, fewer_than: int
) -> dict[str, tuple[Shown, ...]]:
    """Give every breakdown; schools alone where nothing of them could be worked out besides."""
    is_told = not _tells_of_few(total, fewer_than)
    shown = {
        name: _lines_shown(_together(lines, fewer_than), fewer_than, total_is_told=is_told)
        for name, lines in by.items()
    }
    nested = [line for name in ("school", *_ABOVE_SCHOOLS) for line in shown.get(name, ())]
    if any(line.key == TOGETHER or line.difference_pence is None for line in nested):
        shown["school"] = ()
    return shown


def _together(lines: tuple[Counted, ...], fewer_than: int) -> tuple[Counted, ...]:
    """Put lines of few cases together, so many that they are not few."""
    ordered = sorted(lines, key=lambda line: (line.cases, line.key))
    few = sum(line.cases < fewer_than for line in ordered)
    while 0 < few < len(ordered) and sum(line.cases for line in ordered[:few]) < fewer_than:
        few += 1
    hidden, kept = ordered[:few], {line.key for line in ordered[few:]}
    whole = tuple(line for line in lines if line.key in kept)
    return (*whole, _sum(hidden)) if hidden else whole


def _lines_shown(
    lines: tuple[Counted, ...], fewer_than: int, *, total_is_told: bool
) -> tuple[Shown, ...]:
    """Show lines, and hide what changes in those that tell of few.

    The total less the lines that are shown is what the hidden ones come to: where that tells of few
    too, the next smallest are hidden with them.
    """
    telling = [line for line in lines if _tells_of_few(line, fewer_than)]
    others = sorted(
        (line for line in lines if line not in telling), key=lambda line: (line.cases, line.key)
    )
    while total_is_told and telling and others and _tells_of_few(_sum(telling), fewer_than):
        telling.append(others.pop(0))
    return tuple(_shown(line, hides=line in telling) for line in lines)


def _tells_of_few(line: Counted, fewer_than: int) -> bool:
    """Whether so few gain, lose, stay or have no amount that what changes could be theirs."""
    apart = (line.gain, line.lose, line.stay, line.cases - line.compared)
    return any(0 < count < fewer_than for count in apart)


def _shown(line: Counted, *, hides: bool) -> Shown:
    """Show a line; what its cases are given now is no change, and is always shown."""
    told = line.model_dump(include=set(Shown.model_fields))
    return Shown(**(told | dict.fromkeys(_OF_CHANGE) if hides else told))


_OF_CHANGE = ("then_pence", "difference_pence", "gain", "lose", "stay")
_OF_ONE = ("most_gained_pence", "most_lost_pence", "middle_gained_pence", "middle_lost_pence")


def _sum(lines: Iterable[Counted]) -> Counted:
    """Add lines up; what stands for one case of them cannot be added."""
    summed: dict[str, Any] = {}
    for name in Counted.model_fields.keys() - {"key", *_OF_ONE}:
        values = [getattr(line, name) for line in lines]
        summed[name] = None if None in values else sum(values)
    return Counted(key=TOGETHER, **summed)
