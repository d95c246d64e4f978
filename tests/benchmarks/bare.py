"""Plays cases against the bare engine's worker, on the server that Locality uses too."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from temporalio.client import Client

from tests.benchmarks.bare_shape import QUEUE, BareMeeting, BareRequest
from tests.benchmarks.ground import Ground

PANELS = 6


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
        voting = (request.execute_update(BareRequest.vote, request_id) for _ in range(votes))
        await asyncio.gather(*voting)
        await meeting.execute_update(BareMeeting.close_ballot, request_id)
        await request.execute_update(BareRequest.authorise, request_id)

    def _meeting(self, panel: int) -> str:
        return f"bare-meeting/{self._run}/{panel}"


@asynccontextmanager
async def bare_engine(ground: Ground) -> AsyncIterator[BareCases]:
    """Start the bare worker on the same server, its meetings open."""
    command = ["-m", "tests.benchmarks.bare_shape", ground.temporal_address]
    ground.run("bare", command, ground.settings("postgres"))
    cases = BareCases(await Client.connect(ground.temporal_address))
    await cases.call_meetings()
    yield cases
