"""The played county as fixtures: played once in a process, and a copy of it for each test."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import pytest
import pytest_asyncio
from fastapi import FastAPI

from activities.embedded import EmbeddedPostgres
from activities.settings import Settings
from activities.store.session import make_engine
from api.auth import Tokens
from api.delivery import Delivery
from api.parts import Parts
from tests.activities.by_hand import ByHand
from tests.activities.small_county import named
from tests.activities.world import World
from tests.api.conftest import at_the_door
from tests.api.engine import HandEngine
from tests.api.test_modellings import modelled
from tests.api.tokens import ISSUERS, Signer
from tests.api.web import Web
from tests.conftest import StillClock, settings_for
from tests.pages.played import play


@dataclass(frozen=True)
class County:
    """The played county: its database to copy, the instant at which it was left, and its things."""

    database: str
    instant: datetime
    ids: dict[str, str]


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def county(
    postgres: EmbeddedPostgres, furnished_for_the_web: str, composed: FastAPI
) -> County:
    """Everything happens once: what people say to panels, money and policy, and over HTTP."""
    name = f"played_{uuid4().hex}"
    postgres.create_database(name, template=furnished_for_the_web)
    engine, signer = make_engine(settings_for(postgres, name).database_url, 8), Signer()
    world = World(engine, StillClock())
    hand = ByHand(world)
    ids = {thing: str(each) for thing, each in play(hand).items()}
    delivery = Delivery(HandEngine(hand).connect, engine, world.clock, "by-hand")
    tokens = Tokens(ISSUERS, fetch=signer.fetch)
    composed.state.parts = Parts(engine, world.clock, tokens, delivery, patience_seconds=10.0)
    async with at_the_door(composed, signer) as web:
        ids |= await over_http(web, ids)
    await delivery.close()
    engine.dispose()
    return County(name, world.clock.now(), ids)


async def over_http(web: Web, ids: dict[str, str]) -> dict[str, str]:
    """An officer is covered, a family has a link, and a change of policy is tried on cases."""
    body = {"from_on": "2026-12-08", "last_on": "2027-01-16"}
    colleague = {"colleague_id": str(named("head-of-sen"))}
    cover = (await web.says("manager.1", "/cover", {**body, **colleague})).json()
    links = f"/requests/{ids['decided']}/family-links"
    link = (await web.says("senco.ashdown", links, {"days": 28})).json()
    token = link["link"].rpartition("/")[2]
    found = {"cover": cover["id"], "token": token, "link": link["id"]}
    return {**found, "modelling": await modelled(web)}


@pytest.fixture
def small_county(postgres: EmbeddedPostgres, county: County) -> Iterator[Settings]:
    """A played county of this test's own."""
    name = f"test_{uuid4().hex}"
    postgres.create_database(name, template=county.database)
    yield settings_for(postgres, name)
    postgres.drop_database(name)


@pytest.fixture
def clock(county: County) -> StillClock:
    """It is as late as it was when the county was left."""
    return StillClock(county.instant)
