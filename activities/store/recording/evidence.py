"""Documents that support a request: kept whole, or refused with what would help."""

import hashlib
from uuid import UUID, uuid5

from sqlmodel import Session, func, select

from activities.store.documents import Place
from activities.store.evidence_forms import EvidenceForm, form_of
from activities.store.reading.caller import Caller
from activities.store.reading.evidence import EvidenceFile, as_file
from activities.store.recording.drafts import open_draft
from activities.store.recording.faults import ContentFaulty
from activities.store.recording.said import Saying
from activities.store.tables import EvidenceFileRow
from domain.refusals import Refusal
from domain.screening import Fault

_EVIDENCE = UUID("0f3f6a52-1f0c-5e7b-9d55-5b0d6a1c9e42")
_ASKED = "to take in the document"
MOST_FILES = 60
"""As many as a request names, and some that were taken out again."""


class SentDocument:
    """A document as it was sent, and where its bytes lie when it is recorded."""

    def __init__(self, content: bytes, declared: str, place: Place = Place.RECORD) -> None:
        self.content = content
        self.declared = declared
        """What the file says of itself; what it is, its content says."""
        self.place = place
        self.sha256 = hashlib.sha256(content).hexdigest()

    def laid(self, place: Place) -> "SentDocument":
        """The same, once its bytes lie where they are to be kept."""
        return SentDocument(self.content, self.declared, place)


def would_keep_evidence(
    session: Session, caller: Caller, draft_id: UUID, sent: SentDocument
) -> bool:
    """Whether a document would be kept that is not there yet: asked before its bytes lie anywhere.

    Nobody fills an object store with what is refused.
    """
    try:
        open_draft(session, caller, draft_id)
        is_known = session.get(EvidenceFileRow, _id_of(draft_id, sent)) is not None
        return not is_known and bool(_checked(session, draft_id, sent))
    except Refusal:
        return False


def keep_evidence(
    session: Session, saying: Saying, draft_id: UUID, sent: SentDocument
) -> EvidenceFile:
    """Keep a document with a draft; the same bytes again are the same document.

    It is of no request until the draft's evidence names it. What an object store is to hold lies
    there already, so that whatever is acknowledged is to be found.
    """
    open_draft(session, saying.caller, draft_id)
    kept_id = _id_of(draft_id, sent)
    known = session.get(EvidenceFileRow, kept_id)
    if known is not None:
        return as_file(known)
    form = _checked(session, draft_id, sent)
    row = EvidenceFileRow(
        id=kept_id,
        draft_id=draft_id,
        form=form,
        sha256=sent.sha256,
        size_bytes=len(sent.content),
        content=sent.content if sent.place is Place.RECORD else None,
        place=sent.place,
        handed_in_by=saying.caller.person.id,
        handed_in_at=saying.caller.now,
    )
    session.add(row)
    session.flush()
    return as_file(row)


def _id_of(draft_id: UUID, sent: SentDocument) -> UUID:
    return uuid5(_EVIDENCE, f"{draft_id}/{sent.sha256}")


def _checked(session: Session, draft_id: UUID, sent: SentDocument) -> EvidenceForm:
    """What a document is, if it can be taken."""
    form = form_of(sent.content, sent.declared)
    if isinstance(form, Fault):
        raise ContentFaulty(_ASKED, (form,))
    _check_room(session, draft_id)
    return form


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
