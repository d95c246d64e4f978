"""The bare engine: workflows of the same shape that mean nothing, with activities that do nothing.

A case is as many updates, signals, activities and timers as one of Locality's, and no rows at all.
Run as a program it is the worker; imported, it plays cases against one.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

from tests.benchmarks.ground import Ground

QUEUE = "bench_bare"
PANELS = 6
VOTES = 9
_SOON = timedelta(seconds=30)
_BALLOT = timedelta(hours=48)
_DECISION = timedelta(days=28)


@activity.defn
async def nothing(_of: str) -> str:
    """Do nothing."""
    return ""


async def do_nothing(of: str) -> None:
    """Do nothing, by an activity."""
    await workflow.execute_activity(nothing, of, start_to_close_timeout=_SOON)


@workflow.defn
class BareRequest:
    """Taken up, hears of its ballot, is signed; a deadline runs the while."""

    @workflow.init
    def __init__(self, request: str) -> None:
        self._request = request
        self._turn = asyncio.Lock()
        self._changes = 0
        self._unheard = 0
        self._is_placed = False
        self._is_signed = False

    @workflow.run
    async def run(self, request: str) -> str:
        """Go from the first activity to the signature."""
        async with self._turn:
            await do_nothing(request)
            self._changes += 1
        while not self._is_signed:
            await self._wait_and_go_on()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return request

    async def _wait_and_go_on(self) -> None:
        seen = self._changes
        await workflow.wait_condition(
            lambda: self._unheard > 0 or self._changes != seen, timeout=_DECISION
        )
        if self._unheard:
            async with self._turn:
                self._unheard -= 1
                await do_nothing(self._request)
                self._is_placed = True
                self._changes += 1

    @workflow.signal
    def ballot_closed(self, _ballot: str) -> None:
        """Hear that the ballot has closed."""
        self._unheard += 1

    @workflow.update
    async def authorise(self, act: str) -> str:
        """Sign, once it has been placed."""
        await workflow.wait_condition(lambda: self._is_placed)
        async with self._turn:
            await do_nothing(act)
            self._is_signed = True
            self._changes += 1
        return act


@workflow.defn
class BareMeeting:
    """Opens and closes ballots; the next closing time is waited for."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._changes = 0
        self._open = 0

    @workflow.run
    async def run(self) -> None:
        """Keep ballots until the run is over."""
        while True:
            seen = self._changes
            await workflow.wait_condition(
                lambda seen=seen: self._changes != seen,  # type: ignore[misc]
                timeout=_BALLOT if self._open else None,
            )

    @workflow.update
    async def open_ballot(self, request: str) -> str:
        """Open a ballot."""
        async with self._turn:
            await do_nothing(request)
            self._open += 1
            self._changes += 1
        return request

    @workflow.update
    async def vote(self, request: str) -> str:
        """Vote, where votes go through the engine."""
        await do_nothing(request)
        return request

    @workflow.update
    async def close_ballot(self, request: str) -> str:
        """Close a ballot, and tell the request."""
        async with self._turn:
            await do_nothing(request)
            self._open -= 1
            self._changes += 1
            told = workflow.get_external_workflow_handle(request)
            await told.signal("ballot_closed", request)
        return request


class BareCases:
    """Plays bare cases: with votes through the engine, or with none."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._run = uuid4().hex
        self._played = 0

    async def call_meetings(self) -> None:
        """Start as many meetings as Locality's county has panels."""
        for panel in range(PANELS):
            await self._client.start_workflow(
                BareMeeting.run, id=self._meeting(panel), task_queue=QUEUE
            )

    async def play(self, count: int, at_once: int, *, votes: int = 0) -> float:
        """Play so many cases, so many at once; say how many seconds it took."""
        permits = asyncio.Semaphore(at_once)

        async def one(number: int) -> None:
            async with permits:
                await self._play_one(number, votes)

        began = time.perf_counter()
        await asyncio.gather(*(one(self._played + each) for each in range(count)))
        self._played += count
        return time.perf_counter() - began

    async def _play_one(self, number: int, votes: int) -> None:
        request_id = f"bare/{self._run}/{number}"
        meeting = self._client.get_workflow_handle(self._meeting(number % PANELS))
        request = await self._client.start_workflow(
            BareRequest.run, request_id, id=request_id, task_queue=QUEUE
        )
        await meeting.execute_update(BareMeeting.open_ballot, request_id)
        voting = (meeting.execute_update(BareMeeting.vote, request_id) for _ in range(votes))
        await asyncio.gather(*voting)
        await meeting.execute_update(BareMeeting.close_ballot, request_id)
        await request.execute_update(BareRequest.authorise, request_id)

    def _meeting(self, panel: int) -> str:
        return f"bare-meeting/{self._run}/{panel}"


@asynccontextmanager
async def bare_engine(ground: Ground) -> AsyncIterator[BareCases]:
    """Start the bare worker on the same server, its meetings open."""
    command = ["-m", "tests.benchmarks.bare", ground.temporal_address]
    ground.run("bare", command, ground.settings("postgres"))
    cases = BareCases(await Client.connect(ground.temporal_address))
    await cases.call_meetings()
    yield cases


async def serve(address: str) -> None:
    """Work until stopped, with the limits that Locality's worker has."""
    worker = Worker(
        await Client.connect(address),
        task_queue=QUEUE,
        workflows=[BareRequest, BareMeeting],
        activities=[nothing],
        max_concurrent_activities=8,
        max_concurrent_workflow_tasks=8,
        max_cached_workflows=2_000,
    )
    await worker.run()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
