"""A SENCO's request in a real Chromium, from the first page to the reference, and looked at."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.activities.small_county import PLANTED
from tests.activities.world import World
from tests.api.web import Web
from tests.pages.hands import EITHER_HAND, Hand, at_hand
from tests.pages.looking import NARROW, look, window
from tests.pages.site import Site
from tests.pages.writing import PDF, begun

SENCO, HEAD = "senco.ashdown", "head.ashdown"
NEEDS = (
    "Communication and interaction",
    "Cognition and learning",
    "Social, emotional and mental health",
    "Sensory and/or physical",
)
PASTED = (
    "Provision\tWho\tHours per week\tGroup size\tWeeks\tCost\n"
    "Reading in a small group\tTA\t2.5\t4\t38\t\n"
    "Speech and language therapy\tTherapist\t1\t1\t30\t£120.00\n"
)


async def saves(hand: Hand) -> None:
    """Save a section and come back to the task list."""
    await hand.presses("Save and continue")
    await expect(hand.page.get_by_text("Saved", exact=True)).to_be_visible()


async def whom_and_why(hand: Hand) -> None:
    """What is asked for whom, and the level of need in each area."""
    await hand.presses("What you ask for")
    await hand.writes(re.compile("What do you ask for"), "Help with talking, from November")
    await hand.writes_day("starts_on", "2", "11", "2026")
    await hand.writes_day("ends_on", "1", "9", "2027")
    await saves(hand)
    await hand.presses("Who it is for")
    first = hand.page.get_by_label("Who is it for?").locator("option").nth(1)
    await hand.picks("Who is it for?", await first.inner_text())
    await saves(hand)
    for need in NEEDS:
        await hand.presses(need)
        await hand.chooses("Level 3")
        await hand.chooses(hand.page.get_by_role("checkbox").first)
        if need == NEEDS[0]:
            await hand.looks("draft-needs")
        await saves(hand)


async def views(hand: Hand) -> None:
    """What the child and the family said; what is missing is told when the section is opened."""
    await hand.presses("The child's or young person's views")
    await hand.writes(hand.page.get_by_role("textbox"), "I want to talk with my friends.")
    await saves(hand)
    await hand.presses("The family's views")
    await hand.writes(re.compile("What does the family want"), "They are glad of help.")
    await hand.writes_day("informed_on", "20", "9", "2026")
    await saves(hand)
    await hand.presses("The family's views")
    await hand.reads("Still missing here")
    await hand.looks("draft-family-missing")
    await hand.writes("How did you tell them?", "In person")
    await saves(hand)


async def school(hand: Hand) -> None:
    """What the school has tried, and what it spends."""
    await hand.presses("Assess, plan, do, review")
    for at, months in enumerate((("2", "3"), ("5", "6"))):
        await hand.writes_day(f"cycles.{at}.started_on", "1", months[0], "2026")
        await hand.writes_day(f"cycles.{at}.reviewed_on", "20", months[1], "2026")
        await hand.writes(hand.named(f"cycles.{at}.what_changed"), "Sentences got longer.")
    await hand.looks("draft-cycles")
    await saves(hand)
    await hand.presses("What the school spends already")
    await hand.writes(re.compile("What the school spends a year"), "6,000")
    await saves(hand)


async def costs_as_it_grows(hand: Hand) -> None:
    """Typed or pasted, the map says what it costs without being asked; emptied, nothing."""
    page, cost = hand.page, hand.page.get_by_role("status")
    first = {"Support": "Reading", "Hours a week": "2", "Weeks a year": "38"}
    for label, typed in first.items():
        await hand.writes(f"{label}, line 1", typed)
    assistant = page.locator("option[value=ta]").first
    await hand.picks("Staff, line 1", await assistant.inner_text())
    await expect(page.locator("[data-cost-of]").first).to_contain_text("£")
    await expect(page.get_by_role("button", name="Work out the cost")).to_be_hidden()
    by_row = page.locator("[data-cost-of]").first
    alone = await by_row.text_content() or ""
    await expect(cost).to_contain_text(alone)
    await hand.writes("Paste rows from a spreadsheet", PASTED)
    await expect(cost).to_contain_text("with the 2 rows that you pasted, not in the table yet")
    await expect(by_row).to_have_text(alone)
    await expect(page.locator("[data-cost-of]").nth(1)).to_be_empty()
    await hand.looks("draft-map-typed")
    for label in first:
        await hand.writes(f"{label}, line 1", "")
    await page.get_by_label("Staff, line 1").select_option("")


async def costs_when_asked(hand: Hand) -> None:
    """Without scripts it says what it costs when a button is pressed."""
    await hand.writes("Paste rows from a spreadsheet", PASTED)
    await hand.presses("Work out the cost")
    await hand.reads("with the 2 rows that you pasted, not in the table yet")


async def provision_map(hand: Hand) -> None:
    """Rows pasted from a spreadsheet, with their cost; and what will be different."""
    await hand.presses("Provision map")
    await (costs_as_it_grows if hand.scripts else costs_when_asked)(hand)
    await hand.writes("Paste rows from a spreadsheet", PASTED)
    await hand.presses("Add the rows to the table")
    await expect(hand.page.locator("#cost")).to_contain_text("£2,")
    await hand.looks("draft-map")
    await saves(hand)
    await hand.presses("Intended outcomes")
    await hand.writes("What will be different?", "Says what happened, in sentences.")
    await saves(hand)


async def evidence(hand: Hand, report: Path) -> None:
    """A report named and handed in, and got back as it was."""
    await hand.presses("Evidence")
    await hand.presses("Add a document")
    await hand.writes("What is it?", "Report of the assessment of May 2026")
    await hand.writes("Who wrote it?", "Speech and language therapist")
    await hand.hands_in("The file", report)
    await hand.presses("Save and continue")
    got = await hand.downloads(re.compile("^Download the file"))
    assert got.read_bytes() == PDF
    await hand.looks("draft-evidence")
    await hand.presses("Back to the request")


async def confirms(hand: Hand) -> None:
    """The head is led to the draft by what waits for them, reads it and confirms it."""
    await hand.signs_in(HEAD)
    await hand.presses("Confirm the draft")
    await hand.presses("Check your answers")
    await hand.presses("Confirm the request")
    await hand.looks("draft-confirm")
    await hand.presses("Confirm the request")
    await hand.reads("You have confirmed the request")
    await hand.looks("draft-confirmed")


async def submits(hand: Hand) -> None:
    """The SENCO submits it, and is told the reference; the draft's address is the request's now."""
    await hand.signs_in(SENCO)
    await hand.presses("Finish the draft")
    address = hand.page.url.partition("?")[0]
    await hand.presses("Check your answers")
    await hand.presses("Submit the request")
    await hand.looks("draft-submit")
    await hand.presses("Submit the request")
    await hand.reads("Request submitted")
    await hand.reads("LOC-2026-000001")
    await hand.looks("draft-submitted")
    await hand.page.goto(address)
    await expect(hand.page).to_have_url(re.compile(r"/requests/"))


@EITHER_HAND
async def test_a_senco_writes_a_request_and_a_head_confirms_it(
    hand_of: type[Hand], browser: Browser, site: Site, world: World, tmp_path: Path
) -> None:
    """From "start a request" to the reference: every section, rows pasted, a report handed in."""
    report = tmp_path / f"report {PLANTED}.pdf"
    report.write_bytes(PDF)
    async with at_hand(hand_of, browser, site) as hand:
        await hand.signs_in(SENCO)
        await hand.presses("Start a request")
        await hand.chooses("Support for a pupil")
        await hand.presses("Start")
        await hand.comes_to("Support for a pupil")
        await whom_and_why(hand)
        await views(hand)
        await school(hand)
        await provision_map(hand)
        await evidence(hand, report)
        await hand.looks("draft-whole")
        await hand.presses("Check your answers")
        await hand.reads("The head confirms it next")
        await hand.looks("draft-check")
    for next_one in (confirms, submits):
        async with at_hand(hand_of, browser, site) as hand:
            await next_one(hand)
    assert world.one("SELECT reference FROM support_request") == "LOC-2026-000001"
    assert world.one("SELECT count(*) FROM act WHERE kind = 'submit'") == 1


@pytest.mark.promise(13)
async def test_two_colleagues_lose_nothing_of_each_other_on_a_phone_without_scripts(
    browser: Browser, site: Site, web: Web
) -> None:
    """At 320 pixels without scripts: what a colleague saved stands beside what I typed."""
    draft = await begun(web, about="As it was")
    path = f"{site.address}/drafts/{draft}"
    keys = site.signed_in(SENCO), site.signed_in(HEAD)
    async with (
        window(browser, site, keys[0], NARROW, scripts=False) as mine,
        window(browser, site, keys[1], NARROW, scripts=False) as theirs,
    ):
        for page in (mine, theirs):
            await page.goto(f"{path}/about")
        await look(mine, "draft-about")
        await theirs.get_by_label("What do you ask for").fill("What the head wrote " + "long" * 30)
        await theirs.get_by_role("button", name="Save and continue").click()
        await mine.get_by_label("What do you ask for").fill("What I wrote")
        await mine.get_by_role("button", name="Save and continue").click()
        await expect(mine.locator("#saved-meanwhile")).to_contain_text("What the head wrote")
        await expect(mine.get_by_label("What do you ask for")).to_have_value("What I wrote")
        await look(mine, "draft-two-saved")
        await mine.get_by_role("button", name="Save and continue").click()
        await expect(mine.get_by_text("Saved", exact=True)).to_be_visible()
        await look(mine, "draft-whole")
        for name in ("provision", "check", "evidence", "evidence/1", "cognition-and-learning"):
            await mine.goto(f"{path}/{name}")
            await look(mine, f"draft-{name.replace('/', '-')}")
        await mine.goto(f"{path}/provision")
        await mine.get_by_label("Support, line 2").fill("Something")
        await mine.get_by_role("button", name="Save and continue").click()
        await expect(mine.get_by_role("alert")).to_contain_text("Enter hours a week, line 2")
        await look(mine, "draft-map-wrong")
