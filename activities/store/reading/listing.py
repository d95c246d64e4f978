"""Figures as a list with headings, on a page, in a CSV file or on a sheet of a workbook alike.

Pence become pounds with two places here and nowhere before; text that a spreadsheet would run is
made harmless.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain.frozen import Frozen
from domain.remitting import csv_text, harmless

Cell = str | int | Decimal | None
_PENCE = "_pence"


@dataclass(frozen=True)
class Listing:
    """One list of figures: its name, its headings, and a row of cells for each line."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def harmless_rows(self) -> Iterable[tuple[Cell, ...]]:
        """The rows with every text made harmless; numbers stay numbers."""
        return (
            tuple(harmless(cell) if isinstance(cell, str) else cell for cell in row)
            for row in self.rows
        )

    def as_csv(self) -> str:
        """The list as CSV with its headings (RFC 4180)."""
        written = (
            tuple("" if cell is None else str(cell) for cell in row) for row in self.harmless_rows()
        )
        return csv_text((self.headings, *written))


def in_pounds(pence: int | None) -> Decimal | None:
    """Write an amount in pounds, exactly.

    >>> in_pounds(497400), in_pounds(-5)
    (Decimal('4974.00'), Decimal('-0.05'))
    """
    return None if pence is None else Decimal(pence).scaleb(-2)


def listing_of(name: str, lines: Iterable[Frozen], columns: Sequence[str]) -> Listing:
    """Make a list of read models: a column for each field that is named, amounts in pounds."""
    return Listing(
        name=name,
        headings=tuple(map(_heading, columns)),
        rows=tuple(tuple(_cell(each, getattr(line, each)) for each in columns) for line in lines),
    )


def _heading(column: str) -> str:
    return "amount" if column == "pence" else column.removesuffix(_PENCE)


def _cell(column: str, value: Any) -> Cell:
    """Write one value as a file has it: days as they are sorted, yes and no as words."""
    if column.endswith("pence"):
        return in_pounds(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):  # an instant is one too
        return value.isoformat()
    return value if value is None or isinstance(value, int | Decimal) else str(value)
