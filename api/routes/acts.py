"""Acts on requests: one address for each kind, all of one shape."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.parts import Says, act_on, subject_ref
from api.schemas import ChosenFor, Recorded
from domain.acts import CHOICES, ActOutcome
from domain.frozen import Frozen
from domain.stages import REQUEST_ACTS, ActKind

router = APIRouter(prefix="/requests", tags=["acts"])

RECORDED = {"model": Recorded, "description": "Recorded; its outcome will follow."}


def _offer(kind: ActKind) -> None:
    """Offer the address at which an act of the kind is done."""

    async def do(
        request: Request, request_id: UUID, body: Annotated[Frozen, ChosenFor(kind)], says: Says
    ) -> JSONResponse:
        saying = says(body.model_dump(mode="json"))
        return await act_on(request, subject_ref("request", request_id), saying, kind, body)

    router.add_api_route(
        f"/{{request_id}}/{kind.replace('_', '-')}",
        do,
        methods=["POST"],
        name=kind.value,
        operation_id=kind.value,
        summary=kind.replace("_", " ").capitalize(),
        description=CHOICES[kind].__doc__,
        response_model=ActOutcome,
        responses={202: RECORDED},
    )


for each in ActKind:
    if each in REQUEST_ACTS:
        _offer(each)
