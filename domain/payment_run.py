"""A payment run on its way: prepared, posted when another person approves, sent, answered, closed.

What it pays and how it is written for others is in ``remitting``; what the bank says to it in
``bank_answer``.
"""

from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from domain.closing import period_ends_on
from domain.finance_acts import ApprovingRun, PreparingRun, SettlingDifference
from domain.ledger.accounts import FinancialYear
from domain.ledger.journal import Period
from domain.money import pounds
from domain.refusals import Barred, NotAtThisStage, NotValid
from domain.stages import ActKind

_AHEAD = timedelta(days=31)
"""A run may be made ready so long before its month ends, and no longer."""


class RunStage(StrEnum):
    """Where a payment run stands."""

    PREPARED = "prepared"
    """What is due was gathered; nothing has been paid, and another person approves it."""
    POSTED = "posted"
    """It is in the ledger; what goes to payees, bank and general ledger is being written."""
    SENT = "sent"
    """Everything is written; the answers of the bank or the finance system are waited for."""
    CLOSED = "closed"
    """Every payment is answered or settled."""
    ABANDONED = "abandoned"
    """Given up before it was approved; what was due stays due."""


class RemittanceState(StrEnum):
    """What has become of one payee's payment in a run."""

    PREPARED = "prepared"
    SENT = "sent"
    PAID = "paid"
    REJECTED = "rejected"
    """It came back: its instalments are due again as a new attempt."""
    ABANDONED = "abandoned"


RUN_ENDED = frozenset({RunStage.CLOSED, RunStage.ABANDONED})
"""Stages that nothing leaves, whatever becomes of a single payment."""

RUN_ALLOWED_AT: dict[ActKind, frozenset[RunStage]] = {
    ActKind.APPROVE_RUN: frozenset({RunStage.PREPARED}),
    ActKind.ABANDON_RUN: frozenset({RunStage.PREPARED}),
    ActKind.READ_ANSWER: frozenset({RunStage.SENT}),
    ActKind.SETTLE_DIFFERENCE: frozenset({RunStage.SENT, RunStage.CLOSED}),
}
"""At which stages an act on a run makes sense.

A payment may come back after every one was answered: that is settled in a run that is closed.
"""


def run_reference(financial_year: FinancialYear, period: Period, number: int) -> str:
    """Name a run for people and for other systems: its year, its period, which run of the two.

    >>> run_reference(2026, 7, 1)
    'PR-2026-07-1'
    """
    return f"PR-{financial_year}-{period:02}-{number}"


def check_run_act(kind: ActKind, stage: RunStage) -> None:
    """Refuse an act that does not fit where the run stands.

    Raises `NotAtThisStage`.
    """
    if stage not in RUN_ALLOWED_AT[kind]:
        wanted = " or ".join(sorted(RUN_ALLOWED_AT[kind]))
        raise NotAtThisStage(
            f"to {kind.replace('_', ' ')}",
            f"the run is {stage}",
            f"This is done while a run is {wanted}; look at the run again.",
        )


def bars_approval(kind: ActKind, person_id: UUID | None, prepared_by: UUID) -> bool:
    """Whether this act is an approval by the very person who prepared the run (promise 6)."""
    return kind is ActKind.APPROVE_RUN and person_id in (None, prepared_by)


def check_approver(person_id: UUID | None, prepared_by: UUID) -> None:
    """Refuse the person who prepared a run as its approver, whatever roles they hold (promise 6).

    Raises `Barred`.
    """
    if bars_approval(ActKind.APPROVE_RUN, person_id, prepared_by):
        raise Barred(
            "to approve this payment run",
            "you prepared it",
            "Another person who may approve runs has to look at it.",
        )


def check_as_prepared(said: ApprovingRun, lines: int, total_pence: int) -> None:
    """Refuse an approval of anything but exactly what was prepared: its lines and its total.

    Raises `NotValid`.
    """
    faults = []
    if said.lines != lines:
        faults.append(f"it has {lines} lines, not {said.lines}")
    if said.total_pence != total_pence:
        faults.append(f"it comes to {pounds(total_pence)}, not {pounds(said.total_pence)}")
    if faults:
        raise NotValid(
            "to approve this payment run",
            "; ".join(faults),
            "Read the run again, and approve what it says.",
        )


def check_period(said: PreparingRun, today: date) -> None:
    """Refuse a run whose days and period do not belong together, every fault at once.

    It gathers what falls due up to a day of its period or before it; it is not made ready more
    than a month ahead. Raises `NotValid`.
    """
    ends_on = period_ends_on(said.financial_year, said.period)
    faults = []
    if said.due_until_on > ends_on:
        faults.append(f"{said.due_until_on} is after the period, which ends on {ends_on}")
    if ends_on - _AHEAD > today:
        faults.append(f"the period ends on {ends_on}, more than a month after today")
    if faults:
        raise NotValid("to prepare a payment run", "; ".join(faults))


def needs_answer(pay_pence: int) -> bool:
    """Whether the bank has to answer a payment: where all of it was netted, nothing left."""
    return pay_pence > 0


def undoes(said: SettlingDifference, sent_pence: int) -> bool:
    """Whether settling like this undoes a payment: rejected, or another amount than was sent."""
    return said.settled_as == "rejected" or said.paid_pence not in (None, sent_pence)


def check_settling(
    said: SettlingDifference,
    state: RemittanceState,
    sent_pence: int,
    told_pence: AbstractSet[int] = frozenset(),
) -> None:
    """Refuse to settle what is closed, or to leave a difference in the amount without an entry.

    ``told_pence`` are the amounts that answers said were paid. What was paid may still come back.
    Raises `NotAtThisStage` and `NotValid`.
    """
    comes_back = state is RemittanceState.PAID and needs_answer(sent_pence)
    if state is not RemittanceState.SENT and not (comes_back and undoes(said, sent_pence)):
        raise NotAtThisStage(
            "to settle this payment",
            f"it is {state} already",
            "Look at the run again: what no answer has closed is settled, or what came back.",
        )
    others = sorted(told_pence - {sent_pence})
    if said.settled_as == "paid" and said.paid_pence is None and others:
        amounts = " and ".join(map(pounds, others))
        raise NotValid(
            "to settle this payment as paid",
            f"{pounds(sent_pence)} was sent, and an answer says {amounts}",
            "Say how much the payee got: the difference is entered and paid, or netted, next.",
        )


def check_settler(person_id: UUID | None, prepared_by: UUID, approved_by: UUID | None) -> None:
    """Refuse to let whoever made a payment undo it: another person than both (promise 6).

    Raises `Barred`.
    """
    if person_id in (None, prepared_by, approved_by):
        raise Barred(
            "to undo a payment of this run",
            "you prepared or approved the run",
            "Another finance officer, who did neither, has to settle it.",
        )
