"""A meeting in its room: who comes, who is there for what, what is taken now and next."""

from datetime import timedelta
from uuid import uuid4

import pytest

from activities.store.reading import worklist as reading_worklist
from activities.store.recording import read_minutes
from activities.store.session import transaction
from activities.store.tables import FamilyTieRow, PresenceRow
from domain.agenda import DeferredBecause
from domain.people import Interest
from domain.refusals import NotAtThisStage, NotValid, RoleNeeded, Unknown
from domain.stages import ActKind
from tests.activities.behind import refused_by
from tests.activities.by_hand import ByHand
from tests.activities.meeting_world import (
    CHAIR,
    DESK,
    agenda,
    answers,
    closes,
    its_day_comes,
    opens,
    puts_in_order,
    room,
    sees,
    takes,
)
from tests.activities.roster_world import VICE, borrows, enrol, is_away, other_rules, substitutes
from tests.activities.small_county import named, request
from tests.activities.test_urgent import SUB_PANEL, calls, waiting
from tests.activities.world import World


def test_a_quorum_is_foreseen_from_who_accepted_and_who_sits_in_for_whom(
    world: World, hand: ByHand
) -> None:
    """For the meeting and for each item, as the chair and the administrator see it."""
    meeting_id, _ = agenda(world, hand, "ashdown")
    for who in ("head.crane", "head.dell"):
        answers(world, who, meeting_id, comes=True)
    answers(world, "head.elm", meeting_id, comes=False)
    seen = sees(world, CHAIR, meeting_id)
    assert seen.comes is True
    assert seen.attendance is not None
    foreseen = seen.attendance.quorum_foreseen
    assert foreseen is not None
    assert (foreseen.coming, foreseen.unanswered, foreseen.not_coming) == (2, 3, 1)
    assert (foreseen.quorum, foreseen.is_foreseen) == (3, False)
    substitutes(world, meeting_id, "head.elm", "senco.brook")
    (item,) = sees(world, DESK, meeting_id).items
    assert item.who_may_vote is not None
    assert (item.who_may_vote.foreseen.coming, item.who_may_vote.foreseen.is_foreseen) == (3, True)
    world.declares("head.dell", item.id, Interest.OTHER)
    (item,) = sees(world, DESK, meeting_id).items
    assert item.who_may_vote is not None
    assert (item.who_may_vote.foreseen.coming, item.who_may_vote.foreseen.is_foreseen) == (2, False)
    assert sees(world, "head.dell", meeting_id).attendance is None


def test_an_answer_may_be_changed_and_all_are_kept(world: World, hand: ByHand) -> None:
    """The last counts; the same again is no new one; after the close nobody answers."""
    meeting_id, _ = agenda(world, hand, "ashdown")
    for comes in (True, True, False, True):
        answers(world, "head.dell", meeting_id, comes=comes)
    assert world.one("SELECT max(revision) FROM attendance") == 3
    assert sees(world, "head.dell", meeting_id).comes is True
    with pytest.raises(Unknown):
        answers(world, "head.gorse", meeting_id, comes=True)
    closes(world, hand, meeting_id)
    with pytest.raises(NotAtThisStage):
        answers(world, "head.dell", meeting_id, comes=False)


def test_a_chair_who_declined_is_away_and_the_vice_chair_acts(world: World, hand: ByHand) -> None:
    """And does not, once the chair accepts after all."""
    enrol(world)
    meeting_id, (item_id,) = agenda(world, hand, "ashdown")
    its_day_comes(world, meeting_id)
    with pytest.raises(RoleNeeded):
        world.does(VICE, ActKind.OPEN_BALLOT, meeting_id, item_id=item_id)
    answers(world, CHAIR, meeting_id, comes=False)
    world.does(VICE, ActKind.OPEN_BALLOT, meeting_id, item_id=item_id)
    hand.goes_on()
    facts = world.one("SELECT facts FROM event WHERE kind = 'open_ballot_recorded'")
    assert facts["because"] == "away"
    answers(world, CHAIR, meeting_id, comes=True)
    ballot_id = world.one("SELECT id FROM ballot")
    with pytest.raises(RoleNeeded):
        world.does(VICE, ActKind.CLOSE_BALLOT, meeting_id, ballot_id=ballot_id)


