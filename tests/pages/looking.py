"""How tests look at a page: valid HTML, axe-core, no sideways scrolling, no stranger, a picture."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from playwright.async_api import Browser, BrowserContext, Page, Request, Response

from tests.conftest import ROOT
from tests.pages.site import Site, cookies_of
from tests.pages.validating import faults_of

SCREENS = ROOT / "build/screens"
_AXE = (ROOT / "tests/pages/vendored/axe.min.js").read_text(encoding="utf-8")
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What passes is not told node by node: that takes longer than to find what does not.
_RUN = """
tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})
"""
WIDE, NARROW = (1200, 900), (320, 700)
_SENT: WeakKeyDictionary[BrowserContext, dict[str, Response]] = WeakKeyDictionary()
"""What a window was sent last from each address: as it stands, a page is what a browser made."""

_WITHOUT_SCRIPTS: WeakSet[BrowserContext] = WeakSet()
"""Windows in which axe-core would wait for ever: it lives on timers, which no script can have."""


@asynccontextmanager
async def window(
    browser: Browser,
    site: Site,
    key: str | None = None,
    size: tuple[int, int] = WIDE,
    *,
    scripts: bool = True,
) -> AsyncIterator[Page]:
    """Open a window of its own; a request to anybody but the pages and issuers fails the test."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts
    )
    strangers: list[str] = []
    known = (site.address, *site.issuers)

    def note(request: Request) -> None:
        if not request.url.startswith(known):
            strangers.append(request.url)

    sent_from = _SENT.setdefault(context, {})
    if not scripts:
        _WITHOUT_SCRIPTS.add(context)

    def keep(sent: Response) -> None:
        if sent.request.is_navigation_request():
            sent_from[sent.url] = sent

    context.on("request", note)
    context.on("response", keep)
    if key is not None:
        await context.add_cookies(cookies_of(site, key))
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if _is_refusal(said.text) else None)
    try:
        yield page
    finally:
        await context.close()
    assert strangers == []
    assert wrong == []


async def look(page: Page, name: str, *, is_known_valid: bool = False) -> None:
    """Look at a page as it stands: valid, accessible, no wider than the window; keep a picture.

    Without scripts axe-core is left out: the same page is looked at with them elsewhere. A page
    that was looked at in another width is known to be valid: it is sent the same to both.
    """
    found = [] if is_known_valid else await invalid(page)
    if page.context not in _WITHOUT_SCRIPTS:
        found += await violations(page)
    assert not found, "\n".join((name, *found))
    await _fits(page, name)


async def look_at_both_widths(page: Page, name: str) -> None:
    """Look at a page in a wide window, and how the same page fits into one of 320 pixels."""
    await look(page, name)
    await page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    await _fits(page, name)
    await page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


async def fits(page: Page, name: str) -> None:
    """See that a page is no wider than the window."""
    wide = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{name} scrolls sideways by {wide} pixels"


async def _fits(page: Page, name: str) -> None:
    await fits(page, name)
    SCREENS.mkdir(parents=True, exist_ok=True)
    width = (page.viewport_size or {"width": 0})["width"]
    await page.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=True)


async def invalid(page: Page) -> list[str]:
    """What html-validate finds in the page as it was sent, before any script touched it."""
    html = await _SENT[page.context][page.url.partition("#")[0]].text()
    return await asyncio.to_thread(faults_of, html)


async def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA and good practice, each with where it is."""
    await page.evaluate(_AXE)
    found: dict[str, Any] = await page.evaluate(_RUN, _TAGS)
    return [
        f"{each['id']}: {node['html']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def _is_refusal(said: str) -> bool:
    """Whether a browser's console says that the page broke its own policy."""
    return "Content Security Policy" in said
