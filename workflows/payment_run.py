"""A payment run: prepared by one person, approved by another, posted once, sent, and answered.

It carries ids, stages and totals; who is paid what is in the record.
"""

import asyncio

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
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
    from domain.acts import ActOutcome, ActRef
    from domain.payment_run import RUN_ALLOWED_AT, RunStage, bars_approval
    from domain.refusals import Barred, NotAtThisStage
    from workflows.asking import ask
    from workflows.messages import RunRef


@workflow.defn(name="PaymentRun")
class PaymentRun:
    """One run, from gathering what is due to the last answer, or to being given up."""

    @workflow.init
    def __init__(self, ref: RunRef) -> None:
        self._of = OfRun(run_id=ref.run_id)
        self._standing: RunStanding | None = None
        self._turn = asyncio.Lock()

    @workflow.run
    async def run(self, _ref: RunRef) -> None:
        """Gather what is due, or take up from the record, and go on until every line is answered.

        What is posted is written for payees, bank and general ledger at once; for everything else
        a person is waited for.
        """
        async with self._turn:
            self._standing = await ask(TAKE_UP_RUN, self._of)
        while not self._standing.has_ended:
            if self._standing.stage is RunStage.POSTED:
                async with self._turn:
                    self._standing = await ask(WRITE_RUN_PAPERS, self._of)
            else:
                await workflow.wait_condition(self._goes_on)
        await workflow.wait_condition(workflow.all_handlers_finished)

    def _goes_on(self) -> bool:
        """Whether there is something to do that no person has to be waited for."""
        standing = self._standing
        return standing is not None and (standing.has_ended or standing.stage is RunStage.POSTED)

    async def _carry_out(self, act: ActRef) -> ActOutcome:
        await workflow.wait_condition(lambda: self._standing is not None)
        async with self._turn:
            code = self._not_allowed(act)
            if code is None:
                deed = Deed(subject_id=self._of.run_id, act=act)
                self._standing = await ask(CARRY_OUT_IN_RUN, deed)
            else:
                no = NotAllowed(subject_id=self._of.run_id, act=act, code=code)
                self._standing = await ask(REFUSE_IN_RUN, no)
        assert self._standing.outcome is not None
        return self._standing.outcome

    def _not_allowed(self, act: ActRef) -> str | None:
        """Say by its code why an act is refused here: its stage, or the person (promise 6)."""
        standing = self._standing
        assert standing is not None
        if standing.stage not in RUN_ALLOWED_AT[act.kind]:
            return NotAtThisStage.code
        assert standing.prepared_by is not None
        if bars_approval(act.kind, act.person_id, standing.prepared_by):
            return Barred.code
        return None

    @workflow.query
    def stage(self) -> RunStage | None:
        """Where the run stands."""
        return self._standing.stage if self._standing else None

    @workflow.update
    async def approve_run(self, act: ActRef) -> ActOutcome:
        """Another person approves exactly what was prepared, and it is posted."""
        return await self._carry_out(act)

    @workflow.update
    async def abandon_run(self, act: ActRef) -> ActOutcome:
        """A run that nobody approved is given up."""
        return await self._carry_out(act)

    @workflow.update
    async def read_answer(self, act: ActRef) -> ActOutcome:
        """The bank or the finance system has answered."""
        return await self._carry_out(act)

    @workflow.update
    async def settle_difference(self, act: ActRef) -> ActOutcome:
        """A payment that the answers left open is closed, with a reason."""
        return await self._carry_out(act)
