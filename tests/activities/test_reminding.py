"""What is due to be said: written once each, to whom it concerns, and to nobody who has done it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest

from activities.clock import LONDON
from activities.reminding import Reminding
from activities.settings import Settings
from activities.store import recording
from activities.store.session import make_engine, transaction
from domain.moderation import Recommendation
from domain.periods import local_day
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.payment_world import PaymentWorld
from tests.activities.reminded import all_messages, at, looks, with_rules, written
from tests.activities.roster_world import substitutes
from tests.activities.small_county import PLANTED, named, policy_files, request
from tests.activities.test_urgent import SUB_PANEL, waiting
from tests.activities.world import World
from tests.conftest import StillClock

ANSWER = 'waits = "answer_panel"\nbefore_school_days = [3]\nafter_school_days = 2'
TO_HEAD = f'{ANSWER}\nescalate_to = "head"'
DECLARE = 'waits = "declare_interest"\nbefore_school_days = [3]'
VOTE = 'waits = "vote"\nbefore_school_days = [1, 0]'
SIGN = (
    'waits = "sign"\nbefore_school_days = [5]\nafter_school_days = 1\n'
    'escalate_to = "council_officer"\nescalate_to_grade = "director"'
)
SCHOOL = ("senco.ashdown", "head.ashdown")


def asked_back(hand: ByHand) -> UUID:
    """A request whose panel wants to know more, of the school."""
    return hand.recommended(request(), recommendation=Recommendation.MORE_INFORMATION)


def deadline(world: World, request_id: UUID) -> date:
    """The day until which a request waits where it stands."""
    sql = "SELECT coalesce(waits_until_at, decide_by_at) FROM support_request WHERE id = :id"
    found: datetime = world.one(sql, id=request_id)
    return local_day(found - timedelta(microseconds=1), LONDON.key)


def back(day: date, school_days: int) -> date:
    """So many school days before or after a day in term: weekends are left out."""
    step = timedelta(days=1 if school_days > 0 else -1)
    for _ in range(abs(school_days)):
        day += step
        while day.weekday() > 4:
            day += step
    return day


def dies_looking(world: World) -> None:
    """A worker looks, and is killed before it is done."""
    with transaction(world.engine) as session:
        Reminding(world.engine, world.clock).look_in(session)
        raise RuntimeError("killed")


@pytest.mark.promise(4)
def test_an_answer_is_reminded_of_before_and_told_of_after(world: World, hand: ByHand) -> None:
    """Once each, to the school's desk; late, its head hears of it as somebody who was to act."""
    with_rules(world, TO_HEAD)
    by_on = deadline(world, asked_back(hand))
    looks(world, at(back(by_on, -4)))
    assert written(world) == []
    for _ in range(2):
        looks(world, at(back(by_on, -3)))
    looks(world, at(back(by_on, -2)))
    before = [(who, "before", "answer_panel") for who in sorted(SCHOOL)]
    assert written(world, *SCHOOL) == before
    looks(world, at(back(by_on, 1)))
    assert written(world, *SCHOOL) == before
    looks(world, at(back(by_on, 2)))
    looks(world, at(back(by_on, 3)))
    late = [(who, "after", "answer_panel") for who in SCHOOL]
    assert written(world, *SCHOOL) == sorted(before + late)


def test_what_is_late_is_told_to_whom_the_policy_names(world: World, hand: ByHand) -> None:
    """The director hears that an officer was to decide; one barred by family hears nothing."""
    with_rules(world, SIGN)
    request_id = hand.recommended(request(number=1))
    looks(world, at(back(deadline(world, request_id), 1)))
    found = written(world, "director", "officer.1", "officer.2", "manager.1", "head-of-sen")
    assert ("director", "escalated", "sign") in found
    acting = {who for who, step, _ in found if step == "after"}
    assert acting
    assert "officer.2" not in {who for who, _, _ in found}
    (escalated,) = (row for row in all_messages(world) if row.step == "escalated")
    assert escalated.acts_next == "council_officer"
    assert escalated.page == f"/requests/{request_id}"


