"""Minutes: made from what happened when a meeting closes, read without what one may not know."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from activities.store import recording
from activities.store.minutes import digest_of
from activities.store.recording import Dissenting
from domain.agenda import DeferredBecause
from domain.minutes import DissentNoted
from domain.moderation import Recommendation
from domain.people import Interest
from domain.refusals import NotAtThisStage, NotValid, RoleNeeded, Unknown
from domain.stages import ActKind
from tests.activities.advice_world import REVIEW_ON, advises, enrol_services, wants
from tests.activities.by_hand import ByHand
from tests.activities.meeting_world import (
    CHAIR,
    DESK,
    agenda,
    answers,
    closes,
    corrects,
    minutes,
    opens,
    room,
    takes,
)
from tests.activities.roster_world import other_rules, substitutes
from tests.activities.small_county import PLANTED, request
from tests.activities.world import WHY, World


def held(world: World, hand: ByHand) -> tuple[UUID, list[UUID]]:
    """A meeting of three items: one advised upon, one put off, one still in its ballot."""
    meeting_id, items = agenda(world, hand, "ashdown", "brook", "elm")
    one, two, three = items
    answers(world, "head.dell", meeting_id, comes=False)
    substitutes(world, meeting_id, "head.dell", "senco.brook")
    opens(world, hand, meeting_id)
    for who in (CHAIR, "senco.fern", "senco.brook", "adviser.1"):
        room(world, who, meeting_id)
    takes(world, one)
    room(world, "senco.ashdown", meeting_id, item_id=one, presents=True)
    with world.saying("adviser.1", one) as (session, saying):
        recording.declare_interest(session, saying, one, Interest.OTHER, f"Note of {PLANTED}")
    room(world, "senco.ashdown", meeting_id, item_id=one, presents=True, is_here=False)
    world.opens(one)
    hand.goes_on()
    ballot_id = world.ballot_of(request_of(world, one))
    world.panel_votes(ballot_id, members=(CHAIR, "senco.fern", "head.elm"))
    world.closes(ballot_id)
    hand.goes_on()
    dissents(world, "head.elm", one, "The evidence is thin.", named=True)
    because = DeferredBecause.PRESENTER_AWAY
    world.does(CHAIR, ActKind.DEFER, meeting_id, item_id=two, because=because)
    hand.goes_on()
    takes(world, three)
    world.opens(three)
    hand.goes_on()
    room(world, "adviser.1", meeting_id, is_here=False)
    closes(world, hand, meeting_id)
    return meeting_id, items


def dissents(world: World, who: str, item_id: UUID, words: str, *, named: bool) -> None:
    """A member who voted asks for dissent to be recorded."""
    ballot_id = world.ballot_of(request_of(world, item_id))
    with world.saying(who, ballot_id) as (session, saying):
        said = Dissenting(words=words, named=named)
        recording.note_dissent(session, saying, ballot_id, said)


def request_of(world: World, item_id: UUID) -> UUID:
    """The request of an item."""
    found: UUID = world.one("SELECT request_id FROM agenda_item WHERE id = :id", id=item_id)
    return found


def test_minutes_say_what_happened(world: World, hand: ByHand) -> None:
    """Who was there and for what, what was taken when, what it came to, and what was put off."""
    meeting_id, (one, two, three) = held(world, hand)
    found = minutes(world, DESK, meeting_id)
    made = found.minutes
    assert [(each.called, each.in_stead_of) for each in made.there] == [
        (f"{PLANTED} {who}", f"{PLANTED} {instead}" if instead else None)
        for who, instead in (
            ("adviser.1", None),
            (CHAIR, None),
            ("senco.brook", "head.dell"),
            ("senco.fern", None),
        )
    ]
    assert [each.left_at is None for each in made.there] == [False, True, True, True]
    assert made.apologies == (f"{PLANTED} head.dell",)
    first, second, third = made.items
    assert [each.item_id for each in made.items] == [one, two, three]
    assert first.in_the_room == tuple(
        f"{PLANTED} {who}" for who in sorted((CHAIR, "senco.fern", "senco.brook"))
    )
    assert [(each.called, each.interests) for each in first.interests] == [
        (f"{PLANTED} adviser.1", (Interest.OTHER,))
    ]
    assert [(each.called, each.school) for each in first.presenters] == [
        (f"{PLANTED} senco.ashdown", "Ashdown School")
    ]
    (came,) = first.rounds
    assert (came.cast, came.quorate, came.recommendation) == (3, True, Recommendation.AS_ASKED)
    assert first.dissent == (
        DissentNoted(called=f"{PLANTED} head.elm", words="The evidence is thin."),
    )
    assert (second.state, second.taken_at) == ("deferred", None)
    assert second.deferred_because is DeferredBecause.PRESENTER_AWAY
    assert third.rounds[0].closed_at is None
    assert (found.items_left_out, found.is_as_made) == (0, True)


@pytest.mark.promise(7)
@pytest.mark.promise(8)
def test_minutes_name_no_child_tell_no_vote_and_no_note(world: World, hand: ByHand) -> None:
    """Neither what was stored nor what is read has a pupil, a vote, or what was noted in it."""
    meeting_id, _ = held(world, hand)
    found = minutes(world, DESK, meeting_id)
    stored = json.dumps(world.one("SELECT content FROM minutes"))
    for written in (found.model_dump_json(), found.as_text(), stored):
        for told in (f"{PLANTED}a ", f"ashdown{PLANTED}", "Note of", WHY, "About ", "levels"):
            assert told not in written, told
    assert "Round 1 of voting was open when the meeting closed." in found.as_text()


@pytest.mark.promise(8)
def test_dissent_and_corrections_say_a_childs_number(world: World, hand: ByHand) -> None:
    """Whoever wrote a child's name in their own words is read with the number in its place."""
    meeting_id, (_, _, three) = held(world, hand)
    ballot_id = world.ballot_of(request_of(world, three))
    world.panel_votes(ballot_id, members=(CHAIR, "senco.fern", "adviser.2"))
    world.closes(ballot_id)
    hand.goes_on()
    given, family = f"{PLANTED}a", f"elm{PLANTED}"
    dissents(world, "senco.fern", three, f"{given} needs more, {family} says", named=False)
    later, _ = agenda(world, hand, "fern")
    opens(world, hand, later)
    corrects(world, meeting_id, f"{family}, {given} was taken at ten")
    found = minutes(world, DESK, meeting_id)
    told = found.model_dump_json() + found.as_text()
    assert given not in told
    assert family not in told
    assert "elm-4 needs more, elm-4 says" in told
    assert [each.words for each in found.corrections] == ["elm-4 was taken at ten"]


