"""An answer to a challenge survives whoever is killed in the middle of it: given once and whole."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from activities.embedded import EmbeddedPostgres
from domain.acts import ActRef
from domain.stages import ActKind
from tests.activities.challenged import CEDAR, challenges
from tests.activities.conftest import furnished_on
from tests.activities.small_county import ISSUER, request
from tests.conftest import settings_for
from tests.kill.machine import Machine
from tests.kill.runs import PaymentPlay
from tests.workflows.office import until

HALF_ANSWERED = ("award_change", "INSERT INTO award_change")
ANSWER = {
    "answer": "replaced",
    "annual_pence": 400_000,
    "grounds": ["The new report shows more."],
    "alternatives": "To let it stand.",
    "reason": "More is needed every day.",
}


@pytest_asyncio.fixture(loop_scope="session")
async def play(killable: EmbeddedPostgres) -> AsyncIterator[PaymentPlay]:
    """A machine whose people challenge decisions, on a database of its own."""
    name = f"challenged_{uuid4().hex}"
    killable.create_database(name, template=furnished_on(killable))
    machine = Machine(settings_for(killable, name))
    try:
        await asyncio.to_thread(machine.start)
        async with httpx.AsyncClient(base_url=machine.url, timeout=10) as web:
            yield PaymentPlay(machine, killable, web)
    finally:
        await asyncio.to_thread(machine.stop)


async def done(play: PaymentPlay, act: ActRef) -> UUID:
    """The worker's own sweeper delivers an act, and it is done; its id."""
    await until(lambda: play.world.outcome(act)[0] is not None, f"{act.kind} has an outcome", 60)
    assert play.world.outcome(act) == ("done", None)
    return act.id


async def voted(play: PaymentPlay, item_id: UUID, members: tuple[str, ...]) -> None:
    """A panel votes on an item, and its ballot closes."""
    await done(play, play.world.opens(item_id))
    ballot_id = play.world.one("SELECT id FROM ballot WHERE item_id = :id", id=item_id)
    play.world.panel_votes(ballot_id, members=members)
    await done(play, play.world.closes(ballot_id))


async def looked_at(play: PaymentPlay) -> UUID:
    """An award was given, challenged, and looked at again; the challenge."""
    world = play.world
    request_id = world.submits(request())
    await until(lambda: world.stage(request_id) == "listed", "is listed", 60)
    world.calls_meeting("alder", world.clock.now() + timedelta(days=21, hours=2))
    sql = "SELECT count(*) FROM agenda_item"
    await until(lambda: world.one(sql) == 1, "is on the agenda", 60)
    await voted(play, world.item_of(request_id), ("head.crane", "head.dell", "head.elm"))
    await until(lambda: world.stage(request_id) == "sign_off", "is placed", 60)
    await done(play, world.authorises("officer.1", request_id))
    look_id = await done(play, challenges(world, request_id))
    await done(play, world.does("manager.2", ActKind.TAKE_CHALLENGE, look_id))
    world.calls_meeting("cedar", world.clock.now() + timedelta(days=22, hours=2))
    await until(lambda: world.one(sql) == 2, "is on the other agenda", 60)
    await voted(play, world.one("SELECT item_id FROM reconsideration_item"), CEDAR)
    return look_id


@pytest.mark.promise(3)
@pytest.mark.promise(4)
@pytest.mark.parametrize("victim", ["worker", "postgres"])
async def test_whoever_is_killed_a_challenge_is_answered_once(
    play: PaymentPlay, victim: str
) -> None:
    """Promises 3 and 4: killed between the second decision and its money, both come or neither."""
    play.machine.as_owner(f"UPDATE sign_in SET issuer = '{ISSUER}'")  # noqa: S608
    look_id = await looked_at(play)
    play.machine.as_owner(f"UPDATE sign_in SET issuer = '{play.machine.issuer_url}'")  # noqa: S608
    path = f"/reconsiderations/{look_id}/reconsider"
    await play.disturbed(victim, HALF_ANSWERED, "head-of-sen", path, ANSWER)
    world = play.world
    sql = "SELECT count(*) FROM reconsideration WHERE stage = 'answered' AND id = :id"
    await until(lambda: world.one(sql, id=look_id) == 1, "is answered", 120)
    assert world.one("SELECT count(*) FROM decision") == 2
    assert world.one("SELECT count(*) FROM award_change") == 1
    assert world.one("SELECT count(*) FROM letter") == 2
    assert world.one("SELECT count(*) FROM act WHERE outcome IS NULL") == 0
