"""Recorded acts to their workflows: again and again until heard, in order, with one effect.

Serves the routes and the sweeper that the worker runs. Delivering twice is harmless: the act's id
is the update's id, and what the activity writes is written once.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.clock import Clock
from activities.store import recording
from activities.store.recording import SubjectRef, Waiting
from domain.acts import ActOutcome
from domain.frozen import Frozen
from domain.refusals import TooLate
from domain.stages import ActKind
from workflows.messages import MeetingRef, RequestRef

log = structlog.get_logger(__name__)

ClientFactory = Callable[[], Awaitable[Client]]
Answer = TypeVar("Answer")

_RPC = timedelta(seconds=5)
_FIRST_LOOK_SECONDS = 0.01
_LONGEST_LOOK_SECONDS = 0.1
_PATIENCE_SECONDS = 3.0
_AT_ONCE = 6
_ENDED_BY_FORCE = frozenset(
    {
        WorkflowExecutionStatus.FAILED,
        WorkflowExecutionStatus.TERMINATED,
        WorkflowExecutionStatus.TIMED_OUT,
        WorkflowExecutionStatus.CANCELED,
    }
)
_STARTING = frozenset({ActKind.SUBMIT, ActKind.CALL_MEETING})
_WORKFLOWS = {"request": "SupportRequest", "meeting": "PanelMeeting"}


class EngineAway(Exception):
    """Temporal cannot be reached, or does not answer: acts stay recorded and wait."""


class Delivery:
    """Brings what was recorded to the workflows, one subject at a time by one deliverer."""

    def __init__(
        self, client_factory: ClientFactory, engine: Engine, clock: Clock, task_queue: str
    ) -> None:
        self._client_factory = client_factory
        self._client: Client | None = None
        self._engine = engine
        self._clock = clock
        self._task_queue = task_queue
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._tasks: set[asyncio.Task[bool]] = set()

    async def outcome(
        self, subject: SubjectRef, act_id: UUID, within_seconds: float
    ) -> ActOutcome | None:
        """Deliver, and wait a moment for what becomes of an act; then it follows by itself."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within_seconds
        pause = _FIRST_LOOK_SECONDS
        while True:
            was_heard = await self._deliver_within(subject, deadline - loop.time())
            found = await asyncio.to_thread(self._outcome, act_id)
            if found is not None or not was_heard or loop.time() + pause >= deadline:
                return found
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_LOOK_SECONDS)

    async def deliver(self, subject: SubjectRef) -> bool:
        """Deliver a subject's acts, oldest first; false when the engine does not hear them."""
        try:
            async with self._at_once:
                client = await self._connected()
                await self._deliver(client, subject)
        except EngineAway:
            log.warning("engine_away", subject=subject.subject)
            return False
        return True

    async def raise_again(self, subject: SubjectRef) -> None:
        """Start the workflow of something unfinished that Temporal has lost, or that was ended."""
        client = await self._connected()
        handle = client.get_workflow_handle(_workflow_id(subject))
        try:
            described = await handle.describe(rpc_timeout=_RPC)
            is_lost = described.status in _ENDED_BY_FORCE
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise EngineAway from error
            is_lost = True
        if is_lost:
            await self._start(client, subject, again=True)
            log.info("workflow_raised_again", subject=subject.subject)

    async def close(self) -> None:
        """Let what is being delivered come to its end, or leave it to the next sweep."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=2.0)
            for task in late:
                task.cancel()

    async def _deliver_within(self, subject: SubjectRef, seconds: float) -> bool:
        """Deliver without waiting longer; a delivery that takes longer goes on by itself."""
        task = asyncio.create_task(self.deliver(subject))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        done, _ = await asyncio.wait({task}, timeout=max(seconds, 0))
        return all(each.result() for each in done)

    async def _deliver(self, client: Client, subject: SubjectRef) -> None:
        async with _held(self._engine, subject.id) as connection:
            if connection is None:
                return
            for waiting in await _finished(recording.undelivered, connection, subject.id):
                await self._deliver_one(client, connection, subject, waiting)
                if await _finished(recording.outcome_of, connection, waiting.ref.id) is None:
                    return

    async def _deliver_one(
        self, client: Client, connection: Connection, subject: SubjectRef, waiting: Waiting
    ) -> None:
        """Bring one act to its workflow, which answers when its outcome is stored."""
        if waiting.ref.kind in _STARTING and waiting.number == 1:
            await self._start(client, subject)
            await self._until_settled(connection, waiting)
            return
        if await self._update(client, subject, waiting):
            return
        if await _finished(recording.has_ended, connection, subject.id):
            no = TooLate(f"to {waiting.ref.kind.replace('_', ' ')}", "it had already ended")
            now = await asyncio.to_thread(self._clock.now)
            await _finished(recording.refuse, connection, waiting.ref.id, no, now)
            return
        await self._start(client, subject, again=True)
        await self._update(client, subject, waiting)

    async def _update(self, client: Client, subject: SubjectRef, waiting: Waiting) -> bool:
        """Update the workflow with the act; false when there is no workflow to hear it."""
        handle = client.get_workflow_handle(_workflow_id(subject))
        try:
            await handle.execute_update(
                waiting.ref.kind.value,
                waiting.ref,
                id=str(waiting.ref.id),
                result_type=ActOutcome,
                rpc_timeout=_RPC,
            )
        except WorkflowUpdateRPCTimeoutOrCancelledError as error:
            raise EngineAway from error
        except WorkflowUpdateFailedError:
            log.exception("update_failed", act_id=str(waiting.ref.id), kind=waiting.ref.kind)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise EngineAway from error
        return True

    async def _start(self, client: Client, subject: SubjectRef, *, again: bool = False) -> None:
        """Start a subject's workflow; one that runs is left running.

        Again only when Temporal has lost it: a workflow that came to its end is never begun anew.
        """
        reuse = WorkflowIDReusePolicy.REJECT_DUPLICATE
        if again:
            reuse = WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY
        try:
            await client.start_workflow(
                _WORKFLOWS[subject.subject],
                _ref_of(subject),
                id=_workflow_id(subject),
                task_queue=self._task_queue,
                id_reuse_policy=reuse,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                rpc_timeout=_RPC,
            )
        except WorkflowAlreadyStartedError:
            log.info("workflow_has_ended", subject=subject.subject)
        except RPCError as error:
            raise EngineAway from error

    async def _until_settled(self, connection: Connection, waiting: Waiting) -> None:
        """Wait until the workflow's first activity has stored the outcome, or for a moment."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _PATIENCE_SECONDS
        pause = _FIRST_LOOK_SECONDS
        while await _finished(recording.outcome_of, connection, waiting.ref.id) is None:
            if loop.time() + pause >= deadline:
                raise EngineAway
            await asyncio.sleep(pause)
            pause = min(1.5 * pause, _LONGEST_LOOK_SECONDS)

    async def _connected(self) -> Client:
        """The client, connected when it is first needed, and again when that failed."""
        if self._client is None:
            try:
                self._client = await self._client_factory()
            except RuntimeError as error:  # what the SDK raises when nobody answers
                raise EngineAway from error
        return self._client

    def _outcome(self, act_id: UUID) -> ActOutcome | None:
        with self._engine.connect() as connection:
            return recording.outcome_of(connection, act_id)


