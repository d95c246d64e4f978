"""What a panel gives once its ballot has closed: advice, shares, a SEN officer, dissent."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from activities.names import Deed
from activities.store import advising, reading
from activities.store.guards import refusal_by
from activities.store.recording import ContentFaulty
from activities.store.session import transaction
from domain.advice import SharedIn
from domain.moderation import Recommendation
from domain.people import Interest
from domain.refusals import (
    Barred,
    NotAtThisStage,
    Refusal,
    RoleNeeded,
    TooLate,
    Unknown,
)
from domain.request import RequestKind
from domain.stages import ActKind
from tests.activities.advice_world import (
    CHAIR,
    REVIEW_ON,
    advises,
    asked_ids,
    dissents,
    enrol_services,
    shares,
    wants,
)
from tests.activities.by_hand import ByHand
from tests.activities.roster_world import OBSERVER, VICE, enrol, is_away
from tests.activities.small_county import PLANTED, profile, request
from tests.activities.world import WHY, World

LETTER = "SELECT body FROM letter WHERE request_id = :id"
_ASKED_BY_HAND = (
    "INSERT INTO service_asked VALUES (gen_random_uuid(), :id, (SELECT id FROM act LIMIT 1),"
    " 'speech', 'x', '[]', now(), now(), now(), now(), 'asked', now()) RETURNING id"
)
_DISSENT_BY_HAND = (
    "INSERT INTO dissent SELECT gen_random_uuid(), b.id, b.request_id, v.person_id, 'x', false,"
    " now() FROM ballot AS b JOIN vote AS v ON v.ballot_id = b.id WHERE b.request_id = :id"
    " RETURNING id"
)
_SAID_IN_LETTER = """
The panel of schools gave this advice: Keep the same adult for the mornings.
The panel asked these services to help:
- Speech and Language Service, by 11 December 2026: Show the class team how to use pictures.
We agreed on these conditions:
- The school tells the family every fortnight how it goes.
The school looks at how things are going, with you, by 12 March 2027.
"""
AWARDS = "SELECT school_code, annual_pence, review_on FROM award ORDER BY school_code"


@pytest.fixture(autouse=True)
def services(world: World) -> None:
    """Two services are on record."""
    enrol_services(world)


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


def project(hand: ByHand) -> UUID:
    """A project that its panel has voted for."""
    return hand.recommended(request(RequestKind.PROJECT), ())


@pytest.mark.promise(7)
def test_nothing_is_advised_before_the_ballot_has_closed(world: World, hand: ByHand) -> None:
    """Listed or in an open ballot there is no advice; the database holds it for services too."""
    request_id = hand.listed(request())
    early = partial(advises, world, request_id, advice=WHY)
    assert isinstance(refused(early), NotAtThisStage)
    world.opens(world.item_of(request_id))
    hand.goes_on()
    assert isinstance(refused(early), NotAtThisStage)
    ballot_id = world.ballot_of(request_id)
    world.declares(CHAIR, world.item_of(request_id))
    world.votes(CHAIR, ballot_id)
    assert isinstance(refused(lambda: dissents(world, CHAIR, ballot_id)), NotAtThisStage)
    for sql in (_ASKED_BY_HAND, _DISSENT_BY_HAND):
        told = refused(partial(world.one, sql, id=request_id))
        assert isinstance(told, NotAtThisStage)
    assert world.one("SELECT count(*) FROM service_asked") == 0


def test_advice_reaches_the_award_the_officer_and_the_family(world: World, hand: ByHand) -> None:
    """Services are asked, and conditions and review are signed and told in plain English."""
    request_id = hand.recommended(request())
    told = advises(
        world,
        request_id,
        advice="Keep the same adult for the mornings.",
        services=(wants(asks="Show the class team how to use pictures."),),
        conditions=("The school tells the family every fortnight how it goes.",),
        review_on=REVIEW_ON,
    )
    hand.goes_on()
    assert world.outcome(told) == ("done", None)
    assert world.stands(request_id) == ("sign_off", "locality_officer")
    with transaction(world.engine) as session:
        seen = reading.request(session, world.caller(session, "officer.1"), request_id)
        school = reading.request(session, world.caller(session, "senco.ashdown"), request_id)
        item = advising.of_item(session, world.item_of(request_id))
    assert seen.advised is not None
    assert seen.advised.advice[0].review_on == REVIEW_ON
    assert item.advice is not None
    assert [each.service for each in item.services] == ["speech"]
    assert school.advised is not None
    assert (school.advised.advice, school.advised.profile) == ((), None)
    assert [each.service for each in school.advised.services] == ["speech"]
    world.authorises("officer.1", request_id)
    hand.goes_on()
    assert [row.review_on for row in world.rows(AWARDS)] == [REVIEW_ON]
    assert _SAID_IN_LETTER in world.one(LETTER, id=request_id)
    with transaction(world.engine) as session:
        school = reading.request(session, world.caller(session, "senco.ashdown"), request_id)
    assert school.advised is not None
    assert school.advised.advice[0].conditions


def test_an_officer_may_say_otherwise(world: World, hand: ByHand) -> None:
    """Other conditions, or none, and another day within the days that are given."""
    request_id = hand.recommended(request())
    advises(world, request_id, conditions=("Weekly.",), review_on=REVIEW_ON)
    hand.goes_on()
    outside = REVIEW_ON + timedelta(days=300)
    no = world.does("officer.1", ActKind.AUTHORISE, request_id, review_on=outside)
    hand.goes_on()
    assert world.outcome(no) == ("refused", "not_valid")
    other = REVIEW_ON + timedelta(days=7)
    world.does("officer.1", ActKind.AUTHORISE, request_id, review_on=other, conditions=())
    hand.goes_on()
    assert [row.review_on for row in world.rows(AWARDS)] == [other]
    result = world.one("SELECT result FROM decision")
    assert (result["conditions"], result["review_on"]) == ([], other.isoformat())
    assert "conditions" not in world.one(LETTER, id=request_id)


def test_a_review_beyond_what_is_given_is_left_out(world: World, hand: ByHand) -> None:
    """The panel did not know for how long the officer would sign."""
    request_id = hand.recommended(request())
    advises(world, request_id, review_on=REVIEW_ON)
    hand.goes_on()
    until = REVIEW_ON - timedelta(days=30)
    world.does("officer.1", ActKind.AUTHORISE, request_id, until_on=until)
    hand.goes_on()
    assert [row.review_on for row in world.rows(AWARDS)] == [None]


def test_advice_that_is_given_again_takes_the_earlier_ones_place(
    world: World, hand: ByHand
) -> None:
    """Both stay on record; what is asked still is not asked twice, and the rest is called off."""
    request_id = hand.recommended(request())
    advises(world, request_id, services=(wants(), wants("behaviour")))
    hand.goes_on()
    first = asked_ids(world, request_id)
    advises(world, request_id, services=(wants(), wants(asks="Something else")))
    hand.goes_on()
    rows = world.rows("SELECT service_code, state FROM service_asked ORDER BY 1, 2")
    assert [tuple(row) for row in rows] == [
        ("behaviour", "called_off"),
        ("speech", "asked"),
        ("speech", "asked"),
    ]
    assert first["speech asked"] in {
        row.id for row in world.rows("SELECT id FROM service_asked WHERE state = 'asked'")
    }
    with transaction(world.engine) as session:
        given = advising.advice_given(session, request_id)
    assert [each.stands for each in given] == [False, True]
    world.does("senco.ashdown", ActKind.WITHDRAW, request_id)
    hand.goes_on()
    assert world.one("SELECT count(*) FROM service_asked WHERE state = 'called_off'") == 3
    late = refused(lambda: advises(world, request_id, advice=WHY))
    assert isinstance(late, TooLate)


def test_advice_of_an_earlier_hearing_does_not_stand_after_a_later_one(
    world: World, hand: ByHand
) -> None:
    """The panel looked again: conditions of the first time go with no decision of the second."""
    request_id = hand.recommended(request())
    advises(world, request_id, conditions=("Weekly.",))
    hand.goes_on()
    world.does("officer.1", ActKind.RETURN_TO_PANEL, request_id)
    hand.goes_on()
    world.calls_meeting("alder", world.clock.now() + timedelta(days=43))
    hand.goes_on()
    world.clock.move_on(timedelta(minutes=1))
    world.opens(world.item_of(request_id))
    hand.goes_on()
    ballot_id = world.ballot_of(request_id)
    world.panel_votes(ballot_id)
    world.closes(ballot_id)
    hand.goes_on()
    with transaction(world.engine) as session:
        assert advising.standing_advice(session, request_id) is None
    world.authorises("officer.1", request_id)
    hand.goes_on()
    assert "conditions" not in world.one(LETTER, id=request_id)


def test_where_a_mainstream_school_is_not_right_it_goes_to_a_sen_officer(
    world: World, hand: ByHand
) -> None:
    """Nothing is held meanwhile; the SEN officer states the need, and somebody else signs."""
    request_id = hand.recommended(request())
    assert world.moved()
    told = advises(world, request_id, to_sen_officer=f"Too loud for {PLANTED}")
    hand.goes_on()
    assert world.outcome(told) == ("done", None)
    assert world.stands(request_id) == ("with_officer", "sen_officer")
    assert not world.moved()
    why = world.one("SELECT why FROM support_request WHERE id = :id", id=request_id)
    assert why["not_mainstream"] == {"advised_by": str(told.id)}
    with transaction(world.engine) as session:
        tasks = reading.worklist(session, world.caller(session, "sen.1"))
    assert ("look_at_case", request_id) in {(each.waits, each.id) for each in tasks}
    again = refused(lambda: advises(world, request_id, sharing=shares(1, ashdown=1)))
    assert isinstance(again, ContentFaulty)
    states = {"profile": profile(4, 3, 2, 0), "recommendation": Recommendation.AS_ASKED}
    world.does("sen.1", ActKind.MODERATE, request_id, **states)
    hand.goes_on()
    assert world.stage(request_id) == "sign_off"


@pytest.mark.promise(6)
def test_advice_is_the_chairs_and_nobody_advises_their_own(world: World, hand: ByHand) -> None:
    """Not a member's, nor another panel's; a chair with an interest, or a share, stands aside."""
    enrol(world)
    request_id = project(hand)
    for who, kind in (
        ("head.dell", RoleNeeded),
        ("officer.1", RoleNeeded),
        ("senco.ashdown", RoleNeeded),
        ("head.gorse", Unknown),
        (VICE, RoleNeeded),
    ):
        assert type(refused(partial(advises, world, request_id, who, advice=WHY))) is kind, who
    own = shares(2, SharedIn.PARTS, ashdown=1, crane=1)
    assert isinstance(refused(lambda: advises(world, request_id, sharing=own)), Barred)
    world.declares(CHAIR, world.item_of(request_id), Interest.OTHER)
    assert isinstance(refused(lambda: advises(world, request_id, advice=WHY)), Barred)
    done = advises(world, request_id, VICE, advice=WHY)
    hand.goes_on()
    assert world.outcome(done) == ("done", None)
    parts = world.rows("SELECT part FROM part_played WHERE person_id = :id", id=done.person_id)
    assert [row.part for row in parts] == ["moderated"]
    events = world.rows("SELECT facts FROM event WHERE kind = 'advise_request_recorded'")
    assert [row.facts["because"] for row in events] == ["interest"]


def test_a_vice_chair_advises_where_the_chair_is_away(world: World, hand: ByHand) -> None:
    """As with any act of the chair's, and a request that no panel heard is advised by nobody."""
    enrol(world)
    request_id = project(hand)
    is_away(world, world.meeting_of(world.item_of(request_id))[0], CHAIR)
    advises(world, request_id, VICE, advice=WHY)
    hand.goes_on()
    with_plan = world.submits(request(number=5))
    hand.goes_on()
    assert world.stage(with_plan) == "with_officer"
    assert isinstance(refused(lambda: advises(world, with_plan, advice=WHY)), NotAtThisStage)


