"""Policies in force, events in order, and whether the record can be reached."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from activities.store import reading
from activities.store.reading import EventView, PolicyView
from api.parts import Asking, WithParts
from api.schemas import Health

router = APIRouter(tags=["record"])

Day = Annotated[date | None, Query(description="A day; today when left out.")]
Kind = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")]


@router.get("/policies")
def policies(caller: Asking, parts: WithParts, on: Day = None) -> tuple[PolicyView, ...]:
    """List the version of each policy that governs a day."""
    return parts.read(lambda session: reading.policies_on(session, on or caller.day))


@router.get("/policies/{kind}")
def policy(kind: Kind, caller: Asking, parts: WithParts, on: Day = None) -> PolicyView:
    """Read the version of one policy that governs a day, with what it says."""
    return parts.read(lambda session: reading.version_on(session, kind, on or caller.day))


@router.get("/events")
def events(
    caller: Asking,
    parts: WithParts,
    after: Annotated[int, Query(ge=0, le=2**62, description="Go on behind this position.")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 500,
) -> tuple[EventView, ...]:
    """List my events in order, from behind a position."""
    return parts.read(lambda session: reading.events(session, caller, after, limit))


@router.get("/health", openapi_extra={"security": []})
def health(parts: WithParts) -> Health:
    """Say whether the record can be reached; anybody may ask."""
    try:
        with parts.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return Health(database=False)
    return Health(database=True)
