"""Every page looked at, by role: who gets it, what a browser is told with it, what goes wrong."""

import re
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.activities.world import World
from tests.api.bodies import DECISION
from tests.api.test_way import submitted, voted
from tests.api.web import Web
from tests.pages.looking import NARROW, WIDE, look, window
from tests.pages.site import Site

REQUEST = "LOC-2026-000001"
PAGES = ("/", "/requests", "/requests/{id}", "/policies", "/policies/tariff", "/accessibility")
EVERYBODY = dict.fromkeys(("/", "/requests", "/policies", "/policies/tariff"), 200)

WHO_GETS_WHAT = {
    "senco.ashdown": EVERYBODY | {"/requests/{id}": 200, "/requests/{id}/withdraw": 200},
    "head.ashdown": EVERYBODY | {"/requests/{id}": 200, "/requests/{id}/withdraw": 200},
    "business.ashdown": EVERYBODY | {"/requests/{id}": 200, "/requests/{id}/withdraw": 409},
    "senco.brook": EVERYBODY | {"/requests/{id}": 404, "/requests/{id}/withdraw": 404},
    "head.crane": EVERYBODY | {"/requests/{id}": 404, "/requests/{id}/withdraw": 404},
    "officer.1": EVERYBODY | {"/requests/{id}": 200, "/requests/{id}/withdraw": 409},
    "sen.1": EVERYBODY | {"/requests/{id}": 200, "/requests/{id}/withdraw": 409},
    "finance.1": EVERYBODY | {"/requests/{id}": 404, "/requests/{id}/withdraw": 404},
    "policy.1": EVERYBODY | {"/requests/{id}": 404, "/requests/{id}/withdraw": 404},
    "leader.1": EVERYBODY | {"/requests/{id}": 404, "/requests/{id}/withdraw": 404},
}


async def test_role_by_page_is_as_the_table_says(site: Site, web: Web) -> None:
    """Each role gets the pages that it has something to do with, and another's request is 404."""
    request_id = await submitted(web)
    found: dict[str, dict[str, int]] = {}
    for who, wanted in WHO_GETS_WHAT.items():
        async with site.client(site.signed_in(who)) as client:
            answers = {path: await client.get(path.format(id=request_id)) for path in wanted}
            found[who] = {path: answer.status_code for path, answer in answers.items()}
    assert found == WHO_GETS_WHAT


async def test_a_page_and_the_api_say_the_same_of_who_may_see(site: Site, web: Web) -> None:
    """For every role a request's page is there exactly where its JSON is."""
    request_id = await submitted(web)
    for who in WHO_GETS_WHAT:
        told = await web.get(who, f"/requests/{request_id}")
        async with site.client(site.signed_in(who)) as client:
            drawn = await client.get(f"/requests/{request_id}")
        assert drawn.status_code == told.status_code, who
        assert ("Xylwickle" in _body_of(drawn)) == ("Xylwickle" in told.text), who


async def test_what_is_not_there_looks_like_what_is_another_schools(site: Site, web: Web) -> None:
    """A link to another school's request says nothing that a made-up one does not."""
    request_id = await submitted(web)
    async with site.client(site.signed_in("senco.brook")) as client:
        theirs = await client.get(f"/requests/{request_id}")
        nobodys = await client.get(f"/requests/{uuid4()}")
        no_id = await client.get("/requests/not-an-id")
    assert [each.status_code for each in (theirs, nobodys, no_id)] == [404, 404, 404]
    assert len({_body_of(each) for each in (theirs, nobodys, no_id)}) == 1