def test_what_came_after_the_close_stands_beside_the_minutes(world: World, hand: ByHand) -> None:
    """A ballot that was open runs to its time; the minutes stay as they were made."""
    meeting_id, (_, _, three) = held(world, hand)
    before = minutes(world, DESK, meeting_id)
    ballot_id = world.ballot_of(request_of(world, three))
    world.panel_votes(ballot_id, members=(CHAIR, "senco.fern", "adviser.2"))
    assert minutes(world, DESK, meeting_id) == before
    world.closes(ballot_id)
    hand.goes_on()
    after = minutes(world, DESK, meeting_id)
    assert (after.minutes, after.sha256) == (before.minutes, before.sha256)
    (since,) = after.since
    assert since.item_id == three
    assert since.rounds[0].recommendation is Recommendation.AS_ASKED
    assert "Round 1 of voting: 3 of 5 voted" in after.as_text()
    dissents(world, "senco.fern", three, "More was needed.", named=False)
    assert minutes(world, DESK, meeting_id).minutes == before.minutes
    text = minutes(world, DESK, meeting_id).as_text()
    assert "Dissent was recorded: More was needed.\n" in text


@pytest.mark.promise(8)
def test_advice_given_after_the_close_stands_beside_the_minutes(world: World, hand: ByHand) -> None:
    """The chair writes it down when the room is empty; a child's name is read as its number."""
    meeting_id, (one, *_) = held(world, hand)
    enrol_services(world)
    family = f"ashdown{PLANTED}"
    asked = wants(asks=f"See {family} in class.")
    advises(world, request_of(world, one), services=(asked,), review_on=REVIEW_ON)
    hand.goes_on()
    found = minutes(world, DESK, meeting_id)
    assert [each.item_id for each in found.since] == [one]
    text = found.as_text()
    asks = "Speech and Language Service is asked, by 11 December 2026: See ashdown-2 in class."
    assert asks in text
    assert "To be reviewed on 12 March 2027." in text
    assert family not in found.model_dump_json()


@pytest.mark.promise(6)
def test_a_reader_with_an_interest_does_not_see_the_item(world: World, hand: ByHand) -> None:
    """Declared or known to the record; the rest is theirs to read, and that one is left out."""
    meeting_id, (one, two, three) = held(world, hand)
    assert [each.item_id for each in minutes(world, "adviser.1", meeting_id).minutes.items] == [
        two,
        three,
    ]
    of_trust = minutes(world, "senco.fern", meeting_id)
    assert [each.item_id for each in of_trust.minutes.items] == [one, three]
    assert of_trust.items_left_out == 1
    assert "Left out here, because of your interest: 1 item." in of_trust.as_text()
    assert len(minutes(world, "officer.1", meeting_id).minutes.items) == 3