def test_dissent_is_recorded_once_in_a_members_own_words(world: World, hand: ByHand) -> None:
    """Panel and officers read it, named where the member asked; the school does not."""
    enrol(world)
    request_id = hand.recommended(request())
    ballot_id = world.ballot_of(request_id)
    dissents(world, "head.dell", ballot_id)
    dissents(world, "head.elm", ballot_id, is_named=True)
    for who, kind in (
        ("head.dell", NotAtThisStage),
        (OBSERVER, RoleNeeded),
        ("adviser.1", RoleNeeded),
        ("head.gorse", Unknown),
    ):
        assert type(refused(partial(dissents, world, who, ballot_id))) is kind, who
    assert isinstance(refused(lambda: dissents(world, CHAIR, request_id)), Unknown)
    with transaction(world.engine) as session:
        for who, count in (("head.dell", 2), ("officer.1", 2), ("senco.ashdown", 0)):
            seen = reading.advice(session, world.caller(session, who), request_id)
            assert len(seen.dissent) == count, who
        seen = reading.advice(session, world.caller(session, OBSERVER), request_id)
        item = advising.of_item(session, world.item_of(request_id))
    assert {each.by for each in seen.dissent} == {None, f"{PLANTED} head.elm"}
    assert len(item.dissent) == 2
    world.authorises("officer.1", request_id)
    hand.goes_on()
    assert isinstance(refused(lambda: dissents(world, CHAIR, ballot_id)), TooLate)


