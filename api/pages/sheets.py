"""Pages of figures, told as parts and drawn by one template: facts, tables, bars, words, links.

What a page says is put together here; where it comes from is the reading's, how it looks the
template's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api.pages.frame import page
from domain.money import pounds

_WHOLE = 1000
"""How wide a bar is drawn; the browser stretches it."""


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
class Piece:
    """A part of a bar: which kind, where it begins and how long it is, in thousandths."""

    kind: str
    begins: int
    long: int


@dataclass(frozen=True)
class Bar:
    """A bar with its words beside it, so that no colour and no length has to be read alone."""

    label: Cell
    says: str
    pieces: tuple[Piece, ...]
    mark: int | None = None
    """Where a line is drawn across it, in thousandths: the budget."""


@dataclass(frozen=True)
class Bars:
    """A picture: its title states the finding; the table beside it has the figures."""

    title: str
    keys: tuple[tuple[str, str], ...]
    """What each kind of piece is called, in the order in which they stand."""
    bars: tuple[Bar, ...]
    marked: str = ""
    """What the line across a bar stands for."""
    is_a: str = "bars"


@dataclass(frozen=True)
class Choice:
    """Something to choose a page's figures by; without options it is typed."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str
    width: str = "20"


Part = Facts | Table | Words | Links | Bars


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


def bar(label: Cell, says: str, parts: Sequence[tuple[str, int]], whole: int, mark: int = 0) -> Bar:
    """Draw amounts one after the other, each as its part of what the longest bar stands for.

    >>> bar(Cell("Alder"), "", (("paid", 10), ("held", 0), ("left", 30)), 40).pieces[1]
    Piece(kind='left', begins=250, long=750)
    """
    pieces, reached = [], 0
    for kind, pence in parts:
        if pence > 0 and whole > 0:
            begins, ends = _WHOLE * reached // whole, _WHOLE * (reached + pence) // whole
            pieces.append(Piece(kind, begins, max(ends - begins, 2)))
            reached += pence
    at = min(_WHOLE * mark // whole, _WHOLE - 3) if mark and whole > 0 else None
    return Bar(label, says, tuple(pieces), at)
