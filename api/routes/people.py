"""Who I am, what waits for me, my levels beside the panel's, and my school's pupils."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from activities.store import reading, recording
from activities.store.reading import OwnLevelsView, PupilView, Task
from activities.store.reading.put_forward import PutForward, put_forward
from activities.store.recording import PutForwardKept, PuttingForward
from api.parts import Asking, Records, WithParts
from api.schemas import AS_JSON, Me, RoleView
from domain.people import Role

router = APIRouter(tags=["people"])


@router.get("/me")
def me(caller: Asking) -> Me:
    """Say who the token's bearer is here, with the roles of today."""
    shown = set(RoleView.model_fields)
    held = caller.person.held_on(caller.day, *Role)
    return Me(
        id=caller.person.id,
        subject=caller.person.subject,
        roles=tuple(RoleView(**each.model_dump(include=shown)) for each in held),
    )


@router.get("/me/levels")
def own_levels(caller: Asking, parts: WithParts) -> OwnLevelsView:
    """Set my levels beside the panel's, in ballots that have closed: for me alone."""
    return parts.read(lambda session: reading.own_levels(session, caller))


@router.get("/worklist")
def worklist(caller: Asking, parts: WithParts) -> tuple[Task, ...]:
    """List what waits for me, oldest deadline first."""
    return parts.read(lambda session: reading.worklist(session, caller))


@router.get("/pupils")
def pupils(caller: Asking, parts: WithParts) -> tuple[PupilView, ...]:
    """List the pupils of my school, with the ids that requests name."""
    return parts.read(lambda session: reading.pupils(session, caller))


@router.get("/pupils/put-forward")
def pupils_put_forward(caller: Asking, parts: WithParts) -> tuple[PutForward, ...]:
    """List pupils of mine put forward for other schools' groups, and theirs put forward to us."""
    return parts.read(lambda session: put_forward(session, caller))


@router.post("/pupils/{pupil_id}/put-forward", response_model=PutForwardKept, status_code=201)
def put_pupil_forward(
    pupil_id: UUID, body: Annotated[PuttingForward, AS_JSON], records: Records
) -> JSONResponse:
    """Let another school name a pupil of mine, by number, in a group that it asks for."""
    return records(body, recording.put_forward, pupil_id, body, status=201)


@router.post("/pupils/put-forward/{put_id}/end", response_model=PutForwardKept)
def end_put_forward(put_id: UUID, records: Records) -> JSONResponse:
    """Take that back: no group is submitted with the pupil from now on."""
    return records(None, recording.end_put_forward, put_id)
