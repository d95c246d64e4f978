"""What a chair may not do, found when the act is carried out: refused, with nothing left behind."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from activities.settings import Settings
from domain.acts import ActRef
from domain.stages import ActKind
from tests.activities.behind import plant, slip_in
from tests.activities.by_hand import ByHand
from tests.activities.small_county import request
from tests.activities.world import World

CHAIR = "head.crane"


def outcome(world: World, hand: ByHand, act: ActRef) -> tuple[str | None, str | None]:
    """Carry an act on by itself, and say what became of it."""
    hand.goes_on()
    return world.outcome(act)


@pytest.fixture
def meeting_id(world: World, hand: ByHand) -> UUID:
    """A meeting with one request on its agenda, and one of another cluster."""
    request_id = hand.listed(request())
    hand.listed(request(school="gorse"), "gorse")
    return world.meeting_of(world.item_of(request_id))[0]


def item_in(world: World, meeting_id: UUID) -> UUID:
    """The one item on a meeting's agenda."""
    found: UUID = world.one("SELECT id FROM agenda_item WHERE meeting_id = :id", id=meeting_id)
    return found


def slips(world: World, kind: ActKind, meeting_id: UUID, **choices: Any) -> ActRef:
    """Record a chair's act past the door."""
    said = {name: str(value) for name, value in choices.items()}
    return slip_in(world, CHAIR, kind, meeting_id, **said)


def test_nothing_is_opened_in_a_meeting_that_is_over(
    world: World, hand: ByHand, meeting_id: UUID
) -> None:
    """The chair closed it a moment before."""
    item_id = item_in(world, meeting_id)
    world.closes_meeting(meeting_id)
    late = slips(world, ActKind.OPEN_BALLOT, meeting_id, item_id=item_id)
    assert outcome(world, hand, late) == ("refused", "too_late")


def test_an_item_is_opened_once(world: World, hand: ByHand, meeting_id: UUID) -> None:
    """Two clicks open one ballot; the second says where the item stands."""
    item_id = item_in(world, meeting_id)
    first = slips(world, ActKind.OPEN_BALLOT, meeting_id, item_id=item_id)
    second = slips(world, ActKind.OPEN_BALLOT, meeting_id, item_id=item_id)
    assert outcome(world, hand, first) == ("done", None)
    assert world.outcome(second) == ("refused", "not_at_this_stage")
    put_off = slips(world, ActKind.DEFER, meeting_id, item_id=item_id)
    assert outcome(world, hand, put_off) == ("refused", "not_at_this_stage")
    assert world.one("SELECT count(*) FROM ballot") == 1


def test_a_ballot_does_not_close_before_it_opens(
    world: World, hand: ByHand, meeting_id: UUID
) -> None:
    """Delivered late, an opening whose closing time has passed opens nothing."""
    item_id = item_in(world, meeting_id)
    soon = world.clock.now() + timedelta(minutes=5)
    act = slips(world, ActKind.OPEN_BALLOT, meeting_id, item_id=item_id, closes_at=soon.isoformat())
    world.clock.move_on(timedelta(minutes=5))
    assert outcome(world, hand, act) == ("refused", "not_valid")
    assert world.one("SELECT count(*) FROM ballot") == 0


@pytest.mark.parametrize("kind", [ActKind.OPEN_BALLOT, ActKind.DEFER])
def test_an_item_of_another_meeting_is_not_this_chairs(
    world: World, hand: ByHand, meeting_id: UUID, kind: ActKind
) -> None:
    """What is on another agenda cannot be touched from here."""
    sql = "SELECT id FROM agenda_item WHERE meeting_id <> :id"
    act = slips(world, kind, meeting_id, item_id=world.one(sql, id=meeting_id))
    assert outcome(world, hand, act) == ("refused", "not_valid")


def test_a_ballot_of_another_meeting_is_not_closed_from_here(
    world: World, hand: ByHand, meeting_id: UUID
) -> None:
    """Its own chair closes it."""
    (item,) = world.rows("SELECT id FROM agenda_item WHERE meeting_id <> :id", id=meeting_id)
    world.opens(item.id)
    hand.goes_on()
    ballot_id = world.one("SELECT id FROM ballot")
    act = slips(world, ActKind.CLOSE_BALLOT, meeting_id, ballot_id=ballot_id)
    assert outcome(world, hand, act) == ("refused", "not_valid")
    assert world.one("SELECT closed_at IS NULL FROM ballot")


def test_a_ballot_that_time_has_closed_is_not_closed_again(
    world: World, hand: ByHand, meeting_id: UUID
) -> None:
    """The chair is told that it was over."""
    world.opens(item_in(world, meeting_id))
    hand.goes_on()
    ballot_id = world.one("SELECT id FROM ballot")
    hand.time_passes(world.clock.now() + timedelta(hours=49))
    act = slips(world, ActKind.CLOSE_BALLOT, meeting_id, ballot_id=ballot_id)
    assert outcome(world, hand, act) == ("refused", "too_late")


def test_a_round_beyond_the_rules_is_refused(world: World, hand: ByHand, meeting_id: UUID) -> None:
    """Two rounds are what these panel rules have; a third leaves the item listed."""
    item_id = item_in(world, meeting_id)
    for _ in range(2):
        world.opens(item_id)
        hand.goes_on()
        hand.time_passes(world.clock.now() + timedelta(hours=49))
        relist = "UPDATE agenda_item SET state = 'listed' WHERE id = :id RETURNING id"
        with world.engine.begin() as connection:
            connection.exec_driver_sql(relist.replace(":id", f"'{item_id}'"))
    act = slips(world, ActKind.OPEN_BALLOT, meeting_id, item_id=item_id)
    assert outcome(world, hand, act) == ("refused", "not_at_this_stage")
    assert world.one("SELECT count(*) FROM ballot") == 2


@pytest.mark.promise(13)
def test_what_a_guard_refuses_in_a_meeting_is_told_as_its_refusal(
    world: World, hand: ByHand, meeting_id: UUID, small_county: Settings
) -> None:
    """A race that only the database sees ends in an outcome, and no ballot is half opened."""
    assert small_county.database_owner_url is not None
    plant(small_county.database_owner_url, "ballot", "a_ballot_closes_once")
    act = world.opens(item_in(world, meeting_id))
    assert outcome(world, hand, act) == ("refused", "too_late")
    assert world.one("SELECT count(*) FROM ballot") == 0
