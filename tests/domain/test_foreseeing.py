"""A change foreseen is the change that is posted: one rule, year by year."""

from datetime import date

import pytest

from domain.adjusting import Claim, History, adjusted, worth
from domain.award import dated
from domain.finance_acts import AwardChange, ChangedAmount, Leaver, Resumed, Suspended, Transfer
from domain.foreseeing import by_year, taken_in_turn, worked_out

BEGINS, ENDS = date(2026, 9, 1), date(2027, 9, 1)
TODAY = date(2027, 1, 20)
HISTORY = History(
    annual_pence=365_000,
    from_on=BEGINS,
    until_on=ENDS,
    instalments=tuple(
        dated(number, due_on, 121_667 if number < 3 else 121_666)
        for number, due_on in enumerate(
            (date(2026, 9, 30), date(2027, 1, 15), date(2027, 5, 3)), start=1
        )
    ),
    pay_days=(date(2026, 9, 30), date(2027, 1, 15), date(2027, 5, 3)),
    last_number=3,
)
PAID = frozenset({1, 2})
LEAVES = Leaver(kind="leaver", last_on=date(2026, 12, 31))
AWAY = Transfer(kind="transfer", from_on=date(2027, 1, 1), to_council="riverside")
MORE = ChangedAmount(kind="changed_amount", from_on=date(2027, 2, 1), annual_pence=730_000)
HELD = Suspended(kind="suspended", from_on=date(2027, 3, 1), until_on=date(2027, 4, 1))


@pytest.mark.parametrize("change", [LEAVES, AWAY, MORE, HELD])
def test_what_is_foreseen_is_what_the_adjustment_comes_to(change: AwardChange) -> None:
    """Paid less what comes back, and what is still due, are the whole worth after the change."""
    worked = worked_out(HISTORY, change, PAID, None, TODAY)
    assert worked.adjustment == adjusted(HISTORY, change, PAID, TODAY)
    after = worked.adjustment.history
    years = by_year(HISTORY, after, PAID, [(2026, 243_334)], [(2026, worked.take_back_pence)])
    paid = sum(each.paid_pence - each.take_back_pence for each in years)
    assert paid - worked.claimed_pence + sum(each.due_after_pence for each in years) == worth(after)
    difference = sum(each.difference_pence for each in years) - worked.claimed_pence
    assert difference == worth(after) - worth(HISTORY)


def test_what_was_paid_for_days_of_another_council_is_claimed_from_it() -> None:
    """The school keeps it; a leaver's school gives it back."""
    away, left = (worked_out(HISTORY, each, PAID, None, TODAY) for each in (AWAY, LEAVES))
    assert (away.take_back_pence, left.claimed_pence) == (0, 0)
    assert away.claimed_pence == left.take_back_pence == 243_334 - 122_000


def test_a_claim_is_given_back_for_days_that_turn_out_to_be_due_here() -> None:
    """A later last day: the school, which kept the money, is paid for those days by it."""
    gone = worked_out(HISTORY, AWAY, PAID, None, TODAY)
    claim = Claim(council="riverside", from_on=date(2027, 1, 1), pence=gone.claimed_pence)
    later = Leaver(kind="leaver", last_on=date(2027, 1, 31))
    back = worked_out(gone.adjustment.history, later, PAID, claim, TODAY)
    assert back.given_back_pence == 31_000
    assert (back.claimed_pence, back.take_back_pence) == (0, gone.claimed_pence - 31_000) or (
        back.take_back_pence == 0
    )


def test_a_change_that_does_not_fit_is_refused_before_it_is_recorded() -> None:
    """Nothing is foreseen of a suspension lifted that there never was."""
    lifted = Resumed(kind="resumed", from_on=date(2027, 2, 1))
    with pytest.raises(Exception, match="none has 2027-02-01"):
        worked_out(HISTORY, lifted, PAID, None, TODAY)


def test_an_amount_is_taken_in_turn_until_it_is_whole() -> None:
    """What nobody has is left over: the sum says so."""
    assert taken_in_turn(50, (30, 40, 10)) == (30, 20, 0)
    assert sum(taken_in_turn(90, (30, 40))) == 70
    assert taken_in_turn(5, ()) == ()
