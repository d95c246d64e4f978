"""Drafts: begun, saved over the version that was read, and confirmed by the head."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from activities.store import reading, recording
from activities.store.reading import DraftView
from api.parts import Asking, Records, WithParts
from api.schemas import AS_JSON, Beginning, Confirming, Saving
from domain.map_cost import MapCost

router = APIRouter(prefix="/drafts", tags=["drafts"])


@router.post("", status_code=201, response_model=DraftView)
def begin(body: Annotated[Beginning, AS_JSON], records: Records) -> JSONResponse:
    """Begin a request at my school."""
    return records(body, recording.create_draft, body.school, body.content, status=201)


@router.get("/{draft_id}")
def read(draft_id: UUID, caller: Asking, parts: WithParts) -> DraftView:
    """Read a draft of my school."""
    return parts.read(lambda session: reading.draft(session, caller, draft_id))


@router.put("/{draft_id}", response_model=DraftView)
def save(draft_id: UUID, body: Annotated[Saving, AS_JSON], records: Records) -> JSONResponse:
    """Save a draft; when somebody saved it meanwhile, what I sent comes back to me."""
    return records(body, recording.save_draft, draft_id, body.version, body.content)


@router.post("/{draft_id}/confirm", response_model=DraftView)
def confirm(draft_id: UUID, body: Annotated[Confirming, AS_JSON], records: Records) -> JSONResponse:
    """Confirm, as the school's head, the draft as it stands."""
    return records(body, recording.confirm_draft, draft_id, body.version)


@router.get("/{draft_id}/progress")
def progress(draft_id: UUID, caller: Asking, parts: WithParts) -> reading.drafting.DraftProgress:
    """Say how far each section of a draft is, by what screening would find missing now."""
    return parts.read(lambda session: reading.drafting.draft_progress(session, caller, draft_id))


@router.get("/{draft_id}/cost")
def cost(draft_id: UUID, caller: Asking, parts: WithParts) -> MapCost:
    """Say what a draft's provision map costs a year by the published rates of staff."""
    return parts.read(lambda session: reading.drafting.draft_cost(session, caller, draft_id))
