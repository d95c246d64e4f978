"""Every end of the way of a request, with the balances right after each (issue 3, part 2)."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.moderation import Recommendation
from domain.places import Level
from domain.request import RequestContent, RequestKind
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import asked, line, profile, request
from tests.activities.world import World

EXCEPTIONAL_PENCE = 259_003
"""£3,120 a year from 2 November to 31 August."""
COSTED_PENCE = 271_289
"""£3,268 a year from 2 November to 31 August."""

COGNITION = (2, 3, 0, 0)
"""Predictable, where the cluster plan has no service."""
COMMUNICATION = (3, 2, 0, 0)
"""Predictable, where the cluster plan has a service."""
LOW = (1, 1, 0, 0)
HIGHEST = (5, 5, 5, 5)


def test_a_request_is_returned_with_every_fault_and_goes_on_once_mended(
    world: World, hand: ByHand
) -> None:
    """Screening says everything at once; the mended draft is submitted again and listed."""
    bare = RequestContent(kind=RequestKind.INDIVIDUAL, pupils=(asked("ashdown"),))
    request_id = world.submits(bare)
    hand.goes_on()
    assert world.stands(request_id) == ("returned", "school")
    why = world.one("SELECT why FROM support_request WHERE id = :id", id=request_id)
    codes = {fault["code"] for fault in why["faults"]}
    assert codes == {
        *("about", "profile", "family_views", "child_views", "informed", "cycles"),
        *("provision", "evidence", "outcomes", "period"),
    }
    version = world.mends(request_id, request())
    world.submits_again(request_id, version)
    hand.goes_on()
    assert world.stands(request_id) == ("listed", "panel")
    assert world.one("SELECT count(*) FROM request_version WHERE request_id = :id", id=request_id)


@pytest.mark.parametrize(
    ("changed", "grade"),
    [
        ({"urgent_because": "x"}, "locality_officer"),
        ({"cannot_because": "x", "evidence": ()}, "locality_officer"),
        ({"no_contact": True, "family_views": None}, "locality_officer"),
        ({"disagreement": True}, "area_manager"),
        ({"pupils": (asked("ashdown", 5),)}, "sen_officer"),
    ],
    ids=["urgent", "cannot", "no contact", "disagreement", "plan"],
)
def test_what_no_panel_should_wait_for_goes_to_a_named_officer(
    world: World, hand: ByHand, changed: dict[str, Any], grade: str
) -> None:
    """Urgency, a plan, no contact, disagreement and "cannot, because" go to a person, not back."""
    request_id = world.submits(request(**changed))
    hand.goes_on()
    assert world.stands(request_id) == ("with_officer", grade)


def test_an_officer_moderates_and_another_signs(world: World, hand: ByHand) -> None:
    """Whoever states the need cannot sign it: a colleague does."""
    request_id = world.submits(request(urgent_because="x"))
    hand.goes_on()
    said = {"profile": profile(4, 3, 2, 0), "recommendation": Recommendation.AS_ASKED}
    world.does("officer.1", ActKind.MODERATE, request_id, **said)
    hand.goes_on()
    assert world.stands(request_id) == ("sign_off", "locality_officer")
    assert world.moved() == {"exceptional": (EXCEPTIONAL_PENCE, 0)}
    world.authorises("manager.1", request_id)
    hand.goes_on()
    assert world.ending(request_id) == "authorised"


@pytest.mark.parametrize(
    ("kind", "stage"),
    [(ActKind.SEND_TO_PANEL, "listed"), (ActKind.RETURN_TO_SCHOOL, "returned")],
)
def test_an_officer_lists_a_case_or_sends_it_back(
    world: World, hand: ByHand, kind: ActKind, stage: str
) -> None:
    """An officer who has a case may also give it to the panel, or back to the school."""
    request_id = world.submits(request(urgent_because="x"))
    hand.goes_on()
    world.does("officer.1", kind, request_id)
    hand.goes_on()
    assert world.stage(request_id) == stage


def test_an_officer_may_ask_the_school_for_more(world: World, hand: ByHand) -> None:
    """Asking for more information is no decision and holds no money."""
    request_id = world.submits(request(urgent_because="x"))
    hand.goes_on()
    said = {"profile": profile(4, 3, 2, 0), "recommendation": Recommendation.MORE_INFORMATION}
    world.does("officer.1", ActKind.MODERATE, request_id, **said)
    hand.goes_on()
    assert (world.stands(request_id), world.moved()) == (("more_information", "school"), {})


def test_advice_is_given_without_money(world: World, hand: ByHand) -> None:
    """Advice names services, moves no money, and an officer signs it like every ending."""
    request_id = hand.recommended(request(RequestKind.ADVICE), LOW, Recommendation.ADVICE)
    assert world.stands(request_id) == ("sign_off", "locality_officer")
    world.authorises("officer.1", request_id)
    hand.goes_on()
    assert (world.ending(request_id), world.moved()) == ("authorised", {})
    assert world.has_letter(request_id)


def test_a_need_below_the_threshold_is_signed_by_an_officer(world: World, hand: ByHand) -> None:
    """What a school meets itself still ends in an officer's decision and a letter."""
    request_id = hand.recommended(request(profile=profile(*LOW)), LOW)
    placed = world.rows(
        'SELECT tier, route, annual_pence FROM "placing" WHERE request_id = :id', id=request_id
    )
    assert placed == [("universal", "below", 0)]
    world.authorises("officer.1", request_id)
    hand.goes_on()
    assert (world.ending(request_id), world.moved()) == ("authorised", {})
    assert world.has_letter(request_id)


