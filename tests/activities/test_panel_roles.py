"""What the roles of a panel may do: observers, specialists, the vice-chair, a trust's SEND lead."""

from datetime import timedelta
from uuid import UUID

import pytest

from activities.store import reading
from activities.store.session import transaction
from domain.people import Role
from domain.refusals import (
    NotValid,
    RoleNeeded,
    Unknown,
)
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.roster_world import (
    OBSERVER,
    SPECIALIST,
    TRUST_LEAD,
    VICE,
    begins,
    enrol,
    is_away,
    meeting_ahead,
    opened,
    other_rules,
    substitutes,
)
from tests.activities.small_county import named, request
from tests.activities.test_seats import CHAIR, MEMBER, SUBSTITUTE, refused, result
from tests.activities.world import World


@pytest.fixture
def ahead(world: World, hand: ByHand) -> tuple[UUID, UUID]:
    """A meeting that is still to come, with one item."""
    enrol(world)
    return meeting_ahead(world, hand)


def test_an_observer_reads_and_does_not_vote(
    world: World, hand: ByHand, ahead: tuple[UUID, UUID]
) -> None:
    """Having declared, an observer reads the papers; a vote is refused, and nobody asks for one."""
    _, item_id = ahead
    ballot_id = begins(world, hand, item_id)
    with transaction(world.engine) as session:
        caller = world.caller(session, OBSERVER)
        assert [each.waits for each in reading.worklist(session, caller)] == ["declare_interest"]
    world.declares(OBSERVER, item_id)
    with transaction(world.engine) as session:
        caller = world.caller(session, OBSERVER)
        assert reading.papers(session, caller, item_id).item_id == item_id
        assert reading.worklist(session, caller) == ()
    assert isinstance(refused(lambda: world.votes(OBSERVER, ballot_id)), RoleNeeded)


def test_a_specialist_votes_where_the_rules_say_so(world: World, hand: ByHand) -> None:
    """Without a word of the rules no vote; with it a vote, and a quorum that may ask for one."""
    enrol(world)
    _, item_id = meeting_ahead(world, hand)
    ballot_id = begins(world, hand, item_id)
    world.declares(SPECIALIST, item_id)
    assert isinstance(refused(lambda: world.votes(SPECIALIST, ballot_id)), RoleNeeded)


def test_a_quorum_may_ask_for_a_specialist(world: World, hand: ByHand) -> None:
    """Three members are no quorum where the rules ask for a specialist beside them."""
    enrol(world)
    other_rules(
        world,
        'voting_kinds = ["panel_member", "panel_chair", "specialist"]',
        "quorum_by_kind = {specialist = 1}",
    )
    _, item_id = meeting_ahead(world, hand)
    without = begins(world, hand, item_id)
    with transaction(world.engine) as session:
        caller = world.caller(session, CHAIR)
        (item,) = reading.meeting(session, caller, world.meeting_of(item_id)[0]).items
        assert item.who_may_vote is not None
        assert item.who_may_vote.eligible_by_kind == {Role.SPECIALIST: 1}
    world.panel_votes(without)
    world.closes(without)
    hand.goes_on()
    assert result(world, without)["short_of"] == ["specialist"]
    assert not result(world, without)["quorate"]
    world.clock.move_on(timedelta(minutes=1))
    later = world.calls_meeting("alder", world.clock.now() + timedelta(days=21))
    hand.goes_on()
    again = world.one("SELECT id FROM agenda_item WHERE meeting_id = :id", id=later)
    ballot_id = opened(world, hand, again)
    world.panel_votes(ballot_id, members=(CHAIR, MEMBER, SPECIALIST))
    world.closes(ballot_id)
    hand.goes_on()
    assert result(world, ballot_id)["quorate"]


@pytest.mark.promise(13)
def test_a_vice_chair_leaves_the_item_to_a_chair_who_can_take_it(
    world: World, ahead: tuple[UUID, UUID]
) -> None:
    """The refusal says what would let the vice-chair act."""
    meeting_id, item_id = ahead
    told = refused(lambda: world.does(VICE, ActKind.OPEN_BALLOT, meeting_id, item_id=item_id))
    assert isinstance(told, RoleNeeded)
    assert "in the chair's stead" in told.help


def test_a_vice_chair_acts_for_a_chair_who_is_away(
    world: World, hand: ByHand, ahead: tuple[UUID, UUID]
) -> None:
    """That it was the vice-chair, and why, goes on record with the act."""
    meeting_id, item_id = ahead
    substitutes(world, meeting_id, CHAIR, SUBSTITUTE)
    ballot_id = begins(world, hand, item_id, chair=VICE)
    world.does(VICE, ActKind.CLOSE_BALLOT, meeting_id, ballot_id=ballot_id)
    facts = world.rows(
        "SELECT facts FROM event WHERE kind IN ('open_ballot_recorded', 'close_ballot_recorded')"
    )
    assert len(facts) == 2
    assert all(row.facts["acting"] == "vice_chair" for row in facts)
    assert all(row.facts["because"] == "away" for row in facts)


def test_a_chair_is_noted_as_away_while_the_meeting_lasts(
    world: World, hand: ByHand, ahead: tuple[UUID, UUID]
) -> None:
    """Nobody could be found to sit in the chair's stead: the vice-chair takes the items."""
    meeting_id, item_id = ahead
    world.clock.move_on(timedelta(days=30))
    assert is_away(world, meeting_id, CHAIR).is_away
    assert is_away(world, meeting_id, MEMBER).is_away
    ballot_id = begins(world, hand, item_id, chair=VICE)
    world.panel_votes(ballot_id, members=(VICE, "head.elm", "senco.fern"))
    world.does(VICE, ActKind.CLOSE_BALLOT, meeting_id, ballot_id=ballot_id)
    hand.goes_on()
    assert result(world, ballot_id)["eligible"] == 7
    with transaction(world.engine) as session:
        caller = world.caller(session, CHAIR)
        told = reading.meeting(session, caller, meeting_id).substitutes
        assert {each.person_id for each in told} == {None}


