"""Cluster plans: proposed, changed, spoken on by schools, signed, returned, reported on."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import StringConstraints

from activities.store import reading
from activities.store.reading import ClusterPlanView, PlanUse, PlanView
from activities.store.reading.planning import Planning, planning
from api import lists
from api.downloads import offer_files
from api.lists import Code, PlanYear, ThisYear
from api.parts import Asking, Says, WithParts, act_on, subject_ref
from api.routes.acts import RECORDED, offer
from api.schemas import AS_JSON, ChosenFor
from domain.acts import ActOutcome
from domain.frozen import Frozen
from domain.plan_acts import ChangingPlan, ProposingPlan
from domain.stages import ActKind

router = APIRouter(tags=["plans"])

BesideCode = Annotated[str, StringConstraints(max_length=64, pattern=r"^[a-z0-9][a-z0-9_.:-]*$")]

_ON_PLAN = {
    "voice": ActKind.VOICE_ON_PLAN,
    "sign": ActKind.SIGN_PLAN,
    "return": ActKind.RETURN_PLAN,
    "withdraw": ActKind.WITHDRAW_PLAN,
    "report-outcome": ActKind.REPORT_OUTCOME,
}


@router.post("/plans", response_model=ActOutcome, responses={202: RECORDED})
async def propose_plan(
    request: Request, body: Annotated[ProposingPlan, AS_JSON], says: Says
) -> JSONResponse:
    """Propose a cluster's plan for an academic year, costed; the plan's id is the act's."""
    saying = says(body.model_dump(mode="json"))
    subject = subject_ref("cluster_plan", saying.id)
    return await act_on(request, subject, saying, ActKind.PROPOSE_PLAN, body)


@router.post("/plans/changes", response_model=ActOutcome, responses={202: RECORDED})
async def change_plan(
    request: Request, body: Annotated[ChangingPlan, AS_JSON], says: Says
) -> JSONResponse:
    """Propose a change of a signed plan: items added, or ended from a day; its id is the act's."""
    saying = says(body.model_dump(mode="json"))
    subject = subject_ref("cluster_plan", saying.id)
    return await act_on(request, subject, saying, ActKind.CHANGE_PLAN, body)


@router.get("/plans/{plan_id}")
def plan(plan_id: UUID, caller: Asking, parts: WithParts) -> PlanView:
    """Read a plan: its items and their cost, what each school said, where it stands."""
    return parts.read(lambda session: reading.plan(session, caller, plan_id))


@router.get("/clusters/{code}/planning")
def what_may_be_planned(
    code: Code,
    caller: Asking,
    parts: WithParts,
    beside: Annotated[tuple[BesideCode, ...], Query(max_length=9)] = (),
) -> Planning:
    """Read what a plan of a cluster, and of others beside it, may be made of today."""
    return parts.read(lambda session: planning(session, caller, (code, *beside)))


@router.get("/clusters/{code}/plan")
def cluster_plan(
    code: Code, caller: Asking, parts: WithParts, year: ThisYear = None
) -> ClusterPlanView:
    """Read a cluster's plan of an academic year: items, outcomes, places used and unused."""
    return parts.read(lambda session: reading.cluster_plan(session, caller, code, year))


offer_files(router, "/clusters/{code}/plan", lists.cluster_plan)


@router.get("/reports/plans", tags=["reports"])
def plan_report(caller: Asking, parts: WithParts, year: PlanYear) -> tuple[PlanUse, ...]:
    """Report every cluster's plan: places used and unused, their cost, promised and paid."""
    return parts.read(lambda session: reading.plan_uses(session, caller, year))


offer_files(router, "/reports/plans", lists.plan_uses, tags=["reports"])


def _on_plan(kind: ActKind) -> Callable[..., Any]:
    async def do(
        request: Request, plan_id: UUID, body: Annotated[Frozen, ChosenFor(kind)], says: Says
    ) -> JSONResponse:
        saying = says(body.model_dump(mode="json"))
        return await act_on(request, subject_ref("cluster_plan", plan_id), saying, kind, body)

    return do


for each, of_kind in _ON_PLAN.items():
    offer(router, f"/plans/{{plan_id}}/{each}", of_kind, _on_plan(of_kind))
