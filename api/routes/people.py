"""Who I am, what waits for me, my levels beside the panel's, and my school's pupils."""

from fastapi import APIRouter

from activities.store import reading
from activities.store.reading import OwnLevelsView, PupilView, Task
from api.parts import Asking, WithParts
from api.schemas import Me, RoleView
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