def test_a_predictable_need_is_met_by_a_place_in_the_cluster_plan(
    world: World, hand: ByHand
) -> None:
    """The cluster's shared service comes before money: the place is kept, then given."""
    request_id = hand.recommended(request(profile=profile(*COMMUNICATION)), COMMUNICATION)
    places = "SELECT state FROM plan_place WHERE request_id = :id"
    assert (world.one(places, id=request_id), world.moved()) == ("kept", {})
    world.authorises("officer.1", request_id)
    hand.goes_on()
    assert (world.one(places, id=request_id), world.moved()) == ("given", {})
    assert "Speech and language service" in world.one("SELECT body FROM letter")


def test_a_predictable_need_is_paid_from_the_clusters_budget(world: World, hand: ByHand) -> None:
    """Without a place the provision is costed and held in the cluster's own pot."""
    request_id = hand.recommended(request(profile=profile(*COGNITION)), COGNITION)
    assert world.moved() == {"cluster:alder": (COSTED_PENCE, 0)}
    world.authorises("officer.1", request_id)
    hand.goes_on()
    assert world.moved() == {"cluster:alder": (0, COSTED_PENCE)}


def test_an_exceptional_need_is_priced_by_the_tariff(world: World, hand: ByHand) -> None:
    """The tariff's band is held in the exceptional fund, and committed by the signature."""
    request_id = hand.recommended(request())
    assert world.moved() == {"exceptional": (EXCEPTIONAL_PENCE, 0)}
    world.authorises("officer.1", request_id)
    hand.goes_on()
    assert world.moved() == {"exceptional": (0, EXCEPTIONAL_PENCE)}
    assert world.rows("SELECT band, annual_pence, kind FROM decision") == [
        ("e1", 312_000, "authorised")
    ]
    total = "SELECT sum(pence), count(*), min(number), max(number) FROM instalment"
    assert world.rows(total) == [(EXCEPTIONAL_PENCE, 10, 1, 10)]


@pytest.mark.promise(6)
def test_what_no_table_prices_waits_for_a_named_officer(world: World, hand: ByHand) -> None:
    """A named officer prices it with a reason, and somebody else signs."""
    request_id = hand.recommended(request(profile=profile(*HIGHEST)), HIGHEST)
    assert (world.stands(request_id), world.moved()) == (("unpriced", "area_manager"), {})
    world.does("manager.1", ActKind.PRICE, request_id, annual_pence=2_000_000)
    hand.goes_on()
    assert world.stands(request_id) == ("sign_off", "area_manager")
    assert world.moved() == {"exceptional": (1_660_274, 0)}
    world.authorises("manager.2", request_id)
    hand.goes_on()
    assert world.moved() == {"exceptional": (0, 1_660_274)}


def test_a_chair_escalates_a_listed_request_on_grounds(world: World, hand: ByHand) -> None:
    """A particular need goes to the area: its pots pay and its manager signs."""
    request_id = hand.listed(request())
    said = {"level": Level.AREA}
    world.does("head.crane", ActKind.ESCALATE, request_id, **said)
    world.opens(world.item_of(request_id))
    hand.goes_on()
    world.panel_votes(world.ballot_of(request_id))
    world.closes(world.ballot_of(request_id))
    hand.goes_on()
    assert world.stands(request_id) == ("sign_off", "area_manager")
    assert world.moved() == {"contingency:area:north": (EXCEPTIONAL_PENCE, 0)}


