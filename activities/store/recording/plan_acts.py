"""Acts on a cluster plan: whose they are, when they fit, and who is kept out.

The workflow checks stage and people again, and the database holds who may sign (promise 6).
"""

from uuid import UUID

from sqlmodel import Session

from activities.store.cluster_plans import PlanInHand, plan_of, take_in_hand
from activities.store.plan_items import item_of
from activities.store.proposing import proposal
from activities.store.reading.caller import OFFICERS, Caller, ties_of
from activities.store.reading.plan_sight import may_see_plan
from activities.store.reading.policies import calendar_on
from activities.store.recording.acts import Subject, check_not_waiting, write_act
from activities.store.recording.said import Saying
from domain.acts import ActRef
from domain.cluster_plan import (
    NOT_FOR_PROPOSERS,
    check_may_sign_plan,
    check_plan_act,
    check_still_open,
    term_of,
)
from domain.frozen import Frozen
from domain.plan_acts import (
    ChangingPlan,
    ProposingPlan,
    ReportingOutcome,
    SigningPlan,
    VoicingOnPlan,
)
from domain.refusals import NotValid, RoleNeeded, Unknown
from domain.stages import ALLOWED_TO, ActKind

_NOBODYS = "there is none of that id that you may see"


def record_on_plan(
    session: Session, saying: Saying, kind: ActKind, subject_id: UUID, choices: Frozen
) -> ActRef:
    """Record a proposal, or an act on a plan, with what must hold from this moment."""
    if isinstance(choices, ProposingPlan | ChangingPlan):
        return _propose(session, saying, kind, choices)
    plan = take_in_hand(session, subject_id)
    if plan is None or not may_see_plan(session, saying.caller, _clusters(plan)):
        raise Unknown("this plan", _NOBODYS)
    _check_theirs(saying.caller, kind, plan, choices)
    check_plan_act(kind, plan.stage)
    if isinstance(choices, VoicingOnPlan):
        check_still_open(plan.voices_by_at, saying.caller.now)
    else:
        check_not_waiting(session, subject_id, kind)
    if kind in NOT_FOR_PROPOSERS:
        declared = choices.interests if isinstance(choices, SigningPlan) else ()
        ties = ties_of(session, saying.caller)
        check_may_sign_plan(kind, ties, plan.involved, plan.schools, declared)
    if isinstance(choices, ReportingOutcome):
        _check_report(session, saying.caller, plan, choices)
    return write_act(session, saying, kind, _subject(plan.id, plan.cluster, plan), choices)


def _propose(
    session: Session, saying: Saying, kind: ActKind, choices: ProposingPlan | ChangingPlan
) -> ActRef:
    """Record a proposal that could be carried out as the record stands; the plan has its id."""
    changes = plan_of(session, choices.plan_id) if isinstance(choices, ChangingPlan) else None
    clusters: tuple[str, ...]
    if isinstance(choices, ProposingPlan):
        cluster, clusters = choices.cluster, (choices.cluster,)
    else:
        if changes is None or not may_see_plan(session, saying.caller, _clusters(changes)):
            raise Unknown("this plan", _NOBODYS)
        cluster, clusters = changes.cluster, _clusters(changes)
    _check_desk(saying.caller, kind, clusters)
    proposal(session, saying.id, choices, saying.caller.now)
    return write_act(session, saying, kind, _subject(saying.id, cluster, changes), choices)


def _check_theirs(caller: Caller, kind: ActKind, plan: PlanInHand, choices: Frozen) -> None:
    allowed = ALLOWED_TO[kind]
    if isinstance(choices, VoicingOnPlan):
        if choices.school not in plan.schools:
            raise NotValid(
                "to speak on this plan",
                f"{choices.school} was no school of its clusters when it was proposed",
            )
        if choices.school not in caller.schools(*allowed):
            raise RoleNeeded("to speak on this plan", "a school's head speaks for it")
    elif allowed <= set(OFFICERS):
        if not caller.holds(*allowed):
            raise RoleNeeded(
                f"to {kind.replace('_', ' ')}", "it belongs to a role that you do not hold today"
            )
    else:
        _check_desk(caller, kind, _clusters(plan))


def _check_desk(caller: Caller, kind: ActKind, clusters: tuple[str, ...]) -> None:
    if not caller.clusters(*ALLOWED_TO[kind]) & set(clusters):
        raise RoleNeeded(
            f"to {kind.replace('_', ' ')}",
            "the chair or the administrator of the cluster does it",
        )


def _check_report(
    session: Session, caller: Caller, plan: PlanInHand, choices: ReportingOutcome
) -> None:
    item = item_of(session, choices.item_id)
    if item is None or item.plan_id != plan.id:
        raise NotValid("to report an outcome", "the plan has no item of that id")
    term_of(calendar_on(session, caller.day), choices.term_on, plan.academic_year, caller.day)


def _clusters(plan: PlanInHand) -> tuple[str, ...]:
    return tuple(each.cluster for each in plan.parties)


def _subject(plan_id: UUID, cluster: str, plan: PlanInHand | None) -> Subject:
    facts = {"reference": plan.reference} if plan else {}
    return Subject(subject="cluster_plan", id=plan_id, cluster=cluster, facts=facts)
