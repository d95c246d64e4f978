"""What holds from the moment somebody says something: pins, deadlines, numbers, events, order."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest

from activities.store import recording
from activities.store.session import transaction
from domain.moderation import Recommendation
from domain.people import Interest
from domain.policy.load import PINNED
from domain.refusals import (
    Barred,
    NotAtThisStage,
    NotConfirmedByHead,
    NotValid,
    Refusal,
    RoleNeeded,
    TooLate,
    Unknown,
)
from domain.request import RequestKind
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import PLANTED, budgets, county, request
from tests.activities.world import World
from tests.conftest import StillClock


def at_once(*asking: Callable[[], object]) -> list[object]:
    """Do several things in the same instant; gives what each gave, or the refusal it met."""
    ready = Barrier(len(asking))

    def one(ask: Callable[[], object]) -> object:
        ready.wait()
        try:
            return ask()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(asking)) as threads:
        return list(threads.map(one, asking))


@pytest.mark.promise(12)
def test_the_day_of_decision_is_worked_out_once_from_school_days(world: World) -> None:
    """Twenty school days after Monday 5 October, over half-term: the end of 9 November."""
    request_id = world.submits(request())
    sql = "SELECT decide_by_at FROM support_request WHERE id = :id"
    assert world.one(sql, id=request_id).astimezone(UTC) == datetime(2026, 11, 10, 0, 0, tzinfo=UTC)


@pytest.mark.promise(12)
def test_papers_are_due_school_days_before_at_a_local_time(world: World) -> None:
    """Five school days before Monday 2 November, over half-term and the change of the clocks."""
    meeting_id = world.calls_meeting("alder", datetime(2026, 11, 2, 9, 30, tzinfo=UTC))
    sql = "SELECT papers_by_at FROM meeting WHERE id = :id"
    due = world.one(sql, id=meeting_id).astimezone(UTC)
    assert due == datetime(2026, 10, 19, 17, 0, tzinfo=UTC)


@pytest.mark.promise(9)
def test_a_submission_is_pinned_to_every_policy_of_its_day(world: World) -> None:
    """All kinds that rule a request are pinned together, by the versions that govern the day."""
    request_id = world.submits(request())
    pins = world.one("SELECT pins FROM support_request WHERE id = :id", id=request_id)
    in_force = world.rows("SELECT kind, id::text AS id FROM policy_version")
    assert pins == {row.kind: row.id for row in in_force if row.kind in PINNED}


def test_references_and_numbers_follow_one_another(world: World) -> None:
    """References never repeat; an act has the next number of its own subject."""
    first, second = world.submits(request()), world.submits(request(school="brook"), "brook")
    world.does("senco.ashdown", ActKind.WITHDRAW, first)
    references = [
        world.one("SELECT reference FROM support_request WHERE id = :id", id=each)
        for each in (first, second)
    ]
    assert references == ["LOC-2026-000001", "LOC-2026-000002"]
    numbers = world.rows("SELECT number FROM act WHERE subject_id = :id ORDER BY 1", id=first)
    assert [row.number for row in numbers] == [1, 2]


@pytest.mark.promise(8)
def test_events_hold_codes_and_never_words(world: World, hand: ByHand) -> None:
    """Whatever people wrote along the way, no event repeats a word of it."""
    request_id = hand.recommended(request())
    world.does("head-of-sen", ActKind.AUTHORISE, request_id)
    hand.goes_on()
    events = world.rows("SELECT e::text AS told FROM event AS e")
    assert len(events) > 10
    assert PLANTED.lower() not in json.dumps([row.told for row in events]).lower()


@pytest.mark.promise(4)
def test_a_draft_submitted_twice_in_one_instant_is_one_request(world: World) -> None:
    """SENCO and head both press the button: one submission stands, the other is told."""
    with world.saying("senco.ashdown") as (session, saying):
        draft = recording.create_draft(session, saying, "ashdown", request())
    with world.saying("head.ashdown") as (session, saying):
        recording.confirm_draft(session, saying, draft.id, 1)
    told = at_once(
        *(
            lambda who=who: world.does(who, ActKind.SUBMIT, draft.id, draft_version=1)
            for who in ("senco.ashdown", "head.ashdown")
        )
    )
    assert sorted(isinstance(each, NotAtThisStage) for each in told) == [False, True]
    assert world.one("SELECT count(*) FROM support_request") == 1
    assert world.one("SELECT count(*) FROM request_version") == 1


@pytest.mark.promise(5)
def test_two_officers_at_the_same_instant_record_one_decision(world: World, hand: ByHand) -> None:
    """The second is told that a decision is recorded, whoever was first."""
    request_id = hand.recommended(request())
    told = at_once(
        lambda: world.does("head-of-sen", ActKind.AUTHORISE, request_id),
        lambda: world.does("director", ActKind.DECLINE, request_id),
    )
    assert sorted(isinstance(each, NotAtThisStage) for each in told) == [False, True]
    sql = "SELECT count(*) FROM act WHERE outcome IS NULL AND subject_id = :id"
    assert world.one(sql, id=request_id) == 1


def test_a_request_submitted_again_is_its_next_version(
    world: World, hand: ByHand, clock: StillClock
) -> None:
    """What was said before is kept beside it, and the reference stays."""
    request_id = world.submits(request(cycles=()))
    hand.goes_on()
    assert world.stage(request_id) == "returned"
    clock.move_on(timedelta(hours=1))
    version = world.mends(request_id, request())
    with pytest.raises(NotConfirmedByHead):
        world.does("senco.ashdown", ActKind.SUBMIT, request_id, draft_version=version)
    world.submits_again(request_id, version)
    with pytest.raises(NotAtThisStage):
        world.does("senco.ashdown", ActKind.SUBMIT, request_id, draft_version=version)
    contents = world.rows("SELECT content FROM request_version ORDER BY number")
    assert [len(row.content["cycles"]) for row in contents] == [0, 2]
    assert world.one("SELECT version FROM support_request WHERE id = :id", id=request_id) == 2


@pytest.mark.promise(6)
def test_the_last_declaration_counts_and_none_is_held_against_the_record(
    world: World, hand: ByHand
) -> None:
    """A member may think again; "none" against what the record knows is refused."""
    request_id, ballot_id = hand.in_ballot(request())
    item_id = world.item_of(request_id)
    world.declares("head.crane", item_id, Interest.OTHER)
    with pytest.raises(Barred):
        world.votes("head.crane", ballot_id)
    world.declares("head.crane", item_id, Interest.NONE)
    world.votes("head.crane", ballot_id)
    family_id, _ = hand.in_ballot(request(number=1))
    with pytest.raises(NotValid, match="family"):
        world.declares("adviser.2", world.item_of(family_id), Interest.NONE)
    assert world.one("SELECT count(*) FROM interest WHERE item_id = :id", id=item_id) == 2


def test_only_members_of_the_clusters_panel_vote(world: World, hand: ByHand) -> None:
    """The administrator runs the meeting and has no vote; another panel knows of none."""
    request_id, ballot_id = hand.in_ballot(request())
    world.declares("administrator.alder", world.item_of(request_id))
    with pytest.raises(RoleNeeded):
        world.votes("administrator.alder", ballot_id)
    for stranger in ("head.gorse", "senco.ashdown", "officer.1"):
        with pytest.raises(Unknown):
            world.votes(stranger, ballot_id)
    with pytest.raises(Unknown):
        world.votes("head.crane", uuid4())


def test_a_meeting_is_called_once_for_a_time_that_is_to_come(world: World) -> None:
    """Twice at one time, in the past, or in a cluster that is not theirs: refused."""
    starts_at = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    world.calls_meeting("alder", starts_at)
    with pytest.raises(NotAtThisStage):
        world.calls_meeting("alder", starts_at)
    with pytest.raises(NotValid):
        world.calls_meeting("alder", datetime(2026, 10, 1, 9, 30, tzinfo=UTC))
    with pytest.raises(RoleNeeded):
        world.does("head.dell", ActKind.CALL_MEETING, uuid4(), cluster="alder", starts_at=starts_at)
    with pytest.raises(Unknown):
        world.does("head.crane", ActKind.CLOSE_MEETING, uuid4())


def test_what_has_ended_takes_no_act(world: World, hand: ByHand) -> None:
    """After the ending there is a reconsideration of its own, and nothing else."""
    request_id = hand.listed(request())
    world.does("senco.ashdown", ActKind.WITHDRAW, request_id)
    hand.goes_on()
    with pytest.raises(TooLate):
        world.does("senco.ashdown", ActKind.WITHDRAW, request_id)
    with pytest.raises(TooLate):
        world.does("head-of-sen", ActKind.AUTHORISE, request_id)


def test_a_school_asks_for_its_own_pupils(world: World) -> None:
    """Another school's pupil alone is refused; a group may have some of each."""
    with pytest.raises(recording.ContentFaulty) as faulty:
        world.submits(request(school="brook"), "ashdown")
    told = {fault.code for fault in faulty.value.faults}
    assert told == {"pupil_unknown", "not_your_pupils", "not_your_pupil"}
    both = (*request().pupils, *request(school="brook").pupils)
    world.submits(request(RequestKind.GROUP, pupils=both))
    world.submits(request(RequestKind.PROJECT))
    with pytest.raises(RoleNeeded), world.saying("senco.ashdown") as (session, saying):
        recording.create_draft(session, saying, "brook", request(school="brook"))


