"""An urgent request on a real Temporal server: called, voted on, closed by time, and heard."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.stages import ActKind
from tests.activities.roster_world import other_rules
from tests.activities.small_county import named, request
from tests.workflows.office import Office, until

MEMBERS = ("head.crane", "head.dell", "head.elm")


@pytest.mark.promise(12)
async def test_members_are_called_and_time_closes_their_ballot(office: Office) -> None:
    """Promise 12: the request's own workflow, which knew of an officer, hears what they advised.

    The meeting's workflow ends with the ballot, and nobody has to close it.
    """
    world = office.world
    other_rules(world, 'urgent.to = "sub_panel"', "urgent.ballot_open_hours = 6")
    request_id = world.submits(request(urgent_because="No school from Monday"))
    await office.goes_on()
    assert world.stage(request_id) == "with_officer"
    said = {
        "cluster": "alder",
        "request_ids": (request_id,),
        "members": tuple(map(named, MEMBERS)),
    }
    called = world.does("administrator.alder", ActKind.CALL_URGENT, uuid4(), **said)
    assert await office.settled(called) == ("done", None)
    assert world.stage(request_id) == "in_ballot"
    world.panel_votes(world.ballot_of(request_id), members=MEMBERS)
    await office.time_passes(world.clock.now() + timedelta(hours=7))
    await until(lambda: world.stage(request_id) == "sign_off", "the request has heard")
    assert await office.meeting(called.id).result() is None
    assert await office.settled(world.authorises("officer.1", request_id)) == ("done", None)
