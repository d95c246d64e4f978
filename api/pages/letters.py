"""Letters to families as pages and as PDF: for the school's desk, with the name, and officers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import ChangeLetterView
from api.letters.copies import answer_copy, change_copy, decision_copy
from api.letters.pdf import as_pdf
from api.pages.frame import page
from api.pages.visitor import Looking
from api.parts import WithParts
from domain.refusals import Unknown

router = APIRouter(include_in_schema=False)

PupilId = Annotated[UUID | None, Query()]


@router.get("/requests/{request_id:uuid}/letter")
def letter(request: Request, request_id: UUID, visitor: Looking, parts: WithParts) -> Response:
    """Show the letter that tells a family what was decided."""
    view = parts.read(lambda session: reading.letter(session, visitor.caller, request_id))
    address = f"/requests/{request_id}"
    copy = decision_copy(view)
    return page(
        request.scope,
        "letter.html",
        copy=copy,
        pupils=view.pupils,
        pdf=f"{address}/letter.pdf",
        back={"text": "Back to the request", "href": address},
        # A project's letter is to a school: no family is behind it.
        family_link=f"{address}/family-link" if copy.is_to_family else None,
    )


@router.get("/requests/{request_id:uuid}/letter.pdf")
def letter_as_pdf(
    request_id: UUID, visitor: Looking, parts: WithParts, pupil_id: PupilId = None
) -> Response:
    """Give the letter as a tagged PDF."""
    view = parts.read(lambda session: reading.letter(session, visitor.caller, request_id))
    return as_pdf(decision_copy(view, pupil_id))


@router.get("/awards/{award_id:uuid}/letters")
def change_letters(
    request: Request, award_id: UUID, visitor: Looking, parts: WithParts
) -> Response:
    """Show what the family was told of each change of an award."""
    views = parts.read(lambda s: reading.change_letters(s, visitor.caller, award_id))
    address = f"/awards/{award_id}/letters"
    copies = [(change_copy(each), f"{address}/{each.id}.pdf") for each in views]
    back = {"text": "Back to the award", "href": f"/awards/{award_id}"}
    return page(request.scope, "letters.html", copies=copies, back=back)


@router.get("/awards/{award_id:uuid}/letters/{change_id:uuid}.pdf")
def change_letter_as_pdf(
    award_id: UUID,
    change_id: UUID,
    visitor: Looking,
    parts: WithParts,
    pupil_id: PupilId = None,
) -> Response:
    """Give the letter of one change as a tagged PDF."""

    def read(session: Session) -> ChangeLetterView:
        for each in reading.change_letters(session, visitor.caller, award_id):
            if each.id == change_id:
                return each
        raise Unknown("this letter", "there is none of that change that you may read")

    return as_pdf(change_copy(parts.read(read), pupil_id))


@router.get("/reconsiderations/{reconsideration_id:uuid}/letter")
def answer(
    request: Request, reconsideration_id: UUID, visitor: Looking, parts: WithParts
) -> Response:
    """Show the letter that answers a challenge."""
    view = parts.read(
        lambda session: reading.reconsideration(session, visitor.caller, reconsideration_id)
    )
    address = f"/reconsiderations/{reconsideration_id}"
    return page(
        request.scope,
        "letter.html",
        copy=answer_copy(view),
        pupils=(),
        pdf=f"{address}/letter.pdf",
        back={"text": "Back to the challenge", "href": address},
        family_link=None,
    )


@router.get("/reconsiderations/{reconsideration_id:uuid}/letter.pdf")
def answer_as_pdf(reconsideration_id: UUID, visitor: Looking, parts: WithParts) -> Response:
    """Give the letter that answers a challenge as a tagged PDF."""
    view = parts.read(
        lambda session: reading.reconsideration(session, visitor.caller, reconsideration_id)
    )
    return as_pdf(answer_copy(view))
