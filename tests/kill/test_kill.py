"""What was acknowledged survives: processes killed in the middle come to the same ends."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

import pytest
from temporalio.client import Client

from deploy.demo.voice import Refused
from tests.activities.small_county import PANELS, PLANTED
from tests.activities.world import WHY
from tests.kill.machine import Machine
from tests.kill.play import MEMBERS, REQUESTS, Play
from tests.workflows.office import until

UNDISTURBED_ENDS = ["declined" if number % 8 == 0 else "authorised" for number in range(REQUESTS)]
EXCEPTIONAL = (4, 3, 2, 0)
EXCEPTIONAL_PENCE, COSTED_PENCE = 259_003, 271_289
CHAIR = PANELS["alder"][0]
_IN_ORDER = """
    SELECT bool_and(ordered) FROM (
        SELECT outcome_at >= lag(outcome_at) OVER (PARTITION BY subject_id ORDER BY number)
            AS ordered FROM act
    ) AS acts
"""
UNDISTURBED = {
    # Every fourth is exceptional, and every eighth of all, declined, is one of them.
    "exceptional": (0, 2 * EXCEPTIONAL_PENCE),
    # Five predictable ones are paid for; of five more the cluster's plan has places for two.
    "cluster:alder": (0, 8 * COSTED_PENCE),
}
"""What twenty requests come to when nothing happens to anybody."""


def check_ends(play: Play, request_ids: list[str]) -> None:
    """The same ends and balances as ever, each act done once, and a ledger that adds up."""
    world = play.world
    assert play.ends(request_ids) == UNDISTURBED_ENDS
    assert world.moved() == UNDISTURBED
    assert world.one("SELECT count(*) FROM decision") == REQUESTS
    assert world.one("SELECT count(*) FROM act WHERE outcome IS DISTINCT FROM 'done'") == 0
    assert world.one("SELECT count(*) FROM vote") == len(MEMBERS) * REQUESTS
    assert world.rows("SELECT state, count(*) FROM plan_place GROUP BY state") == [("given", 2)]
    assert play.machine.differences() == []


async def test_undisturbed_twenty_requests_come_to_their_ends(play: Play) -> None:
    """The run that the others are compared with; and no file of it names a child."""
    check_ends(play, await play.all_of_them())


@pytest.mark.promise(3)
@pytest.mark.promise(4)
@pytest.mark.parametrize("victim", ["worker", "api", "temporal"])
async def test_a_killed_process_changes_no_end(play: Play, victim: str) -> None:
    """SIGKILL in the middle of twenty requests, then the same ends and the same balances."""
    playing = asyncio.create_task(play.all_of_them())
    await until(lambda: playing.done() or play.ended() >= 4, "four have ended", 60)
    play.machine.kill(victim)
    assert play.ended() < REQUESTS - 4
    await asyncio.sleep(1)
    await asyncio.to_thread(play.machine.begins, victim)
    check_ends(play, await playing)
    no_child_is_named(play.machine)


@dataclass(frozen=True)
class Standing:
    """One request in an open ballot, one at sign-off, and the ballot."""

    in_ballot: str
    at_sign_off: str
    ballot_id: UUID


async def two_on_their_way(play: Play) -> Standing:
    """Bring one request into a ballot, and another to sign-off."""
    in_ballot, at_sign_off = await play.submits(0), await play.submits(4)
    ballot_id, other = await play.opens(in_ballot), await play.opens(at_sign_off)
    await play.vote(at_sign_off, other, EXCEPTIONAL)
    await play.voice(CHAIR).does(f"/api/ballots/{other}/close", {})
    await play.until_stage(at_sign_off, "sign_off")
    return Standing(in_ballot, at_sign_off, ballot_id)


async def said_without_temporal(play: Play, two: Standing) -> None:
    """The panel votes and closes, an officer signs: acknowledged, and not yet in effect."""
    await play.vote(two.in_ballot, two.ballot_id, EXCEPTIONAL)
    closed = await play.voice(CHAIR).says("POST", f"/api/ballots/{two.ballot_id}/close", {})
    signing = {"grounds": [WHY], "alternatives": WHY}
    path = f"/api/requests/{two.at_sign_off}/authorise"
    signed = await play.voice("manager.1").says("POST", path, signing)
    assert (closed["outcome"], signed["outcome"]) == (None, None)
    with pytest.raises(Refused) as late:
        await play.vote(two.in_ballot, two.ballot_id, (0, 0, 0, 0))
    assert late.value.code == "ballot_closed"


@pytest.mark.promise(3)
async def test_with_temporal_stopped_a_school_submits_a_panel_votes_and_an_officer_decides(
    play: Play,
) -> None:
    """What people say is recorded and acknowledged; all of it takes effect in order afterwards."""
    world = play.world
    two = await two_on_their_way(play)
    await asyncio.to_thread(play.machine.temporal.stop)
    submitting = asyncio.create_task(play.submits(8))
    await said_without_temporal(play, two)
    waiting = "SELECT count(*) FROM act WHERE outcome IS NULL"
    await until(lambda: bool(world.one(waiting) == 3), "three acts wait")
    assert world.stage(UUID(two.at_sign_off)) == "sign_off"
    assert world.stage(UUID(two.in_ballot)) == "in_ballot"

    await asyncio.to_thread(play.machine.begins, "temporal")
    await play.until_stage(await submitting, "listed")
    await play.until_stage(two.at_sign_off, "decided")
    await play.until_stage(two.in_ballot, "sign_off")
    assert world.moved() == {"exceptional": (EXCEPTIONAL_PENCE, EXCEPTIONAL_PENCE)}
    assert world.one(_IN_ORDER) is True


@pytest.mark.promise(8)
async def test_an_error_that_quotes_a_child_is_told_by_its_kind_alone(play: Play) -> None:
    """A letter that cannot be kept fails with its text; the log and Temporal hear only of it."""
    machine, world = play.machine, play.world
    request_id = await play.submits(0)
    await play.vote(request_id, await play.opens(request_id), EXCEPTIONAL)
    ballot_id = world.ballot_of(UUID(request_id))
    await play.voice(CHAIR).does(f"/api/ballots/{ballot_id}/close", {})
    await play.until_stage(request_id, "sign_off")
    machine.as_owner("ALTER TABLE letter ADD CONSTRAINT planted CHECK (length(body) < 1)")
    signing = asyncio.create_task(play.signs(request_id, 1))
    await until(lambda: "activity_failed" in machine.said("worker"), "the worker says so")
    told = await kept_by_the_engine(await machine.client(), f"request/{request_id}")
    assert PLANTED.encode() not in told
    machine.as_owner("ALTER TABLE letter DROP CONSTRAINT planted")
    await signing
    assert world.ending(UUID(request_id)) == "authorised"
    no_child_is_named(machine)


async def kept_by_the_engine(client: Client, workflow_id: str) -> bytes:
    """What Temporal tells of a workflow, once it keeps the activity that failed at once."""
    handle = client.get_workflow_handle(workflow_id)
    for _ in range(100):
        told = (await handle.describe()).raw_description
        failures = [each.last_failure.message for each in told.pending_activities]
        if any("planted" in message for message in failures):
            return told.SerializeToString()
        await asyncio.sleep(0.1)
    raise AssertionError("Temporal never heard which constraint it was.")


def no_child_is_named(machine: Machine) -> None:
    """No log, and not Temporal's own database, has a planted name or word, in any spelling."""
    written = machine.written()
    assert any(name.endswith("temporal.db") for name in written)
    assert any(name.endswith("worker.log") and content for name, content in written.items())
    for name, content in written.items():
        assert PLANTED.lower().encode() not in content.lower(), name
