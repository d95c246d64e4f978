"""What finance does on its pages without a browser: files, moves, overspends, runs, months."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from tests.activities.finance_world import FinanceWorld
from tests.activities.handed_in import BUDGETS, changed, csv_of, xlsx_of
from tests.activities.payment_world import PaymentWorld
from tests.activities.test_two_people import wants_two_people
from tests.activities.world import World
from tests.pages.site import Site
from tests.pages.test_finance import got
from tests.pages.validating import faults_of

VIRING = {
    "from_pot": "cluster:cedar",
    "to_pot": "cluster:alder",
    "financial_year": "2026",
    "pence": "1,000",
    "authority": "26/00042",
    "reason": "A school joined the cluster",
}


@pytest.fixture
def money(world: World) -> FinanceWorld:
    """The small county's finance desk."""
    return FinanceWorld(world)


@pytest.fixture
def paying(world: World) -> PaymentWorld:
    """Awards of two schools that fall due in November."""
    world.clock.move_on(timedelta(days=40))
    made = PaymentWorld(world)
    for school in ("ashdown", "brook"):
        made.award(school)
    return made


async def sent(site: Site, who: str, path: str, **typed: str) -> httpx.Response:
    """Somebody sends a form, and looks at the answers once more where that is asked."""
    key = site.signed_in(who)
    async with site.client(key) as client:
        return await client.post(path, data=site.form(key, _step="do", **typed))


async def uploaded(
    site: Site, who: str, content: bytes, kind: str = "budgets", **more: str
) -> httpx.Response:
    """Somebody hands a file in."""
    key = site.signed_in(who)
    async with site.client(key) as client:
        files = {"file": ("budgets.csv", content, "text/csv")}
        data = site.form(key, kind=kind) | {"_said": str(uuid4())} | more
        return await client.post("/finance/files/new", data=data, files=files)


async def test_a_file_with_faults_is_told_by_cell_and_not_kept(site: Site, world: World) -> None:
    """Each fault stands in a table by its cell, and the summary says how many there are."""
    rows = changed(changed(BUDGETS, (1, 2), "£60,000"), (2, 1), "2025")
    for content in (csv_of(rows), xlsx_of(rows)):
        page = await uploaded(site, "finance.1", content)
        assert page.status_code == 422
        assert "The file has 2 faults" in page.text
        for cell in ("C3", "B4"):
            assert f">{cell}</th>" in page.text
        assert faults_of(page.text) == []
    nothing = await uploaded(site, "finance.1", b"", "")
    assert "Choose what the file says" in nothing.text
    assert "Choose a file that is not empty" in nothing.text
    for bad in (b"\xff\xfe\x00", b"PK\x03\x04 no workbook", "👍,<script>\r\n".encode()):
        assert (await uploaded(site, "finance.1", bad)).status_code == 422
    assert (await uploaded(site, "finance.1", b"x" * (6 * 1024 * 1024))).status_code == 413
    assert (await uploaded(site, "officer.1", csv_of(BUDGETS))).status_code == 403
    forged = await uploaded(site, "finance.1", csv_of(BUDGETS), _token="another")
    assert forged.status_code == 403
    assert world.one("SELECT count(*) FROM file_handed_in") == 0


async def test_a_file_is_kept_and_then_taken_into_effect(site: Site, world: World) -> None:
    """Handed in it changes nothing; by one more form the pots have their money, and only once."""
    kept = await uploaded(site, "finance.1", csv_of(BUDGETS))
    assert kept.status_code == 303
    here = kept.headers["location"].partition("?")[0]
    assert world.one("SELECT count(*) FROM ledger_entry WHERE financial_year = 2028") == 0
    shown = await got(site, "finance.1", f"{here}?done=file_kept")
    assert "has changed nothing yet" in shown.text
    assert "£5,321,000.50" in shown.text
    assert (await got(site, "finance.1", f"{here}/content")).content == csv_of(BUDGETS)
    assert (await got(site, "finance.1", f"{here}/import-awards")).status_code == 409
    for _ in range(2):
        done = await sent(site, "finance.1", f"{here}/set-budgets")
        assert done.status_code == 303
    assert world.one("SELECT count(*) FROM act WHERE kind = 'set_budgets'") == 1
    assert "In effect" in (await got(site, "finance.1", here)).text
    assert (await got(site, "finance.1", f"{here}/set-budgets")).status_code == 409
    budgets = await got(site, "leader.1", "/finance/budgets?year=2028")
    assert "£25,000.00" in budgets.text  # five twelfths of alder's sixty thousand
    assert "2028-29" in (await got(site, "leader.1", "/finance?year=2028")).text


