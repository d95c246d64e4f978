"""Whole runs on a real Temporal server and a real PostgreSQL, with the real activities."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.request import RequestKind
from domain.stages import ActKind
from tests.activities.behind import slip_in
from tests.activities.small_county import line, request
from tests.workflows.office import Office, until


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


@pytest.mark.promise(12)
async def test_a_key_decision_waits_for_its_day(office: Office) -> None:
    """The Cabinet Member's decision is recorded; signing waits until the day it takes effect."""
    world = office.world
    content = request(
        RequestKind.PROJECT, provision=(line(),), electoral_divisions=("east", "west")
    )
    request_id = await office.recommended(content, ())
    assert world.stage(request_id) == "key_decision"
    said = {"number": "26/00077", "effective_on": date(2026, 10, 20)}
    world.does("director", ActKind.RECORD_KEY_DECISION, request_id, **said)
    await office.goes_on()
    takes_effect_at = datetime(2026, 10, 19, 23, 0, tzinfo=UTC)
    await office.time_passes(takes_effect_at - timedelta(minutes=5))
    assert world.stage(request_id) == "key_decision"
    await office.time_passes(takes_effect_at + timedelta(minutes=5))
    await until(lambda: world.stage(request_id) == "sign_off", "the day came")
    assert await office.settled(world.authorises("director", request_id)) == ("done", None)


@pytest.mark.promise(12)
async def test_time_alone_closes_a_ballot_and_then_passes_the_day_for_a_decision(
    office: Office,
) -> None:
    """Nobody does anything: the panel's ballot is heard, and later the request is overdue."""
    world = office.world
    request_id, ballot_id = await office.in_ballot(request())
    world.panel_votes(ballot_id)
    await office.time_passes(world.clock.now() + timedelta(days=120))
    await until(lambda: world.stage(request_id) == "sign_off", "the ballot closed by itself")
    overdue = "SELECT overdue FROM support_request WHERE id = :id"
    await until(lambda: bool(world.one(overdue, id=request_id)), "it is overdue")
    assert await office.settled(world.authorises("officer.1", request_id)) == ("done", None)


@pytest.mark.promise(3)
async def test_what_temporal_has_lost_is_taken_up_again_from_the_record(office: Office) -> None:
    """Workflows that are gone are started again from their rows, and go on where they were."""
    world = office.world
    request_id, ballot_id = await office.in_ballot(request())
    world.panel_votes(ballot_id)
    meeting_id, _ = world.meeting_of(world.item_of(request_id))
    await office.request(request_id).terminate("lost")
    await office.meeting(meeting_id).terminate("lost")
    world.closes(ballot_id)
    await office.begins_again(request_id)
    await office.goes_on()
    assert world.stage(request_id) == "sign_off"
    await office.request(request_id).terminate("lost again")
    assert await office.settled(world.authorises("officer.1", request_id)) == ("done", None)
    assert world.balances()["exceptional"] == (39_740_997, 0, 259_003)


@pytest.mark.promise(3)
async def test_a_ballot_that_closed_while_its_request_was_lost_is_heard(office: Office) -> None:
    """The meeting told nobody; the sweeper finds the request lost, and it finds its ballot."""
    world = office.world
    request_id, ballot_id = await office.in_ballot(request())
    world.panel_votes(ballot_id)
    await office.request(request_id).terminate("lost")
    closed = world.closes(ballot_id)
    await office.sweeper.sweep()
    await until(lambda: world.outcome(closed) == ("done", None), "the ballot is closed")
    assert world.stage(request_id) == "in_ballot"
    await office.sweeper.find_lost()
    await office.goes_on()
    assert world.stage(request_id) == "sign_off"


async def test_an_act_after_the_end_is_too_late(office: Office) -> None:
    """The workflow has gone home; the act is refused by the record, and stays recorded."""
    world = office.world
    request_id = await office.recommended(request())
    assert await office.settled(world.does("officer.1", ActKind.DECLINE, request_id)) == (
        "done",
        None,
    )
    await office.request(request_id).result()
    late = slip_in(world, "manager.1", ActKind.AUTHORISE, request_id)
    assert await office.settled(late) == ("refused", "too_late")
    assert world.one("SELECT count(*) FROM decision") == 1


@pytest.mark.promise(6)
async def test_whoever_is_barred_is_refused_inside_the_workflow(office: Office) -> None:
    """Family of the pupil, in an officer's grade: the act got in by the door and no further."""
    world = office.world
    request_id = await office.recommended(request(number=1))
    act = slip_in(world, "officer.2", ActKind.AUTHORISE, request_id)
    assert await office.settled(act) == ("refused", "barred")
    assert world.stage(request_id) == "sign_off"


async def test_a_withdrawal_in_the_middle_of_a_ballot_ends_the_request(office: Office) -> None:
    """The school takes it back while members vote; the meeting closes the ballot to nothing."""
    world = office.world
    request_id, ballot_id = await office.in_ballot(request())
    world.panel_votes(ballot_id)
    taken_back = world.does("senco.ashdown", ActKind.WITHDRAW, request_id)
    assert await office.settled(taken_back) == ("done", None)
    assert await office.request(request_id).result() == "withdrawn"
    await office.settled(world.closes(ballot_id))
    assert world.one("SELECT result FROM ballot WHERE id = :id", id=ballot_id) is None
    assert world.moved() == {}


@pytest.mark.promise(4)
async def test_eight_requests_at_once_come_to_their_ends(office: Office) -> None:
    """Everything interleaves, and the balances are what they would be one at a time."""
    world = office.world
    pupils = [(school, n) for school in ("ashdown", "brook") for n in (0, 2, 3, 4)]
    requests = [world.submits(request(school=s, number=n), s) for s, n in pupils]
    await office.goes_on()
    world.calls_meeting("alder", world.clock.now() + timedelta(days=21))
    await office.goes_on()
    for request_id in requests:
        world.opens(world.item_of(request_id))
    await office.goes_on()
    for request_id in requests:
        world.panel_votes(world.ballot_of(request_id))
        world.closes(world.ballot_of(request_id))
    await office.goes_on()
    for request_id in requests:
        world.authorises("manager.1", request_id)
    await office.goes_on()
    assert [world.ending(each) for each in requests] == ["authorised"] * len(requests)
    assert world.moved() == {"exceptional": (0, 259_003 * len(requests))}