def test_a_meeting_is_opened_once_on_its_day(world: World, hand: ByHand) -> None:
    """Not before, not twice, not after its close; opened by the desk or the chair."""
    meeting_id, _ = agenda(world, hand, "ashdown")
    with pytest.raises(NotAtThisStage) as refused:
        world.does(CHAIR, ActKind.OPEN_MEETING, meeting_id)
    assert "its day is 2026-10-26" in refused.value.in_the_way
    its_day_comes(world, meeting_id)
    with pytest.raises(RoleNeeded):
        world.does("head.dell", ActKind.OPEN_MEETING, meeting_id)
    first = world.does(CHAIR, ActKind.OPEN_MEETING, meeting_id)
    with pytest.raises(NotAtThisStage):
        world.does(DESK, ActKind.OPEN_MEETING, meeting_id)
    hand.goes_on()
    assert world.outcome(first) == ("done", None)
    assert sees(world, CHAIR, meeting_id).opened_at == world.clock.now()
    with pytest.raises(NotAtThisStage):
        world.does(DESK, ActKind.OPEN_MEETING, meeting_id)
    closes(world, hand, meeting_id)
    with pytest.raises(NotAtThisStage):
        world.does(DESK, ActKind.OPEN_MEETING, meeting_id)


def test_two_chairs_closing_at_once_close_it_once(world: World, hand: ByHand) -> None:
    """The one closes; the other is told that it is being closed, and nothing is lost."""
    meeting_id, _ = agenda(world, hand, "ashdown")
    opens(world, hand, meeting_id)
    first = world.does(CHAIR, ActKind.CLOSE_MEETING, meeting_id)
    with pytest.raises(NotAtThisStage) as refused:
        world.does(DESK, ActKind.CLOSE_MEETING, meeting_id)
    assert "already recorded" in refused.value.in_the_way
    hand.goes_on()
    assert world.outcome(first) == ("done", None)
    assert world.one("SELECT count(*) FROM minutes") == 1


def test_items_are_taken_in_order_now_and_next(world: World, hand: ByHand) -> None:
    """One is current, the next follows; a later one waits for it, or it is put off."""
    meeting_id, (one, two, three) = agenda(world, hand, "ashdown", "brook", "elm")
    with pytest.raises(NotAtThisStage):
        takes(world, one)
    opens(world, hand, meeting_id)
    assert sees(world, CHAIR, meeting_id).now_and_next.next_id == one
    with pytest.raises(NotAtThisStage):
        takes(world, two)
    takes(world, one)
    found = sees(world, "head.dell", meeting_id).now_and_next
    assert (found.now_id, found.next_id) == (one, two)
    world.does(
        CHAIR,
        ActKind.DEFER,
        meeting_id,
        item_id=two,
        because=DeferredBecause.PRESENTER_AWAY,
    )
    hand.goes_on()
    takes(world, three)
    found = sees(world, CHAIR, meeting_id).now_and_next
    assert (found.now_id, found.next_id) == (three, None)


def test_an_item_put_off_is_taken_again_with_its_history(world: World, hand: ByHand) -> None:
    """The next meeting has it on its agenda, and shows where it was before and why it was not."""
    meeting_id, (one, two) = agenda(world, hand, "ashdown", "brook")
    later = world.calls_meeting("alder", world.clock.now() + timedelta(days=42))
    hand.goes_on()
    opens(world, hand, meeting_id)
    because = DeferredBecause.PAPERS_MISSING
    world.does(CHAIR, ActKind.DEFER, meeting_id, item_id=one, because=because)
    hand.goes_on()
    world.clock.move_on(timedelta(seconds=1))
    closes(world, hand, meeting_id)
    first = {each.id: each.deferred_because for each in sees(world, CHAIR, meeting_id).items}
    assert first == {one: because, two: DeferredBecause.NOT_REACHED}
    again = sees(world, CHAIR, later).items
    assert [[(e.meeting_id, e.deferred_because) for e in each.earlier] for each in again] == [
        [(meeting_id, because)],
        [(meeting_id, DeferredBecause.NOT_REACHED)],
    ]


def test_the_chair_puts_the_agenda_in_another_order_before_the_meeting(
    world: World, hand: ByHand
) -> None:
    """Every item once, or every fault is told; once opened the order stands."""
    meeting_id, (one, two, three) = agenda(world, hand, "ashdown", "brook", "elm")
    puts_in_order(world, meeting_id, three, one, two)
    seen = sees(world, "head.dell", meeting_id).items
    assert [(each.id, each.position) for each in seen] == [(three, 1), (one, 2), (two, 3)]
    with pytest.raises(NotValid) as refused:
        puts_in_order(world, meeting_id, three, three, named("elsewhere"))
    assert [each.code for each in refused.value.faults] == [  # type: ignore[attr-defined]
        "named_twice",
        "not_on_agenda",
        "left_out",
    ]
    with pytest.raises(RoleNeeded):
        puts_in_order(world, meeting_id, one, two, three, by="head.dell")
    opens(world, hand, meeting_id)
    with pytest.raises(NotAtThisStage):
        puts_in_order(world, meeting_id, one, two, three)


