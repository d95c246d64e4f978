"""Day one: what an award of the old system had already paid, and what of it is still to pay.

What was paid before this financial year stands in the year before it, so that this year's budget
carries this year's money alone.
"""

from datetime import date
from typing import Self

from domain.award import Instalment, amount_for_span, dated, pay_days
from domain.budgeting import OpeningAward
from domain.frozen import Frozen
from domain.money import instalments
from domain.periods import ONE_DAY, financial_year
from domain.policy.dates import Calendar
from domain.policy.paying import PaymentRule


class OpeningPlan(Frozen):
    """An opening award's instalments in one row: first what was paid already, then what is due."""

    paid: tuple[Instalment, ...]
    """One for the years before and one for this year, where anything was paid."""
    due: tuple[Instalment, ...]

    @property
    def instalments(self) -> tuple[Instalment, ...]:
        """All of them, in order of number."""
        return (*self.paid, *self.due)

    def behind(self, last: int) -> Self:
        """Number the instalments on from behind a last one: several awards are one commitment."""
        return self.model_copy(
            update={"paid": _moved_on(self.paid, last), "due": _moved_on(self.due, last)}
        )


def _moved_on(planned: tuple[Instalment, ...], by: int) -> tuple[Instalment, ...]:
    return tuple(each.model_copy(update={"number": each.number + by}) for each in planned)


def faults_of_opening(award: OpeningAward, day: date) -> tuple[str, ...]:
    """Say everything that keeps an award from being imported on a day as a live one."""
    worth = amount_for_span(award.annual_pence, award.from_on, award.until_on)
    faults = []
    if award.until_on <= day:
        faults.append(f"it ended on {award.until_on - ONE_DAY}: only live awards are imported")
    if not worth:
        faults.append("it comes to less than a penny between its days")
    if award.paid_this_year_pence and award.from_on > day:
        faults.append("something was paid on it before it begins")
    return tuple(faults)


def opening_plan(
    award: OpeningAward, day: date, rule: PaymentRule, calendar: Calendar
) -> OpeningPlan:
    """Date an award that was live before Locality: paid to date, and the rest on the days left.

    What is still to pay is shared over the pay days after the day, as equal as whole pence allow;
    where none is left it is due at once. Paid and due come to what the award is worth, exactly.
    """
    year_began = date(financial_year(day), 4, 1)
    before = award.paid_pence - award.paid_this_year_pence
    paid = [(year_began - ONE_DAY, before), (day, award.paid_this_year_pence)]
    worth = amount_for_span(award.annual_pence, award.from_on, award.until_on)
    days = pay_days(max(award.from_on, day), award.until_on, rule, calendar)
    left = [each for each in days if each > day] or [day]
    due = zip(left, instalments(worth - award.paid_pence, len(left), rule.rounding), strict=True)
    done = [each for each in paid if each[1]]
    planned = [
        dated(number, *each)
        for number, each in enumerate((*done, *(each for each in due if each[1])), start=1)
    ]
    return OpeningPlan(paid=tuple(planned[: len(done)]), due=tuple(planned[len(done) :]))
