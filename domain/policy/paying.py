"""How awards are paid, and on which line they are reported: the shape of the payments policy."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.frozen import Frozen
from domain.money import Rounding
from domain.places import PayeeKind
from domain.policy.document import PolicyDocument, refuse_all
from domain.refusals import NoPolicyInForce
from domain.request import RequestKind


class Frequency(StrEnum):
    """How often an award is paid."""

    MONTHLY = "monthly"
    FOUR_WEEKLY = "four_weekly"
    TERMLY = "termly"
    ONE_SUM = "one_sum"


class PaymentRule(Frozen):
    """How one kind of request is paid to some kinds of payee."""

    kinds: tuple[RequestKind, ...] = Field(min_length=1)
    payees: tuple[PayeeKind, ...] = Field(min_length=1)
    frequency: Frequency
    rounding: Rounding
    payment_day: Annotated[int, Field(ge=1, le=28)] | None = None
    """Day of the month, for monthly payments; moved to the working day before when it is none."""
    counted_from_on: date | None = None
    """A pay day from which every fourth week is counted, for four-weekly payments."""
    section_251_line: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if self.frequency is Frequency.MONTHLY and self.payment_day is None:
            raise ValueError("monthly payments need payment_day")
        if self.frequency is Frequency.FOUR_WEEKLY and self.counted_from_on is None:
            raise ValueError("four-weekly payments need counted_from_on")
        return self


class Payments(PolicyDocument):
    """How awards are paid: how often, on which day, rounded how, reported on which line."""

    kind: Literal["payments"]
    rules: tuple[PaymentRule, ...] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _pays_everything_once(self) -> Self:
        faults = []
        for kind in (RequestKind.INDIVIDUAL, RequestKind.GROUP, RequestKind.PROJECT):
            for payee in PayeeKind:
                found = sum(kind in rule.kinds and payee in rule.payees for rule in self.rules)
                if found != 1:
                    faults.append(f"{found} rules pay {kind} to {payee}; there must be one")
        refuse_all(faults)
        return self

    def rule_for(self, kind: RequestKind, payee: PayeeKind) -> PaymentRule:
        """Find the rule that pays this kind of request to this kind of payee."""
        for rule in self.rules:
            if kind in rule.kinds and payee in rule.payees:
                return rule
        raise NoPolicyInForce(f"how {kind} is paid to {payee}", "the payments policy has no rule")
