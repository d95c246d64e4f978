"""Schools, officers and services at their pages in a real browser; every page looked at once."""

import re
from datetime import date, timedelta
from uuid import UUID

from playwright.async_api import Browser, Page, expect

from activities.names import OfRun
from tests.activities.advice_world import SPEECH
from tests.activities.by_hand import ByHand
from tests.activities.challenged import Challenged
from tests.activities.changed_awards import ChangedAwards
from tests.activities.payment_world import PaymentWorld
from tests.activities.planned import Planned
from tests.api.test_reconsiderations import declined as declined  # noqa: PLC0414
from tests.api.test_services import advised
from tests.api.test_services import asked as asked  # noqa: PLC0414
from tests.api.web import Web
from tests.pages.looking import NARROW, look, window
from tests.pages.site import Site
from tests.pages.test_journey import enter, tab_to


async def at(page: Page, site: Site, path: str, name: str) -> None:
    """Go somewhere, and look at what is there."""
    await page.goto(f"{site.address}{path}")
    await look(page, name)


def paid_and_changed(hand: ByHand) -> UUID:
    """An award whose pupil has left after it was paid; another is in a run that was sent."""
    awards = ChangedAwards(hand)
    award_id = awards.awarded(number=2)
    awards.comes(date(2026, 11, 20))
    awards.pays_until(award_id, date(2026, 11, 20))
    awards.changed(award_id, "leaver", last_on=date(2026, 11, 6))
    paying = PaymentWorld(hand.world)
    paying.award("ashdown")
    run_id = paying.prepared()
    paying.approves(run_id)
    paying.runs.write_papers(OfRun(run_id=run_id))
    return award_id


async def on_a_census_day(page: Page, site: Site) -> None:
    """A day that there is not, and one on which a pupil has a top-up."""
    await page.goto(f"{site.address}/awards/top-ups")
    for day, name in ((("31", "2", "2026"), "top-ups-fault"), (("4", "11", "2026"), "top-ups")):
        for box, typed in zip(("Day", "Month", "Year"), day, strict=True):
            await page.get_by_label(box, exact=True).fill(typed)
        await page.get_by_role("button", name="Show").click()
        await look(page, name)
    await expect(page.get_by_role("heading", name="on 4 November 2026")).to_be_visible()


async def test_a_schools_money_is_looked_at(browser: Browser, site: Site, hand: ByHand) -> None:
    """Awards, one that changed, remittances, a census day; wide and narrow."""
    award_id = paid_and_changed(hand)
    key = site.signed_in("senco.ashdown")
    async with window(browser, site, key) as page:
        await at(page, site, "/", "my-work-with-messages")
        await page.get_by_role("link", name="Awards", exact=True).first.click()
        await look(page, "awards")
        await page.get_by_role("link", name="LOC-2026-000001").click()
        await look(page, "award")
        await page.goto(f"{site.address}/awards")
        await page.get_by_role("link", name="Remittances").click()
        await look(page, "remittances")
        await page.get_by_role("rowheader").get_by_role("link").first.click()
        await look(page, "remittance")
        await at(page, site, "/messages", "messages-none")
    async with window(browser, site, key, NARROW) as page:
        await at(page, site, "/awards", "awards")
        await at(page, site, f"/awards/{award_id}", "award")
        await on_a_census_day(page, site)
    async with window(browser, site, site.signed_in("officer.1")) as page:
        await at(page, site, "/awards", "awards-officer")
        await at(page, site, "/awards?school=kelp", "awards-none")
        await at(page, site, "/remittances", "remittances-none")


async def answers(page: Page, site: Site, path: str) -> None:
    """An officer who had no part gives the one answer, with every fault told before."""
    await at(page, site, path, "challenge-to-answer")
    await page.get_by_role("link", name="Answer the challenge").click()
    await page.get_by_role("button", name="Continue").click()
    await look(page, "challenge-answer-faults")
    await page.get_by_role("radio", name="The decision stands").check()
    for label in ("Grounds", "Alternatives that you considered", "Why this is the answer"):
        await page.get_by_label(label).fill("The need is as it was seen")
    await page.get_by_role("button", name="Continue").click()
    await look(page, "challenge-answer-check")
    await page.get_by_role("button", name="Give the answer").click()
    await expect(page.get_by_text("You have answered the challenge")).to_be_visible()
    await look(page, "challenge-answered")


