"""Every page of the web half among ten thousand requests, and among a hundred thousand.

The pages are found by themselves: every address that answers a GET outside the API, looked at by
the first of the county's people who may. Ids in an address are those of cases that were played.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine, event, text

from activities.clock import SystemClock
from activities.embedded import free_port
from activities.settings import Settings
from activities.store import reading, recording
from activities.store.recording import SessionHeld
from activities.store.session import each_by_itself, transaction
from api.app import compose, make_parts
from api.pages.house import make_house
from api.pages.served import addresses
from api.pages.visitor import SESSION, new_key
from tests.benchmarks.ground import Ground
from tests.benchmarks.many_cases import multiply
from tests.benchmarks.panel import demo_panels
from tests.benchmarks.report import CannotMeasure, Measured, percentile, within
from tests.benchmarks.same_bytes import FOLDER
from tests.benchmarks.size import Size
from tests.benchmarks.voting import served, until_served
from tests.benchmarks.with_temporal import locality

P95_MS, HTML_KB, FIRST_VISIT_KB = 50.0, 60.0, 250.0
CROWD = 16
_DATABASE = "bench_pages"
_NOT_A_PAGE = ("/static/", "/sign-in/", "/sign-out")
_LINKED = re.compile(r'(?:href|src)="(/static/[^"]+)"')
_NOT_OPEN = frozenset({403, 404, 409})
_MOST_IDS = 12
_PATIENCE_S = 60
_SLOW_MS = 1_000
_FEWEST_LOOKS = 5
_WARMING = 2
"""Crowds before the one that is measured."""

_FOUND_AT = {
    "request_id": "SELECT id FROM support_request ORDER BY submitted_at DESC",
    "item_id": "SELECT id FROM agenda_item ORDER BY listed_at DESC",
    "meeting_id": "SELECT id FROM meeting ORDER BY called_at DESC",
    "ballot_id": "SELECT id FROM ballot ORDER BY opened_at DESC",
    "draft_id": "SELECT id FROM draft",
    "award_id": "SELECT id FROM award",
    "entry_id": "SELECT id FROM ledger_entry",
    "act_id": "SELECT id FROM act WHERE person_id IS NOT NULL",
    "code": "SELECT code FROM cluster",
    "cluster": "SELECT code FROM cluster",
    "kind": "SELECT DISTINCT kind FROM policy_version",
    "run_id": "SELECT id FROM payment_run",
    "statement_id": "SELECT id FROM statement",
    "pot": "SELECT 'cluster:' || code FROM cluster",
    "by": "SELECT 'cluster'",
}
"""Where the ids and codes of an address are found; an address with another has nothing to show."""


@dataclass(frozen=True)
class Asked:
    """A page as it is asked for: its route, the address with ids in it, and by whom."""

    route: str
    path: str
    key: str | None
    """What the browser of somebody signed in holds."""

    @property
    def cookies(self) -> dict[str, str]:
        """What the browser sends along."""
        return {SESSION: self.key} if self.key else {}


@dataclass
class Looked:
    """What a page came to."""

    html: bytes
    queries: int
    alone_ms: list[float]
    crowd_ms: list[float]


async def measure(ground: Ground, size: Size) -> list[Measured]:
    """Play some cases, copy them, and look at every page; then among ten times as many."""
    async with locality(ground, _DATABASE) as cases:
        await cases.play(size.played, size.at_once)
        await cases.comes_to_ballot(demo_panels()[0])
    chosen = ground.settings(_DATABASE)
    await asyncio.to_thread(multiply, chosen, size.requests)
    asked = await _open_pages(chosen)
    many = await _looked_at(ground, chosen, asked, size, CROWD)
    same = await _same_bytes(ground, chosen, many, size)
    first_visit = await _first_visit(ground, chosen)
    await asyncio.to_thread(multiply, chosen, size.requests * 10)
    tenfold = await _looked_at(ground, chosen, asked, size, 0)
    return [*_told(many, same, tenfold, size), within("first visit", [first_visit], 250.0, "kB")]


async def _open_pages(chosen: Settings) -> list[Asked]:
    """Every page with the first person who may look at it, and ids that it is open for."""
    parts = make_parts(chosen)
    app = compose(parts, make_house(chosen))
    keys = [None, *_signed_in(parts.engine, chosen)]
    asked = []
    async with _inside(app) as browser:
        for route in addresses():
            if route.startswith(_NOT_A_PAGE):
                continue
            found = await _first_open(browser, route, parts.engine, keys)
            if found is not None:
                asked.append(found)
    parts.engine.dispose()
    if not asked:
        raise CannotMeasure("No page is open to anybody.")
    return asked


async def _first_open(
    browser: httpx.AsyncClient, route: str, engine: Engine, keys: list[str | None]
) -> Asked | None:
    names = re.findall(r"{(\w+)", route)
    if any(name not in _FOUND_AT for name in names):
        return None
    for ids in product(*(_ids(engine, name) for name in names)):
        path = route.format(**dict(zip(names, ids, strict=True)))
        for key in keys:
            asked = Asked(route, path, key)
            answer = await browser.get(path, cookies=asked.cookies)
            kind = answer.headers.get("content-type", "")
            if answer.status_code == httpx.codes.OK and kind.startswith("text/html"):
                return asked
            if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
                raise CannotMeasure(f"{path} is answered with {answer.status_code}.")
    return None


def _ids(engine: Engine, name: str) -> list[str]:
    with each_by_itself(engine) as connection:
        rows = connection.execute(text(f"{_FOUND_AT[name]} LIMIT {_MOST_IDS}"))
        return [str(row[0]) for row in rows]


def _signed_in(engine: Engine, chosen: Settings) -> list[str]:
    """Sign one person of each role in, at a place where cases were played; their browsers' keys."""
    panel = demo_panels()[0]
    school = panel.pupils[0].school
    with each_by_itself(engine) as connection:
        council = connection.execute(
            text(
                "SELECT DISTINCT ON (r.role) i.subject FROM role_held AS r"
                " JOIN sign_in AS i USING (person_id) WHERE r.cluster_code IS NULL"
                " AND r.school_code IS NULL ORDER BY r.role, i.subject"
            )
        ).scalars()
        subjects = [
            *(f"senco.{school}", f"head.{school}", panel.chair, panel.members[-1]),
            *(f"administrator.{panel.cluster}", *council),
        ]
    return [_key_of(engine, chosen.issuers[0].issuer, subject) for subject in subjects]


