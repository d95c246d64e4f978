"""Two hands at a page: the keyboard alone, and a finger on a telephone that runs no script.

A journey is told once, in what a person does; each hand does it in its own way. The keyboard goes
by Tab, Enter, Space and arrows, and at every stop the focus must be seen and not lie under
anything. The finger has 320 pixels, and no page that it comes to is wider.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.pages.looking import NARROW, WIDE, fits, look, window
from tests.pages.site import SCHOOLS, Site

_MOST_STOPS = 150
_PATIENCE_MS = 15_000
_LONG = 80
"""From here on words are put in at once, as they are by whoever pastes or dictates."""
_STOP = """
(wanted) => {
  const at = document.activeElement;
  const isGone = !wanted.isConnected;
  if (!at || at === document.body) return { isThere: false, isNear: false, isGone, fault: "" };
  const labels = [...(at.labels || [])];
  const drawn = () => [at, ...labels].flatMap((one) => [null, "::before"].map((part) => {
    const style = getComputedStyle(one, part);
    return [style.outline, style.boxShadow, style.backgroundColor, style.border].join();
  })).join("|");
  const held = drawn();
  at.blur();
  const bare = drawn();
  at.focus({ preventScroll: true });
  const box = at.getClientRects()[0];
  const top = box && Math.max(box.top, 0), end = box && Math.min(box.bottom, innerHeight);
  const over = box && document.elementFromPoint(box.left + box.width / 2, (top + end) / 2);
  const isFree = over && (at.contains(over) || labels.some((one) => one.contains(over)));
  let fault = "";
  if (held === bare) fault = "nothing shows the focus";
  else if (!box || end <= top) fault = "it is out of sight";
  else if (!isFree) fault = `it lies under ${over?.outerHTML.slice(0, 150)}`;
  const isNear = at.type === "radio" && wanted.type === "radio" && at.name === wanted.name;
  if (fault) fault += `: ${at.outerHTML.slice(0, 200)}`;
  return { isThere: at === wanted, isNear, isGone, fault };
}
"""
"""Looks at where the keyboard is: whether there, or among the same radios, and what is wrong."""

Name = str | re.Pattern[str]
Where = Name | Locator
"""A field by its label, or by a place of its own."""


class Hand(ABC):
    """Somebody at a page."""

    size = WIDE
    scripts = True

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site

    async def signs_in(self, who: str) -> None:
        """Come to the first page as nobody, and go in by the issuer as somebody."""
        await self.page.goto(self.site.address)
        way = "school" if who in SCHOOLS else "council"
        await self.presses(f"Sign in with a {way} account")
        await self.presses(re.compile(rf"^{re.escape(who)}\b"))
        await self.comes_to("My work")

    @abstractmethod
    async def presses(self, name: Where, nth: int = 0) -> None:
        """Press a button or a link, and come to where it leads."""

    @abstractmethod
    async def downloads(self, name: Name) -> Path:
        """Press what gives a file, and get the file."""

    @abstractmethod
    async def writes(self, where: Where, text: str) -> None:
        """Fill in a field."""

    @abstractmethod
    async def chooses(self, where: Where) -> None:
        """Choose a radio, or tick a box."""

    @abstractmethod
    async def picks(self, where: Where, option: str) -> None:
        """Pick one of a list by what it says."""

    @abstractmethod
    async def hands_in(self, where: Where, file: Path) -> None:
        """Choose a file."""

    async def writes_day(self, name: str, day: str, month: str, year: str) -> None:
        """Fill in the three boxes of a day."""
        for part, text in (("day", day), ("month", month), ("year", year)):
            await self.writes(self.named(f"{name}-{part}"), text)

    async def comes_to(self, heading: Name) -> None:
        """See that the page has come that has this heading."""
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    async def reads(self, words: Name) -> None:
        """See some words."""
        await expect(self.page.get_by_text(words).first).to_be_visible()

    @abstractmethod
    async def looks(self, name: str) -> None:
        """Look at the page as it stands, with the words that were typed."""

    def named(self, name: str, value: str | None = None) -> Locator:
        """The box with this name in a form."""
        chosen = f'[value="{value}"]' if value is not None else ""
        return self.page.locator(f'[name="{name}"]{chosen}')

    def _pressed(self, name: Where, nth: int) -> Locator:
        if isinstance(name, Locator):
            return name.nth(nth)
        exact = isinstance(name, str)
        button, link = (
            self.page.get_by_role(kind, name=name, exact=exact) for kind in ("button", "link")
        )
        return button.or_(link).nth(nth)

    def _field(self, where: Where) -> Locator:
        return where if isinstance(where, Locator) else self.page.get_by_label(where).first

    def _choice(self, where: Where) -> Locator:
        if isinstance(where, Locator):
            return where
        radio, box = (self.page.get_by_role(kind, name=where) for kind in ("radio", "checkbox"))
        return radio.or_(box).first


class Keyboard(Hand):
    """Whoever has no mouse: what Tab does not reach is not there."""

    async def presses(self, name: Where, nth: int = 0) -> None:
        """Tab to it, and press Enter."""
        await self._reaches(self._pressed(name, nth))
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def downloads(self, name: Name) -> Path:
        """Tab to it, and press Enter."""
        await self._reaches(self._pressed(name, 0))
        async with self.page.expect_download() as coming:
            await self.page.keyboard.press("Enter")
        return await (await coming.value).path()

    async def writes(self, where: Where, text: str) -> None:
        """Tab to it, and type over what it holds."""
        await self._reaches(self._field(where))
        await self.page.keyboard.press("Control+A")
        if not text:
            await self.page.keyboard.press("Delete")
        elif len(text) > _LONG or "\n" in text:
            await self.page.keyboard.insert_text(text)
        else:
            await self.page.keyboard.type(text)

    async def chooses(self, where: Where) -> None:
        """Tab to it or to its neighbours, go on by arrows, and press Space where need be."""
        wanted = self._choice(where)
        await self._reaches(wanted, among=True)
        held = await wanted.element_handle()
        for _ in range(20):
            if await self.page.evaluate("(wanted) => document.activeElement === wanted", held):
                break
            await self.page.keyboard.press("ArrowDown")
        if not await wanted.is_checked():
            await self.page.keyboard.press("Space")
        await expect(wanted).to_be_checked()

    async def picks(self, where: Where, option: str) -> None:
        """Tab to it, and go down to the one that says so."""
        field = self._field(where)
        await self._reaches(field)
        for _ in range(50):
            if await field.evaluate("list => list.selectedOptions[0].label") == option:
                return
            await self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"there is no {option!r} in {where!r}")

    async def hands_in(self, where: Where, file: Path) -> None:
        """Tab to it, and choose from what Enter opens."""
        async with self.page.expect_file_chooser() as chooser:  # listened for well before it comes
            await self._reaches(self._field(where))
            await self.page.keyboard.press("Enter")
        await (await chooser.value).set_files(file)

    async def looks(self, name: str) -> None:
        """Valid and passing axe-core, wide and at 320 pixels."""
        await look(self.page, name)
        await self.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        await look(self.page, name, is_known_valid=True)
        await self.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})

    async def _reaches(self, wanted: Locator, *, among: bool = False) -> None:
        """Go from stop to stop until there; at each the focus can be seen."""
        held = await wanted.element_handle()
        for _ in range(_MOST_STOPS):
            await self.page.keyboard.press("Tab")
            stop = await self.page.evaluate(_STOP, held)
            assert not stop["fault"], f"{self.page.url}: {stop['fault']}"
            if stop["isGone"]:  # a page that keeps itself up to date has drawn it anew
                held = await wanted.element_handle()
            if stop["isThere"] or (among and stop["isNear"]):
                return
        raise AssertionError(f"the keyboard does not reach {wanted} on {self.page.url}")


class Telephone(Hand):
    """Whoever has 320 pixels, and no scripts."""

    size = NARROW
    scripts = False

    async def presses(self, name: Where, nth: int = 0) -> None:
        """Touch it; the page that comes is no wider than the window."""
        async with self.page.expect_navigation():
            await self._pressed(name, nth).click()
        await fits(self.page, self.page.url)

    async def downloads(self, name: Name) -> Path:
        """Touch it."""
        async with self.page.expect_download() as coming:
            await self._pressed(name, 0).click()
        return await (await coming.value).path()

    async def writes(self, where: Where, text: str) -> None:
        """Touch it and type."""
        await self._field(where).fill(text)

    async def chooses(self, where: Where) -> None:
        """Touch it."""
        await self._choice(where).check()

    async def picks(self, where: Where, option: str) -> None:
        """Choose from the list."""
        await self._field(where).select_option(label=option)

    async def hands_in(self, where: Where, file: Path) -> None:
        """Choose it among the telephone's files."""
        await self._field(where).set_input_files(file)

    async def looks(self, name: str) -> None:
        """No wider than the window: the keyboard, which has scripts, has axe-core look at it."""
        await fits(self.page, name)


EITHER_HAND = pytest.mark.parametrize(
    "hand_of", [Keyboard, Telephone], ids=["keyboard", "320-without-scripts"]
)


@asynccontextmanager
async def at_hand(
    hand_of: type[Hand], browser: Browser, site: Site, who: str | None = None
) -> AsyncIterator[Hand]:
    """Open a window for a hand, signed in already where somebody is named."""
    key = site.signed_in(who) if who else None
    async with window(browser, site, key, hand_of.size, scripts=hand_of.scripts) as page:
        page.set_default_timeout(_PATIENCE_MS)
        yield hand_of(page, site)
