"""Where support goes on when a pupil moves: what the next school is promised, from the first day.

What ends at the school before is ``adjusting``'s; an amount that was to change later, and days on
which nothing is due, go along with the pupil.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from domain.adjusting import History, Stretch, adjusted, taken_over
from domain.award import Instalment, dated, schedule
from domain.finance_acts import AwardChange, ChangedAmount, Suspended, Transfer
from domain.policy.dates import Calendar
from domain.policy.paying import PaymentRule
from domain.refusals import NotValid

_ASKED = "to move the pupil"


def goes_on(laid: Sequence[Stretch], rule: PaymentRule, calendar: Calendar, on: date) -> History:
    """Lay out an award that takes over the days and amounts of another, and date its instalments.

    ``rule`` is that of the next payee. What would have been due before ``on``, the day the move is
    carried out, is due on that day in one sum. Exact: its instalments come to what it is worth.
    """
    first, last = laid[0], laid[-1]
    dated = schedule(first.annual_pence, first.from_on, last.until_on, rule, calendar)
    history = History(
        annual_pence=first.annual_pence,
        from_on=first.from_on,
        until_on=last.until_on,
        instalments=_not_before(on, dated),
        pay_days=tuple(each.due_on for each in dated),
    )
    for change in _changes(laid):
        history = adjusted(history, change, frozenset(), on).history
    return history


def moves_on(history: History, transfer: Transfer, school: str) -> tuple[Stretch, ...]:
    """Say what goes along with a pupil to another school; nothing is no move, and is refused."""
    if transfer.to_school == school:
        raise NotValid(_ASKED, "the award is that school's already")
    laid = taken_over(history, transfer)
    if not laid:
        raise NotValid(_ASKED, f"nothing is due any more from {transfer.from_on}")
    return laid


def begun(laid: Sequence[Stretch], rule: PaymentRule, calendar: Calendar, on: date) -> History:
    """Lay out the next school's award; less than a penny is none, and is refused."""
    history = goes_on(laid, rule, calendar, on)
    if not history.instalments:
        raise NotValid(_ASKED, "what is left of the award comes to less than a penny")
    return history


def _changes(laid: Sequence[Stretch]) -> Iterator[AwardChange]:
    """Say what changes between one stretch and the next: a gap, an amount, or both."""
    for before, after in pairwise(laid):
        if before.until_on < after.from_on:
            yield Suspended(kind="suspended", from_on=before.until_on, until_on=after.from_on)
        if before.annual_pence != after.annual_pence:
            yield ChangedAmount(
                kind="changed_amount", from_on=after.from_on, annual_pence=after.annual_pence
            )


def _not_before(on: date, planned: Sequence[Instalment]) -> tuple[Instalment, ...]:
    """Bring what was due earlier together on a day, and number the instalments anew."""
    overdue = sum(each.pence for each in planned if each.due_on < on)
    due = [(on, overdue)] if overdue else []
    due += [(each.due_on, each.pence) for each in planned if each.due_on >= on]
    return tuple(dated(number, day, pence) for number, (day, pence) in enumerate(due, start=1))
