"""Finance in a real browser: a run from prepared to closed, and every page of money looked at."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect

from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.finance_world import FinanceWorld
from tests.activities.handed_in import BUDGETS, changed, csv_of
from tests.activities.payment_world import PaymentWorld, answer_file, pounds_of
from tests.activities.small_county import profile, request
from tests.activities.world import World
from tests.pages.looking import NARROW, WIDE, look, window
from tests.pages.site import Site

RUN = "PR-2026-08-1"
COGNITION = (2, 3, 0, 0)
"""Predictable, where the cluster plan has no service."""
_OF_A_REQUEST = "SELECT id FROM ledger_entry WHERE verb = 'commit' AND request_id IS NOT NULL"
PAGES = {
    "/finance": "money",
    "/finance?year=2024": "money-none",
    "/finance/pots/cluster:alder": "pot",
    "/finance/budgets": "budgets-none",
    "/finance/files": "files-none",
    "/finance/files/new": "file-new",
    "/finance/vire": "vire",
    "/finance/cover-overspend": "cover",
    "/finance/recoup-from-council": "recoup",
    "/finance/overspends": "overspends-none",
    "/finance/formula-shares": "formula",
    "/awards/claims": "claims-none",
    "/ledger": "ledger",
    "/ledger/entries/{entry}": "why",
    "/payment-runs": "runs",
    "/payment-runs/{run}": "run-sent",
    "/payment-runs/{run}/lines": "run-lines",
    "/reports/months": "months",
    "/reports/months/2026/7/reopen": "month-reopen",
    "/reports/year-end": "year-end-none",
    "/reports/forecast": "forecast",
    "/reports/shortfalls": "shortfalls",
    "/reports/statements": "statements",
    "/reports/statements/{statement}": "statement",
    "/reports/by/cluster": "report-cluster",
    "/reports/by/need": "report-need",
    "/reports/by/school?from_period=5&until_period=2": "report-fault",
    "/reports/schools": "report-schools",
    "/search": "search",
    "/search?q=nothing": "search-none",
    "/search?q=LOC-2026-000001": "search-request",
    "/search?q=PR-2026-08-1/0001": "search-payment",
}


@pytest.fixture
def paying(world: World) -> PaymentWorld:
    """Awards of three schools that fall due in November."""
    world.clock.move_on(timedelta(days=40))
    made = PaymentWorld(world)
    for school in ("ashdown", "brook", "fern"):
        made.award(school)
    return made


def decided(hand: ByHand) -> UUID:
    """A request that was authorised in October, and its money promised."""
    asked = request(profile=profile(*COGNITION))
    request_id: UUID = hand.recommended(asked, COGNITION)
    hand.world.authorises("officer.1", request_id)
    hand.goes_on()
    return request_id


async def heading(page: Page, says: str) -> None:
    """The page has come that has this heading."""
    await expect(page.get_by_role("heading", level=1)).to_have_text(says)


async def prepares(page: Page) -> None:
    """Somebody prepares a run of everything that is due this month."""
    await look(page, "runs-none")
    await page.get_by_role("link", name="Prepare a payment run").click()
    await look(page, "run-prepare")
    await page.get_by_role("button", name="Prepare the run").click()
    await expect(page.get_by_text("You have prepared the payment run")).to_be_visible()
    await look(page, "run-prepared")


async def approves(page: Page) -> None:
    """Somebody reads the figures back, wrongly first, and approves what was prepared."""
    await page.get_by_role("link", name="Approve the payment run").click()
    await heading(page, RUN)
    await page.get_by_role("link", name="Approve the run").click()
    await look(page, "run-approve")
    await page.get_by_label("How many lines it has").fill("4")
    await page.get_by_label("What it comes to").fill("300")
    await page.get_by_role("button", name="Approve the payment run").click()
    await expect(page.get_by_role("alert")).to_contain_text("It has 3 lines, not 4")
    await look(page, "run-approve-fault")
    await page.get_by_label("How many lines it has").fill("3")
    await page.get_by_role("button", name="Approve the payment run").click()
    await expect(page.get_by_text("You have approved the payment run")).to_be_visible()
    await look(page, "run-approved")


async def reads_answer(page: Page, answer: Path) -> None:
    """Somebody hands the bank's answer in, and has it read for the run."""
    await page.get_by_role("link", name="Hand in the bank's answer").click()
    await expect(page.get_by_label("Answer of the bank to a payment run")).to_be_checked()
    await page.get_by_label("File", exact=True).set_input_files(answer)
    await page.get_by_role("button", name="Hand in the file").click()
    await expect(page.get_by_text("The file is right and is kept")).to_be_visible()
    await look(page, "file-answer")
    await page.get_by_role("link", name="Choose the payment run to read it for").click()
    await page.get_by_role("link", name=RUN).click()
    await page.get_by_role("link", name="Read an answer that was handed in").click()
    await look(page, "run-read-answer")
    await page.get_by_role("radio").check()
    await page.get_by_role("button", name="Read the bank's answer").click()
    await expect(page.get_by_text("You have read the bank's answer")).to_be_visible()
    await look(page, "run-left-open")


