"""Policy tried on cases before anybody feels it: asked for, read, and downloaded."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from activities.store import reading
from activities.store.reading import AskingShares, ModellingLine, ModellingView
from activities.store.reading.budgets import FormulaBasis, formula_basis
from api.downloads import WORKBOOK, as_file
from api.money_files import Year
from api.parts import Asking, Says, WithParts, act_on, subject_ref
from api.routes.acts import RECORDED
from api.schemas import AS_JSON
from domain.acts import ActOutcome
from domain.formulas import SharesCompared
from domain.policy_acts import ModellingPolicies
from domain.stages import ActKind

router = APIRouter(prefix="/policy", tags=["policy"])

_MEDIA = {
    ".xlsx": WORKBOOK,
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
}
_AS_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {media: {} for media in sorted(_MEDIA.values())},
    }
}
FileName = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}\.(xlsx|json|parquet)$")]
Outside = Annotated[
    bool, Query(description="As it may be shown outside the council: small numbers put together.")
]


@router.post("/modellings", response_model=ActOutcome, responses={202: RECORDED})
async def model_policies(
    request: Request, body: Annotated[ModellingPolicies, AS_JSON], says: Says
) -> JSONResponse:
    """Decide cases again under candidates, beside what is in force; the model's id is the act's."""
    saying = says(body.model_dump(mode="json"))
    subject = subject_ref("modelling", saying.id)
    return await act_on(request, subject, saying, ActKind.MODEL_POLICIES, body)


@router.get("/modellings")
def modellings(caller: Asking, parts: WithParts) -> tuple[ModellingLine, ...]:
    """List the models that were asked for, the last first."""
    return parts.read(lambda session: reading.modellings(session, caller))


@router.get("/modellings/{modelling_id}")
def modelling(
    modelling_id: UUID, caller: Asking, parts: WithParts, *, outside: Outside = False
) -> ModellingView:
    """Read what a model came to: total, breakdowns, moves, and which changed value bit."""
    return parts.read(
        lambda session: reading.modelling(session, caller, modelling_id, outside=outside)
    )


@router.get("/modellings/{modelling_id}/files/{name}", response_class=Response, responses=_AS_FILE)
def modelling_file(
    modelling_id: UUID, name: FileName, caller: Asking, parts: WithParts
) -> Response:
    """Download a file of a model: the workbook, the figures, or every case in Parquet."""
    content = parts.read(
        lambda session: reading.modelling_file(session, caller, modelling_id, name)
    )
    media = next(media for ending, media in _MEDIA.items() if name.endswith(ending))
    return as_file(name, media, content)


@router.get("/formula-shares")
def basis_of_formula(caller: Asking, parts: WithParts, year: Year) -> FormulaBasis:
    """Read what the formula in force counts, of which clusters, and what each had last year."""
    return parts.read(lambda session: formula_basis(session, caller, year))


@router.post("/formula-shares")
def formula_shares_compared(
    body: Annotated[AskingShares, AS_JSON], caller: Asking, parts: WithParts
) -> SharesCompared:
    """Share a total between clusters by several formulas, beside each other and last year.

    Nothing is recorded: a formula that is wanted is drafted with the finance policy.
    """
    return parts.read(lambda session: reading.formulas_compared(session, caller, body))
