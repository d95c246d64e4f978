"""A record of one payment run that exists only in memory, under the activities' real names."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from temporalio import activity

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
from domain.acts import ActOutcome
from domain.payment_run import RunStage
from domain.stages import ActKind


class FakeRun:
    """Where a payment run stands, and what follows each act: set by the test."""

    def __init__(self, stage: RunStage | None = RunStage.PREPARED) -> None:
        self.id = uuid4()
        self.preparer = uuid4()
        self.standing = RunStanding(
            run_id=self.id, stage=stage, prepared_by=self.preparer if stage else None
        )
        self.leads_to = {ActKind.APPROVE_RUN: RunStage.POSTED}
        self.names: list[str] = []

    @property
    def activities(self) -> list[Callable[..., Any]]:
        """The activities of a run under their real names."""

        @activity.defn(name=TAKE_UP_RUN.name)
        def take_up(_asked: OfRun) -> RunStanding:
            return self._answer(TAKE_UP_RUN.name)

        @activity.defn(name=CARRY_OUT_IN_RUN.name)
        def carry_out(asked: Deed) -> RunStanding:
            self._stands(self.leads_to.get(asked.act.kind, self.standing.stage))
            done = ActOutcome(act_id=asked.act.id, done=True)
            return self._answer(CARRY_OUT_IN_RUN.name, done)

        @activity.defn(name=REFUSE_IN_RUN.name)
        def refuse(asked: NotAllowed) -> RunStanding:
            no = ActOutcome(act_id=asked.act.id, done=False, code=asked.code)
            return self._answer(REFUSE_IN_RUN.name, no)

        @activity.defn(name=WRITE_RUN_PAPERS.name)
        def write_papers(_asked: OfRun) -> RunStanding:
            self._stands(RunStage.SENT)
            return self._answer(WRITE_RUN_PAPERS.name)

        return [take_up, carry_out, refuse, write_papers]

    def _stands(self, stage: RunStage | None) -> None:
        self.standing = self.standing.model_copy(update={"stage": stage})

    def _answer(self, name: str, outcome: ActOutcome | None = None) -> RunStanding:
        self.names.append(name)
        return self.standing.model_copy(update={"outcome": outcome})
