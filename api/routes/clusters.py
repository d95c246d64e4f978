"""Clusters: their schools, what these are good at, who sits on the panel and who still owes one."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from activities.store import reading
from activities.store.reading import ClusterLine, ClusterView, PanelDuty
from api.parts import Asking, WithParts

router = APIRouter(tags=["clusters"])

Year = Annotated[
    int | None, Query(ge=2000, le=2199, description="2026 begins on 1 September 2026.")
]


Code = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9][a-z0-9_.:-]*$")]


@router.get("/clusters")
def clusters(caller: Asking, parts: WithParts) -> tuple[ClusterLine, ...]:
    """List the clusters that I belong to."""
    return parts.read(lambda session: reading.clusters(session, caller))


@router.get("/clusters/panel-duty")
def panel_duty(caller: Asking, parts: WithParts, year: Year = None) -> PanelDuty:
    """Say which schools sat on a panel in an academic year, and which still owe one."""
    return parts.read(lambda session: reading.panel_duty(session, caller, year))


@router.get("/clusters/{code}")
def cluster(code: Code, caller: Asking, parts: WithParts) -> ClusterView:
    """Read a cluster as it is today: schools, expertise, and for its panel its people."""
    return parts.read(lambda session: reading.cluster(session, caller, code))
