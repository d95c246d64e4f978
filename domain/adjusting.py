"""When the child moves: an award changed from a day, worked out to the day in whole pence.

An award's history is what was given and every dated change since. What is due to a day is each
academic year's days at the amount in force on them, of all the year's days, to the nearest penny
for each year: the rule of ``award.amount_for_span``. Money already paid is never paid again.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from itertools import accumulate, pairwise
from typing import NamedTuple

from domain.award import Instalment, dated
from domain.finance_acts import (
    AwardChange,
    ChangedAmount,
    LateStart,
    Leaver,
    Resumed,
    Suspended,
    Transfer,
)
from domain.frozen import Frozen
from domain.money import pro_rata
from domain.periods import (
    ONE_DAY,
    academic_year,
    academic_year_begins,
)
from domain.refusals import NotValid
from domain.request import Code, Pence


class Stretch(Frozen):
    """Days on which one amount a year is due; ``until_on`` is the day after the last."""

    from_on: date
    until_on: date
    annual_pence: Pence


class History(Frozen):
    """An award as it was given, the changes since in the order recorded, and what it promises.

    A later ending takes the place of an earlier one, a changed amount that of every amount from
    its day on; suspensions add up, and one that is lifted ends that day.
    """

    annual_pence: Pence
    from_on: date
    until_on: date
    """The day after the last, as the award was given."""
    changes: tuple[AwardChange, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    """Those that stand, paid and still due; cancelled ones are gone."""
    pay_days: tuple[date, ...] = ()
    """Due days of the award as it was given: where amounts come back after they had ended."""
    last_number: int = 0
    """The highest number that any instalment of the commitment ever had: new ones follow it."""
    taken_back_pence: Pence = 0
    """What earlier changes took back of what was paid."""


class Claim(Frozen):
    """What another council is asked for: days that were paid for here and had become its own."""

    council: Code
    from_on: date
    pence: Pence


class Adjustment(Frozen):
    """What a change does to the instalments and to what was paid.

    What is paid, less all that is taken back, and what is still due (instalments kept and new ones)
    then add up to what the changed history is worth.
    """

    history: History
    """The award as it now stands: the change added, cancelled instalments gone, new ones there."""
    cancel: tuple[int, ...]
    """Numbers of instalments that will not fall due, in order."""
    new_instalments: tuple[Instalment, ...]
    """Promised instead, numbered on; none is due before the day the change is carried out."""
    take_back_pence: Pence
    """Paid beyond what is due, and more than can be netted against what is still due here."""
    extra_now_pence: Pence
    """Owed for days that were paid for already: the first of ``new_instalments``, due at once."""


def stretches(history: History) -> tuple[Stretch, ...]:
    """Lay a history out as days with an amount; days on which nothing is due are left out."""
    amounts = _amounts(history)
    begins, ends = _bounds(history)
    held = _suspensions(history)
    edges = {begins, ends, *amounts, *(day for each in held for day in each)}
    days = sorted(day for day in edges if begins <= day <= ends)
    laid: list[Stretch] = []
    for from_on, until_on in pairwise(days):
        annual = amounts[max(day for day in amounts if day <= from_on)]
        if annual and not any(first <= from_on < until for first, until in held):
            laid.append(Stretch(from_on=from_on, until_on=until_on, annual_pence=annual))
    return tuple(laid)


def due_to_day(history: History, until_on: date) -> int:
    """Work out what is due for the days before a day, pence; the day itself does not count."""
    return _due(stretches(history), until_on)


def worth(history: History) -> int:
    """Work out what a history comes to as a whole, pence."""
    return due_to_day(history, date.max)


def adjusted(
    history: History, change: AwardChange, paid_numbers: AbstractSet[int], on: date
) -> Adjustment:
    """Work a change out, on the day it is carried out.

    An instalment pays for the days that its money reaches to; what the change makes of those days
    is what it comes to now. What was paid for days that are worth less is netted against what is
    still due, and only the rest is taken back. Raises `NotValid` with every fault of the change.
    """
    faults = faults_of_change(history, change)
    if faults:
        raise NotValid("to change the award", "; ".join(faults))
    after = history.model_copy(update={"changes": (*history.changes, change)})
    by_number = {each.number: each for each in history.instalments}
    paid = sum(by_number[number].pence for number in paid_numbers) - history.taken_back_pence
    unpaid = sorted(
        (each for each in history.instalments if each.number not in paid_numbers),
        key=lambda each: (each.due_on, each.number),
    )
    reach = _Reach(stretches(history), stretches(after))
    pay_days = [day for day in sorted(history.pay_days) if day > on]
    found = _reworked(reach, paid, [each.pence for each in unpaid], pay_days)
    return _adjustment(after, unpaid, _netted(found), on)


def faults_of_change(history: History, change: AwardChange) -> tuple[str, ...]:
    """Say everything that keeps a change from fitting an award."""
    begins, ends = _bounds(history)
    return (
        *_faults_of_ending(change, begins, history.until_on - ONE_DAY),
        *_faults_within(change, begins, ends),
        *_faults_of_lifting(change, history),
    )


def taken_over(history: History, transfer: Transfer) -> tuple[Stretch, ...]:
    """Say what the pupil's next school is given: the amounts that end here, from that day on.

    Nothing when the pupil goes to another council, which then pays itself.
    """
    if transfer.to_school is None:
        return ()
    return tuple(
        each.model_copy(update={"from_on": max(each.from_on, transfer.from_on)})
        for each in stretches(history)
        if each.until_on > transfer.from_on
    )


def given_back(history: History, change: AwardChange, claim: Claim) -> int:
    """Say how much of a claim a change undoes, pence: no day is claimed there and due here too.

    The school kept what it was paid for those days, so it is paid for them by that. A pupil who
    turns out to have gone to yet another council is claimed from that one instead.
    """
    if isinstance(change, Transfer) and change.to_council not in (None, claim.council):
        return claim.pence
    after = history.model_copy(update={"changes": (*history.changes, change)})
    again = _due_from(after, claim.from_on) - _due_from(history, claim.from_on)
    return min(claim.pence, max(0, again))


def _due_from(history: History, from_on: date) -> int:
    return worth(history) - due_to_day(history, from_on)


def _amounts(history: History) -> dict[date, int]:
    """Give the amounts a year by the first day of each; the first reaches back to any start."""
    amounts = {date.min: history.annual_pence}
    for change in history.changes:
        if isinstance(change, ChangedAmount):
            amounts = {day: pence for day, pence in amounts.items() if day < change.from_on}
            amounts[change.from_on] = change.annual_pence
    return amounts


def _suspensions(history: History) -> tuple[tuple[date, date], ...]:
    """Give each suspension's first day and the day after its last, as far as it stands.

    Lifting one from a day within it changes none that begins later.
    """
    held: list[tuple[date, date]] = []
    for change in history.changes:
        if isinstance(change, Suspended):
            held.append((change.from_on, change.until_on))
        elif isinstance(change, Resumed):
            lifted_on = change.from_on
            held = [
                (first, min(until, lifted_on) if first <= lifted_on else until)
                for first, until in held
            ]
    return tuple((first, until) for first, until in held if first < until)


def _bounds(history: History) -> tuple[date, date]:
    """Give the first day, and the day after the last, as the changes have left them."""
    begins, ends = history.from_on, history.until_on
    for change in history.changes:
        if isinstance(change, LateStart):
            begins = change.from_on
        elif isinstance(change, Leaver):
            ends = min(change.last_on + ONE_DAY, history.until_on)
        elif isinstance(change, Transfer):
            ends = min(change.from_on, history.until_on)
    return begins, max(begins, ends)


def _faults_of_ending(change: AwardChange, begins: date, last_on: date) -> Iterator[str]:
    """Check what ends an award: it may be corrected, so an earlier ending does not count."""
    if isinstance(change, Leaver) and not begins - ONE_DAY <= change.last_on <= last_on:
        yield f"a last day is from {begins - ONE_DAY}, where it never began, to {last_on}"
    if isinstance(change, Transfer):
        if not begins <= change.from_on <= last_on:
            yield f"a transfer is on a day from {begins} to {last_on}"
        if (change.to_school is None) == (change.to_council is None):
            yield "a transfer goes to a school or to another council: one of the two"


def _faults_within(change: AwardChange, begins: date, ends: date) -> Iterator[str]:
    """Check what changes an award between its days as they stand."""
    if isinstance(change, LateStart) and change.from_on >= begins:
        yield f"support that began before the award did began before {begins}"
    if isinstance(change, ChangedAmount) and not begins <= change.from_on < ends:
        yield f"an amount changes on a day from {begins} until before {ends}"
    if isinstance(change, Suspended):
        if change.until_on <= change.from_on:
            yield "a suspension ends after it begins"
        if change.from_on >= ends or change.until_on <= begins:
            yield f"a suspension has days from {begins} until before {ends}"


def _faults_of_lifting(change: AwardChange, history: History) -> Iterator[str]:
    """Check that there is a suspension to lift on the day."""
    if isinstance(change, Resumed) and not any(
        first <= change.from_on < until for first, until in _suspensions(history)
    ):
        yield f"a suspension is lifted from a day within it, and none has {change.from_on}"


def _due(laid: Sequence[Stretch], until_on: date) -> int:
    """Add up each academic year's days before a day, and round each year once."""
    day_pence: dict[int, int] = {}
    for each in laid:
        from_on, ends = each.from_on, min(each.until_on, until_on)
        while from_on < ends:
            year = academic_year(from_on)
            cut = min(ends, academic_year_begins(year + 1))
            day_pence[year] = day_pence.get(year, 0) + each.annual_pence * (cut - from_on).days
            from_on = cut
    return sum(pro_rata(pence, 1, _days_of(year)) for year, pence in day_pence.items())


