"""Files as finance hands them in, CSV and XLSX: budgets and live awards of the small county."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from openpyxl import Workbook

from activities.store import recording
from activities.store.recording import FileKept, FileKind
from domain.budgeting import AWARD_COLUMNS, BUDGET_COLUMNS
from tests.activities.world import World

Row = Sequence[str | int | float | Decimal | date | None]

BUDGETS: tuple[Row, ...] = (
    ("high_needs_block", "2028", "5000000.00", "1.2.4", "HN100", "26/00101"),
    ("cluster:alder", "2028", "60000.00", "1.2.4", "HN110", "26/00101"),
    ("cedar", "2028", "61000.50", "1.2.4", "HN111", "26/00101"),
    ("exceptional", "2028", "200000", "1.2.4", "HN120", "26/00101"),
)
"""Budgets of a year that the small county has none for yet; a cluster may go by its code."""

AWARDS: tuple[Row, ...] = (
    (
        "OLD/1",
        "ashdown",
        "ashdown",
        "maintained_school",
        "6000.00",
        "2026-09-01",
        "2027-08-31",
        "alder",
        "1000.00",
        "1000.00",
    ),
    (
        "OLD/2",
        "brook",
        "weirs",
        "academy_trust",
        "3650.00",
        "2025-09-01",
        "2027-08-31",
        "cluster:alder",
        "4000.00",
        "1500.00",
    ),
    (
        "OLD/3",
        "gorse",
        "gorse",
        "maintained_school",
        "1200.00",
        "2027-01-01",
        "2027-08-31",
        "exceptional",
        "0.00",
        "0.00",
    ),
    ("TOTAL", "", "", "", "10850.00", "", "", "", "5000.00", "2500.00"),
)
"""Three live awards: one of this year, one of two years, and one that has not begun."""


def csv_of(rows: Iterable[Row], headings: Row = BUDGET_COLUMNS, encoding: str = "utf-8") -> bytes:
    """Write rows under their headings as CSV."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([headings, *rows])
    return written.getvalue().encode(encoding)


def xlsx_of(
    rows: Iterable[Row], headings: Row = BUDGET_COLUMNS, merged: str | None = None
) -> bytes:
    """Write rows under their headings as a workbook of one sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (headings, *rows):
        sheet.append(list(row))
    if merged:
        sheet.merge_cells(merged)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def changed(rows: Sequence[Row], place: tuple[int, int], value: str | Decimal | date) -> list[Row]:
    """The rows with one value changed: its row and column are counted from nought."""
    row, column = place
    found = [list(each) for each in rows]
    found[row][column] = value
    return [tuple(each) for each in found]


def hands_in(
    world: World, content: bytes, kind: FileKind = FileKind.BUDGETS, who: str = "finance.1"
) -> FileKept:
    """Somebody hands a file in."""
    with world.saying(who, content) as (session, saying):
        return recording.keep_file(session, saying, kind, content)


def budgets_file(world: World, rows: Sequence[Row] = BUDGETS) -> UUID:
    """A file of budgets is handed in as CSV; its id."""
    return hands_in(world, csv_of(rows)).id


def awards_file(world: World, rows: Sequence[Row] = AWARDS) -> UUID:
    """A file of live awards is handed in as CSV; its id."""
    return hands_in(world, csv_of(rows, AWARD_COLUMNS), FileKind.OPENING_AWARDS).id
