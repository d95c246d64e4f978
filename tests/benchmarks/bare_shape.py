"""The bare engine: workflows of the same shape that mean nothing, with activities that do nothing.

A case is as many updates, signals, activities and timers as one of Locality's, and no rows at all.
Run as a program it is the worker. Nothing heavy is imported: it would weigh on the rival's sandbox.
"""

import asyncio
import sys
from datetime import timedelta

import uvloop
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

QUEUE = "bench_bare"
_SOON = timedelta(seconds=30)
_BALLOT = timedelta(hours=48)
_DECISION = timedelta(days=28)


@activity.defn
async def nothing(_of: str) -> str:
    """Do nothing."""
    return ""


async def do_nothing(of: str) -> None:
    """Do nothing, by an activity within the workflow's own task, as Locality asks its own."""
    await workflow.execute_local_activity(nothing, of, start_to_close_timeout=_SOON)


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
    async def vote(self, member: str) -> str:
        """Vote, where votes go through the engine."""
        await do_nothing(member)
        return member

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
    async def close_ballot(self, request: str) -> str:
        """Close a ballot, and tell the request."""
        async with self._turn:
            await do_nothing(request)
            self._open -= 1
            self._changes += 1
            told = workflow.get_external_workflow_handle(request)
            await told.signal("ballot_closed", request)
        return request


async def serve(address: str) -> None:
    """Work until stopped, with the limits that Locality's worker has."""
    worker = Worker(
        await Client.connect(address),
        task_queue=QUEUE,
        workflows=[BareRequest, BareMeeting],
        activities=[nothing],
        max_concurrent_activities=8,
        max_concurrent_local_activities=8,
        max_concurrent_workflow_tasks=8,
        max_cached_workflows=2_000,
    )
    await worker.run()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1]))
