"""A file that an act makes something of: there, of the right kind, whole, and not used before."""

from typing import TypeVar
from uuid import UUID

from activities.finance_desk import FinanceDesk
from activities.store import files
from activities.store.file_faults import FileFaulty
from activities.store.files import FileKind, HandedIn, not_used
from domain.cells import Cells, FileFaults

Whole = TypeVar("Whole")


def to_use(desk: FinanceDesk, file_id: UUID, kind: FileKind) -> HandedIn:
    """Take a file in hand, so that nobody else uses it meanwhile."""
    return not_used(files.take_file(desk.session, file_id), kind)


def found_whole(found: Whole | FileFaults, file: HandedIn, cells: Cells) -> Whole:
    """Refuse a file that was whole when it was handed in and is not by the record of today."""
    if isinstance(found, FileFaults):
        raise FileFaulty(file.kind, found, cells)
    return found
