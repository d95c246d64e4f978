"""Files that finance hands in: kept whole, or refused with every fault and not kept at all.

A file takes effect by an act of its own; being kept changes no money.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID, uuid5

from sqlmodel import Session, select

from activities.store import files, opening
from activities.store.events import Happening, write_event
from activities.store.file_faults import FileFaulty
from activities.store.files import FileKind
from activities.store.recording.said import Saying
from activities.store.sheets import form_of, read_cells
from activities.store.tables import FileRow
from domain.cells import Cells, FileFaults
from domain.frozen import Frozen
from domain.people import Role
from domain.refusals import RoleNeeded

_FILES = UUID("5d4bb9c2-93c1-5b6f-8a44-0f6cf1a7b3ce")


class _Sum(Frozen):
    """What a whole file comes to."""

    rows: int
    total_pence: int | None


class FileKept(Frozen):
    """A file that was found whole, and what it comes to; kept before, it is the same one."""

    id: UUID
    kind: FileKind
    sha256: str
    form: str
    rows: int
    """Rows below the heading, without a line of totals."""
    total_pence: int | None
    """All its budgets, or what its awards cost a year; pence."""
    handed_in_at: datetime
    act_id: UUID | None
    """The act that has made of it what it says, if one has."""


def keep_file(session: Session, saying: Saying, kind: FileKind, content: bytes) -> FileKept:
    """Keep a file of a kind; the same bytes again are the same file.

    Raises `FileFaulty` with every fault by row and column when it cannot be taken.
    """
    if not saying.caller.holds(Role.FINANCE_OFFICER):
        raise RoleNeeded(f"to hand in a file of {kind.replace('_', ' ')}", "it is finance's to do")
    sha256 = hashlib.sha256(content).hexdigest()
    known = session.exec(select(FileRow).where(FileRow.kind == kind, FileRow.sha256 == sha256))
    row = known.first()
    if row is None:
        row = _kept(session, saying, kind, sha256, content)
    facts = row.model_dump(include=set(FileKept.model_fields))
    return FileKept.model_validate(facts, strict=False)


def _kept(session: Session, saying: Saying, kind: FileKind, sha256: str, content: bytes) -> FileRow:
    cells = read_cells(content)
    if isinstance(cells, FileFaults):
        raise FileFaulty(kind, cells)
    comes_to = _READ[kind](session, saying, cells)
    if isinstance(comes_to, FileFaults):
        raise FileFaulty(kind, comes_to, cells)
    row = FileRow(
        id=uuid5(_FILES, f"{kind}/{sha256}"),
        kind=kind,
        sha256=sha256,
        form=form_of(content),
        content=content,
        rows=comes_to.rows,
        total_pence=comes_to.total_pence,
        handed_in_by=saying.caller.person.id,
        handed_in_at=saying.caller.now,
    )
    session.add(row)
    facts = {"kind": kind.value, "sha256": sha256, "rows": row.rows}
    happening = Happening(
        kind="file_kept", subject="file", subject_id=row.id, at=saying.caller.now, facts=facts
    )
    write_event(session, happening)
    session.flush()
    return row


def _budgets(session: Session, saying: Saying, cells: Cells) -> _Sum | FileFaults:
    found = files.budgets_in(session, cells, saying.caller.day)
    if isinstance(found, FileFaults):
        return found
    return _Sum(rows=len(found.rows), total_pence=found.total_pence)


def _opening_awards(session: Session, saying: Saying, cells: Cells) -> _Sum | FileFaults:
    """Live awards are dated already now, so that whatever is in the way is said at once."""
    found = files.awards_in(session, cells)
    if isinstance(found, FileFaults):
        return found
    dated = opening.planned(session, found, saying.caller.day)
    if isinstance(dated, FileFaults):
        return dated
    return _Sum(rows=len(found.rows), total_pence=found.annual_pence)


def _answer(_session: Session, _saying: Saying, cells: Cells) -> _Sum | FileFaults:
    """An answer is kept as it came: its lines are matched, or listed, by the act that reads it."""
    return _Sum(rows=len(cells) - 1, total_pence=None)


_READ: Mapping[FileKind, Callable[[Session, Saying, Cells], _Sum | FileFaults]] = {
    FileKind.BUDGETS: _budgets,
    FileKind.OPENING_AWARDS: _opening_awards,
    FileKind.ANSWER: _answer,
}
"""How each kind of file is looked at before it is kept."""
