"""A project or a group's support is shared between schools by name, exact to the penny."""

from uuid import UUID

import pytest

from activities.store import reading
from activities.store.recording import ContentFaulty
from activities.store.session import transaction
from domain.advice import SharedIn
from domain.request import RequestKind
from domain.stages import ActKind
from tests.activities.advice_world import CHAIR, advises, enrol_services, shares
from tests.activities.behind import slip_in
from tests.activities.by_hand import ByHand
from tests.activities.small_county import asked, line, profile, request
from tests.activities.world import World

PROJECT_PENCE = 326_800
LETTER = "SELECT body FROM letter WHERE request_id = :id"
AWARDS = "SELECT school_code, annual_pence FROM award ORDER BY school_code"


@pytest.fixture(autouse=True)
def services(world: World) -> None:
    """Two services are on record."""
    enrol_services(world)


def project(hand: ByHand) -> UUID:
    """A project that its panel has voted for."""
    return hand.recommended(request(RequestKind.PROJECT), ())


def test_a_project_is_shared_out_to_the_penny(world: World, hand: ByHand) -> None:
    """Shares in pence are what each school is awarded; the held money is the same; promise 2."""
    request_id = project(hand)
    held = world.moved()
    sharing = shares(PROJECT_PENCE, ashdown=126_800, dell=200_000)
    advises(world, request_id, sharing=sharing)
    hand.goes_on()
    assert world.stands(request_id)[0] == "sign_off"
    assert world.moved() == held
    world.authorises("officer.1", request_id)
    hand.goes_on()
    awards = [(row.school_code, row.annual_pence) for row in world.rows(AWARDS)]
    assert awards == [("ashdown", 126_800), ("dell", 200_000)]
    letter = world.one(LETTER, id=request_id)
    assert (
        "The council adds £3,268 a year.\nIt is shared between these schools:\n"
        "- Ashdown School: £1,268 a year\n- Dell School: £2,000 a year\n" in letter
    )
    with transaction(world.engine) as session:
        assert reading.rerun(session).differences == ()


def test_shares_in_parts_follow_whatever_amount_is_signed(world: World, hand: ByHand) -> None:
    """An officer gives another amount: it is shared as the panel said."""
    request_id = project(hand)
    advises(world, request_id, sharing=shares(3, SharedIn.PARTS, ashdown=1, dell=2))
    hand.goes_on()
    differently = {"annual_pence": 100_00}
    world.does("officer.1", ActKind.AUTHORISE_DIFFERENTLY, request_id, **differently)
    hand.goes_on()
    awards = [(row.school_code, row.annual_pence) for row in world.rows(AWARDS)]
    assert awards == [("ashdown", 33_33), ("dell", 66_67)]


def test_what_nobody_has_priced_is_shared_in_parts_and_priced_then(
    world: World, hand: ByHand
) -> None:
    """The price an officer sets is shared as the panel named it, and every run says the same."""
    highest = profile(5, 5, 5, 5)
    pupils = (asked("ashdown", 0), asked("brook", 0))
    content = request(RequestKind.GROUP, pupils=pupils, profile=highest, provision=(line(40),))
    request_id = hand.recommended(
        content, (5, 5, 5, 5), members=("head.crane", "head.dell", "head.elm")
    )
    assert world.stage(request_id) == "unpriced"
    advises(world, request_id, sharing=shares(4, SharedIn.PARTS, ashdown=3, brook=1))
    hand.goes_on()
    assert world.stage(request_id) == "unpriced"
    priced = world.does("manager.1", ActKind.PRICE, request_id, annual_pence=1_000_01)
    hand.goes_on()
    assert world.outcome(priced) == ("done", None)
    by_school = world.one(
        'SELECT by_school_pence FROM "placing" WHERE request_id = :id ORDER BY number DESC LIMIT 1',
        id=request_id,
    )
    assert by_school == {"ashdown": 750_01, "brook": 250_00}
    with transaction(world.engine) as session:
        assert reading.rerun(session).differences == ()


@pytest.mark.promise(13)
def test_shares_that_do_not_add_up_are_refused_with_every_fault(world: World, hand: ByHand) -> None:
    """Nothing is written; what was priced meanwhile refuses the act when it is carried out."""
    request_id = project(hand)
    wrong = shares(PROJECT_PENCE - 1, ashdown=1, nowhere=2)
    with pytest.raises(ContentFaulty) as told:
        advises(world, request_id, sharing=wrong)
    assert {fault.code for fault in told.value.faults} == {
        "school_unknown",
        "shares_do_not_add_up",
        "not_the_whole",
    }
    said = wrong.model_dump(mode="json")
    first = slip_in(world, CHAIR, ActKind.ADVISE_REQUEST, request_id, sharing=said)
    hand.goes_on()
    assert world.outcome(first) == ("refused", "not_valid")


def test_a_key_decision_waits_on_after_its_money_is_shared_out(world: World, hand: ByHand) -> None:
    """Whose turn it is and until when does not change with who gets which part."""
    divisions = ("weir-valley", "two-mills")
    content = request(RequestKind.PROJECT, electoral_divisions=divisions)
    request_id = hand.recommended(content, ())
    before = world.stands(request_id)
    assert before[0] == "key_decision"
    advises(world, request_id, sharing=shares(2, SharedIn.PARTS, ashdown=1, dell=1))
    hand.goes_on()
    assert world.stands(request_id) == before
