"""Finance's pages without a browser: who gets which, what a form does, what is wrong with it."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import event

from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.finance_world import FinanceWorld
from tests.activities.payment_world import PaymentWorld
from tests.activities.small_county import PLANTED, profile, request
from tests.activities.world import World
from tests.api.web import Web
from tests.pages.site import Site
from tests.pages.validating import faults_of

DESKS = ("officer.1", "sen.1", "finance.1", "leader.1")
OTHERS = ("senco.ashdown", "head.ashdown", "head.crane", "policy.1")
OF_DESKS = (
    *("/finance", "/finance/pots/cluster:alder", "/finance/budgets", "/finance/csv?year=2026"),
    *("/ledger", "/ledger/csv", "/search", "/search?q=LOC-2026-000001", "/reports/by/cluster"),
    *("/reports/months", "/reports/year-end", "/reports/by/need"),
)
OF_CHAIRS = ("/reports/forecast", "/reports/shortfalls", "/reports/statements")
OF_FINANCE = (
    *("/finance/files", "/finance/files/new", "/finance/recoup-from-council"),
    "/finance/formula-shares",
)
NOT_OF_LEADERS = ("/finance/vire", "/finance/cover-overspend")
NOT_EVEN_LOOKED_AT = ("/awards/claims", "/awards/claims/csv", "/reports/by/need/xlsx?year=2026")
"""What another council owes, and figures of a year that still grows."""
COGNITION = (2, 3, 0, 0)


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


def decided(hand: ByHand) -> UUID:
    """A request that was authorised in October, and its money promised."""
    asked = request(profile=profile(*COGNITION))
    request_id: UUID = hand.recommended(asked, COGNITION)
    hand.world.authorises("officer.1", request_id)
    hand.goes_on()
    return request_id


async def got(site: Site, who: str, path: str) -> httpx.Response:
    """What somebody's browser gets of a page."""
    async with site.client(site.signed_in(who)) as client:
        return await client.get(path)


async def test_money_is_for_its_desks(site: Site) -> None:
    """Finance, officers and leaders; what is finance's alone is nobody else's."""
    found: dict[str, dict[str, int]] = {}
    wanted: dict[str, dict[str, int]] = {}
    for who in (*DESKS, *OTHERS):
        is_desk, is_finance = who in DESKS, who == "finance.1"
        wanted[who] = dict.fromkeys(OF_DESKS, 200 if is_desk else 403)
        chairs = is_desk or who == "head.crane"
        wanted[who] |= dict.fromkeys(OF_CHAIRS, 200 if chairs else 403)
        wanted[who] |= dict.fromkeys(OF_FINANCE, 200 if is_finance else 403)
        moves = is_finance or who == "officer.1"
        wanted[who] |= dict.fromkeys(NOT_OF_LEADERS, 200 if moves else 403)
        closed = {"/reports/by/need/xlsx?year=2026": 422}
        wanted[who] |= dict.fromkeys(
            NOT_EVEN_LOOKED_AT, 200 if is_desk and who != "leader.1" else 403
        )
        wanted[who] |= closed if who == "leader.1" else {}
        runs = is_finance or who == "leader.1"
        wanted[who] |= {"/payment-runs": 200 if runs else 404}
        async with site.client(site.signed_in(who)) as client:
            found[who] = {path: (await client.get(path)).status_code for path in wanted[who]}
    assert found == wanted


async def test_a_page_and_the_api_give_the_same_files(site: Site, web: Web, hand: ByHand) -> None:
    """A list downloads from a page byte by byte as from the API, in both forms."""
    decided(hand)
    for path in (
        "/finance/csv?year=2026",
        "/ledger/csv?pot=cluster:alder",
        "/reports/by/need/csv?year=2026",
        "/reports/forecast/csv?year=2026",
    ):
        told = path.replace("/finance/csv", "/ledger/balances/csv").replace(
            "/ledger/csv", "/ledger/journal/csv"
        )
        page, api = await got(site, "officer.1", path), await web.get("officer.1", told)
        assert page.content == api.content, path
        assert page.headers["content-disposition"].startswith("attachment"), path
        as_book = await got(site, "officer.1", path.replace("/csv", "/xlsx"))
        assert as_book.content.startswith(b"PK"), path
    assert b"cluster:alder,2026" in (await got(site, "leader.1", "/finance/csv?year=2026")).content


async def test_no_child_and_no_need_is_on_a_page_of_money(site: Site, hand: ByHand) -> None:
    """Finance and leaders follow a request's money to its rules; only an officer reads words."""
    decided(hand)
    entry = hand.world.one("SELECT id FROM ledger_entry WHERE verb = 'commit'")
    for path in (f"/ledger/entries/{entry}", "/search?q=LOC-2026-000001", "/ledger", "/finance"):
        for who in ("finance.1", "leader.1"):
            page = await got(site, who, path)
            assert page.status_code == 200
            assert PLANTED not in page.text, (who, path)
            assert "Cognition" not in page.text, (who, path)
            assert faults_of(page.text) == []
    whole = await got(site, "officer.1", f"/ledger/entries/{entry}")
    assert PLANTED in whole.text
    assert "Its votes, without whose" in whole.text


