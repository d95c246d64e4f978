"""The kinds of request, and what is paid for each: shares, projects, places, odd amounts."""

from datetime import UTC, date, datetime

import pytest

from domain.request import RequestKind
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import asked, line, named, profile, request
from tests.activities.world import World

COSTED_PENCE = 271_289
"""£3,268 a year from 2 November to 31 August."""
COGNITION = (2, 3, 0, 0)
"""Predictable, where the cluster plan has no service."""
COMMUNICATION = (3, 2, 0, 0)
"""Predictable, where the cluster plan has a service."""


def test_a_project_pays_no_schools_share_from_the_clusters_budget(
    world: World, hand: ByHand
) -> None:
    """A project has no pupils and no profile: the whole cost is paid, as one sum."""
    request_id = hand.recommended(request(RequestKind.PROJECT), ())
    assert world.moved() == {"cluster:alder": (COSTED_PENCE, 0)}
    world.authorises("officer.1", request_id)
    hand.goes_on()
    assert world.moved() == {"cluster:alder": (0, COSTED_PENCE)}
    assert world.one("SELECT count(*) FROM instalment") == 1


def test_a_group_takes_the_share_for_each_pupil_and_school(world: World, hand: ByHand) -> None:
    """Each school is paid for its own pupils, above what is left of £6,000 for each."""
    pupils = tuple(
        asked(school, number, school_spends_pence=100_000)
        for school, number in (("ashdown", 0), ("ashdown", 2), ("brook", 0))
    )
    group = request(
        RequestKind.GROUP,
        pupils=pupils,
        provision=(line(60, group=3),),
        profile=profile(*COGNITION),
    )
    request_id = hand.recommended(group, COGNITION, members=("head.crane", "head.dell", "head.elm"))
    by_school = 'SELECT by_school_pence FROM "placing" WHERE request_id = :id'
    assert world.one(by_school, id=request_id) == {"ashdown": 1_614_400, "brook": 807_200}
    assert world.stands(request_id) == ("sign_off", "area_manager")
    world.authorises("manager.1", request_id)
    hand.goes_on()
    awards = world.rows(
        "SELECT school_code, payee_kind, annual_pence, total_pence FROM award ORDER BY school_code"
    )
    assert [tuple(row) for row in awards] == [
        ("ashdown", "maintained_school", 1_614_400, 1_340_173),
        ("brook", "academy_trust", 807_200, 670_087),
    ]
    assert world.moved() == {"cluster:alder": (0, 2_010_260)}
    rows = world.rows("SELECT number FROM ledger_commitment_instalment ORDER BY number")
    assert [row.number for row in rows] == list(range(1, 21))


def test_an_amount_that_comes_to_nothing_is_not_stuck(world: World, hand: ByHand) -> None:
    """A pound a year for one day is nothing to hold, and cannot be signed as money."""
    one_day = request(starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 3))
    request_id = hand.recommended(one_day)
    act = world.does("officer.1", ActKind.AUTHORISE_DIFFERENTLY, request_id, annual_pence=1)
    hand.goes_on()
    assert world.outcome(act) == ("refused", "not_valid")
    assert world.stands(request_id) == ("sign_off", "locality_officer")


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    "days",
    [
        {"until_on": date(2099, 1, 1)},
        {"from_on": date(2099, 1, 11), "until_on": date(2099, 7, 1)},
        {"from_on": date(2026, 12, 1), "until_on": date(2026, 11, 1)},
    ],
)
def test_an_officer_signs_no_days_that_nobody_could_ask_for(
    world: World, hand: ByHand, days: dict[str, date]
) -> None:
    """A small yearly amount for seventy years is not small, and no date dodges an empty pot."""
    request_id = hand.recommended(request())
    act = world.authorises("officer.1", request_id, **days)
    hand.goes_on()
    assert world.outcome(act) == ("refused", "not_valid")
    assert world.stage(request_id) == "sign_off"


def test_what_the_rules_refuse_to_date_goes_to_a_person(world: World, hand: ByHand) -> None:
    """A provider is paid by terms; beyond the calendar's terms an officer has it, not a retry."""
    world.clock.move_on(datetime(2029, 5, 1, 9, tzinfo=UTC) - world.clock.now())
    beyond = request(school="juniper", starts_on=date(2029, 9, 3), ends_on=date(2030, 7, 1))
    request_id, ballot_id = hand.in_ballot(beyond, "juniper")
    world.panel_votes(ballot_id, members=("head.gorse", "head.heath", "head.iris"))
    world.closes(ballot_id)
    hand.goes_on()
    assert world.stands(request_id) == ("with_officer", "area_manager")
    why = world.one("SELECT why FROM support_request WHERE id = :id", id=request_id)
    assert why["not_placed"]["code"] == "no_policy_in_force"


def test_the_last_place_of_a_service_is_followed_by_money(world: World, hand: ByHand) -> None:
    """The service has two places; the third pupil's support is paid for."""
    first, second, third = (
        hand.recommended(request(number=number, profile=profile(*COMMUNICATION)), COMMUNICATION)
        for number in (0, 2, 3)
    )
    kept = world.rows(
        "SELECT request_id FROM plan_place WHERE provision_id = :id", id=named("provision")
    )
    assert {row.request_id for row in kept} == {first, second}
    assert world.moved() == {"cluster:alder": (COSTED_PENCE, 0)}
    assert world.stage(third) == "sign_off"