@pytest.mark.promise(8)
def test_what_a_panel_writes_is_in_no_event(world: World, hand: ByHand) -> None:
    """Codes and references alone, of advice, services and dissent."""
    request_id = hand.recommended(request())
    advises(world, request_id, advice=WHY, conditions=(WHY,), services=(wants(),))
    dissents(world, CHAIR, world.ballot_of(request_id))
    hand.goes_on()
    events = world.rows("SELECT kind, facts FROM event")
    assert {"advise_request_recorded", "service_moved_on", "dissent_noted"} <= {
        row.kind for row in events
    }
    assert PLANTED not in json.dumps([row.facts for row in events])


def test_advice_may_be_the_whole_answer(world: World, hand: ByHand) -> None:
    """Asked for advice alone, the panel's words are what the school and the family are given."""
    request_id = hand.recommended(request(RequestKind.ADVICE), (), Recommendation.ADVICE)
    advises(world, request_id, advice="Try a quiet table first.", services=(wants(asks="Visit."),))
    hand.goes_on()
    world.authorises("officer.1", request_id)
    hand.goes_on()
    letter = world.one(LETTER, id=request_id)
    assert "The panel of schools gave this advice: Try a quiet table first." in letter
    assert "- Speech and Language Service, by 11 December 2026: Visit." in letter
    assert not world.rows(AWARDS)


@pytest.mark.promise(4)
def test_advice_is_carried_out_once_however_late(world: World, hand: ByHand) -> None:
    """Days are those of the instant at which it was said; asked again, all is as it was."""
    request_id = hand.recommended(request())
    soon = wants(by_on=world.clock.now().date() + timedelta(days=2))
    told = advises(world, request_id, services=(soon,))
    world.clock.move_on(timedelta(days=3))
    deed = Deed(subject_id=request_id, act=told)
    first = hand.casework.carry_out(deed)
    assert first.outcome is not None
    assert first.outcome.done
    before = world.tables()
    assert hand.casework.carry_out(deed).outcome == first.outcome
    assert world.tables() == before
