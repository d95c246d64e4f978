"""Recorded acts to their workflows: again and again until heard, in order, with one effect.

Serves the routes and the sweeper that the worker runs. Delivering twice is harmless: the act's id
is the update's id, and what the activity writes is written once.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.clock import Clock
from activities.store import recording
from activities.store.recording import Held, SubjectRef, Waiting
from activities.store.session import each_by_itself
from api.subjects import begun_with, workflow_id, workflow_name
from domain.acts import ActOutcome
from domain.refusals import TooLate
from domain.stages import FINANCE_ACTS, ActKind

log = structlog.get_logger(__name__)

ClientFactory = Callable[[], Awaitable[Client]]
Answer = TypeVar("Answer")

_RPC = timedelta(seconds=5)
_FIRST_LOOK_SECONDS = 0.004
_LONGEST_LOOK_SECONDS = 0.1
_PATIENCE_SECONDS = 3.0
_AT_ONCE = 10
_ENDED_BY_FORCE = frozenset(
    {
        WorkflowExecutionStatus.FAILED,
        WorkflowExecutionStatus.TERMINATED,
        WorkflowExecutionStatus.TIMED_OUT,
        WorkflowExecutionStatus.CANCELED,
    }
)
_STARTING = FINANCE_ACTS | {
    ActKind.SUBMIT,
    ActKind.CALL_MEETING,
    ActKind.CALL_URGENT,
    ActKind.PREPARE_RUN,
    ActKind.DRAFT_POLICY,
    ActKind.WITHDRAW_POLICY,
    ActKind.MODEL_POLICIES,
    ActKind.CHALLENGE,
    ActKind.PROPOSE_PLAN,
    ActKind.CHANGE_PLAN,
}
_WORKING_FOR_MINUTES = frozenset({ActKind.MODEL_POLICIES})
"""Acts whose workflow is begun and not waited for: nothing comes after them on their subject."""
_AFTER_THE_END = frozenset({ActKind.SETTLE_DIFFERENCE})
"""Acts that may come when their subject has ended: a bank returns a payment when it likes."""


class EngineAway(Exception):
    """Temporal cannot be reached, or does not answer: acts stay recorded and wait."""


class NobodyThere(Exception):
    """Temporal answers, and has no running workflow of that subject."""


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
        self._turns: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
        self._told: dict[UUID, ActOutcome | None] = {}
        """Acts that somebody in this process waits for, with what their workflows answered."""

    async def outcome(
        self, subject: SubjectRef, act_id: UUID, within_seconds: float
    ) -> ActOutcome | None:
        """Deliver, and wait a moment for what becomes of an act; then it follows by itself."""
        self._told[act_id] = None
        try:
            return await self._outcome_within(subject, act_id, within_seconds)
        finally:
            del self._told[act_id]

    async def deliver(self, subject: SubjectRef, act_id: UUID | None = None) -> bool:
        """Deliver a subject's acts, oldest first; false when the engine does not hear them.

        Whoever asks for the same subject in the meantime waits for its turn here; ``act_id`` is
        what they ask for, and it may have been delivered by the one before.
        """
        turn = self._turns.setdefault(subject.id, asyncio.Lock())
        try:
            async with turn:
                if act_id is not None and self._told.get(act_id):
                    return True
                async with self._at_once:
                    await self._deliver(await self._connected(), subject)
        except EngineAway:
            log.warning("engine_away", subject=subject.subject)
            return False
        return True

    async def raise_again(self, subject: SubjectRef) -> None:
        """Start the workflow of something unfinished that Temporal has lost, or that was ended."""
        client = await self._connected()
        handle = client.get_workflow_handle(workflow_id(subject))
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
            await asyncio.gather(*late, return_exceptions=True)

    async def _outcome_within(
        self, subject: SubjectRef, act_id: UUID, seconds: float
    ) -> ActOutcome | None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        pause = _FIRST_LOOK_SECONDS
        while True:
            was_heard = await self._deliver_within(subject, act_id, deadline - loop.time())
            found = self._told[act_id] or await _finished(self._outcome, act_id)
            if found is not None or not was_heard or loop.time() + pause >= deadline:
                return found
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_LOOK_SECONDS)

    async def _deliver_within(self, subject: SubjectRef, act_id: UUID, seconds: float) -> bool:
        """Deliver without waiting longer; a delivery that takes longer goes on by itself."""
        task = asyncio.create_task(self.deliver(subject, act_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        done, _ = await asyncio.wait({task}, timeout=max(seconds, 0))
        return all(each.result() for each in done)

    async def _deliver(self, client: Client, subject: SubjectRef) -> None:
        async with _held(self._engine, subject.id) as held:
            for waiting in held.waiting if held else ():
                assert held is not None
                outcome = await self._deliver_one(client, held.connection, subject, waiting)
                if outcome is None:
                    return
                if waiting.ref.id in self._told:
                    self._told[waiting.ref.id] = outcome

    async def _deliver_one(
        self, client: Client, connection: Connection, subject: SubjectRef, waiting: Waiting
    ) -> ActOutcome | None:
        """Bring one act to its workflow, which answers when its outcome is stored."""
        if waiting.ref.kind in _STARTING and waiting.number == 1:
            await self._start(client, subject)
            return await self._settled(connection, waiting)
        try:
            return await self._update(client, subject, waiting)
        except NobodyThere:
            log.info("nobody_there", subject=subject.subject)
        if await _finished(recording.has_ended, connection, subject.id):
            if waiting.ref.kind in _AFTER_THE_END:
                return await self._update_anew(client, subject, waiting)
            no = TooLate(f"to {waiting.ref.kind.replace('_', ' ')}", "it had already ended")
            now = await _finished(self._clock.now)
            await _finished(recording.refuse, connection, waiting.ref.id, no, now)
            return await _finished(recording.outcome_of, connection, waiting.ref.id)
        await self._start(client, subject, again=True)
        with suppress(NobodyThere):
            return await self._update(client, subject, waiting)
        return None

    async def _update(
        self, client: Client, subject: SubjectRef, waiting: Waiting
    ) -> ActOutcome | None:
        """Update the workflow with the act; nothing comes back when it could not carry it out."""
        handle = client.get_workflow_handle(workflow_id(subject))
        return await _told(
            waiting,
            handle.execute_update(
                waiting.ref.kind.value,
                waiting.ref,
                id=str(waiting.ref.id),
                result_type=ActOutcome,
                rpc_timeout=_RPC,
            ),
        )

    async def _update_anew(
        self, client: Client, subject: SubjectRef, waiting: Waiting
    ) -> ActOutcome | None:
        """Begin the workflow of what has ended once more, for the one act, and let it end again."""
        begin: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            workflow_name(subject),
            begun_with(subject),
            id=workflow_id(subject),
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        return await _told(
            waiting,
            client.execute_update_with_start_workflow(
                waiting.ref.kind.value,
                waiting.ref,
                start_workflow_operation=begin,
                id=str(waiting.ref.id),
                result_type=ActOutcome,
                rpc_timeout=_RPC,
            ),
        )

    async def _start(self, client: Client, subject: SubjectRef, *, again: bool = False) -> None:
        """Start a subject's workflow; one that runs is left running.

        Again only when Temporal has lost it: a workflow that came to its end is never begun anew.
        """
        reuse = WorkflowIDReusePolicy.REJECT_DUPLICATE
        if again:
            reuse = WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY
        try:
            await client.start_workflow(
                workflow_name(subject),
                begun_with(subject),
                id=workflow_id(subject),
                task_queue=self._task_queue,
                id_reuse_policy=reuse,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                rpc_timeout=_RPC,
            )
        except WorkflowAlreadyStartedError:
            log.info("workflow_has_ended", subject=subject.subject)
        except RPCError as error:
            raise EngineAway from error

    async def _settled(self, connection: Connection, waiting: Waiting) -> ActOutcome | None:
        """Wait until the workflow's first activity has stored the outcome, or for a moment.

        What works for minutes is not waited for; it is found when somebody looks again.
        """
        if waiting.ref.kind in _WORKING_FOR_MINUTES:
            return await _finished(recording.outcome_of, connection, waiting.ref.id)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _PATIENCE_SECONDS
        pause = _FIRST_LOOK_SECONDS
        while loop.time() + pause < deadline:
            await asyncio.sleep(pause)
            found = await _finished(recording.outcome_of, connection, waiting.ref.id)
            if found is not None:
                return found
            pause = min(1.5 * pause, _LONGEST_LOOK_SECONDS)
        raise EngineAway

    async def _connected(self) -> Client:
        """The client, connected when it is first needed, and again when that failed."""
        if self._client is None:
            try:
                self._client = await self._client_factory()
            except RuntimeError as error:  # what the SDK raises when nobody answers
                raise EngineAway from error
        return self._client

    def _outcome(self, act_id: UUID) -> ActOutcome | None:
        with each_by_itself(self._engine) as connection:
            return recording.outcome_of(connection, act_id)


class Sweeper:
    """Runs beside the worker: delivers whatever waits, finds what was lost, numbers and seals."""

    def __init__(
        self,
        delivery: Delivery,
        engine: Engine,
        clock: Clock,
        pause: float = 1.0,
        look_every: float = 60.0,
    ) -> None:
        self._delivery = delivery
        self._engine = engine
        self._clock = clock
        self._pause_seconds = pause
        self._look_every_seconds = look_every

    async def run(self) -> None:
        """Sweep until cancelled; seal, and look for what was lost, beside it at their own pace.

        Cancelled, it ends when each of them has ended, so that nothing is left with the record.
        """
        async with asyncio.TaskGroup() as paces:
            paces.create_task(_again_and_again(self.sweep, self._pause_seconds))
            paces.create_task(_again_and_again(self.seal, self._pause_seconds))
            paces.create_task(_again_and_again(self.find_lost, self._look_every_seconds))

    async def sweep(self) -> None:
        """Deliver every act that waits, and give committed events their positions."""
        subjects = await _finished(recording.subjects_waiting, self._engine)
        await asyncio.gather(*(self._delivery.deliver(subject) for subject in subjects))
        await _finished(recording.number_events, self._engine)

    async def seal(self) -> None:
        """Seal the ledger's entries that have come since: the chain grows behind the postings."""
        now = await _finished(self._clock.now)
        await _finished(recording.seal_entries, self._engine, now)

    async def find_lost(self) -> None:
        """Start the workflows of open requests and meetings that Temporal knows nothing of."""
        for subject in await _finished(recording.subjects_unfinished, self._engine):
            await self._delivery.raise_again(subject)


async def _again_and_again(do: Callable[[], Awaitable[None]], pause_seconds: float) -> None:
    """Do something for ever; a database or an engine that is away is waited for.

    Told to end while one is away, it ends: the error that came of it hides the cancellation.
    """
    own = asyncio.current_task()
    while own is None or not own.cancelling():
        try:
            await do()
        except (EngineAway, SQLAlchemyError) as away:
            log.warning("sweep_put_off", because=type(away).__name__)
        await asyncio.sleep(pause_seconds)


async def _told(waiting: Waiting, updating: Awaitable[ActOutcome]) -> ActOutcome | None:
    """Wait for what a workflow tells; nothing comes back when it could not carry the act out."""
    try:
        return await updating
    except WorkflowUpdateRPCTimeoutOrCancelledError as error:
        raise EngineAway from error
    except WorkflowUpdateFailedError:
        log.exception("update_failed", act_id=str(waiting.ref.id), kind=waiting.ref.kind)
        return None
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise NobodyThere from error
        raise EngineAway from error


@asynccontextmanager
async def _held(engine: Engine, subject_id: UUID) -> AsyncIterator[Held | None]:
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
