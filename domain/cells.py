"""A table that somebody filled in: cells, columns by heading, and every fault by row and column.

Nothing is guessed: an amount is written 12345.67, a day 2026-09-01 (or is a spreadsheet's date).
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from domain.frozen import Frozen

NOT_TEXT = "\N{REPLACEMENT CHARACTER}"
"""What stands where a byte was no UTF-8."""
LONGEST_CELL = 200
"""Characters: nothing that a file is asked for is longer."""
MOST_ROWS = 20_000

_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Cell(NamedTuple):
    """What stands in one cell of a file, as its reader found it.

    A spreadsheet's number comes as exact `Decimal` (of its shortest text), its date as `date`, a
    formula or an error value as its text; an empty cell is ``None``.
    """

    value: str | Decimal | date | bool | None
    merged: bool = False


Cells = Sequence[Sequence[Cell]]


class CellFault(Frozen):
    """One fault of a file: where, what is wrong and what would mend it; never what was typed."""

    row: int
    """As a spreadsheet counts: the headings are row 1. Nought is the file as a whole."""
    column: str
    """The heading, or the letter of a column without a known one; empty for a whole row."""
    says: str
    would_help: str

    def __str__(self) -> str:
        where = f"row {self.row}, {self.column}" if self.column else f"row {self.row}"
        return f"{where}: {self.says}. {self.would_help}"


class FileFaults(Frozen):
    """Why a file cannot be taken: every fault, in order of row."""

    faults: tuple[CellFault, ...]


class RowRead:
    """One row under its headings; reading a value gives it, or notes why there is none."""

    def __init__(self, number: int, cells: dict[str, Cell], faults: list[CellFault]) -> None:
        self.number = number
        self.faults = faults
        self._cells = cells

    def fault(self, column: str, says: str, would_help: str) -> None:
        """Note a fault of this row."""
        at = CellFault(row=self.number, column=column, says=says, would_help=would_help)
        self.faults.append(at)

    def text(self, column: str) -> str:
        """Give a cell's text without the blanks around it; empty where there is none."""
        value = self._cells[column].value
        if isinstance(value, Decimal):
            return f"{value:f}"
        return "" if value is None else str(value).strip()

    def matching(self, column: str, pattern: str, would_help: str) -> str | None:
        """Give a text of a form."""
        text = self.text(column)
        if re.fullmatch(pattern, text):
            return text
        self.fault(column, "is empty" if not text else "is not of its form", would_help)
        return None

    def known(self, column: str, known: AbstractSet[str], would_help: str) -> str | None:
        """Give a code that is one of those known."""
        text = self.text(column)
        if text in known:
            return text
        self.fault(column, "is empty" if not text else "is not known here", would_help)
        return None

    def pence(self, column: str, *, may_be_nought: bool = False) -> int | None:
        """Give an amount in pence, exactly, as it is written in pounds: 12345.67."""
        value, text = self._cells[column].value, self.text(column)
        plain = isinstance(value, str | Decimal) and _AMOUNT.fullmatch(text) is not None
        pence = int(Decimal(text) * 100) if plain else None
        if pence is None:
            self.fault(column, _why_no_amount(text), "Write pounds and pence as 12345.67.")
        elif not pence and not may_be_nought:
            self.fault(column, "is nothing", "Leave the row out, or write its amount.")
            return None
        return pence

    def day(self, column: str) -> date | None:
        """Give a day, written 2026-09-01 or kept as a date by a spreadsheet."""
        value, text = self._cells[column].value, self.text(column)
        if isinstance(value, date):
            return value
        try:
            if _DAY.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            self.fault(column, "is no day of the calendar", "Write a day as 2026-09-01.")
            return None
        self.fault(column, "is empty" if not text else "is no day", "Write a day as 2026-09-01.")
        return None


def cells_of_csv(content: bytes) -> Cells | FileFaults:
    """Read a CSV file's cells; a byte that is no UTF-8 is kept as the sign for it, and faulted."""
    text = content.decode("utf-8-sig", errors="replace")
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        help_ = "Save it as CSV with commas, each value shorter than a sentence."
        return FileFaults(faults=(_of_the_file("is no CSV", help_),))
    return [[Cell(value or None) for value in row] for row in rows]


