"""Recorded first, then moved on: with the engine away, late, or without its memory."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text

from activities.store.recording import SubjectRef
from api.delivery import Delivery, Sweeper
from domain.acts import Withdrawing
from domain.stages import ActKind
from tests.activities.small_county import request
from tests.activities.world import World
from tests.api.bodies import CHOSEN, DECISION, vote
from tests.api.engine import HandEngine
from tests.api.web import Web, code_of

pytestmark = pytest.mark.promise(3)


@pytest.fixture
def sweeper(delivery: Delivery, world: World) -> Sweeper:
    """What the worker runs beside itself."""
    return Sweeper(delivery, world.engine, world.clock)


async def recommended(web: Web, world: World, sweeper: Sweeper) -> UUID:
    """A request on which its panel has voted, carried on by delivery alone."""
    request_id = world.submits(request())
    await sweeper.sweep()
    at = world.clock.now() + timedelta(days=21, hours=1, minutes=30)
    world.calls_meeting("alder", at)
    await sweeper.sweep()
    world.opens(world.item_of(request_id))
    await sweeper.sweep()
    world.panel_votes(world.ballot_of(request_id))
    world.closes(world.ballot_of(request_id))
    await sweeper.sweep()
    assert world.stage(request_id) == "sign_off"
    assert (await web.get("officer.1", f"/requests/{request_id}")).status_code == 200
    return request_id


async def test_with_the_engine_away_an_act_is_recorded_and_its_outcome_follows(
    web: Web, world: World, engine: HandEngine, sweeper: Sweeper
) -> None:
    """An officer signs and is told 202; when the engine is back it takes effect by itself."""
    request_id = await recommended(web, world, sweeper)
    engine.is_away = True
    answer = await web.says("head-of-sen", f"/requests/{request_id}/authorise", DECISION)
    assert answer.status_code == 202, answer.text
    link = answer.headers["location"]
    assert answer.json()["link"] == link
    waiting = (await web.get("head-of-sen", link.removeprefix("/api"))).json()
    assert waiting["outcome"] is None
    await sweeper.sweep()
    assert world.stage(request_id) == "sign_off"
    engine.is_away = False
    await sweeper.sweep()
    done = (await web.get("head-of-sen", link.removeprefix("/api"))).json()
    assert (done["outcome"], done["stage"]) == ("done", "decided")


async def test_a_school_submits_a_panel_votes_and_an_officer_decides_without_the_engine(
    web: Web, world: World, engine: HandEngine, sweeper: Sweeper
) -> None:
    """Each on a request that stands at that stage; back again, everything goes on in order."""
    decided = await recommended(web, world, sweeper)
    voted = world.submits(request(school="brook"), "brook")
    await sweeper.sweep()
    world.opens(world.item_of(voted))
    await sweeper.sweep()
    ballot_id = world.ballot_of(voted)
    world.declares("head.crane", world.item_of(voted))
    engine.is_away = True
    cast = await web.says("head.crane", f"/ballots/{ballot_id}/vote", vote(), method="PUT")
    assert cast.status_code == 200
    signed = await web.says("head-of-sen", f"/requests/{decided}/authorise", DECISION)
    assert signed.status_code == 202
    submitted = world.submits(request(school="elm"), "elm")
    engine.is_away = False
    await sweeper.sweep()
    assert world.stage(decided) == "decided"
    assert world.stage(submitted) == "listed"
    assert world.one("SELECT count(*) FROM act WHERE outcome IS NULL") == 0


async def test_a_second_decision_waits_its_turn(
    web: Web, world: World, engine: HandEngine, sweeper: Sweeper
) -> None:
    """While one decision has no outcome no other is taken in, by rule and by constraint."""
    request_id = await recommended(web, world, sweeper)
    engine.is_away = True
    await web.says("head-of-sen", f"/requests/{request_id}/authorise", DECISION)
    for kind in (ActKind.AUTHORISE, ActKind.DECLINE):
        answer = await web.says("director", f"/requests/{request_id}/{kind}", CHOSEN[kind])
        assert code_of(answer) == "not_at_this_stage", kind
    assert world.one("SELECT count(*) FROM act WHERE outcome IS NULL") == 1


async def test_acts_are_delivered_oldest_first(
    web: Web, world: World, engine: HandEngine, sweeper: Sweeper
) -> None:
    """What was said first is heard first, however long nobody listened."""
    request_id = await recommended(web, world, sweeper)
    engine.is_away = True
    for kind in (ActKind.ESCALATE, ActKind.REFER_UP, ActKind.RETURN_TO_PANEL):
        path = f"/requests/{request_id}/{kind.replace('_', '-')}"
        assert (await web.says("head-of-sen", path, CHOSEN[kind])).status_code == 202
    engine.is_away = False
    engine.heard.clear()
    await sweeper.sweep()
    said = world.rows("SELECT id FROM act WHERE subject_id = :id ORDER BY number", id=request_id)
    assert engine.heard == [str(row.id) for row in said][-3:]


async def test_what_comes_too_late_is_refused_by_the_record(
    web: Web, world: World, engine: HandEngine, delivery: Delivery, sweeper: Sweeper
) -> None:
    """An act that reaches a request after its ending gets an outcome like any other."""
    request_id = await recommended(web, world, sweeper)
    withdrawing = Withdrawing(reason="No longer needed")
    late = world.act("senco.ashdown", ActKind.WITHDRAW, request_id, withdrawing)
    engine.running.discard(f"request/{request_id}")
    engine.ended.add(f"request/{request_id}")
    with world.engine.begin() as connection:
        connection.execute(text("UPDATE support_request SET stage = 'withdrawn'"))
    await delivery.deliver(SubjectRef(subject="request", id=request_id))
    assert world.outcome(late) == ("refused", "too_late")
    told = await web.get("senco.ashdown", f"/acts/{late.id}")
    assert told.json()["refusal"]["would_help"]


async def test_a_lost_engine_is_rebuilt_from_the_record(
    web: Web, world: World, engine: HandEngine, sweeper: Sweeper
) -> None:
    """With every workflow forgotten, what is unfinished begins again where the record stands."""
    request_id = await recommended(web, world, sweeper)
    engine.lose_everything()
    signed = await web.says("head-of-sen", f"/requests/{request_id}/authorise", DECISION)
    assert signed.json()["stage"] == "decided", signed.text
    unfinished = world.submits(request(school="brook"), "brook")
    await sweeper.sweep()
    engine.lose_everything()
    await sweeper.find_lost()
    assert f"request/{unfinished}" in engine.running
    assert f"request/{request_id}" not in engine.running
    engine.running.clear()
    engine.stopped.add(f"request/{unfinished}")
    await sweeper.find_lost()
    assert f"request/{unfinished}" in engine.running


@pytest.mark.promise(4)
async def test_delivering_again_changes_nothing(
    world: World, delivery: Delivery, sweeper: Sweeper
) -> None:
    """A sweep with nothing to do does nothing, and so does delivering twice."""
    request_id = world.submits(request())
    subject = SubjectRef(subject="request", id=request_id)
    await delivery.deliver(subject)
    before = world.tables()
    await delivery.deliver(subject)
    await sweeper.sweep()
    after = world.tables()
    before.pop("event")
    after.pop("event")
    assert after == before


async def test_a_refused_act_is_told_as_a_problem(web: Web, world: World, sweeper: Sweeper) -> None:
    """An amount above the officer's limit: 403, who could sign, and the act is kept as refused."""
    request_id = await recommended(web, world, sweeper)
    body = {**CHOSEN[ActKind.AUTHORISE_DIFFERENTLY], "annual_pence": 90_000_00}
    path = f"/requests/{request_id}/authorise-differently"
    answer = await web.says("officer.1", path, body)
    assert code_of(answer) == "authority_too_low"
    assert answer.status_code == 403
    assert world.one("SELECT outcome FROM act ORDER BY recorded_at DESC, number DESC LIMIT 1")


