"""The README's pictures, taken anew of a running demo: `python -m tests.pages.pictures ADDRESS`.

ADDRESS is where `make demo` says that it serves the pages. Look at what is written, then keep it.
"""

import argparse
import asyncio
import re
from dataclasses import dataclass

from playwright.async_api import Browser, async_playwright

from tests.conftest import ROOT
from tests.pages.browser import chromium

FOLDER = ROOT / "deploy/pictures"
_SIZE = (1200, 1000)


@dataclass(frozen=True)
class Picture:
    """One person's page: who they are, and the way there, page by page."""

    name: str
    subject: str
    path: str
    links: tuple[str, ...] = ()
    """What is clicked from there on, as patterns of where links lead."""
    shows: str = ""
    """What is on the page that is wanted; without any such, the first is taken."""


PICTURES = (
    Picture("school", "senco.cawthrush", "/requests", (r"^/requests/[0-9a-f-]{36}$",)),
    Picture("panel", "head.harebellow", "/meetings", (r"^/meetings/[0-9a-f-]{36}$",), "/items/"),
    Picture(
        "officer", "officer.locality-2", "/requests", (r"^/requests/[0-9a-f-]{36}$",), "Your limit"
    ),
    Picture("finance", "finance.1", "/finance?year=2026"),
)


async def take(browser: Browser, address: str, picture: Picture) -> None:
    """Sign somebody in, go to the page, and keep what stands at its head."""
    size = {"width": _SIZE[0], "height": _SIZE[1]}
    context = await browser.new_context(viewport=size)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{address}/sign-in")
    await page.get_by_role("button", name=re.compile("Sign in with")).first.click()
    # Everybody but those to begin with is in a part that opens.
    await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    await page.locator(f"button:has-text('{picture.subject}')").first.click()
    await page.goto(f"{address}{picture.path}")
    for pattern in picture.links:
        addresses = await page.eval_on_selector_all(
            "main a[href]", "links => links.map(a => a.getAttribute('href'))"
        )
        found = [each for each in addresses if re.search(pattern, each)]
        for each in (*found, found[0]):
            await page.goto(f"{address}{each}")
            if picture.shows in await page.content():
                break
    FOLDER.mkdir(exist_ok=True)
    await page.screenshot(path=FOLDER / f"{picture.name}.png")
    await context.close()


async def main(address: str) -> None:
    """Take every picture."""
    async with async_playwright() as playwright:
        kind = playwright.chromium
        browser = await kind.launch(executable_path=chromium(kind.executable_path))
        for picture in PICTURES:
            await take(browser, address, picture)
        await browser.close()


if __name__ == "__main__":
    reader = argparse.ArgumentParser(prog="python -m tests.pages.pictures", description=__doc__)
    reader.add_argument("address")
    asyncio.run(main(reader.parse_args().address))
