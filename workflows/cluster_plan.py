"""A cluster's plan for a year: proposed, agreed by its schools, signed, and reported on.

It carries ids and stages. What a plan says, what it costs and who said what is in the record.
"""

import asyncio

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.names import (
        CARRY_OUT_ON_PLAN,
        LET_PLAN_WAIT,
        REFUSE_ON_PLAN,
        TAKE_UP_PLAN,
        Deed,
        NotAllowed,
        OfPlan,
        PlanStanding,
    )
    from domain.acts import ActOutcome, ActRef
    from domain.cluster_plan import (
        PLAN_ALLOWED_AT,
        PLAN_ENDED,
        PlanStage,
        is_barred_from_plan,
    )
    from domain.refusals import Barred, NotAtThisStage, TooLate
    from workflows.asking import RecordedTime, ask
    from workflows.messages import PlanRef


@workflow.defn(name="ClusterPlan")
class ClusterPlan:
    """One plan, or a change of one: before its schools, signed once, until its year is over."""

    @workflow.init
    def __init__(self, ref: PlanRef) -> None:
        self._of = OfPlan(plan_id=ref.plan_id)
        self._standing: PlanStanding | None = None
        self._time = RecordedTime()
        self._turn = asyncio.Lock()
        self._changes = 0

    @workflow.run
    async def run(self, _ref: PlanRef) -> None:
        """Take the plan up from the record and carry it to its end."""
        async with self._turn:
            standing = self._take(await ask(TAKE_UP_PLAN, self._of))
        while not standing.has_ended:
            standing = await self._wait(standing)
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def _wait(self, standing: PlanStanding) -> PlanStanding:
        """Wait for somebody to act, or for the schools' time, or the plan's year, to be over."""
        seen = self._changes
        try:
            await workflow.wait_condition(
                lambda: self._changes != seen, timeout=self._time.until(standing.waits_until_at)
            )
        except TimeoutError:
            async with self._turn:
                return self._take(await ask(LET_PLAN_WAIT, self._of))
        assert self._standing is not None
        return self._standing

    def _take(self, standing: PlanStanding) -> PlanStanding:
        self._standing = standing
        self._time.set_by(standing.now_at if standing.by_moved_clock else None)
        self._changes += 1
        return standing

    async def _carry_out(self, act: ActRef) -> ActOutcome:
        await workflow.wait_condition(lambda: self._standing is not None)
        async with self._turn:
            assert self._standing is not None
            code = self._in_the_way(self._standing, act)
            if code is None:
                deed = Deed(subject_id=self._of.plan_id, act=act)
                told = self._take(await ask(CARRY_OUT_ON_PLAN, deed))
            else:
                no = NotAllowed(subject_id=self._of.plan_id, act=act, code=code)
                told = self._take(await ask(REFUSE_ON_PLAN, no))
        assert told.outcome is not None
        return told.outcome

    @staticmethod
    def _in_the_way(standing: PlanStanding, act: ActRef) -> str | None:
        """What keeps an act from being carried out: the stage, or the person (promise 6)."""
        if standing.stage is None or standing.stage in PLAN_ENDED:
            return TooLate.code
        if standing.stage not in PLAN_ALLOWED_AT[act.kind]:
            return NotAtThisStage.code
        if is_barred_from_plan(act.kind, act.person_id, standing.involved):
            return Barred.code
        return None

    @workflow.query
    def stage(self) -> PlanStage | None:
        """Where the plan stood when its workflow last read it."""
        return self._standing.stage if self._standing else None

    @workflow.update
    async def voice_on_plan(self, act: ActRef) -> ActOutcome:
        """A school says yes or no, by its head."""
        return await self._carry_out(act)

    @workflow.update
    async def sign_plan(self, act: ActRef) -> ActOutcome:
        """An officer with no part in it signs, and its money is committed."""
        return await self._carry_out(act)

    @workflow.update
    async def return_plan(self, act: ActRef) -> ActOutcome:
        """An officer returns it, and its hold is given back."""
        return await self._carry_out(act)

    @workflow.update
    async def withdraw_plan(self, act: ActRef) -> ActOutcome:
        """The cluster takes it back before it is signed."""
        return await self._carry_out(act)

    @workflow.update
    async def report_outcome(self, act: ActRef) -> ActOutcome:
        """The chair reports what an item achieved in a term."""
        return await self._carry_out(act)