def test_the_room_is_recorded_by_whoever_runs_the_meeting(world: World, hand: ByHand) -> None:
    """Members, substitutes and officers come and leave; nobody is there twice, or unknown."""
    meeting_id, _ = agenda(world, hand, "ashdown")
    with pytest.raises(NotAtThisStage):
        room(world, "head.dell", meeting_id)
    substitutes(world, meeting_id, "head.elm", "senco.brook")
    opens(world, hand, meeting_id)
    for who in ("head.dell", "senco.brook", "officer.1"):
        room(world, who, meeting_id)
    with pytest.raises(NotAtThisStage):
        room(world, "head.dell", meeting_id)
    room(world, "head.dell", meeting_id, is_here=False)
    with pytest.raises(NotAtThisStage):
        room(world, "head.dell", meeting_id, is_here=False)
    room(world, "head.dell", meeting_id, by=CHAIR)
    for stranger, why in (("head.gorse", NotValid), ("nobody", Unknown)):
        with pytest.raises(why):
            room(world, stranger, meeting_id)
    with pytest.raises(RoleNeeded):
        room(world, "adviser.1", meeting_id, by="head.dell")
    with pytest.raises(Unknown):
        room(world, "adviser.1", meeting_id, by="head.gorse")
    there = {
        each.person_id for each in sees(world, DESK, meeting_id).in_the_room if not each.left_at
    }
    assert there == {named(who) for who in ("head.dell", "senco.brook", "officer.1")}
    assert sees(world, "head.dell", meeting_id).in_the_room == ()


@pytest.mark.promise(6)
def test_whoever_an_interest_bars_is_not_in_the_room_for_the_item(
    world: World, hand: ByHand
) -> None:
    """Known or declared: the chair is told who leaves, and nobody can record them as there."""
    meeting_id, (one, two) = agenda(world, hand, "brook", "ashdown")
    opens(world, hand, meeting_id)
    world.declares("head.dell", one, Interest.OTHER)
    for who in ("head.dell", "senco.fern", "head.elm"):
        room(world, who, meeting_id)
    # Fern and brook are of one trust, and own trust bars here.
    assert set(takes(world, one).leave_the_room) == {named("head.dell"), named("senco.fern")}
    for barred in ("head.dell", "senco.fern"):
        with pytest.raises(NotValid) as refused:
            room(world, barred, meeting_id, item_id=one)
        assert "wait outside" in refused.value.help
    room(world, "head.dell", meeting_id, is_here=False)
    with pytest.raises(NotValid):
        room(world, "head.dell", meeting_id)
    room(world, "adviser.1", meeting_id, item_id=one)
    takes(world, two)
    room(world, "head.dell", meeting_id)


@pytest.mark.promise(6)
def test_the_database_keeps_a_barred_member_out_of_the_room_too(world: World, hand: ByHand) -> None:
    """Behind the rules a row that says otherwise is refused."""
    meeting_id, (one,) = agenda(world, hand, "ashdown")
    world.declares("head.dell", one, Interest.FAMILY)
    row = PresenceRow(
        id=uuid4(),
        meeting_id=meeting_id,
        person_id=named("head.dell"),
        item_id=one,
        presents=False,
        arrived_at=world.clock.now(),
        arrived_by=named(DESK),
    )
    with refused_by("nobody_hears_their_own"), transaction(world.engine) as session:
        session.add(row)


def test_a_presenter_of_the_school_answers_and_leaves(world: World, hand: ByHand) -> None:
    """Of the school that asks and nobody else; where the rules say so, before the ballot."""
    other_rules(world, "meetings = { presenter_leaves_before_ballot = true }")
    meeting_id, (one,) = agenda(world, hand, "ashdown")
    opens(world, hand, meeting_id)
    takes(world, one)
    with pytest.raises(NotValid):
        room(world, "senco.ashdown", meeting_id, presents=True)
    with pytest.raises(NotValid):
        room(world, "senco.brook", meeting_id, item_id=one, presents=True)
    with pytest.raises(NotValid):
        room(world, "senco.ashdown", meeting_id, item_id=one)
    room(world, "senco.ashdown", meeting_id, item_id=one, presents=True)
    with pytest.raises(NotAtThisStage) as refused:
        world.opens(one)
    assert "Let the presenter leave" in refused.value.help
    room(world, "senco.ashdown", meeting_id, item_id=one, presents=True, is_here=False)
    act = world.opens(one)
    hand.goes_on()
    assert world.outcome(act) == ("done", None)


def test_a_presenter_with_another_interest_does_not_present(world: World, hand: ByHand) -> None:
    """Family in the case keeps a colleague of the school out like everybody else."""
    meeting_id, (one,) = agenda(world, hand, "ashdown")
    pupil = world.one("SELECT pupil_id FROM request_pupil")
    with transaction(world.engine) as session:
        session.add(FamilyTieRow(person_id=named("senco.ashdown"), pupil_id=pupil))
    opens(world, hand, meeting_id)
    with pytest.raises(NotValid):
        room(world, "senco.ashdown", meeting_id, item_id=one, presents=True)


