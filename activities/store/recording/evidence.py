"""Documents that support a request: kept whole, or refused with what would help."""

import hashlib
from uuid import UUID, uuid5

from sqlmodel import Session, func, select

from activities.store.evidence_forms import form_of
from activities.store.reading.evidence import EvidenceFile, as_file
from activities.store.recording.drafts import open_draft
from activities.store.recording.faults import ContentFaulty
from activities.store.recording.said import Saying
from activities.store.tables import EvidenceFileRow
from domain.screening import Fault

_EVIDENCE = UUID("0f3f6a52-1f0c-5e7b-9d55-5b0d6a1c9e42")
_ASKED = "to take in the document"
MOST_FILES = 60
"""As many as a request names, and some that were taken out again."""


def keep_evidence(
    session: Session, saying: Saying, draft_id: UUID, content: bytes, declared: str
) -> EvidenceFile:
    """Keep a document with a draft; the same bytes again are the same document.

    It is of no request until the draft's evidence names it. ``declared`` is what the file says of
    itself; what it is, its content says.
    """
    open_draft(session, saying.caller, draft_id)
    sha256 = hashlib.sha256(content).hexdigest()
    kept_id = uuid5(_EVIDENCE, f"{draft_id}/{sha256}")
    known = session.get(EvidenceFileRow, kept_id)
    if known is not None:
        return as_file(known)
    form = form_of(content, declared)
    if isinstance(form, Fault):
        raise ContentFaulty(_ASKED, (form,))
    _check_room(session, draft_id)
    row = EvidenceFileRow(
        id=kept_id,
        draft_id=draft_id,
        form=form,
        sha256=sha256,
        size_bytes=len(content),
        content=content,
        handed_in_by=saying.caller.person.id,
        handed_in_at=saying.caller.now,
    )
    session.add(row)
    session.flush()
    return as_file(row)


def _check_room(session: Session, draft_id: UUID) -> None:
    counted = select(func.count()).where(EvidenceFileRow.draft_id == draft_id)
    if session.exec(counted).one() >= MOST_FILES:
        full = Fault(
            code="too_many_files",
            says=f"{MOST_FILES} documents were handed in with this request already.",
            would_help="Put what belongs together into one document.",
            field="file",
        )
        raise ContentFaulty(_ASKED, (full,))
