"""Decided cases near to one on the desk: same kind, like needs, so that like is decided alike.

For officers; no child is in it, and a case that an interest keeps the officer out of is left out.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from activities.store.reading.caller import Caller
from activities.store.reading.events import barred_from
from activities.store.tables import RequestRow
from domain.frozen import Frozen
from domain.needs import AreaOfNeed, NeedsProfile
from domain.stages import Ending

MOST_SHOWN = 8
_LOOKS_BACK = timedelta(days=730)
_NEAR_STEPS = 4
_STEPS = " + ".join(
    f"abs(coalesce((p.profile -> 'levels' ->> '{area}')::int, 0) - :{area})" for area in AreaOfNeed
)
_NEAR = text(
    "SELECT * FROM (SELECT r.id, r.reference, r.cluster_code AS cluster, d.kind AS ending,"  # noqa: S608
    " d.recommended, coalesce(d.result ->> 'tier', d.tier) AS tier, d.annual_pence,"
    f" p.profile -> 'levels' AS levels, d.decided_at, {_STEPS} AS steps_apart"
    " FROM (SELECT * FROM decision WHERE decided_at >= :since ORDER BY decided_at DESC LIMIT 500)"
    ' AS d JOIN support_request AS r ON r.decision_id = d.id JOIN "placing" AS p'
    " ON p.id = d.placing_id WHERE r.kind = :kind AND r.has_plan = :has_plan AND r.id <> :id)"
    " AS near WHERE steps_apart <= :most ORDER BY steps_apart, decided_at DESC LIMIT 20"
)
"""Of the latest decisions alone: what it costs does not grow with the years."""


class SimilarCase(Frozen):
    """A decided case like the one on the desk: what was recommended, and how it ended."""

    id: UUID
    reference: str
    cluster: str
    levels: dict[AreaOfNeed, int]
    recommended: str
    tier: str
    ending: Ending
    annual_pence: int
    decided_at: datetime
    steps_apart: int
    """How many steps of the scale lie between the two, every area of need together."""


def similar_cases(
    session: Session, caller: Caller, request: RequestRow, profile: NeedsProfile | None
) -> tuple[SimilarCase, ...]:
    """List the decided cases nearest to a request's moderated need, nearest and latest first."""
    if profile is None:
        return ()
    asked: dict[str, Any] = {area.value: profile.levels.get(area, 0) for area in AreaOfNeed}
    asked |= {"kind": request.kind, "has_plan": request.has_plan, "id": request.id}
    asked |= {"since": caller.now - _LOOKS_BACK, "most": _NEAR_STEPS}
    rows = session.connection().execute(_NEAR, asked).mappings().all()
    barred = barred_from(session, caller, {row["id"] for row in rows})
    free = [row for row in rows if row["id"] not in barred][:MOST_SHOWN]
    return tuple(SimilarCase.model_validate(dict(row), strict=False) for row in free)
