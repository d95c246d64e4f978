"""Evidence: documents handed in with a draft, and given to whoever may read its request."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from activities.store import reading, recording
from api.evidence import document_of, laid
from api.parts import Asking, Says, WithParts

router = APIRouter(tags=["drafts"])

_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/pdf": {**_BINARY, "example": "%PDF-1.7 and so on, to %%EOF"},
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _BINARY,
            "image/png": _BINARY,
            "image/jpeg": _BINARY,
        },
    }
}


@router.get("/drafts/{draft_id}/evidence")
def handed_in(
    draft_id: UUID, caller: Asking, parts: WithParts
) -> tuple[reading.evidence.EvidenceFile, ...]:
    """List the documents that were handed in with a draft."""
    return parts.read(lambda session: reading.evidence.evidence_files(session, caller, draft_id))


@router.post(
    "/drafts/{draft_id}/evidence",
    response_model=reading.evidence.EvidenceFile,
    status_code=201,
    openapi_extra=_BODY,
)
async def hand_in(
    draft_id: UUID,
    request: Request,
    parts: WithParts,
    says: Says,
    content_type: Annotated[str, Header(include_in_schema=False)] = "",
) -> JSONResponse:
    """Hand a document in, a PDF, Word document or picture by its content, up to ten mebibytes.

    It supports the request once an entry of the draft's evidence names its id as `file_id`.
    """
    content = await request.body()
    sent = recording.SentDocument(content, content_type)
    saying = says({"sha256": sent.sha256})
    sent = await run_in_threadpool(laid, parts, saying.caller, draft_id, sent)
    answer = await run_in_threadpool(
        parts.record,
        saying,
        lambda session, said: recording.keep_evidence(session, said, draft_id, sent),
    )
    return JSONResponse(answer, 201)


@router.get("/evidence/{file_id}", response_class=Response)
def document(file_id: UUID, caller: Asking, parts: WithParts) -> Response:
    """Give a document back, byte by byte, to whoever may read what its request says."""
    return document_of(parts, caller, file_id)
