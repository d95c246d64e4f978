"""Lists of figures as one workbook: a sheet each, and a first sheet that says what it is."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from activities.store.reading import Listing
from domain.remitting import harmless

MOST_ROWS = 1_000_000
"""A little below what a sheet can hold; what is beyond goes on on the next."""
_TITLE_LETTERS = 31
_POUNDS = "#,##0.00"


def write_workbook(
    to: Path | IO[bytes], about: Iterable[tuple[str, str]], listings: Iterable[Listing]
) -> None:
    """Write a workbook with a first sheet of facts; amounts are numbers, and no text is run."""
    book = Workbook(write_only=True)
    first = book.create_sheet("about")
    for name, fact in about:
        first.append((_bold(first, name), _clean(harmless(fact))))
    for listing in listings:
        for place, rows in enumerate(_in_sheets(listing)):
            title = listing.name if not place else f"{listing.name} {place + 1}"
            sheet = book.create_sheet(title[:_TITLE_LETTERS])
            sheet.freeze_panes = "A2"
            sheet.append([_bold(sheet, heading) for heading in listing.headings])
            for row in rows:
                sheet.append([_cell(sheet, value) for value in row])
    book.save(to)


def _in_sheets(listing: Listing) -> Iterator[list[tuple[Any, ...]]]:
    """Cut a list into as many rows as a sheet can hold; an empty one is a sheet all the same."""
    rows = list(listing.harmless_rows())
    for first in range(0, max(len(rows), 1), MOST_ROWS):
        yield rows[first : first + MOST_ROWS]


def _cell(sheet: Any, value: Any) -> Any:
    """An amount in pounds as a number of two places, anything else as it is."""
    if isinstance(value, Decimal):
        made: Any = WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]  # the stub forgets it
        made.number_format = _POUNDS
        return made
    return _clean(value) if isinstance(value, str) else value


def _bold(sheet: Any, words: str) -> Any:
    made = WriteOnlyCell(sheet, value=words)
    made.font = Font(bold=True)
    return made


def _clean(words: str) -> str:
    """Leave out control characters, which a workbook cannot hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", words)
