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
from tests.pages.hands import EITHER_HAND, Hand, at_hand
from tests.pages.looking import look, window
from tests.pages.site import Site


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


async def on_a_census_day(hand: Hand) -> None:
    """A day that there is not, and one on which a pupil has a top-up; the list taken along."""
    await hand.presses("Top-ups on a census day")
    for day, name in ((("31", "2", "2026"), "top-ups-fault"), (("4", "11", "2026"), "top-ups")):
        for box, typed in zip(("Day", "Month", "Year"), day, strict=True):
            await hand.writes(hand.page.get_by_label(box, exact=True), typed)
        await hand.presses("Show")
        await hand.looks(name)
    await expect(hand.page.get_by_role("heading", name="on 4 November 2026")).to_be_visible()
    told = (await hand.downloads(re.compile("^CSV"))).read_text("utf-8-sig")
    assert "ashdown-2" in told


@EITHER_HAND
async def test_a_school_follows_its_money(
    hand_of: type[Hand], browser: Browser, site: Site, hand: ByHand
) -> None:
    """From my work to an award that changed, to what was paid for it, to a census day's list."""
    paid_and_changed(hand)
    async with at_hand(hand_of, browser, site) as senco:
        await senco.signs_in("senco.ashdown")
        await senco.looks("my-work-with-messages")
        await senco.presses("Awards")
        await senco.presses("LOC-2026-000001")
        await senco.looks("award-changed")
        await senco.presses("Awards")
        await senco.presses("Remittances")
        told = (await senco.downloads(re.compile("^CSV"))).read_text("utf-8-sig")
        await senco.presses(senco.page.get_by_role("rowheader").get_by_role("link"))
        await senco.looks("remittance")
        await senco.presses("Awards")
        await on_a_census_day(senco)
    (paid,) = hand.world.rows("SELECT reference FROM remittance")
    assert paid.reference in told


async def test_where_there_is_no_money_the_pages_say_so(browser: Browser, site: Site) -> None:
    """Awards, remittances and messages of whoever has none; wide."""
    async with window(browser, site, site.signed_in("officer.1")) as page:
        await at(page, site, "/awards?school=kelp", "awards-none")
        await at(page, site, "/remittances", "remittances-none")
    async with window(browser, site, site.signed_in("senco.ashdown")) as page:
        await at(page, site, "/messages", "messages-none")
        await at(page, site, "/reconsiderations", "challenges-none")


async def challenges(hand: Hand) -> str:
    """A SENCO goes from the request to the challenge; where the challenge is."""
    await hand.signs_in("senco.ashdown")
    await hand.presses("Requests")
    await hand.presses("LOC-2026-000001")
    await hand.presses("Challenge the decision")
    await hand.chooses("The family")
    for label in ("Why the decision should be looked at again", "What you ask for instead"):
        await hand.writes(label, "The report of October was not there")
    await hand.presses("Continue")
    await hand.looks("challenge-check")
    await hand.presses("Send the challenge")
    await hand.reads("You have challenged the decision")
    await hand.looks("challenge-made")
    return hand.page.url.partition("?")[0].rpartition("/")[2]


async def answers(hand: Hand) -> None:
    """An officer who had no part gives the one answer, with every fault told before."""
    await hand.signs_in("head-of-sen")
    await hand.presses(re.compile("^Answer the challenge"))
    await hand.presses("Answer the challenge")
    await hand.presses("Continue")
    await hand.looks("challenge-answer-faults")
    await hand.chooses("The decision stands")
    for label in ("Grounds", "Alternatives that you considered", "Why this is the answer"):
        await hand.writes(label, "The need is as it was seen")
    await hand.presses("Continue")
    await hand.looks("challenge-answer-check")
    await hand.presses("Give the answer")
    await hand.reads("You have answered the challenge")
    await hand.looks("challenge-answered")


