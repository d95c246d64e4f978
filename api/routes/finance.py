"""Acts of finance: one address for each kind, all of one shape."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.parts import Says, act_on, subject_ref
from api.routes.acts import offer
from api.schemas import ChosenFor
from domain.frozen import Frozen
from domain.stages import FINANCE_ACTS, ActKind

router = APIRouter(prefix="/finance", tags=["finance"])


def _by_itself(kind: ActKind) -> Callable[..., Any]:
    """Do an act of the kind: it is its own subject."""

    async def do(
        request: Request, body: Annotated[Frozen, ChosenFor(kind)], says: Says
    ) -> JSONResponse:
        saying = says(body.model_dump(mode="json"))
        return await act_on(request, subject_ref("finance", saying.id), saying, kind, body)

    return do


for each in ActKind:
    if each in FINANCE_ACTS:
        offer(router, f"/{each.replace('_', '-')}", each, _by_itself(each))
