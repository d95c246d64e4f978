"""Awards that change from a day: worked out to the day, held against a plain recomputation."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.adjusting import (
    Adjustment,
    History,
    adjusted,
    due_to_day,
    faults_of_change,
    stretches,
    taken_over,
    worth,
)
from domain.award import Instalment, amount_for_span, schedule
from domain.finance_acts import (
    AwardChange,
    ChangedAmount,
    LateStart,
    Leaver,
    Resumed,
    Suspended,
    Transfer,
)
from domain.money import Rounding
from domain.periods import ONE_DAY
from domain.places import PayeeKind
from domain.policy.model import Frequency, PaymentRule
from domain.refusals import NotValid
from domain.request import RequestKind
from tests.domain.demo_county import calendar

BEGINS, ENDS = date(2026, 9, 1), date(2027, 9, 1)
A_YEAR_PENCE = 365_000
"""Ten pounds a day in a year of 365 days."""


def rule(frequency: Frequency) -> PaymentRule:
    """A rule that pays individual requests to schools."""
    return PaymentRule(
        kinds=(RequestKind.INDIVIDUAL,),
        payees=(PayeeKind.MAINTAINED_SCHOOL,),
        frequency=frequency,
        rounding=Rounding.CUMULATIVE,
        payment_day=15,
        counted_from_on=date(2026, 9, 11),
        section_251_line="1.2.1",
    )


def history(
    annual_pence: int = A_YEAR_PENCE,
    from_on: date = BEGINS,
    until_on: date = ENDS,
    frequency: Frequency = Frequency.MONTHLY,
) -> History:
    """An award with the instalments of its schedule."""
    planned = schedule(annual_pence, from_on, until_on, rule(frequency), calendar())
    return History(
        annual_pence=annual_pence,
        from_on=from_on,
        until_on=until_on,
        instalments=planned,
        pay_days=tuple(each.due_on for each in planned),
    )


def paid_by(award: History, on: date) -> set[int]:
    """The numbers of the instalments that were due by a day."""
    return {each.number for each in award.instalments if each.due_on <= on}


def changed(award: History, change: AwardChange, on: date) -> Adjustment:
    """A change carried out on a day, everything due by then being paid."""
    return adjusted(award, change, paid_by(award, on), on)


def still_due(found: Adjustment, paid: set[int]) -> list[tuple[date, int]]:
    """What is due after an adjustment, by day."""
    return [
        (each.due_on, each.pence) for each in found.history.instalments if each.number not in paid
    ]


def test_an_award_that_nothing_changed_is_worth_what_was_given() -> None:
    """Without a change the amount to a day is that of the span to it."""
    award = history()
    assert worth(award) == A_YEAR_PENCE
    for day in (BEGINS, date(2026, 10, 20), ENDS, date(2030, 1, 1)):
        span = amount_for_span(A_YEAR_PENCE, BEGINS, min(day, ENDS)) if day > BEGINS else 0
        assert due_to_day(award, day) == span


def test_a_leaver_is_due_to_the_last_day_and_the_rest_is_taken_back() -> None:
    """Leaving on 20 October, two months paid: fifty days are due, and nothing after."""
    award = history()
    found = changed(award, Leaver(kind="leaver", last_on=date(2026, 10, 20)), date(2026, 10, 26))
    paid = sum(each.pence for each in award.instalments[:2])
    assert worth(found.history) == 50 * 1000
    assert found.take_back_pence == paid - 50 * 1000 == 10_833
    assert found.cancel == tuple(range(3, 13))
    assert (found.new_instalments, found.extra_now_pence) == ((), 0)


def test_a_leaver_whose_notice_comes_first_is_paid_to_the_day() -> None:
    """Told in October of a last day in January: January's instalment is cut, later ones end."""
    award = history()
    found = changed(award, Leaver(kind="leaver", last_on=date(2027, 1, 15)), date(2026, 10, 26))
    assert found.take_back_pence == 0
    assert 5 in found.cancel
    assert 4 not in found.cancel
    assert sum(pence for _, pence in still_due(found, {1, 2})) == 137 * 1000 - 2 * 30_416 - 1


def test_a_pupil_who_never_came_is_owed_nothing() -> None:
    """A last day before the first takes everything back."""
    found = changed(history(), Leaver(kind="leaver", last_on=BEGINS - ONE_DAY), date(2026, 9, 20))
    assert worth(found.history) == 0
    assert found.take_back_pence == 30_417
    assert len(found.cancel) == 11


