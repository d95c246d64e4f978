"""Cover in a browser: a colleague sees an officer's work, and nobody's limit is raised."""

from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.async_api import Browser, expect

from domain.places import Level
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import named, request
from tests.api.web import Web, code_of
from tests.pages.looking import NARROW, look, window
from tests.pages.site import Site


async def test_an_officer_names_a_colleague_whose_limit_is_enough(
    browser: Browser, site: Site
) -> None:
    """Without scripts and at 320 pixels: only who signs as much is offered, and it is named."""
    key = site.signed_in("manager.1")
    async with window(browser, site, key, NARROW, scripts=False) as page:
        await page.goto(f"{site.address}/cover")
        await page.get_by_role("button", name="Name who covers for you").click()
        options = await page.get_by_label("Who covers for you").locator("option").all_inner_texts()
        assert not any("officer.1" in each for each in options)
        await page.get_by_role("button", name="Name them").click()
        await expect(page.get_by_role("alert")).to_contain_text("Choose who covers for you")
        await page.get_by_label("Who covers for you").select_option(str(named("head-of-sen")))
        for name, day in (("from_on", 5), ("last_on", 16)):
            for box, value in (("day", day), ("month", 10), ("year", 2026)):
                await page.locator(f"#{name}-{box}").fill(str(value))
        await page.get_by_role("button", name="Name them").click()
        await expect(page.get_by_text("You have named who covers for you")).to_be_visible()
        await expect(page.get_by_text("16 October 2026")).to_be_visible()


async def test_whoever_covers_finds_the_work_with_whose_it_is(
    browser: Browser, site: Site, web: Web, hand: ByHand
) -> None:
    """It is on the colleague's list until the cover is ended, and every page of it can be used."""
    request_id = hand.recommended(request())
    hand.world.does("head.crane", ActKind.ESCALATE, request_id, level=Level.AREA)
    hand.goes_on()
    async with window(browser, site, site.signed_in("head-of-sen")) as page:
        await page.goto(f"{site.address}/cover")
        await look(page, "cover-none")
        await page.goto(f"{site.address}/cover/new")
        await look(page, "cover-new")
        days = {"from_on": "2026-10-05", "last_on": "2026-10-16"}
        body = {"colleague_id": str(named("head-of-sen")), **days}
        assert (await web.says("manager.1", "/cover", body)).status_code == 200
        await page.goto(site.address)
        await expect(page.get_by_text("for Xylwickle manager.1")).to_be_visible()
        await look(page, "cover-my-work")
        await page.goto(f"{site.address}/cover")
        await look(page, "cover")
        await page.get_by_role("link", name="End it").click()
        await look(page, "cover-end")
        await page.get_by_role("button", name="End it").click()
        await expect(page.get_by_text("You have ended the cover")).to_be_visible()
        await look(page, "cover-over")
        await page.goto(site.address)
        await expect(page.get_by_text("for Xylwickle manager.1")).to_have_count(0)


