"""A payment run: prepared by one person, approved by another, posted once, sent, and answered.

It carries ids, stages and totals; who is paid what is in the record.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.names import (
        CARRY_OUT_IN_RUN,
        REFUSE_IN_RUN,
        TAKE_UP_RUN,
        WRITE_RUN_PAPERS,
        OfRun,
        RunStanding,
    )
    from domain.acts import ActOutcome, ActRef
    from domain.payment_run import RUN_ALLOWED_AT, RunStage, bars_approval
    from domain.refusals import Barred, NotAtThisStage
    from workflows.messages import RunRef
    from workflows.turns import Turns


@workflow.defn(name="PaymentRun")
class PaymentRun:
    """One run, from gathering what is due to the last answer, or to being given up."""

    @workflow.init
    def __init__(self, ref: RunRef) -> None:
        self._of = OfRun(run_id=ref.run_id)
        self._turns = Turns(ref.run_id, CARRY_OUT_IN_RUN, REFUSE_IN_RUN, _in_the_way)

    @workflow.run
    async def run(self, _ref: RunRef) -> None:
        """Gather what is due, or take up from the record, and go on until every line is answered.

        What is posted is written for payees, bank and general ledger at once; for everything else
        a person is waited for.
        """
        standing = await self._turns.ask(TAKE_UP_RUN, self._of)
        while not standing.has_ended:
            if standing.stage is RunStage.POSTED:
                standing = await self._turns.ask(WRITE_RUN_PAPERS, self._of)
                continue
            await workflow.wait_condition(self._goes_on)
            assert self._turns.standing is not None
            standing = self._turns.standing
        await workflow.wait_condition(workflow.all_handlers_finished)

    def _goes_on(self) -> bool:
        """Whether there is something to do that no person has to be waited for."""
        standing = self._turns.standing
        return standing is not None and (standing.has_ended or standing.stage is RunStage.POSTED)

    @workflow.query
    def stage(self) -> RunStage | None:
        """Where the run stands."""
        return self._turns.standing.stage if self._turns.standing else None

    @workflow.update
    async def approve_run(self, act: ActRef) -> ActOutcome:
        """Another person approves exactly what was prepared, and it is posted."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def abandon_run(self, act: ActRef) -> ActOutcome:
        """A run that nobody approved is given up."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def read_answer(self, act: ActRef) -> ActOutcome:
        """The bank or the finance system has answered."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def settle_difference(self, act: ActRef) -> ActOutcome:
        """A payment that the answers left open is closed, with a reason."""
        return await self._turns.carry_out(act)


def _in_the_way(standing: RunStanding, act: ActRef) -> str | None:
    """Say by its code why an act is refused here: its stage, or the person (promise 6)."""
    if standing.stage not in RUN_ALLOWED_AT[act.kind]:
        return NotAtThisStage.code
    assert standing.prepared_by is not None
    if bars_approval(act.kind, act.person_id, standing.prepared_by):
        return Barred.code
    return None
