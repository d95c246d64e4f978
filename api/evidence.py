"""Documents of evidence on their way in and out, wherever the settings have their bytes lie.

Neither way waits for an object store inside a transaction.
"""

from uuid import UUID

import structlog
from fastapi.responses import Response

from activities.store import reading, recording
from activities.store.documents import DocumentsAway, Place
from activities.store.reading import Caller
from activities.store.recording import SentDocument
from api.downloads import as_file
from api.parts import Parts
from api.problems import Unwell

log = structlog.get_logger("api")

_AWAY = "the store of documents cannot be reached at this moment"


def laid(parts: Parts, caller: Caller, draft_id: UUID, sent: SentDocument) -> SentDocument:
    """Lay a document's bytes where they are to be kept, before it is recorded and acknowledged.

    What would be refused is laid nowhere: recording it tells why. Should recording fail after all,
    an object without a row is left, which nobody can ask for.
    """
    if parts.documents is None or not parts.read(
        lambda session: recording.would_keep_evidence(session, caller, draft_id, sent)
    ):
        return sent
    try:
        parts.documents.put(sent.content)
    except DocumentsAway as error:
        log.warning("documents_away", because=type(error.__cause__).__name__)
        raise Unwell(_AWAY) from None
    return sent.laid(Place.OBJECT_STORE)


def document_of(parts: Parts, caller: Caller, file_id: UUID) -> Response:
    """Give a document to whoever may read it, as a file."""
    found = parts.read(lambda session: reading.evidence.evidence(session, caller, file_id))
    content = found.content
    if content is None:
        content = _fetched(parts, found.sha256)
    return as_file(f"evidence.{found.form}", found.media_type, content)


def _fetched(parts: Parts, sha256: str) -> bytes:
    if parts.documents is None:
        raise Unwell("the document lies in a store that no setting names")
    try:
        return parts.documents.get(sha256)
    except DocumentsAway as error:
        log.warning("documents_away", because=type(error.__cause__).__name__)
        raise Unwell(_AWAY) from None