def rows_under(cells: Cells, headings: Sequence[str], faults: list[CellFault]) -> list[RowRead]:
    """Put rows under their headings, in any order of columns; empty rows are left out.

    Faults of the table are added to ``faults``: headings that are missing, there twice or not
    known, merged cells, text that is not UTF-8. No rows are given when a heading is missing.
    """
    if len(cells) > MOST_ROWS:
        faults.append(_of_the_file(f"has more than {MOST_ROWS} rows", "Split it."))
        return []
    found = headings_of(cells)
    faults.extend(_faults_of_headings(found, headings))
    faults.extend(_faults_of_cells(cells, found))
    if set(headings) - set(found):
        return []
    return [
        RowRead(number, _under(found, row), faults)
        for number, row in enumerate(cells[1:], start=2)
        if any(cell.value is not None for cell in row)
    ]


def headings_of(cells: Cells) -> list[str]:
    """Read a table's headings as they are looked for: small letters, blanks as _."""
    return [_heading(cell) for cell in cells[0]] if cells else []


def in_order(faults: Sequence[CellFault]) -> FileFaults:
    """Put faults in order of row, each said once."""
    once = dict.fromkeys(faults)
    return FileFaults(faults=tuple(sorted(once, key=lambda fault: fault.row)))


def letter(place: int) -> str:
    """Name a column as a spreadsheet does; the first is at place 0.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    named = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        named = chr(ord("A") + rest) + named
    return named


def _heading(cell: Cell) -> str:
    return str(cell.value or "").strip().lower().replace(" ", "_")


def _under(found: list[str], row: Sequence[Cell]) -> dict[str, Cell]:
    filled = [*row, *([Cell(None)] * (len(found) - len(row)))]
    return dict(zip(found, filled, strict=False))


def _of_the_file(says: str, would_help: str) -> CellFault:
    return CellFault(row=0, column="", says=says, would_help=would_help)


def _faults_of_headings(found: list[str], headings: Sequence[str]) -> Iterator[CellFault]:
    for heading in headings:
        if heading not in found:
            help_ = f"Row 1 has: {', '.join(headings)}; values are separated by commas."
            yield CellFault(row=1, column=heading, says="is missing", would_help=help_)
        elif found.count(heading) > 1:
            yield CellFault(row=1, column=heading, says="is there twice", would_help="Keep one.")
    for place, name in enumerate(found):
        if name and name not in headings:
            says = "has a heading that nobody reads"
            yield CellFault(row=1, column=letter(place), says=says, would_help="Take it out.")


def _faults_of_cells(cells: Cells, found: list[str]) -> Iterator[CellFault]:
    """Say what is wrong with a cell whatever it holds."""
    for number, row in enumerate(cells, start=1):
        for place, cell in enumerate(row):
            heading = found[place] if place < len(found) else ""
            column = heading if heading and number > 1 else letter(place)
            for says, would_help in _faults_of_cell(cell, is_headed=bool(heading)):
                yield CellFault(row=number, column=column, says=says, would_help=would_help)


def _faults_of_cell(cell: Cell, *, is_headed: bool) -> Iterator[tuple[str, str]]:
    text = str(cell.value or "")
    if cell.merged:
        yield "is merged with others", "Unmerge it, and write a value in every cell."
    if NOT_TEXT in text:
        yield "is not UTF-8 text", "Save the file as CSV UTF-8."
    if len(text) > LONGEST_CELL:
        yield f"is longer than {LONGEST_CELL} characters", "Write the value alone."
    if text and not is_headed:
        yield "stands under no heading", "Give its column a heading, or take it out."


_NO_AMOUNTS = (
    (r"=.*", "is a formula"),
    (r".*£.*", "has a pound sign"),
    (r".*,.*", "has separators of thousands"),
    (r"[-(].*|.*-", "is below nought"),
    (r".*\.[0-9]{3,}", "has a part of a penny"),
)


def _why_no_amount(text: str) -> str:
    """Say everything that keeps a text from being an amount."""
    if not text:
        return "is empty"
    found = [says for pattern, says in _NO_AMOUNTS if re.fullmatch(pattern, text, re.DOTALL)]
    return ", ".join(found) or "is no amount"
