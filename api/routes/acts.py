"""Acts on requests: one address for each kind, all of one shape."""

from collections.abc import Callable
from typing import Annotated, Any
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


def offer(on: APIRouter, path: str, kind: ActKind, do: Callable[..., Any]) -> None:
    """Offer the address at which an act of the kind is done, described by its own choices."""
    on.add_api_route(
        path,
        do,
        methods=["POST"],
        name=kind.value,
        operation_id=kind.value,
        summary=kind.replace("_", " ").capitalize(),
        description=CHOICES[kind].__doc__,
        response_model=ActOutcome,
        responses={202: RECORDED},
    )


def _on_request(kind: ActKind) -> Callable[..., Any]:
    async def do(
        request: Request, request_id: UUID, body: Annotated[Frozen, ChosenFor(kind)], says: Says
    ) -> JSONResponse:
        saying = says(body.model_dump(mode="json"))
        return await act_on(request, subject_ref("request", request_id), saying, kind, body)

    return do


for each in ActKind:
    if each in REQUEST_ACTS:
        offer(router, f"/{{request_id}}/{each.replace('_', '-')}", each, _on_request(each))
