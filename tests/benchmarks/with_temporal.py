"""Locality as it is run: the web half's delivery, a worker of its own, one Temporal server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from activities.store.recording import SubjectRef
from api.delivery import Delivery
from domain.acts import ActOutcome, ActRef
from tests.benchmarks.case import Cases, Council, clusters
from tests.benchmarks.ground import Ground

_PATIENCE_SECONDS = 60.0


class ByDelivery:
    """Acts reach their workflows the way the routes bring them there."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    async def outcome(self, subject: SubjectRef, act: ActRef) -> ActOutcome | None:
        """Deliver an act and wait for its outcome."""
        return await self._delivery.outcome(subject, act.id, _PATIENCE_SECONDS)


@asynccontextmanager
async def locality(ground: Ground, database: str) -> AsyncIterator[Cases]:
    """Start Locality's worker on a county of its own, its panels called."""
    chosen = ground.database(database)
    worker = ground.run(f"worker-{database}", ["worker.py"], chosen)
    council = Council(chosen)
    cases = Cases(council, ByDelivery(council.parts.delivery), clusters())
    try:
        await cases.call_meetings()
        yield cases
    finally:
        await council.parts.delivery.close()
        council.end()
        worker.stop()
