"""What the ledger answers: done, done before, or no and why; and what a check of it finds.

The results are TigerBeetle's by name where it has one, because its rules are the specification.
"""

from enum import StrEnum
from uuid import UUID

from pydantic import JsonValue

from domain.frozen import Frozen
from domain.ledger.accounts import FinancialYear, MoneyStage, PotCode
from domain.money import Pence

_DIFFERENT = "exists_with_different_"


class Result(StrEnum):
    """What became of a command; ``exists_with_different_<field>`` comes on top of these."""

    CREATED = "created"
    EXISTS = "exists"
    """The same command was heard before and stands; nothing happened twice."""
    EXCEEDS_AVAILABLE = "exceeds_available"
    ALREADY_RESOLVED = "already_resolved"
    """The hold has ended, the instalment is paid or cancelled, or the entry is undone already."""
    ALREADY_OPEN = "already_open"
    ALREADY_CLOSED = "already_closed"
    PERIOD_CLOSED = "period_closed"
    """Nothing is entered in a closed period: a late item goes to the next, with a reference."""
    ACCOUNT_CLOSED = "account_closed"
    """The pot's year is closed, or what stood there was carried into the next."""
    NOT_EMPTY = "not_empty"
    """A pot's year is closed only when nothing is available, held or committed in it."""
    EXCEEDS_PAID = "exceeds_paid"
    """No more is taken back on a commitment than stands paid on it."""
    DIFFERS_FROM_BALANCE = "differs_from_balance"
    """Held and committed money is carried whole, and other than the line says stands there."""
    NOT_FOUND = "not_found"
    NOT_REVERSIBLE = "not_reversible"
    HAS_PAYMENTS = "has_payments"
    """A commitment is not undone while a payment on it stands."""
    DIFFERS_FROM_INSTALMENT = "differs_from_instalment"
    AUTHORITY_NEEDED = "authority_needed"
    """The deficit is drawn on, money vired, a period reopened: only by a recorded authority."""
    REASON_NEEDED = "reason_needed"
    """An overspend or a reopening says why."""
    PAYMENTS_REFUSED = "payments_refused"
    """A run is paid whole or not at all: each faulty payment is listed, with its own result."""
    REVERSALS_REFUSED = "reversals_refused"
    """Payments are undone together or not at all: each faulty one is listed, with its result."""
    ID_ALREADY_FAILED = "id_already_failed"
    """The command was refused before under this id, and stays refused."""


class Shortfall(Frozen):
    """Where a command asks for more than there is, in pence."""

    pot: PotCode
    financial_year: FinancialYear
    stage: MoneyStage
    available_pence: Pence
    asked_pence: Pence
    shortfall_pence: Pence


class FaultyPayment(Frozen):
    """A payment of a run that cannot be made, and why; nothing of the run was paid."""

    id: UUID
    commitment_id: UUID
    instalment_number: int
    result: str
    """The result that this payment alone would have had."""


class FaultyReversal(Frozen):
    """A payment that cannot be undone with the others, and why; nothing was undone."""

    reverses_id: UUID
    result: str


class LedgerAnswer(Frozen):
    """The ledger's answer to a command; never an exception, so that a refusal is kept too."""

    result: str
    detail: dict[str, JsonValue]

    @property
    def is_done(self) -> bool:
        """Whether the entry stands, made now or before."""
        return self.result in {Result.CREATED, Result.EXISTS}

    @property
    def in_words(self) -> str:
        """The result as a refusal quotes it."""
        return self.result.replace("_", " ")

    @property
    def refusal(self) -> str | None:
        """The first reason why the answer was no, under this id; nothing when it was yes."""
        if self.is_done:
            return None
        first = self.detail.get("first_result")
        return first if isinstance(first, str) else self.result

    @property
    def differs_in(self) -> str | None:
        """The field in which a repeated id carried other content than the first time."""
        return self.result[len(_DIFFERENT) :] if self.result.startswith(_DIFFERENT) else None

    @property
    def shortfalls(self) -> tuple[Shortfall, ...]:
        """Each pot and year in which there was not enough, all at once."""
        listed = self.detail.get("shortfalls")
        if not isinstance(listed, list):
            return ()
        return tuple(Shortfall.model_validate(one, strict=False) for one in listed)

    @property
    def faulty_payments(self) -> tuple[FaultyPayment, ...]:
        """Each payment that kept a run from being paid."""
        listed = self.detail.get("payments")
        if not isinstance(listed, list):
            return ()
        return tuple(FaultyPayment.model_validate(one, strict=False) for one in listed)

    @property
    def faulty_reversals(self) -> tuple[FaultyReversal, ...]:
        """Each payment that kept the others from being undone with it."""
        listed = self.detail.get("reversals")
        if not isinstance(listed, list):
            return ()
        return tuple(FaultyReversal.model_validate(one, strict=False) for one in listed)

    @property
    def is_new_refusal(self) -> bool:
        """Whether the command was refused now, for a reason that is kept under its id."""
        return not self.is_done and not self.differs_in and self.result != Result.ID_ALREADY_FAILED


class Difference(Frozen):
    """One thing that a check of the ledger found not to add up."""

    kind: str
    """Which law is broken, such as ``balance_differs_from_postings``."""
    subject: str
    """The account, entry or commitment it is broken at."""
    expected: str
    found: str
