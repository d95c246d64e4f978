"""A file's bytes as the cells of one table: CSV, or the one sheet of a workbook.

Which of the two it is its content says, never its name. A workbook is a zip file that anybody can
make: how much it unpacks to is looked at before it is unpacked.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Literal
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from domain.cells import Cell, CellFault, Cells, FileFaults, cells_of_csv

Form = Literal["csv", "xlsx"]

_ZIP = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BROKEN = (
    BadZipFile,
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    SyntaxError,
    RuntimeError,
    ArithmeticError,
    EOFError,
    struct.error,
    zlib.error,
)
"""What reading a broken workbook raises is whatever its broken part happens to run into."""
LARGEST_UNPACKED = 40 * 1024 * 1024
_MOST_PARTS = 500
_MOST_ROWS = 20_000
_MOST_COLUMNS = 60
_MOST_MERGED = 100_000
"""Cells that merged ranges cover: each is made when the workbook is read, the empty ones too."""
_MERGED = re.compile(rb"mergeCell\s[^>]*?\bref\s*=\s*[\"']([^\"']*)")


def form_of(content: bytes) -> Form:
    """Say what a file is, by its content."""
    return "xlsx" if content.startswith(_ZIP) else "csv"


def read_cells(content: bytes) -> Cells | FileFaults:
    """Read a file's cells, trailing empty rows and columns left out, or say why it cannot be."""
    if not content.strip():
        return _whole("there is nothing in the file", "Send the file with its heading and rows.")
    if content.startswith(_OLD_WORKBOOK):
        return _whole(
            "it is a workbook of the old kind, or one that a password protects",
            "Save it without a password as Excel Workbook (.xlsx) or CSV UTF-8.",
        )
    if form_of(content) == "xlsx":
        return _within_bounds(_of_workbook(content))
    if content.startswith(_UTF_16) or b"\x00" in content:
        return _whole("it is not text in UTF-8", "Save it as CSV UTF-8.")
    return _within_bounds(cells_of_csv(content))


def _whole(says: str, would_help: str) -> FileFaults:
    return FileFaults(faults=(CellFault(row=0, column="", says=says, would_help=would_help),))


def _of_workbook(content: bytes) -> Cells | FileFaults:
    """Read the one sheet of a workbook, as long as it unpacks to something that can be read."""
    broken = _whole("the workbook cannot be read", "Open it, save it as .xlsx, and send that.")
    try:
        if _is_dangerous(content):
            return broken
        book = load_workbook(BytesIO(content), data_only=True, keep_links=False)
    except _BROKEN:
        return broken
    sheets = [each for each in book.worksheets if each.max_row > 1 or each["A1"].value is not None]
    if len(sheets) != 1:
        return _whole(
            f"{len(sheets)} of the workbook's sheets have something in them",
            "Keep the one sheet with the table; delete the others, hidden ones too.",
        )
    if sheets[0].max_row > _MOST_ROWS or sheets[0].max_column > _MOST_COLUMNS:
        return _too_big()
    return _trimmed(list(_rows(sheets[0])))


def _is_dangerous(content: bytes) -> bool:
    """Whether it unpacks to more than any budget could be, or brings definitions of its own."""
    with ZipFile(BytesIO(content)) as packed:
        parts = packed.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            return True
        merged = 0
        for part in parts:
            written = packed.read(part).replace(b"\0", b"")
            merged += _merged_in(written)
            if b"<!DOCTYPE" in written or merged > _MOST_MERGED:
                return True
    return False


def _merged_in(written: bytes) -> int:
    """Count the cells that a part's merged ranges cover."""
    sizes = (CellRange(each.decode()).size for each in _MERGED.findall(written))
    return sum(size["rows"] * size["columns"] for size in sizes)


def _rows(sheet: Worksheet) -> Iterator[list[Cell]]:
    """Walk over a sheet; every cell that a merged range covers is marked, its empty ones too."""
    merged = {
        (row, column)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, min(area.max_row, _MOST_ROWS) + 1)
        for column in range(area.min_col, min(area.max_col, _MOST_COLUMNS) + 1)
    }
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        yield [
            Cell(value=_as_found(value), merged=(number, column) in merged)
            for column, value in enumerate(row, start=1)
        ]


def _as_found(value: object) -> str | Decimal | date | bool | None:
    """What stands in a cell: a number as the spreadsheet shows it, a day without its midnight.

    A spreadsheet keeps 15 digits of a number and adds in binary, so a sum of pounds and pence may
    lie a little beside itself: 15 digits are what its own users see.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(format(value, ".15g"))
    if isinstance(value, datetime):
        at_midnight = value.time() == value.min.time()
        return value.date() if at_midnight else value.isoformat()
    if isinstance(value, date):
        return value
    return str(value)


def _trimmed(rows: list[list[Cell]]) -> Cells:
    """Leave out the empty rows and columns that a sheet has below and beside its table."""
    while rows and not any(cell.value is not None or cell.merged for cell in rows[-1]):
        rows.pop()
    width = max((_width(row) for row in rows), default=0)
    return [row[:width] for row in rows]


def _width(row: list[Cell]) -> int:
    used = (place for place, cell in enumerate(row, start=1) if cell.value is not None)
    return max(used, default=0)


def _too_big() -> FileFaults:
    return _whole(
        f"it has more than {_MOST_ROWS} rows or {_MOST_COLUMNS} columns",
        "Send what belongs together in several files.",
    )


def _within_bounds(found: Cells | FileFaults) -> Cells | FileFaults:
    if isinstance(found, FileFaults):
        return found
    too_wide = any(len(row) > _MOST_COLUMNS for row in found)
    return _too_big() if too_wide or len(found) > _MOST_ROWS else found
