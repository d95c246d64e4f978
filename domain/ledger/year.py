"""What a year of money asks of the ledger, beside the hold, promise and payment of one request.

Virements, money taken back, instalments that will not fall due, payment runs, and the ends of
months and years. The commands of a request are in `journal`.
"""

from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from domain.frozen import Frozen
from domain.ledger.accounts import FinancialYear, MoneyStage, PotCode
from domain.ledger.journal import Context, Line, PotYear, Verb, WithLines
from domain.money import Pence

CouncilCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
"""Another council, by its code; never its people or its words."""


class Vire(WithLines):
    """Move available money from one pot to others, in the same year; always with authority."""

    verb: ClassVar[Verb] = Verb.VIRE
    id: UUID
    from_pot: PotCode
    context: Context

    @model_validator(mode="after")
    def _goes_elsewhere(self) -> Self:
        if any(line.pot == self.from_pot for line in self.lines):
            raise ValueError("A virement goes from one pot to another.")
        return self


class Recoup(WithLines):
    """Take money back: from a payee, on a commitment, or from another council.

    From a payee, never more than stands paid on the commitment in that pot and year.
    """

    verb: ClassVar[Verb] = Verb.RECOUP
    id: UUID
    commitment_id: UUID | None = None
    council: CouncilCode | None = None
    context: Context

    @model_validator(mode="after")
    def _comes_from_one(self) -> Self:
        if (self.commitment_id is None) == (self.council is None):
            raise ValueError("Money comes back on a commitment or from a council: one of the two.")
        return self


class Cancel(Frozen):
    """Give back what was promised in instalments that will not fall due; each ends once."""

    verb: ClassVar[Verb] = Verb.CANCEL
    id: UUID
    commitment_id: UUID
    instalment_numbers: Annotated[
        tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1, max_length=10_000)
    ]
    context: Context

    @model_validator(mode="after")
    def _numbers_are_distinct(self) -> Self:
        if len(set(self.instalment_numbers)) != len(self.instalment_numbers):
            raise ValueError("An instalment is cancelled once.")
        return self


class CarryLine(Frozen):
    """What stands at one stage of a pot at a year's end, and where it goes in the year after.

    Below nought is an overspend that is carried. Held and committed money goes on whole, in its
    own pot and stage, for holds and promises run on; available money goes where policy says. What
    was paid stays in its year.
    """

    pot: PotCode
    financial_year: FinancialYear
    stage: MoneyStage
    pence: Pence
    into_pot: PotCode
    into_stage: MoneyStage

    @model_validator(mode="after")
    def _keeps_what_was_promised(self) -> Self:
        is_available = self.stage is MoneyStage.AVAILABLE
        goes_on_as_it_is = (self.stage, self.pot) == (self.into_stage, self.into_pot)
        if self.pence == 0 or MoneyStage.PAID in {self.stage, self.into_stage}:
            raise ValueError("A line carries something, and never what was paid.")
        if is_available != (self.into_stage is MoneyStage.AVAILABLE):
            raise ValueError("Available money stays available, and no other becomes it.")
        if not is_available and not (goes_on_as_it_is and self.pence > 0):
            raise ValueError("Held and committed money goes on in its own pot and stage.")
        return self

    @property
    def order(self) -> tuple[str, int, str, str]:
        """The one order of lines, and what a line is the only one of."""
        return (self.pot, self.financial_year, self.stage, self.into_pot)


class CarryForward(Frozen):
    """Move what stands at a year's end into the next year, by the pots closing and opening.

    Each year balances by itself. A promise carried is paid in the year it was carried into.
    """

    verb: ClassVar[Verb] = Verb.CARRY_FORWARD
    id: UUID
    lines: Annotated[tuple[CarryLine, ...], Field(min_length=1)]
    context: Context

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({line.order for line in self.lines}) != len(self.lines):
            raise ValueError("What stands at one stage goes to a pot by one line.")
        return self

    @property
    def sorted_lines(self) -> tuple[CarryLine, ...]:
        """The lines in the one order in which they are written down."""
        return tuple(sorted(self.lines, key=lambda line: line.order))


class AuthoriseOverspend(WithLines):
    """Give a pot what it owes and lacks, out of the deficit: with authority and reason, always."""

    verb: ClassVar[Verb] = Verb.AUTHORISE_OVERSPEND
    id: UUID
    context: Context


class ClosePeriod(Frozen):
    """Close the period that the context names: after it nothing is entered there."""

    verb: ClassVar[Verb] = Verb.CLOSE
    id: UUID
    context: Context


class CloseAccounts(Frozen):
    """Close pots for a year in which nothing is available, held or committed any more."""

    verb: ClassVar[Verb] = Verb.CLOSE_ACCOUNTS
    id: UUID
    accounts: Annotated[tuple[PotYear, ...], Field(min_length=1)]
    context: Context


class ReopenPeriod(Frozen):
    """Open the period that the context names again: with authority and reason, and a trace."""

    verb: ClassVar[Verb] = Verb.REOPEN
    id: UUID
    context: Context


class PayLine(Frozen):
    """One payment of a run: the instalment, and what its entry says beside the run's context."""

    id: UUID
    commitment_id: UUID
    instalment_number: Annotated[int, Field(ge=1)]
    attempt: Annotated[int, Field(ge=1)] = 1
    award_id: UUID | None = None
    request_id: UUID | None = None
    decision_id: UUID | None = None
    line: Line
    section_251_line: str | None = None
    cost_centre: str | None = None


class PayRun(Frozen):
    """Pay many instalments at once, all or none, by one entry each.

    An entry is the same as `Pay` would make of it. `id` is the run's own: a refusal is kept there.
    """

    id: UUID
    payments: Annotated[tuple[PayLine, ...], Field(min_length=1)]
    context: Context

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        ids = {one.id for one in self.payments}
        due = {(one.commitment_id, one.instalment_number) for one in self.payments}
        if not len(ids) == len(due) == len(self.payments):
            raise ValueError("A run pays an instalment once, each by an id of its own.")
        return self


class Reversal(Frozen):
    """One payment that is undone: its entry, and what the entry that undoes it says of itself."""

    id: UUID
    reverses_id: UUID
    award_id: UUID | None = None
    request_id: UUID | None = None
    decision_id: UUID | None = None
    section_251_line: str | None = None
    cost_centre: str | None = None


class ReverseRun(Frozen):
    """Undo many payments at once, all or none, by one entry each.

    An entry is the same as `Reverse` would make of it. `id` is the call's own: a refusal is kept
    there.
    """

    id: UUID
    reversals: Annotated[tuple[Reversal, ...], Field(min_length=1)]
    context: Context

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        ids = {one.id for one in self.reversals}
        undone = {one.reverses_id for one in self.reversals}
        if not len(ids) == len(undone) == len(self.reversals):
            raise ValueError("A payment is undone once, each by an id of its own.")
        return self


YearCommand = (
    Vire
    | Recoup
    | Cancel
    | CarryForward
    | AuthoriseOverspend
    | ClosePeriod
    | CloseAccounts
    | ReopenPeriod
    | PayRun
    | ReverseRun
)
"""Everything that a year of money asks of the ledger."""
