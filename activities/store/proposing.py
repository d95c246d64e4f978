"""A proposal of a plan, or of a change of one, held against the record: all its faults at once."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from activities.clock import day_of
from activities.store import plan_budget, plan_items
from activities.store.cluster_plans import (
    Beginning,
    PlanInHand,
    plan_facts,
    plan_of,
    under_way,
)
from activities.store.policies import Policies, calendar_on, pinned
from activities.store.reading.policies import pins_on
from domain.cluster_plan import (
    PlanParty,
    PlanStage,
    faults_of_endings,
    faults_of_items,
    faults_of_sharing,
    lines_of,
    parties_of,
)
from domain.periods import SchoolDays
from domain.plan_acts import ChangingPlan, ProposingPlan
from domain.refusals import NotAtThisStage, NotValid, Unknown

_PROPOSE = "to propose this plan"
_CHANGE = "to change this plan"


def proposal(
    session: Session, plan_id: UUID, said: ProposingPlan | ChangingPlan, at: datetime
) -> Beginning:
    """Work out what a proposal of an instant begins with, or refuse it with everything in the way.

    Raises `NotValid` with every fault, `BudgetExceeded` with what each cluster lacks, and
    `NotAtThisStage` while another plan of the cluster is under way.
    """
    policies, day = _policies_at(session, at)
    if isinstance(said, ProposingPlan):
        found = _first(session, said, day)
    else:
        found = _change(session, said, day)
    items = [
        (plan_items.item_id_of(plan_id, number), item)
        for number, item in enumerate(found.items, start=1)
    ]
    of = (found.academic_year, found.parties)
    dated = plan_budget.dated_items(session, items, of, policies, day)
    freed = plan_budget.freed_by(session, found.endings)
    plan_budget.check_covered(session, lines_of(tuple(dated.values())), freed, day)
    other = under_way(session, found.cluster, found.academic_year)
    if other is not None:
        raise NotAtThisStage(
            _PROPOSE,
            f"{other} is before the schools, or with an officer",
            "Wait for its outcome, or withdraw it first.",
        )
    days = policies.panel.plan.voices_within_school_days
    calendar = calendar_on(session, day) or policies.calendar
    return found.model_copy(
        update={
            "pins": {kind: str(version) for kind, version in policies.pins.items()},
            "voices_by_at": SchoolDays(calendar).deadline(day, days),
        }
    )


def _policies_at(session: Session, at: datetime) -> tuple[Policies, date]:
    """The policies that a proposal of an instant is under (promise 9), and its day."""
    day = day_of(at)
    return pinned(session, pins_on(session, day)), day


def _first(session: Session, said: ProposingPlan, day: date) -> Beginning:
    parties = parties_of(said.cluster, said.sharing)
    facts = plan_facts(session, [each.cluster for each in parties], said.academic_year, day)
    faults = [
        *faults_of_sharing(said.cluster, said.sharing, facts),
        *faults_of_items(said.items, facts),
    ]
    _refuse_all(_PROPOSE, faults)
    found = _beginning(said.cluster, said.academic_year, parties, facts.schools)
    return found.model_copy(
        update={
            "sharing": said.sharing.rule if said.sharing else None,
            "items": said.items,
            "annual_pence": sum(each.annual_pence for each in said.items),
        }
    )


def _change(session: Session, said: ChangingPlan, day: date) -> Beginning:
    plan = plan_of(session, said.plan_id)
    if plan is None:
        raise Unknown("this plan", "there is none of that id that you may see")
    _check_may_change(plan)
    live = plan_items.live_items(session, plan.id, day)
    facts = plan_facts(session, [each.cluster for each in plan.parties], plan.academic_year, day)
    faults = [
        *faults_of_items(said.add, facts),
        *faults_of_endings(said.end, {each.id: (each.from_on, each.until_on) for each in live}),
    ]
    if not (said.add or said.end):
        faults.append("it neither adds an item nor ends one")
    _refuse_all(_CHANGE, faults)
    ended = {each.item_id for each in said.end}
    stays = sum(each.annual_pence for each in live if each.id not in ended)
    found = _beginning(plan.cluster, plan.academic_year, plan.parties, facts.schools)
    return found.model_copy(
        update={
            "follows_id": plan.id,
            "sharing": plan.sharing,
            "items": said.add,
            "endings": said.end,
            "annual_pence": stays + sum(each.annual_pence for each in said.add),
        }
    )


def _check_may_change(plan: PlanInHand) -> None:
    if plan.follows_id is not None:
        raise NotValid(
            _CHANGE, "it is a change itself", "Change the first plan: its items are all there."
        )
    if plan.stage is not PlanStage.SIGNED:
        raise NotAtThisStage(
            _CHANGE,
            f"it is {plan.stage.replace('_', ' ')}",
            "A plan is changed while it is signed; before that, withdraw it and propose it anew.",
        )


def _beginning(
    cluster: str, year: int, parties: tuple[PlanParty, ...], schools: dict[str, str]
) -> Beginning:
    return Beginning(
        cluster=cluster, academic_year=year, parties=parties, schools=dict(sorted(schools.items()))
    )


def _refuse_all(asked: str, faults: Sequence[str]) -> None:
    if faults:
        raise NotValid(asked, "; ".join(faults))
