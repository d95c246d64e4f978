"""Cover: an officer names a colleague between two dates, and takes it back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from activities.store import recording
from activities.store.reading.covers import CoverDesk, cover
from activities.store.recording import Covering, CoverNamed
from api.parts import Asking, Says, WithParts
from api.schemas import AS_JSON

router = APIRouter(prefix="/cover", tags=["people"])


@router.get("")
def who_covers(caller: Asking, parts: WithParts) -> CoverDesk:
    """Read who covers for me and for whom I cover, and which officers could."""
    return parts.read(lambda session: cover(session, caller))


@router.post("")
def name_cover(body: Annotated[Covering, AS_JSON], says: Says, parts: WithParts) -> CoverNamed:
    """Name an officer who sees my work between two days; it raises nobody's limit."""
    saying = says(body.model_dump(mode="json"))
    done = parts.record(saying, lambda session, said: recording.name_cover(session, said, body))
    return CoverNamed.model_validate(done, strict=False)


@router.post("/{cover_id}/end")
def end_cover(cover_id: UUID, says: Says, parts: WithParts) -> CoverNamed:
    """Take cover back."""
    done = parts.record(
        says(None), lambda session, said: recording.end_cover(session, said, cover_id)
    )
    return CoverNamed.model_validate(done, strict=False)
