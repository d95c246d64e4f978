"""Why money moved that no decision on a request explains: the act, whose it was, and its file."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from activities.store.reading.caller import called
from activities.store.tables import ActRow, FileRow
from domain.frozen import Frozen
from domain.people import Role
from domain.stages import ALLOWED_TO, ActKind

_OF_FINANCE = ("finance", "payment_run")


class FileLink(Frozen):
    """The file that an act made something of: its hash says that it is the one."""

    id: UUID
    kind: str
    sha256: str
    form: str
    handed_in_by: UUID
    handed_in_at: datetime


class FinanceActLink(Frozen):
    """The act of finance behind money: what was done, by whom, and when it was recorded."""

    id: UUID
    kind: str
    person_id: UUID | None
    officer: str | None
    """How colleagues call the officer; left out for those who need not know."""
    reason: str | None
    """What the officer wrote; left out likewise."""
    recorded_at: datetime
    file: FileLink | None


def finance_act(
    session: Session, act_id: UUID | None, *, is_officer: bool, is_finance: bool
) -> FinanceActLink | None:
    """Read the act of finance behind an entry; nothing where the act was on a request.

    Finance is shown what was written with acts of its own; why an award changed is the child's.
    """
    row = session.get(ActRow, act_id) if act_id else None
    if row is None or row.subject not in _OF_FINANCE:
        return None
    of_finance = Role.FINANCE_OFFICER in ALLOWED_TO[ActKind(row.kind)]
    shows_words = is_officer or (is_finance and of_finance)
    return FinanceActLink(
        id=row.id,
        kind=row.kind,
        person_id=row.person_id,
        officer=called(session, row.person_id) if shows_words and row.person_id else None,
        reason=row.choices.get("reason") if shows_words else None,
        recorded_at=row.recorded_at,
        file=_file_of(session, row.id),
    )


def _file_of(session: Session, act_id: UUID) -> FileLink | None:
    row = session.exec(select(FileRow).where(FileRow.act_id == act_id)).first()
    if row is None:
        return None
    return FileLink.model_validate(row.model_dump(include=set(FileLink.model_fields)))
