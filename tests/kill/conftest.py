"""Machines of real processes for tests that kill them; PostgreSQL stays, or is one to be killed."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from activities.embedded import EmbeddedPostgres
from activities.settings import Settings
from tests.activities.conftest import furnished, small_county
from tests.conftest import TEMPLATE, migrate, settings_for
from tests.folders import new_folder
from tests.kill.machine import Machine
from tests.kill.play import Play

__all__ = ["furnished", "small_county"]


@pytest.fixture(scope="session")
def killable() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL that waits for the disk, as in earnest; only those lean on it who kill it."""
    folder = new_folder("killed")
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    try:
        server.create_database(TEMPLATE)
        migrate(settings_for(server, TEMPLATE))
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest_asyncio.fixture(loop_scope="session")
async def machine(small_county: Settings) -> AsyncIterator[Machine]:
    """Everything that one machine runs, on a small county of its own."""
    started = Machine(small_county)
    try:
        await asyncio.to_thread(started.start)
        await _answers(started)
        yield started
    finally:
        await asyncio.to_thread(started.stop)


@pytest_asyncio.fixture(loop_scope="session")
async def play(machine: Machine) -> AsyncIterator[Play]:
    """The people of the county, with the panel called."""
    async with httpx.AsyncClient(base_url=machine.url, timeout=10) as web:
        playing = Play(machine, web)
        await playing.opens_the_year()
        yield playing


async def _answers(machine: Machine) -> None:
    async with asyncio.timeout(60), httpx.AsyncClient() as web:
        while True:
            try:
                answer = await web.get(f"{machine.url}/api/health")
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                assert answer.status_code == 200
                return