def test_a_ballot_waits_for_the_meeting_where_the_rules_say_so(world: World, hand: ByHand) -> None:
    """Without such a rule votes come before discussion."""
    other_rules(world, "meetings = { ballots_before_meeting = false }")
    meeting_id, (one,) = agenda(world, hand, "ashdown")
    with pytest.raises(NotAtThisStage) as refused:
        world.opens(one)
    assert refused.value.in_the_way == "the meeting has not been opened"
    opens(world, hand, meeting_id)
    world.opens(one)
    hand.goes_on()
    assert world.one("SELECT count(*) FROM ballot") == 1


def test_who_leaves_the_meeting_has_left_its_items(world: World, hand: ByHand) -> None:
    """A borrowed member is there for the item alone, and leaves with it."""
    meeting_id, (one,) = agenda(world, hand, "ashdown")
    borrows(world, one, "head.gorse")
    opens(world, hand, meeting_id)
    takes(world, one)
    room(world, "head.gorse", meeting_id)
    room(world, "head.gorse", meeting_id, item_id=one)
    room(world, "head.gorse", meeting_id, is_here=False)
    still = "SELECT count(*) FROM presence WHERE left_at IS NULL"
    assert world.one(still) == 0


@pytest.mark.promise(12)
def test_the_agenda_fills_until_the_very_instant_of_its_deadline(
    world: World, hand: ByHand
) -> None:
    """At the deadline a request is in; a microsecond later it goes to the next meeting."""
    first = world.calls_meeting("alder", world.clock.now() + timedelta(days=21))
    later = world.calls_meeting("alder", world.clock.now() + timedelta(days=42))
    hand.goes_on()
    deadline = world.one("SELECT papers_by_at FROM meeting WHERE id = :id", id=first)
    world.clock.move_on(deadline - world.clock.now())
    in_time = world.submits(request())
    hand.goes_on()
    world.clock.move_on(timedelta(microseconds=1))
    late = world.submits(request(school="brook"), "brook")
    hand.goes_on()
    assert world.meeting_of(world.item_of(in_time))[0] == first
    assert world.meeting_of(world.item_of(late))[0] == later


def test_what_waited_goes_to_the_first_of_several_meetings(world: World, hand: ByHand) -> None:
    """In whatever order a year's meetings are taken up, nobody waits for the last of them."""
    request_id = world.submits(request())
    hand.goes_on()
    last = world.calls_meeting("alder", world.clock.now() + timedelta(days=63))
    first = world.calls_meeting("alder", world.clock.now() + timedelta(days=21))
    hand.goes_on()
    assert world.meeting_of(world.item_of(request_id))[0] == first
    assert world.rows("SELECT 1 FROM agenda_item WHERE meeting_id = :id", id=last) == []


def test_members_are_asked_run_and_read_as_the_rules_say(world: World, hand: ByHand) -> None:
    """Worklists ask near the meeting, name the one of today, and minutes until they are read."""
    other_rules(world, "meetings = { ask_who_comes_days = 14 }")
    meeting_id, _ = agenda(world, hand, "ashdown")

    def waits(who: str) -> set[str]:
        with transaction(world.engine) as session:
            found = reading_worklist(session, world.caller(session, who))
        return {each.waits.value for each in found if each.id == meeting_id}

    assert waits("head.dell") == set()
    world.clock.move_on(timedelta(days=8))
    assert waits("head.dell") == waits("head.elm") == {"answer_meeting"}
    answers(world, "head.dell", meeting_id, comes=True)
    is_away(world, meeting_id, "head.elm")
    assert waits("head.dell") == waits("head.elm") == set()
    its_day_comes(world, meeting_id)
    assert waits(DESK) == {"run_meeting"}
    opens(world, hand, meeting_id)
    closes(world, hand, meeting_id)
    assert waits("head.dell") == waits(DESK) == {"read_minutes"}
    with world.saying("head.dell", meeting_id) as (session, saying):
        read_minutes(session, saying, meeting_id)
    assert (waits("head.dell"), waits(DESK)) == (set(), {"read_minutes"})
    world.clock.move_on(timedelta(days=92))
    assert waits(DESK) == set()


def test_an_urgent_meeting_has_no_room(world: World, hand: ByHand) -> None:
    """Nobody opens it, answers it or orders it: it is over with the last of its ballots."""
    act = calls(world, waiting(world, hand, *SUB_PANEL))
    hand.goes_on()
    for refused_to in (
        lambda: answers(world, "head.dell", act.id, comes=True),
        lambda: world.does(CHAIR, ActKind.OPEN_MEETING, act.id),
        lambda: puts_in_order(world, act.id),
    ):
        with pytest.raises(NotAtThisStage) as refused:
            refused_to()
        assert "it has no room" in refused.value.in_the_way
