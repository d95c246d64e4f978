"""Council officers decide in a browser: figures side by side, each act a form, pauses where due."""

from html import unescape
from uuid import UUID

import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import event

from domain.moderation import Recommendation
from domain.needs import AreaOfNeed
from domain.places import Level
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.changed_awards import ChangedAwards
from tests.activities.small_county import POUNDS, WITH_PLAN, profile, request
from tests.activities.term import HIGHEST
from tests.activities.world import World
from tests.api.test_way import voted
from tests.api.web import Web
from tests.pages.looking import look, window
from tests.pages.site import Site

_MOST_QUERIES = 50
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


async def test_each_officer_is_offered_what_fits_and_nobody_else_is(
    site: Site, web: Web, world: World
) -> None:
    """At sign-off an officer has the acts of that stage within their limit; others have none."""
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
        drawn = unescape((await client.get(path)).text)
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
async def test_an_officer_with_a_tie_gets_neither_page_nor_form(site: Site, hand: ByHand) -> None:
    """Whoever has family in a case reads nothing of it, and is offered nothing."""
    path = f"/requests/{hand.recommended(request(number=1))}"
    async with site.client(site.signed_in("officer.2")) as client:
        for address in (path, f"{path}/authorise", f"{path}/decline"):
            answer = await client.get(address)
            assert answer.status_code in (403, 409)
            assert "LOC-2026" not in answer.text


async def test_a_need_is_moderated_without_a_band_in_sight(site: Site, hand: ByHand) -> None:
    """With an officer, before any placing, there is no figure: on neither page nor form."""
    request_id = hand.world.submits(request(number=WITH_PLAN))
    hand.goes_on()
    path = f"/requests/{request_id}"
    key = site.signed_in("sen.1")
    async with site.client(key) as client:
        for address in (path, f"{path}/moderate"):
            drawn = await client.get(address)
            assert drawn.status_code == 200
            assert "Side by side" not in drawn.text
            assert "Exceptional" not in drawn.text
        typed = {
            **{
                f"profile.levels.{area}": str(n)
                for area, n in zip(AreaOfNeed, (4, 3, 2, 0), strict=True)
            },
            "recommendation": "as_asked",
            "reason": WHY,
            "_step": "do",
        }
        sent = await client.post(f"{path}/moderate", data=site.form(key, **typed))
        assert sent.status_code == 303, sent.text
    assert hand.world.stage(request_id) == "sign_off"
    async with site.client(site.signed_in("officer.1")) as client:
        drawn = await client.get(path)
        assert "a SEN officer decides it" in drawn.text
        assert (await client.get(f"{path}/decline")).status_code == 409


async def test_what_is_above_my_limit_is_referred_up(site: Site, hand: ByHand) -> None:
    """Above the limit there is no way to authorise, and the page says who can."""
    request_id = hand.recommended(request())
    hand.world.does("head.crane", ActKind.ESCALATE, request_id, level=Level.AREA)
    hand.goes_on()
    path = f"/requests/{request_id}"
    async with site.client(site.signed_in("officer.1")) as client:
        drawn = (await client.get(path)).text
        refused = await client.get(f"{path}/authorise")
    assert f'href="{path}/authorise"' not in drawn
    assert f'href="{path}/refer-up"' in drawn
    assert "Refer it up to: " in drawn
    assert refused.status_code == 409


async def test_each_act_of_an_officer_that_is_sent_is_done(site: Site, hand: ByHand) -> None:
    """Every form makes the body that its act takes: it is done, and stands in the record."""
    world = hand.world
    with_officer = world.submits(request(number=4, urgent_because="It cannot wait"))
    assert await _sends(site, hand, with_officer, "send-to-panel", reason=WHY) == "listed"
    one = hand.recommended(request())
    grounds = {"grounds": WHY, "reason": WHY}
    number = {"number": "26/00123", "annual_pence": "90,000"}
    day = {"effective_on-day": "1", "effective_on-month": "10", "effective_on-year": "2026"}
    for act, typed, stage in (
        ("escalate", {"level": "area", **grounds}, "sign_off"),
        ("refer-up", {"reason": WHY}, "sign_off"),
        ("record-key-decision", {**number, **day}, "sign_off"),
        ("return-to-panel", {"reason": WHY}, "listed"),
    ):
        assert await _sends(site, hand, one, act, **typed) == stage, act
    other = hand.recommended(request(number=2))
    assert await _sends(site, hand, other, "return-to-school", reason=WHY) == "returned"