async def test_no_band_or_amount_is_on_a_schools_page_before_the_decision(
    site: Site, web: Web, world: World
) -> None:
    """Needs come first: a school's page of a placed request has no tier, band or pound sign."""
    path = f"/requests/{await voted(web, world)}"
    async with site.client(site.signed_in("senco.ashdown")) as client:
        before = _body_of(await client.get(path))
        await web.says("head-of-sen", f"{path}/authorise", DECISION)
        after = _body_of(await client.get(path))
    for word in ("£", "Exceptional", "How the rules came to it"):
        assert word not in before
        assert word in after


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "320"])
async def test_every_page_can_be_used_by_everybody(
    browser: Browser, site: Site, web: Web, size: tuple[int, int]
) -> None:
    """Each page, as it stands and with what is wrong in it, passes axe-core at either width."""
    request_id = await submitted(web)
    async with window(browser, site, site.signed_in("senco.ashdown"), size) as page:
        for path, name in (
            ("/requests", "requests"),
            ("/requests?stage=decided", "requests-none"),
            ("/policies", "policies"),
            ("/policies/tariff", "policy-tariff"),
            ("/policies/continuum", "policy-continuum"),
            ("/policies/finance", "policy-finance"),
            ("/policies/panel", "policy-panel"),
            ("/accessibility", "accessibility"),
            ("/cookies", "cookies"),
            ("/nowhere", "problem-404"),
            (f"/requests/{request_id}/answer", "problem-409"),
            (f"/requests/{request_id}/withdraw", "withdraw"),
        ):
            await page.goto(f"{site.address}{path}")
            await look(page, name)
        await page.get_by_role("button", name="Withdraw the request").click()
        await expect(page).to_have_title(re.compile("^Error: Withdraw the request"))
        await expect(page.locator(".govuk-error-summary")).to_be_focused()
        await look(page, "withdraw-fault")
        await page.get_by_role("link", name="Enter why you withdraw the request").click()
        await expect(page.get_by_label("Why you withdraw it")).to_be_focused()


async def test_a_page_asks_nobody_else_and_is_kept_by_nobody(site: Site) -> None:
    """A browser is told to run no script but ours, to frame no page and to keep none."""
    async with site.client(site.signed_in("senco.ashdown")) as client:
        for path in ("/", "/accessibility", "/nowhere", "/signed-out"):
            told = (await client.get(path)).headers
            policy = told["content-security-policy"]
            assert "unsafe" not in policy
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert told["referrer-policy"] == "no-referrer"
            assert told["cache-control"] == "no-store"
            assert told["x-content-type-options"] == "nosniff"
            assert "strict-transport-security" not in told


async def test_static_files_are_kept_for_good_under_their_own_version(site: Site) -> None:
    """A style is kept for a year under the address with its version, and under no other."""
    address = site.house.assets.address("locality.css")
    async with site.client() as client:
        kept = await client.get(address)
        old = await client.get("/static/000000000000/locality.css")
        none = await client.get(f"/static/{site.house.assets.version}/no.css")
        colour = await client.get(site.house.assets.address("council.css"))
    assert "immutable" in kept.headers["cache-control"]
    assert old.headers["cache-control"] == "no-cache"
    assert old.content == kept.content
    assert none.status_code == 404
    assert site.house.colour in colour.text


async def test_pages_stay_small(site: Site, web: Web, world: World) -> None:
    """A page is under 60 kB, and a first visit under 250 kB in all."""
    path = f"/requests/{await voted(web, world)}"
    await web.says("head-of-sen", f"{path}/authorise", DECISION)
    names = ("govuk-frontend.min.css", "council.css", "locality.css", "locality.js", "icon.svg")
    async with site.client(site.signed_in("senco.ashdown")) as client:
        drawn = len((await client.get(path)).content)
        files = [
            len((await client.get(site.house.assets.address(name))).content)
            for name in (*names, "govuk-frontend.min.js")
        ]
    assert drawn < 60_000
    assert drawn + sum(files) < 250_000


@pytest.mark.parametrize("away", [timedelta(minutes=61), timedelta(hours=12, minutes=30)])
async def test_a_session_that_is_idle_or_old_is_over(site: Site, away: timedelta) -> None:
    """After an hour without a page, or half a day with many, one signs in again."""
    async with site.client(site.signed_in("senco.ashdown")) as client:
        assert (await client.get("/")).status_code == 200
        still_on = timedelta(minutes=59)
        while away > timedelta(hours=2):
            site.signs.move_on(still_on)
            away -= still_on
            await client.get("/requests")
        site.signs.move_on(away)
        answer = await client.get("/requests")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/sign-in?then=/requests"


def _body_of(answer: httpx.Response) -> str:
    """A page without what differs each time it is drawn."""
    return answer.text.partition("<main")[2].partition("</main>")[0]
