"""Once is once: every activity, asked again, leaves the world as it was (promise 4)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from activities.casework import Casework
from activities.names import NotAllowed, OfMeeting, OfRequest, Standing
from activities.panels import Panels
from domain.acts import ActRef
from domain.moderation import Recommendation
from domain.places import Level
from domain.refusals import REFUSALS
from domain.request import RequestKind
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import WITH_PLAN, line, profile, request
from tests.activities.world import World

pytestmark = pytest.mark.promise(4)

ACTIVITIES = {
    "take_up",
    "hear_panel",
    "carry_out",
    "refuse",
    "let_time_pass",
    "meeting.take_up",
    "meeting.carry_out",
    "meeting.close_due",
}


class Twice:
    """Asks every activity twice, and compares every table before and after the second time."""

    def __init__(self, world: World, real: Casework | Panels, prefix: str, asked: set[str]) -> None:
        self._world = world
        self._real = real
        self._prefix = prefix
        self._asked = asked

    def __getattr__(self, name: str) -> Callable[[Any], Any]:
        """The activity of this name, asked twice."""
        activity = getattr(self._real, name)

        def ask(said: Any) -> Any:
            told = activity(said)
            before = self._world.tables()
            again = activity(said)
            after = self._world.tables()
            changed = {table for table in after if after[table] != before[table]}
            assert not changed, f"{self._prefix}{name} asked again changed {changed}"
            assert again == told, f"{self._prefix}{name} asked again told something else"
            self._asked.add(f"{self._prefix}{name}")
            return told

        return ask


@pytest.fixture
def asked() -> set[str]:
    """The activities that were asked twice."""
    return set()


@pytest.fixture
def twice(world: World, asked: set[str]) -> ByHand:
    """Carries the county's business on, each step twice."""
    hand = ByHand(world)
    hand.casework = Twice(world, hand.casework, "", asked)  # type: ignore[assignment]
    hand.panels = Twice(world, hand.panels, "meeting.", asked)  # type: ignore[assignment]
    return hand


def test_every_activity_leaves_the_same_world_when_asked_again(
    world: World, twice: ByHand, asked: set[str]
) -> None:
    """One request through every activity: screened, heard, refused, late, and signed."""
    request_id = twice.recommended(request())
    barred = world.does("head-of-sen", ActKind.RETURN_TO_PANEL, request_id)
    no = NotAllowed(subject_id=request_id, act=barred, code="barred")
    told: Standing = twice.casework.refuse(no)
    assert told.outcome is not None
    assert (told.outcome.done, told.outcome.code) == (False, "barred")
    due = world.one("SELECT decide_by_at FROM support_request WHERE id = :id", id=request_id)
    twice.time_passes(due)
    world.authorises("officer.1", request_id)
    twice.goes_on()
    assert world.ending(request_id) == "authorised"
    assert asked == ACTIVITIES


def test_every_refusal_has_its_words_when_a_workflow_says_no(world: World, hand: ByHand) -> None:
    """Whatever code a workflow refuses with, the person is told what stands in the way."""
    request_id = hand.recommended(request())
    for code in REFUSALS:
        act = world.does("officer.1", ActKind.REFER_UP, request_id)
        hand.casework.refuse(NotAllowed(subject_id=request_id, act=act, code=code))
        assert world.outcome(act) == ("refused", code)


@pytest.mark.parametrize(
    ("kind", "officer", "choices"),
    [
        (ActKind.AUTHORISE_DIFFERENTLY, "officer.1", {"annual_pence": 400_000}),
        (ActKind.DECLINE, "officer.1", {}),
        (ActKind.REFER_UP, "officer.1", {}),
        (ActKind.RETURN_TO_PANEL, "officer.1", {}),
        (ActKind.ESCALATE, "officer.1", {"level": Level.AREA}),
        (ActKind.WITHDRAW, "senco.ashdown", {}),
    ],
)
def test_each_act_at_sign_off_is_done_once(
    world: World, twice: ByHand, kind: ActKind, officer: str, choices: dict[str, Any]
) -> None:
    """Holds, commitments, places, letters and events of an act are made once."""
    request_id = twice.recommended(request())
    act = world.does(officer, kind, request_id, **choices)
    twice.goes_on()
    assert world.outcome(act) == ("done", None)


