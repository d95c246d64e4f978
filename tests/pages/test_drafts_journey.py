"""A SENCO's request in a real Chromium, from the first page to the reference, and looked at."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.activities.small_county import PLANTED
from tests.api.web import Web
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


async def save(page: Page) -> None:
    """Save a section and come back to the task list."""
    await page.get_by_role("button", name="Save and continue").click()
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()


async def day(page: Page, name: str, *parts: str) -> None:
    """Fill in a day's three boxes."""
    for part, value in zip(("day", "month", "year"), parts, strict=True):
        await page.locator(f'[name="{name}-{part}"]').fill(value)


async def whom_and_why(page: Page) -> None:
    """What is asked for whom, and the level of need in each area."""
    await page.get_by_role("link", name="What you ask for").click()
    await page.get_by_label("What do you ask for").fill("Help with talking, from November")
    await day(page, "starts_on", "2", "11", "2026")
    await day(page, "ends_on", "1", "9", "2027")
    await save(page)
    await page.get_by_role("link", name="Who it is for").click()
    await page.get_by_label("Who is it for?").select_option(index=1)
    await look(page, "draft-pupils")
    await save(page)
    for need in NEEDS:
        await page.get_by_role("link", name=need).click()
        await page.get_by_label("Level 3").check()
        await page.get_by_role("checkbox").first.check()
        if need == NEEDS[0]:
            await look(page, "draft-needs")
        await save(page)


async def views(page: Page) -> None:
    """What the child and the family said; what is missing is told when the section is opened."""
    await page.get_by_role("link", name="The child's or young person's views").click()
    await page.get_by_role("textbox").fill("I want to talk with my friends.")
    await save(page)
    await page.get_by_role("link", name="The family's views").click()
    await page.get_by_label("What does the family want").fill("They are glad of help.")
    await day(page, "informed_on", "20", "9", "2026")
    await look(page, "draft-family")
    await save(page)
    await page.get_by_role("link", name="The family's views").click()
    await expect(page.get_by_text("Still missing here")).to_be_visible()
    await look(page, "draft-family-missing")
    await page.get_by_label("How did you tell them?").fill("In person")
    await save(page)


async def school(page: Page) -> None:
    """What the school has tried, and what it spends."""
    await page.get_by_role("link", name="Assess, plan, do, review").click()
    for at, months in enumerate((("2", "3"), ("5", "6"))):
        await day(page, f"cycles.{at}.started_on", "1", months[0], "2026")
        await day(page, f"cycles.{at}.reviewed_on", "20", months[1], "2026")
        await page.locator(f'[name="cycles.{at}.what_changed"]').fill("Sentences got longer.")
    await look(page, "draft-cycles")
    await save(page)
    await page.get_by_role("link", name="What the school spends already").click()
    await page.get_by_label("What the school spends a year").fill("6,000")
    await look(page, "draft-spending")
    await save(page)


async def costs_as_it_grows(page: Page) -> None:
    """Typed or pasted, the map says what it costs without being asked; emptied, nothing."""
    cost = page.get_by_role("status")
    first = {"Support": "Reading", "Hours a week": "2", "Weeks a year": "38"}
    for label, typed in first.items():
        await page.get_by_label(f"{label}, line 1").fill(typed)
    await page.get_by_label("Staff, line 1").select_option("ta")
    await expect(cost).to_contain_text("a year")
    await expect(page.get_by_role("button", name="Work out the cost")).to_be_hidden()
    by_row = page.locator("[data-cost-of]").first
    alone = await by_row.text_content() or ""
    await expect(cost).to_contain_text(alone)
    await page.get_by_label("Paste rows from a spreadsheet").fill(PASTED)
    await expect(cost).to_contain_text("with the 2 rows that you pasted, not in the table yet")
    await expect(by_row).to_have_text(alone)
    await expect(page.locator("[data-cost-of]").nth(1)).to_be_empty()
    await look(page, "draft-map-typed")
    for label in first:
        await page.get_by_label(f"{label}, line 1").fill("")
    await page.get_by_label("Staff, line 1").select_option("")


