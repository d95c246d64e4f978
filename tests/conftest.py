"""What the tests stand on: one real PostgreSQL and one real Temporal for a session, and a clock.

Each test that asks for `database` gets a migrated database of its own; nothing is rolled back.
"""

import gc
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import hypothesis
import hypothesis.configuration
import pytest
import pytest_asyncio
import structlog
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from activities.clock import FIRST_MORNING
from activities.embedded import TIME_SKIPPING_FLAGS, EmbeddedPostgres, temporal_program
from activities.settings import ClockKind, Settings, environment_of
from activities.store import session
from tests.engines import with_one_dialect
from tests.folders import new_folder

# A crash in a test is told without all that every frame knew: drawing that takes minutes.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "locality_template"
_GARBAGE_AFTER = 20_000
"""Objects made before they are looked through: the usual 700 take a tenth of the tests' time."""

hypothesis.configuration.set_hypothesis_home_dir(ROOT / ".locality/cache/hypothesis")
hypothesis.settings.register_profile("here", max_examples=60, deadline=None, derandomize=True)
hypothesis.settings.register_profile("night", max_examples=2000, deadline=None)
hypothesis.settings.load_profile("here")


def pytest_collection() -> None:
    """Look for no garbage while tests are collected: what importing them makes stays."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Look for garbage from here on, but never again among what importing has made."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(_GARBAGE_AFTER)


class StillClock:
    """A clock that moves only when a test moves it."""

    is_moved = True

    def __init__(self, instant: datetime = FIRST_MORNING) -> None:
        self._instant = instant

    def now(self) -> datetime:
        """Return the instant the clock stands at, in UTC."""
        return self._instant

    def move_on(self, step: timedelta) -> datetime:
        """Move on by `step` and return the new present."""
        self._instant += step
        return self._instant


@pytest.fixture
def clock() -> StillClock:
    """A clock that stands at the first morning."""
    return StillClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """One PostgreSQL for the session, with a migrated database to copy."""
    folder = new_folder("test")
    server = EmbeddedPostgres(folder / "postgres", durable=False)
    server.start()
    try:
        server.create_database(TEMPLATE)
        migrate(settings_for(server, TEMPLATE))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(session, "create_engine", with_one_dialect(server.url()))
            yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture
def database(postgres: EmbeddedPostgres) -> Iterator[Settings]:
    """Settings that name a migrated database of this test's own, dropped after it."""
    name = f"test_{uuid4().hex}"
    postgres.create_database(name, template=TEMPLATE)
    yield settings_for(postgres, name)
    postgres.drop_database(name)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    """One real Temporal server for the session; a workflow's time moves by `fast_forward` alone."""
    environment = await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        dev_server_existing_path=temporal_program(),
        dev_server_extra_args=list(TIME_SKIPPING_FLAGS),
    )
    async with environment:
        yield environment


@pytest.fixture
def task_queue() -> str:
    """A task queue of this test's own, so that no worker of another test hears it."""
    return f"test-{uuid4().hex}"


def settings_for(server: EmbeddedPostgres, name: str) -> Settings:
    """Return settings for one database of the session's server, on the moved clock."""
    return Settings(
        database_url=server.url(database=name),
        database_owner_url=server.owner_url(name),
        state_folder=server.folder / "state",
        clock=ClockKind.MOVED,
        pool_size=4,
    )


def migrate(chosen: Settings) -> None:
    """Bring a database to the newest revision, the way every machine does."""
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=ROOT,
        env=environment_of(chosen),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
