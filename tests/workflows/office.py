"""The small county served by a real Temporal server: acts are delivered as in earnest."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from activities.store.recording import subjects_waiting
from api.delivery import Delivery, Sweeper
from deploy.demo.time import Clockwork
from domain.acts import ActRef
from domain.moderation import Recommendation
from domain.request import RequestContent
from tests.activities.small_county import SCHOOLS
from tests.activities.world import World
from worker import WORKFLOWS
from workflows.messages import RequestRef
from workflows.panel_meeting import PanelMeeting
from workflows.support_request import SupportRequest

PATIENCE_SECONDS = 20.0


@asynccontextmanager
async def working(
    client: Client, task_queue: str, activities: Sequence[Callable[..., Any]]
) -> AsyncIterator[None]:
    """A worker like the council's serves a task queue for a while."""
    with ThreadPoolExecutor(4) as threads:
        async with Worker(
            client,
            task_queue=task_queue,
            workflows=WORKFLOWS,
            activities=activities,
            activity_executor=threads,
            max_concurrent_activities=4,
            max_concurrent_workflow_tasks=4,
        ):
            yield


async def until(holds: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something holds; it is an error when it does not in good time."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not holds():
        assert asyncio.get_running_loop().time() < deadline, f"it never came to this: {what}"
        await asyncio.sleep(0.02)


class Office:
    """A county whose business the workflows carry on."""

    def __init__(self, world: World, client: Client, task_queue: str, clockwork: Clockwork) -> None:
        self.world = world
        self.client = client
        self.clockwork = clockwork
        self.task_queue = task_queue
        self.delivery = Delivery(self._given, world.engine, world.clock, task_queue)
        self.sweeper = Sweeper(self.delivery, world.engine, world.clock)

    async def goes_on(self) -> None:
        """Deliver whatever waits, until everything that was said has its outcome."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while not self.is_settled():
            assert asyncio.get_running_loop().time() < deadline, "something waits and never ends"
            await self.sweeper.sweep()
            await asyncio.sleep(0.02)

    def is_settled(self) -> bool:
        """Whether no act waits for its outcome and no ballot to be heard."""
        if subjects_waiting(self.world.engine):
            return False
        unheard = "SELECT count(*) FROM ballot WHERE closed_at IS NOT NULL AND heard_at IS NULL"
        return bool(self.world.one(unheard) == 0)

    async def time_passes(self, instant: datetime) -> None:
        """Come to an instant, through every deadline on the way."""
        await self.clockwork.move_to(instant)
        await self.goes_on()

    async def begins_again(self, request_id: UUID) -> None:
        """Start a lost request's workflow from nothing but its id."""
        await self.client.start_workflow(
            SupportRequest.run,
            RequestRef(request_id=request_id),
            id=f"request/{request_id}",
            task_queue=self.task_queue,
        )

    def request(self, request_id: UUID) -> WorkflowHandle[SupportRequest, Any]:
        """The workflow of a request."""
        return self.client.get_workflow_handle_for(
            SupportRequest.run, workflow_id=f"request/{request_id}"
        )

    def meeting(self, meeting_id: UUID) -> WorkflowHandle[PanelMeeting, Any]:
        """The workflow of a meeting."""
        return self.client.get_workflow_handle_for(
            PanelMeeting.run, workflow_id=f"meeting/{meeting_id}"
        )

    async def listed(self, content: RequestContent, school: str = "ashdown") -> UUID:
        """A request is submitted, screened and stands on a meeting's agenda."""
        request_id = self.world.submits(content, school)
        await self.goes_on()
        cluster = SCHOOLS[school]
        called = "SELECT id FROM meeting WHERE cluster_code = :cluster AND stage = 'called'"
        if not self.world.rows(called, cluster=cluster):
            at = self.world.clock.now() + timedelta(days=21, hours=1, minutes=30)
            self.world.calls_meeting(cluster, at)
            await self.goes_on()
        return request_id

    async def in_ballot(
        self, content: RequestContent, school: str = "ashdown"
    ) -> tuple[UUID, UUID]:
        """A request is in an open ballot: the ids of both."""
        request_id = await self.listed(content, school)
        self.world.opens(self.world.item_of(request_id))
        await self.goes_on()
        return request_id, self.world.ballot_of(request_id)

    async def recommended(
        self,
        content: RequestContent,
        levels: tuple[int, ...] = (4, 3, 2, 0),
        recommendation: Recommendation = Recommendation.AS_ASKED,
    ) -> UUID:
        """A request on which its panel has voted, and which has been placed."""
        request_id, ballot_id = await self.in_ballot(content)
        self.world.panel_votes(ballot_id, levels, recommendation)
        self.world.closes(ballot_id)
        await self.goes_on()
        return request_id

    async def settled(self, act: ActRef) -> tuple[str | None, str | None]:
        """Carry on, and say what became of an act."""
        await self.goes_on()
        return self.world.outcome(act)

    async def _given(self) -> Client:
        return self.client
