"""What somebody has just done, told at the head of the page that they come to afterwards."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import ActView, Caller
from domain.refusals import RoleNeeded, Unknown


@dataclass(frozen=True)
class Asked:
    """What the address says was just done: an act, or something recorded at once."""

    act_id: UUID | None
    done: str


@dataclass(frozen=True)
class Doing:
    """What was done, and what became of it."""

    act: ActView | None
    done: str = ""


def asked_of(
    act: Annotated[UUID | None, Query()] = None,
    done: Annotated[str, Query(pattern="^[a-z_]{1,40}$")] = "",
) -> Asked:
    """Read from the address what was just done."""
    return Asked(act, done)


JustDone = Annotated[Asked, Depends(asked_of)]


def doing(session: Session, caller: Caller, asked: Asked) -> Doing | None:
    """Read what became of what the person has just done; nothing, if it was not theirs."""
    if asked.act_id is None:
        return Doing(None, asked.done) if asked.done else None
    try:
        return Doing(reading.act(session, caller, asked.act_id))
    except (Unknown, RoleNeeded):
        return None
