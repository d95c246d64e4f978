"""Urgent requests between meetings: who is called, what they may do, and whose it is else."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.store import reading
from activities.store.reading import Task
from activities.store.session import transaction
from domain.acts import ActRef
from domain.moderation import Recommendation
from domain.refusals import Barred, NotAtThisStage, NotValid, RoleNeeded, Unknown
from domain.request import RequestContent
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.roster_world import other_rules
from tests.activities.small_county import named, request
from tests.activities.test_seats import refused, result
from tests.activities.world import World

THREE = ("head.crane", "head.dell", "head.elm")
SUB_PANEL = ('urgent.to = "sub_panel"', "urgent.ballot_open_hours = 6", "urgent.members = 3")


def urgent(school: str = "ashdown", number: int = 0, **changed: Any) -> RequestContent:
    """A request that cannot wait."""
    return request(school=school, number=number, urgent_because="No school from Monday", **changed)


def waiting(world: World, hand: ByHand, *lines: str, number: int = 0) -> UUID:
    """An urgent request that has come in under panel rules with some lines more."""
    other_rules(world, *lines)
    request_id = world.submits(urgent(number=number))
    hand.goes_on()
    assert world.stage(request_id) == "with_officer"
    return request_id


def calls(
    world: World, *requests: UUID, members: tuple[str, ...] = THREE, by: str = "administrator.alder"
) -> ActRef:
    """Somebody calls members to urgent requests of the one cluster."""
    said = {"cluster": "alder", "request_ids": requests, "members": tuple(map(named, members))}
    return world.does(by, ActKind.CALL_URGENT, uuid4(), **said)


def tasks(world: World, who: str) -> dict[str, Task]:
    """What waits for somebody, by its kind."""
    with transaction(world.engine) as session:
        return {task.waits: task for task in reading.worklist(session, world.caller(session, who))}


def test_a_sub_panel_votes_at_once_and_its_request_goes_on(world: World, hand: ByHand) -> None:
    """Who runs the panel calls three; their ballot is open for hours, and then it is placed."""
    request_id = waiting(world, hand, *SUB_PANEL)
    assert tasks(world, "administrator.alder")["call_members"].id == request_id
    assert tasks(world, "officer.1")["look_at_case"].id == request_id
    act = calls(world, request_id)
    hand.goes_on()
    assert world.outcome(act) == ("done", None)
    assert world.stands(request_id) == ("in_ballot", "panel")
    ballot_id = world.ballot_of(request_id)
    closes_at = world.one("SELECT closes_at FROM ballot WHERE id = :id", id=ballot_id)
    assert closes_at == world.clock.now() + timedelta(hours=6)
    assert tasks(world, "head.elm")["declare_interest"].by_at == closes_at
    assert "call_members" not in tasks(world, "administrator.alder")
    world.panel_votes(ballot_id)
    hand.time_passes(closes_at)
    assert world.stage(request_id) == "sign_off"
    assert result(world, ballot_id)["eligible"] == 3
    assert world.one("SELECT stage FROM meeting WHERE id = :id", id=act.id) == "closed"


def test_nobody_else_of_the_panel_takes_part_in_a_sub_panel(world: World, hand: ByHand) -> None:
    """Other members neither read nor declare nor vote, by the rules and by the database alike."""
    request_id = waiting(world, hand, *SUB_PANEL)
    calls(world, request_id)
    hand.goes_on()
    item_id, ballot_id = world.item_of(request_id), world.ballot_of(request_id)
    assert tasks(world, "senco.fern") == {}
    for said in (
        partial(world.declares, "senco.fern", item_id),
        partial(world.votes, "senco.fern", ballot_id),
    ):
        assert isinstance(refused(said), Unknown)
    with transaction(world.engine) as session:
        chair = world.caller(session, "head.crane")
        assert reading.meeting(session, chair, world.meeting_of(item_id)[0]).items[0].ballot_id
        other = world.caller(session, "senco.fern")
        with pytest.raises(Unknown):
            reading.papers(session, other, item_id)
    told = refused(partial(_slips_a_vote_in, world, ballot_id))
    assert isinstance(told, RoleNeeded)


def _slips_a_vote_in(world: World, ballot_id: UUID) -> None:
    """A vote of a member who was not called, past every rule of ours."""
    with world.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO interest (id, item_id, person_id, revision, interest, bars, declared_at)"
            " SELECT gen_random_uuid(), item_id, %(who)s, 1, 'none', false, opened_at"
            " FROM ballot WHERE id = %(id)s",
            {"id": ballot_id, "who": named("adviser.1")},
        )
        connection.exec_driver_sql(
            "INSERT INTO vote (id, ballot_id, person_id, member_id, revision, abstained, levels,"
            " descriptors, recommendation, reason, recorded_at) SELECT gen_random_uuid(), id,"
            " %(who)s, %(who)s, 1, false, '{}', '[]', 'none', 'Because', opened_at"
            " FROM ballot WHERE id = %(id)s",
            {"id": ballot_id, "who": named("adviser.1")},
        )


def test_the_whole_panel_may_vote_online(world: World, hand: ByHand) -> None:
    """Everybody votes from where they are; a tie has no second round without a meeting."""
    request_id = waiting(world, hand, 'urgent.to = "online_ballot"')
    calls(world, request_id, members=(), by="officer.1")
    hand.goes_on()
    ballot_id = world.ballot_of(request_id)
    world.panel_votes(ballot_id, members=THREE[:2])
    world.panel_votes(
        ballot_id, recommendation=Recommendation.ADVICE, members=("head.elm", "senco.fern")
    )
    world.closes(ballot_id)
    hand.goes_on()
    assert (result(world, ballot_id)["eligible"], result(world, ballot_id)["cast"]) == (6, 4)
    assert world.stands(request_id) == ("sign_off", "locality_officer")


@pytest.mark.promise(10)
def test_without_a_quorum_the_request_is_the_officers_again(world: World, hand: ByHand) -> None:
    """There is no time for another meeting; the officer is told, and may call members again."""
    request_id = waiting(world, hand, *SUB_PANEL)
    calls(world, request_id)
    hand.goes_on()
    world.panel_votes(world.ballot_of(request_id), members=THREE[:1])
    hand.time_passes(world.clock.now() + timedelta(hours=6))
    assert world.stands(request_id) == ("with_officer", "locality_officer")
    why = world.one("SELECT why FROM support_request WHERE id = :id", id=request_id)
    assert why["members_called_without_quorum"]
    again = calls(world, request_id, members=("head.dell", "head.elm", "adviser.1"))
    hand.goes_on()
    assert world.outcome(again) == ("done", None)
    world.panel_votes(world.ballot_of(request_id), members=("head.dell", "head.elm", "adviser.1"))
    world.closes(world.ballot_of(request_id))
    hand.goes_on()
    assert world.stage(request_id) == "sign_off"


def test_a_quorum_of_their_own_may_be_set(world: World, hand: ByHand) -> None:
    """Two are enough where the rules say so, whatever the panel's own quorum is."""
    request_id = waiting(world, hand, *SUB_PANEL, "urgent.quorum_members = 2")
    calls(world, request_id)
    hand.goes_on()
    ballot_id = world.ballot_of(request_id)
    world.panel_votes(ballot_id, members=THREE[:2])
    world.closes(ballot_id)
    hand.goes_on()
    assert result(world, ballot_id)["quorum"] == 2
    assert world.stage(request_id) == "sign_off"


