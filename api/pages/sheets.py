"""Pages of figures, told as parts and drawn by one template: facts, tables, pictures, words, links.

What a page says is put together here; where it comes from is the reading's, how it looks the
template's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api.pages.charts import Chart
from api.pages.frame import page
from domain.money import pounds


@dataclass(frozen=True)
class Cell:
    """One thing in a row: its words, and where they lead."""

    text: str
    href: str = ""
    also: str = ""
    """Said after a link to whoever does not see its row: `Settle: PR-2026-08-1/0001`."""
    below: str = ""
    """Smaller, on a line of its own."""
    tag: str = ""
    """The colour of a tag, where it is one."""


Said = Cell | str


def money(pence: int | None, *, hidden: str = "not shown") -> Cell:
    """Write an amount to the penny; one that is not told says so."""
    return Cell(hidden if pence is None else pounds(pence))


@dataclass(frozen=True)
class Facts:
    """Names and values, one below the other."""

    rows: tuple[tuple[str, Cell], ...]
    title: str = ""
    is_a: str = "facts"


@dataclass(frozen=True)
class Table:
    """Rows that are alike; what can be downloaded of them, and the next page of them."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    figures: frozenset[str] = frozenset()
    """The columns that stand to the right, figure below figure."""
    empty: str = ""
    """What is said where there is no row: what that means, and what to do."""
    files: str = ""
    """The address whose `/csv` and `/xlsx` have the same."""
    query: str = ""
    files_say: str = ""
    """What can be downloaded, where it is more than the table has."""
    has_total: bool = False
    more: tuple[Cell, ...] = ()
    is_a: str = "table"


@dataclass(frozen=True)
class Words:
    """Paragraphs."""

    says: tuple[str, ...]
    title: str = ""
    is_set_in: bool = False
    is_a: str = "words"


@dataclass(frozen=True)
class Links:
    """Where to go from here."""

    links: tuple[Cell, ...]
    title: str = ""
    is_a: str = "links"


@dataclass(frozen=True)
class Choice:
    """Something to choose a page's figures by; without options it is typed."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str
    width: str = "20"


Part = Facts | Table | Words | Links | Chart


@dataclass(frozen=True)
class Sheet:
    """A page of figures."""

    title: str
    parts: tuple[Part, ...]
    back: tuple[str, str] | None = None
    caption: str = ""
    lead: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    chooses: str = "Show"
    actions: tuple[Cell, ...] = ()
    """What can be done from here, below the title."""


def draw_sheet(request: Request, sheet: Sheet, status: int = 200, **told: Any) -> Response:
    """Draw a page of figures."""
    way = {"text": sheet.back[0], "href": sheet.back[1]} if sheet.back else None
    return page(request.scope, "sheet.html", status, sheet=sheet, back=way, **told)


def facts(*rows: tuple[str, Said | None], title: str = "") -> Facts:
    """Facts, without those of which there is none."""
    told = tuple((name, as_cell(value)) for name, value in rows if value is not None)
    return Facts(tuple((name, cell) for name, cell in told if cell.text), title)


def rows(lines: Iterable[Sequence[Said]]) -> tuple[tuple[Cell, ...], ...]:
    """Rows of a table, words as cells."""
    return tuple(tuple(map(as_cell, line)) for line in lines)


def paged(here: str, shown: int, count: int, at_once: int) -> tuple[Cell, ...]:
    """The ways to the rest of a list that is shown a part at a time."""
    mark = "&" if "?" in here else "?"
    first = (Cell("Back to the first", here),) if shown else ()
    rest = shown + at_once
    return (*first, *((Cell("More of them", f"{here}{mark}shown={rest}"),) if rest < count else ()))


def as_cell(said: Said) -> Cell:
    """Words as a cell; a cell as it is."""
    return said if isinstance(said, Cell) else Cell(said)