@pytest.mark.promise(6)
def test_a_vice_chair_acts_for_a_chair_with_an_interest(world: World, hand: ByHand) -> None:
    """A request of the chair's own school is the vice-chair's to take."""
    enrol(world)
    request_id = hand.listed(request(school="crane"), "crane")
    ballot_id = begins(world, hand, world.item_of(request_id), chair=VICE)
    world.declares(VICE, world.item_of(request_id))
    world.votes(VICE, ballot_id)
    facts = world.one("SELECT facts FROM event WHERE kind = 'open_ballot_recorded'")
    assert facts["because"] == "interest"


def test_the_rules_may_let_a_vice_chair_act_at_any_time(world: World, hand: ByHand) -> None:
    """Then nobody has to be away."""
    enrol(world)
    other_rules(world, 'vice_chair_acts = "any_time"')
    _, item_id = meeting_ahead(world, hand)
    begins(world, hand, item_id, chair=VICE)
    facts = world.one("SELECT facts FROM event WHERE kind = 'open_ballot_recorded'")
    assert facts["because"] == "any_time"


def test_a_trusts_send_lead_reads_its_schools_requests_and_no_others(
    world: World, hand: ByHand
) -> None:
    """Requests and awards of the trust's schools, in whichever cluster; no pupil by name."""
    enrol(world)
    own = hand.recommended(request(school="brook"), school="brook")
    other = hand.recommended(request())
    with transaction(world.engine) as session:
        caller = world.caller(session, TRUST_LEAD)
        assert caller.schools(Role.TRUST_SEND_LEAD) == {"brook", "fern", "kelp"}
        assert [each.id for each in reading.requests(session, caller)] == [own]
        assert reading.request(session, caller, own).id == own
        assert all(each.name is None for each in reading.pupils(session, caller))
        assert isinstance(refused(lambda: reading.request(session, caller, other)), Unknown)


@pytest.mark.promise(6)
def test_a_trusts_send_lead_has_an_interest_in_its_schools(world: World, hand: ByHand) -> None:
    """It is one of trust, not of school, and a "none" is refused."""
    enrol(world)
    item_id = world.item_of(hand.listed(request(school="brook"), "brook"))
    observes = "INSERT INTO role_held (id, person_id, role, cluster_code, from_on)"
    with transaction(world.engine) as session:
        session.connection().exec_driver_sql(
            f"{observes} VALUES (gen_random_uuid(), %s, 'observer', 'alder', '2026-09-01')",
            (named(TRUST_LEAD),),
        )
    told = refused(lambda: world.declares(TRUST_LEAD, item_id))
    assert isinstance(told, NotValid)
    assert "own trust" in told.in_the_way


def test_who_still_owes_a_panel_is_told_after_the_close(
    world: World, hand: ByHand, ahead: tuple[UUID, UUID]
) -> None:
    """A school whose people voted has sat; what is open tells nobody who has voted."""
    _, item_id = ahead
    ballot_id = begins(world, hand, item_id)
    world.panel_votes(ballot_id)

    def sat() -> dict[str, tuple[int, int]]:
        with transaction(world.engine) as session:
            told = reading.panel_duty(session, world.caller(session, CHAIR))
            assert told.academic_year == 2026
            return {line.school: (line.sat, line.owes) for line in told.lines}

    assert set(sat().values()) == {(0, 1)}
    world.closes(ballot_id)
    hand.goes_on()
    assert {school for school, told in sat().items() if told == (1, 0)} == {"crane", "dell", "elm"}
    with transaction(world.engine) as session:
        officer = world.caller(session, "officer.1")
        assert {each.cluster for each in reading.panel_duty(session, officer, 2025).lines} == {
            "alder",
            "cedar",
        }
        caller = world.caller(session, MEMBER)
        assert isinstance(refused(lambda: reading.panel_duty(session, caller)), RoleNeeded)


def test_a_cluster_is_read_by_its_schools_and_its_people_by_its_panel(
    world: World, ahead: tuple[UUID, UUID]
) -> None:
    """Schools with setting and expertise for all of the cluster; who sits there for the panel."""
    meeting_id, _ = ahead
    substitutes(world, meeting_id, MEMBER, SUBSTITUTE)
    with transaction(world.engine) as session:
        view = reading.cluster(session, world.caller(session, CHAIR), "alder")
        assert [each.code for each in view.schools][:2] == ["ashdown", "brook"]
        assert view.schools[1].trust == "weirs"
        assert {each.person_id for each in view.panel} >= {named(VICE), named(OBSERVER)}
        assert named(SUBSTITUTE) in {each.person_id for each in view.may_stand_in}
        assert named(MEMBER) not in {each.person_id for each in view.may_stand_in}
        of_school = reading.cluster(session, world.caller(session, "senco.ashdown"), "alder")
        assert of_school.schools == view.schools
        assert of_school.panel == of_school.may_stand_in == ()
        outside = world.caller(session, "head.gorse")
        assert isinstance(refused(lambda: reading.cluster(session, outside, "alder")), Unknown)
        assert [each.code for each in reading.clusters(session, outside)] == ["cedar"]
        meeting = reading.meeting(session, world.caller(session, SUBSTITUTE), meeting_id)
        assert [each.person_id for each in meeting.substitutes] == [named(SUBSTITUTE)]
        listed = reading.meetings(session, world.caller(session, SUBSTITUTE))
        assert meeting_id in {each.id for each in listed}
