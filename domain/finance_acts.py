"""What each act of finance carries: budgets, virements, months, years, awards that change, runs.

An act is recorded with these before it takes effect. Money is pence, a year is the one in which
its April falls; an authority is a decision by its number, for it goes into the ledger.
"""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from domain.frozen import Frozen
from domain.ledger.accounts import FinancialYear, PotCode
from domain.ledger.journal import Period
from domain.ledger.year import CouncilCode
from domain.money import PositivePence
from domain.request import Code, Pence, Words

REFERENCE = r"([A-Za-z]{1,20} )?([A-Za-z][A-Za-z./:-]{0,19})?[0-9][A-Za-z0-9./:-]{0,39}"
"""A number, at most with one word before it: ``26/00042``, ``decision 26/00042``, ``INV-881``."""
Reference = Annotated[str, Field(pattern=f"^{REFERENCE}$")]
"""A decision or minute by its number: it goes into the ledger, where free text never does."""
Year = Annotated[FinancialYear, Field(ge=2000, le=2199)]


class SettingBudgets(Frozen):
    """A file of budgets that was handed in and found whole becomes the budgets of its years."""

    file_id: UUID


class ImportingAwards(Frozen):
    """Live awards of the old system, from a file found whole, become opening commitments."""

    file_id: UUID


class Viring(Frozen):
    """Money moves from one budget to another in a year, by the authority the policy names."""

    from_pot: PotCode
    to_pot: PotCode
    financial_year: Year
    pence: PositivePence
    authority: Reference
    reason: Words


class CoveringOverspend(Frozen):
    """A pot is filled from the recorded overspend, so that what is owed can be paid."""

    pot: PotCode
    financial_year: Year
    pence: PositivePence
    authority: Reference
    reason: Words
    seconds: UUID | None = None
    """The act by which another person proposed it, where the finance policy wants two people."""


class RecoupingFromCouncil(Frozen):
    """Another council pays for a pupil of its own whose support a pot here has met."""

    council: CouncilCode
    pot: PotCode
    financial_year: Year
    pence: PositivePence
    reference: Reference


class Leaver(Frozen):
    """The pupil leaves: nothing is due after the last day."""

    kind: Literal["leaver"]
    last_on: date


class Transfer(Frozen):
    """The pupil moves, on a day, to another school of this council or to another council."""

    kind: Literal["transfer"]
    from_on: date
    to_school: Code | None = None
    to_council: Code | None = None


class LateStart(Frozen):
    """Support began before the award did: it is paid back to the earlier day."""

    kind: Literal["late_start"]
    from_on: date


class ChangedAmount(Frozen):
    """From a day the award is worth another amount a year."""

    kind: Literal["changed_amount"]
    from_on: date
    annual_pence: Pence


class Suspended(Frozen):
    """Nothing is due between two days; ``until_on`` is the first day that counts again."""

    kind: Literal["suspended"]
    from_on: date
    until_on: date


class Resumed(Frozen):
    """A suspension is lifted early: from a day within it the award's amounts are due again."""

    kind: Literal["resumed"]
    from_on: date


AwardChange = Annotated[
    Leaver | Transfer | LateStart | ChangedAmount | Suspended | Resumed,
    Field(discriminator="kind"),
]
"""One dated change of an award."""


class ChangingAward(Frozen):
    """An officer changes an award from a day, with a reason."""

    award_id: UUID
    change: AwardChange
    reason: Words


class ClosingPeriod(Frozen):
    """A month that is over is closed: from then on nothing enters it."""

    financial_year: Year
    period: Period


class ReopeningPeriod(Frozen):
    """A closed month is opened again, by an authority and with a reason."""

    financial_year: Year
    period: Period
    authority: Reference
    reason: Words


class ClosingYear(Frozen):
    """Year end: what is left is carried forward, clawed back or pooled, as the policy says."""

    financial_year: Year


class SigningYearEnd(Frozen):
    """One of the senior people whom the policy names signs a closed year off."""

    financial_year: Year


class PreparingRun(Frozen):
    """Everything due by a day is gathered into one payment run of a period."""

    financial_year: Year
    period: Period
    due_until_on: date
    """The last due day that is paid in this run."""


class ApprovingRun(Frozen):
    """Another person than the preparer approves exactly what was prepared."""

    lines: Annotated[int, Field(ge=1)]
    total_pence: Pence


class AbandoningRun(Frozen):
    """A run that nobody approved is given up: what was due stays due."""

    reason: Words


class ReadingAnswer(Frozen):
    """What the bank or the finance system said to a run, from a file that was handed in."""

    file_id: UUID


class SettlingDifference(Frozen):
    """A payment that the answers left open, or that came back since, is closed with a reason.

    Where the payee got another amount than was sent, it is named: the payment is undone in the
    ledger and due again, and what the payee has is netted when it is paid.
    """

    line_id: UUID
    settled_as: Literal["paid", "rejected"]
    paid_pence: PositivePence | None = None
    """What the payee got, pence; nothing is named where it is what was sent."""
    reason: Words

    @model_validator(mode="after")
    def _check_amount(self) -> Self:
        if self.settled_as == "rejected" and self.paid_pence is not None:
            raise ValueError(
                "what was rejected has paid nothing: name no amount, or settle as paid"
            )
        return self
