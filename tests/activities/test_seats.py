"""Who sits on a panel and in whose stead: one vote for a seat, and a chair who is never alone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from activities.store import reading
from activities.store.guards import refusal_by
from activities.store.session import transaction
from domain.moderation import Recommendation
from domain.people import Interest
from domain.refusals import (
    Barred,
    NotAtThisStage,
    NotValid,
    Refusal,
    RoleNeeded,
    Unknown,
)
from tests.activities.by_hand import ByHand
from tests.activities.roster_world import (
    OBSERVER,
    begins,
    borrows,
    enrol,
    meeting_ahead,
    substitutes,
)
from tests.activities.small_county import named, request
from tests.activities.world import World

MEMBER, SUBSTITUTE = "head.dell", "senco.brook"
CHAIR = "head.crane"


def refused(said: Callable[[], object]) -> Refusal:
    """The refusal with which somebody is told no, whichever of rules and database says it."""
    try:
        said()
    except Refusal as refusal:
        return refusal
    except DBAPIError as error:
        found = refusal_by(error)
        if found is None:
            raise
        return found
    raise AssertionError("it was not refused")


def result(world: World, ballot_id: UUID) -> dict[str, Any]:
    """What a closed ballot came to."""
    found: dict[str, Any] = world.one("SELECT result FROM ballot WHERE id = :id", id=ballot_id)
    return found


@pytest.fixture
def ahead(world: World, hand: ByHand) -> tuple[UUID, UUID]:
    """A meeting that is still to come, with one item."""
    enrol(world)
    return meeting_ahead(world, hand)


def test_a_substitute_votes_in_the_members_stead(
    world: World, hand: ByHand, ahead: tuple[UUID, UUID]
) -> None:
    """The seat has one vote, declared for and cast by whoever was named; it counts once."""
    meeting_id, item_id = ahead
    substitutes(world, meeting_id, MEMBER, SUBSTITUTE)
    ballot_id = begins(world, hand, item_id)
    world.declares(SUBSTITUTE, item_id)
    with transaction(world.engine) as session:
        caller = world.caller(session, SUBSTITUTE)
        assert reading.papers(session, caller, item_id).item_id == item_id
        assert [each.waits for each in reading.worklist(session, caller)][-1] == "vote"
    world.votes(SUBSTITUTE, ballot_id)
    world.votes(SUBSTITUTE, ballot_id, recommendation=Recommendation.ADVICE)
    world.panel_votes(ballot_id, members=("head.crane", "head.elm"))
    world.closes(ballot_id)
    hand.goes_on()
    told = result(world, ballot_id)
    assert (told["cast"], told["eligible"]) == (3, 7)
    assert told["counts"]["advice"] == 1
    seats = world.rows("SELECT DISTINCT member_id FROM vote WHERE ballot_id = :id", id=ballot_id)
    assert named(MEMBER) in {row.member_id for row in seats}


@pytest.mark.parametrize(("first", "second"), [(MEMBER, SUBSTITUTE), (SUBSTITUTE, MEMBER)])
def test_a_seat_that_has_voted_votes_no_second_time(
    first: str, second: str, world: World, hand: ByHand, ahead: tuple[UUID, UUID]
) -> None:
    """Whoever of the two comes later is refused, once, and nothing is lost."""
    meeting_id, item_id = ahead
    substitutes(world, meeting_id, MEMBER, SUBSTITUTE)
    ballot_id = begins(world, hand, item_id)
    for each in (first, second):
        world.declares(each, item_id)
    world.votes(first, ballot_id)
    refusal = refused(lambda: world.votes(second, ballot_id))
    assert isinstance(refusal, NotAtThisStage)
    assert "the seat has its vote" in refusal.in_the_way
    world.votes(first, ballot_id, recommendation=Recommendation.ADVICE)
    assert world.one("SELECT count(*) FROM vote WHERE ballot_id = :id", id=ballot_id) == 2


def test_a_member_and_a_substitute_at_the_same_instant_have_one_vote(
    world: World, hand: ByHand, ahead: tuple[UUID, UUID]
) -> None:
    """The database holds one voter for a seat, whoever is faster."""
    meeting_id, item_id = ahead
    substitutes(world, meeting_id, MEMBER, SUBSTITUTE)
    ballot_id = begins(world, hand, item_id)
    for each in (MEMBER, SUBSTITUTE):
        world.declares(each, item_id)
    barrier = Barrier(2)

    def votes(who: str) -> bool:
        barrier.wait()
        try:
            world.votes(who, ballot_id)
        except DBAPIError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(votes, (MEMBER, SUBSTITUTE))) == [False, True]
    assert world.one("SELECT count(*) FROM vote WHERE ballot_id = :id", id=ballot_id) == 1


@pytest.mark.promise(6)
def test_a_substitutes_own_interest_bars_the_substitute_and_not_the_seat(
    world: World, hand: ByHand
) -> None:
    """Whose school asks does not vote in another's stead either; the member still may."""
    request_id = hand.listed(request(school="brook"), "brook")
    item_id = world.item_of(request_id)
    meeting_id, _ = world.meeting_of(item_id)
    substitutes(world, meeting_id, MEMBER, SUBSTITUTE)
    ballot_id = begins(world, hand, item_id)
    assert isinstance(refused(lambda: world.declares(SUBSTITUTE, item_id)), NotValid)
    world.declares(SUBSTITUTE, item_id, Interest.OWN_SCHOOL)
    assert isinstance(refused(lambda: world.votes(SUBSTITUTE, ballot_id)), Barred)
    world.panel_votes(ballot_id, members=(CHAIR, MEMBER, "head.elm"))
    world.closes(ballot_id)
    hand.goes_on()
    assert result(world, ballot_id)["cast"] == 3


