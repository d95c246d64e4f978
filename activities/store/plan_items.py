"""Items of plans on record: as proposed, there on a day, ended early, and what they achieve.

Every function works in the caller's transaction; the plan's row is locked while it is in hand.
"""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID, uuid5

from sqlmodel import Session, col, func, select

from activities.store.casework import Recorded
from activities.store.tables import (
    AwardRow,
    ClusterPlanEndingRow,
    ClusterPlanItemRow,
    ClusterPlanOutcomeRow,
    ClusterPlanRow,
)
from domain.cluster_plan import PlanStage, days_of
from domain.frozen import Frozen
from domain.needs import AreaOfNeed
from domain.plan_acts import ItemEnding, OutcomeMet, PlanItem


class ItemHeld(Frozen):
    """An item of a plan on record."""

    id: UUID
    plan_id: UUID
    name: str
    annual_pence: int
    from_on: date
    until_on: date
    asked: PlanItem | None
    """As it was proposed; nothing of what came with the county's first data."""


def item_id_of(plan_id: UUID, number: int) -> UUID:
    """Name an item of a plan: the same whenever its proposal is carried out (promise 4)."""
    return uuid5(plan_id, f"item/{number}")


def items_of(session: Session, plan_id: UUID) -> tuple[ItemHeld, ...]:
    """List the items of one plan, in order; what it changes has its own."""
    rows = session.exec(
        select(ClusterPlanItemRow)
        .where(ClusterPlanItemRow.plan_id == plan_id)
        .order_by(col(ClusterPlanItemRow.number))
    )
    return tuple(_as_item(row) for row in rows)


def item_of(session: Session, item_id: UUID) -> ItemHeld | None:
    """Read one item of a plan."""
    row = session.get(ClusterPlanItemRow, item_id)
    return _as_item(row) if row else None


def live_items(session: Session, first_id: UUID, day: date) -> tuple[ItemHeld, ...]:
    """List the items of a signed plan and of its signed changes that are not over on a day."""
    rows = session.exec(
        select(ClusterPlanItemRow)
        .join(ClusterPlanRow, col(ClusterPlanRow.id) == ClusterPlanItemRow.plan_id)
        .where(
            (col(ClusterPlanRow.id) == first_id) | (col(ClusterPlanRow.follows_id) == first_id),
            ClusterPlanRow.stage == PlanStage.SIGNED,
            col(ClusterPlanItemRow.until_on) > day,
            col(ClusterPlanItemRow.from_on) < col(ClusterPlanItemRow.until_on),
        )
        .order_by(col(ClusterPlanRow.proposed_at), col(ClusterPlanItemRow.number))
    )
    return tuple(_as_item(row) for row in rows)


def endings_of(session: Session, plan_id: UUID) -> tuple[ItemEnding, ...]:
    """List what a change would end."""
    return endings_among(session, (plan_id,))[plan_id]


def endings_among(
    session: Session, plan_ids: Collection[UUID]
) -> dict[UUID, tuple[ItemEnding, ...]]:
    """List what each of several changes would end, by one query."""
    rows = session.exec(
        select(ClusterPlanEndingRow)
        .where(col(ClusterPlanEndingRow.plan_id).in_(plan_ids))
        .order_by(col(ClusterPlanEndingRow.item_id))
    )
    found: dict[UUID, tuple[ItemEnding, ...]] = dict.fromkeys(plan_ids, ())
    for row in rows:
        found[row.plan_id] += (ItemEnding(item_id=row.item_id, from_on=row.from_on),)
    return found


def awards_of(session: Session, item_id: UUID) -> tuple[UUID, ...]:
    """List the awards by which an item is paid, in order of pots, as the ledger takes them."""
    rows = session.exec(
        select(AwardRow.id).where(AwardRow.plan_item_id == item_id).order_by(AwardRow.pot)
    )
    return tuple(rows)


def references_of_items(session: Session, items: Sequence[UUID | None]) -> dict[UUID, str]:
    """How remittances and lists call what items pay: the reference of the plan, and the number."""
    rows = session.exec(
        select(ClusterPlanItemRow.id, ClusterPlanRow.reference, ClusterPlanItemRow.number)
        .join(ClusterPlanRow, col(ClusterPlanRow.id) == ClusterPlanItemRow.plan_id)
        .where(col(ClusterPlanItemRow.id).in_([each for each in items if each]))
    )
    return {item_id: f"{reference}/{number}" for item_id, reference, number in rows}


def end_item(session: Session, item: ItemHeld, from_on: date, by: UUID) -> None:
    """Note from which day an item is there no more, and by which change."""
    row = session.get_one(ClusterPlanItemRow, item.id)
    row.until_on, row.ended_by = from_on, by
    session.add(row)


def save_outcome(
    session: Session, act: Recorded, item_id: UUID, term_on: date, said: tuple[OutcomeMet, str]
) -> None:
    """Write down what an item achieved in a term; reported again, the last report counts."""
    last = session.exec(
        select(func.max(ClusterPlanOutcomeRow.revision)).where(
            ClusterPlanOutcomeRow.item_id == item_id,
            ClusterPlanOutcomeRow.term_first_on == term_on,
        )
    ).one()
    assert act.person_id is not None
    session.add(
        ClusterPlanOutcomeRow(
            id=act.id,
            item_id=item_id,
            term_first_on=term_on,
            revision=(last or 0) + 1,
            outcome=said[0],
            words=said[1],
            reported_by=act.person_id,
            reported_at=act.recorded_at,
        )
    )
    session.flush()


def item_row(plan_id: UUID, number: int, item: PlanItem, year: int) -> ClusterPlanItemRow:
    """Make the row of an item as it is proposed."""
    first, until = days_of(item, year)
    facts = item.model_dump(exclude={"school", "provider", "schools", "outcomes"})
    return ClusterPlanItemRow(
        **facts | {"from_on": first, "until_on": until},
        id=item_id_of(plan_id, number),
        plan_id=plan_id,
        number=number,
        school_code=item.school,
        provider_code=item.provider,
        schools=list(item.schools),
        outcomes=list(item.outcomes),
    )


def _as_item(row: ClusterPlanItemRow) -> ItemHeld:
    facts = row.model_dump(include={"id", "plan_id", "name", "annual_pence", "from_on", "until_on"})
    return ItemHeld(**facts, asked=_as_asked(row) if row.school_code else None)


def _as_asked(row: ClusterPlanItemRow) -> PlanItem:
    facts = row.model_dump(include=set(PlanItem.model_fields))
    own = {
        "school": row.school_code,
        "provider": row.provider_code,
        "schools": tuple(row.schools),
        "outcomes": tuple(row.outcomes),
        "area_of_need": AreaOfNeed(row.area_of_need) if row.area_of_need else None,
    }
    return PlanItem(**facts | own)
