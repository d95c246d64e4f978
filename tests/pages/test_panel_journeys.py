"""A panel in real browsers: a chair with a keyboard, a member at 320 pixels without script."""

import re
from uuid import UUID

from playwright.async_api import Browser, Page, expect

from domain.needs import AreaOfNeed
from tests.activities.by_hand import ByHand
from tests.activities.meeting_world import CHAIR, DESK, agenda, its_day_comes
from tests.activities.world import World
from tests.pages.looking import NARROW, look, window
from tests.pages.site import Site
from tests.pages.test_panels import VOTE, ballot_on, declares, says


async def presses(page: Page, name: str, then: str = "") -> None:
    """Go to a link or a button by the keyboard alone, and press it; look at what it leads to."""
    for kind in ("button", "link"):
        found = page.get_by_role(kind, name=name)
        if await found.count():
            await found.first.focus()
            async with page.expect_navigation():
                await page.keyboard.press("Enter")
            if then:
                await look(page, then)
            return
    raise AssertionError(f"there is no {name!r} on {page.url}")


async def test_a_chair_runs_a_meeting_by_the_keyboard(
    browser: Browser, site: Site, world: World, hand: ByHand
) -> None:
    """Open, take, declare, open a ballot, vote, close it, look at what came of it, close."""
    meeting_id, (item_id, _) = agenda(world, hand, "ashdown", "brook")
    its_day_comes(world, meeting_id)
    async with window(browser, site, site.signed_in(CHAIR)) as page:
        await page.goto(f"{site.address}/meetings")
        await look(page, "meetings")
        await page.goto(f"{site.address}/meetings/{meeting_id}")
        await look(page, "meeting-chair-called")
        await presses(page, "Open the meeting", "meeting-open")
        await presses(page, "Open the meeting")
        await expect(page.get_by_text("You have opened the meeting")).to_be_visible()
        await presses(page, "Take the next item")
        await expect(page.get_by_text("The item is taken")).to_be_visible()
        await chair_declares(page)
        await presses(page, "Open a ballot", "ballot-open")
        await presses(page, "Open the ballot", "item-chair-in-ballot")
        await expect(page.get_by_text("You have opened the ballot")).to_be_visible()
        await chair_votes(page)
        await others_vote(site, world, item_id, meeting_id)
        await presses(page, "Close the ballot", "ballot-close")
        await presses(page, "Close the ballot", "item-chair-heard")
        await expect(page.get_by_text("The panel advises").first).to_be_visible()
        await presses(page, "Write down what the panel advises", "advise")
        await page.goto(f"{site.address}/meetings/{meeting_id}/close")
        await look(page, "meeting-close")
        await presses(page, "Close the meeting", "meeting-closed")
        await presses(page, "Read the minutes", "minutes")
    assert world.one("SELECT count(*) FROM vote") == 3


async def chair_declares(page: Page) -> None:
    """No interest in any item, from one page."""
    await presses(page, "Declare your interests", "meeting-interests")
    for each in await page.get_by_label("I have no interest").all():
        await each.focus()
        await page.keyboard.press("Space")
    await presses(page, "Declare")


async def chair_votes(page: Page) -> None:
    """First with nothing, which names what is missing; then whole."""
    await presses(page, "Vote", "vote")
    await presses(page, "Save my vote")
    await expect(page.locator(".govuk-error-summary")).to_be_focused()
    await look(page, "vote-faults")
    await at_level(page, 3)
    await page.get_by_label("Support as asked").check()
    await page.get_by_label("Your reason").fill("It is as the school says.")
    await presses(page, "Save my vote", "meeting-chair-in-ballot")
    await expect(page.get_by_text("Your vote is saved")).to_be_visible()


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
