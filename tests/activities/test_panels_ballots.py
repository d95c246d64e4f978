"""What a panel's ballots come to: quorum, rounds, medians, revisions and the instant of closing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from activities.store.meetings import list_item
from activities.store.session import transaction
from domain.moderation import Recommendation
from domain.people import Interest
from domain.refusals import BallotClosed, Barred, NotValid
from domain.request import RequestKind
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import request
from tests.activities.world import World

THREE = ("head.crane", "head.dell", "head.elm")


def result(world: World, ballot_id: UUID) -> dict[str, Any]:
    """What a closed ballot came to."""
    found: dict[str, Any] = world.one("SELECT result FROM ballot WHERE id = :id", id=ballot_id)
    return found


def item(world: World, ballot_id: UUID) -> UUID:
    """The item that a ballot is on."""
    found: UUID = world.one("SELECT item_id FROM ballot WHERE id = :id", id=ballot_id)
    return found


def test_without_a_quorum_the_item_is_listed_again_and_then_goes_to_a_named_panel(
    world: World, hand: ByHand
) -> None:
    """Twice without enough members, the request is heard by the panel that the policy names."""
    request_id = hand.listed(request())
    world.calls_meeting("alder", world.clock.now() + timedelta(days=42))
    hand.goes_on()
    for _ in range(2):
        world.opens(world.item_of(request_id))
        hand.goes_on()
        ballot_id = world.ballot_of(request_id)
        world.panel_votes(ballot_id, members=THREE[:2])
        hand.time_passes(world.one("SELECT closes_at FROM ballot WHERE id = :id", id=ballot_id))
        assert result(world, ballot_id)["quorate"] is False
        assert world.stands(request_id) == ("listed", "panel")
    _, cluster = world.meeting_of(world.item_of(request_id))
    assert cluster == "cedar"
    why = world.one("SELECT why FROM support_request WHERE id = :id", id=request_id)
    assert (why["named_panel"], why["by_at"]) == ("cedar", "2026-10-23T08:30:00+00:00")
    world.opens(world.item_of(request_id))
    hand.goes_on()
    ballot_id = world.ballot_of(request_id)
    world.panel_votes(ballot_id, members=("head.gorse", "head.heath", "head.iris"))
    world.closes(ballot_id)
    hand.goes_on()
    assert world.stage(request_id) == "sign_off"
    assert list(world.moved()) == ["exceptional"]


def test_a_tie_has_a_further_round_and_then_goes_to_an_officer_without_advice(
    world: World, hand: ByHand
) -> None:
    """What the panel rules in force say about ties is what follows, round by round."""
    request_id, first = hand.in_ballot(request())
    world.panel_votes(first, recommendation=Recommendation.AS_ASKED, members=THREE[:2])
    world.panel_votes(
        first, recommendation=Recommendation.ADVICE, members=("head.elm", "senco.fern")
    )
    world.closes(first)
    hand.goes_on()
    assert result(world, first)["tied"] == ["as_asked", "advice"]
    assert world.stands(request_id) == ("listed", "panel")
    world.opens(world.item_of(request_id))
    hand.goes_on()
    second = world.ballot_of(request_id)
    assert world.one("SELECT round FROM ballot WHERE id = :id", id=second) == 2
    world.panel_votes(second, recommendation=Recommendation.AS_ASKED, members=THREE[:2])
    world.panel_votes(
        second, recommendation=Recommendation.NONE, members=("head.elm", "senco.fern")
    )
    world.closes(second)
    hand.goes_on()
    assert world.stands(request_id) == ("sign_off", "locality_officer")
    advised = world.one(
        'SELECT recommendation FROM "placing" WHERE request_id = :id', id=request_id
    )
    assert advised == "none_reached"


def test_a_tie_in_a_meeting_that_is_over_has_its_further_round_in_the_next(
    world: World, hand: ByHand
) -> None:
    """No request is left on an agenda that nobody can open any more."""
    request_id, ballot_id = hand.in_ballot(request())
    meeting_id, _ = world.meeting_of(item(world, ballot_id))
    world.closes_meeting(meeting_id)
    hand.goes_on()
    world.panel_votes(ballot_id, recommendation=Recommendation.AS_ASKED, members=THREE[:2])
    world.panel_votes(
        ballot_id, recommendation=Recommendation.ADVICE, members=("head.elm", "senco.fern")
    )
    closed = world.closes(ballot_id)
    hand.goes_on()
    assert world.outcome(closed) == ("done", None)
    assert world.stage(request_id) == "listed"
    later = world.calls_meeting("alder", world.clock.now() + timedelta(days=42))
    hand.goes_on()
    assert world.meeting_of(world.item_of(request_id))[0] == later
    world.opens(world.item_of(request_id))
    hand.goes_on()
    assert world.stage(request_id) == "in_ballot"


def test_an_even_number_of_votes_takes_the_median_that_the_policy_says(
    world: World, hand: ByHand
) -> None:
    """The upper of the two middle levels here, and the spread is kept beside it."""
    request_id, ballot_id = hand.in_ballot(request())
    world.panel_votes(ballot_id, (2, 3, 2, 0), members=THREE[:2])
    world.panel_votes(ballot_id, (4, 3, 2, 0), members=("head.elm", "senco.fern"))
    world.closes(ballot_id)
    hand.goes_on()
    placed = world.rows(
        'SELECT profile, spread FROM "placing" WHERE request_id = :id', id=request_id
    )[0]
    assert placed.profile["levels"]["communication_and_interaction"] == 4
    assert placed.spread["communication_and_interaction"] == {"lowest": 2, "highest": 4}
    assert result(world, ballot_id)["wide_in"] == ["communication_and_interaction"]


def test_the_last_revision_of_a_vote_counts_and_all_are_kept(world: World, hand: ByHand) -> None:
    """A member who changes their mind has one vote, and the record shows both."""
    _, ballot_id = hand.in_ballot(request())
    world.panel_votes(ballot_id)
    world.votes("head.elm", ballot_id, recommendation=Recommendation.DIFFERENTLY)
    world.closes(ballot_id)
    hand.goes_on()
    counts = result(world, ballot_id)["counts"]
    assert (counts["as_asked"], counts["differently"], result(world, ballot_id)["cast"]) == (
        2,
        1,
        3,
    )
    assert world.one("SELECT count(*) FROM vote") == 4


@pytest.mark.promise(6)
def test_whoever_an_interest_bars_is_not_asked_for_a_quorum(world: World, hand: ByHand) -> None:
    """Family is known to the record, another interest is declared: neither is eligible."""
    _, ballot_id = hand.in_ballot(request(number=1))
    world.panel_votes(ballot_id)
    world.declares("senco.fern", item(world, ballot_id), Interest.OTHER)
    with pytest.raises(NotValid):
        world.declares("adviser.2", item(world, ballot_id))
    for barred in ("senco.fern", "adviser.2"):
        with pytest.raises(Barred):
            world.votes(barred, ballot_id)
    world.closes(ballot_id)
    hand.goes_on()
    assert (result(world, ballot_id)["eligible"], result(world, ballot_id)["cast"]) == (4, 3)


@pytest.mark.promise(12)
def test_the_stored_instant_closes_a_ballot_whether_or_not_anybody_says_so(
    world: World, hand: ByHand
) -> None:
    """A vote before it counts, a vote at it is refused, and time alone closes."""
    request_id, ballot_id = hand.in_ballot(request())
    closes_at = world.one("SELECT closes_at FROM ballot WHERE id = :id", id=ballot_id)
    assert closes_at == world.clock.now() + timedelta(hours=48)
    world.panel_votes(ballot_id)
    world.clock.move_on(timedelta(hours=48))
    with pytest.raises(BallotClosed):
        world.votes("head.elm", ballot_id, recommendation=Recommendation.NONE)
    hand.time_passes(closes_at)
    assert world.stage(request_id) == "sign_off"


@pytest.mark.promise(3)
def test_a_vote_in_the_same_instant_as_the_close_is_counted_or_refused(
    world: World, hand: ByHand
) -> None:
    """Five races: a vote that was taken is in the result, one that was not says so."""
    for number in (0, 1, 2, 3, 4):
        _race(world, hand, number)


def _race(world: World, hand: ByHand, number: int) -> None:
    _, ballot_id = hand.in_ballot(request(number=number))
    world.panel_votes(ballot_id)
    late = ("senco.fern", "adviser.1")
    for member in late:
        world.declares(member, item(world, ballot_id))
    world.clock.move_on(timedelta(minutes=1))
    started = Barrier(3)

    def votes(member: str) -> bool:
        started.wait()
        try:
            world.votes(member, ballot_id)
        except BallotClosed:
            return False
        return True

    def closes() -> None:
        started.wait()
        world.closes(ballot_id)
        hand.goes_on()

    with ThreadPoolExecutor(3) as threads:
        closing = threads.submit(closes)
        taken = sum(threads.map(votes, late))
        closing.result()
    assert result(world, ballot_id)["cast"] == 3 + taken
    rows = "SELECT count(*) FROM vote WHERE ballot_id = :id"
    assert world.one(rows, id=ballot_id) == 3 + taken


@pytest.mark.promise(7)
def test_nothing_of_a_vote_is_told_before_its_ballot_closes(world: World, hand: ByHand) -> None:
    """A vote writes its own row and no other: no event, no count, no trace on the item."""
    _, ballot_id = hand.in_ballot(request())
    world.declares("head.elm", item(world, ballot_id))
    before = world.tables()
    world.votes("head.elm", ballot_id)
    after = world.tables()
    assert {name for name in after if after[name] != before[name]} == {"vote"}


def test_a_deferred_item_is_heard_in_the_next_meeting(world: World, hand: ByHand) -> None:
    """The chair puts an item off: to the next meeting that takes papers."""
    request_id = hand.listed(request())
    first = world.item_of(request_id)
    later = world.calls_meeting("alder", world.clock.now() + timedelta(days=42))
    hand.goes_on()
    meeting_id, _ = world.meeting_of(first)
    world.does("head.crane", ActKind.DEFER, meeting_id, item_id=first)
    hand.goes_on()
    states = world.rows(
        "SELECT meeting_id, state FROM agenda_item WHERE request_id = :id", id=request_id
    )
    assert {(row.meeting_id, row.state) for row in states} == {
        (meeting_id, "deferred"),
        (later, "listed"),
    }


def test_what_a_closed_meeting_did_not_hear_goes_to_the_next(world: World, hand: ByHand) -> None:
    """Closing a meeting leaves nobody behind, and nothing more is opened in it."""
    request_id = hand.listed(request())
    meeting_id, _ = world.meeting_of(world.item_of(request_id))
    world.closes_meeting(meeting_id)
    hand.goes_on()
    assert world.stage(request_id) == "listed"
    later = world.calls_meeting("alder", world.clock.now() + timedelta(days=42))
    hand.goes_on()
    listed = world.rows(
        "SELECT meeting_id FROM agenda_item WHERE request_id = :id AND state = 'listed'",
        id=request_id,
    )
    assert [row.meeting_id for row in listed] == [later]


def test_a_withdrawn_requests_ballot_comes_to_nothing(world: World, hand: ByHand) -> None:
    """The ballot ends without a result, and nobody is asked to hear of it."""
    request_id, ballot_id = hand.in_ballot(request())
    world.panel_votes(ballot_id)
    world.does("senco.ashdown", ActKind.WITHDRAW, request_id)
    hand.goes_on()
    hand.time_passes(world.clock.now() + timedelta(hours=49))
    ended = world.rows("SELECT result, heard_at IS NULL FROM ballot WHERE id = :id", id=ballot_id)
    assert (tuple(ended[0]), world.ending(request_id)) == ((None, False), "withdrawn")


def test_a_meeting_takes_what_was_waiting_for_one(world: World, hand: ByHand) -> None:
    """Requests screened before any meeting was called stand on its agenda in their order."""
    first = world.submits(request())
    second = world.submits(request(RequestKind.PROJECT))
    hand.goes_on()
    assert world.rows("SELECT 1 FROM agenda_item") == []
    world.calls_meeting("alder", world.clock.now() + timedelta(days=30))
    hand.goes_on()
    agenda = world.rows("SELECT request_id FROM agenda_item ORDER BY position")
    assert {row.request_id for row in agenda} == {first, second}


def test_who_list_for_one_meeting_at_once_take_turns(world: World, hand: ByHand) -> None:
    """Each stands at a place of its own, however long the one before takes."""
    requests = [world.submits(request(number=number)) for number in (0, 1, 2, 3)]
    hand.goes_on()
    meeting_id = world.calls_meeting("alder", world.clock.now() + timedelta(days=30))
    started = Barrier(len(requests))

    def lists(request_id: UUID) -> None:
        started.wait()
        with transaction(world.engine) as session:
            list_item(session, meeting_id, request_id, world.clock.now())
            session.connection().execute(text("SELECT pg_sleep(0.05)"))

    with ThreadPoolExecutor(len(requests)) as threads:
        list(threads.map(lists, requests))
    places = world.rows("SELECT position FROM agenda_item ORDER BY position")
    assert [row.position for row in places] == [1, 2, 3, 4]


def test_a_deadline_that_passes_marks_the_request_and_loses_nothing(
    world: World, hand: ByHand
) -> None:
    """Overdue is a fact to look at: the request goes on where it stands."""
    request_id = hand.listed(request())
    due = world.one("SELECT decide_by_at FROM support_request WHERE id = :id", id=request_id)
    assert due.isoformat() == "2026-11-10T00:00:00+00:00"
    hand.time_passes(due)
    row = world.rows("SELECT overdue, stage FROM support_request WHERE id = :id", id=request_id)[0]
    assert tuple(row) == (True, "listed")
    events = world.rows("SELECT facts FROM event WHERE kind = 'request_overdue'")
    assert len(events) == 1
