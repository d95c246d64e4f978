"""A file that cannot be taken, as a refusal: each fault by its cell, as a spreadsheet names it."""

from collections.abc import Mapping, Sequence

from domain.cells import Cell, CellFault, FileFaults, letter
from domain.refusals import NotValid
from domain.screening import Fault

MOST_FAULTS = 100
"""As many of a file's faults as a person mends at a sitting; the rest are counted."""
_TOLD = 3
"""Faults that are told in the sentence itself, for where no list goes with it."""


class FileFaulty(NotValid):
    """A file that was handed in cannot be taken: each fault is listed by its cell."""

    def __init__(self, kind: str, found: FileFaults, cells: Sequence[Sequence[Cell]] = ()) -> None:
        listed = found.faults[:MOST_FAULTS]
        count = len(found.faults)
        more = f", of which the first {len(listed)} are listed" if count > len(listed) else ""
        first = "; ".join(map(str, listed[:_TOLD]))
        said = f"it has {count} fault{'s' if count > 1 else ''}{more}: {first}"
        super().__init__(f"to take this file of {kind.replace('_', ' ')}", said)
        letters = _letters(cells[0]) if cells else {}
        self.faults = tuple(_by_cell(each, letters) for each in listed)


def _by_cell(fault: CellFault, letters: Mapping[str, str]) -> Fault:
    """Say where a fault is as a spreadsheet does, such as ``C7``; row nought is the whole file."""
    column = letters.get(fault.column, fault.column)
    place = f"{column}{fault.row}" if column else f"row {fault.row}"
    return Fault(
        code="cell_faulty" if fault.row else "file_faulty",
        says=str(fault) if fault.row else fault.says,
        would_help=fault.would_help,
        field=place if fault.row else "file",
    )


def _letters(headings: Sequence[Cell]) -> dict[str, str]:
    """The letter of each heading's column."""
    return {
        str(cell.value).strip().lower().replace(" ", "_"): letter(place)
        for place, cell in enumerate(headings)
        if cell.value is not None
    }
