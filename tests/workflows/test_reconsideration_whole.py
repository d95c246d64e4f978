"""Challenges on a real Temporal server and a real PostgreSQL, with the real activities."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.acts import ActRef
from domain.reconsideration import Answer
from domain.stages import ActKind
from tests.activities.behind import slip_in
from tests.activities.challenged import CEDAR, challenges
from tests.activities.small_county import request
from tests.workflows.office import Office, until


async def done(office: Office, act: ActRef) -> UUID:
    """An act is delivered and done; its id."""
    assert await office.settled(act) == ("done", None)
    return act.id


async def challenged(office: Office, *, declined: bool) -> tuple[UUID, UUID]:
    """A request was declined, or given its award, and the school challenges that."""
    request_id = await office.recommended(request())
    kind = ActKind.DECLINE if declined else ActKind.AUTHORISE
    await done(office, office.world.does("officer.1", kind, request_id))
    await office.request(request_id).result()
    return request_id, await done(office, challenges(office.world, request_id))


async def looked_at(office: Office, look_id: UUID) -> None:
    """An officer takes the challenge, and the second panel votes on it."""
    world = office.world
    await done(office, world.does("manager.2", ActKind.TAKE_CHALLENGE, look_id))
    world.calls_meeting("cedar", world.clock.now() + timedelta(days=21, hours=2))
    await office.goes_on()
    sql = "SELECT item_id FROM reconsideration_item WHERE reconsideration_id = :id"
    item_id = world.one(sql, id=look_id)
    await done(office, world.opens(item_id))
    ballot_id = world.one("SELECT id FROM ballot WHERE item_id = :id", id=item_id)
    world.panel_votes(ballot_id, members=CEDAR)
    await done(office, world.closes(ballot_id))


def answers(office: Office, look_id: UUID, answer: Answer, who: str = "head-of-sen") -> ActRef:
    """A senior officer gives the answer."""
    return office.world.does(who, ActKind.RECONSIDER, look_id, answer=answer)


@pytest.mark.promise(6)
async def test_a_no_is_challenged_looked_at_afresh_and_replaced(office: Office) -> None:
    """Promise 6 on the way: barred to who decided; then the award is committed by who did not."""
    request_id, look_id = await challenged(office, declined=True)
    await looked_at(office, look_id)
    said = {"answer": "stands", "sent_back_to": "panel"}
    own = slip_in(office.world, "officer.1", ActKind.RECONSIDER, look_id, **said)
    assert await office.settled(own) == ("refused", "barred")
    await done(office, answers(office, look_id, Answer.REPLACED))
    await office.client.get_workflow_handle(f"reconsideration/{look_id}").result()
    assert office.world.ending(request_id) == "authorised"
    assert office.world.moved() == {"exceptional": (0, 259_003)}
    late = slip_in(office.world, "director", ActKind.RECONSIDER, look_id, **said)
    assert await office.settled(late) == ("refused", "too_late")


@pytest.mark.promise(3)
async def test_a_lost_challenge_is_raised_again_and_sends_its_request_back(office: Office) -> None:
    """Promise 3: begun again from the record; the request goes on in its own workflow and ends."""
    request_id, look_id = await challenged(office, declined=False)
    await looked_at(office, look_id)
    await office.client.get_workflow_handle(f"reconsideration/{look_id}").terminate("lost")
    await office.sweeper.find_lost()
    await done(office, answers(office, look_id, Answer.SENT_BACK))
    await office.client.get_workflow_handle(f"reconsideration/{look_id}").result()
    world = office.world
    assert world.stage(request_id) == "listed"
    world.clock.move_on(timedelta(minutes=5))
    world.calls_meeting("alder", world.clock.now() + timedelta(days=21, hours=3))
    await office.goes_on()
    await done(office, world.opens(world.item_of(request_id)))
    ballot_id = world.ballot_of(request_id)
    world.panel_votes(ballot_id)
    world.closes(ballot_id)
    await office.goes_on()
    await until(lambda: world.stage(request_id) == "sign_off", "the panel was heard")
    said = {"annual_pence": 400_000}
    await done(office, world.does("officer.1", ActKind.AUTHORISE_DIFFERENTLY, request_id, **said))
    assert await office.request(request_id).result() == "authorised_differently"
    assert world.one("SELECT count(*) FROM decision") == 2
    assert world.one("SELECT count(*) FROM award_change") == 1
