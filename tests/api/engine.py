"""An engine that stands where Temporal stands: it knows workflows by id and works by hand.

``test_engine`` holds it to the same contract as the real server, as far as delivery leans on it.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, cast
from uuid import UUID

from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.names import (
    ChallengeStanding,
    Deed,
    MeetingStanding,
    OfChallenge,
    OfFinanceAct,
    OfMeeting,
    OfPlan,
    OfPolicyAct,
    OfRequest,
    OfRun,
    PlanStanding,
    PublicationStanding,
    RunStanding,
    Standing,
)
from domain.acts import ActOutcome, ActRef
from tests.activities.by_hand import ByHand
from tests.activities.publishing_world import goes_on


class HandEngine:
    """Workflows by id, each of which does what its activities do, at once."""

    def __init__(self, hand: ByHand | None = None) -> None:
        self.hand = hand
        self.is_away = False
        self.is_idle = False
        """Takes everything in and does nothing, as a server without a worker."""
        self.running: set[str] = set()
        self.ended: set[str] = set()
        self.stopped: set[str] = set()
        """Ended by somebody's force, and not by coming to an end."""
        self.heard: list[str] = []

    async def connect(self) -> Client:
        """Hand out the client, if anybody answers."""
        if self.is_away:
            raise RuntimeError("nobody answers")
        return cast("Client", self)

    async def start_workflow(self, _name: str, _ref: Any, **options: Any) -> "HandHandle":
        """Start a workflow; one that runs is left running, one that ended is not begun anew."""
        self._answer()
        workflow_id = options["id"]
        allowed = options.get("id_reuse_policy")
        if workflow_id in self.ended and allowed is not WorkflowIDReusePolicy.ALLOW_DUPLICATE:
            raise WorkflowAlreadyStartedError(workflow_id, _name)
        if workflow_id not in self.running:
            self.running.add(workflow_id)
            await self._take_up(workflow_id)
        return HandHandle(self, workflow_id)

    def get_workflow_handle(self, workflow_id: str) -> "HandHandle":
        """Name a workflow, whether there is one or not."""
        return HandHandle(self, workflow_id)

    def lose_everything(self) -> None:
        """Forget every workflow, as a server whose data is gone."""
        self.running.clear()
        self.ended.clear()

    def _answer(self) -> None:
        if self.is_away:
            raise RPCError("nobody answers", RPCStatusCode.UNAVAILABLE, b"")

    async def _take_up(self, workflow_id: str) -> None:
        if self.hand is None or self.is_idle:
            return
        kind, _, subject = workflow_id.partition("/")
        if kind == "request":
            of = OfRequest(request_id=UUID(subject))
            await asyncio.to_thread(self.hand.casework.take_up, of)
        elif kind == "finance":
            act = OfFinanceAct(act_id=UUID(subject))
            await asyncio.to_thread(self.hand.finance.carry_out, act)
        elif kind == "payment_run":
            await asyncio.to_thread(self.hand.runs.take_up, OfRun(run_id=UUID(subject)))
        elif kind == "publication":
            await asyncio.to_thread(goes_on, self.hand.publishing, UUID(subject))
        elif kind in {"withdrawal", "modelling"}:
            hand = self.hand
            work = hand.publishing.withdraw if kind == "withdrawal" else hand.modelling.run_model
            await asyncio.to_thread(work, OfPolicyAct(act_id=UUID(subject)))
        else:
            await asyncio.to_thread(_taken_up_by(self.hand, kind, UUID(subject)))


def _taken_up_by(hand: ByHand, kind: str, subject_id: UUID) -> Callable[[], object]:
    """What takes up a challenge, a cluster plan, or else a meeting."""
    if kind == "reconsideration":
        return partial(hand.challenges.take_up, OfChallenge(reconsideration_id=subject_id))
    if kind == "cluster_plan":
        return partial(hand.plans.take_up, OfPlan(plan_id=subject_id))
    return partial(hand.panels.take_up, OfMeeting(meeting_id=subject_id))


class Described:
    """What a workflow's description says, as far as anybody asks."""

    def __init__(self, status: WorkflowExecutionStatus) -> None:
        self.status = status


class HandHandle:
    """A workflow by its id."""

    def __init__(self, engine: HandEngine, workflow_id: str) -> None:
        self._engine = engine
        self.id = workflow_id

    async def describe(self, **_options: Any) -> "Described":
        """Say that there is such a workflow, and whether it runs."""
        self._engine._answer()  # noqa: SLF001
        if self.id in self._engine.running:
            return Described(WorkflowExecutionStatus.RUNNING)
        if self.id in self._engine.stopped:
            return Described(WorkflowExecutionStatus.TERMINATED)
        if self.id in self._engine.ended:
            return Described(WorkflowExecutionStatus.COMPLETED)
        raise RPCError("workflow not found", RPCStatusCode.NOT_FOUND, b"")

    async def execute_update(self, _name: str, act: ActRef, **options: Any) -> ActOutcome | None:
        """Let a running workflow carry an act out, once for each id."""
        engine = self._engine
        engine._answer()  # noqa: SLF001
        if self.id not in engine.running:
            raise RPCError("workflow not found", RPCStatusCode.NOT_FOUND, b"")
        engine.heard.append(options["id"])
        if engine.is_idle:
            raise WorkflowUpdateRPCTimeoutOrCancelledError
        if engine.hand is None:
            return None
        kind, _, subject = self.id.partition("/")
        deed = Deed(subject_id=UUID(subject), act=act)
        told = await asyncio.to_thread(_carried_out_by(engine.hand, kind), deed)
        if not isinstance(told, MeetingStanding) and told.has_ended:
            engine.running.discard(self.id)
            engine.ended.add(self.id)
        await asyncio.to_thread(engine.hand._hear)  # noqa: SLF001
        return told.outcome


Told = (
    Standing
    | MeetingStanding
    | RunStanding
    | PublicationStanding
    | ChallengeStanding
    | PlanStanding
)


def _carried_out_by(hand: ByHand, kind: str) -> Callable[[Deed], Told]:
    """What carries an act out on a kind of subject."""
    by: dict[str, Callable[[Deed], Told]] = {
        "request": hand.casework.carry_out,
        "payment_run": hand.in_run,
        "publication": hand.in_publication,
        "reconsideration": hand.on_challenge,
        "cluster_plan": hand.on_plan,
    }
    return by.get(kind, hand.panels.carry_out)
