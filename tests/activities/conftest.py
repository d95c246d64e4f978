"""The small county for tests of activities: furnished once, then copied for each test."""

from collections.abc import Iterator
from functools import cache
from uuid import uuid4

import pytest

from activities.clock import FIRST_MORNING
from activities.embedded import EmbeddedPostgres
from activities.settings import Settings
from activities.store.session import make_engine, transaction
from tests.activities.by_hand import ByHand
from tests.activities.played_year import played_on
from tests.activities.world import World, furnish
from tests.conftest import TEMPLATE, StillClock, settings_for

FURNISHED = "locality_small_county"


@cache
def furnished_on(server: EmbeddedPostgres) -> str:
    """Furnish the database to copy, once on each server whoever asks for it."""
    server.create_database(FURNISHED, template=TEMPLATE)
    engine = make_engine(settings_for(server, FURNISHED).database_url)
    with transaction(engine) as session:
        furnish(session, FIRST_MORNING)
    engine.dispose()
    return FURNISHED


@pytest.fixture(scope="session")
def furnished(postgres: EmbeddedPostgres) -> str:
    """The database to copy: the small county with its policies and budgets."""
    return furnished_on(postgres)


@pytest.fixture
def small_county(postgres: EmbeddedPostgres, furnished: str) -> Iterator[Settings]:
    """Settings that name a small county of this test's own, dropped after it."""
    name = f"test_{uuid4().hex}"
    postgres.create_database(name, template=furnished)
    yield settings_for(postgres, name)
    postgres.drop_database(name)


@pytest.fixture
def world(small_county: Settings, clock: StillClock) -> Iterator[World]:
    """The small county on a clock that moves only when told to."""
    engine = make_engine(small_county.database_url, small_county.pool_size)
    yield World(engine, clock)
    engine.dispose()


@pytest.fixture
def hand(world: World) -> ByHand:
    """Carries the county's business on by hand, without an engine."""
    return ByHand(world)


@pytest.fixture
def played(postgres: EmbeddedPostgres) -> Iterator[Settings]:
    """Settings that name a ledger of this test's own in which a year of every verb was played."""
    name = f"test_{uuid4().hex}"
    postgres.create_database(name, template=played_on(postgres))
    yield settings_for(postgres, name)
    postgres.drop_database(name)
