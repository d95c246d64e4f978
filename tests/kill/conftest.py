"""Machines of real processes for the tests that kill them; PostgreSQL stays."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from activities.settings import Settings
from tests.activities.conftest import furnished, small_county
from tests.kill.machine import Machine
from tests.kill.play import Play

__all__ = ["furnished", "small_county"]


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
