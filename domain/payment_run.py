"""A payment run on its way: prepared, posted when another person approves, sent, answered, closed.

What it pays and how it is written for others is in ``remitting``; what the bank says to it in
``bank_answer``.
"""

from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from domain.closing import period_ends_on
from domain.finance_acts import ApprovingRun, PreparingRun
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
"""Stages that nothing leaves."""

RUN_ALLOWED_AT: dict[ActKind, frozenset[RunStage]] = {
    ActKind.APPROVE_RUN: frozenset({RunStage.PREPARED}),
    ActKind.ABANDON_RUN: frozenset({RunStage.PREPARED}),
    ActKind.READ_ANSWER: frozenset({RunStage.SENT}),
    ActKind.SETTLE_DIFFERENCE: frozenset({RunStage.SENT}),
}
"""At which stages an act on a run makes sense."""


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
