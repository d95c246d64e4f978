"""Urgent requests between meetings: members of a panel are called to them."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.parts import Says, act_on, subject_ref
from api.routes.acts import RECORDED
from api.schemas import AS_JSON
from domain.acts import ActOutcome
from domain.stages import ActKind
from domain.urgent import CallingUrgent

router = APIRouter(tags=["panel"])


@router.post("/meetings/urgent", response_model=ActOutcome, responses={202: RECORDED})
async def call_urgent(
    request: Request, body: Annotated[CallingUrgent, AS_JSON], says: Says
) -> JSONResponse:
    """Call a sub-panel, or the whole panel online; the ballots open, and the meeting has its id."""
    saying = says(body.model_dump(mode="json"))
    subject = subject_ref("meeting", saying.id)
    return await act_on(request, subject, saying, ActKind.CALL_URGENT, body)
