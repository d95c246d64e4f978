"""One cluster's meeting with thirty items and twelve members, as one real history."""

from datetime import datetime
from typing import Any
from uuid import UUID

from temporalio.worker import Replayer

from activities.store import reading, recording
from activities.store.recording import County, InRoom
from activities.store.session import transaction
from domain.moderation import Recommendation, Vote
from domain.needs import AreaOfNeed
from domain.people import Interest, Role
from domain.stages import ActKind
from tests.activities.small_county import (
    FIRST_DAY,
    ISSUER,
    PANELS,
    SCHOOLS,
    TRUST,
    named,
    request,
)
from tests.activities.world import WHY, World
from tests.workflows.office import Office
from worker import WORKFLOWS
from workflows.plugin import locality_plugin

CHAIR, DESK = PANELS["alder"][0], "administrator.alder"
MORE = tuple(f"peer.{number}" for number in range(6))
TWELVE = (*PANELS["alder"], *MORE)
PUPILS = [(school, n) for school in SCHOOLS if SCHOOLS[school] == "alder" for n in range(5)]
BY_TWELVE = 30 * 12 - 20 - 5 - 1
"""Votes of all but those of the school that asks, or of its trust, and family."""
RELATED = {("ashdown", 1): "adviser.2"}
"""Whose family is in a case."""
EVENTS_BEFORE_A_WARNING = 4_096
BYTES_BEFORE_A_WARNING = 4 * 1024 * 1024
"""Where Temporal suggests to go on in a new history; its own warnings come later (TEMPORAL.md)."""


def twelve_members(world: World) -> None:
    """Six more members for the panel of alder."""
    held = {"role": Role.PANEL_MEMBER, "cluster": "alder", "from_on": FIRST_DAY}
    people = [
        {"id": named(who), "issuer": ISSUER, "subject": who, "called": who, "roles": [held]}
        for who in MORE
    ]
    sent: dict[str, Any] = {"areas": [], "clusters": [], "schools": [], "people": people}
    with transaction(world.engine) as session:
        recording.load_county(session, County.model_validate(sent, strict=False))


def interest(member: str, school: str, number: int) -> Interest:
    """What a member has to declare in a request."""
    if RELATED.get((school, number)) == member:
        return Interest.FAMILY
    own = member.partition(".")[2]
    if own == school:
        return Interest.OWN_SCHOOL
    return Interest.OWN_TRUST if own in TRUST and school in TRUST else Interest.NONE


def votes_on_all(world: World, member: str, ballots: dict[UUID, tuple[str, int, UUID]]) -> int:
    """A member declares and votes on every item, in one breath; how many votes that makes."""
    cast = 0
    with world.saying(member) as (session, saying):
        for ballot_id, (school, number, item_id) in ballots.items():
            own = saying.model_copy(update={"key": f"{member}/{ballot_id}"})
            declared = interest(member, school, number)
            recording.declare_interest(session, own, item_id, declared, None)
            if declared is not Interest.NONE:
                continue
            vote = Vote(
                person_id=named(member),
                levels=dict(zip(AreaOfNeed, (4, 3, 2, number % 2), strict=True)),
                recommendation=Recommendation.AS_ASKED,
                reason=WHY,
            )
            recording.cast_vote(session, own, ballot_id, vote)
            cast += 1
    return cast


async def everything_is_listed(office: Office) -> tuple[UUID, dict[UUID, tuple[str, int]]]:
    """Thirty requests on the agenda of one meeting, on its morning."""
    world = office.world
    pupils = {
        world.submits(request(school=school, number=number), school): (school, number)
        for school, number in PUPILS
    }
    starts_at = datetime.fromisoformat("2026-10-20T08:30:00+00:00")
    meeting_id = world.calls_meeting("alder", starts_at)
    await office.goes_on()
    await office.time_passes(starts_at)
    return meeting_id, pupils


async def test_thirty_items_and_twelve_members_are_one_history(office: Office) -> None:
    """Opened, taken in order, voted on 334 times, closed with minutes; replayed, and small."""
    world = office.world
    twelve_members(world)
    meeting_id, pupils = await everything_is_listed(office)
    world.does(DESK, ActKind.OPEN_MEETING, meeting_id)
    await office.goes_on()
    for who in TWELVE:
        with world.saying(DESK, who) as (session, saying):
            said = InRoom(person_id=named(who))
            recording.record_presence(session, saying, meeting_id, said)
    items = {world.item_of(each): each for each in pupils}
    for item_id in items:
        world.opens(item_id)
    await office.goes_on()
    ballots = {world.ballot_of(each): (*pupils[each], item) for item, each in items.items()}
    cast = sum(votes_on_all(world, who, ballots) for who in TWELVE)
    assert cast == world.one("SELECT count(*) FROM vote") == BY_TWELVE
    in_order = world.rows("SELECT id, request_id FROM agenda_item ORDER BY position")
    for row in in_order:
        with world.saying(CHAIR, row.id) as (session, saying):
            recording.take_item(session, saying, row.id)
        world.closes(world.ballot_of(row.request_id))
    await office.goes_on()
    closed = world.does(CHAIR, ActKind.CLOSE_MEETING, meeting_id)
    assert await office.settled(closed) == ("done", None)
    await office.meeting(meeting_id).result()
    assert {world.stage(each) for each in pupils} == {"sign_off"}
    _minutes_are_whole(world, meeting_id)
    await _replays_and_is_small(office, meeting_id)


def _minutes_are_whole(world: World, meeting_id: UUID) -> None:
    with transaction(world.engine) as session:
        minutes = reading.minutes(session, world.caller(session, DESK), meeting_id).minutes
    assert len(minutes.items) == 30
    assert len(minutes.there) == 12
    assert all(each.rounds[0].quorate for each in minutes.items)


async def _replays_and_is_small(office: Office, meeting_id: UUID) -> None:
    """The code of today makes the same commands again, far from where the engine would warn."""
    history = await office.meeting(meeting_id).fetch_history()
    replayer = Replayer(workflows=WORKFLOWS, plugins=[locality_plugin()])
    await replayer.replay_workflow(history)
    assert len(history.events) < EVENTS_BEFORE_A_WARNING
    assert sum(event.ByteSize() for event in history.events) < BYTES_BEFORE_A_WARNING
    heard = {
        event.workflow_execution_update_accepted_event_attributes.accepted_request.input.name
        for event in history.events
        if event.HasField("workflow_execution_update_accepted_event_attributes")
    }
    assert heard == {"open_meeting", "open_ballot", "close_ballot", "close_meeting"}
