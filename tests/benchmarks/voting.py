"""One vote from HTTP request to answer: a real server on loopback, a real token, a real ballot.

Each member votes again and again; every vote is a row of its own, and the last one counts.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import httpx

from activities.embedded import free_port
from deploy.demo.asks import Content
from deploy.issuer import AUDIENCE, mint
from tests.benchmarks.case import NEED, Cases
from tests.benchmarks.ground import Ground
from tests.benchmarks.panel import VOTES, demo_panels
from tests.benchmarks.report import CannotMeasure, Measured, percentile, within
from tests.benchmarks.size import Size
from tests.benchmarks.with_temporal import locality

ALONE_P95_MS, CROWD_P95_MS = 25.0, 100.0
CROWD = 12
_DATABASE = "bench_voting"
_READY_SECONDS = 60.0
_FIRST_CALLS = 5

VOTE: Content = {
    "recommendation": "as_asked",
    "levels": NEED,
    "reason": "From the papers: the reports and the two reviews fit this level.",
}


class Ballots:
    """Members with tokens, each with a ballot in which they may vote."""

    def __init__(self, web: httpx.AsyncClient, places: list[tuple[UUID, str]]) -> None:
        self._web = web
        self._places = places

    async def votes_alone(self, count: int) -> list[float]:
        """One member after another votes; milliseconds of each vote."""
        return [await self._vote(number) for number in range(count)]

    async def votes_in_a_crowd(self, count: int) -> list[float]:
        """Twelve at once vote, each as soon as the last vote was answered."""

        async def member(place: int) -> list[float]:
            return [await self._vote(place) for _ in range(count // CROWD)]

        found = await asyncio.gather(*(member(place) for place in range(CROWD)))
        return [each for of_one in found for each in of_one]

    async def _vote(self, number: int) -> float:
        ballot_id, token = self._places[number % len(self._places)]
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
        began = time.perf_counter()
        answer = await self._web.put(f"/api/ballots/{ballot_id}/vote", json=VOTE, headers=headers)
        took = (time.perf_counter() - began) * 1000
        if answer.status_code != httpx.codes.OK:
            raise CannotMeasure(f"A vote was answered with {answer.status_code}: {answer.text}")
        return took


async def measure(ground: Ground, size: Size) -> list[Measured]:
    """Vote alone and in a crowd, by turns; each round gives a median and a 95th percentile."""
    async with locality(ground, _DATABASE) as cases, _ballots(ground, cases) as ballots:
        await ballots.votes_in_a_crowd(_FIRST_CALLS * CROWD)
        alone: list[list[float]] = []
        crowd: list[list[float]] = []
        for _ in range(size.rounds):
            alone.append(await ballots.votes_alone(size.votes_alone))
            crowd.append(await ballots.votes_in_a_crowd(size.votes_at_once))
    return [
        *_lines("a vote over HTTP, alone", alone, ALONE_P95_MS),
        *_lines(f"a vote over HTTP, {CROWD} at once", crowd, CROWD_P95_MS),
    ]


def _lines(name: str, rounds: list[list[float]], limit_ms: float) -> list[Measured]:
    half = [percentile(each, 50) for each in rounds]
    most = [percentile(each, 95) for each in rounds]
    return [
        within(f"{name}, p50", half, limit_ms, "ms", None),
        within(f"{name}, p95", most, limit_ms, "ms"),
    ]


@asynccontextmanager
async def _ballots(ground: Ground, cases: Cases) -> AsyncIterator[Ballots]:
    """Serve the API and the demo's issuer, and open ballots for twelve members to vote in."""
    chosen = ground.settings(_DATABASE)
    port = free_port()
    issuer_port = int(ground.issuer.issuer.rpartition(":")[2])
    ground.run("issuer", served("deploy.issuer:create_app", issuer_port), chosen)
    ground.run("api", served("api.app:create_app", port), chosen)
    places: list[tuple[UUID, str]] = []
    for panel in demo_panels():
        _, _, ballot_id = await cases.comes_to_ballot(panel)
        places += [(ballot_id, _token(ground, who)) for who in panel.voters]
    shuffled = [place for nth in range(VOTES) for place in places[nth::VOTES]]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as web:
        await until_served(web)
        yield Ballots(web, shuffled)


def _token(ground: Ground, subject: str) -> str:
    return mint(ground.folder, subject, AUDIENCE, ground.issuer.issuer)


async def until_served(web: httpx.AsyncClient) -> None:
    """Wait until a web application answers."""
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        try:
            await web.get("/")
        except httpx.TransportError:
            await asyncio.sleep(0.1)
        else:
            return
    raise CannotMeasure("The API does not answer.")


def served(factory: str, port: int) -> list[str]:
    """The command with which one machine serves a web application."""
    return [
        *("-m", "uvicorn", factory, "--factory", "--host", "127.0.0.1", "--port", str(port)),
        *("--no-access-log", "--no-server-header"),
    ]
