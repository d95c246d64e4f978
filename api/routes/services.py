"""Services of the Team Around the Cluster: what panels ask of them, what they answer, what is late.

And what else a panel gives once its ballot has closed: its advice, and a member's dissent.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from activities.store import reading, recording
from activities.store.reading import AdvisedView, AskedLine, AskedView, Service
from activities.store.recording import Dissented, Dissenting, ServiceAnswered
from api import lists
from api.downloads import offer_files
from api.lists import Late
from api.parts import Asking, Records, WithParts
from api.schemas import AS_JSON
from domain.services import (
    AcceptingService,
    DecliningService,
    ReportingService,
)

router = APIRouter(tags=["services"])


@router.get("/services")
def services(_caller: Asking, parts: WithParts) -> tuple[Service, ...]:
    """List the services that a panel may ask, and whom to turn to there."""
    return parts.read(reading.services)


@router.get("/services/asked")
def asked_of_services(
    caller: Asking,
    parts: WithParts,
    late: Late = False,  # noqa: FBT002
) -> tuple[AskedLine, ...]:
    """List what panels asked of services, as far as I may see it, the next due first."""
    return parts.read(lambda session: reading.asked_of_services(session, caller, late=late))


offer_files(router, "/services/asked", lists.asked)


@router.get("/services/asked/{asked_id}")
def asked_of_service(asked_id: UUID, caller: Asking, parts: WithParts) -> AskedView:
    """Read what a service was asked, and what it answered."""
    return parts.read(lambda session: reading.asked_of_service(session, caller, asked_id))


@router.post("/services/asked/{asked_id}/accept", response_model=ServiceAnswered)
def accept_service(
    asked_id: UUID, body: Annotated[AcceptingService, AS_JSON], records: Records
) -> JSONResponse:
    """Accept what a panel asks of my service."""
    return records(body, recording.answer_service, asked_id, body)


@router.post("/services/asked/{asked_id}/decline", response_model=ServiceAnswered)
def decline_service(
    asked_id: UUID, body: Annotated[DecliningService, AS_JSON], records: Records
) -> JSONResponse:
    """Decline what a panel asks of my service, and say why."""
    return records(body, recording.answer_service, asked_id, body)


@router.post("/services/asked/{asked_id}/report", response_model=ServiceAnswered)
def report_service(
    asked_id: UUID, body: Annotated[ReportingService, AS_JSON], records: Records
) -> JSONResponse:
    """Report whether what my service accepted was done, and what came of it."""
    return records(body, recording.answer_service, asked_id, body)


@router.get("/requests/{request_id}/advice")
def advice(request_id: UUID, caller: Asking, parts: WithParts) -> AdvisedView:
    """Read what the panel gave on a request beside its ballot, once that has closed."""
    return parts.read(lambda session: reading.advice(session, caller, request_id))


@router.post("/ballots/{ballot_id}/dissent", response_model=Dissented)
def note_dissent(
    ballot_id: UUID, body: Annotated[Dissenting, AS_JSON], records: Records
) -> JSONResponse:
    """Have my dissent from what a closed ballot came to recorded, in my own words."""
    return records(body, recording.note_dissent, ballot_id, body)
