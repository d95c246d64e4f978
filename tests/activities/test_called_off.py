"""A meeting that was called is called off: nothing it would have heard is lost, nobody comes."""

from datetime import timedelta

import pytest

from activities.store import reading
from activities.store.session import transaction
from domain.agenda import DeferredBecause
from domain.refusals import NotAtThisStage, RoleNeeded, Unknown
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.meeting_world import CHAIR, DESK, agenda, answers, opens, sees
from tests.activities.reminded import looks, with_rules
from tests.activities.roster_world import VICE, enrol
from tests.activities.small_county import named, request
from tests.activities.test_urgent import SUB_PANEL, calls, waiting
from tests.activities.world import World

OFF = ActKind.CALL_OFF_MEETING
BECAUSE = "The hall has no heating."


def test_what_was_listed_goes_to_the_next_meeting_and_the_meeting_is_over(
    world: World, hand: ByHand
) -> None:
    """Both items keep where they were before, and why; there are no minutes, for nobody met."""
    meeting_id, (one, two) = agenda(world, hand, "ashdown", "brook")
    later = world.calls_meeting("alder", world.clock.now() + timedelta(days=42))
    hand.goes_on()
    act = world.does(CHAIR, OFF, meeting_id, reason=BECAUSE)
    hand.goes_on()
    assert world.outcome(act) == ("done", None)
    seen = sees(world, "head.dell", meeting_id)
    assert (seen.stage, seen.is_called_off, seen.called_off_because) == ("closed", True, BECAUSE)
    assert {each.id: each.deferred_because for each in seen.items} == {
        one: DeferredBecause.CALLED_OFF,
        two: DeferredBecause.CALLED_OFF,
    }
    again = sees(world, CHAIR, later)
    assert (again.is_called_off, again.called_off_because) == (False, None)
    assert [[each.meeting_id for each in item.earlier] for item in again.items] == [
        [meeting_id],
        [meeting_id],
    ]
    assert world.one("SELECT count(*) FROM minutes") == 0
    with transaction(world.engine) as session, pytest.raises(NotAtThisStage, match="none were"):
        reading.minutes(session, world.caller(session, CHAIR), meeting_id)
    hand.time_passes(seen.starts_at)
    for kind, said in ((OFF, {"reason": BECAUSE}), (ActKind.OPEN_MEETING, {})):
        with pytest.raises(NotAtThisStage):
            world.does(CHAIR, kind, meeting_id, **said)


def test_without_another_meeting_it_waits_for_the_next_that_is_called(
    world: World, hand: ByHand
) -> None:
    """The request stays listed for its panel, and comes first where it is called again."""
    meeting_id, _ = agenda(world, hand, "ashdown")
    (request_id,) = world.rows("SELECT request_id FROM agenda_item")[0]
    world.does(CHAIR, OFF, meeting_id, reason=BECAUSE)
    hand.goes_on()
    assert world.stage(request_id) == "listed"
    starts_at = world.one("SELECT starts_at FROM meeting WHERE id = :id", id=meeting_id)
    with pytest.raises(NotAtThisStage):
        world.calls_meeting("alder", starts_at)
    again = world.calls_meeting("alder", starts_at + timedelta(minutes=30))
    hand.goes_on()
    assert [each.request_id for each in sees(world, CHAIR, again).items] == [request_id]


def test_a_vice_chair_calls_it_off_when_the_chair_cannot_be_asked(
    world: World, hand: ByHand
) -> None:
    """A chair who is ill is the likeliest cause; whose act it was is on record."""
    enrol(world)
    meeting_id, _ = agenda(world, hand, "ashdown")
    act = world.does(VICE, OFF, meeting_id, reason="The chair is ill.")
    hand.goes_on()
    assert world.outcome(act) == ("done", None)
    assert world.one("SELECT person_id FROM act WHERE id = :id", id=act.id) == named(VICE)
    assert sees(world, "head.dell", meeting_id).called_off_because == "The chair is ill."


def test_only_who_chairs_calls_it_off_and_only_before_it_begins(world: World, hand: ByHand) -> None:
    """Not the desk, no other panel's chair; and not once it was opened."""
    meeting_id, _ = agenda(world, hand, "ashdown")
    for who, refusal in ((DESK, RoleNeeded), ("head.dell", RoleNeeded), ("head.gorse", Unknown)):
        with pytest.raises(refusal):
            world.does(who, OFF, meeting_id, reason=BECAUSE)
    opens(world, hand, meeting_id)
    with pytest.raises(NotAtThisStage, match="it has been opened"):
        world.does(CHAIR, OFF, meeting_id, reason=BECAUSE)


def test_a_meeting_that_has_had_a_ballot_is_held(world: World, hand: ByHand) -> None:
    """Votes that were given are not thrown away."""
    request_id, _ = hand.in_ballot(request())
    meeting_id, _ = world.meeting_of(world.item_of(request_id))
    with pytest.raises(NotAtThisStage, match="a ballot has been opened in it"):
        world.does(CHAIR, OFF, meeting_id, reason=BECAUSE)


def test_a_call_to_vote_online_is_not_taken_back(world: World, hand: ByHand) -> None:
    """Between meetings nobody comes to a room, and the ballot is open at once."""
    act = calls(world, waiting(world, hand, *SUB_PANEL))
    hand.goes_on()
    meeting_id = world.one("SELECT subject_id FROM act WHERE id = :id", id=act.id)
    with pytest.raises(NotAtThisStage):
        world.does(CHAIR, OFF, meeting_id, reason=BECAUSE)


@pytest.mark.promise(4)
def test_a_ballot_that_was_asked_for_first_is_opened_first(world: World, hand: ByHand) -> None:
    """The acts are taken in their order: the later one finds a ballot, and is refused."""
    meeting_id, (item_id,) = agenda(world, hand, "ashdown")
    world.does(CHAIR, ActKind.OPEN_BALLOT, meeting_id, item_id=item_id)
    act = world.does(CHAIR, OFF, meeting_id, reason=BECAUSE)
    hand.goes_on()
    assert world.outcome(act) == ("refused", "too_late")
    assert sees(world, CHAIR, meeting_id).stage == "called"


@pytest.mark.promise(8)
def test_whoever_was_to_come_is_told_once_and_asked_no_more(world: World, hand: ByHand) -> None:
    """Each of the panel has a message that leads to the meeting; the reason is not in it."""
    with_rules(world)
    looks(world)
    meeting_id, _ = agenda(world, hand, "ashdown")
    answers(world, "head.dell", meeting_id, comes=True)
    world.does(CHAIR, OFF, meeting_id, reason=BECAUSE)
    hand.goes_on()
    for _ in range(2):
        looks(world)
    rows = world.rows("SELECT person_id, stage, page, cluster_code FROM message")
    told = {row.person_id for row in rows}
    assert len(told) == len(rows)
    assert {named(who) for who in (CHAIR, "head.dell", "head.elm", DESK)} <= told
    assert {(row.stage, row.page, row.cluster_code) for row in rows} == {
        ("called_off", f"/meetings/{meeting_id}", "alder")
    }
    with transaction(world.engine) as session:
        caller = world.caller(session, "head.dell")
        (message,) = reading.own_messages(session, caller)
        waits = [each for each in reading.worklist(session, caller) if each.id == meeting_id]
    assert message.subject_line.endswith(": a meeting is called off")
    assert BECAUSE not in message.body
    assert waits == []
