"""Acts of finance: one address for each kind, all of one shape."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from activities.store import reading
from activities.store.reading import OverspendView
from api import money_files
from api.downloads import offer_files
from api.parts import Asking, Says, WithParts, act_on, subject_ref
from api.routes.acts import offer
from api.schemas import ChosenFor
from domain.frozen import Frozen
from domain.stages import FINANCE_ACTS, ActKind

router = APIRouter(prefix="/finance", tags=["finance"])


@router.get("/overspends")
def overspends(caller: Asking, parts: WithParts) -> tuple[OverspendView, ...]:
    """List overspends that need two people: who waits for whom, and what has taken effect."""
    return parts.read(lambda session: reading.overspends(session, caller))


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

offer_files(router, "/overspends", money_files.overspends)