async def test_without_a_worker_nothing_is_lost(
    web: Web, world: World, engine: HandEngine, sweeper: Sweeper
) -> None:
    """The server takes the update in and nobody answers: 202, and the outcome follows."""
    request_id = await recommended(web, world, sweeper)
    engine.is_idle = True
    answer = await web.says("head-of-sen", f"/requests/{request_id}/authorise", DECISION)
    assert answer.status_code == 202
    engine.is_idle = False
    await sweeper.sweep()
    assert world.stage(request_id) == "decided"


async def test_events_are_numbered_in_order_without_a_gap(
    web: Web, world: World, sweeper: Sweeper
) -> None:
    """A subscriber who goes on from where it stopped misses nothing and reads nothing twice."""
    await recommended(web, world, sweeper)
    read: list[int] = []
    while page := (
        await web.get("officer.1", "/events", after=max(read, default=0), limit=3)
    ).json():
        read += [event["position"] for event in page]
    assert read == list(range(1, world.one("SELECT count(*) FROM event") + 1))


@pytest.mark.promise(4)
async def test_two_deliverers_at_once_bring_each_act_once(
    world: World, engine: HandEngine, delivery: Delivery
) -> None:
    """The API and the sweeper meet on one request: one of them delivers, the other lets it."""
    subjects = [
        SubjectRef(subject="request", id=world.submits(request(school=school), school))
        for school in ("ashdown", "brook", "dell")
    ]
    other = Delivery(engine.connect, world.engine, world.clock, "by-hand")
    await asyncio.gather(
        *(each.deliver(subject) for each in (delivery, other) for subject in subjects * 3)
    )
    assert world.one("SELECT count(*) FROM act WHERE outcome = 'done'") == len(subjects)
    assert {world.stage(subject.id) for subject in subjects} == {"listed"}


async def test_the_sweeper_outlives_an_engine_and_a_database_that_are_away(
    world: World, engine: HandEngine, delivery: Delivery
) -> None:
    """It goes on sweeping, and what waits is delivered as soon as both are back."""
    engine.is_away = True
    request_id = world.submits(request())
    nobody = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    without = asyncio.create_task(Sweeper(delivery, nobody, world.clock, pause=0.01).run())
    sweeping = asyncio.create_task(Sweeper(delivery, world.engine, world.clock, pause=0.01).run())
    await asyncio.sleep(0.2)
    assert world.stage(request_id) == "submitted"
    engine.is_away = False
    deadline = asyncio.get_running_loop().time() + 10
    while world.stage(request_id) != "listed":
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.02)
    for task in (without, sweeping):
        assert not task.done()
        task.cancel()
    await asyncio.wait({without, sweeping})
    await delivery.close()