def test_who_runs_the_panel_is_reminded_to_call_members(world: World, hand: ByHand) -> None:
    """An urgent request is due though no meeting of the panel is near."""
    with_rules(world, 'waits = "call_members"\nbefore_school_days = [5]')
    request_id = waiting(world, hand, *SUB_PANEL)
    assert world.one("SELECT count(*) FROM meeting") == 0
    looks(world, at(back(deadline(world, request_id), -5)))
    found = written(world, "head.crane", "administrator.alder")
    assert ("administrator.alder", "before", "call_members") in found


def test_a_whole_agenda_is_one_reminder(world: World, hand: ByHand) -> None:
    """Three items to declare for are one message to each member, by the meeting and its place."""
    with_rules(world, DECLARE)
    ids = [hand.listed(request(number=number)) for number in (0, 2, 3)]
    meeting_id, _ = world.meeting_of(world.item_of(ids[0]))
    starts_at = world.one("SELECT starts_at FROM meeting WHERE id = :id", id=meeting_id)
    world.declares("head.dell", world.item_of(ids[0]))
    looks(world, at(back(starts_at.date(), -3)))
    rows = all_messages(world)
    assert {row.person_id for row in rows} >= {named("head.crane"), named("head.dell")}
    assert len({row.person_id for row in rows}) == len(rows)
    assert {(row.subject_id, row.reference, row.cluster_code) for row in rows} == {
        (meeting_id, None, "alder")
    }


@pytest.mark.promise(7)
def test_who_has_voted_is_not_reminded_to_vote(world: World, hand: ByHand) -> None:
    """Whoever has not voted is; a member with an interest and one who is away are not."""
    with_rules(world, VOTE)
    request_id, ballot_id = hand.in_ballot(request())
    item_id = world.item_of(request_id)
    for member in ("head.crane", "head.dell", "head.elm"):
        world.declares(member, item_id)
    world.votes("head.crane", ballot_id)
    meeting_id, _ = world.meeting_of(item_id)
    substitutes(world, meeting_id, "head.elm", "senco.brook")
    closes_at = world.one("SELECT closes_at FROM ballot WHERE id = :id", id=ballot_id)
    looks(world, max(at(back(closes_at.date(), -1)), world.clock.now()))
    found = {who for who, _, _ in written(world, "head.crane", "head.dell", "head.elm")}
    assert found == {"head.dell"}


@pytest.mark.promise(7)
def test_nothing_that_is_written_to_others_depends_on_who_has_voted(
    world: World, hand: ByHand
) -> None:
    """All messages but the voter's own are the same, whether the vote was cast or not."""
    with_rules(world, VOTE, DECLARE, SIGN, TO_HEAD, turns=("vote",))
    request_id, ballot_id = hand.in_ballot(request())
    for member in ("head.crane", "head.dell", "head.elm"):
        world.declares(member, world.item_of(request_id))
    closes_at = world.one("SELECT closes_at FROM ballot WHERE id = :id", id=ballot_id)
    world.clock.move_on(max(at(closes_at.date(), 0, 1) - world.clock.now(), timedelta()))
    seen = []
    for has_voted in (False, True):
        if has_voted:
            world.votes("head.crane", ballot_id)
        with transaction(world.engine) as session:
            recording.number_events(world.engine)
            Reminding(world.engine, world.clock).look_in(session)
            session.flush()
            rows = session.connection().exec_driver_sql("SELECT * FROM message ORDER BY id").all()
            events = session.connection().exec_driver_sql("SELECT count(*) FROM event").scalar()
            others = [row for row in rows if row.person_id != named("head.crane")]
            seen.append((others, events))
            assert any(row.waits == "vote" for row in rows)
            is_told = any(row.person_id == named("head.crane") for row in rows)
            assert is_told is not has_voted
            session.rollback()
    assert seen[0] == seen[1]


def test_a_turn_is_told_as_soon_as_it_comes(world: World, hand: ByHand) -> None:
    """The school hears that it is asked, once, however often the record is looked through."""
    with_rules(world, turns=("answer_panel", "sign"), decisions=True)
    looks(world)
    request_id = asked_back(hand)
    for _ in range(2):
        looks(world)
    turn = [(who, "turn", "answer_panel") for who in sorted(SCHOOL)]
    assert written(world, *SCHOOL) == turn
    assert {row.subject_id for row in all_messages(world)} == {request_id}