class Sweeper:
    """Runs beside the worker: delivers whatever waits, finds what Temporal lost, numbers events."""

    def __init__(
        self, delivery: Delivery, engine: Engine, pause: float = 1.0, look_every: float = 60.0
    ) -> None:
        self._delivery = delivery
        self._engine = engine
        self._pause_seconds = pause
        self._look_every_seconds = look_every

    async def run(self) -> None:
        """Sweep until cancelled, and look for what was lost beside it, at its own pace."""
        await asyncio.gather(
            _again_and_again(self.sweep, self._pause_seconds),
            _again_and_again(self.find_lost, self._look_every_seconds),
        )

    async def sweep(self) -> None:
        """Deliver every act that waits, and give committed events their positions."""
        subjects = await asyncio.to_thread(recording.subjects_waiting, self._engine)
        await asyncio.gather(*(self._delivery.deliver(subject) for subject in subjects))
        await asyncio.to_thread(recording.number_events, self._engine)

    async def find_lost(self) -> None:
        """Start the workflows of open requests and meetings that Temporal knows nothing of."""
        for subject in await asyncio.to_thread(recording.subjects_unfinished, self._engine):
            await self._delivery.raise_again(subject)


async def _again_and_again(do: Callable[[], Awaitable[None]], pause_seconds: float) -> None:
    """Do something for ever; a database or an engine that is away is waited for."""
    while True:
        try:
            await do()
        except (EngineAway, SQLAlchemyError) as away:
            log.warning("sweep_put_off", because=type(away).__name__)
        await asyncio.sleep(pause_seconds)


def _workflow_id(subject: SubjectRef) -> str:
    return f"{subject.subject}/{subject.id}"


def _ref_of(subject: SubjectRef) -> Frozen:
    if subject.subject == "request":
        return RequestRef(request_id=subject.id)
    return MeetingRef(meeting_id=subject.id)


@asynccontextmanager
async def _held(engine: Engine, subject_id: UUID) -> AsyncIterator[Connection | None]:
    """Hold the right to deliver; it is given back even when the deliverer is cancelled."""
    with ExitStack() as stack:
        holding = recording.delivering(engine, subject_id)
        try:
            yield await _finished(stack.enter_context, holding)
        finally:
            await _finished(stack.close)


async def _finished(do: Callable[..., Answer], *of: Any) -> Answer:
    """Do something with the record in a thread; cancelled or not, the thread comes to its end."""
    doing = asyncio.ensure_future(asyncio.to_thread(do, *of))
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait({doing})
        raise
