"""Drafts: begun, saved over the version that was read, and confirmed by the head."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from activities.store import reading, recording
from activities.store.reading import DraftView
from api.parts import Asking, Says, WithParts
from api.schemas import AS_JSON, Beginning, Confirming, Saving

router = APIRouter(prefix="/drafts", tags=["drafts"])


@router.post("", status_code=201, response_model=DraftView)
def begin(body: Annotated[Beginning, AS_JSON], parts: WithParts, says: Says) -> JSONResponse:
    """Begin a request at my school."""
    saying = says(body.model_dump(mode="json"))
    answer = parts.record(
        saying,
        lambda session, said: recording.create_draft(session, said, body.school, body.content),
    )
    return JSONResponse(answer, 201)


@router.get("/{draft_id}")
def read(draft_id: UUID, caller: Asking, parts: WithParts) -> DraftView:
    """Read a draft of my school."""
    return parts.read(lambda session: reading.draft(session, caller, draft_id))


@router.put("/{draft_id}", response_model=DraftView)
def save(
    draft_id: UUID, body: Annotated[Saving, AS_JSON], parts: WithParts, says: Says
) -> JSONResponse:
    """Save a draft; when somebody saved it meanwhile, what I sent comes back to me."""
    saying = says(body.model_dump(mode="json"))
    answer = parts.record(
        saying,
        lambda session, said: recording.save_draft(
            session, said, draft_id, body.version, body.content
        ),
    )
    return JSONResponse(answer)


@router.post("/{draft_id}/confirm", response_model=DraftView)
def confirm(
    draft_id: UUID, body: Annotated[Confirming, AS_JSON], parts: WithParts, says: Says
) -> JSONResponse:
    """Confirm, as the school's head, the draft as it stands."""
    saying = says(body.model_dump(mode="json"))
    answer = parts.record(
        saying,
        lambda session, said: recording.confirm_draft(session, said, draft_id, body.version),
    )
    return JSONResponse(answer)
