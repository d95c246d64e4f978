"""Letters and families' pages: read by who may, opened by a link and a fact, and kept by nobody."""

import json
import re
from collections.abc import MutableMapping
from datetime import date
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.activities.by_hand import ByHand
from tests.activities.challenged import Challenged
from tests.activities.changed_awards import ChangedAwards
from tests.activities.small_county import PLANTED
from tests.activities.world import World
from tests.api.test_families import decided, lines  # noqa: F401
from tests.api.test_way import submitted
from tests.api.web import Web
from tests.pages.hands import EITHER_HAND, Hand, at_hand
from tests.pages.looking import NARROW, look, window
from tests.pages.site import Site
from tests.pages.validating import faults_of

BORN_ON = {"born_on-day": "4", "born_on-month": "5", "born_on-year": "2017"}
WRONG_ON = {**BORN_ON, "born_on-month": "6"}
SENCO = "senco.ashdown"


async def link_made(client: httpx.AsyncClient, site: Site, key: str, request_id: str) -> str:
    """A SENCO makes a link on the page; returns where it leads."""
    typed = {"days": "28", "_said": "the-one-form"}
    answer = await client.post(f"/requests/{request_id}/family-link", data=site.form(key, **typed))
    assert answer.status_code == 200, answer.text
    (link,) = re.findall(rf"{site.address}(/family/[\w-]+)", answer.text)
    return str(link)


WHO_GETS_WHAT = {
    "senco.ashdown": (200, 200, 200),
    "head.ashdown": (200, 200, 200),
    "business.ashdown": (404, 404, 404),
    "senco.brook": (404, 404, 404),
    "head.crane": (404, 404, 404),
    "officer.1": (200, 200, 200),
    "sen.1": (200, 200, 200),
    "finance.1": (404, 404, 404),
    "policy.1": (404, 404, 404),
    "leader.1": (404, 404, 404),
}


async def test_role_by_page_is_as_the_table_says(site: Site, web: Web, world: World) -> None:
    """Letter, PDF and links are for the school's desk and officers; nobody else finds them."""
    request_id = await decided(web, world)
    found = {}
    for who in WHO_GETS_WHAT:
        async with site.client(site.signed_in(who)) as client:
            pages = ("letter", "letter.pdf", "family-link")
            answers = [await client.get(f"/requests/{request_id}/{each}") for each in pages]
            found[who] = tuple(each.status_code for each in answers)
            for each in answers:
                assert "pdf" in each.headers["content-type"] or faults_of(each.text) == []
    assert found == WHO_GETS_WHAT


@pytest.mark.promise(8)
async def test_the_desk_reads_the_name_in_the_letter_and_an_officer_does_not(
    site: Site, web: Web, world: World
) -> None:
    """The school adds the name, which it alone is given; a wording says which it is."""
    request_id = await decided(web, world)
    for who, reads_it in ((SENCO, True), ("officer.1", False)):
        async with site.client(site.signed_in(who)) as client:
            letter = (await client.get(f"/requests/{request_id}/letter")).text
        assert (f"{PLANTED}a ashdown{PLANTED}" in letter) is reads_it
        assert ("(the school adds the name)" in letter) is not reads_it
        assert "in wording 2 of this kind of letter" in letter


async def test_before_the_decision_there_is_neither_letter_nor_link(site: Site, web: Web) -> None:
    """The page says why, and what to wait for."""
    request_id = await submitted(web)
    async with site.client(site.signed_in(SENCO)) as client:
        assert (await client.get(f"/requests/{request_id}/letter")).status_code == 404
        answer = await client.get(f"/requests/{request_id}/family-link")
    assert answer.status_code == 409
    assert "decision&#39;s letter is there" in answer.text


async def test_a_double_click_is_one_link_and_a_new_session_is_not_shown_it(
    site: Site, web: Web, world: World
) -> None:
    """The same form shows the same link; signed in anew, it says that it was shown before."""
    request_id = await decided(web, world)
    key, other = site.signed_in(SENCO), site.signed_in(SENCO)
    async with site.client(key) as client:
        first = await link_made(client, site, key, request_id)
        assert await link_made(client, site, key, request_id) == first
    async with site.client(other) as client:
        typed = site.form(other, days="28", _said="the-one-form")
        again = await client.post(f"/requests/{request_id}/family-link", data=typed)
    assert "This link was shown before" in again.text
    assert first not in again.text
    assert world.one("SELECT count(*) FROM family_link") == 1


