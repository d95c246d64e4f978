"""Where support goes on when a pupil moves: exact, and dated by the next payee's rule."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.adjusting import History, Stretch, adjusted, stretches, taken_over, worth
from domain.award import amount_for_span
from domain.finance_acts import ChangedAmount, Suspended, Transfer
from domain.money import Rounding
from domain.moving import begun, goes_on, moves_on
from domain.places import PayeeKind
from domain.policy.model import Frequency, PaymentRule
from domain.refusals import NotValid
from domain.request import RequestKind
from tests.domain.demo_county import calendar

BEGINS, MOVES, ENDS = date(2026, 9, 1), date(2027, 1, 11), date(2027, 9, 1)
ANNUAL_PENCE = 497_400
MONTHLY = PaymentRule(
    kinds=(RequestKind.INDIVIDUAL,),
    payees=(PayeeKind.ACADEMY_TRUST,),
    frequency=Frequency.MONTHLY,
    rounding=Rounding.RESIDUE_LAST,
    payment_day=15,
    section_251_line="1.2.2",
)
TERMLY = MONTHLY.model_copy(update={"frequency": Frequency.TERMLY})


def laid(*of: tuple[date, date, int]) -> tuple[Stretch, ...]:
    """Stretches of days, each with its amount a year."""
    return tuple(
        Stretch(from_on=from_on, until_on=until_on, annual_pence=pence)
        for from_on, until_on, pence in of
    )


def total(history: History) -> int:
    """What the instalments of a history come to."""
    return sum(each.pence for each in history.instalments)


def test_the_next_school_is_promised_the_days_from_the_move() -> None:
    """Eight months are left, dated by the next payee's rule; they come to those days' worth."""
    history = goes_on(laid((MOVES, ENDS, ANNUAL_PENCE)), MONTHLY, calendar(), MOVES)
    assert (history.from_on, history.until_on) == (MOVES, ENDS)
    assert len(history.instalments) == 8
    assert total(history) == amount_for_span(ANNUAL_PENCE, MOVES, ENDS) == worth(history)
    termly = goes_on(laid((MOVES, ENDS, ANNUAL_PENCE)), TERMLY, calendar(), MOVES)
    assert len(termly.instalments) == 2
    assert total(termly) == total(history)


def test_a_move_that_is_heard_of_late_is_due_on_that_day_in_one_sum() -> None:
    """Three pay days had gone by: one instalment today, and five that follow."""
    heard_on = date(2027, 3, 22)
    history = goes_on(laid((MOVES, ENDS, ANNUAL_PENCE)), MONTHLY, calendar(), heard_on)
    first, second, *_ = history.instalments
    assert (first.due_on, first.pence) == (heard_on, 3 * second.pence)
    assert [each.number for each in history.instalments] == [1, 2, 3, 4, 5, 6]
    assert total(history) == worth(history)


def test_amounts_and_suspensions_to_come_go_along() -> None:
    """Six weeks without, then another amount: the next award has both as changes of its own."""
    held, back = date(2027, 2, 1), date(2027, 3, 15)
    days = laid((MOVES, held, ANNUAL_PENCE), (back, ENDS, 600_000))
    history = goes_on(days, MONTHLY, calendar(), MOVES)
    assert history.changes == (
        Suspended(kind="suspended", from_on=held, until_on=back),
        ChangedAmount(kind="changed_amount", from_on=back, annual_pence=600_000),
    )
    assert stretches(history) == days
    assert total(history) == worth(history)


def test_a_suspension_goes_along() -> None:
    """Six weeks without, then the same amount again."""
    held, back = date(2027, 2, 1), date(2027, 3, 15)
    days = laid((MOVES, held, ANNUAL_PENCE), (back, ENDS, ANNUAL_PENCE))
    history = goes_on(days, MONTHLY, calendar(), MOVES)
    assert [change.kind for change in history.changes] == ["suspended"]
    assert stretches(history) == days


def test_an_amount_that_changes_without_a_gap_goes_along() -> None:
    """From Easter it is worth more, at the next school as it would have been at the last."""
    easter = date(2027, 4, 12)
    days = laid((MOVES, easter, ANNUAL_PENCE), (easter, ENDS, 600_000))
    history = goes_on(days, MONTHLY, calendar(), MOVES)
    assert [change.kind for change in history.changes] == ["changed_amount"]
    assert stretches(history) == days


def test_days_that_come_to_less_than_a_penny_are_promised_nothing() -> None:
    """A pound a year for a day is nothing to pay."""
    days = laid((MOVES, MOVES + timedelta(days=1), 100))
    assert goes_on(days, MONTHLY, calendar(), MOVES).instalments == ()
    with pytest.raises(NotValid, match="less than a penny"):
        begun(days, MONTHLY, calendar(), MOVES)
    more = laid((MOVES, ENDS, 100))
    assert begun(more, MONTHLY, calendar(), MOVES) == goes_on(more, MONTHLY, calendar(), MOVES)


def test_a_move_takes_along_what_is_still_due_and_only_to_another_school() -> None:
    """The same school is no move; after the award's last day nothing is left to go along."""
    history = History(annual_pence=ANNUAL_PENCE, from_on=BEGINS, until_on=ENDS)
    move = Transfer(kind="transfer", from_on=MOVES, to_school="elmbrook")
    assert moves_on(history, move, "ashdown") == laid((MOVES, ENDS, ANNUAL_PENCE))
    with pytest.raises(NotValid, match="already"):
        moves_on(history, move, "elmbrook")
    with pytest.raises(NotValid, match="nothing is due any more from 2027-09-01"):
        moves_on(history, move.model_copy(update={"from_on": ENDS}), "ashdown")


@given(
    moved=st.integers(0, 360),
    heard=st.integers(0, 500),
    annual=st.integers(0, 5_000_000),
    later=st.integers(1, 5_000_000),
    changed=st.integers(1, 360),
)
def test_before_and_after_come_to_the_whole(
    moved: int, heard: int, annual: int, later: int, changed: int
) -> None:
    """Whatever was to change and whenever it is heard of, no day is paid twice or not at all."""
    history = History(annual_pence=annual, from_on=BEGINS, until_on=ENDS)
    change = ChangedAmount(
        kind="changed_amount", from_on=BEGINS + timedelta(days=changed), annual_pence=later
    )
    history = adjusted(history, change, frozenset(), BEGINS).history
    move = Transfer(kind="transfer", from_on=BEGINS + timedelta(days=moved), to_school="next")
    on = BEGINS + timedelta(days=heard)
    after = goes_on(taken_over(history, move), MONTHLY, calendar(), on)
    before = adjusted(history, move, frozenset(), on).history
    assert total(after) == worth(after)
    assert abs(worth(before) + worth(after) - worth(history)) <= 1
    assert all(each.due_on >= on for each in after.instalments)