def test_an_officer_escalates_at_sign_off_and_the_hold_moves_up(world: World, hand: ByHand) -> None:
    """The hold below is given back and one above is made; escalating downwards is refused."""
    request_id = hand.recommended(request())
    world.does("officer.1", ActKind.ESCALATE, request_id, level=Level.COUNCIL)
    hand.goes_on()
    assert world.stands(request_id) == ("sign_off", "head_of_sen")
    assert world.moved() == {"contingency:council": (EXCEPTIONAL_PENCE, 0)}
    down = world.does("officer.1", ActKind.ESCALATE, request_id, level=Level.AREA)
    hand.goes_on()
    assert world.outcome(down) == ("refused", "not_valid")
    assert world.moved() == {"contingency:council": (EXCEPTIONAL_PENCE, 0)}


def test_an_officer_signs_another_amount_with_a_reason(world: World, hand: ByHand) -> None:
    """More than was held takes the difference from the same pot."""
    request_id = hand.recommended(request())
    world.does("officer.1", ActKind.AUTHORISE_DIFFERENTLY, request_id, annual_pence=500_000)
    hand.goes_on()
    assert world.ending(request_id) == "authorised_differently"
    assert world.moved() == {"exceptional": (0, 415_068)}


def test_less_than_was_held_gives_the_rest_back(world: World, hand: ByHand) -> None:
    """A smaller amount commits that much and returns the difference to what is available."""
    request_id = hand.recommended(request())
    world.does("officer.1", ActKind.AUTHORISE_DIFFERENTLY, request_id, annual_pence=100_000)
    hand.goes_on()
    assert world.balances()["exceptional"] == (40_000_000 - 83_014, 0, 83_014)


def test_an_amount_above_the_officers_limit_is_refused_and_referred_up(
    world: World, hand: ByHand
) -> None:
    """The limit of authority holds; the next grade that covers it has its turn."""
    request_id = hand.recommended(request(profile=profile(5, 5, 3, 3)), (5, 5, 3, 3))
    assert world.stands(request_id) == ("sign_off", "sen_officer")
    refused = world.authorises("officer.1", request_id)
    hand.goes_on()
    assert world.outcome(refused) == ("refused", "authority_too_low")
    world.does("officer.1", ActKind.REFER_UP, request_id)
    hand.goes_on()
    assert world.stands(request_id)[0] == "sign_off"
    world.authorises("manager.1", request_id)
    hand.goes_on()
    assert world.ending(request_id) == "authorised"


def project(hours: int = 5, **changed: Any) -> RequestContent:
    """A cluster's project of so many hours of a teaching assistant."""
    return request(RequestKind.PROJECT, provision=(line(hours),), **changed)


@pytest.mark.promise(12)
def test_a_key_decision_waits_for_its_number_and_its_day(world: World, hand: ByHand) -> None:
    """Significant for two divisions: the Cabinet Member decides, an officer carries it out."""
    divided = project(electoral_divisions=("east", "west"))
    request_id = hand.recommended(divided, ())
    assert world.stands(request_id) == ("key_decision", "director")
    on = date(2026, 10, 20)
    said = {"number": "26/00077", "effective_on": on}
    world.does("director", ActKind.RECORD_KEY_DECISION, request_id, **said)
    hand.goes_on()
    assert world.stage(request_id) == "key_decision"
    until = world.one("SELECT waits_until_at FROM support_request WHERE id = :id", id=request_id)
    assert until.isoformat() == "2026-10-19T23:00:00+00:00"
    hand.time_passes(until - timedelta(microseconds=1))
    assert world.stage(request_id) == "key_decision"
    hand.time_passes(until)
    assert world.stands(request_id) == ("sign_off", "director")
    refused = world.authorises("head-of-sen", request_id)
    hand.goes_on()
    assert world.outcome(refused) == ("refused", "authority_too_low")
    world.authorises("director", request_id)
    hand.goes_on()
    assert world.ending(request_id) == "authorised"
    assert world.rows("SELECT key_decision_number, key_decision_effective_on FROM decision") == [
        ("26/00077", on)
    ]