def test_a_standing_sub_panel_is_named_by_the_rules(world: World, hand: ByHand) -> None:
    """Nobody has to be named when members are called, and whoever is beside it joins."""
    people = ", ".join(f'"{named(each)}"' for each in THREE)
    request_id = waiting(world, hand, *SUB_PANEL, f"urgent.people = {{alder = [{people}]}}")
    act = calls(world, request_id, members=("senco.fern",))
    hand.goes_on()
    called = world.one("SELECT choices -> 'members' FROM act WHERE id = :id", id=act.id)
    assert called == [str(named(each)) for each in (*THREE, "senco.fern")]


@pytest.mark.promise(13)
def test_members_are_called_by_who_may_to_what_waits_for_them(world: World, hand: ByHand) -> None:
    """Not by a member, not in another cluster, not to what is gone or is not urgent alone."""
    first = waiting(world, hand, *SUB_PANEL)
    plain = hand.listed(request(number=2))
    with_plan = world.submits(urgent(number=5))
    hand.goes_on()
    for by, requests, members, kind in (
        ("head.dell", (first,), THREE, RoleNeeded),
        ("administrator.cedar", (first,), THREE, RoleNeeded),
        ("senco.ashdown", (first,), THREE, RoleNeeded),
        ("officer.1", (uuid4(),), THREE, Unknown),
        ("officer.1", (first, plain, first), THREE, NotAtThisStage),
        ("officer.1", (with_plan,), THREE, NotAtThisStage),
        ("officer.1", (first,), THREE[:2], NotValid),
        ("officer.1", (first,), ("head.gorse", "head.crane", "head.crane"), NotValid),
    ):
        told = refused(partial(calls, world, *requests, members=members, by=by))
        assert type(told) is kind, (by, requests)
    faults = refused(partial(calls, world, first, plain, first, by="officer.1")).in_the_way
    assert "named twice" in faults
    assert "does not wait" in faults


