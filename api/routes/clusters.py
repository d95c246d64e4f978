"""Clusters: their schools, what these are good at, who sits on the panel and who still owes one."""

from fastapi import APIRouter

from activities.store import reading
from activities.store.reading import ClusterLine, ClusterView, PanelDuty
from api import lists
from api.downloads import offer_files
from api.lists import Code, ThisYear
from api.parts import Asking, WithParts

router = APIRouter(tags=["clusters"])


@router.get("/clusters")
def clusters(caller: Asking, parts: WithParts) -> tuple[ClusterLine, ...]:
    """List the clusters that I belong to."""
    return parts.read(lambda session: reading.clusters(session, caller))


@router.get("/clusters/panel-duty")
def panel_duty(caller: Asking, parts: WithParts, year: ThisYear = None) -> PanelDuty:
    """Say which schools sat on a panel in an academic year, and which still owe one."""
    return parts.read(lambda session: reading.panel_duty(session, caller, year))


offer_files(router, "/clusters/panel-duty", lists.panel_duty)


@router.get("/clusters/{code}")
def cluster(code: Code, caller: Asking, parts: WithParts) -> ClusterView:
    """Read a cluster as it is today: schools, expertise, and for its panel its people."""
    return parts.read(lambda session: reading.cluster(session, caller, code))
