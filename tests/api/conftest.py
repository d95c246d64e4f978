"""The web half on a small county in a real PostgreSQL, with an engine that works by hand."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import cache
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from activities.embedded import EmbeddedPostgres
from activities.settings import Settings
from activities.store import recording
from activities.store.session import make_engine, transaction
from api.app import compose, make_parts
from api.auth import Tokens
from api.delivery import Delivery
from api.pages.house import make_house
from api.parts import Parts
from tests.activities.by_hand import ByHand
from tests.activities.conftest import furnished_on
from tests.activities.world import World
from tests.api.engine import HandEngine
from tests.api.people import ALSO_THERE
from tests.api.tokens import ISSUERS, Signer
from tests.api.web import Web
from tests.conftest import TEMPLATE, StillClock, settings_for

FURNISHED = "locality_county_at_the_door"


@cache
def furnished_for_the_web_on(server: EmbeddedPostgres) -> str:
    """Furnish the database to copy, once on each server for tests of the API and of the pages."""
    server.create_database(FURNISHED, template=furnished_on(server))
    engine = make_engine(settings_for(server, FURNISHED).database_url)
    with transaction(engine) as session:
        recording.load_county(session, ALSO_THERE)
    engine.dispose()
    return FURNISHED


@pytest.fixture(scope="session")
def furnished_for_the_web(postgres: EmbeddedPostgres) -> str:
    """The database to copy: the small county, with those whom only the web has to know apart."""
    return furnished_for_the_web_on(postgres)


@pytest.fixture
def small_county(postgres: EmbeddedPostgres, furnished_for_the_web: str) -> Iterator[Settings]:
    """Settings that name a small county of this test's own, dropped after it."""
    name = f"test_{uuid4().hex}"
    postgres.create_database(name, template=furnished_for_the_web)
    yield settings_for(postgres, name)
    postgres.drop_database(name)


@pytest.fixture
def world(small_county: Settings, clock: StillClock) -> Iterator[World]:
    """The small county on a clock that moves only when told to."""
    engine = make_engine(small_county.database_url, 8)
    yield World(engine, clock)
    engine.dispose()


@pytest.fixture
def hand(world: World) -> ByHand:
    """Carries the county's business on by hand."""
    return ByHand(world)


@pytest.fixture
def engine(hand: ByHand) -> HandEngine:
    """Stands where Temporal stands."""
    return HandEngine(hand)


@pytest.fixture
def signer() -> Signer:
    """The issuer whose word is taken."""
    return Signer()


@pytest_asyncio.fixture(loop_scope="session")
async def delivery(world: World, engine: HandEngine) -> AsyncIterator[Delivery]:
    """Delivers to the engine that works by hand; what is still on its way comes to its end."""
    delivering = Delivery(engine.connect, world.engine, world.clock, "by-hand")
    yield delivering
    await delivering.close()


@pytest.fixture
def parts(world: World, delivery: Delivery, signer: Signer) -> Parts:
    """A test's own parts: its county, its clock, its issuer's word and its engine."""
    return Parts(
        engine=world.engine,
        clock=world.clock,
        tokens=Tokens(ISSUERS, fetch=signer.fetch),
        delivery=delivery,
        patience_seconds=5.0,
    )


@pytest.fixture(scope="session")
def composed(postgres: EmbeddedPostgres) -> FastAPI:
    """The application as in earnest, composed once: its hundred routes are long in the making."""
    chosen = settings_for(postgres, TEMPLATE)
    return compose(make_parts(chosen), make_house(chosen))


@pytest.fixture
def app(composed: FastAPI, parts: Parts) -> FastAPI:
    """The application around a test's own parts."""
    composed.state.parts = parts
    return composed


@pytest.fixture
def own_app(parts: Parts, small_county: Settings) -> FastAPI:
    """An application of a test's own, to which it may add a route."""
    return compose(parts, make_house(small_county))


@pytest_asyncio.fixture(loop_scope="session")
async def web(app: FastAPI, signer: Signer) -> AsyncIterator[Web]:
    """People of the county at the application's door."""
    async with at_the_door(app, signer) as web:
        yield web


@asynccontextmanager
async def at_the_door(app: FastAPI, signer: Signer) -> AsyncIterator[Web]:
    """Come to an application's door; a crash inside is answered as it is in earnest."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://locality") as client:
        yield Web(client, signer)