@pytest.mark.promise(8)
async def test_a_link_shows_nothing_without_the_day_and_leaves_nothing_behind(
    site: Site,
    web: Web,
    world: World,
    lines: list[MutableMapping[str, Any]],  # noqa: F811
) -> None:
    """Before the right day not even the reference; after it no name; no cookie, cache or log."""
    request_id = await decided(web, world)
    key = site.signed_in(SENCO)
    async with site.client(key) as client:
        link = await link_made(client, site, key, request_id)
    async with site.client() as family:
        door = await family.get(link)
        empty = await family.post(link, data={})
        nonsense = await family.post(
            link, data={**BORN_ON, "born_on-day": "31", "born_on-month": "2"}
        )
        wrong = await family.post(link, data=WRONG_ON)
        told = await family.post(link, data=BORN_ON)
        letter = await family.post(f"{link}/letter.pdf", data=BORN_ON)
    assert [each.status_code for each in (door, empty, nonsense, wrong, told, letter)] == [
        *(200, 422, 422, 422, 200, 200)
    ]
    for shut in (door, empty, nonsense, wrong):
        assert "LOC-2026" not in shut.text
        assert "Ashdown" not in shut.text
    assert "Enter your child&#39;s date of birth" in empty.text
    assert "must be a day that exists" in nonsense.text
    assert "You can try 4 more times" in wrong.text
    assert world.one("SELECT count(*) FROM family_link_try WHERE NOT is_right") == 1
    for said in ("We agreed to extra support", "If you do not agree", "SENDIASS", "at any time"):
        assert said in told.text
    for each in (door, wrong, told, letter):
        assert f"{PLANTED}a ashdown".encode() not in each.content
        assert each.headers["cache-control"] == "no-store"
        assert "noindex" in each.headers["x-robots-tag"]
        assert "set-cookie" not in each.headers
    assert letter.content.startswith(b"%PDF")
    assert [faults_of(each.text) for each in (door, empty, told)] == [[], [], []]
    assert link.rpartition("/")[2] not in json.dumps(lines, default=str)
    assert "2017" not in json.dumps(lines, default=str)


async def test_links_that_open_nothing_look_the_same(site: Site, web: Web, world: World) -> None:
    """Never made, spent, closed: one page, one status, asked for or tried."""
    request_id = await decided(web, world)
    key = site.signed_in(SENCO)
    async with site.client(key) as client:
        link = await link_made(client, site, key, request_id)
    async with site.client() as family:
        *_, spent = [await family.post(link, data=WRONG_ON) for _ in range(5)]
        answers = [spent, await family.get(link), await family.post(link, data=BORN_ON)]
        for nowhere in ("/family/never-made", "/family/%F0%9F%92%A5<script>", f"{link}x"):
            answers += [await family.get(nowhere), await family.post(nowhere, data=BORN_ON)]
            answers += [await family.post(nowhere, data={})]
        pdf = await family.post(f"{link}/letter.pdf", data=BORN_ON)
    pages = {re.sub(r'nonce="[^"]+"', "", each.text) for each in (*answers, pdf)}
    assert {each.status_code for each in (*answers, pdf)} == {404}
    assert len(pages) == 1


async def test_a_link_is_closed_by_who_may_and_by_nobody_else(
    site: Site, web: Web, world: World
) -> None:
    """Another school finds nothing; a forged form does nothing; closed, it opens nothing."""
    request_id = await decided(web, world)
    key, other = site.signed_in(SENCO), site.signed_in("senco.brook")
    async with site.client(key) as client:
        link = await link_made(client, site, key, request_id)
        link_id = world.one("SELECT id FROM family_link")
        close = f"/family-links/{link_id}/close"
        async with site.client(other) as stranger:
            assert (await stranger.get(close)).status_code == 404
            assert (await stranger.post(close, data=site.form(other))).status_code == 404
        assert (await client.post(close, data={"_token": "forged"})).status_code == 403
        asked = await client.get(close)
        assert "cannot be opened again" in asked.text
        done = await client.post(close, data=site.form(key), follow_redirects=True)
        assert "You have closed the link" in done.text
        assert "A link for the family was closed" in done.text
        assert (await client.get(close)).status_code == 409
    async with site.client() as family:
        assert (await family.get(link)).status_code == 404


@pytest.mark.parametrize("days", ["0", "181", "-1", "soon", "1" * 30, "🏫", "<script>"])
async def test_days_that_are_none_are_told_and_kept(
    site: Site, web: Web, world: World, days: str
) -> None:
    """What was typed stays, and the fault stands at its field."""
    request_id = await decided(web, world)
    key = site.signed_in(SENCO)
    async with site.client(key) as client:
        typed = site.form(key, days=days)
        answer = await client.post(f"/requests/{request_id}/family-link", data=typed)
    assert answer.status_code == 422
    assert 'href="#days"' in answer.text
    assert "<script>" not in answer.text.partition("<main")[2]
    assert world.one("SELECT count(*) FROM family_link") == 0


