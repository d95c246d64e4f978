"""Interests of every kind in a meeting: shown, confirmed, counted out, and members borrowed."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from activities.store import reading
from activities.store.reading.agenda import ItemLine
from activities.store.session import transaction
from domain.people import Interest
from domain.refusals import Barred, NotAtThisStage, NotValid
from tests.activities.by_hand import ByHand
from tests.activities.roster_world import borrows, other_rules
from tests.activities.small_county import named, request
from tests.activities.test_seats import refused, result
from tests.activities.world import World

CHAIR = "head.crane"
KNOWN = (
    ("crane", 0, "head.crane", Interest.OWN_SCHOOL),
    ("brook", 0, "senco.fern", Interest.OWN_TRUST),
    ("ashdown", 1, "adviser.2", Interest.FAMILY),
)
"""A school and its pupil's number, a member, and what the record shows between them."""


def item_as_seen(world: World, item_id: UUID, who: str) -> ItemLine:
    """An item of the agenda as somebody sees it."""
    with transaction(world.engine) as session:
        caller = world.caller(session, who)
        meeting = reading.meeting(session, caller, world.meeting_of(item_id)[0])
        return next(each for each in meeting.items if each.id == item_id)


def tasks(world: World, who: str) -> set[str]:
    """The kinds of what waits for somebody."""
    with transaction(world.engine) as session:
        return {task.waits for task in reading.worklist(session, world.caller(session, who))}


@pytest.mark.promise(6)
@pytest.mark.parametrize(("school", "number", "member", "known"), KNOWN)
def test_a_known_interest_is_shown_to_be_confirmed(
    school: str, number: int, member: str, known: Interest, world: World, hand: ByHand
) -> None:
    """Own school, own trust, family: it stands beside the item, and a false "none" is refused."""
    item_id = world.item_of(hand.listed(request(school=school, number=number), school))
    assert item_as_seen(world, item_id, member).known == (known,)
    assert item_as_seen(world, item_id, "head.elm").known == ()
    told = refused(partial(world.declares, member, item_id))
    assert isinstance(told, NotValid)
    assert known.replace("_", " ") in told.in_the_way
    world.declares(member, item_id, known)
    with transaction(world.engine) as session, pytest.raises(Barred):
        reading.papers(session, world.caller(session, member), item_id)


@pytest.mark.promise(6)
@pytest.mark.parametrize("interest", sorted(set(Interest) - {Interest.NONE}))
def test_a_declared_interest_of_any_kind_takes_a_member_out(
    interest: Interest, world: World, hand: ByHand
) -> None:
    """The member neither reads nor votes, and the quorum is worked out again without them."""
    _, ballot_id = hand.in_ballot(request())
    item_id = world.one("SELECT item_id FROM ballot")
    before = item_as_seen(world, item_id, CHAIR).who_may_vote
    world.declares("head.elm", item_id, interest)
    after = item_as_seen(world, item_id, CHAIR).who_may_vote
    assert before is not None
    assert after is not None
    assert (after.eligible, after.barred_by) == (before.eligible - 1, {interest: 1})
    assert isinstance(refused(partial(world.votes, "head.elm", ballot_id)), Barred)
    world.panel_votes(ballot_id, members=(CHAIR, "head.dell", "senco.fern"))
    world.closes(ballot_id)
    hand.goes_on()
    assert result(world, ballot_id)["eligible"] == 5


def hopeless(world: World, hand: ByHand) -> UUID:
    """An item on which interests leave two of six members, where a quorum is three."""
    item_id = world.item_of(hand.listed(request()))
    for member in ("senco.fern", "adviser.1", "adviser.2", "head.dell"):
        world.declares(member, item_id, Interest.OTHER)
    return item_id


@pytest.mark.promise(13)
def test_the_chair_is_told_whom_to_borrow_before_a_ballot_is_opened(
    world: World, hand: ByHand
) -> None:
    """The worklist says so, the agenda names who may come, and the ballot waits for them."""
    item_id = hopeless(world, hand)
    for who in (CHAIR, "administrator.alder"):
        assert "borrow_members" in tasks(world, who)
    assert "borrow_members" not in tasks(world, "head.elm")
    told = item_as_seen(world, item_id, CHAIR).who_may_vote
    assert told is not None
    assert (told.eligible, told.quorum, told.missing) == (2, 3, 1)
    may_come = {each.person_id: each.cluster for each in told.may_be_borrowed}
    assert may_come == dict.fromkeys(
        map(named, ("head.gorse", "head.heath", "head.iris", "senco.kelp", "adviser.3")), "cedar"
    )
    no = refused(partial(world.opens, item_id))
    assert isinstance(no, NotAtThisStage)
    assert "1 short" in no.in_the_way
    assert "cedar" in no.help
    borrows(world, item_id, "head.gorse")
    assert "borrow_members" not in tasks(world, CHAIR)
    world.opens(item_id)
    hand.goes_on()
    ballot_id = world.one("SELECT id FROM ballot")
    world.panel_votes(ballot_id, members=(CHAIR, "head.elm", "head.gorse"))
    world.closes(ballot_id)
    hand.goes_on()
    assert result(world, ballot_id)["quorate"]


