"""Rows pasted from a spreadsheet, put into the boxes of a form; what cannot be is told by cell.

Copied cells are lines of text with tabs between; a merged cell has its text once, and blanks after.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from api.pages.forms import Fault
from domain.cells import letter

_MOST_LETTERS = 200_000
_SHOWN = 40
_NUMBER = re.compile(r"\d{1,6}(\.\d{1,6})?")
_POUNDS = re.compile(r"£?\d{1,9}(,\d{3})*(\.\d{1,2})?")


@dataclass(frozen=True)
class Column:
    """A column that may be pasted: the box that it fills, and the headings it goes by."""

    name: str
    called: str
    headings: tuple[str, ...]
    """Beside what it is called; small letters."""
    takes: Callable[[str], str | None]
    """Makes of a cell what is typed, or nothing where it cannot be."""
    wants: str
    """What would be taken: `a number of hours, like 2.5`."""
    is_needed: bool = False


@dataclass(frozen=True)
class Pasted:
    """What was pasted, row by row by the names of the boxes, and what is wrong, by row and box."""

    rows: tuple[dict[str, str], ...]
    faults: tuple[tuple[int, str, str], ...]
    """The row's place among those taken, the box, and what is said."""


def number(cell: str) -> str | None:
    """A number, with the unit that people write behind it left out."""
    bare = re.sub(r"\s*(hours?|hrs?|h|minutes?|mins?|weeks?|wks?)\.?$", "", cell.lower())
    return bare if _NUMBER.fullmatch(bare) else None


def pounds(cell: str) -> str | None:
    """An amount in pounds."""
    bare = cell.replace(" ", "")
    return bare.removeprefix("£") if _POUNDS.fullmatch(bare) else None


def anything(cell: str) -> str | None:
    """Words, whatever they are."""
    return cell


def one_of(codes: Mapping[str, str]) -> Callable[[str], str | None]:
    """One of some codes, by the code or by what it is called."""
    by_name = {name.lower(): code for code, says in codes.items() for name in (code, says)}
    return lambda cell: by_name.get(cell.lower())


def pasted(text: str, columns: Sequence[Column]) -> Pasted:
    """Read rows that were pasted; a first row of headings says which column is which."""
    lines = list(_lines(text))
    if not lines:
        return Pasted((), ((0, "", "Paste at least one row: nothing was there to read"),))
    order, is_headed = _order(lines[0][1], columns)
    unread = [column for column in columns if column.is_needed and column not in order]
    if is_headed and unread:
        return Pasted((), tuple((0, "", _no_column(column)) for column in unread))
    rows: list[dict[str, str]] = []
    faults = list(_unknown(lines[0], order)) if is_headed else []
    for at, cells in lines[is_headed:]:
        row, wrong = _row(at, cells, order)
        faults += [(len(rows), name, says) for name, says in wrong]
        rows.append(row)
    return Pasted(tuple(rows), tuple(faults))


def as_faults(found: Pasted, name_of: Callable[[int, str], str], otherwise: str) -> list[Fault]:
    """Tell the faults of what was pasted, each at the box that its cell fills."""
    return [
        {"text": says, "href": f"#{name_of(row, name) if name else otherwise}"}
        for row, name, says in found.faults
    ]


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that have something in them, numbered as they were pasted."""
    reader = csv.reader(StringIO(text[:_MOST_LETTERS]), delimiter="\t")
    try:
        for at, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield at, [" ".join(cell.split()) for cell in cells]
    except csv.Error:
        return


def _order(
    first: Sequence[str], columns: Sequence[Column]
) -> tuple[tuple[Column | None, ...], bool]:
    """Which column stands where, and whether the first row says so."""
    by_heading = {name: each for each in columns for name in (each.called.lower(), *each.headings)}
    found = tuple(by_heading.get(cell.lower().rstrip(" :?")) for cell in first)
    is_headed = sum(each is not None for each in found) > 1
    return (found, True) if is_headed else (tuple(columns), False)


def _unknown(
    first: tuple[int, Sequence[str]], order: Sequence[Column | None]
) -> Iterator[tuple[int, str, str]]:
    """Tell of headings that are none of the columns, so that nobody thinks that they were read."""
    at, cells = first
    for place, (cell, column) in enumerate(zip(cells, order, strict=True)):
        if cell and column is None:
            yield (
                0,
                "",
                f"Heading {letter(place)}{at}: “{cell[:_SHOWN]}” is no column here: left out",
            )


def _row(
    at: int, cells: Sequence[str], order: Sequence[Column | None]
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    row: dict[str, str] = {}
    wrong = list(_beyond(at, cells, order))
    for place, column in enumerate(order):
        if column is None:
            continue
        cell = cells[place] if place < len(cells) else ""
        taken = column.takes(cell) if cell else ""
        if taken is None or (column.is_needed and not cell):
            wrong.append((column.name, _says(f"{letter(place)}{at}", cell, column)))
        row[column.name] = taken or ""
    return row, wrong


def _beyond(
    at: int, cells: Sequence[str], order: Sequence[Column | None]
) -> Iterator[tuple[str, str]]:
    """Tell of cells to the right of the last column."""
    first = next(column.name for column in order if column is not None)
    for place in range(len(order), len(cells)):
        if cells[place]:
            says = f"Cell {letter(place)}{at}: there are {len(order)} columns, and this is beyond"
            yield first, f"{says} them. Leave it out, or put headings above the columns"


def _says(where: str, cell: str, column: Column) -> str:
    if not cell:
        merged = "A merged cell has its text in its first row only"
        return f"Cell {where} ({column.called.lower()}) is empty: enter {column.wants}. {merged}"
    shown = cell if len(cell) <= _SHOWN else f"{cell[:_SHOWN]}…"
    return f"Cell {where} ({column.called.lower()}): “{shown}” is not {column.wants}"


def _no_column(column: Column) -> str:
    return (
        f"The headings that you pasted have no column “{column.called}”: add it, or leave them out"
    )
