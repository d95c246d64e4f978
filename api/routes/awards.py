"""Awards as they stand, with what changed, what is paid and due, and top-ups on a census day."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from activities.store import reading
from activities.store.reading import (
    AwardLine,
    AwardWhole,
    ChangeLetterView,
    CouncilOwes,
    TopUp,
)
from activities.store.reading.award_lists import InstalmentLine
from activities.store.reading.award_lists import instalments as instalments_seen
from api.downloads import AS_CSV, AS_WORKBOOK, as_csv
from api.lists import award_lists, instalment_lists, top_up_lists
from api.parts import Asking, WithParts

router = APIRouter(prefix="/awards", tags=["awards"])

School = Annotated[str | None, Query(max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
Behind = Annotated[UUID | None, Query(description="The last award of the page before.")]
Council = Annotated[
    str | None,
    Query(max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", description="Another council."),
]
On = Annotated[date, Query(description="The census day.")]


@router.get("")
def awards(
    caller: Asking, parts: WithParts, school: School = None, after: Behind = None
) -> tuple[AwardLine, ...]:
    """List awards as they stand today, two hundred at once: a school its own, the council all."""
    return parts.read(lambda session: reading.awards(session, caller, school=school, after=after))


@router.get("/csv", response_class=Response, responses=AS_CSV)
def awards_as_csv(caller: Asking, parts: WithParts, school: School = None) -> Response:
    """Read every award that I may see as a CSV file, in pounds."""
    return parts.read(lambda session: award_lists(session, caller, school)).as_csv()


@router.get("/xlsx", response_class=Response, responses=AS_WORKBOOK)
def awards_as_workbook(caller: Asking, parts: WithParts, school: School = None) -> Response:
    """Read the same as a workbook: awards on one sheet, their instalments on another."""
    return parts.read(lambda session: award_lists(session, caller, school)).as_workbook()


@router.get("/instalments")
def instalments(
    caller: Asking, parts: WithParts, school: School = None
) -> tuple[InstalmentLine, ...]:
    """List the instalments of every award that I may see: due, paid or cancelled."""
    return parts.read(lambda session: instalments_seen(session, caller, school=school))


@router.get("/instalments/csv", response_class=Response, responses=AS_CSV)
def instalments_as_csv(caller: Asking, parts: WithParts, school: School = None) -> Response:
    """Read the same as a CSV file, in pounds."""
    return parts.read(lambda session: instalment_lists(session, caller, school)).as_csv()


@router.get("/instalments/xlsx", response_class=Response, responses=AS_WORKBOOK)
def instalments_as_workbook(caller: Asking, parts: WithParts, school: School = None) -> Response:
    """Read the same as a workbook."""
    return parts.read(lambda session: instalment_lists(session, caller, school)).as_workbook()


@router.get("/top-ups")
def top_ups(on: On, caller: Asking, parts: WithParts, school: School = None) -> tuple[TopUp, ...]:
    """List pupils' top-ups on a census day; a pupil's number is for the school and officers."""
    return parts.read(lambda session: reading.top_ups_on(session, caller, on, school=school))


@router.get("/top-ups/csv", response_class=Response, responses=AS_CSV)
def top_ups_as_csv(on: On, caller: Asking, parts: WithParts, school: School = None) -> Response:
    """Read the same as a CSV file, in pounds."""
    return parts.read(lambda session: top_up_lists(session, caller, on, school)).as_csv()


@router.get("/top-ups/xlsx", response_class=Response, responses=AS_WORKBOOK)
def top_ups_as_workbook(
    on: On, caller: Asking, parts: WithParts, school: School = None
) -> Response:
    """Read the same as a workbook."""
    return parts.read(lambda session: top_up_lists(session, caller, on, school)).as_workbook()


@router.get("/claims")
def claims(caller: Asking, parts: WithParts) -> tuple[CouncilOwes, ...]:
    """List what other councils owe for pupils of their own, and what has come in of it."""
    return parts.read(lambda session: reading.claims(session, caller))


@router.get("/claims/csv", response_class=Response, responses=AS_CSV)
def claims_as_csv(caller: Asking, parts: WithParts, council: Council = None) -> Response:
    """Read each line of what other councils owe as a CSV file, in pounds: one council's, or all."""
    found = parts.read(lambda session: reading.claim_lines(session, caller, council))
    listing = reading.claim_listing(found)
    return as_csv(f"{listing.name}.csv", listing)


@router.get("/{award_id}/letters")
def letters(award_id: UUID, caller: Asking, parts: WithParts) -> tuple[ChangeLetterView, ...]:
    """Read what the family was told of each change of an award."""
    return parts.read(lambda session: reading.change_letters(session, caller, award_id))


@router.get("/{award_id}")
def award(award_id: UUID, caller: Asking, parts: WithParts) -> AwardWhole:
    """Read an award with its history: every change, and what became of each instalment."""
    return parts.read(lambda session: reading.award(session, caller, award_id))