def _days_of(year: int) -> int:
    return (academic_year_begins(year + 1) - academic_year_begins(year)).days


class _Reach(NamedTuple):
    """How far money reaches before a change, and what the days come to after it."""

    before: tuple[Stretch, ...]
    after: tuple[Stretch, ...]

    def reaches_to(self, pence: int) -> date:
        """Give the first day by which so much had become due, or the day after the last."""
        if not self.before:
            return date.min
        low, high = self.before[0].from_on, self.before[-1].until_on
        while low < high:
            middle = low + timedelta(days=(high - low).days // 2)
            if _due(self.before, middle) >= pence:
                high = middle
            else:
                low = middle + ONE_DAY
        return low

    def comes_to(self, pence: int) -> int:
        """Give what the days that so much had become due for come to after the change.

        Money that ends within a day counts the same part of that day.
        """
        day = self.reaches_to(pence)
        if _due(self.before, day) <= pence:
            return _due(self.after, day)
        eve = day - ONE_DAY
        before, after = (_due(laid, day) - _due(laid, eve) for laid in self)
        part = pence - _due(self.before, eve)
        return _due(self.after, eve) + pro_rata(after, part, before)


class _Outcome(NamedTuple):
    """What is settled at once, what the unpaid instalments come to, and what is due anew."""

    settled: int
    amounts: list[int]
    later: tuple[tuple[date, int], ...]


def _reworked(reach: _Reach, paid: int, unpaid: list[int], pay_days: list[date]) -> _Outcome:
    """Work out what the days come to that were paid for, and those of each unpaid instalment.

    Days beyond them all are due anew where pay days are left; otherwise with the last.
    """
    totals = list(accumulate(unpaid, initial=paid))
    reached = [reach.comes_to(total) for total in totals]
    pay_days = [day for day in pay_days if day > reach.reaches_to(totals[-1])]
    whole = _due(reach.after, date.max)
    if not pay_days:
        reached[-1] = whole
    amounts = [later - earlier for earlier, later in pairwise(reached)]
    until = [reached[-1], *(_due(reach.after, day) for day in pay_days[1:]), whole]
    anew = (later - earlier for earlier, later in pairwise(until))
    return _Outcome(reached[0] - paid, amounts, tuple(zip(pay_days, anew, strict=False)))


def _netted(found: _Outcome) -> _Outcome:
    """Take what was paid too much from what is still due, the earliest first."""
    settled, reduced = found.settled, []
    for pence in (*found.amounts, *(pence for _, pence in found.later)):
        taken = min(max(-settled, 0), pence)
        settled += taken
        reduced.append(pence - taken)
    days = [day for day, _ in found.later]
    count = len(found.amounts)
    return _Outcome(settled, reduced[:count], tuple(zip(days, reduced[count:], strict=True)))


def _adjustment(after: History, unpaid: list[Instalment], found: _Outcome, on: date) -> Adjustment:
    """Keep the instalments that come to the same, and promise the others anew."""
    changed = [
        (each, pence)
        for each, pence in zip(unpaid, found.amounts, strict=True)
        if pence != each.pence
    ]
    cancel = {each.number for each, _ in changed}
    extra, back = max(found.settled, 0), max(-found.settled, 0)
    anew = [*((max(each.due_on, on), pence) for each, pence in changed), *found.later]
    last = max([after.last_number, *(each.number for each in after.instalments)])
    promised = [(day, pence) for day, pence in [(on, extra), *anew] if pence]
    new = tuple(
        dated(number, day, pence) for number, (day, pence) in enumerate(promised, start=last + 1)
    )
    kept = tuple(each for each in after.instalments if each.number not in cancel)
    stands = {
        "instalments": (*kept, *new),
        "last_number": last + len(new),
        "taken_back_pence": after.taken_back_pence + back,
    }
    return Adjustment(
        history=after.model_copy(update=stands),
        cancel=tuple(sorted(cancel)),
        new_instalments=new,
        take_back_pence=back,
        extra_now_pence=extra,
    )