async def test_a_decision_is_challenged_with_the_keyboard_alone(
    browser: Browser, site: Site, hand: ByHand, declined: UUID
) -> None:
    """From the request to the challenge, and an officer to the answer; every page looked at."""
    async with window(browser, site, site.signed_in("senco.ashdown")) as page:
        await page.goto(f"{site.address}/requests/{declined}")
        await tab_to(page, "Challenge the decision")
        await enter(page)
        await look(page, "challenge-form")
        await page.get_by_role("radio", name="The family").focus()
        await page.keyboard.press("Space")
        for label in ("Why the decision should be looked at again", "What you ask for instead"):
            await page.get_by_label(label).focus()
            await page.keyboard.type("The report of October was not there")
        for button, name in (("Continue", "challenge-check"), ("Send", "challenge-made")):
            await tab_to(page, button)
            await enter(page)
            await look(page, name)
        await expect(page.get_by_text("You have challenged the decision")).to_be_visible()
        path = re.sub(r"\?.*", "", page.url).removeprefix(site.address)
        await at(page, site, "/reconsiderations", "challenges")
        await at(page, site, f"/requests/{declined}", "request-challenged")
    Challenged(ChangedAwards(hand)).looked_at(UUID(path.rpartition("/")[2]))
    async with window(browser, site, site.signed_in("head-of-sen"), NARROW) as page:
        await answers(page, site, path)
    async with window(browser, site, site.signed_in("senco.brook")) as page:
        await at(page, site, "/reconsiderations", "challenges-none")


FILLED = {
    "name": "Learning hub " * 8,
    "annual_pence": "£12,000",
    "hours_a_week": "25",
    "outcomes": "They read better",
}


async def proposes(page: Page, site: Site) -> None:
    """Rows are added and faults told by the server alone."""
    await at(page, site, "/plans", "plans")
    await page.get_by_role("link", name="Propose a plan").click()
    await look(page, "plan-new")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Add another item").click()
    await page.get_by_role("button", name="Continue").click()
    await look(page, "plan-form-faults")
    for name, typed in FILLED.items():
        await page.locator(f"[name='items.0.{name}']").fill(typed)
    await page.locator("[id='items.0.kind']").check()
    await page.locator("[name='items.0.school']").select_option("crane")
    for button, name in (("Continue", "plan-check"), ("Propose the plan", "plan-proposed")):
        await page.get_by_role("button", name=button).click()
        await look(page, name)
    await expect(page.get_by_text("You have proposed the plan")).to_be_visible()


async def test_a_plan_is_proposed_at_320_pixels_without_a_script(
    browser: Browser, site: Site, hand: ByHand
) -> None:
    """Then its schools speak, an officer signs it, and it is reported on; every page looked at."""
    who, planned = site.signed_in("administrator.alder"), Planned(hand)
    async with window(browser, site, who, NARROW, scripts=False) as page:
        await proposes(page, site)
        path = re.sub(r"\?.*", "", page.url).removeprefix(site.address)
        plan_id = UUID(path.rpartition("/")[2])
    async with window(browser, site, who) as page:
        await at(page, site, "/plans/new/2026/alder,cedar", "plan-form")
    async with window(browser, site, site.signed_in("head.dell")) as page:
        await at(page, site, f"{path}/voice", "plan-voice")
        await page.get_by_role("radio", name="Yes").check()
        await page.get_by_role("button", name="Say it for your school").click()
        await look(page, "plan-voiced")
    planned.schools_agree(plan_id)
    async with window(browser, site, site.signed_in("manager.1")) as page:
        await at(page, site, f"{path}/sign", "plan-sign")
        await at(page, site, f"{path}/return", "plan-return")
        planned.done(planned.signs(plan_id))
        await at(page, site, path, "plan-signed")
        await at(page, site, "/plans", "plans-officer")
        await at(page, site, "/plans?cluster=cedar", "plans-none")
    async with window(browser, site, site.signed_in("head.crane"), NARROW) as page:
        await at(page, site, "/plans", "plans-chair")
        await at(page, site, f"{path}/report-outcome", "plan-report")
        await at(page, site, f"{path}/change", "plan-change")


async def test_a_service_answers_at_320_pixels_without_a_script(
    browser: Browser, asked: UUID, site: Site, web: Web, hand: ByHand
) -> None:
    """Its only pages: what is asked, taken on, late, and reported."""
    await advised(web, hand, asked)
    who = site.signed_in(SPEECH)
    async with window(browser, site, who, NARROW, scripts=False) as page:
        await at(page, site, "/services/asked", "asked")
        await page.get_by_role("rowheader").get_by_role("link").first.click()
        await look(page, "asked-one")
        await page.get_by_role("link", name="Take it on").click()
        await look(page, "asked-accept")
        await page.get_by_role("button", name="Take it on").click()
        await expect(page.get_by_text("You have taken it on")).to_be_visible()
        hand.world.clock.move_on(timedelta(days=90))
        await page.reload()
        await look(page, "asked-late")
    async with window(browser, site, who) as page:
        await at(page, site, "/services/asked?late=true", "asked-late-list")
        await page.get_by_role("rowheader").get_by_role("link").first.click()
        await page.get_by_role("link", name="Report what came of it").click()
        await page.get_by_role("button", name="Send the report").click()
        await look(page, "asked-report-fault")
        await page.get_by_role("radio", name="Yes").check()
        await page.get_by_label("What came of it").fill("It went well")
        await page.get_by_role("button", name="Send the report").click()
        await expect(page.get_by_text("You have reported what came of it")).to_be_visible()
    async with window(browser, site, site.signed_in("senco.brook")) as page:
        await at(page, site, "/services/asked", "asked-none")
