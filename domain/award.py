"""What a decision gives: to whom, from when to when, how much, and the dated instalments.

Paying them is a payment run's; leavers, transfers and changed amounts come with the money.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from domain.frozen import Frozen
from domain.ledger import journal
from domain.ledger.accounts import PotCode
from domain.money import Rounding, instalments, pro_rata, share_out
from domain.periods import (
    ONE_DAY,
    SchoolDays,
    academic_year,
    academic_year_begins,
    financial_year,
    period,
)
from domain.places import PayeeKind
from domain.policy.dates import Calendar
from domain.policy.paying import Frequency, PaymentRule, Payments
from domain.refusals import NoPolicyInForce
from domain.request import Code, Pence, RequestKind

FOUR_WEEKS = timedelta(weeks=4)


class Payee(Frozen):
    """Who is paid, and how much of the award a year: a group's schools have a part each."""

    code: Code
    kind: PayeeKind
    annual_pence: Pence


class Award(Frozen):
    """What a decision gives: an amount a year between two days, for one or several payees."""

    request_id: UUID
    kind: RequestKind
    payees: tuple[Payee, ...] = Field(min_length=1)
    from_on: date
    until_on: date
    """The day after the last."""

    @model_validator(mode="after")
    def _is_one_award(self) -> Self:
        if self.until_on <= self.from_on:
            raise ValueError("an award ends after it begins")
        if len({payee.code for payee in self.payees}) < len(self.payees):
            raise ValueError("a payee is named once")
        return self

    @property
    def annual_pence(self) -> int:
        """The whole amount a year, pence."""
        return sum(payee.annual_pence for payee in self.payees)


class Instalment(Frozen):
    """One dated payment that an award promises, in the years and the month of its due day."""

    number: int
    due_on: date
    pence: int = Field(gt=0)
    financial_year: int
    academic_year: int
    period: int

    def in_pot(self, pot: PotCode) -> journal.Instalment:
        """Say it as the ledger does: promised from a pot."""
        return journal.Instalment(
            number=self.number,
            due_on=self.due_on,
            pot=pot,
            financial_year=self.financial_year,
            period=self.period,
            pence=self.pence,
        )


def amount_for_span(annual_pence: int, from_on: date, until_on: date) -> int:
    """Work out what a yearly amount comes to between two days, ``until_on`` not included.

    Each academic year gives its own part: its days in the span, of all its days (365 or 366), to
    the nearest penny. So a whole academic year is the whole amount, whatever its length.

    >>> amount_for_span(4974_00, date(2026, 9, 1), date(2027, 9, 1))
    497400
    """
    total = 0
    for year in range(academic_year(from_on), academic_year(until_on - ONE_DAY) + 1):
        begins, ends = academic_year_begins(year), academic_year_begins(year + 1)
        days = (min(ends, until_on) - max(begins, from_on)).days
        total += pro_rata(annual_pence, days, (ends - begins).days)
    return total


def schedule(
    annual_pence: int, from_on: date, until_on: date, rule: PaymentRule, calendar: Calendar
) -> tuple[Instalment, ...]:
    """Date what a yearly amount comes to between two days; ``rule`` is that of kind and payee.

    Instalments are as equal as whole pence allow and exact in total; an instalment of nothing is
    left out. None is due before the award begins.
    """
    due = pay_days(from_on, until_on, rule, calendar)
    return _dated(due, amount_for_span(annual_pence, from_on, until_on), rule.rounding)


def schedule_of(
    award: Award, payments: Payments, calendar: Calendar
) -> dict[str, tuple[Instalment, ...]]:
    """Date an award for each payee by the rule that pays it; the parts add up to the whole award.

    The amount for the span is worked out once and then shared, so no penny comes or goes.
    """
    total = amount_for_span(award.annual_pence, award.from_on, award.until_on)
    if not total:
        return {payee.code: () for payee in award.payees}
    weights = tuple(payee.annual_pence for payee in award.payees)
    parts = share_out(total, weights, Rounding.LARGEST_REMAINDER)
    planned = {}
    for payee, part in zip(award.payees, parts, strict=True):
        rule = payments.rule_for(award.kind, payee.kind)
        due = pay_days(award.from_on, award.until_on, rule, calendar)
        planned[payee.code] = _dated(due, part, rule.rounding)
    return planned


def pay_days(
    from_on: date, until_on: date, rule: PaymentRule, calendar: Calendar
) -> tuple[date, ...]:
    """Give the pay days of a span, one at least; beyond the calendar only weekends are known."""
    if rule.frequency is Frequency.MONTHLY:
        days = tuple(_monthly(from_on, until_on, rule.payment_day or 1))
    elif rule.frequency is Frequency.FOUR_WEEKLY:
        days = tuple(_four_weekly(from_on, until_on, rule.counted_from_on or from_on))
    elif rule.frequency is Frequency.TERMLY:
        days = tuple(_termly(from_on, until_on, calendar))
    else:
        days = ()
    school_days = SchoolDays(calendar)
    return tuple(_working_day(day, from_on, school_days) for day in days or (from_on,))


def by_financial_year(planned: Iterable[Instalment]) -> dict[int, int]:
    """Add up instalments by financial year, pence: how a hold and a commitment are split."""
    years: dict[int, int] = {}
    for instalment in planned:
        years[instalment.financial_year] = (
            years.get(instalment.financial_year, 0) + instalment.pence
        )
    return dict(sorted(years.items()))


def _dated(due: tuple[date, ...], total: int, rounding: Rounding) -> tuple[Instalment, ...]:
    paid = [
        (day, pence)
        for day, pence in zip(due, instalments(total, len(due), rounding), strict=True)
        if pence
    ]
    return tuple(dated(number, day, pence) for number, (day, pence) in enumerate(paid, start=1))


def dated(number: int, due_on: date, pence: int) -> Instalment:
    """Make an instalment of a day, in the years and the month that the day is in."""
    return Instalment(
        number=number,
        due_on=due_on,
        pence=pence,
        financial_year=financial_year(due_on),
        academic_year=academic_year(due_on),
        period=period(due_on),
    )


def _monthly(from_on: date, until_on: date, payment_day: int) -> Iterator[date]:
    """Give a pay day in every month that the award touches, in the month the pupil is there."""
    last = until_on - ONE_DAY
    for month in range(from_on.year * 12 + from_on.month - 1, last.year * 12 + last.month):
        yield max(date(month // 12, month % 12 + 1, payment_day), from_on)


def _four_weekly(from_on: date, until_on: date, counted_from_on: date) -> Iterator[date]:
    day = from_on + (counted_from_on - from_on) % FOUR_WEEKS
    while day < until_on:
        yield day
        day += FOUR_WEEKS


def _termly(from_on: date, until_on: date, calendar: Calendar) -> Iterator[date]:
    """Give the first day of each term that the award touches; a year without terms is refused."""
    known = {academic_year(term.first_on) for term in calendar.terms}
    for year in range(academic_year(from_on), academic_year(until_on - ONE_DAY) + 1):
        if year not in known:
            raise NoPolicyInForce(
                "to pay an award by terms", f"the calendar has no terms in {year} to {year + 1}"
            )
    for term in calendar.terms:
        if term.first_on < until_on and term.last_on >= from_on:
            yield max(term.first_on, from_on)


def _working_day(day: date, from_on: date, school_days: SchoolDays) -> date:
    """Move a pay day to the working day before, or after where the award has not begun by then."""
    earlier = day
    while not school_days.is_working_day(earlier):
        earlier -= ONE_DAY
    if earlier >= from_on:
        return earlier
    while not school_days.is_working_day(day):
        day += ONE_DAY
    return day
