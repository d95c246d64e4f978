"""The days that another council is asked for, by what had been paid for them."""

from datetime import date

from domain.adjusting import History
from domain.claiming import days_claimed
from domain.finance_acts import ChangedAmount, Suspended

BEGINS, ENDS = date(2026, 9, 1), date(2027, 9, 1)
AWARD = History(annual_pence=365_000, from_on=BEGINS, until_on=ENDS)
"""Ten pounds a day."""


def test_a_sum_names_as_many_days_as_it_pays_for() -> None:
    """Thirty days of December at ten pounds each; a part of a day is a day."""
    found = days_claimed(AWARD, date(2026, 12, 1), ENDS, 30_000)
    assert (found.from_on, found.last_on) == (date(2026, 12, 1), date(2026, 12, 30))
    assert (found.days, found.annual_pence) == (30, 365_000)
    assert days_claimed(AWARD, date(2026, 12, 1), ENDS, 30_001).days == 31


def test_days_on_which_nothing_is_due_are_not_counted() -> None:
    """A suspension within is stepped over, and one at the start is left out."""
    stopped = Suspended(kind="suspended", from_on=date(2026, 12, 1), until_on=date(2026, 12, 11))
    award = AWARD.model_copy(update={"changes": (stopped,)})
    within = days_claimed(award, date(2026, 11, 21), ENDS, 20_000)
    assert (within.last_on, within.days) == (date(2026, 12, 20), 20)
    assert days_claimed(award, date(2026, 12, 1), ENDS, 1_000).from_on == date(2026, 12, 11)


def test_no_day_behind_the_last_is_claimed() -> None:
    """A sum that no days come to ends with the award; days without an amount are none."""
    assert days_claimed(AWARD, date(2027, 8, 31), ENDS, 99_999).last_on == date(2027, 8, 31)
    nothing = ChangedAmount(kind="changed_amount", from_on=BEGINS, annual_pence=0)
    unpaid = AWARD.model_copy(update={"changes": (nothing,)})
    found = days_claimed(unpaid, BEGINS, ENDS, 1)
    assert (found.days, found.annual_pence, found.from_on) == (0, 0, BEGINS)
