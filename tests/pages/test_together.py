"""Cases that nobody contests are signed together: each is still a decision of its own."""

import pytest
from playwright.async_api import Browser, expect

from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import request
from tests.pages.looking import look, window
from tests.pages.site import Site

WHY = "Because the needs are great"


@pytest.mark.promise(4)
async def test_cases_that_nobody_contests_are_signed_together(
    browser: Browser, site: Site, hand: ByHand
) -> None:
    """Each is a decision of its own; one that moved on meanwhile is told, and keeps none back."""
    agreed = [hand.recommended(request(number=each)) for each in (0, 2, 3)]
    contested = hand.recommended(request(number=4), (4, 3, 3, 3))
    world = hand.world
    async with window(browser, site, site.signed_in("officer.1")) as page:
        await page.goto(site.address)
        await look(page, "officer-my-work")
        await page.get_by_role("link", name="Sign cases together").click()
        assert await page.get_by_role("checkbox").count() == len(agreed)
        await expect(page.get_by_text(f"{contested}")).to_have_count(0)
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_role("alert")).to_contain_text("Tick the cases that you sign")
        await look(page, "officer-together-faults")
        for each in await page.get_by_role("checkbox").all():
            await each.check()
        await page.get_by_label("Grounds").fill(WHY)
        await page.get_by_label("Alternatives considered").fill("Advice alone")
        await page.get_by_role("button", name="Continue").click()
        await look(page, "officer-together-check")
        world.does("senco.ashdown", ActKind.WITHDRAW, agreed[2])
        hand.goes_on()
        await page.get_by_role("button", name="Sign them").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("2 of 3 signed")
        await expect(page.get_by_text("Not signed")).to_be_visible()
        await look(page, "officer-together-done")
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).to_have_text("2 of 3 signed")
        await page.goto(f"{site.address}/sign-together")
        await look(page, "officer-together-none")
    assert world.one("SELECT count(*) FROM decision") == 2
    assert world.one("SELECT count(*) FROM act WHERE kind = 'authorise'") == 2


async def test_signing_together_is_for_officers_and_takes_no_forgery(
    site: Site, hand: ByHand
) -> None:
    """Nobody else gets the page; a case that is not theirs to sign, or no id, changes nothing."""
    tied = hand.recommended(request(number=1))
    contested = hand.recommended(request(number=2), (3, 3, 3, 3))
    for who in ("senco.ashdown", "head.crane", "finance.1", "leader.1", "policy.1"):
        async with site.client(site.signed_in(who)) as client:
            assert (await client.get("/sign-together")).status_code == 403, who
    key = site.signed_in("officer.2")
    async with site.client(key) as client:
        assert str(tied) not in (await client.get("/sign-together")).text
        said = {"grounds": WHY, "alternatives": WHY, "_step": "do"}
        typed = {**said, f"case.{tied}": "yes", f"case.{contested}": "yes"}
        done = await client.post("/sign-together", data=site.form(key, **typed))
        assert "0 of 2 signed" in done.text
        assert "decide it by itself" in done.text
        assert "A request that you may not see" in done.text
        odd = {**said, "case.<script>": "yes"}
        faulty = await client.post("/sign-together", data=site.form(key, **odd))
        assert faulty.status_code == 422
        forged = await client.post("/sign-together", data={**typed, "_token": "forged"})
        assert forged.status_code == 403
    assert hand.world.one("SELECT count(*) FROM decision") == 0
