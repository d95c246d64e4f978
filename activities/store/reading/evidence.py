"""Documents that support a request, for whoever may read what the request says."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from activities.store.evidence_forms import MEDIA_TYPES, EvidenceForm
from activities.store.reading.caller import SCHOOL_DESK, Caller
from activities.store.reading.drafts import seen_draft
from activities.store.reading.panel import content_of, papers
from activities.store.reading.seeing import sight
from activities.store.tables import AgendaItemRow, DraftRow, EvidenceFileRow, RequestRow
from domain.frozen import Frozen
from domain.refusals import Barred, NotAtThisStage, RoleNeeded, Unknown


class EvidenceFile(Frozen):
    """A document that was handed in with a request: what it is, and how large."""

    id: UUID
    form: EvidenceForm
    size_bytes: int
    sha256: str
    handed_in_at: datetime


class EvidenceContent(Frozen):
    """A document, byte by byte as it came."""

    form: EvidenceForm
    media_type: str
    sha256: str
    content: bytes | None
    """Nothing, where the bytes lie in an object store."""


def evidence_files(session: Session, caller: Caller, draft_id: UUID) -> tuple[EvidenceFile, ...]:
    """List what was handed in with a draft of the person's own school, the earliest first."""
    seen_draft(session, caller, draft_id)
    rows = session.exec(
        select(EvidenceFileRow)
        .options(defer(EvidenceFileRow.content))  # type: ignore[arg-type]
        .where(EvidenceFileRow.draft_id == draft_id)
        .order_by(col(EvidenceFileRow.handed_in_at), col(EvidenceFileRow.id))
    )
    return tuple(as_file(row) for row in rows)


def evidence(session: Session, caller: Caller, file_id: UUID) -> EvidenceContent:
    """Give a document to its school, to officers, and to a panel's member who reads the papers.

    To others than the school it is there only while the request names it.
    """
    row = session.get(EvidenceFileRow, file_id)
    if row is None or not _may_read(session, caller, row):
        raise Unknown("this document", "there is none of that id that you may see")
    form = EvidenceForm(row.form)
    return EvidenceContent(
        form=form, media_type=MEDIA_TYPES[form], sha256=row.sha256, content=row.content
    )


def as_file(row: EvidenceFileRow) -> EvidenceFile:
    """Build the view of a row, without its bytes."""
    return EvidenceFile(
        id=row.id,
        form=EvidenceForm(row.form),
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        handed_in_at=row.handed_in_at,
    )


def _may_read(session: Session, caller: Caller, row: EvidenceFileRow) -> bool:
    draft = session.get_one(DraftRow, row.draft_id)
    if draft.school_code in caller.schools(*SCHOOL_DESK):
        return True
    request = session.get(RequestRow, row.draft_id)
    if request is None or not _names(session, request, row.id):
        return False
    return sight(session, caller, request).council or _reads_papers(session, caller, request)


def _names(session: Session, request: RequestRow, file_id: UUID) -> bool:
    """Whether the request, as it stands, names the document."""
    return any(each.file_id == file_id for each in content_of(session, request).evidence)


def _reads_papers(session: Session, caller: Caller, request: RequestRow) -> bool:
    """Whether the person may open the papers of an item that the request is, or was, heard in."""
    items = session.exec(select(AgendaItemRow.id).where(AgendaItemRow.request_id == request.id))
    return any(_opens(session, caller, item_id) for item_id in items)


def _opens(session: Session, caller: Caller, item_id: UUID) -> bool:
    try:
        papers(session, caller, item_id)
    except (Barred, NotAtThisStage, RoleNeeded, Unknown):
        return False
    return True