async def test_money_is_moved_once_and_what_is_wrong_is_told_at_its_field(
    site: Site, world: World
) -> None:
    """Looked at once more, done once; an empty form tells every field, an odd one its own."""
    key = site.signed_in("finance.1")
    async with site.client(key) as client:
        empty = await client.post("/finance/vire", data=site.form(key))
        for says in (
            "Choose out of",
            "Choose into",
            "Enter amount",
            "Enter the decision",
            "Enter why",
        ):
            assert says in empty.text, says
        odd = {**VIRING, "pence": "a lot", "authority": "because 👍", "reason": "x" * 9_000}
        told = await client.post("/finance/vire", data=site.form(key, **odd))
        assert told.status_code == 422
        assert "Amount must be an amount in pounds" in told.text
        look = await client.post("/finance/vire", data=site.form(key, **VIRING))
        assert "Check your answers" in look.text
        assert world.one("SELECT count(*) FROM act") == 0
        for _ in range(2):
            form = site.form(key, **VIRING) | {"_step": "do"}
            assert (await client.post("/finance/vire", data=form)).status_code == 303
    assert world.one("SELECT count(*) FROM ledger_entry WHERE verb = 'vire'") == 1
    pot = await got(site, "leader.1", "/finance/pots/cluster:alder?year=2026")
    assert "£61,000.00" in pot.text
    assert "Money moved between budgets" in pot.text


async def test_an_overspend_is_seconded_by_another_person(
    site: Site, world: World, money: FinanceWorld
) -> None:
    """Its proposer is not offered it; another says the same, and the pot is filled."""
    del money
    wants_two_people(world)
    said = {
        "pot": "cluster:alder",
        "financial_year": "2026",
        "pence": "2000",
        "authority": "26/00042",
        "reason": "Owed by plans",
    }
    done = await sent(site, "finance.1", "/finance/cover-overspend", **said)
    assert done.status_code == 303
    own = await got(site, "finance.1", "/finance/overspends")
    assert "Waits for another person" in own.text
    act = world.one("SELECT id FROM overspend_proposal")
    here = f"/finance/overspends/{act}/second"
    assert (await got(site, "finance.1", here)).status_code == 403
    assert (await got(site, "leader.1", here)).status_code == 403
    unknown = f"/finance/overspends/{uuid4()}/second"
    assert (await got(site, "director", unknown)).status_code == 404
    assert "Second it" in (await got(site, "director", "/finance/overspends")).text
    assert "£2,000.00 was proposed" in (await got(site, "director", here)).text
    assert (await sent(site, "director", here, reason="Seen")).status_code == 303
    assert world.one("SELECT seconded_at IS NOT NULL FROM overspend_proposal")
    assert (await got(site, "director", here)).status_code == 409