@pytest.mark.promise(6)
async def test_cover_raises_nobodys_limit_and_is_for_officers(
    site: Site, web: Web, hand: ByHand
) -> None:
    """Only an officer who signs as much covers; whoever covers still signs by their own grade."""
    days = {"from_on": "2026-10-05", "last_on": "2026-10-09"}
    for who, colleague, code in (
        ("manager.1", "officer.1", "authority_too_low"),
        ("manager.1", "sen.1", "authority_too_low"),
        ("sen.1", "officer.1", "authority_too_low"),
        ("manager.1", "manager.1", "authority_too_low"),
        ("manager.1", "senco.ashdown", "authority_too_low"),
        ("senco.ashdown", "officer.1", "role_needed"),
        ("finance.1", "officer.1", "role_needed"),
    ):
        body = {"colleague_id": str(named(colleague)), **days}
        assert code_of(await web.says(who, "/cover", body)) == code, (who, colleague)
    whole = {"colleague_id": str(named("manager.2")), **days}
    told = await web.says("manager.1", "/cover", whole, key="once-and-no-more")
    again = await web.says("manager.1", "/cover", whole, key="once-and-no-more")
    assert told.json() == again.json()
    assert code_of(await web.says("manager.1", "/cover", whole)) == "not_valid"
    for odd in (
        {"from_on": "2026-10-04", "last_on": "2026-10-09"},
        {"from_on": "2026-11-09", "last_on": "2026-11-08"},
        {"from_on": "2026-11-09", "last_on": "2029-11-09"},
    ):
        body = {"colleague_id": str(named("manager.2")), **odd}
        assert code_of(await web.says("manager.1", "/cover", body)) == "not_valid"
    cover_id = told.json()["id"]
    for who in ("officer.1", "senco.ashdown"):
        assert code_of(await web.says(who, f"/cover/{cover_id}/end")) == "unknown"
        async with site.client(site.signed_in(who)) as client:
            assert (await client.get(f"/cover/{cover_id}/end")).status_code in (403, 404)
    assert code_of(await web.says("manager.1", f"/cover/{uuid4()}/end")) == "unknown"
    ended = await web.says("manager.2", f"/cover/{cover_id}/end")
    assert ended.json()["is_ended"]
    assert code_of(await web.says("manager.2", f"/cover/{cover_id}/end")) == "not_at_this_stage"
    del hand


async def test_an_officer_who_is_away_is_covered_by_who_signs_no_less(web: Web, site: Site) -> None:
    """A colleague of the same grade takes the work over, or a senior names another; nobody else."""
    days = {"from_on": "2026-10-05", "last_on": "2026-10-09"}

    def whose(officer: str, colleague: str) -> dict[str, str]:
        return {"officer_id": str(named(officer)), "colleague_id": str(named(colleague)), **days}

    for who, officer, colleague in (
        ("officer.1", "manager.1", "officer.1"),
        ("officer.1", "manager.1", "manager.2"),
        ("manager.1", "officer.1", "officer.1"),
        ("manager.1", "senco.ashdown", "officer.2"),
    ):
        answer = await web.says(who, "/cover", whose(officer, colleague))
        assert code_of(answer) == "authority_too_low", (who, officer, colleague)
    taken = await web.says("manager.2", "/cover", whose("manager.1", "manager.2"))
    assert taken.status_code == 200
    assert (await web.says("manager.1", f"/cover/{taken.json()['id']}/end")).status_code == 200
    for_another = await web.says("director", "/cover", whose("officer.1", "officer.2"))
    cover_id = for_another.json()["id"]
    (line,) = (await web.get("director", "/cover")).json()["covers"]
    assert (line["officer_id"], line["cover_id"]) == (
        str(named("officer.1")),
        str(named("officer.2")),
    )
    assert (await web.says("director", f"/cover/{cover_id}/end")).json()["is_ended"]
    async with site.client(site.signed_in("officer.1")) as client:
        drawn = (await client.get("/cover/take")).text
        assert "Xylwickle officer.2" in drawn
        assert "Xylwickle manager.1" not in drawn


async def test_cover_begins_and_ends_with_its_days(web: Web, hand: ByHand) -> None:
    """Before the first day and after the last nothing of it is on the colleague's list."""
    world = hand.world
    request_id = hand.recommended(request())
    world.does("head.crane", ActKind.ESCALATE, request_id, level=Level.AREA)
    hand.goes_on()
    body = {"from_on": "2026-10-06", "last_on": "2026-10-06"}
    body["colleague_id"] = str(named("head-of-sen"))
    assert (await web.says("manager.1", "/cover", body)).status_code == 200
    found = []
    for _ in range(3):
        tasks = (await web.get("head-of-sen", "/worklist")).json()
        found.append([each["in_stead_of"] for each in tasks if each["id"] == str(request_id)])
        world.clock.move_on(timedelta(days=1))
    assert found == [[], ["Xylwickle manager.1"], []]
