"""Cluster plans: what a cluster funds together for a year, what its schools said, how it is used.

What is done to a plan is in ``planning``.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import Caller, PlanView, Task
from activities.store.reading.planning import clusters_with_plans
from api import lists
from api.downloads import Reads, offer_files
from api.pages.doing import JustDone, doing
from api.pages.frame import page
from api.pages.visitor import Looking, caller_looking
from api.parts import WithParts
from domain.cluster_plan import PLAN_ALLOWED_AT, PlanStage
from domain.people import Role
from domain.periods import academic_year
from domain.refusals import Unknown
from domain.stages import ALLOWED_TO, ActKind
from domain.waiting import Waits

router = APIRouter(include_in_schema=False)

PATH_OF = {
    ActKind.VOICE_ON_PLAN: ("voice", "Say yes or no for your school"),
    ActKind.SIGN_PLAN: ("sign", "Sign the plan"),
    ActKind.RETURN_PLAN: ("return", "Return the plan"),
    ActKind.REPORT_OUTCOME: ("report-outcome", "Report an outcome"),
    ActKind.CHANGE_PLAN: ("change", "Change the plan"),
    ActKind.WITHDRAW_PLAN: ("withdraw", "Take the plan back"),
}
_REPORTS = (Role.FINANCE_OFFICER, Role.COUNCIL_OFFICER, Role.SEN_OFFICER, Role.LEADER)
_FIRST_YEAR, _LAST_YEAR = 2000, 2199

Cluster = Annotated[str, Query(max_length=64, pattern=r"^([a-z0-9][a-z0-9_.:-]*)?$")]
Year = Annotated[int | None, Query(ge=_FIRST_YEAR, le=_LAST_YEAR)]


@router.get("/plans")
def plans(
    request: Request,
    visitor: Looking,
    parts: WithParts,
    asked: JustDone,
    cluster: Cluster = "",
    year: Year = None,
) -> Response:
    """Show a cluster's plans of an academic year, or choose the cluster."""
    caller = visitor.caller
    wanted = academic_year(caller.day) if year is None else year

    def read(session: Session) -> dict[str, Any]:
        choices = {each.code: each.name for each in clusters_with_plans(session, caller)}
        chosen = cluster or (next(iter(choices)) if len(choices) == 1 else "")
        looks = not chosen and caller.holds(*_REPORTS)
        return {
            "choices": choices,
            "chosen": chosen,
            "book": reading.cluster_plan(session, caller, chosen, wanted) if chosen else None,
            "uses": reading.plan_uses(session, caller, wanted) if looks else None,
            "doing": doing(session, caller, asked),
        }

    told = parts.read(read)
    told["may_propose"] = told["chosen"] in caller.clusters(*ALLOWED_TO[ActKind.PROPOSE_PLAN])
    years = (*range(wanted - 1, wanted + 2),)
    return page(request.scope, "plans.html", year=wanted, years=years, **told)


@router.get("/plans/{plan_id:uuid}")
def plan(
    request: Request, plan_id: UUID, visitor: Looking, parts: WithParts, asked: JustDone
) -> Response:
    """Show a plan: its items and their cost, what each school said, and what it is used for."""
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        it = reading.plan(session, caller, plan_id)
        book = reading.cluster_plan(session, caller, it.cluster, it.academic_year)
        waits = waiting_on(session, caller, plan_id)
        followed = {each.id: each.name for each in _items_of(book.plans, it.follows_id)}
        return {
            "it": it,
            "waits": waits,
            "use": book.use if it.stage in _IN_USE else None,
            "ended_items": followed,
            "offered": [PATH_OF[kind] for kind in offered_on(caller, it, waits)],
            "clusters": reading.cluster_names(session, it.clusters),
            "schools": reading.school_names(session, _schools_in(it)),
            "doing": doing(session, caller, asked),
        }

    return page(request.scope, "plan.html", **parts.read(read))


def waiting_on(session: Session, caller: Caller, plan_id: UUID) -> Task | None:
    """What of a plan waits for the person: a voice, or a signature that nothing bars."""
    tasks = reading.worklist(session, caller, frozenset({Waits.VOICE_ON_PLAN, Waits.SIGN_PLAN}))
    return next((each for each in tasks if each.id == plan_id), None)


def own_voices(caller: Caller, it: PlanView) -> tuple[str, ...]:
    """The schools of the plan for which the person speaks."""
    heads = caller.schools(*ALLOWED_TO[ActKind.VOICE_ON_PLAN])
    return tuple(each.school for each in it.voices if each.school in heads)


def offered_on(caller: Caller, it: PlanView, waits: Task | None) -> list[ActKind]:
    """The acts on a plan that are for this person now; the record says so of each again."""
    at_desk = bool(caller.clusters(*ALLOWED_TO[ActKind.WITHDRAW_PLAN]) & set(it.clusters))
    signs = waits is not None and waits.waits is Waits.SIGN_PLAN
    in_time = it.voices_by_at is None or caller.now < it.voices_by_at
    may = {
        ActKind.VOICE_ON_PLAN: in_time and bool(own_voices(caller, it)),
        ActKind.SIGN_PLAN: signs,
        ActKind.RETURN_PLAN: signs,
        ActKind.REPORT_OUTCOME: at_desk and bool(it.items),
        ActKind.CHANGE_PLAN: at_desk and it.follows_id is None,
        ActKind.WITHDRAW_PLAN: at_desk,
    }
    at = {**PLAN_ALLOWED_AT, ActKind.CHANGE_PLAN: frozenset({PlanStage.SIGNED})}
    return [kind for kind in PATH_OF if may[kind] and it.stage in at[kind]]


_IN_USE = frozenset({PlanStage.SIGNED, PlanStage.ENDED})


def _items_of(plans_there: tuple[PlanView, ...], plan_id: UUID | None) -> tuple[Any, ...]:
    return next((each.items for each in plans_there if each.id == plan_id), ())


def _schools_in(it: PlanView) -> set[str]:
    named = {each.school for each in it.voices}
    for item in it.items:
        named |= {*item.schools, item.school or "", item.provider or ""}
    return named - {""}


def _plan_files(
    visitor: Looking,
    cluster: Annotated[str, Query(max_length=64)] = "",
    year: Annotated[str, Query(max_length=10)] = "",
) -> Reads:
    """A cluster's plan where one is named, else every cluster's use of theirs."""
    wanted = int(year) if year.isascii() and year.isdigit() else academic_year(visitor.caller.day)
    if not _FIRST_YEAR <= wanted <= _LAST_YEAR:
        raise Unknown("this list", "there is no such academic year")
    return lists.cluster_plan(cluster, wanted) if cluster else lists.plan_uses(wanted)


offer_files(router, "/plans", _plan_files, caller_looking)
