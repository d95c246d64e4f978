"""Work from sign-in to the record, by the keyboard alone, and at 320 pixels without scripts.

The README beside tells which journey is walked where.
"""

import re
from uuid import UUID

from playwright.async_api import Browser, expect

from domain.moderation import Recommendation
from tests.activities.by_hand import ByHand
from tests.activities.meeting_world import agenda, its_day_comes
from tests.activities.small_county import request
from tests.activities.world import World
from tests.api.test_way import submitted, voted
from tests.api.web import Web
from tests.pages.hands import EITHER_HAND, Hand, at_hand
from tests.pages.site import Site
from tests.pages.test_panels import LEVELS, ballot_on

REQUEST = "LOC-2026-000001"
WHY = "Because the needs are great"


@EITHER_HAND
async def test_a_school_withdraws_a_request(
    hand_of: type[Hand], browser: Browser, site: Site, web: Web, world: World
) -> None:
    """In, to the request, told what is missing, withdrawn, and out again."""
    request_id = UUID(await submitted(web))
    async with at_hand(hand_of, browser, site) as hand:
        await hand.signs_in("senco.ashdown")
        await hand.presses(REQUEST)
        await hand.presses("Withdraw the request")
        await hand.comes_to("Withdraw the request")
        await hand.presses("Withdraw the request")
        await hand.writes("Why you withdraw it", "The family has moved")
        await hand.presses("Withdraw the request")
        await hand.reads("You have withdrawn the request")
        await hand.looks("request-withdrawn")
        await hand.presses("Sign out")
        await hand.comes_to("You are signed out")
    assert world.ending(request_id) == "withdrawn"


@EITHER_HAND
async def test_a_school_answers_the_panel(
    hand_of: type[Hand], browser: Browser, site: Site, world: World, hand: ByHand
) -> None:
    """From my work to what the panel asks, and the answer that goes back to it."""
    request_id = hand.recommended(request(), recommendation=Recommendation.MORE_INFORMATION)
    async with at_hand(hand_of, browser, site) as senco:
        await senco.signs_in("senco.ashdown")
        await senco.presses(re.compile("^Answer the panel"))
        await senco.presses(re.compile("^Answer"))
        await senco.writes("Your answer", "She hears well; the report of October says so")
        await senco.presses("Send the answer")
        await senco.reads("You have answered the panel")
    told = "SELECT count(*) FROM act WHERE kind = 'answer' AND subject_id = :id"
    assert world.one(told, id=request_id) == 1


@EITHER_HAND
async def test_a_member_of_a_panel_declares_and_votes(
    hand_of: type[Hand], browser: Browser, site: Site, world: World, hand: ByHand
) -> None:
    """From my work to the declaration, the papers and the vote; then another vote."""
    meeting_id, (item_id,) = agenda(world, hand, "ashdown")
    its_day_comes(world, meeting_id)
    await ballot_on(site, world, item_id)
    async with at_hand(hand_of, browser, site) as member:
        await member.signs_in("head.dell")
        for _ in range(2):
            await member.presses(re.compile(r"^Declare"))
        await member.chooses("I have no interest")
        await member.presses("Declare")
        await member.presses("My work")
        await member.presses(re.compile(r"^Vote"))
        for name in LEVELS:
            await member.chooses(member.named(name, "2"))
        await member.chooses("Advice and services")
        await member.writes("Your reason", "A quieter place may do")
        await member.presses("Save my vote")
        await member.reads("Your vote is saved")
    assert world.one("SELECT reason FROM vote") == "A quieter place may do"


@EITHER_HAND
async def test_an_officer_signs_a_case(
    hand_of: type[Hand], browser: Browser, site: Site, web: Web, world: World
) -> None:
    """From my work to the figures, the grounds, the answers once more, and the decision."""
    request_id = UUID(await voted(web, world))
    async with at_hand(hand_of, browser, site) as officer:
        await officer.signs_in("officer.1")
        await officer.presses(re.compile("^Decide"))
        await officer.comes_to(REQUEST)
        await officer.presses("Authorise")
        await officer.presses("Continue")
        await expect(officer.page.get_by_role("alert")).to_contain_text("Enter the grounds")
        await officer.writes("Grounds", WHY)
        await officer.writes("Alternatives considered", "Advice alone")
        await officer.presses("Continue")
        await officer.presses("Authorise")
        await officer.reads("You have authorised the request")
    assert world.ending(request_id) == "authorised"