async def test_a_run_is_approved_by_another_and_by_its_own_figures(
    paying: PaymentWorld, site: Site
) -> None:
    """Its preparer is barred, other figures are told, a stranger finds nothing; files come down."""
    world = paying.world
    day = {"due_until_on-day": "30", "due_until_on-month": "11", "due_until_on-year": "2026"}
    month = {"financial_year": "2026", "period": "8"}
    odd = await sent(site, "finance.1", "/payment-runs/new", **{**day, **month, "period": "x"})
    assert "Month must be a whole number" in odd.text
    done = await sent(site, "finance.1", "/payment-runs/new", **day, **month)
    run = world.one("SELECT id FROM payment_run")
    assert done.headers["location"].startswith(f"/payment-runs/{run}?act=")
    here = f"/payment-runs/{run}"
    figures = {"lines": "2", "total_pence": "200.00"}
    assert (await got(site, "finance.1", f"{here}/approve")).status_code == 403
    barred = await sent(site, "finance.1", f"{here}/approve", **figures)
    assert (barred.status_code, "you prepared it" in barred.text.lower()) == (403, True)
    other = await sent(site, "finance.2", f"{here}/approve", lines="3", total_pence="1")
    assert (other.status_code, "it has 2 lines, not 3" in other.text.lower()) == (422, True)
    assert paying.paid_pence() == 0
    for who in ("senco.ashdown", "officer.1", "policy.1"):
        for path in (here, f"{here}/lines", f"{here}/lines/csv", f"{here}/files/payment_file"):
            assert (await got(site, who, path)).status_code == 404, (who, path)
    assert (await sent(site, "finance.2", f"{here}/approve", **figures)).status_code == 303
    assert paying.paid_pence() == 200_00


async def test_a_payment_that_came_back_is_settled_by_a_third_person(
    paying: PaymentWorld, site: Site
) -> None:
    """Neither who prepared the run nor who approved it; a payment of another run is not there."""
    world, here = paying.world, f"/payment-runs/{paying.sent()}"
    file = await got(site, "finance.1", f"{here}/files/payment_file")
    assert file.headers["content-type"].startswith("text/csv")
    assert (await got(site, "finance.1", f"{here}/files/other")).status_code == 404
    assert (await sent(site, "finance.1", f"{here}/abandon", reason="No")).status_code == 409
    line = world.one("SELECT id FROM remittance LIMIT 1")
    settle = f"{here}/payments/{line}/settle"
    said = {"settled_as": "rejected", "reason": "It came back"}
    assert (await got(site, "finance.1", f"{here}/payments/{uuid4()}/settle")).status_code == 404
    assert (await sent(site, "finance.1", settle, **said)).status_code == 403
    assert (await sent(site, "finance.3", settle, **said)).status_code == 303
    assert world.one("SELECT state FROM remittance WHERE id = :id", id=line) == "rejected"


async def test_months_and_years_are_closed_opened_and_signed(
    money: FinanceWorld, site: Site
) -> None:
    """The first month that is over is offered; another person opens it again; a year is signed."""
    world = money.world
    clock = world.clock
    clock.move_on(datetime.fromisoformat("2026-11-03T08:00:00+00:00") - clock.now())
    page = await got(site, "finance.1", "/reports/months?year=2026")
    offered = re.findall(r'href="(/reports/months/2026/[^"]+)"', page.text)
    assert offered == ["/reports/months/2026/1/close"]
    done = await sent(site, "finance.1", "/reports/months/2026/1/close")
    assert done.headers["location"].startswith("/reports/months?year=2026&act=")
    said = {"authority": "26/00050", "reason": "A journal was wrong"}
    own = await sent(site, "finance.1", "/reports/months/2026/1/reopen", **said)
    assert own.status_code == 403
    for wrong in ("/reports/months/2026/13/close", "/reports/year-end/1/close"):
        assert (await got(site, "finance.1", wrong)).status_code == 404
    assert (await got(site, "senco.ashdown", "/reports/months/2026/2/close")).status_code == 403
    statements = await got(site, "head.crane", "/reports/statements?year=2026")
    found = re.findall(r'href="(/reports/statements/[^"]+)"', statements.text)
    shown = [each for each in found if "/csv" not in each and "/xlsx" not in each]
    assert len(shown) == 1
    assert "April 2026" in (await got(site, "head.crane", shown[0])).text
    assert (await got(site, "head.gorse", shown[0])).status_code == 404