@pytest.mark.promise(6)
def test_nobody_chooses_who_looks_at_their_own(world: World, hand: ByHand) -> None:
    """A chair whose school asks calls nobody to it; a member with an interest does not count."""
    other_rules(world, *SUB_PANEL)
    own = world.submits(urgent("crane"), "crane")
    ours = world.submits(urgent(number=1))
    hand.goes_on()
    assert isinstance(refused(partial(calls, world, own, by="head.crane")), Barred)
    assert tasks(world, "head.crane")["call_members"].id == ours
    few = ("adviser.2", "head.dell", "head.elm")
    told = refused(partial(calls, world, ours, members=few))
    assert isinstance(told, NotValid)
    assert "1 too few" in told.in_the_way


def test_rules_that_say_nothing_leave_it_to_the_officer(world: World, hand: ByHand) -> None:
    """Then nobody is asked to call members, and whoever tries is told so."""
    request_id = waiting(world, hand)
    assert "call_members" not in tasks(world, "administrator.alder")
    told = refused(partial(calls, world, request_id))
    assert isinstance(told, NotValid)
    assert "leave urgent requests to an officer" in told.in_the_way


@pytest.mark.promise(4)
def test_two_calls_at_once_open_one_ballot(world: World, hand: ByHand) -> None:
    """The second finds the request gone on: it is refused, and its meeting is over."""
    request_id = waiting(world, hand, *SUB_PANEL)
    first, second = (calls(world, request_id, by=by) for by in ("officer.1", "administrator.alder"))
    hand.goes_on()
    assert world.outcome(first) == ("done", None)
    assert world.outcome(second) == ("refused", "not_at_this_stage")
    assert world.one("SELECT count(*) FROM ballot") == 1
    stages = world.rows("SELECT stage FROM meeting ORDER BY starts_at")
    assert [row.stage for row in stages] == ["called", "closed"]


def test_nothing_else_is_listed_for_a_meeting_without_a_room(world: World, hand: ByHand) -> None:
    """What waits for the panel goes to its next real meeting."""
    request_id = waiting(world, hand, *SUB_PANEL)
    calls(world, request_id)
    hand.goes_on()
    plain = hand.world.submits(request(number=2))
    hand.goes_on()
    assert world.stage(plain) == "listed"
    assert world.one("SELECT count(*) FROM agenda_item") == 1


def test_a_request_withdrawn_meanwhile_ends_its_meeting(world: World, hand: ByHand) -> None:
    """The ballot comes to nothing, and the meeting is over with it."""
    request_id = waiting(world, hand, *SUB_PANEL)
    act = calls(world, request_id)
    hand.goes_on()
    world.does("senco.ashdown", ActKind.WITHDRAW, request_id)
    hand.goes_on()
    hand.time_passes(world.clock.now() + timedelta(hours=6))
    assert world.ending(request_id) == "withdrawn"
    assert world.one("SELECT stage FROM meeting WHERE id = :id", id=act.id) == "closed"
