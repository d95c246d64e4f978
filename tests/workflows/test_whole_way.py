"""Whole runs on a real Temporal server and a real PostgreSQL, with the real activities."""

import pytest

from tests.activities.small_county import request
from tests.workflows.office import Office


@pytest.mark.promise(1)
async def test_a_request_goes_from_submission_to_a_committed_award(office: Office) -> None:
    """The panel's votes reserve money, and only an officer's signature commits it."""
    world = office.world
    request_id = await office.recommended(request())
    assert (world.stage(request_id), world.waits_for(request_id)) == (
        "sign_off",
        "locality_officer",
    )
    assert world.balances()["exceptional"] == (39_740_997, 259_003, 0)
    act = world.authorises("officer.1", request_id)
    assert await office.settled(act) == ("done", None)
    assert world.ending(request_id) == "authorised"
    assert world.balances()["exceptional"] == (39_740_997, 0, 259_003)
    assert await office.request(request_id).result() == "authorised"
