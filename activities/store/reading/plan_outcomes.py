"""Outcomes of signed plans that are due to be reported: for the desk of the plan's clusters."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.policies import calendar_on, document_on
from activities.store.reading.caller import Caller
from activities.store.tables import (
    ClusterPlanItemRow,
    ClusterPlanOutcomeRow,
    ClusterPlanPartyRow,
    ClusterPlanRow,
)
from domain.cluster_plan import ItemReported, PlanStage, reports_due_by
from domain.policy.panel import PanelRules
from domain.stages import ALLOWED_TO, ActKind


def outcomes_waiting(session: Session, caller: Caller) -> Iterator[tuple[UUID, str, datetime]]:
    """List the plans of which a term's outcome is due: each with its reference and by when."""
    theirs = caller.clusters(*ALLOWED_TO[ActKind.REPORT_OUTCOME])
    rules = document_on(session, "panel", PanelRules, caller.day) if theirs else None
    calendar = calendar_on(session, caller.day) if rules else None
    if rules is None or calendar is None:
        return
    plans = session.exec(
        select(ClusterPlanRow)
        .join(ClusterPlanPartyRow, col(ClusterPlanPartyRow.plan_id) == ClusterPlanRow.id)
        .where(
            ClusterPlanRow.stage == PlanStage.SIGNED,
            col(ClusterPlanPartyRow.cluster_code).in_(theirs),
        )
        .distinct()
    ).all()
    items = _items(session, [plan.id for plan in plans])
    for plan in plans:
        by_at = reports_due_by(plan.academic_year, items[plan.id], calendar, rules.plan, caller.now)
        if by_at is not None:
            yield plan.id, plan.reference, by_at


def _items(session: Session, plan_ids: list[UUID]) -> dict[UUID, list[ItemReported]]:
    """The items of plans, each with the terms of which something was reported."""
    rows = session.exec(
        select(ClusterPlanItemRow).where(col(ClusterPlanItemRow.plan_id).in_(plan_ids))
    ).all()
    told = session.exec(
        select(col(ClusterPlanOutcomeRow.item_id), col(ClusterPlanOutcomeRow.term_first_on)).where(
            col(ClusterPlanOutcomeRow.item_id).in_([row.id for row in rows])
        )
    )
    terms: dict[UUID, set[date]] = defaultdict(set)
    for item_id, term in told:
        terms[item_id].add(term)
    found: dict[UUID, list[ItemReported]] = defaultdict(list)
    for row in rows:
        item = ItemReported(
            from_on=row.from_on, until_on=row.until_on, terms=frozenset(terms[row.id])
        )
        found[row.plan_id].append(item)
    return found
