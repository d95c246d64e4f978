"""Policy: drafted by one person, approved by two others, published, withdrawn; and its versions."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BeforeValidator

from activities.store import reading
from activities.store.reading import PublicationLine, PublicationView, VersionView
from api.parts import Asking, Says, WithParts, act_on, subject_ref
from api.routes.acts import RECORDED, offer
from api.schemas import AS_JSON, ChosenFor
from domain.acts import ActOutcome
from domain.frozen import Frozen
from domain.policy_acts import DraftingPolicy, WithdrawingPolicy
from domain.request import Words
from domain.stages import ActKind

router = APIRouter(prefix="/policy", tags=["policy"])

_ON_DRAFT = {
    "revise": ActKind.REVISE_POLICY,
    "approve": ActKind.APPROVE_POLICY,
    "give-up": ActKind.GIVE_UP_POLICY,
}


def _written_out(said: object) -> object:
    """Refuse a number for an instant: it would be read as seconds, and mean another year."""
    if isinstance(said, str) and "T" not in said:
        raise ValueError("write an instant as 2026-10-05T09:00:00Z")
    return said


Instant = Annotated[AwareDatetime, BeforeValidator(_written_out)]


class Withdrawal(Frozen):
    """Why a published version is withdrawn."""

    reason: Words


@router.post("/publications", response_model=ActOutcome, responses={202: RECORDED})
async def draft_policy(
    request: Request, body: Annotated[DraftingPolicy, AS_JSON], says: Says
) -> JSONResponse:
    """Draft one or more versions of policy; the draft's id is the act's."""
    saying = says(body.model_dump(mode="json"))
    subject = subject_ref("publication", saying.id)
    return await act_on(request, subject, saying, ActKind.DRAFT_POLICY, body)


@router.get("/publications")
def publications(caller: Asking, parts: WithParts) -> tuple[PublicationLine, ...]:
    """List drafts of policy, the last first."""
    return parts.read(lambda session: reading.publications(session, caller))


@router.get("/publications/{publication_id}")
def publication(publication_id: UUID, caller: Asking, parts: WithParts) -> PublicationView:
    """Read a draft: its files and faults, its impact, what it changes, and who approved it."""
    return parts.read(lambda session: reading.publication(session, caller, publication_id))


@router.get("/versions")
def policy_versions(
    caller: Asking,
    parts: WithParts,
    kind: Annotated[str | None, Query(pattern=r"^[a-z_]{1,40}$")] = None,
    on: date | None = None,
    as_known_at: Instant | None = None,
) -> tuple[VersionView, ...]:
    """List the versions ever published; or which governed a day, and as known at an instant."""
    return parts.read(
        lambda session: reading.policy_versions(session, caller, kind, on, as_known_at)
    )


@router.post(
    "/versions/{version_id}/withdraw", response_model=ActOutcome, responses={202: RECORDED}
)
async def withdraw_policy(
    request: Request, version_id: UUID, body: Annotated[Withdrawal, AS_JSON], says: Says
) -> JSONResponse:
    """Withdraw a published version that nothing was decided by; it stays on record."""
    said = WithdrawingPolicy(version_id=version_id, reason=body.reason)
    saying = says(said.model_dump(mode="json"))
    subject = subject_ref("withdrawal", saying.id)
    return await act_on(request, subject, saying, ActKind.WITHDRAW_POLICY, said)


def _on_draft(kind: ActKind) -> Callable[..., Any]:
    async def do(
        request: Request,
        publication_id: UUID,
        body: Annotated[Frozen, ChosenFor(kind)],
        says: Says,
    ) -> JSONResponse:
        saying = says(body.model_dump(mode="json"))
        return await act_on(request, subject_ref("publication", publication_id), saying, kind, body)

    return do


for each, of_kind in _ON_DRAFT.items():
    offer(router, f"/publications/{{publication_id}}/{each}", of_kind, _on_draft(of_kind))
