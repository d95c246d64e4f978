"""What is done a few times a year, by the keyboard alone, and at 320 pixels without scripts."""

import re
from datetime import UTC, datetime
from uuid import UUID

from playwright.async_api import Browser

from domain.moderation import Recommendation
from domain.places import Level
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.finance_world import FinanceWorld
from tests.activities.meeting_world import CHAIR, agenda
from tests.activities.publishing_world import PolicyWorld
from tests.activities.small_county import request
from tests.activities.world import World
from tests.api.test_policy import drafted
from tests.api.web import Web
from tests.pages.hands import EITHER_HAND, Hand, at_hand
from tests.pages.site import Site
from tests.pages.test_policy import WRITER, worked_out

WHY = "Because the papers say so"


@EITHER_HAND
async def test_a_chair_calls_a_meeting_off(
    hand_of: type[Hand], browser: Browser, site: Site, world: World, hand: ByHand
) -> None:
    """From the list of meetings to the reason, which whoever was to come reads."""
    meeting_id, _ = agenda(world, hand, "ashdown")
    async with at_hand(hand_of, browser, site) as chair:
        await chair.signs_in(CHAIR)
        await chair.presses("Meetings")
        await chair.presses(chair.page.locator(f"main a[href='/meetings/{meeting_id}']"))
        await chair.presses("Call the meeting off")
        await chair.comes_to("Call the meeting off")
        await chair.presses("Call the meeting off")
        await chair.writes("Why it is not held", "The hall has no heating")
        await chair.looks("meeting-call-off")
        await chair.presses("Call the meeting off")
        await chair.reads("You have called the meeting off")
        await chair.looks("meeting-called-off")
    assert world.one("SELECT is_called_off FROM meeting WHERE id = :id", id=meeting_id)


@EITHER_HAND
async def test_a_month_is_closed_and_opened_again_by_another(
    hand_of: type[Hand], browser: Browser, site: Site, world: World
) -> None:
    """The first that is open and over is closed; another person opens it, by an authority."""
    money = FinanceWorld(world)
    world.clock.move_on(datetime(2026, 11, 3, 8, tzinfo=UTC) - world.clock.now())
    for each in range(1, 7):
        assert money.does("finance.1", ActKind.CLOSE_PERIOD, financial_year=2026, period=each).done
    async with at_hand(hand_of, browser, site) as one:
        await _sees_months(one, "finance.1")
        await one.presses(re.compile("^Close it"))
        await one.looks("month-close")
        await one.presses("Close the month")
        await one.reads("You have closed the month")
        await one.looks("months-closed")
    async with at_hand(hand_of, browser, site) as other:
        await _sees_months(other, "head-of-sen")
        await other.presses(re.compile("^Open it again.*October"))
        await other.writes("Decision", "26/00042")
        await other.writes("Why it is opened again", "A journal came late")
        await other.looks("month-reopen")
        await other.presses("Open the month again")
        await other.reads("You have opened the month again")
    assert world.one("SELECT count(*) FROM ledger_entry WHERE verb = 'reopen'") > 0


async def _sees_months(hand: Hand, who: str) -> None:
    await hand.signs_in(who)
    await hand.presses("Money")
    await hand.presses("Which months are closed")


@EITHER_HAND
async def test_an_officer_refers_up_returns_and_declines(
    hand_of: type[Hand], browser: Browser, site: Site, hand: ByHand
) -> None:
    """Each with its reason; what is returned goes where it says, and a no has its grounds."""
    world = hand.world
    one, two = hand.recommended(request()), hand.recommended(request(number=2))
    none = hand.recommended(request(number=3), recommendation=Recommendation.NONE)
    world.does(CHAIR, ActKind.ESCALATE, one, level=Level.AREA)
    hand.goes_on()
    async with at_hand(hand_of, browser, site) as officer:
        await officer.signs_in("officer.1")
        await _does(officer, one, "Refer up", {"Why you refer it up": WHY})
    hand.goes_on()
    async with at_hand(hand_of, browser, site) as officer:
        await officer.signs_in("head-of-sen")
        await _does(
            officer, one, "Return to the panel", {"What the panel is to look at again": WHY}
        )
        mends = {"What the school is to mend": "The cycles of the plan"}
        await _does(officer, two, "Return to the school", mends)
        said = {"Grounds": WHY, "Alternatives considered": WHY, "Why you decline": WHY}
        await _does(officer, none, "Decline", said, checked=True)
    assert [world.stage(each) for each in (one, two)] == ["listed", "returned"]
    assert world.ending(none) == "declined"


async def _does(
    officer: Hand, request_id: UUID, act: str, typed: dict[str, str], *, checked: bool = False
) -> None:
    """Go to a request among all, do something with it, and read that it is done."""
    await officer.presses("Requests")
    await officer.presses(officer.page.locator(f"main a[href='/requests/{request_id}']"))
    await officer.presses(act)
    for label, text in typed.items():
        await officer.writes(label, text)
    if checked:
        await officer.presses("Continue")
        await officer.reads(re.compile("^None$"))  # of no interest: an answer too
    await officer.looks(f"officer-{act.lower().replace(' ', '-')}")
    await officer.presses(act)
    await officer.reads(re.compile("^You have "))


@EITHER_HAND
async def test_a_change_of_policy_is_tried_on_cases(
    hand_of: type[Hand], browser: Browser, site: Site, web: Web, world: World
) -> None:
    """A draft is chosen, tried on a made-up county, and its outcome read and taken along."""
    PolicyWorld(world)
    await drafted(web)
    async with at_hand(hand_of, browser, site) as hand:
        await hand.signs_in(WRITER)
        await hand.presses("Policies")
        await hand.presses("Changes tried on cases")
        await hand.presses("Try a change")
        await hand.presses("Try it")
        await hand.reads("Choose at least one draft to try")
        await hand.chooses(re.compile("^Tariff from 6 October 2026"))
        await hand.chooses("A made-up county")
        await hand.looks("modelling-new")
        await hand.presses("Try it")
        path = hand.page.url.removeprefix(site.address).partition("?")[0]
        await worked_out(web, path)
        await hand.page.goto(f"{site.address}{path}")
        await hand.reads(re.compile("more a year than now"))
        await hand.looks("modelling-told")
        book = await hand.downloads(re.compile("comparison.xlsx"))
        assert book.read_bytes().startswith(b"PK")
