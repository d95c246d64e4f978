"""What acts are about, as the engine knows it: a subject's workflow, its id and its beginning."""

from collections.abc import Callable
from uuid import UUID

from activities.store.recording import SubjectKind, SubjectRef
from domain.frozen import Frozen
from workflows.messages import (
    ChallengeRef,
    FinanceRef,
    MeetingRef,
    PlanRef,
    PolicyActRef,
    PublicationRef,
    RequestRef,
    RunRef,
)

_WORKFLOWS: dict[SubjectKind, tuple[str, Callable[[UUID], Frozen]]] = {
    "request": ("SupportRequest", lambda of: RequestRef(request_id=of)),
    "meeting": ("PanelMeeting", lambda of: MeetingRef(meeting_id=of)),
    "finance": ("FinanceAct", lambda of: FinanceRef(act_id=of)),
    "payment_run": ("PaymentRun", lambda of: RunRef(run_id=of)),
    "publication": ("PolicyPublication", lambda of: PublicationRef(publication_id=of)),
    "withdrawal": ("PolicyWithdrawal", lambda of: PolicyActRef(act_id=of)),
    "reconsideration": ("Reconsideration", lambda of: ChallengeRef(reconsideration_id=of)),
    "cluster_plan": ("ClusterPlan", lambda of: PlanRef(plan_id=of)),
    "modelling": ("PolicyModelling", lambda of: PolicyActRef(act_id=of)),
}


def workflow_name(subject: SubjectRef) -> str:
    """Name the workflow that carries a subject."""
    return _WORKFLOWS[subject.subject][0]


def workflow_id(subject: SubjectRef) -> str:
    """Name the one workflow of a subject, by what it is about."""
    return f"{subject.subject}/{subject.id}"


def begun_with(subject: SubjectRef) -> Frozen:
    """What the workflow of a subject is begun with: its id, and nothing else."""
    return _WORKFLOWS[subject.subject][1](subject.id)
