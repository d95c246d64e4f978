"""A change of an award worked out: what it does to the money, beforehand and when it is posted.

Both are worked out here, so that an officer who looks at a change before recording it sees what
recording it then does, unless something was paid or changed in between.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date

from domain.adjusting import Adjustment, Claim, History, adjusted, given_back
from domain.finance_acts import AwardChange, Transfer
from domain.frozen import Frozen
from domain.request import Pence


class WorkedOut(Frozen):
    """A change, the claim on another council that it ends or makes, and what comes back."""

    adjustment: Adjustment
    given_back_pence: Pence
    """What is no longer claimed of another council: those days are due here after all."""
    claimed_pence: Pence
    """What another council is asked for, since the days that were paid for are its own."""
    take_back_pence: Pence
    """What the school gives back."""


class OfYear(Frozen):
    """What a change does to one financial year, pence."""

    financial_year: int
    paid_pence: int
    """Paid and not taken back, as things stand."""
    due_before_pence: Pence
    """Still to be paid, as things stand."""
    due_after_pence: Pence
    """Still to be paid after the change."""
    take_back_pence: Pence
    """Taken back of what was paid in the year."""

    @property
    def difference_pence(self) -> int:
        """What the year comes to more after the change; below nought where it is less."""
        return self.due_after_pence - self.due_before_pence - self.take_back_pence


def worked_out(
    history: History,
    change: AwardChange,
    paid_numbers: AbstractSet[int],
    claim: Claim | None,
    on: date,
) -> WorkedOut:
    """Work a change out on the day it is carried out; `NotValid` has every fault of the change.

    What is no longer claimed counts as paid to the school, which has kept it. What was paid for
    days after a pupil went to another council is that council's to pay, and not the school's.
    """
    back = given_back(history, change, claim) if claim else 0
    kept = history.model_copy(update={"taken_back_pence": history.taken_back_pence - back})
    found = adjusted(kept, change, paid_numbers, on)
    goes_away = isinstance(change, Transfer) and change.to_council is not None
    claimed = found.take_back_pence if goes_away else 0
    return WorkedOut(
        adjustment=found,
        given_back_pence=back,
        claimed_pence=claimed,
        take_back_pence=found.take_back_pence - claimed,
    )


def taken_in_turn(pence: int, each_has: Iterable[int]) -> tuple[int, ...]:
    """Take an amount from what each has, the first first, until it is whole or nothing is left.

    >>> taken_in_turn(50, (30, 40, 10))
    (30, 20, 0)
    """
    taken = []
    for has in each_has:
        taken.append(min(pence, has))
        pence -= taken[-1]
    return tuple(taken)


def by_year(
    before: History,
    after: History,
    paid_numbers: AbstractSet[int],
    paid: Sequence[tuple[int, int]],
    taken: Sequence[tuple[int, int]],
) -> tuple[OfYear, ...]:
    """Tell what a change does year by year; ``paid`` and ``taken`` are of a year and its pence."""
    due = [_still_due(each, paid_numbers) for each in (before, after)]
    parts = (paid, *due, taken)
    years = sorted({year for part in parts for year, _ in part})
    sums = {year: [sum(p for y, p in part if y == year) for part in parts] for year in years}
    return tuple(
        OfYear(
            financial_year=year,
            paid_pence=has_paid,
            due_before_pence=due_before,
            due_after_pence=due_after,
            take_back_pence=take_back,
        )
        for year, (has_paid, due_before, due_after, take_back) in sums.items()
    )


def _still_due(history: History, paid_numbers: AbstractSet[int]) -> list[tuple[int, int]]:
    return [
        (each.financial_year, each.pence)
        for each in history.instalments
        if each.number not in paid_numbers
    ]