@pytest.mark.promise(6)
def test_nobody_is_offered_who_has_an_interest_too(world: World, hand: ByHand) -> None:
    """A neighbour of the asking school's trust is not on the list of whom to borrow."""
    item_id = world.item_of(hand.listed(request(school="brook"), "brook"))
    for member in ("adviser.1", "adviser.2", "head.dell", "head.elm"):
        world.declares(member, item_id, Interest.OTHER)
    told = item_as_seen(world, item_id, CHAIR).who_may_vote
    assert told is not None
    assert named("senco.kelp") not in {each.person_id for each in told.may_be_borrowed}


@pytest.mark.promise(10)
def test_what_could_never_have_a_quorum_goes_to_the_named_panel(world: World, hand: ByHand) -> None:
    """Refused a ballot in two meetings, it is not left to wait: another panel hears it."""
    item_id = hopeless(world, hand)
    request_id = world.one("SELECT request_id FROM agenda_item WHERE id = :id", id=item_id)
    world.calls_meeting("alder", world.clock.now() + timedelta(days=42))
    hand.goes_on()
    world.closes_meeting(world.meeting_of(item_id)[0])
    hand.goes_on()
    again = world.one("SELECT id FROM agenda_item WHERE state = 'listed'")
    assert world.meeting_of(again)[1] == "alder"
    for member in ("senco.fern", "adviser.1", "adviser.2", "head.dell"):
        world.declares(member, again, Interest.OTHER)
    world.closes_meeting(world.meeting_of(again)[0])
    hand.goes_on()
    (where,) = world.rows(
        "SELECT m.cluster_code FROM agenda_item AS i JOIN meeting AS m ON m.id = i.meeting_id"
        " WHERE i.request_id = :id AND i.state = 'listed'",
        id=request_id,
    )
    assert where.cluster_code == "cedar"


def test_the_rules_may_let_a_hopeless_ballot_be_opened(world: World, hand: ByHand) -> None:
    """Then it closes without a quorum, and the request is listed again as before."""
    other_rules(world, "refuse_hopeless_ballots = false")
    item_id = hopeless(world, hand)
    world.opens(item_id)
    hand.goes_on()
    ballot_id = world.one("SELECT id FROM ballot")
    world.panel_votes(ballot_id, members=(CHAIR, "head.elm"))
    world.closes(ballot_id)
    hand.goes_on()
    assert result(world, ballot_id)["quorate"] is False
    world.closes_meeting(world.meeting_of(item_id)[0])
    hand.goes_on()
    assert world.one("SELECT stage FROM support_request") == "listed"


def test_a_wide_spread_is_for_the_chair_to_talk_about_and_a_second_round_follows(
    world: World, hand: ByHand
) -> None:
    """Promise 7: only after the close, to who runs the panel, and never who was where.

    Where the rules say so members vote again after the talk, and both rounds stay on record.
    """
    other_rules(world, 'further_round = "when_apart"')
    request_id, first = hand.in_ballot(request())
    item_id = world.item_of(request_id)
    world.panel_votes(first, (0, 3, 2, 0), members=(CHAIR,))
    world.panel_votes(first, members=("head.dell", "head.elm"))
    assert item_as_seen(world, item_id, CHAIR).talk_about == ()
    world.closes(first)
    hand.goes_on()
    assert item_as_seen(world, item_id, CHAIR).talk_about == ("communication_and_interaction",)
    assert item_as_seen(world, item_id, "head.elm").talk_about == ()
    assert world.stage(request_id) == "listed"
    world.opens(item_id)
    hand.goes_on()
    second = world.ballot_of(request_id)
    world.panel_votes(second, (3, 3, 2, 0))
    world.closes(second)
    hand.goes_on()
    assert world.stage(request_id) == "sign_off"
    rounds = world.rows("SELECT round, result IS NOT NULL AS told FROM ballot ORDER BY round")
    assert [tuple(row) for row in rounds] == [(1, True), (2, True)]
    assert world.one("SELECT count(*) FROM vote") == 6
