"""Cases that nobody contests are signed together: each is still a decision of its own."""

import pytest
from playwright.async_api import Browser, expect

from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import request
from tests.pages.hands import EITHER_HAND, Hand, at_hand
from tests.pages.site import Site

WHY = "Because the needs are great"


@pytest.mark.promise(4)
@EITHER_HAND
async def test_cases_that_nobody_contests_are_signed_together(
    hand_of: type[Hand], browser: Browser, site: Site, hand: ByHand
) -> None:
    """Each is a decision of its own; one that moved on meanwhile is told, and keeps none back."""
    agreed = [hand.recommended(request(number=each)) for each in (0, 2, 3)]
    contested = hand.recommended(request(number=4), (4, 3, 3, 3))
    world = hand.world
    async with at_hand(hand_of, browser, site) as officer:
        page = officer.page
        await officer.signs_in("officer.1")
        await officer.presses("Sign cases together")
        assert await page.get_by_role("checkbox").count() == len(agreed)
        await expect(page.get_by_text(f"{contested}")).to_have_count(0)
        await officer.presses("Continue")
        await expect(page.get_by_role("alert")).to_contain_text("Tick the cases that you sign")
        await officer.looks("officer-together-faults")
        for each in await page.get_by_role("checkbox").all():
            await officer.chooses(each)
        await officer.writes("Grounds", WHY)
        await officer.writes("Alternatives considered", "Advice alone")
        await officer.presses("Continue")
        await officer.looks("officer-together-check")
        world.does("senco.ashdown", ActKind.WITHDRAW, agreed[2])
        hand.goes_on()
        await officer.presses("Sign them")
        await officer.comes_to("2 of 3 signed")
        await officer.reads("Not signed")
        await officer.looks("officer-together-done")
        await page.reload()
        await officer.comes_to("2 of 3 signed")
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
