"""Totals shared between clusters, and what other councils owe, on finance's and policy's pages."""

import re
from datetime import date

import httpx
import pytest
from playwright.async_api import Browser

from tests.activities.by_hand import ByHand
from tests.activities.changed_awards import ChangedAwards
from tests.api.web import Web
from tests.pages.looking import NARROW, WIDE, look, window
from tests.pages.site import Site
from tests.pages.validating import faults_of

BY_FORMULA, BY_SEVERAL = "/finance/formula-shares", "/policy/formula-shares"
COUNTS = {
    f"clusters.{place}.counts.{factor}": str(count)
    for place, counts in enumerate(((2140, 310, 190), (1985, 280, 170)))
    for factor, count in zip(("pupils", "deprivation", "prior_attainment"), counts, strict=True)
}
LAST_YEAR = {f"clusters.{place}.last_year_pence": "60000" for place in (0, 1)}
TYPED = {
    "total_pence": "120000",
    "financial_year": "2027",
    "authority": "26/00044",
    **COUNTS,
    **LAST_YEAR,
}


async def sent(site: Site, who: str, path: str, **typed: str) -> httpx.Response:
    """What a form comes to that somebody sends."""
    key = site.signed_in(who)
    async with site.client(key) as client:
        return await client.post(path, data=site.form(key, **typed))


async def drawn(site: Site, who: str, path: str) -> httpx.Response:
    """A page as somebody gets it."""
    async with site.client(site.signed_in(who)) as client:
        return await client.get(path)


async def test_who_shares_a_total(site: Site) -> None:
    """Finance by the formula in force; policy officers too by several."""
    found = {
        who: tuple(
            [(await drawn(site, who, path)).status_code for path in (BY_FORMULA, BY_SEVERAL)]
        )
        for who in ("finance.1", "policy.1", "officer.1", "leader.1", "senco.ashdown")
    }
    assert found == {
        "finance.1": (200, 200),
        "policy.1": (403, 200),
        "officer.1": (403, 403),
        "leader.1": (403, 403),
        "senco.ashdown": (403, 403),
    }


async def test_finance_shares_a_total_and_hands_the_shares_in(site: Site, web: Web) -> None:
    """Every count that is missing is told; the shares are looked at, and become a file once."""
    lacks = await sent(site, "finance.1", BY_FORMULA, total_pence="120000", authority="26/00044")
    assert lacks.status_code == 422
    assert "Enter pupils, alder" in lacks.text
    assert "Enter pupils, cedar" in lacks.text
    shown = await sent(site, "finance.1", BY_FORMULA, **TYPED)
    assert shown.status_code == 200
    assert "The shares, to the penny" in shown.text
    assert faults_of(shown.text) == []
    asked = {
        "total_pence": 12_000_000,
        "financial_year": 2027,
        "authority": "26/00044",
        "clusters": [
            {
                "cluster": cluster,
                "counts": {
                    name.rpartition(".")[2]: count
                    for name, count in COUNTS.items()
                    if name.startswith(f"clusters.{place}.")
                },
                "last_year_pence": 6_000_000,
            }
            for place, cluster in enumerate(("alder", "cedar"))
        ],
    }
    api = (await web.says("finance.1", "/finance/formula-shares", asked)).json()
    for line in api["working"]:
        assert line.replace("'", "&#39;") in shown.text
    assert (await web.get("finance.1", "/finance/files")).json() == []
    kept = [await sent(site, "finance.1", BY_FORMULA, **TYPED, _step="do") for _ in range(2)]
    assert [each.status_code for each in kept] == [303, 303]
    (file,) = (await web.get("finance.1", "/finance/files")).json()
    assert (file["kind"], file["total_pence"], file["rows"]) == ("budgets", 12_000_000, 2)
    assert kept[0].headers["location"].startswith(f"/finance/files/{file['id']}?")
    content = (await web.get("finance.1", f"/finance/files/{file['id']}/content")).text
    assert content == api["budgets_csv"]