def test_minutes_are_for_the_panel_unless_the_rules_let_schools_read(
    world: World, hand: ByHand
) -> None:
    """To everybody else there are none; while the meeting lasts there are none for anybody."""
    meeting_id, _ = agenda(world, hand, "ashdown")
    with pytest.raises(NotAtThisStage):
        minutes(world, DESK, meeting_id)
    closes(world, hand, meeting_id)
    for stranger in ("head.gorse", "senco.brook", "policy.1"):
        with pytest.raises(Unknown):
            minutes(world, stranger, meeting_id)
    assert minutes(world, "adviser.1", meeting_id).minutes.there == ()


def test_schools_read_where_the_rules_say_so(world: World, hand: ByHand) -> None:
    """Heads of the cluster, without their own school's request; no other cluster's."""
    roles = '["panel_chair", "panel_member", "panel_administrator", "head"]'
    other_rules(world, f"meetings = {{ minutes_visible_to = {roles} }}")
    meeting_id, _ = agenda(world, hand, "ashdown", "elm")
    closes(world, hand, meeting_id)
    assert minutes(world, "head.ashdown", meeting_id).items_left_out == 1
    assert minutes(world, "head.fern", meeting_id).items_left_out == 0
    for stranger in ("senco.ashdown", "head.gorse"):
        with pytest.raises(Unknown):
            minutes(world, stranger, meeting_id)


def test_nobody_edits_minutes(world: World, hand: ByHand) -> None:
    """The application has no right to change or to delete them, and they are made once."""
    meeting_id, _ = held(world, hand)
    for change in (
        "UPDATE minutes SET sha256 = 'other'",
        "DELETE FROM minutes",
        "UPDATE minutes_note SET words = 'other'",
    ):
        with pytest.raises(DBAPIError, match="permission denied"), world.engine.begin() as inner:
            inner.exec_driver_sql(change)
    assert minutes(world, DESK, meeting_id).is_as_made
    assert world.one("SELECT count(*) FROM minutes") == 1


def test_minutes_that_were_altered_behind_the_record_say_so(world: World, hand: ByHand) -> None:
    """Their hash is not that of what stands there."""
    meeting_id, _ = held(world, hand)
    content = world.one("SELECT content FROM minutes WHERE meeting_id = :id", id=meeting_id)
    sealed = world.one("SELECT sha256 FROM minutes")
    assert digest_of(content) == sealed
    assert digest_of({**content, "apologies": []}) != sealed


def test_a_correction_is_noted_at_the_next_meeting(world: World, hand: ByHand) -> None:
    """By who runs the panel, once a later meeting has been opened; the minutes stand."""
    first, _ = held(world, hand)
    words = "Adviser 1 came at ten."
    with pytest.raises(NotAtThisStage) as refused:
        corrects(world, first, words)
    assert "next meeting, once it has been opened" in refused.value.help
    later = world.calls_meeting("alder", world.clock.now() + timedelta(days=21))
    hand.goes_on()
    opens(world, hand, later)
    with pytest.raises(RoleNeeded):
        corrects(world, first, words, by="head.elm")
    with pytest.raises(Unknown):
        corrects(world, first, words, by="administrator.cedar")
    (child,) = world.rows("SELECT given_name, family_name FROM pupil_name LIMIT 1")
    with pytest.raises(NotValid) as named:
        corrects(world, first, f"As {child.given_name.upper()} {child.family_name} was heard")
    assert child.family_name not in str(named.value)
    before = minutes(world, DESK, first)
    corrects(world, first, words)
    after = minutes(world, "head.elm", first)
    assert (after.minutes.there, after.sha256) == (before.minutes.there, before.sha256)
    assert [each.words for each in after.corrections] == [words]
    assert after.as_text().endswith(f": {words}\n")


def test_a_meeting_that_nobody_opened_has_minutes_too(world: World, hand: ByHand) -> None:
    """What was heard in it is in them, and that nobody was recorded in a room."""
    hand.recommended(request())
    meeting_id = world.one("SELECT id FROM meeting")
    closes(world, hand, meeting_id)
    found = minutes(world, CHAIR, meeting_id)
    assert "The meeting was not opened in the room." in found.as_text()
    assert found.minutes.items[0].rounds[0].recommendation is Recommendation.AS_ASKED
