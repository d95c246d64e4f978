"""What the acts on a challenge carry: who challenges and why, which panel looks, and the answer."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from domain.finance_acts import Reference
from domain.frozen import Frozen
from domain.people import Interest
from domain.reconsideration import Answer, Challenger
from domain.request import Code, Pence, Words

Several = Annotated[tuple[Words, ...], Field(min_length=1, max_length=20)]


class Challenging(Frozen):
    """A school or a family asks for a decision to be looked at again, and says why."""

    request_id: UUID
    by: Challenger
    grounds: Several
    new_evidence: Annotated[tuple[Words, ...], Field(max_length=20)] = ()
    """Titles of what was not there when it was decided."""
    asks: Words
    """What is asked for instead."""
    late_because: Words | None = None
    """Why an officer admits it after its window."""


class TakingChallenge(Frozen):
    """An officer who had no part gives a challenge to a panel of people who had none either."""

    cluster: Code | None = None
    """Whose panel looks; without it the one that the policy names."""
    reason: Words


class CabinetDecision(Frozen):
    """The Cabinet Member's decision that the answer carries out: its number and day."""

    number: Annotated[str, Field(pattern=r"^[0-9]{2}/[0-9]{5}$")]
    effective_on: date


class NotingKeyDecision(CabinetDecision):
    """The Cabinet Member's decision is noted on a challenge whose answer waits for it."""

    annual_pence: Pence | None = None
    """The most that it covers, pence a year, where that is more than the need was priced at."""


class Reconsidering(Frozen):
    """A senior officer gives the one final answer, with grounds."""

    answer: Answer
    grounds: Several
    alternatives: Words
    reason: Words
    annual_pence: Pence | None = None
    """What takes the first decision's place, pence a year; without it what the rules make of it."""
    from_on: date | None = None
    """From when; without it from the first day where more is given, and from today where less."""
    sent_back_to: Literal["panel", "school"] = "panel"
    overspend_authority: Reference | None = None
    """By which authority it draws on the visible deficit, where no pot covers it."""
    key_decision: CabinetDecision | None = None
    """The Cabinet Member's decision, where none was noted beforehand."""
    interests: tuple[Interest, ...] = ()
    """What the officer declares; one that bars keeps the officer from answering."""


class WithdrawingChallenge(Frozen):
    """A challenge is taken back; the decision stands."""

    reason: Words
