"""The letter of a signed decision: its facts are the record's, its words the domain's."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.money import pounds
from domain.request import RequestKind
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import line, profile, request
from tests.activities.world import World

HIGHEST = (5, 5, 5, 5)
COMMUNICATION = (3, 1, 0, 0)


def letter(world: World, request_id: UUID) -> str:
    """The letter of a request."""
    return str(world.one("SELECT body FROM letter WHERE request_id = :id", id=request_id))


@pytest.mark.promise(2)
def test_a_letter_says_the_year_and_what_its_days_come_to(world: World, hand: ByHand) -> None:
    """What the days come to is the sum of the instalments, to the penny, and codes are titles."""
    request_id = hand.recommended(request())
    world.authorises("head-of-sen", request_id)
    hand.goes_on()
    (award,) = world.rows("SELECT annual_pence, total_pence FROM award")
    text = letter(world, request_id)
    for pence in (award.annual_pence, award.total_pence):
        assert pounds(pence).removesuffix(".00") in text
    assert award.annual_pence != award.total_pence
    assert "“Exceptional”" in text
    assert "sensory_and_or_physical" not in text


def test_a_place_says_no_amount(world: World, hand: ByHand) -> None:
    """A place in the plan is told with its days, and without the amount it stands instead of."""
    request_id = hand.recommended(request(profile=profile(*COMMUNICATION)), COMMUNICATION)
    world.authorises("officer.1", request_id)
    hand.goes_on()
    text = letter(world, request_id)
    assert "There is a place in a service that several schools share" in text
    assert "This runs from" in text
    assert "£" not in text


@pytest.mark.promise(2)
def test_an_amount_set_by_an_officer_has_its_reason_in_the_letter(
    world: World, hand: ByHand
) -> None:
    """Grade and reason stand in the letter, and who it was does not."""
    request_id = hand.recommended(request(profile=profile(*HIGHEST)), HIGHEST)
    reason = "By the costed map and the quote."
    world.does("manager.1", ActKind.PRICE, request_id, annual_pence=2_000_000, reason=reason)
    hand.goes_on()
    world.authorises("head-of-sen", request_id)
    hand.goes_on()
    assert f"so our area manager worked one out. {reason}" in letter(world, request_id)


def test_a_key_decision_is_named_in_the_letter(world: World, hand: ByHand) -> None:
    """The Cabinet Member's number and day stand in the letter, which is to the school."""
    project = request(
        RequestKind.PROJECT, provision=(line(),), electoral_divisions=("east", "west")
    )
    request_id = hand.recommended(project, ())
    said = {"number": "26/00077", "effective_on": date(2026, 10, 20)}
    world.does("director", ActKind.RECORD_KEY_DECISION, request_id, **said)
    hand.goes_on()
    hand.time_passes(world.clock.now() + timedelta(days=15))
    world.authorises("director", request_id)
    hand.goes_on()
    text = letter(world, request_id)
    assert "Cabinet Member's decision 26/00077, in effect from 20 October 2026" in text
    assert "parents or carers" not in text