async def settles(page: Page) -> None:
    """A third person says what became of a payment that the answer left open."""
    await page.get_by_role("link", name=re.compile("settle it")).click()
    await look(page, "run-settle")
    await page.get_by_label("It was paid").check()
    await page.get_by_label("What the payee got").fill("1.00")
    await page.get_by_label("How you know").fill("The bank's letter of today says so")
    await page.get_by_role("button", name="Continue").click()
    await look(page, "run-settle-check")
    await page.get_by_role("button", name="Settle a payment").click()
    await expect(page.get_by_text("You have settled the difference")).to_be_visible()
    await look(page, "run-settled")


async def test_a_run_is_prepared_approved_answered_and_settled(
    browser: Browser, paying: PaymentWorld, site: Site, tmp_path: Path
) -> None:
    """One prepares, another reads the figures back, the bank answers, a third closes the rest."""
    async with window(browser, site, site.signed_in("finance.1")) as page:
        await page.goto(f"{site.address}/payment-runs")
        await prepares(page)
    run_id = paying.world.one("SELECT id FROM payment_run")
    rows = paying.remittances(run_id).values()
    *lines, last = [(row.reference, pounds_of(row.pay_pence), "paid") for row in rows]
    answer = tmp_path / "answer.csv"
    answer.write_bytes(answer_file([*lines, (last[0], "1.00", "paid")]))
    async with window(browser, site, site.signed_in("finance.2")) as page:
        await page.goto(f"{site.address}/")
        await approves(page)
        await reads_answer(page, answer)
    async with window(browser, site, site.signed_in("finance.3")) as page:
        await page.goto(f"{site.address}/payment-runs/{run_id}")
        await settles(page)
    states = paying.world.rows("SELECT state FROM remittance ORDER BY reference")
    assert {row.state for row in states} == {"paid", "rejected"}


async def test_budgets_are_handed_in_and_set_without_javascript(
    browser: Browser, site: Site, world: World, tmp_path: Path
) -> None:
    """At 320 pixels: a file with faults by cell, the mended one kept, and taken into effect."""
    faulty, right = tmp_path / "faulty.csv", tmp_path / "right.csv"
    faulty.write_bytes(csv_of(changed(BUDGETS, (1, 2), "£60,000")))
    right.write_bytes(csv_of(BUDGETS))
    async with window(browser, site, site.signed_in("finance.1"), NARROW, scripts=False) as page:
        await page.goto(f"{site.address}/finance")
        await page.get_by_role("link", name=re.compile("Hand in a file")).click()
        await page.get_by_role("link", name="Hand in a file").click()
        await page.get_by_label("Budgets").check()
        await page.get_by_label("File", exact=True).set_input_files(faulty)
        await page.get_by_role("button", name="Hand in the file").click()
        await expect(page.get_by_role("alert")).to_contain_text("The file has one fault")
        await expect(page.get_by_role("rowheader", name="C3")).to_be_visible()
        await page.get_by_label("File", exact=True).set_input_files(right)
        await page.get_by_role("button", name="Hand in the file").click()
        await page.get_by_role("link", name="Set these budgets").click()
        await page.get_by_role("button", name="Set these budgets").click()
        await expect(page.get_by_text("You have set the budgets")).to_be_visible()
    assert world.one("SELECT count(*) FROM budget_line WHERE financial_year = 2028") == 4


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "320"])
async def test_every_page_of_money_can_be_used_by_everybody(
    browser: Browser, site: Site, hand: ByHand, size: tuple[int, int]
) -> None:
    """Each page of the money, with figures in it, passes axe-core at either width."""
    decided(hand)
    world = hand.world
    paying = PaymentWorld(world)
    world.clock.move_on(timedelta(days=40))
    for school in ("ashdown", "brook"):
        paying.award(school)
    money = FinanceWorld(world)
    for each in range(1, 8):
        assert money.does("finance.1", ActKind.CLOSE_PERIOD, financial_year=2026, period=each).done
    ids = {
        "run": paying.sent(),
        "entry": world.one(_OF_A_REQUEST),
        "statement": world.one("SELECT id FROM statement ORDER BY period DESC LIMIT 1"),
    }
    async with window(browser, site, site.signed_in("finance.1"), size) as page:
        # What is laid out alike is looked at in the narrow window by every third page.
        for path, name in list(PAGES.items())[:: 1 if size == WIDE else 3]:
            await page.goto(f"{site.address}{path.format(**ids)}")
            await look(page, f"finance-{name}")
