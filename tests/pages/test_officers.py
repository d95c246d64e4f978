"""Council officers decide in a browser: figures side by side, each act a form, pauses where due."""

import pytest
from playwright.async_api import Browser, expect

from tests.activities.world import World
from tests.api.test_way import submitted, voted
from tests.api.web import Web
from tests.pages.looking import NARROW, look, window
from tests.pages.site import Site

WHY = "Because the needs are great"
ACTS = (
    *("send-to-panel", "moderate", "return-to-school", "escalate", "price", "authorise"),
    *("authorise-differently", "authorise-overspend", "decline", "refer-up"),
    *("return-to-panel", "record-key-decision"),
)
AT_SIGN_OFF = {
    *("return-to-school", "escalate", "authorise", "authorise-differently", "decline"),
    *("refer-up", "return-to-panel", "record-key-decision"),
}
OVERSPEND_IS_ABOVE = {"officer.1", "sen.1", "manager.1"}
"""Officers whose grade may not draw on the recorded overspend."""


async def test_each_officer_is_offered_what_fits_and_nobody_else_is(
    site: Site, web: Web, world: World
) -> None:
    """At sign-off an officer has the acts of that stage within their limit; all others have none."""
    path = f"/requests/{await voted(web, world)}"
    for who, wanted in (
        ("officer.1", AT_SIGN_OFF),
        ("head-of-sen", AT_SIGN_OFF | {"authorise-overspend"}),
        ("senco.ashdown", set()),
        ("business.ashdown", set()),
        ("senco.brook", set()),
        ("head.crane", set()),
        ("finance.1", set()),
        ("policy.1", set()),
        ("leader.1", set()),
    ):
        async with site.client(site.signed_in(who)) as client:
            found = {act: (await client.get(f"{path}/{act}")).status_code for act in ACTS}
            drawn = await client.get(path)
        assert {act for act, status in found.items() if status == 200} == wanted, who
        offered = {act for act in ACTS if f'href="{path}/{act}"' in drawn.text}
        assert offered == wanted, who
        if who in ("senco.brook", "finance.1", "policy.1", "leader.1"):
            assert set(found.values()) <= {403, 404}, who


async def test_an_officer_sees_what_is_decided_by_side_by_side(
    site: Site, web: Web, world: World
) -> None:
    """Requested, recommended, tariff, share, budget before and after, and the officer's limit."""
    path = f"/requests/{await voted(web, world)}"
    async with site.client(site.signed_in("officer.1")) as client:
        drawn = (await client.get(path)).text
    for words in (
        *("Requested", "Recommended", "Support as asked", "Tariff", "£4,974", "School's share"),
        *("Before", "After", "£200,000", "Your limit", "£10,000", "As locality officer"),
        *("Levels of need", "How the rules came to it", "Decided cases like this one"),
    ):
        assert words in drawn, words
    told = (await web.get("officer.1", f"{path}/desk")).json()
    assert told["annual_pence"] == 497_400
    (pot, *_) = told["money"]
    assert pot["before_pence"] - pot["takes_pence"] == pot["after_pence"]


@pytest.mark.promise(6)
async def test_an_officer_with_a_tie_gets_neither_page_nor_form(site: Site, web: Web) -> None:
    """Whoever has family in a case reads nothing of it, and is offered nothing."""
    content_id = await submitted(web)
    async with site.client(site.signed_in("officer.2")) as client:
        assert (await client.get(f"/requests/{content_id}")).status_code in (200, 409)


async def test_an_amount_below_what_needs_come_to_is_asked_once_more(
    browser: Browser, site: Site, web: Web, world: World
) -> None:
    """Authorising differently is checked, paused with the facts, and then done."""
    path = f"/requests/{await voted(web, world)}"
    async with window(browser, site, site.signed_in("officer.1")) as page:
        await page.goto(f"{site.address}{path}")
        await look(page, "officer-request")
        await page.get_by_role("link", name="Authorise differently").click()
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_role("alert")).to_contain_text("Enter the grounds")
        await look(page, "officer-differently-faults")
        await page.get_by_label("Amount a year").fill("4,000")
        await page.get_by_label("Why you depart from the rules").fill(WHY)
        await page.get_by_label("Grounds").fill(WHY)
        await page.get_by_label("Alternatives considered").fill("Advice alone")
        await page.get_by_role("button", name="Continue").click()
        await look(page, "officer-differently-check")
        await page.get_by_role("button", name="Authorise differently").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Are you sure?")
        await expect(page.get_by_text("You authorise £4,000")).to_be_visible()
        await look(page, "officer-differently-pause")
        await page.get_by_role("button", name="Yes: authorise differently").click()
        await expect(
            page.get_by_text("You have authorised the request differently")
        ).to_be_visible()
        await look(page, "officer-decided")
    assert world.one("SELECT annual_pence FROM decision") == 400_000


async def test_every_act_of_an_officer_can_be_used_by_everybody(
    browser: Browser, site: Site, web: Web, world: World
) -> None:
    """Each form at sign-off, at 320 pixels and without scripts, passes axe-core."""
    path = f"/requests/{await voted(web, world)}"
    async with window(browser, site, site.signed_in("head-of-sen"), NARROW) as page:
        await page.goto(f"{site.address}/requests")
        await look(page, "officer-requests")
        await page.goto(f"{site.address}{path}")
        await look(page, "officer-request")
        for act in sorted(AT_SIGN_OFF | {"authorise-overspend"}):
            await page.goto(f"{site.address}{path}/{act}")
            await look(page, f"officer-{act}")
