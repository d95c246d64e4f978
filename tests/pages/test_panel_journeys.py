"""A panel in real browsers: its chair by either hand, a member at 320 pixels without script."""

import re
from uuid import UUID

from playwright.async_api import Browser, Page, expect

from domain.needs import AreaOfNeed
from tests.activities.by_hand import ByHand
from tests.activities.meeting_world import CHAIR, DESK, agenda, its_day_comes
from tests.activities.world import World
from tests.pages.hands import EITHER_HAND, Hand, at_hand
from tests.pages.looking import NARROW, look, window
from tests.pages.site import Site
from tests.pages.test_panels import VOTE, ballot_on, declares, says


@EITHER_HAND
async def test_a_chair_runs_a_meeting(
    hand_of: type[Hand], browser: Browser, site: Site, world: World, hand: ByHand
) -> None:
    """Open, take, declare, open a ballot, vote, close it, look at what came of it, close."""
    meeting_id, (item_id, _) = agenda(world, hand, "ashdown", "brook")
    its_day_comes(world, meeting_id)
    async with at_hand(hand_of, browser, site) as chair:
        await chair.signs_in(CHAIR)
        await chair.presses(re.compile("^Run the meeting"))
        await chair.looks("meeting-chair-called")
        for _ in range(2):
            await chair.presses("Open the meeting")
        await chair.reads("You have opened the meeting")
        await chair.presses(re.compile("^Take the next item"))
        await chair.reads("The item is taken")
        await chair_declares(chair)
        await chair.presses("Open a ballot")
        await chair.presses("Open the ballot")
        await chair.reads("You have opened the ballot")
        await chair.looks("item-chair-in-ballot")
        await chair_votes(chair)
        await others_vote(site, world, item_id, meeting_id)
        await chair_hears(chair, meeting_id)
    assert world.one("SELECT count(*) FROM vote") == 3
    assert world.one("SELECT count(*) FROM meeting WHERE closed_at IS NOT NULL") == 1


async def chair_declares(chair: Hand) -> None:
    """No interest in any item, from one page."""
    await chair.presses("Declare your interests")
    for each in await chair.page.get_by_label("I have no interest").all():
        await chair.chooses(each)
    await chair.looks("meeting-interests")
    await chair.presses("Declare")


async def chair_votes(chair: Hand) -> None:
    """First with nothing, which names what is missing; then whole."""
    await chair.presses(re.compile("^Vote"))
    await chair.presses("Save my vote")
    await expect(chair.page.locator(".govuk-error-summary")).to_be_visible()
    if chair.scripts:
        await expect(chair.page.locator(".govuk-error-summary")).to_be_focused()
    await chair.looks("vote-faults")
    for area in AreaOfNeed:
        await chair.chooses(chair.named(f"levels.{area}", "3"))
    await chair.chooses("Support as asked")
    await chair.writes("Your reason", "It is as the school says.")
    await chair.presses("Save my vote")
    await chair.reads("Your vote is saved")
    await chair.looks("meeting-chair-in-ballot")


async def chair_hears(chair: Hand, meeting_id: UUID) -> None:
    """Everybody has voted: what came of it is told, and the meeting closed with its minutes."""
    for _ in range(2):
        await chair.presses("Close the ballot")
    await chair.reads("The panel advises")
    await chair.looks("item-chair-heard")
    await chair.presses("Write down what the panel advises")
    await chair.looks("advise")
    await chair.presses("Meetings")
    await chair.presses(chair.page.locator(f"main a[href='/meetings/{meeting_id}']"))
    for _ in range(2):
        await chair.presses("Close the meeting")
    await chair.looks("meeting-closed")
    await chair.presses("Read the minutes")
    await chair.looks("minutes")


async def at_level(page: Page, level: int) -> None:
    """Choose the same level for each area of need."""
    for area in AreaOfNeed:
        await page.locator(f'[name="levels.{area}"][value="{level}"]').check()