async def provision_map(page: Page) -> None:
    """Rows pasted from a spreadsheet, with their cost; and what will be different."""
    await page.get_by_role("link", name="Provision map").click()
    await look(page, "draft-map-empty")
    await costs_as_it_grows(page)
    await page.get_by_label("Paste rows from a spreadsheet").fill(PASTED)
    await page.get_by_role("button", name="Add the rows to the table").click()
    await expect(page.locator("#cost")).to_contain_text("£2,")
    await look(page, "draft-map")
    await save(page)
    await page.get_by_role("link", name="Intended outcomes").click()
    await page.get_by_label("What will be different?").first.fill(
        "Says what happened, in sentences."
    )
    await look(page, "draft-outcomes")
    await save(page)


async def evidence(page: Page, report: Path) -> None:
    """A report named and handed in, and got back as it was."""
    await page.get_by_role("link", name="Evidence", exact=True).click()
    await look(page, "draft-evidence-none")
    await page.get_by_role("button", name="Add a document").click()
    await page.get_by_label("What is it?").fill("Report of the assessment of May 2026")
    await page.get_by_label("Who wrote it?").fill("Speech and language therapist")
    await page.get_by_label("The file").set_input_files(report)
    await look(page, "draft-evidence-add")
    await page.get_by_role("button", name="Save and continue").click()
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Download the file").click()
    assert (await (await downloading.value).path()).read_bytes() == PDF
    await look(page, "draft-evidence")
    await page.get_by_role("link", name="Back to the request").first.click()


async def confirmed_and_submitted(browser: Browser, site: Site, address: str) -> None:
    """The head confirms, the SENCO submits, and is told the reference."""
    async with window(browser, site, site.signed_in(HEAD)) as page:
        await page.goto(site.address)
        await page.get_by_role("link", name="Confirm the draft").click()
        await page.get_by_role("button", name="Check your answers").click()
        await page.get_by_role("button", name="Confirm the request").click()
        await look(page, "draft-confirm")
        await page.get_by_role("button", name="Confirm the request").click()
        await expect(page.get_by_text("You have confirmed the request")).to_be_visible()
        await look(page, "draft-confirmed")
    async with window(browser, site, site.signed_in(SENCO)) as page:
        await page.goto(f"{address}/check")
        await page.get_by_role("button", name="Submit the request").click()
        await look(page, "draft-submit")
        await page.get_by_role("button", name="Submit the request").click()
        await expect(page.get_by_text("Request submitted")).to_be_visible()
        await expect(page.get_by_text("LOC-2026-000001")).to_be_visible()
        await look(page, "draft-submitted")
        await page.goto(address)
        await expect(page).to_have_url(re.compile(r"/requests/"))
        await page.go_back()


async def test_a_senco_writes_a_request_and_a_head_confirms_it(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    """From "start a request" to the reference: every section, rows pasted, a report handed in."""
    report = tmp_path / f"report {PLANTED}.pdf"
    report.write_bytes(PDF)
    async with window(browser, site, site.signed_in(SENCO)) as page:
        await page.goto(site.address)
        await page.get_by_role("button", name="Start a request").click()
        await look(page, "draft-new")
        await page.get_by_label("Support for a pupil").check()
        await page.get_by_role("button", name="Start").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Support for a pupil")
        await look(page, "draft-empty")
        address = page.url.partition("?")[0]

        await whom_and_why(page)
        await views(page)
        await school(page)
        await provision_map(page)
        await evidence(page, report)
        await look(page, "draft-whole")
        await page.get_by_role("button", name="Check your answers").click()
        await expect(page.get_by_text("The head confirms it next")).to_be_visible()
        await look(page, "draft-check")
    await confirmed_and_submitted(browser, site, address)


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