def test_each_act_of_an_officer_and_of_a_school_is_done_once(world: World, twice: ByHand) -> None:
    """Moderating, pricing, returning, submitting again, answering."""
    priced = world.submits(request(urgent_because="x", profile=profile(5, 5, 5, 5)))
    twice.goes_on()
    said: dict[str, Any] = {"profile": profile(5, 5, 5, 5)}
    said["recommendation"] = Recommendation.AS_ASKED
    world.does("officer.1", ActKind.MODERATE, priced, **said)
    twice.goes_on()
    world.does("manager.1", ActKind.PRICE, priced, annual_pence=1_700_000)
    twice.goes_on()
    assert world.stage(priced) == "sign_off"

    returned = world.submits(request(number=WITH_PLAN))
    twice.goes_on()
    world.does("sen.1", ActKind.RETURN_TO_SCHOOL, returned)
    twice.goes_on()
    world.submits_again(returned, world.mends(returned, request(number=2)))
    twice.goes_on()
    assert world.stage(returned) == "listed"

    asked_for = twice.recommended(request(number=3), recommendation=Recommendation.MORE_INFORMATION)
    answer = {"answer": "x", "content": request(number=3)}
    world.does("senco.ashdown", ActKind.ANSWER, asked_for, **answer)
    twice.goes_on()
    assert world.stage(asked_for) == "listed"


def test_a_key_decision_and_its_day_happen_once(world: World, twice: ByHand) -> None:
    """Recording it, and the day on which it takes effect, move the request on once each."""
    content = request(
        RequestKind.PROJECT, provision=(line(),), electoral_divisions=("east", "west")
    )
    request_id = twice.recommended(content, ())
    said = {"number": "26/00077", "effective_on": date(2026, 10, 20)}
    world.does("director", ActKind.RECORD_KEY_DECISION, request_id, **said)
    twice.goes_on()
    twice.time_passes(world.clock.now() + timedelta(days=15))
    assert world.stage(request_id) == "sign_off"


def test_what_a_meeting_does_is_done_once(world: World, twice: ByHand) -> None:
    """Deferring, and closing with an item left over."""
    first = twice.listed(request())
    twice.listed(request(number=2))
    meeting_id, _ = world.meeting_of(world.item_of(first))
    world.calls_meeting("alder", world.clock.now() + timedelta(days=50))
    twice.goes_on()
    item_id = world.item_of(first)
    world.does("head.crane", ActKind.DEFER, meeting_id, item_id=item_id)
    twice.goes_on()
    world.closes_meeting(meeting_id)
    twice.goes_on()
    assert len(world.rows("SELECT 1 FROM agenda_item WHERE state = 'listed'")) == 2


@pytest.mark.promise(3)
def test_an_act_whose_effect_committed_just_before_a_crash_is_told_again(
    world: World, hand: ByHand
) -> None:
    """The worker dies after the commit and before the answer: the next gives the same outcome."""
    request_id = hand.recommended(request())
    act: ActRef = world.authorises("officer.1", request_id)
    hand.goes_on()
    once = hand.casework.take_up(OfRequest(request_id=request_id))
    assert (once.stage, once.ending, once.unheard_ballot_id) == ("decided", "authorised", None)
    assert world.outcome(act) == ("done", None)


def _meeting_of(world: World, request_id: UUID) -> OfMeeting:
    return OfMeeting(meeting_id=world.meeting_of(world.item_of(request_id))[0])


def test_a_ballot_that_a_lost_workflow_never_heard_is_there_when_it_is_taken_up(
    world: World, hand: ByHand
) -> None:
    """Started again from the record, the request finds its closed ballot by itself."""
    request_id, ballot_id = hand.in_ballot(request())
    world.panel_votes(ballot_id)
    world.closes(ballot_id)
    hand.closes_ballots()
    standing = hand.casework.take_up(OfRequest(request_id=request_id))
    assert standing.unheard_ballot_id == ballot_id
    meeting = hand.panels.take_up(_meeting_of(world, request_id))
    assert [each.ballot_id for each in meeting.unheard] == [ballot_id]