def test_a_late_start_is_paid_back_to_the_earlier_day_at_once() -> None:
    """Support that began ten days before the award: ten days more, due now."""
    award = history(from_on=date(2026, 11, 2))
    on = date(2026, 11, 20)
    found = changed(award, LateStart(kind="late_start", from_on=date(2026, 10, 23)), on)
    assert found.extra_now_pence == 10 * 1000
    assert [(one.due_on, one.pence, one.number) for one in found.new_instalments] == [
        (on, 10_000, 11)
    ]
    assert (found.cancel, found.take_back_pence) == ((), 0)


def test_a_higher_amount_from_a_past_day_is_made_good_and_goes_on() -> None:
    """Doubled from 1 October and recorded in November: October's and November's part comes now."""
    award = history()
    change = ChangedAmount(kind="changed_amount", from_on=date(2026, 10, 1), annual_pence=730_000)
    found = changed(award, change, date(2026, 11, 20))
    assert worth(found.history) == 30 * 1000 + 335 * 2000
    assert 60_000 < found.extra_now_pence < 63_000
    assert found.cancel == tuple(range(4, 13))
    assert [one.due_on for one in found.new_instalments[1:]] == [
        each.due_on for each in award.instalments[3:]
    ]


def test_a_lower_amount_is_netted_against_what_is_still_due() -> None:
    """Halved from 1 October: what was paid too much comes off the next instalments, none back."""
    change = ChangedAmount(kind="changed_amount", from_on=date(2026, 10, 1), annual_pence=182_500)
    award = history()
    found = changed(award, change, date(2026, 11, 20))
    assert found.take_back_pence == 0
    assert worth(found.history) == 30 * 1000 + 335 * 500
    due = still_due(found, {1, 2, 3})
    assert len(due) == 7, "two instalments are used up by what was paid too much"
    assert sum(pence for _, pence in due) == worth(found.history) - 91_250


def test_nothing_is_paid_for_suspended_months() -> None:
    """Suspended for November and December, known in October: no instalment for them."""
    award = history()
    change = Suspended(kind="suspended", from_on=date(2026, 11, 1), until_on=date(2027, 1, 1))
    found = changed(award, change, date(2026, 10, 20))
    assert worth(found.history) == A_YEAR_PENCE - 61 * 1000
    months = {(day.year, day.month) for day, pence in still_due(found, {1, 2}) if pence > 2000}
    assert (2026, 11) not in months
    assert (2027, 2) in months
    assert found.take_back_pence == 0


def test_amounts_that_come_back_are_due_on_the_pay_days_that_are_left() -> None:
    """Nothing a year from December, the old amount again from March: paid by the month again."""
    award = history()
    nothing = ChangedAmount(kind="changed_amount", from_on=date(2026, 12, 1), annual_pence=0)
    stopped = changed(award, nothing, date(2026, 11, 20))
    again = ChangedAmount(kind="changed_amount", from_on=date(2027, 3, 1), annual_pence=365_000)
    found = adjusted(stopped.history, again, {1, 2, 3}, date(2027, 2, 20))
    due = still_due(found, {1, 2, 3})
    assert worth(found.history) == (91 + 184) * 1000
    assert [day.month for day, pence in due if pence > 15_000] == [3, 4, 5, 6, 7, 8]
    assert found.extra_now_pence < 1000


def test_a_wrong_last_day_is_corrected_by_a_right_one() -> None:
    """The later ending counts: who left in March after all is paid until March."""
    award = history()
    wrong = changed(award, Leaver(kind="leaver", last_on=BEGINS - ONE_DAY), date(2026, 10, 20))
    right = Leaver(kind="leaver", last_on=date(2027, 3, 31))
    found = adjusted(wrong.history, right, {1, 2}, date(2026, 10, 21))
    assert worth(found.history) == 212 * 1000
    assert sum(pence for _, pence in still_due(found, {1, 2})) == 212 * 1000
    assert found.history.taken_back_pence == sum(each.pence for each in award.instalments[:2])


def test_new_numbers_follow_every_number_the_commitment_ever_had() -> None:
    """Schools of one award share a commitment, so another school's numbers are not taken."""
    award = history(from_on=date(2026, 11, 2)).model_copy(update={"last_number": 40})
    change = LateStart(kind="late_start", from_on=BEGINS)
    found = adjusted(award, change, set(), date(2026, 11, 3))
    assert found.new_instalments[0].number == 41
    assert found.history.last_number == 40 + len(found.new_instalments)


