"""What an answer to a challenge may come to: a place in the plan, money, a key decision first."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from activities.store import reading
from activities.store.session import transaction
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.challenged import Challenged
from tests.activities.changed_awards import ChangedAwards
from tests.activities.small_county import profile, request

PREDICTABLE = (3, 2, 0, 0)
"""Levels for which the first cluster's plan has a service with two places."""
EXCEPTIONAL = (4, 4, 2, 0)
KEY_PENCE = 100_000_001
"""A penny above what an officer may sign without the Cabinet Member, pence a year."""


@pytest.fixture
def looks(hand: ByHand) -> Challenged:
    """Challenges made, looked at and answered by hand."""
    return Challenged(ChangedAwards(hand))


def predictable(looks: Challenged, kind: ActKind, number: int = 0, **said: object) -> UUID:
    """A request for which the plan has a place, decided in one of the four ways."""
    asked = request(number=number, profile=profile(*PREDICTABLE))
    request_id = looks.hand.recommended(asked, PREDICTABLE)
    looks.done(looks.world.does("officer.1", kind, request_id, **said))
    return request_id


def places(looks: Challenged, request_id: UUID) -> list[str]:
    """What has become of each place that a request was ever kept or given."""
    sql = "SELECT state FROM plan_place WHERE request_id = :id"
    return [row.state for row in looks.world.rows(sql, id=request_id)]


def test_a_no_is_replaced_by_a_place_in_the_plan_before_any_money(looks: Challenged) -> None:
    """As for a request that is decided first: shared resource, rather than a sum of its own."""
    request_id = predictable(looks, ActKind.DECLINE)
    assert places(looks, request_id) == ["returned"]
    look_id = looks.challenged(request_id)
    looks.looked_at(look_id, PREDICTABLE)
    assert places(looks, request_id) == ["returned"], "a second look keeps nothing"
    looks.answered(look_id, "replaced")
    assert places(looks, request_id) == ["given"]
    assert looks.world.moved() == {}
    view = looks.decision("senco.ashdown", request_id)
    letter = looks.world.one("SELECT body FROM letter WHERE decision_id = :id", id=view.id)
    assert "There is a place in a service that several schools share: Speech" in letter


def test_a_place_is_returned_where_money_takes_its_place(looks: Challenged) -> None:
    """The second panel sees a greater need: it is paid for, and the place is another pupil's."""
    request_id = predictable(looks, ActKind.AUTHORISE)
    assert places(looks, request_id) == ["given"]
    look_id = looks.challenged(request_id)
    looks.looked_at(look_id, EXCEPTIONAL)
    looks.answered(look_id, "replaced")
    assert places(looks, request_id) == ["returned"]
    assert list(looks.world.moved()) == ["exceptional"]
    assert looks.awards.is_sound()


def test_an_amount_that_an_officer_names_takes_the_place_of_a_place(looks: Challenged) -> None:
    """The rules would give the same place again; the officer answers with money instead."""
    request_id = predictable(looks, ActKind.AUTHORISE)
    look_id = looks.challenged(request_id)
    looks.looked_at(look_id, PREDICTABLE)
    looks.answered(look_id, "replaced", annual_pence=120_000)
    assert places(looks, request_id) == ["returned"]
    assert looks.decision("officer.1", request_id).annual_pence == 120_000
    assert looks.awards.is_sound()


def test_money_ends_from_today_where_a_place_takes_its_place(looks: Challenged) -> None:
    """What was given until the answer stays given, and nothing more is due."""
    said = {"annual_pence": 300_000}
    request_id = predictable(looks, ActKind.AUTHORISE_DIFFERENTLY, **said)
    assert places(looks, request_id) == ["returned"]
    look_id = looks.challenged(request_id)
    looks.looked_at(look_id, PREDICTABLE)
    looks.answered(look_id, "replaced")
    assert places(looks, request_id) == ["given"]
    assert looks.awards.committed() == 0
    (change,) = looks.world.rows("SELECT * FROM award_change")
    assert change.from_on >= looks.world.clock.now().date()
    assert looks.awards.is_sound()


def test_what_is_sent_back_keeps_its_place_until_it_is_decided_again(looks: Challenged) -> None:
    """The service is full: the request's own place is not in its way."""
    first = predictable(looks, ActKind.AUTHORISE)
    predictable(looks, ActKind.AUTHORISE, number=3)
    look_id = looks.challenged(first)
    looks.looked_at(look_id, PREDICTABLE)
    looks.answered(look_id, "sent_back")
    assert places(looks, first) == ["given"]
    looks.world.clock.move_on(timedelta(days=1))
    looks.world.calls_meeting("alder", looks.world.clock.now() + timedelta(days=14))
    looks.hand.goes_on()
    looks.done(looks.world.opens(looks.world.item_of(first)))
    ballot_id = looks.world.ballot_of(first)
    looks.world.panel_votes(ballot_id, PREDICTABLE)
    looks.done(looks.world.closes(ballot_id))
    assert places(looks, first) == ["given"]
    looks.done(looks.world.authorises("officer.1", first))
    assert places(looks, first) == ["given"]
    assert looks.world.moved() == {}


