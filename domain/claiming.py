"""The days that another council is asked for: which of an award's days a sum had been paid for."""

from datetime import date, timedelta

from domain.adjusting import History, due_to_day, stretches
from domain.frozen import Frozen
from domain.periods import ONE_DAY
from domain.request import Pence


class DaysClaimed(Frozen):
    """Days of an award, the first and the last of them, and what a year came to on the first."""

    from_on: date
    last_on: date
    days: int
    """Those of them on which an amount was due."""
    annual_pence: Pence


def days_claimed(history: History, from_on: date, until_on: date, pence: int) -> DaysClaimed:
    """Say which days a sum pays for: from one on, as many as it takes until so much had become due.

    The last may be paid for in part. No day from ``until_on`` on is one of them.
    """
    begins = _first_due(history, from_on, until_on)
    before = due_to_day(history, begins)
    low, high = begins + ONE_DAY, max(until_on, begins + ONE_DAY)
    while low < high:
        middle = low + timedelta(days=(high - low).days // 2)
        if due_to_day(history, middle) - before >= pence:
            high = middle
        else:
            low = middle + ONE_DAY
    laid = [each for each in stretches(history) if each.until_on > begins and each.from_on < low]
    return DaysClaimed(
        from_on=begins,
        last_on=low - ONE_DAY,
        days=sum((min(each.until_on, low) - max(each.from_on, begins)).days for each in laid),
        annual_pence=laid[0].annual_pence if laid else 0,
    )


def _first_due(history: History, from_on: date, until_on: date) -> date:
    """The first day from one on, on which an amount is due; that day itself where none is."""
    days = (max(each.from_on, from_on) for each in stretches(history) if each.until_on > from_on)
    return min((day for day in days if day < until_on), default=from_on)