def test_a_transfer_hands_on_what_ends_here() -> None:
    """The next school gets the amounts from the day of the move; another council pays itself."""
    award = history()
    raised = ChangedAmount(kind="changed_amount", from_on=date(2027, 3, 1), annual_pence=730_000)
    award = award.model_copy(update={"changes": (raised,)})
    moving = Transfer(kind="transfer", from_on=date(2027, 1, 4), to_school="elmbrook")
    assert [(one.from_on, one.until_on, one.annual_pence) for one in taken_over(award, moving)] == [
        (date(2027, 1, 4), date(2027, 3, 1), 365_000),
        (date(2027, 3, 1), ENDS, 730_000),
    ]
    left = award.model_copy(update={"changes": (raised, moving)})
    assert stretches(left)[-1].until_on == date(2027, 1, 4)
    away = Transfer(kind="transfer", from_on=date(2027, 1, 4), to_council="kent")
    assert taken_over(award, away) == ()
    late = Transfer(kind="transfer", from_on=date(2027, 4, 1), to_school="elmbrook")
    assert [one.from_on for one in taken_over(award, late)] == [date(2027, 4, 1)]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (Leaver(kind="leaver", last_on=ENDS), "a last day is from"),
        (Leaver(kind="leaver", last_on=BEGINS - 2 * ONE_DAY), "where it never began"),
        (Transfer(kind="transfer", from_on=ENDS, to_school="elmbrook"), "a transfer is on a day"),
        (Transfer(kind="transfer", from_on=BEGINS), "one of the two"),
        (LateStart(kind="late_start", from_on=BEGINS), "began before 2026-09-01"),
        (
            ChangedAmount(kind="changed_amount", from_on=ENDS, annual_pence=1),
            "an amount changes on a day",
        ),
        (
            Suspended(kind="suspended", from_on=ENDS, until_on=ENDS + ONE_DAY),
            "a suspension has days",
        ),
        (Suspended(kind="suspended", from_on=BEGINS, until_on=BEGINS), "ends after it begins"),
    ],
)
def test_a_change_that_does_not_fit_is_refused(change: AwardChange, fault: str) -> None:
    """A day outside the award, or no destination, is said before anything is worked out."""
    award = history()
    assert any(fault in said for said in faults_of_change(award, change))
    with pytest.raises(NotValid, match="to change the award"):
        adjusted(award, change, set(), BEGINS)


def test_every_fault_of_a_change_is_told_at_once() -> None:
    """A transfer to nowhere, too late, is two faults."""
    assert len(faults_of_change(history(), Transfer(kind="transfer", from_on=ENDS))) == 2


# ---- a plain recomputation, day by day, that shares nothing with the code above ----


def years_amounts(award: History, days: range) -> list[int]:
    """What each day counts as a year's amount, by reading every change in the order recorded."""
    begins, ends, held = award.from_on.toordinal(), award.until_on.toordinal(), list[range]()
    amounts = [award.annual_pence for _ in days]
    for change in award.changes:
        if change.kind == "late_start":
            begins = change.from_on.toordinal()
        elif change.kind == "leaver":
            ends = min(change.last_on.toordinal() + 1, award.until_on.toordinal())
        elif change.kind == "transfer":
            ends = min(change.from_on.toordinal(), award.until_on.toordinal())
        elif change.kind == "changed_amount":
            on = change.from_on.toordinal()
            amounts = [
                change.annual_pence if day >= on else pence
                for day, pence in zip(days, amounts, strict=True)
            ]
        elif change.kind == "resumed":
            on = change.from_on.toordinal()
            held = [d if on < d.start else range(d.start, min(d.stop, on)) for d in held]
        else:
            held.append(range(change.from_on.toordinal(), change.until_on.toordinal()))
    off = set[int]().union(*held)
    return [
        pence if begins <= day < ends and day not in off else 0
        for day, pence in zip(days, amounts, strict=True)
    ]


