"""The small county on a real Temporal server, for tests of workflows."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig, WorkflowEnvironment

from activities.clock import FIRST_MORNING, MovedClock
from activities.settings import Settings
from activities.store.session import make_engine
from deploy.demo.time import Clockwork
from tests.activities.conftest import furnished, small_county
from tests.activities.world import World
from tests.workflows.office import Office, working
from worker import activities_of
from workflows.connection import connect

__all__ = ["furnished", "small_county"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def client(temporal: WorkflowEnvironment) -> Client:
    """A client like the council's own, whose workflows can have their time moved."""
    service = temporal.client.service_client.config.target_host
    return await connect(service, temporal.client.namespace, moves_time=True)


@pytest.fixture
def served(small_county: Settings, client: Client, task_queue: str) -> Settings:
    """The settings of a small county with its Temporal server."""
    address = client.service_client.config.target_host
    return small_county.model_copy(update={"temporal_address": address, "task_queue": task_queue})


@pytest.fixture
def world(served: Settings) -> Iterator[World]:
    """The small county on a clock that its workflows share."""
    engine = make_engine(served.database_url, 8)
    clock = MovedClock(engine)
    clock.begin_at(FIRST_MORNING)
    yield World(engine, clock)
    engine.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def office(
    world: World, served: Settings, client: Client, task_queue: str
) -> AsyncIterator[Office]:
    """The small county with everything at work that a council has."""
    activities = activities_of(world.engine, world.clock)
    async with Clockwork(served) as clockwork, working(client, task_queue, activities):
        yield Office(world, client, task_queue, clockwork)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def skipper(client: Client) -> TimeSkipper:
    """Moves one workflow's time on."""
    address = client.service_client.config.target_host
    plain = await connect(address, client.namespace, moves_time=False)
    return TimeSkipper(plain, config=TimeSkippingConfig(enabled=False))
