"""Plans that a county brings along: signed and paid before its first day here, with their places.

Loading the same again changes nothing; a service that is new is added to its plan.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import time
from typing import Any
from uuid import UUID, uuid5

from sqlmodel import Session, col, select

from activities.clock import LONDON
from activities.store.tables import (
    ClusterPlanItemRow,
    ClusterPlanPartyRow,
    ClusterPlanRow,
    PlanProvisionRow,
)
from domain.cluster_plan import PlanStage
from domain.periods import academic_year_begins, instant


def load_opening_plans(session: Session, listed: Iterable[dict[str, Any]]) -> None:
    """Put the shared services of a county's registers on record as items of signed plans.

    Each is a row of ``plan_provision`` by its columns. What they cost was paid elsewhere: nothing
    of it comes into the ledger.
    """
    by_plan: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for each in listed:
        by_plan[each["cluster_code"], each["academic_year"]].append(each)
    for (cluster, year), provisions in sorted(by_plan.items()):
        plan_id = _plan(session, cluster, year, provisions)
        _items(session, plan_id, year, provisions)
        _places(session, provisions)


def item_id_of(provision_id: UUID) -> UUID:
    """Name the item of a service that was loaded: the same whenever it is loaded."""
    return uuid5(provision_id, "item")


def _plan(session: Session, cluster: str, year: int, provisions: list[dict[str, Any]]) -> UUID:
    reference = f"PLAN/{year}/{cluster}"
    known = session.exec(
        select(ClusterPlanRow.id).where(ClusterPlanRow.reference == reference)
    ).first()
    if known is not None:
        return known
    begins_at = instant(academic_year_begins(year), time(), str(LONDON))
    row = ClusterPlanRow(
        id=uuid5(provisions[0]["id"], reference),
        reference=reference,
        cluster_code=cluster,
        academic_year=year,
        stage=PlanStage.SIGNED,
        stage_since_at=begins_at,
        is_opening=True,
        pins={},
        annual_pence=sum(each["annual_pence"] for each in provisions),
        proposed_at=begins_at,
    )
    session.add(row)
    session.flush()
    session.add(ClusterPlanPartyRow(plan_id=row.id, cluster_code=cluster, weight=1))
    session.flush()
    return row.id


def _items(session: Session, plan_id: UUID, year: int, provisions: list[dict[str, Any]]) -> None:
    known = dict(
        session.exec(
            select(ClusterPlanItemRow.id, ClusterPlanItemRow.number).where(
                ClusterPlanItemRow.plan_id == plan_id
            )
        ).all()
    )
    last = max(known.values(), default=0)
    for each in provisions:
        if item_id_of(each["id"]) in known:
            continue
        last += 1
        session.add(_item(plan_id, last, year, each))
    session.flush()


def _item(plan_id: UUID, number: int, year: int, of: dict[str, Any]) -> ClusterPlanItemRow:
    return ClusterPlanItemRow(
        id=item_id_of(of["id"]),
        plan_id=plan_id,
        number=number,
        name=of["service"],
        kind="service",
        schools=[],
        places=of["places"],
        annual_pence=of["annual_pence"],
        area_of_need=of["area_of_need"],
        up_to_level=of["up_to_level"],
        outcomes=[],
        from_on=academic_year_begins(year),
        until_on=academic_year_begins(year + 1),
    )


def _places(session: Session, provisions: list[dict[str, Any]]) -> None:
    ids = [each["id"] for each in provisions]
    rows = session.exec(select(PlanProvisionRow).where(col(PlanProvisionRow.id).in_(ids)))
    known = {row.id: row for row in rows}
    for each in provisions:
        row = known.get(each["id"])
        if row is None:
            session.add(PlanProvisionRow(**each, item_id=item_id_of(each["id"])))
        elif row.item_id is None:
            row.item_id = item_id_of(row.id)
            session.add(row)
    session.flush()
