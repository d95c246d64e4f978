"""Awards as they stand, with what changed, what is paid and due, and top-ups on a census day."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from activities.store import reading
from activities.store.reading import (
    AwardLine,
    AwardWhole,
    ChangeLetterView,
    CouncilOwes,
    TopUp,
)
from activities.store.reading.award_foreseen import (
    AwardForeseen,
    ForeseeingChange,
    award_foreseen,
)
from activities.store.reading.award_lists import InstalmentLine
from activities.store.reading.award_lists import instalments as instalments_seen
from api import lists, money_files
from api.downloads import offer_files
from api.lists import On, School
from api.parts import Asking, WithParts
from api.schemas import AS_JSON

router = APIRouter(prefix="/awards", tags=["awards"])

Behind = Annotated[UUID | None, Query(description="The last award of the page before.")]


@router.get("")
def awards(
    caller: Asking, parts: WithParts, school: School = None, after: Behind = None
) -> tuple[AwardLine, ...]:
    """List awards as they stand today, two hundred at once: a school its own, the council all."""
    own = school or None
    return parts.read(lambda session: reading.awards(session, caller, school=own, after=after))


@router.get("/instalments")
def instalments(
    caller: Asking, parts: WithParts, school: School = None
) -> tuple[InstalmentLine, ...]:
    """List the instalments of every award that I may see: due, paid or cancelled."""
    return parts.read(lambda session: instalments_seen(session, caller, school=school))


@router.get("/top-ups")
def top_ups(on: On, caller: Asking, parts: WithParts, school: School = None) -> tuple[TopUp, ...]:
    """List pupils' top-ups on a census day; a pupil's number is for the school and officers."""
    return parts.read(lambda session: reading.top_ups_on(session, caller, on, school=school))


offer_files(router, "", lists.awards)
offer_files(router, "/instalments", lists.instalments)
offer_files(router, "/top-ups", lists.top_ups)


@router.get("/claims")
def claims(caller: Asking, parts: WithParts) -> tuple[CouncilOwes, ...]:
    """List what other councils owe for pupils of their own, and what has come in of it."""
    return parts.read(lambda session: reading.claims(session, caller))


offer_files(router, "/claims", money_files.claims)


@router.get("/{award_id}/letters")
def letters(award_id: UUID, caller: Asking, parts: WithParts) -> tuple[ChangeLetterView, ...]:
    """Read what the family was told of each change of an award."""
    return parts.read(lambda session: reading.change_letters(session, caller, award_id))


@router.post("/{award_id}/foresee-change")
def foresee_change(
    award_id: UUID, body: Annotated[ForeseeingChange, AS_JSON], caller: Asking, parts: WithParts
) -> AwardForeseen:
    """Work out to the day what a change would come to if it were recorded now; nothing is."""
    return parts.read(lambda session: award_foreseen(session, caller, award_id, body.change))


@router.get("/{award_id}")
def award(award_id: UUID, caller: Asking, parts: WithParts) -> AwardWhole:
    """Read an award with its history: every change, and what became of each instalment."""
    return parts.read(lambda session: reading.award(session, caller, award_id))
