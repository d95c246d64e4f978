"""A record of one cluster plan that exists only in memory, under the activities' real names."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from temporalio import activity

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
from domain.acts import ActOutcome
from domain.cluster_plan import PlanStage
from domain.stages import ActKind
from tests.workflows.fakes import AT


class FakePlan:
    """Where a plan stands, and what follows each act: set by the test."""

    def __init__(
        self,
        stage: PlanStage | None = PlanStage.PROPOSED,
        waits_until_at: datetime | None = None,
    ) -> None:
        self.id = uuid4()
        self.involved = uuid4()
        self.standing = PlanStanding(
            plan_id=self.id,
            stage=stage,
            now_at=AT,
            by_moved_clock=True,
            waits_until_at=waits_until_at,
            involved=(self.involved,),
        )
        self.leads_to = {
            ActKind.VOICE_ON_PLAN: PlanStage.AGREED,
            ActKind.SIGN_PLAN: PlanStage.SIGNED,
            ActKind.RETURN_PLAN: PlanStage.RETURNED,
            ActKind.WITHDRAW_PLAN: PlanStage.WITHDRAWN,
            ActKind.REPORT_OUTCOME: PlanStage.ENDED,
        }
        self.names: list[str] = []

    def stands(self, **changed: Any) -> None:
        """The record says something else from now on."""
        self.standing = self.standing.model_copy(update=changed)

    @property
    def activities(self) -> list[Callable[..., Any]]:
        """The activities of a plan under their real names."""

        @activity.defn(name=TAKE_UP_PLAN.name)
        def take_up(_asked: OfPlan) -> PlanStanding:
            return self._answer(TAKE_UP_PLAN.name)

        @activity.defn(name=CARRY_OUT_ON_PLAN.name)
        def carry_out(asked: Deed) -> PlanStanding:
            self.stands(stage=self.leads_to[asked.act.kind])
            return self._answer(CARRY_OUT_ON_PLAN.name, asked.act.id)

        @activity.defn(name=REFUSE_ON_PLAN.name)
        def refuse(asked: NotAllowed) -> PlanStanding:
            return self._answer(REFUSE_ON_PLAN.name, asked.act.id, asked.code)

        @activity.defn(name=LET_PLAN_WAIT.name)
        def let_wait(_asked: OfPlan) -> PlanStanding:
            self.stands(stage=PlanStage.NOT_AGREED, waits_until_at=None)
            return self._answer(LET_PLAN_WAIT.name)

        return [take_up, carry_out, refuse, let_wait]

    def _answer(
        self, name: str, act_id: UUID | None = None, code: str | None = None
    ) -> PlanStanding:
        self.names.append(name)
        outcome = ActOutcome(act_id=act_id, done=code is None, code=code) if act_id else None
        return self.standing.model_copy(update={"outcome": outcome})