async def test_each_decision_that_is_sent_is_made(site: Site, hand: ByHand) -> None:
    """A yes with its grounds each on a line, a no, and a price that no table has."""
    world = hand.world
    said = {"grounds": f"{WHY}\nAnd so", "alternatives": WHY}
    yes = hand.recommended(request(number=3))
    assert await _sends(site, hand, yes, "authorise", **said) == "decided"
    grounds = "SELECT grounds FROM decision WHERE request_id = :id"
    assert world.one(grounds, id=yes) == [WHY, "And so"]
    no = hand.recommended(request(number=1), recommendation=Recommendation.NONE)
    assert await _sends(site, hand, no, "decline", **said, reason=WHY) == "decided"
    assert world.ending(no) == "declined"
    dear = hand.recommended(request(number=4, profile=profile(*HIGHEST)), HIGHEST)
    assert world.stage(dear) == "unpriced"
    async with site.client(site.signed_in("manager.1")) as client:
        assert "To be priced" in (await client.get(f"/requests/{dear}")).text
    typed = {"annual_pence": "£1,200.50", "reason": WHY}
    assert await _sends(site, hand, dear, "price", **typed) == "sign_off"
    async with site.client(site.signed_in("manager.1")) as client:
        drawn = (await client.get(f"/requests/{dear}")).text
    assert "£1,200.50" in drawn
    assert "Set by an officer: head of SEN" in drawn


async def _sends(site: Site, hand: ByHand, request_id: UUID, act: str, **typed: str) -> str:
    """The head of SEN sends an act's form, sure of it; where the request stands then."""
    hand.goes_on()
    path, key = f"/requests/{request_id}/{act}", site.signed_in("head-of-sen")
    sent = {**site.form(key, **typed), "_said": f"{act}-{request_id}", "_step": "sure"}
    async with site.client(key) as client:
        answer = await client.post(path, data=sent)
        assert answer.status_code == 303, (act, answer.text)
        hand.goes_on()
        told = await client.get(answer.headers["location"])
    assert "This was not done" not in told.text, act
    return hand.world.stage(request_id)


async def test_requests_are_found_by_what_an_officer_asks(site: Site, hand: ByHand) -> None:
    """By stage, cluster, lateness and whose turn; what no filter knows filters nothing."""
    waits = hand.recommended(request(number=2))
    hand.listed(request(number=3))
    async with site.client(site.signed_in("officer.1")) as client:
        for query, wanted in (
            ("", 2),
            ("mine=yes", 1),
            ("cluster=alder", 2),
            ("cluster=cedar", 0),
            ("overdue=yes", 0),
            ("stage=listed", 1),
            ("stage=listed&mine=yes", 0),
            ("stage=nonsense&cluster=%3Cscript%3E", 0),
        ):
            drawn = (await client.get(f"/requests?{query}")).text
            assert drawn.count('scope="row"') == wanted, query
        assert str(waits) in (await client.get("/requests?mine=yes")).text
    async with site.client(site.signed_in("senco.ashdown")) as client:
        assert 'name="mine"' not in (await client.get("/requests")).text


async def test_what_was_decided_of_like_cases_stands_beside(site: Site, hand: ByHand) -> None:
    """A decided case with near needs is listed; another kind, and one far away, are not."""
    near = hand.recommended(request(number=2), (4, 3, 2, 1))
    far = hand.recommended(request(number=3), (4, 4, 4, 4))
    for each in (near, far):
        hand.world.authorises("head-of-sen", each)
        hand.goes_on()
    mine = hand.recommended(request(number=4))
    async with site.client(site.signed_in("officer.1")) as client:
        drawn = (await client.get(f"/requests/{mine}")).text
    assert f'href="/requests/{near}"' in drawn
    assert "1 step apart" in drawn
    assert str(far) not in drawn


