"""Who hears at once that it is their turn, and who hears in a colleague's stead."""

from datetime import date, timedelta

import pytest

from activities.store import recording
from activities.store.reading.worklist import Task, worklist
from activities.store.recording.covers import Covering
from activities.store.session import transaction
from domain.plan_acts import OutcomeMet
from domain.waiting import Waits
from tests.activities.advice_world import BEHAVIOUR, SPEECH, advises, enrol_services, wants
from tests.activities.by_hand import ByHand
from tests.activities.meeting_world import agenda
from tests.activities.planned import Planned
from tests.activities.reminded import all_messages, at, looks, with_rules, written
from tests.activities.roster_world import other_rules, substitutes
from tests.activities.small_county import named, request
from tests.activities.test_reminding import SIGN, back, deadline
from tests.activities.world import World

TO_MANAGERS = SIGN.replace("director", "area_manager")
COVER = "head-of-sen"


def covers(world: World, officer: str, cover: str, days: int) -> None:
    """An officer names who covers, from today on."""
    day = world.clock.now().date()
    last_on = day + timedelta(days=days)
    said = Covering(colleague_id=named(cover), from_on=day, last_on=last_on)
    with world.saying(officer, cover) as (session, saying):
        recording.name_cover(session, saying, said)


@pytest.mark.parametrize("days", [0, 300])
def test_what_is_late_is_told_to_whoever_covers_on_that_day(
    world: World, hand: ByHand, days: int
) -> None:
    """While it lasts the colleague hears what the officer hears, and the day after no more."""
    with_rules(world, TO_MANAGERS)
    request_id = hand.recommended(request())
    covers(world, "manager.1", COVER, days)
    looks(world, at(back(deadline(world, request_id), 1)))
    told = {who for who, step, _ in written(world, "manager.1", COVER) if step == "escalated"}
    assert "manager.1" in told
    assert (COVER in told) is (days > 0)


@pytest.mark.promise(4)
def test_a_service_hears_at_once_what_it_is_asked(world: World, hand: ByHand) -> None:
    """It alone and once; and what it then has to report, where the policy says so."""
    enrol_services(world)
    with_rules(world, turns=("answer_service",))
    looks(world)
    request_id = hand.recommended(request())
    advises(world, request_id, services=(wants(),))
    hand.goes_on()
    for _ in range(2):
        looks(world)
    assert written(world, SPEECH, BEHAVIOUR) == [(SPEECH, "turn", "answer_service")]
    (row,) = all_messages(world)
    asked_id = world.one("SELECT id FROM service_asked")
    assert (row.subject_id, row.page) == (asked_id, f"/services/asked/{asked_id}")


def test_whoever_is_given_a_seat_is_asked_at_once(world: World, hand: ByHand) -> None:
    """A substitute hears of the meeting by its place however far off it is; its members do not."""
    other_rules(world, "meetings = { ask_who_comes_days = 1 }")
    with_rules(world, turns=("answer_meeting",))
    meeting_id, _ = agenda(world, hand, "ashdown")
    looks(world)
    substitutes(world, meeting_id, "head.elm", "senco.brook")
    for _ in range(2):
        looks(world)
    assert written(world, "senco.brook") == [("senco.brook", "turn", "answer_meeting")]
    (row,) = all_messages(world)
    assert (row.subject_id, row.reference, row.cluster_code) == (meeting_id, None, "alder")


def test_a_signed_plan_asks_its_desk_for_a_terms_outcome(world: World, hand: ByHand) -> None:
    """When the term is over, until it is reported; reminded of though nothing else is due there."""
    with_rules(world, 'waits = "report_outcome"\nbefore_school_days = [5]')
    plans = Planned(hand)
    plan_id = plans.signed()

    def tasks(who: str) -> list[Task]:
        with transaction(world.engine) as session:
            asked = frozenset({Waits.REPORT_OUTCOME})
            found = worklist(session, world.caller(session, who), asked)
            return [task for task in found if task.id == plan_id]

    assert tasks("head.crane") == []
    world.clock.move_on(at(date(2027, 1, 11)) - world.clock.now())
    (task,) = tasks("head.crane")
    assert task.by_at == at(date(2027, 2, 17), 0, 0)
    assert tasks("officer.1") == tasks("head.gorse") == tasks("senco.ashdown") == []
    looks(world, at(date(2027, 2, 8)))
    told = {who for who, _, _ in written(world, "head.crane", "administrator.alder")}
    assert {"head.crane", "administrator.alder"} <= told
    assert plan_id in {row.subject_id for row in all_messages(world)}
    said = {"item_id": plans.item_of(plan_id), "term_on": date(2026, 10, 12)}
    plans.done(plans.reports(plan_id, outcome=OutcomeMet.MET, **said))
    assert tasks("head.crane") == []
