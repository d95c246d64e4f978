"""Challenges to decisions: made, given to a panel of fresh people, answered once, taken back."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from activities.store import reading
from activities.store.reading import ChallengeLine, ChallengeView
from api.parts import Asking, Says, WithParts, act_on, subject_ref
from api.routes.acts import RECORDED, offer
from api.schemas import AS_JSON, ChosenFor
from domain.acts import ActOutcome
from domain.frozen import Frozen
from domain.reconsideration_acts import Challenging
from domain.stages import ActKind

router = APIRouter(tags=["reconsiderations"])

_ON_CHALLENGE = {
    "take": ActKind.TAKE_CHALLENGE,
    "reconsider": ActKind.RECONSIDER,
    "note-key-decision": ActKind.NOTE_KEY_DECISION,
    "withdraw": ActKind.WITHDRAW_CHALLENGE,
}


@router.post("/reconsiderations", response_model=ActOutcome, responses={202: RECORDED})
async def challenge(
    request: Request, body: Annotated[Challenging, AS_JSON], says: Says
) -> JSONResponse:
    """Challenge a decision, for the school or for the family; the challenge's id is the act's."""
    saying = says(body.model_dump(mode="json"))
    subject = subject_ref("reconsideration", saying.id)
    return await act_on(request, subject, saying, ActKind.CHALLENGE, body)


@router.get("/reconsiderations")
def reconsiderations(caller: Asking, parts: WithParts) -> tuple[ChallengeLine, ...]:
    """List challenges, the last first: where each stands, whose turn it is, and by when."""
    return parts.read(lambda session: reading.reconsiderations(session, caller))


@router.get("/reconsiderations/{reconsideration_id}")
def reconsideration(reconsideration_id: UUID, caller: Asking, parts: WithParts) -> ChallengeView:
    """Read a challenge: its grounds, where it stands, and its answer with the letter."""
    return parts.read(lambda session: reading.reconsideration(session, caller, reconsideration_id))


@router.get("/requests/{request_id}/reconsiderations")
def challenges_of(request_id: UUID, caller: Asking, parts: WithParts) -> tuple[ChallengeLine, ...]:
    """List the challenges to a request's decisions, the last first."""
    return parts.read(lambda session: reading.challenges_of(session, caller, request_id))


def _on_challenge(kind: ActKind) -> Callable[..., Any]:
    async def do(
        request: Request,
        reconsideration_id: UUID,
        body: Annotated[Frozen, ChosenFor(kind)],
        says: Says,
    ) -> JSONResponse:
        saying = says(body.model_dump(mode="json"))
        subject = subject_ref("reconsideration", reconsideration_id)
        return await act_on(request, subject, saying, kind, body)

    return do


for each, of_kind in _ON_CHALLENGE.items():
    path = f"/reconsiderations/{{reconsideration_id}}/{each}"
    offer(router, path, of_kind, _on_challenge(of_kind))
