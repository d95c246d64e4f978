"""Requests: read as my role allows, and moved on by acts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from activities.store import reading
from activities.store.reading import (
    ActView,
    DecisionView,
    EventView,
    LetterView,
    RequestLine,
    RequestView,
)
from activities.store.reading.acts import ActWords, words_of_act
from activities.store.reading.desk import AtDesk, at_desk
from activities.store.reading.requests import Wanted
from activities.store.reading.together import ToSign, uncontested
from api.parts import Asking, WithParts
from domain.stages import Stage

router = APIRouter(tags=["requests"])

Cluster = Annotated[
    str | None, Query(max_length=64, pattern=r"^[a-z0-9][a-z0-9_.:-]*$", description="Of one.")
]


def wanted_of(
    *,
    stage: Stage | None = None,
    cluster: Cluster = None,
    overdue: Annotated[bool, Query(description="Only those not decided in time.")] = False,
    mine: Annotated[
        bool, Query(description="Only those that wait for an officer like me.")
    ] = False,
) -> Wanted:
    """Read which requests are asked for."""
    return Wanted(stage=stage, cluster=cluster, overdue=overdue, mine=mine)


@router.get("/requests")
def requests(
    caller: Asking,
    parts: WithParts,
    wanted: Annotated[Wanted, Depends(wanted_of)],
    after: Annotated[UUID | None, Query(description="Go on behind this request.")] = None,
) -> tuple[RequestLine, ...]:
    """List the requests that I may see, oldest first."""
    return parts.read(lambda s: reading.requests(s, caller, wanted, after))


@router.get("/requests/uncontested")
def uncontested_requests(caller: Asking, parts: WithParts) -> tuple[ToSign, ...]:
    """List what waits for my signature and nobody contests: it may be signed one after another."""
    return parts.read(lambda session: uncontested(session, caller))


@router.get("/requests/{request_id}")
def request(request_id: UUID, caller: Asking, parts: WithParts) -> RequestView:
    """Read a request as far as I may see it."""
    return parts.read(lambda session: reading.request(session, caller, request_id))


@router.get("/requests/{request_id}/desk")
def desk(request_id: UUID, caller: Asking, parts: WithParts) -> AtDesk:
    """Read what I decide a request by: figures side by side, money left, cases alike, my acts."""
    return parts.read(lambda session: at_desk(session, caller, request_id))


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


@router.get("/acts/{act_id}/words", tags=["acts"])
def words(act_id: UUID, caller: Asking, parts: WithParts) -> ActWords:
    """Read what I said with an act of mine, to change it and say it again, if it was refused."""
    return parts.read(lambda session: words_of_act(session, caller, act_id))