def test_an_officer_marks_a_case_as_significant_when_referring_it_up(
    world: World, hand: ByHand
) -> None:
    """Two divisions make it a key decision, whoever noticed."""
    request_id = hand.recommended(project(), ())
    said = {"significant_for": ("east", "west")}
    world.does("officer.1", ActKind.REFER_UP, request_id, **said)
    hand.goes_on()
    assert world.stands(request_id) == ("key_decision", "director")


def test_a_return_gives_the_hold_back_and_lists_the_request_again(
    world: World, hand: ByHand
) -> None:
    """The panel looks once more, and nothing stays reserved meanwhile."""
    request_id = hand.recommended(request())
    world.does("officer.1", ActKind.RETURN_TO_PANEL, request_id)
    hand.goes_on()
    assert (world.stands(request_id), world.moved()) == (("listed", "panel"), {})
    later = world.calls_meeting("alder", world.clock.now() + timedelta(days=42))
    hand.goes_on()
    states = "SELECT state FROM agenda_item WHERE request_id = :id ORDER BY state"
    assert world.rows(states, id=request_id) == [("heard",), ("listed",)]
    assert world.meeting_of(world.item_of(request_id))[0] == later


def test_a_request_is_declined_with_grounds(world: World, hand: ByHand) -> None:
    """The hold goes back, the decision and its letter stay."""
    request_id = hand.recommended(request())
    world.does("officer.1", ActKind.DECLINE, request_id)
    hand.goes_on()
    assert (world.ending(request_id), world.moved()) == ("declined", {})
    assert world.rows("SELECT kind, annual_pence FROM decision") == [("declined", 0)]
    assert world.has_letter(request_id)


def test_a_school_withdraws_and_everything_kept_for_it_is_given_back(
    world: World, hand: ByHand
) -> None:
    """Held money, kept places and agenda items are released."""
    with_money = hand.recommended(request())
    with_place = hand.recommended(request(number=2, profile=profile(*COMMUNICATION)), COMMUNICATION)
    listed = hand.listed(request(number=3))
    for request_id in (with_money, with_place, listed):
        world.does("senco.ashdown", ActKind.WITHDRAW, request_id)
        hand.goes_on()
        assert world.ending(request_id) == "withdrawn"
    assert world.moved() == {}
    assert world.rows("SELECT state FROM plan_place") == [("returned",)]
    assert world.rows("SELECT state FROM agenda_item WHERE request_id = :id", id=listed) == [
        ("withdrawn",)
    ]


def test_the_panel_asks_for_more_and_hears_the_answer(world: World, hand: ByHand) -> None:
    """More information goes to the school; the answer is a new version, screened and listed."""
    request_id = hand.recommended(request(), recommendation=Recommendation.MORE_INFORMATION)
    assert world.stands(request_id) == ("more_information", "school")
    said = {"answer": "Here it is", "content": request(about="more")}
    world.does("senco.ashdown", ActKind.ANSWER, request_id, **said)
    hand.goes_on()
    assert (world.stands(request_id), world.moved()) == (("listed", "panel"), {})


def test_a_panel_that_advises_nothing_still_ends_in_an_officers_decision(
    world: World, hand: ByHand
) -> None:
    """Such advice comes to no money, and an officer decides."""
    request_id = hand.recommended(request(), recommendation=Recommendation.NONE)
    assert (world.stands(request_id), world.moved()) == (("sign_off", "locality_officer"), {})


def test_nobody_is_above_the_highest_grade(world: World, hand: ByHand) -> None:
    """A director who refers a case up is told that there is nobody to refer it to."""
    request_id = hand.recommended(request())
    act = world.does("director", ActKind.REFER_UP, request_id)
    hand.goes_on()
    assert world.outcome(act) == ("refused", "authority_too_low")


def test_an_officer_escalates_what_no_panel_has_seen(world: World, hand: ByHand) -> None:
    """The level is kept until there is something to pay: then its pots pay."""
    request_id = world.submits(request(urgent_because="x"))
    hand.goes_on()
    world.does("officer.1", ActKind.ESCALATE, request_id, level=Level.AREA)
    said = {"profile": profile(4, 3, 2, 0), "recommendation": Recommendation.AS_ASKED}
    hand.goes_on()
    assert world.stands(request_id) == ("with_officer", "locality_officer")
    world.does("officer.1", ActKind.MODERATE, request_id, **said)
    hand.goes_on()
    assert world.moved() == {"contingency:area:north": (EXCEPTIONAL_PENCE, 0)}