def plainly_due(award: History, until_on: date) -> int:
    """Add each day's year's amount up, and take the part of each year's length that it is, once."""
    autumns = [date(year, 9, 1).toordinal() for year in range(2025, 2031)]
    days = range(autumns[0], min(until_on, award.until_on).toordinal())
    amounts = years_amounts(award, days)
    due = 0
    for begins, ends in pairwise(autumns):
        pence = sum(amounts[begins - days.start : ends - days.start])
        due += int(Fraction(pence, ends - begins) + Fraction(1, 2))
    return due


class Drawn:
    """Random histories and what happens to them: the same ones every time."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - the same histories every time

    def day(self, from_on: date = BEGINS, until_on: date = date(2028, 8, 31)) -> date:
        """Draw a day between two, both of them included."""
        return from_on + timedelta(days=self.random.randint(0, (until_on - from_on).days))

    def pence(self) -> int:
        """Draw an amount a year, a few pennies as likely as thousands of pounds."""
        return self.random.randint(0, self.random.choice((0, 400, 3_000_000)))

    def award(self) -> History:
        """Draw an award of up to two years, paid in any of the ways."""
        from_on = self.day(until_on=date(2028, 7, 31))
        until_on = min(from_on + timedelta(days=self.random.randint(1, 600)), date(2028, 9, 1))
        return history(self.pence(), from_on, until_on, self.random.choice(list(Frequency)))

    def change(self, held: list[tuple[date, date]]) -> AwardChange:
        """Draw a change, which may not fit the award; suspensions so far may be lifted."""
        day = self.day()
        kind = self.random.randrange(6)
        if kind == 0:
            return Leaver(kind="leaver", last_on=day)
        if kind == 1:
            return Transfer(kind="transfer", from_on=day, to_school="elmbrook")
        if kind == 2:
            return LateStart(kind="late_start", from_on=self.day(date(2026, 1, 1)))
        if kind == 3:
            return ChangedAmount(kind="changed_amount", from_on=day, annual_pence=self.pence())
        if kind == 4 and held:
            first, last = self.random.choice(held)
            return Resumed(kind="resumed", from_on=self.day(first - 5 * ONE_DAY, last))
        until_on = day + timedelta(days=self.random.randint(1, 120))
        return Suspended(kind="suspended", from_on=day, until_on=until_on)


def played(drawn: Drawn) -> int:
    """Carry changes out one after another, paying what is due in between, and check each."""
    award, paid, fitted = drawn.award(), set[int](), 0
    for on in sorted(drawn.day() for _ in range(drawn.random.randint(1, 5))):
        paid |= paid_by(award, on)
        change = drawn.change(
            [(each.from_on, each.until_on) for each in award.changes if each.kind == "suspended"]
        )
        if not faults_of_change(award, change):
            found = adjusted(award, change, paid, on)
            assert_settled(award, found, paid, on)
            award, fitted = found.history, fitted + 1
    day = drawn.day(until_on=date(2029, 8, 31))
    assert due_to_day(award, day) == plainly_due(award, day)
    assert day < award.until_on or due_to_day(award, day) == worth(award)
    return fitted


def numbers(instalments: tuple[Instalment, ...]) -> set[int]:
    """The numbers of some instalments."""
    return {each.number for each in instalments}


def assert_settled(award: History, found: Adjustment, paid: set[int], on: date) -> None:
    """Assert everything that an adjustment promises, beside what the days come to."""
    after = found.history
    stands = sum(each.pence for each in after.instalments)
    assert stands - after.taken_back_pence == worth(after)
    assert after.taken_back_pence == award.taken_back_pence + found.take_back_pence
    assert numbers(award.instalments) - set(found.cancel) | numbers(found.new_instalments) == (
        numbers(after.instalments)
    )
    assert not set(found.cancel) & paid
    assert not numbers(found.new_instalments) & numbers(award.instalments)
    assert all(each.due_on >= on for each in found.new_instalments)
    unpaid = numbers(after.instalments) - paid
    assert not (found.take_back_pence and unpaid), "it would be taken back and paid at once"


@pytest.mark.promise(4)
def test_what_is_paid_and_still_due_is_what_the_days_come_to() -> None:
    """Ten thousand random histories: to the penny the same as days counted one by one."""
    fitted = [played(Drawn(seed)) for seed in range(10_000)]
    assert sum(fitted) > 10_000
    assert max(fitted) >= 4


@pytest.mark.promise(4)
@given(st.integers(10_000, 2**62))
def test_no_history_can_be_found_that_is_paid_twice(seed: int) -> None:
    """However long one looks among other histories."""
    played(Drawn(seed))