async def others_vote(site: Site, world: World, item_id: UUID, meeting_id: UUID) -> None:
    """Two more members vote, further apart than the rules tolerate in one area."""
    request_id = world.one("SELECT request_id FROM agenda_item WHERE id = :id", id=item_id)
    ballot_id = world.ballot_of(request_id)
    for who, level in (("head.dell", "1"), ("head.elm", "4")):
        typed = {**VOTE, "levels.communication_and_interaction": level}
        async with site.client(site.signed_in(who)) as member:
            await declares(site, member, meeting_id, item_id)
            cast = await says(site, member, f"/ballots/{ballot_id}/vote", **typed)
            assert cast.status_code == 303, cast.text


async def test_a_member_votes_on_a_telephone_without_script(
    browser: Browser, site: Site, world: World, hand: ByHand
) -> None:
    """Say that I come, declare, vote, change the vote, and see the meeting by a plain refresh."""
    meeting_id, (item_id,) = agenda(world, hand, "ashdown")
    key = site.signed_in("head.dell")
    async with window(browser, site, key, NARROW, scripts=False) as page:
        await page.goto(f"{site.address}/meetings/{meeting_id}")
        await page.get_by_role("button", name="I come", exact=True).click()
        await expect(page.get_by_text("You have said that you come")).to_be_visible()
        await page.get_by_role("link", name="Declare your interests").click()
        await page.get_by_label("I have no interest").check()
        await page.get_by_role("button", name="Declare").click()
        its_day_comes(world, meeting_id)
        ballot_id = await ballot_on(site, world, item_id)
        await page.get_by_role("link", name="Show it as it is now").click()
        await page.get_by_role("link", name=re.compile("^Vote on LOC")).first.click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Your vote on")
        await at_level(page, 2)
        await page.get_by_label("Advice and services").check()
        await page.get_by_label("Your reason").fill("A quieter place may do")
        await page.get_by_role("button", name="Save my vote").click()
        await expect(page.get_by_text("You have voted.")).to_be_visible()
    async with window(browser, site, key, NARROW) as page:
        for path, name in (
            ("/meetings", "meetings"),
            (f"/meetings/{meeting_id}", "meeting-member"),
            (f"/items/{item_id}", "item-member"),
            (f"/ballots/{ballot_id}/vote", "vote"),
            (f"/ballots/{ballot_id}/abstain", "abstain"),
            (f"/meetings/{meeting_id}/substitutes", "substitutes"),
        ):
            await page.goto(f"{site.address}{path}")
            await look(page, name)
    assert world.one("SELECT count(*) FROM vote") == 1


async def test_a_meeting_keeps_itself_up_to_date(
    browser: Browser, site: Site, world: World, hand: ByHand
) -> None:
    """What somebody else does is on my page a moment later, and where I was I stay."""
    meeting_id, (item_id,) = agenda(world, hand, "ashdown")
    its_day_comes(world, meeting_id)
    async with window(browser, site, site.signed_in("head.elm")) as page:
        await page.goto(f"{site.address}/meetings/{meeting_id}")
        await expect(page.get_by_text("Show it as it is now")).to_be_hidden()
        held = page.get_by_role("link", name="LOC-2026-000001").first
        await held.focus()
        async with site.client(site.signed_in(DESK)) as desk:
            await says(site, desk, f"/meetings/{meeting_id}/open")
        await says_taken(site, item_id)
        await expect(page.get_by_text("Being held since")).to_be_visible(timeout=15_000)
        await expect(page.get_by_text("Being heard").first).to_be_visible(timeout=15_000)
        await expect(page.locator(":focus")).to_have_text("LOC-2026-000001")
        await look(page, "meeting-member-now")


async def says_taken(site: Site, item_id: UUID) -> None:
    """The chair takes the item."""
    async with site.client(site.signed_in(CHAIR)) as chair:
        await says(site, chair, f"/items/{item_id}/take")
