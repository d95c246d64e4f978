"""A cluster's plan for a year: proposed, agreed by its schools, signed, and reported on.

It carries ids and stages. What a plan says, what it costs and who said what is in the record.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.names import (
        CARRY_OUT_ON_PLAN,
        LET_PLAN_WAIT,
        REFUSE_ON_PLAN,
        TAKE_UP_PLAN,
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
    from workflows.messages import PlanRef
    from workflows.turns import TimedTurns


@workflow.defn(name="ClusterPlan")
class ClusterPlan:
    """One plan, or a change of one: before its schools, signed once, until its year is over."""

    @workflow.init
    def __init__(self, ref: PlanRef) -> None:
        self._of = OfPlan(plan_id=ref.plan_id)
        self._turns = TimedTurns(ref.plan_id, CARRY_OUT_ON_PLAN, REFUSE_ON_PLAN, _in_the_way)

    @workflow.run
    async def run(self, _ref: PlanRef) -> None:
        """Take the plan up from the record and carry it to its end.

        Between its acts it waits for its schools' time, and for its year, to be over.
        """
        standing = await self._turns.ask(TAKE_UP_PLAN, self._of)
        while not standing.has_ended:
            is_due = await self._turns.wait_until(standing.waits_until_at)
            if is_due is not None:
                await self._turns.ask_if(LET_PLAN_WAIT, self._of, is_due)
            assert self._turns.standing is not None
            standing = self._turns.standing
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.query
    def stage(self) -> PlanStage | None:
        """Where the plan stood when its workflow last read it."""
        return self._turns.standing.stage if self._turns.standing else None

    @workflow.update
    async def voice_on_plan(self, act: ActRef) -> ActOutcome:
        """A school says yes or no, by its head."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def sign_plan(self, act: ActRef) -> ActOutcome:
        """An officer with no part in it signs, and its money is committed."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def return_plan(self, act: ActRef) -> ActOutcome:
        """An officer returns it, and its hold is given back."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def withdraw_plan(self, act: ActRef) -> ActOutcome:
        """The cluster takes it back before it is signed."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def report_outcome(self, act: ActRef) -> ActOutcome:
        """The chair reports what an item achieved in a term."""
        return await self._turns.carry_out(act)


def _in_the_way(standing: PlanStanding, act: ActRef) -> str | None:
    """What keeps an act from being carried out: the stage, or the person (promise 6)."""
    if standing.stage is None or standing.stage in PLAN_ENDED:
        return TooLate.code
    if standing.stage not in PLAN_ALLOWED_AT[act.kind]:
        return NotAtThisStage.code
    if is_barred_from_plan(act.kind, act.person_id, standing.involved):
        return Barred.code
    return None
