"""Why money moved for a cluster plan: the plan, its item, who agreed, and who signed it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.cluster_plans import parties_on, voices_of
from activities.store.reading.caller import called
from activities.store.tables import ActRow, AwardRow, ClusterPlanItemRow, ClusterPlanRow
from domain.frozen import Frozen
from domain.ledger.journal import JournalEntry


class PlanLink(Frozen):
    """The cluster plan behind money: what it pays for, who agreed to it, and who signed it."""

    id: UUID
    reference: str
    clusters: tuple[str, ...]
    sharing: str | None
    item: str | None
    """What an item is called; nothing where the entry is for all of them."""
    annual_pence: int
    agreed: tuple[str, ...]
    """The schools that said yes."""
    against: tuple[str, ...]
    signed_by: UUID | None
    officer: str | None
    """How colleagues call the officer; left out for those who need not know."""
    grade: str | None
    key_decision_number: str | None
    signed_at: datetime | None


def plan_behind(
    session: Session, behind: Iterable[JournalEntry], *, is_officer: bool
) -> PlanLink | None:
    """Find the plan that an entry, or what it follows, is for; nothing where there is none."""
    entries = tuple(behind)
    item = _item_of(session, [each.context.award_id for each in entries if each.context.award_id])
    plan_id = item.plan_id if item else _plan_of(session, entries)
    row = session.get(ClusterPlanRow, plan_id) if plan_id else None
    if row is None:
        return None
    voices = voices_of(session, row.id)
    shown = {"id", "reference", "sharing", "annual_pence", "signed_by", "grade", "signed_at"}
    return PlanLink(
        **row.model_dump(include=shown | {"key_decision_number"}),
        clusters=tuple(each.cluster for each in parties_on(session, row.id)),
        item=item.name if item else None,
        agreed=tuple(sorted(school for school, agrees in voices.items() if agrees)),
        against=tuple(sorted(school for school, agrees in voices.items() if not agrees)),
        officer=called(session, row.signed_by) if is_officer and row.signed_by else None,
    )


def _item_of(session: Session, awards: list[UUID]) -> ClusterPlanItemRow | None:
    return session.exec(
        select(ClusterPlanItemRow)
        .join(AwardRow, col(AwardRow.plan_item_id) == ClusterPlanItemRow.id)
        .where(col(AwardRow.id).in_(awards))
    ).first()


def _plan_of(session: Session, entries: tuple[JournalEntry, ...]) -> UUID | None:
    acts = [each.context.act_id for each in entries if each.context.act_id]
    return session.exec(
        select(ActRow.subject_id).where(col(ActRow.id).in_(acts), ActRow.subject == "cluster_plan")
    ).first()