def _key_of(engine: Engine, issuer: str, subject: str) -> str:
    key, now = new_key(), SystemClock().now()
    with transaction(engine) as session:
        person = reading.person_of(session.connection(), issuer, subject)
        if person is None:
            raise CannotMeasure(f"{subject} is not known.")
        held = SessionHeld(issuer=issuer, subject=subject)
        recording.begin_session(session, key, person.id, held, now, now + timedelta(hours=12))
    return key


async def _looked_at(
    ground: Ground, chosen: Settings, asked: list[Asked], size: Size, crowd: int
) -> dict[str, Looked]:
    """Look at every page: inside for its queries, and by HTTP for its bytes and time."""
    queries = await _queries(chosen, asked)
    port = free_port()
    program = ground.run(f"pages-{port}", served("api.app:create_app", port), chosen)
    found = {}
    async with _browser(port) as browser:
        for each in asked:
            html = (await browser.get(each.path, cookies=each.cookies)).content
            times = await _timed(browser, each.path, each.cookies, size, crowd)
            found[each.route] = Looked(html, queries[each.route], *times)
    program.stop()
    return found


async def _queries(chosen: Settings, asked: list[Asked]) -> dict[str, int]:
    """How many statements each page sends to PostgreSQL."""
    parts = make_parts(chosen)
    sent: list[str] = []

    @event.listens_for(parts.engine, "before_cursor_execute")
    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    found = {}
    async with _inside(compose(parts, make_house(chosen))) as browser:
        for each in asked:
            sent.clear()
            await browser.get(each.path, cookies=each.cookies)
            found[each.route] = len(sent)
    parts.engine.dispose()
    return found