@pytest.mark.promise(5)
def test_an_answer_waits_for_the_cabinet_member_and_for_the_day(looks: Challenged) -> None:
    """Promise 5: whose turn it is is seen throughout; a school is not told how great the need is.

    The number that was noted covers the answer from its day on: then it is the money that is
    wanting.
    """
    request_id = predictable(looks, ActKind.DECLINE)
    look_id = looks.challenged(request_id)
    looks.looked_at(look_id, EXCEPTIONAL)
    assert turns(looks, look_id) == ("senior_officer", "senior_officer")
    tried = looks.answers(look_id, "replaced", "director", annual_pence=KEY_PENCE)
    assert looks.outcome(tried) == ("refused", "key_decision_needed")
    assert turns(looks, look_id) == ("cabinet_member", "senior_officer")
    assert waits(looks) == ["note_key_decision"]
    day = looks.world.clock.now().date() + timedelta(days=3)
    said = {"number": "26/00077", "effective_on": day, "annual_pence": KEY_PENCE}
    looks.done(looks.world.does("officer.1", ActKind.NOTE_KEY_DECISION, look_id, **said))
    noted = looks.sees("director", look_id).key_decision
    assert noted is not None
    assert (noted.number, noted.effective_on) == ("26/00077", day)
    assert looks.sees("senco.ashdown", look_id).key_decision is None
    early = looks.answers(look_id, "replaced", "director", annual_pence=KEY_PENCE)
    assert looks.outcome(early) == ("refused", "key_decision_needed")
    assert turns(looks, look_id) == ("cabinet_member", "senior_officer")
    assert waits(looks) == [], "there is nothing to do until the day"
    looks.world.clock.move_on(timedelta(days=3))
    assert turns(looks, look_id) == ("senior_officer", "senior_officer")
    assert waits(looks) == ["reconsider"]
    act = looks.answers(look_id, "replaced", "director", annual_pence=KEY_PENCE)
    assert looks.outcome(act) == ("refused", "budget_exceeded")
    more = looks.answers(look_id, "replaced", "director", annual_pence=KEY_PENCE + 1)
    assert looks.outcome(more) == ("refused", "key_decision_needed")
    assert waits(looks) == ["note_key_decision"], "what was noted covers no more"


def turns(looks: Challenged, look_id: UUID) -> tuple[str | None, str | None]:
    """Whose turn it is, as an officer and as the school read it."""
    by_officer = looks.sees("director", look_id).waits_for
    return by_officer, looks.sees("senco.ashdown", look_id).waits_for


def waits(looks: Challenged, who: str = "director") -> list[str]:
    """What of a challenge waits for somebody."""
    with transaction(looks.world.engine) as session:
        found = reading.worklist(session, looks.world.caller(session, who))
    return [each.waits for each in found if each.waits in ("reconsider", "note_key_decision")]


def test_an_answer_is_on_no_juniors_worklist(looks: Challenged) -> None:
    """Only whose limit is not below that of who decided first is asked to answer."""
    asked = request(profile=profile(*PREDICTABLE))
    request_id = looks.hand.recommended(asked, PREDICTABLE)
    looks.done(looks.world.does("manager.1", ActKind.DECLINE, request_id))
    look_id = looks.challenged(request_id)
    looks.looked_at(look_id, PREDICTABLE)
    assert waits(looks, "officer.1") == []
    assert waits(looks, "head-of-sen") == ["reconsider"]


def test_a_place_of_a_year_that_has_begun_is_given_from_the_day_of_the_answer(
    looks: Challenged,
) -> None:
    """The letter says from when to when, and never a day that has passed as one to come."""
    request_id = predictable(looks, ActKind.DECLINE)
    look_id = looks.challenged(request_id)
    looks.looked_at(look_id, PREDICTABLE)
    looks.awards.comes(date(2026, 12, 10))
    looks.answered(look_id, "replaced")
    view = looks.decision("senco.ashdown", request_id)
    letter = looks.world.one("SELECT body FROM letter WHERE decision_id = :id", id=view.id)
    assert "This runs from " in letter
    assert places(looks, request_id) == ["given"]