@pytest.mark.promise(10)
async def test_where_no_budget_covers_it_an_overspend_is_asked_once_more(
    browser: Browser, site: Site, hand: ByHand
) -> None:
    """The page says which budgets lack it; from the overspend it is paid after a pause."""
    awards = ChangedAwards(hand)
    for pot in POUNDS:
        if pot != "high_needs_block":
            awards.spends(pot, but_pence=100)
    path = f"/requests/{hand.recommended(request())}"
    async with window(browser, site, site.signed_in("head-of-sen")) as page:
        await page.goto(f"{site.address}{path}")
        await expect(page.get_by_text("No budget covers it")).to_be_visible()
        await look(page, "officer-no-money")
        await page.get_by_role("link", name="Authorise from the overspend").click()
        await page.get_by_label("Authority for the overspend").fill("26/00042")
        await page.get_by_label("Why it is paid from the overspend").fill(WHY)
        await page.get_by_label("Grounds").fill(WHY)
        await page.get_by_label("Alternatives considered").fill("Advice alone")
        await page.get_by_role("button", name="Continue").click()
        await page.get_by_role("button", name="Authorise from the overspend").click()
        await expect(page.get_by_text("is drawn from the recorded overspend")).to_be_visible()
        await look(page, "officer-overspend-pause")
        await page.get_by_role("button", name="No, go back").click()
        await expect(page.get_by_label("Authority for the overspend")).to_have_value("26/00042")
        await page.get_by_role("button", name="Continue").click()
        await page.get_by_role("button", name="Authorise from the overspend").click()
        await page.get_by_role("button", name="Yes: authorise from the overspend").click()
        await expect(page.get_by_text("authorised the request from the overspend")).to_be_visible()
    assert hand.world.one("SELECT count(*) FROM decision") == 1


async def test_a_declared_interest_that_bars_is_refused_after_a_pause(
    site: Site, hand: ByHand
) -> None:
    """Declared with the act, it is asked once more, and the record refuses; no word is lost."""
    path = f"/requests/{hand.recommended(request())}/authorise"
    key = site.signed_in("officer.1")
    typed = {"grounds": WHY, "alternatives": WHY, "interests.family": "yes"}
    async with site.client(key) as client:
        paused = await client.post(path, data=site.form(key, **typed, _step="do"))
        assert "Are you sure?" in paused.text
        assert "a child in it is of my family" in paused.text
        sure = await client.post(path, data=site.form(key, **typed, _step="sure"))
        assert sure.status_code == 403
        assert "you have a part in it: family" in sure.text.lower()
        assert WHY in sure.text
    assert hand.world.one("SELECT count(*) FROM decision") == 0


async def test_a_page_asks_as_often_whatever_there_is_to_show(site: Site, hand: ByHand) -> None:
    """Queries of a request's page, of the list and of the cases to sign do not grow with rows."""
    one, first = (hand.recommended(request(number=each)) for each in (4, 2))
    hand.world.authorises("head-of-sen", one)
    hand.goes_on()
    paths = (f"/requests/{first}", "/requests?mine=yes", "/sign-together", "/cover")
    before = await _queries(site, hand, paths)
    done = [hand.recommended(request(number=each)) for each in (0, 3)]
    for each in done:
        hand.world.authorises("head-of-sen", each)
        hand.goes_on()
    hand.recommended(request(number=1))
    assert await _queries(site, hand, paths) == before
    assert max(before) < _MOST_QUERIES


async def _queries(site: Site, hand: ByHand, paths: tuple[str, ...]) -> list[int]:
    """How many queries each page asks once everything that is kept in mind is there."""
    asked: list[str] = []

    def hears(*told: object) -> None:
        asked.append(str(told[2]))

    found = []
    async with site.client(site.signed_in("officer.1")) as client:
        for path in paths:
            await client.get(path)
            event.listen(site.parts.engine, "before_cursor_execute", hears)
            asked.clear()
            assert (await client.get(path)).status_code == 200
            event.remove(site.parts.engine, "before_cursor_execute", hears)
            found.append(len(asked))
    del hand
    return found


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
