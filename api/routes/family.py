"""Families: links to their decisions, made and closed by schools and officers, and letters as PDF.

Whoever holds a link is not signed in: the link and the child's date of birth are what opens it.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from activities.store import reading, recording
from activities.store.reading import family_links as links
from activities.store.reading.family_links import FamilyLinks
from activities.store.recording import FamilyAnswer, FamilyLinkEnded, FamilyLinkMade
from api.family_tokens import link_to, token_of
from api.letters.copies import answer_copy, change_copy, decision_copy
from api.letters.pdf import AS_PDF, as_pdf
from api.parts import Asking, Records, Says, WithParts
from api.schemas import AS_JSON
from domain.family_link import FamilyFact, MakingFamilyLink
from domain.refusals import Unknown

router = APIRouter(tags=["families"])

PupilId = Annotated[
    UUID | None, Query(description="For the family of which pupil; of an only one it is known.")
]
NO_STORE = {"Cache-Control": "no-store"}


class FamilyLinkGiven(FamilyLinkMade):
    """A link that was made, as it is given to the family: told once, and kept nowhere."""

    link: str | None
    """Nothing where it was told before to another session, and cannot be told again."""


@router.get("/requests/{request_id}/letter.pdf", response_class=Response, responses=AS_PDF)
def letter_as_pdf(
    request_id: UUID, caller: Asking, parts: WithParts, pupil_id: PupilId = None
) -> Response:
    """Read the letter to the family as a tagged PDF; for the school's desk it has the name."""
    view = parts.read(lambda session: reading.letter(session, caller, request_id))
    return as_pdf(decision_copy(view, pupil_id))


@router.get("/awards/{award_id}/letters/{change_id}.pdf", response_class=Response, responses=AS_PDF)
def change_letter_as_pdf(
    award_id: UUID, change_id: UUID, caller: Asking, parts: WithParts, pupil_id: PupilId = None
) -> Response:
    """Read the letter of one change of an award as a tagged PDF."""
    views = parts.read(lambda session: reading.change_letters(session, caller, award_id))
    view = next((each for each in views if each.id == change_id), None)
    if view is None:
        raise Unknown("this letter", "there is none of that change that you may read")
    return as_pdf(change_copy(view, pupil_id))


@router.get(
    "/reconsiderations/{reconsideration_id}/letter.pdf", response_class=Response, responses=AS_PDF
)
def answer_as_pdf(reconsideration_id: UUID, caller: Asking, parts: WithParts) -> Response:
    """Read the letter that answers a challenge as a tagged PDF."""
    view = parts.read(lambda s: reading.reconsideration(s, caller, reconsideration_id))
    return as_pdf(answer_copy(view))


@router.get("/requests/{request_id}/family-links")
def family_links(request_id: UUID, caller: Asking, parts: WithParts) -> FamilyLinks:
    """List the links that families of a decided request were given, and how each stands."""
    return parts.read(lambda session: links.family_links(session, caller, request_id))


@router.post("/requests/{request_id}/family-links", response_model=FamilyLinkGiven)
def make_family_link(
    request: Request,
    request_id: UUID,
    body: Annotated[MakingFamilyLink, AS_JSON],
    parts: WithParts,
    says: Says,
) -> JSONResponse:
    """Make a link by which a pupil's family reads its decision: it is told in this answer alone."""
    saying = says(body.model_dump(mode="json"))
    token = token_of(request.headers["authorization"], saying)
    answer = parts.record(
        saying,
        lambda session, said: recording.make_family_link(session, said, request_id, body, token),
    )
    is_it = parts.read(lambda s: links.family_link_is(s, UUID(answer["id"]), token))
    link = link_to(str(request.app.state.house.address), token) if is_it else None
    return JSONResponse({**answer, "link": link}, headers=NO_STORE)


@router.post("/family-links/{link_id}/end", response_model=FamilyLinkEnded)
def end_family_link(link_id: UUID, records: Records) -> JSONResponse:
    """Close a link before its time, such as one that went to the wrong people."""
    return records(None, recording.end_family_link, link_id)


@router.post("/family", response_model=FamilyAnswer)
def open_family_link(body: Annotated[FamilyFact, AS_JSON], parts: WithParts) -> JSONResponse:
    """Read what a family is told: by its link's token and the child's date of birth, unsigned."""
    answer = parts.note(
        lambda session: recording.open_family_link(session, body, parts.clock.now())
    )
    if answer.outcome == "shut":
        raise Unknown("this link", "it opens nothing", "Ask the school for a new link.")
    return JSONResponse(answer.model_dump(mode="json"), headers=NO_STORE)
