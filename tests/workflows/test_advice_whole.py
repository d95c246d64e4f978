"""A panel's advice on a real Temporal server: services, a SEN officer, no words in the engine."""

import pytest

from domain.moderation import Recommendation
from domain.services import AcceptingService, ReportingService
from domain.stages import ActKind
from tests.activities.advice_world import (
    REVIEW_ON,
    SPEECH,
    advises,
    answers,
    asked_ids,
    enrol_services,
    wants,
)
from tests.activities.small_county import PLANTED, profile, request
from tests.activities.world import WHY
from tests.workflows.office import Office


@pytest.mark.promise(8)
async def test_a_panel_advises_a_service_helps_and_an_officer_signs(office: Office) -> None:
    """From the closed ballot to the award: what anybody wrote stays out of the engine."""
    world = office.world
    enrol_services(world)
    request_id = await office.recommended(request())
    no_school = advises(
        world, request_id, to_sen_officer=f"Too loud for {PLANTED}", services=(wants(),)
    )
    assert await office.settled(no_school) == ("done", None)
    assert world.stands(request_id) == ("with_officer", "sen_officer")
    (asked_id,) = asked_ids(world, request_id).values()
    assert answers(world, SPEECH, asked_id, AcceptingService()) == "accepted"
    states = {"profile": profile(4, 3, 2, 0), "recommendation": Recommendation.AS_ASKED}
    moderated = world.does("sen.1", ActKind.MODERATE, request_id, **states)
    assert await office.settled(moderated) == ("done", None)
    again = advises(world, request_id, conditions=(WHY,), review_on=REVIEW_ON, services=(wants(),))
    assert await office.settled(again) == ("done", None)
    reported = ReportingService(is_done=True, came_of_it=WHY)
    assert answers(world, SPEECH, asked_id, reported) == "done"
    signed = world.authorises("officer.1", request_id)
    assert await office.settled(signed) == ("done", None)
    assert world.one("SELECT review_on FROM award") == REVIEW_ON
    history = await office.request(request_id).fetch_history()
    assert PLANTED not in history.to_json()