def test_registers_loaded_again_change_nothing(world: World) -> None:
    """The county's registers may be sent every night."""
    before = world.tables()
    with transaction(world.engine) as session:
        added = recording.load_county(session, county())
    assert set(added.values()) == {0}
    assert world.tables() == before


@pytest.mark.promise(4)
def test_the_same_budgets_loaded_on_a_later_day_change_nothing(
    world: World, clock: StillClock
) -> None:
    """A council's nightly load is one load, whenever it is repeated."""
    before = world.balances()
    clock.move_on(timedelta(days=40))
    with transaction(world.engine) as session:
        recording.load_budgets(session, budgets(), clock.now())
    assert world.balances() == before


def test_a_pot_that_comes_later_is_opened_beside_those_that_are(world: World) -> None:
    """A new cluster's pot by a further authority does not disturb what is open."""
    further = recording.Budgets.model_validate_json(
        json.dumps(
            {"authority": "26/00999", "years": [2026], "pence": {"contingency:cluster:new": 100}}
        )
    )
    with transaction(world.engine) as session:
        assert recording.load_budgets(session, further, world.clock.now()) == 1
    assert world.balances()["contingency:cluster:new"][0] == 100


@pytest.mark.promise(3)
def test_an_answer_is_what_the_draft_says_from_then_on(world: World, hand: ByHand) -> None:
    """What a school answered is not lost when the request is returned later."""
    asked = hand.recommended(request(), recommendation=Recommendation.MORE_INFORMATION)
    said = request(about="Said in the answer.")
    world.does("senco.ashdown", ActKind.ANSWER, asked, answer="See the request.", content=said)
    kept = world.one("SELECT content ->> 'about' FROM draft WHERE id = :id", id=asked)
    assert kept == "Said in the answer."
    confirmed = "SELECT confirmed_version IS NULL FROM draft WHERE id = :id"
    assert world.one(confirmed, id=asked)