@EITHER_HAND
async def test_a_decision_is_challenged_and_the_challenge_answered(
    hand_of: type[Hand], browser: Browser, site: Site, hand: ByHand, declined: UUID
) -> None:
    """From the request to the challenge, and an officer to the answer."""
    async with at_hand(hand_of, browser, site) as senco:
        look_id = UUID(await challenges(senco))
    Challenged(ChangedAwards(hand)).looked_at(look_id)
    async with at_hand(hand_of, browser, site) as officer:
        await answers(officer)
    assert (
        hand.world.one("SELECT answer FROM reconsideration WHERE request_id = :id", id=declined)
        == "stands"
    )


FILLED = {
    "name": "Learning hub " * 8,
    "annual_pence": "£12,000",
    "hours_a_week": "25",
    "outcomes": "They read better",
}


async def proposes(hand: Hand) -> UUID:
    """Rows are added and faults told by the server alone; the plan."""
    await hand.signs_in("administrator.alder")
    await hand.presses("Plans")
    await hand.presses("Propose a plan")
    await hand.presses("Continue")
    await hand.presses("Add another item")
    await hand.presses("Continue")
    await hand.looks("plan-form-faults")
    for name, typed in FILLED.items():
        await hand.writes(hand.named(f"items.0.{name}"), typed)
    await hand.chooses(hand.page.locator("[id='items.0.kind']"))
    await hand.picks(hand.named("items.0.school"), "Crane School")
    await hand.presses("Continue")
    await hand.looks("plan-check")
    await hand.presses("Propose the plan")
    await hand.reads("You have proposed the plan")
    await hand.looks("plan-proposed")
    return UUID(hand.page.url.partition("?")[0].rpartition("/")[2])


async def speaks(hand: Hand) -> None:
    """A head says what the school thinks of it."""
    await hand.signs_in("head.dell")
    await hand.presses(re.compile("^Say yes or no to the plan"))
    await hand.presses("Say yes or no for your school")
    await hand.chooses("Yes")
    await hand.presses("Say it for your school")
    await hand.looks("plan-voiced")


async def signs(hand: Hand) -> None:
    """An officer whose limit is enough signs it."""
    await hand.signs_in("manager.1")
    await hand.presses(re.compile("^Sign the plan"))
    await hand.presses("Sign the plan")
    await hand.writes("Grounds", "The schools want it")
    await hand.writes("Alternatives that you considered", "Each by itself")
    await hand.presses("Continue")
    await hand.presses("Sign the plan")
    await hand.reads("You have signed the plan")
    await hand.looks("plan-signed")


@EITHER_HAND
async def test_a_plan_is_proposed_and_signed(
    hand_of: type[Hand], browser: Browser, site: Site, hand: ByHand
) -> None:
    """The administrator proposes, a head and then its other schools speak, an officer signs."""
    planned = Planned(hand)
    async with at_hand(hand_of, browser, site) as administrator:
        plan_id = await proposes(administrator)
    async with at_hand(hand_of, browser, site) as head:
        await speaks(head)
    planned.schools_agree(plan_id)
    async with at_hand(hand_of, browser, site) as officer:
        await signs(officer)
    stage = "SELECT stage FROM cluster_plan WHERE id = :id"
    assert hand.world.one(stage, id=plan_id) == "signed"


@EITHER_HAND
async def test_a_service_answers(
    hand_of: type[Hand], browser: Browser, asked: UUID, site: Site, web: Web, hand: ByHand
) -> None:
    """Its only pages: what is asked, taken on, late, and reported."""
    await advised(web, hand, asked)
    async with at_hand(hand_of, browser, site) as service:
        await service.signs_in(SPEECH)
        await service.presses("Asked of us")
        await service.presses(service.page.get_by_role("rowheader").get_by_role("link"))
        await service.presses("Take it on")
        await service.presses("Take it on")
        await service.reads("You have taken it on")
        hand.world.clock.move_on(timedelta(days=90))
        await service.page.reload()
        await service.looks("asked-late")
        await service.presses("Report what came of it")
        await service.presses("Send the report")
        await service.looks("asked-report-fault")
        await service.chooses("Yes")
        await service.writes("What came of it", "It went well")
        await service.presses("Send the report")
        await service.reads("You have reported what came of it")
    answers = hand.world.rows("SELECT state FROM service_answer ORDER BY answered_at")
    assert [each.state for each in answers] == ["accepted", "done"]
