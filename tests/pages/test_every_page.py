"""Every page is looked at, wide and at 320 pixels, in a county where everything has happened.

Whoever adds an address says in ``visits`` who looks at it: the application knows which there are.
"""

import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, Page, expect

from api.pages import served
from domain.stages import ActKind
from tests.activities.finance_world import FinanceWorld
from tests.activities.world import World
from tests.pages.county import County, clock, county, small_county
from tests.pages.looking import look, look_at_both_widths, window
from tests.pages.site import Site
from tests.pages.visits import VISITS, Visit, parts_of

__all__ = ["clock", "county", "small_county"]

FILES = re.compile(
    r"/(csv|xlsx)$|\.pdf$|/content$|/files/{(name|kind)}$|/minutes/text$|^/evidence/|^/static/"
)
NO_PAGES = frozenset({"/sign-in/with/{number}", "/sign-in/back", "/meetings/{meeting_id}/now"})
"""What leads on, and the part of a meeting that a page asks for; else it is files."""
AT_THE_YEARS_END = {"/reports/year-end/{year}/close", "/reports/year-end/{year}/sign"}


def test_somebody_looks_at_every_page() -> None:
    """An address that is new, or gone, fails here until it is said who looks at it."""
    pages = {each for each in served.addresses() if not FILES.search(each)} - NO_PAGES
    assert pages == {each.address for each in VISITS} | AT_THE_YEARS_END


@pytest.mark.parametrize(
    "part", parts_of(VISITS), ids=lambda part: f"{part[0].who or 'nobody'}-{part[0].path({})}"
)
async def test_every_page_can_be_used_by_everybody(
    browser: Browser, site: Site, county: County, part: tuple[Visit, ...]
) -> None:
    """It is there, valid, passes axe-core, and is no wider than the window, at either width."""
    faults, who = [], part[0].who
    async with window(browser, site, site.signed_in(who) if who else None) as page:
        for visit in part:
            path = visit.path(county.ids)
            answer = await page.goto(f"{site.address}{path}")
            if answer is None or answer.status != 200:
                faults.append(f"{path} ({visit.name}) answers {answer and answer.status}")
                continue
            try:
                await look_at_both_widths(page, visit.name)
            except AssertionError as error:
                faults.append(f"{path}: {error}")
    assert not faults, "\n\n".join(faults)


async def test_a_year_is_closed_and_signed_off_by_everybody_who_must(
    browser: Browser, site: Site, world: World
) -> None:
    """Every state of its end: open, to be closed, closed, signed by one, and by all."""
    money, address = FinanceWorld(world), f"{site.address}/reports/year-end?year=2026"
    world.clock.move_on(datetime(2027, 4, 6, 8, tzinfo=UTC) - world.clock.now())
    for month in range(8, 12):
        closing = {"financial_year": 2026, "period": month}
        assert money.does("finance.1", ActKind.CLOSE_PERIOD, **closing).done
    async with window(browser, site, site.signed_in("finance.1")) as page:
        await page.goto(address)
        await look_at_both_widths(page, "year-end-open")
        await page.get_by_role("link", name="Close the year").click()
        await look_at_both_widths(page, "year-end-close")
        await page.get_by_role("button", name="Close the year").click()
        await expect(page.get_by_text("nobody yet").first).to_be_visible()
        await look_at_both_widths(page, "year-end-closed")
    for who in ("finance.2", "head-of-sen", "director"):
        async with window(browser, site, site.signed_in(who)) as page:
            await signs(page, site, who)
    assert world.one("SELECT count(*) FROM year_end_signature") == 3


async def signs(page: Page, site: Site, who: str) -> None:
    """From my work to the year's end, and signed."""
    await page.goto(site.address)
    await page.locator("a[href^='/reports/year-end']").first.click()
    await page.get_by_role("link", name="Sign the year off").click()
    await look(page, "year-end-sign")
    await page.get_by_role("button", name="Sign it off").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("The year's end")
    await look_at_both_widths(page, f"year-end-signed-by-{who}")
