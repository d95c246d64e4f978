"""Locality as it is run: the web half's delivery, a worker of its own, one Temporal server."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from activities.programs import Program
from activities.settings import Settings
from activities.store.recording import SubjectRef
from api.delivery import Delivery
from domain.acts import ActOutcome, ActRef
from tests.benchmarks.case import Cases, Council
from tests.benchmarks.ground import Ground
from tests.benchmarks.panel import Panel, demo_panels

_PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.05


class ByDelivery:
    """Acts reach their workflows the way the routes bring them there."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    async def outcome(self, subject: SubjectRef, act: ActRef) -> ActOutcome | None:
        """Deliver an act and wait for its outcome; a worker that only starts is waited for."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            left = deadline - time.monotonic()
            outcome = await self._delivery.outcome(subject, act.id, left)
            if outcome is not None:
                return outcome
            await asyncio.sleep(_LOOK_SECONDS)
        return None


@asynccontextmanager
async def locality(ground: Ground, database: str) -> AsyncIterator[Cases]:
    """Start Locality's worker on a county of its own, its panels called."""
    async with working(ground, ground.database(database), demo_panels()) as (cases, _):
        await cases.call_meetings()
        yield cases


@asynccontextmanager
async def working(
    ground: Ground, chosen: Settings, panels: Sequence[Panel]
) -> AsyncIterator[tuple[Cases, Program]]:
    """Start a worker on a loaded database: the cases of its panels, and the worker's program."""
    worker = ground.run(f"worker-{chosen.task_queue}", ["worker.py"], chosen)
    council = Council(chosen)
    try:
        yield Cases(council, ByDelivery(council.parts.delivery), panels), worker
    finally:
        await council.parts.delivery.close()
        council.end()
        worker.stop()