def test_a_substitute_is_named_before_the_meeting_and_may_be_changed_until_then(
    world: World, hand: ByHand, ahead: tuple[UUID, UUID]
) -> None:
    """The last naming counts; who is not named any more has no way in; all stay on record."""
    meeting_id, item_id = ahead
    substitutes(world, meeting_id, MEMBER, SUBSTITUTE, by=MEMBER)
    substitutes(world, meeting_id, MEMBER, "head.brook")
    assert isinstance(refused(lambda: world.declares(SUBSTITUTE, item_id)), Unknown)
    substitutes(world, meeting_id, MEMBER, None)
    substitutes(world, meeting_id, MEMBER, None)
    assert isinstance(refused(lambda: world.declares("head.brook", item_id)), Unknown)
    assert world.one("SELECT count(*) FROM seat WHERE ended_at IS NOT NULL") == 2
    assert world.one("SELECT count(*) FROM event WHERE kind = 'substitute_named'") == 3
    begins(world, hand, item_id)
    late = refused(lambda: substitutes(world, meeting_id, MEMBER, SUBSTITUTE))
    assert isinstance(late, NotAtThisStage)


@pytest.mark.promise(13)
def test_a_seat_is_given_by_who_may_to_who_may(world: World, ahead: tuple[UUID, UUID]) -> None:
    """Not by another member, not for who has no vote, not to a voter, a stranger, or twice."""
    meeting_id, _ = ahead
    substitutes(world, meeting_id, MEMBER, SUBSTITUTE)
    for member, substitute, by, kind in (
        (MEMBER, "head.brook", "head.elm", RoleNeeded),
        (MEMBER, "head.brook", "head.gorse", Unknown),
        (OBSERVER, "head.brook", CHAIR, NotValid),
        (MEMBER, "head.elm", CHAIR, NotValid),
        (MEMBER, MEMBER, CHAIR, NotValid),
        (MEMBER, "officer.1", CHAIR, NotValid),
        (MEMBER, "senco.juniper", CHAIR, NotValid),
        (MEMBER, "nobody", CHAIR, NotValid),
        ("head.elm", SUBSTITUTE, CHAIR, NotValid),
    ):
        told = refused(partial(substitutes, world, meeting_id, member, substitute, by))
        assert type(told) is kind, (member, substitute, by)
    nowhere = refused(lambda: substitutes(world, named("nowhere"), MEMBER, SUBSTITUTE))
    assert isinstance(nowhere, Unknown)


def test_a_seat_for_one_item_opens_that_item_alone(
    world: World, hand: ByHand, ahead: tuple[UUID, UUID]
) -> None:
    """Who is borrowed from another panel declares, reads and votes there, and counts for quorum."""
    _, item_id = ahead
    other = world.item_of(hand.listed(request(number=2)))
    borrows(world, item_id, "head.gorse")
    assert isinstance(refused(lambda: world.declares("head.gorse", other)), Unknown)
    ballot_id = begins(world, hand, item_id)
    world.panel_votes(ballot_id, members=("head.gorse", CHAIR, "head.elm"))
    world.closes(ballot_id)
    hand.goes_on()
    told = result(world, ballot_id)
    assert (told["cast"], told["eligible"]) == (3, 8)


@pytest.mark.promise(13)
def test_only_a_neighbours_member_without_an_interest_is_borrowed(
    world: World, hand: ByHand, ahead: tuple[UUID, UUID]
) -> None:
    """By who runs the panel, while the item waits; nobody twice, nobody of no panel."""
    _, item_id = ahead
    of_brook = world.item_of(hand.listed(request(school="brook"), "brook"))
    borrows(world, item_id, "head.gorse")
    for item, member, by, kind in (
        (item_id, "head.gorse", CHAIR, NotAtThisStage),
        (item_id, "head.heath", "head.elm", RoleNeeded),
        (item_id, "head.heath", "head.gorse", RoleNeeded),
        (item_id, "head.heath", "head.heath", Unknown),
        (item_id, "head.juniper", CHAIR, NotValid),
        (item_id, "head.elm", CHAIR, NotValid),
        (of_brook, "senco.kelp", CHAIR, NotValid),
    ):
        assert type(refused(partial(borrows, world, item, member, by))) is kind, (member, by)
    world.closes_meeting(world.meeting_of(item_id)[0])
    hand.goes_on()
    late = refused(lambda: borrows(world, item_id, "head.heath"))
    assert isinstance(late, NotAtThisStage)
    over = refused(lambda: substitutes(world, ahead[0], MEMBER, None))
    assert isinstance(over, NotAtThisStage)
