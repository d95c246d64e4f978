"""A suspended award that is lifted early: due again from that day, and from no other."""

from datetime import date

import pytest

from domain.adjusting import adjusted, faults_of_change, stretches, worth
from domain.finance_acts import Resumed, Suspended
from domain.periods import ONE_DAY
from tests.domain.test_adjusting import A_YEAR_PENCE, BEGINS, ENDS, changed, history, still_due

NOVEMBER, FEBRUARY = date(2026, 11, 1), date(2027, 2, 1)
STOPPED = Suspended(kind="suspended", from_on=NOVEMBER, until_on=FEBRUARY)


def lifted(on: date) -> Resumed:
    """A suspension lifted from a day."""
    return Resumed(kind="resumed", from_on=on)


def test_a_suspension_that_is_lifted_early_is_due_again_from_that_day() -> None:
    """November to January was stopped; lifted from 15 December, only 44 days are lost."""
    stopped = changed(history(), STOPPED, date(2026, 10, 20))
    assert worth(stopped.history) == A_YEAR_PENCE - 92 * 1000
    found = adjusted(stopped.history, lifted(date(2026, 12, 15)), {1, 2}, date(2026, 12, 14))
    assert worth(found.history) == A_YEAR_PENCE - 44 * 1000
    paid = sum(each.pence for each in history().instalments[:2])
    assert sum(pence for _, pence in still_due(found, {1, 2})) == worth(found.history) - paid
    assert (found.take_back_pence, found.history.taken_back_pence) == (0, 0)


def test_a_suspension_lifted_from_its_first_day_never_was() -> None:
    """What was stopped by mistake comes back whole."""
    stopped = changed(history(), STOPPED, date(2026, 10, 20))
    found = adjusted(stopped.history, lifted(NOVEMBER), {1, 2}, date(2026, 11, 20))
    assert worth(found.history) == A_YEAR_PENCE
    assert [(each.from_on, each.until_on) for each in stretches(found.history)] == [(BEGINS, ENDS)]


def test_lifting_a_suspension_leaves_a_later_one_as_it_is() -> None:
    """Two were recorded; the one in spring still stops what it stops, and can be lifted too."""
    spring = Suspended(kind="suspended", from_on=date(2027, 3, 1), until_on=date(2027, 4, 1))
    award = history().model_copy(update={"changes": (STOPPED, spring, lifted(NOVEMBER))})
    assert worth(award) == A_YEAR_PENCE - 31 * 1000
    assert faults_of_change(award, lifted(date(2027, 3, 10))) == ()


@pytest.mark.parametrize("on", [NOVEMBER - ONE_DAY, FEBRUARY])
def test_only_a_day_of_a_suspension_is_one_to_lift_it_from(on: date) -> None:
    """Before it begins it is another change; on the day that counts again there is nothing left."""
    award = history().model_copy(update={"changes": (STOPPED,)})
    (fault,) = faults_of_change(award, lifted(on))
    assert fault == f"a suspension is lifted from a day within it, and none has {on}"


def test_a_suspension_is_lifted_once() -> None:
    """Lifted from December, there is no suspension in January to lift."""
    award = history().model_copy(update={"changes": (STOPPED, lifted(date(2026, 12, 1)))})
    assert faults_of_change(award, lifted(date(2027, 1, 10)))
