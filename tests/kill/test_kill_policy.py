"""A draft of policy survives whoever is killed in the middle of it: published once and whole."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from activities.embedded import EmbeddedPostgres
from tests.activities.conftest import furnished_on
from tests.activities.publishing_world import NOTE, PolicyWorld, second_tariff
from tests.conftest import settings_for
from tests.kill.machine import Machine
from tests.kill.runs import PaymentPlay
from tests.workflows.office import until

HALF_DRAFTED = ("publication_draft", "INSERT INTO publication_draft")
HALF_APPROVED = ("publication_approval", "INSERT INTO publication_approval")
HALF_PUBLISHED = ("policy_version", "UPDATE policy_version")
DRAFT = {"files": second_tariff(), "note": NOTE}
REASON = "It is what the Cabinet decided."


@pytest_asyncio.fixture(loop_scope="session")
async def play(killable: EmbeddedPostgres) -> AsyncIterator[PaymentPlay]:
    """A machine whose people publish policy, on a database of its own."""
    name = f"publishing_{uuid4().hex}"
    killable.create_database(name, template=furnished_on(killable))
    machine = Machine(settings_for(killable, name))
    try:
        await asyncio.to_thread(machine.start)
        PolicyWorld(machine.world)
        async with httpx.AsyncClient(base_url=machine.url, timeout=10) as web:
            yield PaymentPlay(machine, killable, web)
    finally:
        await asyncio.to_thread(machine.stop)


async def until_stage(play: PaymentPlay, publication_id: str, stage: str) -> None:
    """Wait until the record has the draft at a stage."""
    sql = "SELECT count(*) FROM publication WHERE id = :id AND stage = :stage"
    asked = {"id": UUID(publication_id), "stage": stage}
    await until(lambda: play.world.one(sql, **asked) == 1, f"is {stage}", 120)


def check_published_once(play: PaymentPlay) -> None:
    """One version, two approvals, and every act with an outcome."""
    world = play.world
    published = "SELECT count(*) FROM policy_version WHERE publication_id IS NOT NULL"
    assert world.one(published) == 1
    assert world.one("SELECT count(*) FROM publication_approval") == 2
    assert world.one("SELECT count(*) FROM event WHERE kind = 'policy_approved'") == 2
    assert world.one("SELECT count(*) FROM act WHERE outcome IS NULL") == 0


@pytest.mark.promise(3)
@pytest.mark.promise(4)
@pytest.mark.parametrize("victim", ["worker", "postgres"])
async def test_whoever_is_killed_a_draft_is_published_once(play: PaymentPlay, victim: str) -> None:
    """Promises 3 and 4: killed half drafted, half approved and half published, all comes right."""
    drafted = await play.disturbed(victim, HALF_DRAFTED, "policy.1", "/policy/publications", DRAFT)
    publication_id = drafted["act_id"]
    await until_stage(play, publication_id, "for_approval")
    path = f"/policy/publications/{publication_id}"
    sha256 = play.world.one("SELECT sha256 FROM publication_draft")
    said = {"sha256": sha256, "reason": REASON}
    await play.disturbed(victim, HALF_APPROVED, "policy.2", f"{path}/approve", said)
    await play.disturbed(victim, HALF_PUBLISHED, "leader.1", f"{path}/approve", said)
    await until_stage(play, publication_id, "published")
    check_published_once(play)
