"""Requests: read as my role allows, and moved on by acts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from activities.store import reading
from activities.store.reading import (
    ActView,
    DecisionView,
    EventView,
    LetterView,
    RequestLine,
    RequestView,
)
from api.parts import Asking, WithParts
from domain.stages import Stage

router = APIRouter(tags=["requests"])


@router.get("/requests")
def requests(
    caller: Asking,
    parts: WithParts,
    stage: Stage | None = None,
    after: Annotated[UUID | None, Query(description="Go on behind this request.")] = None,
) -> tuple[RequestLine, ...]:
    """List the requests that I may see, oldest first."""
    return parts.read(lambda s: reading.requests(s, caller, stage=stage, after=after))


@router.get("/requests/{request_id}")
def request(request_id: UUID, caller: Asking, parts: WithParts) -> RequestView:
    """Read a request as far as I may see it."""
    return parts.read(lambda session: reading.request(session, caller, request_id))


@router.get("/requests/{request_id}/timeline")
def timeline(request_id: UUID, caller: Asking, parts: WithParts) -> tuple[EventView, ...]:
    """List what has happened to a request, newest first."""
    return parts.read(lambda session: reading.timeline(session, caller, request_id))


@router.get("/requests/{request_id}/decision")
def decision(request_id: UUID, caller: Asking, parts: WithParts) -> DecisionView:
    """Read the decision with its working and its awards."""
    return parts.read(lambda session: reading.decision(session, caller, request_id))


@router.get("/requests/{request_id}/letter")
def letter(request_id: UUID, caller: Asking, parts: WithParts) -> LetterView:
    """Read the letter to the family."""
    return parts.read(lambda session: reading.letter(session, caller, request_id))


@router.get("/acts/{act_id}", tags=["acts"])
def act(act_id: UUID, caller: Asking, parts: WithParts) -> ActView:
    """Read an act of mine: waiting, done, or refused and why."""
    return parts.read(lambda session: reading.act(session, caller, act_id))