async def makes_link(hand: Hand) -> str:
    """A SENCO goes from the school's letter to a link for the family; the link."""
    await hand.signs_in(SENCO)
    await hand.presses("Requests")
    await hand.presses("LOC-2026-000001")
    await hand.presses(re.compile("^Read the letter to the family"))
    await hand.comes_to("Our decision")
    await hand.presses("Give the family a link to the decision")
    await hand.writes("How many days it lasts", "28")
    await hand.presses("Make the link")
    await hand.comes_to("The link is made")
    await hand.looks("family-link-made")
    link = await hand.page.get_by_label("The link", exact=True).input_value()
    await hand.presses("See the links of this request")
    await hand.looks("family-link")
    return link


async def reads(hand: Hand, link: str) -> None:
    """A family comes by its link, has the day wrong once, reads, and takes the letter along."""
    await hand.page.goto(link)
    await hand.looks("family-door")
    for name, typed in (("Day", "4"), ("Month", "6"), ("Year", "2017")):
        await hand.writes(name, typed)
    await hand.presses("Continue")
    await expect(hand.page.get_by_role("alert")).to_contain_text("You can try 4 more times")
    await hand.looks("family-wrong")
    await hand.writes("Month", "5")
    await hand.presses("Continue")
    await hand.comes_to("What was decided")
    await hand.looks("family")
    letter = await hand.downloads("Download this as a letter (PDF)")
    assert letter.read_bytes().startswith(b"%PDF")


@EITHER_HAND
async def test_a_family_reads_its_decision(
    hand_of: type[Hand], browser: Browser, site: Site, web: Web, world: World
) -> None:
    """From the school's letter over the link to the decision and its letter."""
    await decided(web, world)
    async with at_hand(hand_of, browser, site) as senco:
        link = await makes_link(senco)
    async with at_hand(hand_of, browser, site) as family:
        await reads(family, link)
        await family.page.goto(f"{link}x")
        await family.looks("family-shut")
    tries = "SELECT count(*) FILTER (WHERE is_right), count(*) FROM family_link_try"
    assert world.rows(tries) == [(2, 3)]


async def test_letters_of_what_came_later_are_read_too(
    browser: Browser, site: Site, web: Web, world: World, hand: ByHand
) -> None:
    """A change and the answer to a challenge: for the school, and on the family's page."""
    request_id = await decided(web, world)
    awards = ChangedAwards(hand)
    (award,) = world.rows("SELECT id, request_id FROM award")
    awards.changed(award.id, "suspended", from_on=date(2026, 12, 1), until_on=date(2026, 12, 20))
    looks = Challenged(awards)
    look_id = looks.challenged(award.request_id)
    key = site.signed_in(SENCO)
    async with site.client(key) as client:
        link = await link_made(client, site, key, request_id)
        async with site.client() as family:
            open_still = (await family.post(link, data=BORN_ON)).text
        assert "We are looking at this again" in open_still
        assert (await client.get(f"/reconsiderations/{look_id}/letter")).status_code == 404
        looks.looked_at(look_id)
        looks.answered(look_id, "stands", who="director")
        change = world.one("SELECT id FROM change_letter")
        for path in (
            f"/awards/{award.id}/letters/{change}.pdf",
            f"/reconsiderations/{look_id}/letter.pdf",
        ):
            assert (await client.get(path)).content.startswith(b"%PDF")
        wrong = f"/awards/{award.id}/letters/{look_id}.pdf"
        assert (await client.get(wrong)).status_code == 404
    await looked_at(browser, site, key, f"/awards/{award.id}", f"/reconsiderations/{look_id}")
    async with window(browser, site, size=NARROW) as page:
        await page.goto(f"{site.address}{link}")
        for name, typed in (("Day", "4"), ("Month", "5"), ("Year", "2017")):
            await page.get_by_label(name).fill(typed)
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_text("Something has changed since")).to_be_visible()
        await look(page, "family-changed")


async def looked_at(browser: Browser, site: Site, key: str, award: str, challenge: str) -> None:
    """Look at the letters of an award and of a challenge."""
    async with window(browser, site, key) as page:
        await page.goto(f"{site.address}{award}/letters")
        await look(page, "letters-of-changes")
        await page.goto(f"{site.address}{challenge}/letter")
        await expect(page.get_by_text("The first decision stands.")).to_be_visible()
        await look(page, "letter-of-answer")
