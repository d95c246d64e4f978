"""The activities of a payment run: take it up, carry an act out or refuse it, write its papers.

Each is one transaction, and asking it again answers as the first time (promise 4).
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity

from activities import answering, gathering, posting, sending
from activities.clock import Clock
from activities.finance_desk import FinanceDesk
from activities.names import (
    CARRY_OUT_IN_RUN,
    REFUSE_IN_RUN,
    TAKE_UP_RUN,
    WRITE_RUN_PAPERS,
    Deed,
    NotAllowed,
    OfRun,
    RunStanding,
)
from activities.run_desk import RunDesk
from activities.settling import settled
from activities.store import casework, payments
from activities.store.casework import Recorded
from activities.store.session import transaction
from domain.acts import ActOutcome
from domain.payment_run import check_run_act
from domain.refusals import REFUSALS
from domain.stages import ActKind

EFFECTS: Mapping[ActKind, Callable[[RunDesk, Recorded], None]] = {
    ActKind.APPROVE_RUN: posting.approve,
    ActKind.ABANDON_RUN: posting.abandon,
    ActKind.READ_ANSWER: answering.read_answer,
    ActKind.SETTLE_DIFFERENCE: answering.settle,
}
"""What each act on a prepared run does."""


class PaymentRuns:
    """What happens to payment runs, on one database and by one clock."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    @activity.defn(name=TAKE_UP_RUN.name)
    def take_up(self, of: OfRun) -> RunStanding:
        """Read where a run stands; one just asked for is prepared, or refused when nothing is due.

        A run's preparing act has the run's own id.
        """
        with transaction(self._engine) as session:
            now = self._clock.now()
            asked = casework.undelivered(session, of.run_id, ActKind.PREPARE_RUN)
            if asked is None:
                return _standing(session, of.run_id)
            desk = FinanceDesk(session=session, now=now)
            outcome = settled(
                session, asked, now, lambda: gathering.prepare(desk, of.run_id, asked)
            )
            return _standing(session, of.run_id, outcome)

    @activity.defn(name=CARRY_OUT_IN_RUN.name)
    def carry_out(self, deed: Deed) -> RunStanding:
        """Carry out a recorded act on a run, or refuse it; its outcome is stored with it."""
        with transaction(self._engine) as session:
            desk = _sit_down(session, deed.subject_id, self._clock.now())
            act = casework.recorded_act(session, deed.act.id)
            outcome = act.outcome or _carried_out(desk, act)
            return _standing(session, deed.subject_id, outcome)

    @activity.defn(name=REFUSE_IN_RUN.name)
    def refuse(self, refused: NotAllowed) -> RunStanding:
        """Store the workflow's own refusal as the act's outcome."""
        with transaction(self._engine) as session:
            desk = _sit_down(session, refused.subject_id, self._clock.now())
            act = casework.recorded_act(session, refused.act.id)
            no = REFUSALS[refused.code](
                f"to {act.kind.replace('_', ' ')}", f"the run is {desk.run.stage}"
            )
            outcome = act.outcome or casework.settle(session, act, None, desk.now, no)
            return _standing(session, refused.subject_id, outcome)

    @activity.defn(name=WRITE_RUN_PAPERS.name)
    def write_papers(self, of: OfRun) -> RunStanding:
        """Write what goes to payees, bank and general ledger; written before, it stays as it is."""
        with transaction(self._engine) as session:
            sending.send(_sit_down(session, of.run_id, self._clock.now()))
            return _standing(session, of.run_id)


def _sit_down(session: Session, run_id: UUID, now: datetime) -> RunDesk:
    run = payments.take_in_hand(session, run_id)
    assert run is not None, "only a run that was prepared is acted upon"
    return RunDesk(session=session, now=now, run=run)


def _carried_out(desk: RunDesk, act: Recorded) -> ActOutcome:
    def effect() -> None:
        check_run_act(act.kind, desk.run.stage)
        EFFECTS[act.kind](desk, act)

    return settled(desk.session, act, desk.now, effect)


def _standing(session: Session, run_id: UUID, outcome: ActOutcome | None = None) -> RunStanding:
    session.flush()
    run = payments.take_in_hand(session, run_id)
    if run is None:
        return RunStanding(run_id=run_id, outcome=outcome)
    return RunStanding(
        run_id=run_id,
        stage=run.stage,
        lines=run.lines,
        total_pence=run.total_pence,
        prepared_by=run.prepared_by,
        unanswered=payments.unanswered(session, run_id),
        outcome=outcome,
    )