async def test_any_reference_leads_to_its_chain(site: Site, web: Web, hand: ByHand) -> None:
    """By request, run, payment, entry and id; what is not there reads like what is not seen."""
    request_id = decided(hand)
    paying = PaymentWorld(hand.world)
    hand.world.clock.move_on(timedelta(days=40))
    paying.award("brook")
    run_id = paying.prepared()
    award = hand.world.one("SELECT id FROM award WHERE request_id = :id", id=request_id)
    old = hand.world.one("SELECT opening_reference FROM award WHERE opening_reference > '' LIMIT 1")
    entry = hand.world.rows("SELECT id, number FROM ledger_entry WHERE verb = 'commit' LIMIT 1")[0]
    for said, kind in (
        ("LOC-2026-000001", "request"),
        (" loc-2026-000001 ", "request"),
        (str(award), "award"),
        (old, "award"),
        ("PR-2026-08-1", "run"),
        ("PR-2026-08-1/0001", "remittance"),
        (str(run_id), "run"),
        (str(entry.number), "entry"),
        (str(entry.id), "entry"),
    ):
        told = await web.get("finance.1", "/search", reference=said)
        assert told.json()["found_as"] == kind, said
        page = await got(site, "finance.1", f"/search?q={said.strip()}")
        assert told.json()["reference"] in page.text, said
        assert faults_of(page.text) == []
    chain = (await web.get("finance.1", "/search", reference="LOC-2026-000001")).json()
    assert [each["id"] for each in chain["awards"]] == [str(award)]
    assert {each["verb"] for each in chain["entries"]} == {"hold", "commit"}
    for said in ("LOC-2026-000009", str(uuid4()), "'; DROP TABLE act", "<script>", "👍", "9" * 90):
        # What no reference looks like is told so; a page says the same of both.
        missing = 404 if said[0] in "L9" or len(said) == 36 else 422
        assert (await web.get("finance.1", "/search", reference=said)).status_code == missing
        page = await got(site, "finance.1", f"/search?q={said}")
        assert "Nothing was found" in page.text
        assert "<script>" not in page.text.partition("<main")[2]
    assert (await web.get("officer.1", "/search", reference="PR-2026-08-1")).status_code == 404
    assert (await web.get("senco.ashdown", "/search", reference=old)).status_code == 403


async def test_a_request_without_money_is_found_by_officers_alone(site: Site, hand: ByHand) -> None:
    """Finance and leaders learn of a request only with its money."""
    hand.world.submits(request())
    for who, says in (
        ("officer.1", "Request LOC-2026-000001"),
        ("finance.1", "Nothing was found"),
        ("leader.1", "Nothing was found"),
    ):
        assert says in (await got(site, who, "/search?q=LOC-2026-000001")).text, who


async def test_the_ledger_is_filtered_and_paged_by_key(site: Site, money: FinanceWorld) -> None:
    """The latest first, fifty at once; the next page begins before the last of this one."""
    for number in range(60):
        money.does(
            "finance.1",
            ActKind.VIRE,
            from_pot="cluster:cedar",
            to_pot="cluster:alder",
            financial_year=2026,
            pence=100 + number,
            reason="Moved",
        )
    first = await got(site, "finance.1", "/ledger?pot=cluster:alder&verb=vire&year=&period=")
    numbers = [int(each) for each in re.findall(r">(\d+)<span class=.govuk-visually", first.text)]
    assert len(numbers) == 50
    assert numbers == sorted(numbers, reverse=True)
    assert f"before={numbers[-1]}" in first.text
    rest = await got(site, "finance.1", f"/ledger?verb=vire&before={numbers[-1]}")
    assert len(re.findall(r">\d+<span class=.govuk-visually", rest.text)) == 10
    last = {"financial_year": 2026, "period": 1}
    assert money.does("finance.1", ActKind.CLOSE_PERIOD, **last).done
    for query, is_left_out in (("", True), ("?shown=all", False), ("?verb=close", False)):
        shown = (await got(site, "finance.1", f"/ledger{query}")).text
        assert (
            "are left out" in shown,
            "Month closed</option>" in shown and shown.count("Month closed") == 1,
        ) == (is_left_out,) * 2
    none = await got(site, "finance.1", "/ledger?verb=vire&year=2025")
    assert "No entry is like this" in none.text
    for wrong in ("verb=nothing", "year=1", "pot=%27", "before=0", "period=13", "award=x"):
        assert (await got(site, "finance.1", f"/ledger?{wrong}")).status_code == 404


async def test_queries_of_a_page_are_the_same_whatever_the_rows(
    site: Site, paying: PaymentWorld
) -> None:
    """No query for each row: with many more entries and payments a page asks as often."""

    async def asked(path: str) -> int:
        count = 0

        def note(*_args: Any) -> None:
            nonlocal count
            count += 1

        engine = site.parts.engine
        key = site.signed_in("finance.1")
        async with site.client(key) as client:
            await client.get(path)
            event.listen(engine, "before_cursor_execute", note)
            assert (await client.get(path)).status_code == 200
            event.remove(engine, "before_cursor_execute", note)
        return count

    paths = ("/finance", "/ledger", "/payment-runs", "/reports/forecast", "/reports/schools")
    before = {path: await asked(path) for path in paths}
    paying.awards(30, [(datetime.fromisoformat("2026-11-16").date(), 1_00)])
    run = f"/payment-runs/{paying.prepared()}"
    assert {path: await asked(path) for path in paths} == before
    pages = {path: len((await got(site, "finance.1", path)).content) for path in (*paths, run)}
    assert max(pages.values()) < 60_000, pages