def test_a_decision_is_told_to_the_school(world: World, hand: ByHand) -> None:
    """Its SENCO and its head hear that there is one, and nothing of what it says."""
    with_rules(world, turns=("sign",), decisions=True)
    looks(world)
    request_id = hand.recommended(request())
    looks(world)
    assert {step for _, step, _ in written(world)} == {"turn"}
    world.authorises("head-of-sen", request_id)
    hand.goes_on()
    looks(world)
    told = [found for found in written(world, *SCHOOL) if found[1] == "decided"]
    assert told == [(who, "decided", None) for who in sorted(SCHOOL)]
    rows = [row for row in all_messages(world) if row.step == "decided"]
    assert {(row.stage, row.page) for row in rows} == {("decided", f"/requests/{request_id}")}


def test_a_payment_run_waits_for_another_than_who_prepared_it(world: World) -> None:
    """Its turn is told to those who may approve it; who prepared it hears nothing."""
    world.clock.move_on(timedelta(days=40))
    paying = PaymentWorld(world)
    with_rules(world, 'waits = "approve_run"\nbefore_school_days = [2]', turns=("approve_run",))
    looks(world)
    paying.award("ashdown")
    run_id = paying.prepared()
    prepared_by = world.one("SELECT prepared_by FROM payment_run")
    looks(world)
    rows = all_messages(world)
    assert {row.step for row in rows} == {"turn"}
    assert prepared_by not in {row.person_id for row in rows}
    assert {(row.subject_id, row.reference) for row in rows} == {(run_id, "PR-2026-08-1")}


@pytest.mark.promise(4)
def test_two_workers_at_once_write_each_message_once(world: World, hand: ByHand) -> None:
    """One looks and the other lets it; a look that died has written nothing and is made again."""
    with_rules(world, TO_HEAD)
    by_on = deadline(world, asked_back(hand))
    world.clock.move_on(at(back(by_on, -3)) - world.clock.now())
    recording.number_events(world.engine)
    with pytest.raises(RuntimeError, match="killed"):
        dies_looking(world)
    assert written(world) == []
    together = Barrier(4)

    def look() -> None:
        together.wait()
        Reminding(world.engine, world.clock).look()

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(look) for _ in range(4)]:
            done.result()
    assert written(world, *SCHOOL) == [(who, "before", "answer_panel") for who in sorted(SCHOOL)]


def test_without_such_a_policy_nothing_is_written(database: Settings, clock: StillClock) -> None:
    """A council that has set nothing up is left in peace."""
    engine = make_engine(database.database_url)
    world = World(engine, clock)
    files = {n: text for n, text in policy_files().items() if not n.startswith("reminders/")}
    with transaction(engine) as session:
        recording.publish_pack(session, files, clock.now())
    looks(world)
    assert world.one("SELECT count(*) FROM reminder_look") == 0
    engine.dispose()


def test_a_policy_without_a_rule_writes_nothing(world: World, hand: ByHand) -> None:
    """Neither a turn, nor a deadline, nor a decision."""
    with_rules(world)
    looks(world)
    request_id = asked_back(hand)
    looks(world, at(back(deadline(world, request_id), 3)))
    assert written(world) == []


@pytest.mark.promise(8)
def test_no_message_holds_what_anybody_wrote(world: World, hand: ByHand) -> None:
    """Neither a pupil's name nor anybody's words, whatever is reminded of."""
    with_rules(world, TO_HEAD, DECLARE, VOTE, SIGN, turns=("answer_panel", "sign"), decisions=True)
    looks(world)
    request_id = asked_back(hand)
    other = hand.recommended(request(number=2))
    looks(world, at(back(deadline(world, request_id), 2)))
    hand.world.does("head-of-sen", ActKind.AUTHORISE, other)
    hand.goes_on()
    looks(world)
    assert {"turn", "after"} <= {step for _, step, _ in written(world)}
    told = world.rows("SELECT m::text AS told FROM message AS m")
    assert PLANTED not in str(told)
