"""A SENCO's first journey in a real browser: in, my work, a request, its decision, and out."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from tests.activities.world import World
from tests.api.bodies import DECISION
from tests.api.test_way import submitted, voted
from tests.api.web import Web
from tests.pages.looking import NARROW, WIDE, look, window
from tests.pages.site import STRANGER, Site

SENCO = "senco.ashdown"


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "320"])
async def test_a_senco_signs_in_and_reaches_a_request_and_leaves(
    browser: Browser, site: Site, web: Web, size: tuple[int, int]
) -> None:
    """From nothing to a request and out again, every page of it looked at, wide and at 320."""
    await submitted(web)
    async with window(browser, site, size=size) as page:
        await page.goto(site.address)
        await look(page, "sign-in")
        await page.get_by_role("button", name="Sign in with a school account").click()
        await look(page, "issuer")
        await page.get_by_role("button", name=re.compile(SENCO)).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("My work")
        await look(page, "my-work")
        await page.get_by_role("link", name="LOC-2026-000001").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("LOC-2026-000001")
        await look(page, "request-submitted")
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
        await look(page, "signed-out")
        await page.goto(f"{site.address}/requests")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


async def test_two_people_are_signed_in_at_once_in_two_browsers(
    browser: Browser, site: Site
) -> None:
    """One machine, two windows, two people of two issuers: neither becomes the other."""
    async with window(browser, site) as one, window(browser, site) as other:
        for page, way, who in ((one, "school", SENCO), (other, "council", "officer.1")):
            await page.goto(site.address)
            await page.get_by_role("button", name=f"Sign in with a {way} account").click()
            await page.get_by_role("button", name=re.compile(who)).click()
        for page, role in ((one, "SENCO"), (other, "Council officer")):
            await page.goto(f"{site.address}/requests")
            await expect(page.locator(".loc-who")).to_contain_text(role)


async def test_somebody_whom_the_record_does_not_know_is_told_what_to_do(
    browser: Browser, site: Site
) -> None:
    """An account that works and a person that nobody has added is a page, and no session."""
    async with window(browser, site, size=NARROW) as page:
        await page.goto(site.address)
        await page.get_by_role("button", name="Sign in with a school account").click()
        await page.get_by_role("button", name=re.compile(STRANGER)).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("We do not know you yet")
        await look(page, "not-known")
        assert "locality" not in {each["name"] for each in await page.context.cookies()}


async def test_what_was_typed_survives_a_session_that_ends(
    browser: Browser, site: Site, web: Web
) -> None:
    """Somebody is away for two hours in mid-form: signing in again loses not a letter of it."""
    request_id = await submitted(web)
    async with window(browser, site, site.signed_in(SENCO)) as page:
        await page.goto(f"{site.address}/requests/{request_id}/withdraw")
        typed = 'Moved <b>away</b> "for good" & more 🏫'
        await page.get_by_label("Why you withdraw it").fill(typed)
        site.signs.move_on(timedelta(hours=2))
        await page.get_by_role("button", name="Withdraw the request").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("You have been signed out")
        await look(page, "session-ended")
        async with page.context.expect_page() as opened:
            await page.get_by_role("link", name="Sign in again").click()
        tab = await opened.value
        await tab.get_by_role("button", name="Sign in with a school account").click()
        await tab.get_by_role("button", name=re.compile(SENCO)).click()
        await expect(tab.get_by_role("heading", level=1)).to_have_text("Withdraw the request")
        await page.get_by_role("button", name="Go on with what I typed").click()
        await expect(page.get_by_label("Why you withdraw it")).to_have_value(typed)
        await page.get_by_role("button", name="Withdraw the request").click()
        await expect(page.get_by_text("You have withdrawn the request")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "320"])
async def test_the_decision_is_shown_with_its_working(
    browser: Browser, site: Site, web: Web, world: World, size: tuple[int, int]
) -> None:
    """The school reads what was decided, by which rules, and until when it may object."""
    path = f"/requests/{await voted(web, world)}"
    signed = await web.says("head-of-sen", f"{path}/authorise", DECISION)
    assert signed.json()["done"]
    async with window(browser, site, site.signed_in(SENCO), size) as page:
        await page.goto(f"{site.address}{path}")
        for words in ("Agreed", "£4,974", "How the rules came to it", "It can be challenged until"):
            await expect(page.get_by_text(words).first).to_be_visible()
        await page.get_by_text("When it is paid").click()
        await look(page, "request-decided")


async def test_what_waits_for_me_leads_to_where_it_is_done(
    browser: Browser, site: Site, web: Web, world: World
) -> None:
    """An officer's work names the request and its day, and one click is at the request."""
    await voted(web, world)
    async with window(browser, site, site.signed_in("officer.1")) as page:
        await page.goto(site.address)
        await look(page, "my-work-officer")
        await page.get_by_role("link", name="Decide").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("LOC-2026-000001")
        await look(page, "request-officer")
