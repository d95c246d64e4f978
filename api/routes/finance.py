"""Acts of finance: one address for each kind, all of one shape."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.parts import Says, act_on, subject_ref
from api.routes.acts import RECORDED
from api.schemas import ChosenFor
from domain.acts import CHOICES, ActOutcome
from domain.frozen import Frozen
from domain.stages import FINANCE_ACTS, ActKind

router = APIRouter(prefix="/finance", tags=["finance"])


def _offer(kind: ActKind) -> None:
    """Offer the address at which an act of the kind is done; the act is its own subject."""

    async def do(
        request: Request, body: Annotated[Frozen, ChosenFor(kind)], says: Says
    ) -> JSONResponse:
        saying = says(body.model_dump(mode="json"))
        return await act_on(request, subject_ref("finance", saying.id), saying, kind, body)

    router.add_api_route(
        f"/{kind.replace('_', '-')}",
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
    if each in FINANCE_ACTS:
        _offer(each)