async def test_a_total_is_shared_by_several_formulas_beside_last_year(site: Site, web: Web) -> None:
    """The formula of today beside that of another day; nothing is recorded, and nothing is lost."""
    typed = {"total_pence": "120000", "formulas.in-force": "yes", **COUNTS, **LAST_YEAR}
    nothing = {**typed, "formulas.in-force": ""}
    none = await sent(site, "policy.1", BY_SEVERAL, **nothing)
    assert none.status_code == 422
    assert "Choose by which formulas" in none.text
    day = {"on-day": "2", "on-month": "11", "on-year": "2026"}
    shown = await sent(site, "policy.1", BY_SEVERAL, **typed, **day)
    assert shown.status_code == 200
    assert "The shares beside each other" in shown.text
    assert "In force on the day" in shown.text
    assert len(re.findall("£120,000.00 between 2 clusters", shown.text)) >= 1
    assert faults_of(shown.text) == []
    before = {"on-day": "2", "on-month": "11", "on-year": "2020"}
    refused = await sent(site, "policy.1", BY_SEVERAL, **typed, **before)
    assert "no finance policy governs 2020-11-02" in refused.text.lower()
    assert 'value="120000"' in refused.text
    looked = await sent(site, "policy.1", BY_SEVERAL, **typed, _step="do")
    assert looked.headers["location"] == BY_SEVERAL
    basis = (await web.get("policy.1", "/policy/formula-shares", year=2027)).json()
    assert [each["cluster"] for each in basis["clusters"]] == ["alder", "cedar"]
    assert basis["clusters"][0]["last_year_pence"] > 0
    assert (await web.get("officer.1", "/policy/formula-shares", year=2027)).status_code == 403


@pytest.fixture
def claimed(hand: ByHand) -> ChangedAwards:
    """An award that was paid for days at another council."""
    awards = ChangedAwards(hand)
    award_id = awards.awarded(number=1)
    awards.comes(date(2027, 1, 20))
    awards.pays_until(award_id, date(2027, 1, 20))
    awards.changed(award_id, "transfer", from_on=date(2026, 12, 19), to_council="riverside")
    return awards


async def test_what_another_council_owes_is_told_line_by_line(
    site: Site, web: Web, claimed: ChangedAwards
) -> None:
    """As the API has it, file and page alike; finance is led to take a payment in."""
    del claimed
    (owes,) = (await web.get("finance.1", "/awards/claims")).json()
    page = await drawn(site, "finance.1", "/awards/claims")
    assert f"£{owes['open_pence'] / 100:,.2f}" in page.text
    assert "/finance/recoup-from-council?council=riverside" in page.text
    officers = await drawn(site, "officer.1", "/awards/claims")
    assert "riverside" in officers.text
    assert "recoup-from-council" not in officers.text
    for form in ("csv", "xlsx"):
        path = f"/awards/claims/{form}?council=riverside"
        mine, theirs = await drawn(site, "finance.1", path), await web.get("finance.1", path)
        assert mine.status_code == 200
        assert form == "xlsx" or mine.content == theirs.content
    none = await drawn(site, "finance.1", "/awards/claims?council=elsewhere")
    assert "Nothing is claimed" in none.text
    filled = await drawn(site, "finance.1", "/finance/recoup-from-council?council=riverside")
    assert 'value="riverside"' in filled.text


async def test_shares_and_claims_are_looked_at(
    browser: Browser, site: Site, claimed: ChangedAwards
) -> None:
    """Wide, and at 320 pixels."""
    del claimed
    for who, size in (("finance.1", WIDE), ("finance.1", NARROW)):
        of = "wide" if size is WIDE else "narrow"
        async with window(browser, site, site.signed_in(who), size) as page:
            await page.goto(f"{site.address}/awards/claims")
            await look(page, f"claims-{of}")
            for path, name in ((BY_FORMULA, "formula"), (BY_SEVERAL, "formulas")):
                await page.goto(f"{site.address}{path}")
                for field, value in TYPED.items():
                    if await page.locator(f"[id='{field}']").count():
                        await page.locator(f"[id='{field}']").fill(value)
                await look(page, f"{name}-{of}")
                await page.get_by_role("button", name="Continue").click()
                await look(page, f"{name}-shares-{of}")
