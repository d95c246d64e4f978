"""Meetings of the small county: members answer, the room fills, items are taken, minutes kept."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from activities.store import reading, recording
from activities.store.reading import MeetingView, MinutesView
from activities.store.recording import (
    Coming,
    Correcting,
    InRoom,
    ItemTaken,
    Ordering,
)
from activities.store.session import transaction
from domain.acts import ActRef
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import named, request
from tests.activities.world import World

CHAIR, DESK = "head.crane", "administrator.alder"


def agenda(world: World, hand: ByHand, *schools: str) -> tuple[UUID, list[UUID]]:
    """A meeting of the alder panel to come with a request of each school: its items in order."""
    items = []
    for number, school in enumerate(schools):
        request_id = hand.listed(request(school=school, number=2 + number % 3), school)
        items.append(world.item_of(request_id))
        world.clock.move_on(timedelta(seconds=1))
    return world.meeting_of(items[0])[0], items


def its_day_comes(world: World, meeting_id: UUID) -> None:
    """The clock moves on to the instant at which a meeting begins."""
    starts_at = world.one("SELECT starts_at FROM meeting WHERE id = :id", id=meeting_id)
    world.clock.move_on(max(starts_at - world.clock.now(), timedelta()))


def opens(world: World, hand: ByHand, meeting_id: UUID, who: str = DESK) -> ActRef:
    """A meeting is opened on its day."""
    its_day_comes(world, meeting_id)
    act = world.does(who, ActKind.OPEN_MEETING, meeting_id)
    hand.goes_on()
    return act


def closes(world: World, hand: ByHand, meeting_id: UUID, who: str = CHAIR) -> ActRef:
    """A meeting is closed, and its minutes are made."""
    act = world.does(who, ActKind.CLOSE_MEETING, meeting_id)
    hand.goes_on()
    return act


def answers(world: World, who: str, meeting_id: UUID, *, comes: bool) -> None:
    """Somebody accepts a meeting, or declines it."""
    with world.saying(who, meeting_id, comes) as (session, saying):
        recording.answer_meeting(session, saying, meeting_id, Coming(comes=comes))


def room(world: World, who: str, meeting_id: UUID, by: str = DESK, **changed: Any) -> None:
    """The administrator records that somebody is in the room, or is not any more."""
    said = InRoom(person_id=named(who), **changed)
    with world.saying(by, meeting_id, who, changed) as (session, saying):
        recording.record_presence(session, saying, meeting_id, said)


def takes(world: World, item_id: UUID, by: str = CHAIR) -> ItemTaken:
    """The chair takes an item."""
    world.clock.move_on(timedelta(minutes=5))
    with world.saying(by, item_id) as (session, saying):
        return recording.take_item(session, saying, item_id)


def puts_in_order(world: World, meeting_id: UUID, *items: UUID, by: str = CHAIR) -> None:
    """The chair puts the agenda in another order."""
    with world.saying(by, meeting_id, items) as (session, saying):
        recording.set_order(session, saying, meeting_id, Ordering(items=items))


def corrects(world: World, meeting_id: UUID, words: str, by: str = DESK) -> None:
    """The administrator notes a correction of a meeting's minutes."""
    with world.saying(by, meeting_id, words) as (session, saying):
        recording.correct_minutes(session, saying, meeting_id, Correcting(words=words))


def sees(world: World, who: str, meeting_id: UUID) -> MeetingView:
    """Somebody looks at a meeting."""
    with transaction(world.engine) as session:
        return reading.meeting(session, world.caller(session, who), meeting_id)


def minutes(world: World, who: str, meeting_id: UUID) -> MinutesView:
    """Somebody reads a meeting's minutes."""
    with transaction(world.engine) as session:
        return reading.minutes(session, world.caller(session, who), meeting_id)
