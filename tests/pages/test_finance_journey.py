"""Finance in a real browser: a run from prepared to closed, and every page of money looked at."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Browser, expect

from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.finance_world import FinanceWorld
from tests.activities.handed_in import BUDGETS, changed, csv_of
from tests.activities.payment_world import PaymentWorld, answer_file, pounds_of
from tests.activities.small_county import profile, request
from tests.activities.world import World
from tests.pages.hands import EITHER_HAND, Hand, at_hand
from tests.pages.looking import look_at_both_widths, window
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


async def prepares(hand: Hand) -> None:
    """Somebody prepares a run of everything that is due this month."""
    await hand.signs_in("finance.1")
    await hand.presses("Money")
    await hand.presses("Payment runs")
    await hand.looks("runs-none")
    await hand.presses("Prepare a payment run")
    await hand.presses("Prepare the run")
    await hand.reads("You have prepared the payment run")
    await hand.looks("run-prepared")


async def approves(hand: Hand) -> None:
    """Somebody reads the figures back, wrongly first, and approves what was prepared."""
    await hand.signs_in("finance.2")
    await hand.presses(re.compile("^Approve the payment run"))
    await hand.comes_to(RUN)
    await hand.presses("Approve the run")
    await hand.writes("How many lines it has", "4")
    await hand.writes("What it comes to", "300")
    await hand.presses("Approve the payment run")
    await hand.reads("It has 3 lines, not 4")
    await hand.looks("run-approve-fault")
    await hand.writes("How many lines it has", "3")
    await hand.presses("Approve the payment run")
    await hand.reads("You have approved the payment run")
    await hand.looks("run-approved")


async def reads_answer(hand: Hand, answer: Path) -> None:
    """Somebody hands the bank's answer in, and has it read for the run."""
    await hand.presses("Hand in the bank's answer")
    await expect(hand.page.get_by_label("Answer of the bank to a payment run")).to_be_checked()
    await hand.hands_in(hand.page.get_by_label("File", exact=True), answer)
    await hand.presses("Hand in the file")
    await hand.reads("The file is right and is kept")
    await hand.looks("file-answer")
    await hand.presses("Choose the payment run to read it for")
    await hand.presses(RUN)
    await hand.presses("Read an answer that was handed in")
    await hand.chooses(hand.page.get_by_role("radio"))
    await hand.looks("run-read-answer")
    await hand.presses("Read the bank's answer")
    await hand.reads("You have read the bank's answer")
    await hand.looks("run-left-open")


async def settles(hand: Hand) -> None:
    """A third person says what became of a payment that the answer left open."""
    await hand.signs_in("finance.3")
    for name in ("Money", "Payment runs", RUN):
        await hand.presses(name)
    await hand.presses(re.compile("settle it"))
    await hand.chooses("It was paid")
    await hand.writes("What the payee got", "1.00")
    await hand.writes("How you know", "The bank's letter of today says so")
    await hand.presses("Continue")
    await hand.looks("run-settle-check")
    await hand.presses("Settle a payment")
    await hand.reads("You have settled the difference")
    await hand.looks("run-settled")


@EITHER_HAND
async def test_a_run_is_prepared_approved_answered_and_settled(
    hand_of: type[Hand], browser: Browser, paying: PaymentWorld, site: Site, tmp_path: Path
) -> None:
    """One prepares, another reads the figures back, the bank answers, a third closes the rest."""
    async with at_hand(hand_of, browser, site) as hand:
        await prepares(hand)
    run_id = paying.world.one("SELECT id FROM payment_run")
    rows = paying.remittances(run_id).values()
    *lines, last = [(row.reference, pounds_of(row.pay_pence), "paid") for row in rows]
    answer = tmp_path / "answer.csv"
    answer.write_bytes(answer_file([*lines, (last[0], "1.00", "paid")]))
    async with at_hand(hand_of, browser, site) as hand:
        await approves(hand)
        await reads_answer(hand, answer)
    async with at_hand(hand_of, browser, site) as hand:
        await settles(hand)
    states = paying.world.rows("SELECT state FROM remittance ORDER BY reference")
    assert {row.state for row in states} == {"paid", "rejected"}


@EITHER_HAND
async def test_budgets_are_handed_in_and_set(
    hand_of: type[Hand], browser: Browser, site: Site, world: World, tmp_path: Path
) -> None:
    """A file with faults by cell, the mended one kept, and taken into effect."""
    faulty, right = tmp_path / "faulty.csv", tmp_path / "right.csv"
    faulty.write_bytes(csv_of(changed(BUDGETS, (1, 2), "£60,000")))
    right.write_bytes(csv_of(BUDGETS))
    async with at_hand(hand_of, browser, site) as hand:
        await hand.signs_in("finance.1")
        await hand.presses("Money")
        await hand.presses(re.compile("Hand in a file"))
        await hand.presses("Hand in a file")
        file = hand.page.get_by_label("File", exact=True)
        await hand.chooses("Budgets")
        await hand.hands_in(file, faulty)
        await hand.presses("Hand in the file")
        await expect(hand.page.get_by_role("alert")).to_contain_text("The file has one fault")
        await expect(hand.page.get_by_role("rowheader", name="C3")).to_be_visible()
        await hand.looks("file-faults")
        await hand.hands_in(file, right)
        await hand.presses("Hand in the file")
        for _ in range(2):
            await hand.presses("Set these budgets")
        await hand.reads("You have set the budgets")
    assert world.one("SELECT count(*) FROM budget_line WHERE financial_year = 2028") == 4


@EITHER_HAND
async def test_an_auditor_follows_a_reference_to_its_chain(
    hand_of: type[Hand], browser: Browser, site: Site, hand: ByHand
) -> None:
    """From a reference to its ledger entries, to the why of one, and back to who decided it."""
    request_id = decided(hand)
    async with at_hand(hand_of, browser, site) as auditor:
        await auditor.signs_in("officer.1")
        await auditor.presses("Search")
        await auditor.writes("Reference, number or id", "LOC-2026-999999")
        await auditor.presses("Search", nth=1)
        await auditor.reads("Nothing was found")
        await auditor.writes("Reference, number or id", "LOC-2026-000001")
        await auditor.presses("Search", nth=1)
        await auditor.looks("search-chain")
        entries = auditor.page.locator("main a[href^='/ledger/entries/']")
        told = hand.world.one(
            "SELECT count(*) FROM ledger_entry WHERE request_id = :id", id=request_id
        )
        assert await entries.count() == told
        await auditor.presses(entries)
        await auditor.looks("search-why")
        await auditor.reads("LOC-2026-000001")


async def test_every_page_of_money_can_be_used_by_everybody(
    browser: Browser, site: Site, hand: ByHand
) -> None:
    """Each page of the money, with figures in it, passes axe-core and fits either width."""
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
    async with window(browser, site, site.signed_in("finance.1")) as page:
        for path, name in PAGES.items():
            await page.goto(f"{site.address}{path.format(**ids)}")
            await look_at_both_widths(page, f"finance-{name}")