async def _same_bytes(
    ground: Ground, chosen: Settings, looked: dict[str, Looked], size: Size
) -> dict[str, Looked]:
    """Ask a bare route for the same bytes, alone and in a crowd."""
    folder = ground.folder / FOLDER
    folder.mkdir()
    for number, each in enumerate(looked.values()):
        (folder / f"{number}.html").write_bytes(each.html)
    port = free_port()
    program = ground.run(
        "same-bytes", served("tests.benchmarks.same_bytes:create_app", port), chosen
    )
    found = {}
    async with _browser(port) as browser:
        for number, (route, each) in enumerate(looked.items()):
            times = await _timed(browser, f"/{number}", {}, size, CROWD)
            found[route] = Looked(each.html, 0, *times)
    program.stop()
    return found


async def _timed(
    browser: httpx.AsyncClient, path: str, cookies: dict[str, str], size: Size, crowd: int
) -> tuple[list[float], list[float]]:
    """Milliseconds until a page is there: one after another, and for each of a crowd at once."""

    async def once() -> float:
        began = time.perf_counter()
        try:
            answer = await browser.get(path, cookies=cookies)
        except httpx.TimeoutException:
            raise CannotMeasure(f"{path} was not answered within {_PATIENCE_S} seconds.") from None
        took = (time.perf_counter() - began) * 1000
        if answer.status_code != httpx.codes.OK:
            raise CannotMeasure(f"{path} is answered with {answer.status_code}.")
        return took

    async def several() -> list[float]:
        return [await once() for _ in range(size.looks_each)]

    first = await once()
    # Of a page that takes seconds a few looks tell enough.
    looks = size.looks if first < _SLOW_MS else _FEWEST_LOOKS
    alone = [await once() for _ in range(looks)]
    # A crowd is met by connections that have been asked this before, as on any day but the first.
    for _ in range(_WARMING):
        await asyncio.gather(*(once() for _ in range(crowd)))
    crowded = await asyncio.gather(*(several() for _ in range(crowd)))
    return alone, [each for of_one in crowded for each in of_one]


async def _first_visit(ground: Ground, chosen: Settings) -> float:
    """Kilobytes of the sign-in page with everything that it asks for."""
    port = free_port()
    program = ground.run(f"pages-{port}", served("api.app:create_app", port), chosen)
    async with _browser(port) as browser:
        first = await browser.get("/sign-in")
        linked = dict.fromkeys(_LINKED.findall(first.text))
        answers = [first, *[await browser.get(each) for each in linked]]
    program.stop()
    return sum(each.num_bytes_downloaded for each in answers) / 1000


def _told(
    many: dict[str, Looked], same: dict[str, Looked], tenfold: dict[str, Looked], size: Size
) -> Iterator[Measured]:
    """For each page its time, alone and in a crowd, its growth, its bytes and its queries."""
    for route, page in many.items():
        p95, bare = percentile(page.alone_ms, 95), percentile(same[route].alone_ms, 95)
        crowd, bare_crowd = percentile(page.crowd_ms, 95), percentile(same[route].crowd_ms, 95)
        later = percentile(tenfold[route].alone_ms, 95)
        html_kb = len(page.html) / 1000
        yield within(f"{route}, p50", [percentile(page.alone_ms, 50)], P95_MS, "ms", None)
        yield within(f"{route}, p95 of {size.requests:,} requests", [p95], P95_MS, "ms")
        yield within(f"{route}, p95 by the same bytes", [p95], bare, "ms", None)
        yield within(f"{route}, p95 {CROWD} at once, by the same", [crowd], bare_crowd, "ms", None)
        yield within(f"{route}, p95 {CROWD} at once", [crowd], P95_MS, "ms")
        yield within(f"{route}, p95 of ten times as many by those", [later], p95, "ms", 0.8)
        yield within(f"{route}, HTML", [html_kb], HTML_KB, "kB")
        more = max(1, tenfold[route].queries)
        yield within(
            f"{route}, queries of ten times as many", [more], max(1, page.queries), "", 1.0
        )


@asynccontextmanager
async def _inside(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"Accept": "text/html"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://locality", headers=headers
    ) as browser:
        yield browser


@asynccontextmanager
async def _browser(port: int) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Accept": "text/html"}
    limits = httpx.Limits(max_connections=CROWD)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE_S, headers=headers, limits=limits
    ) as browser:
        await until_served(browser)
        yield browser
