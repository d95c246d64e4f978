"""How much is asked for and how long it takes, by cluster: counts that tell of no child."""

from fastapi import APIRouter

from activities.store.reading.demand import DemandView
from activities.store.reading.demand import demand as demand_of
from api import report_lists
from api.downloads import offer_files
from api.lists import AcademicYear
from api.parts import Asking, WithParts

router = APIRouter(prefix="/reports", tags=["reports"])


@router.get("/demand")
def demand(caller: Asking, parts: WithParts, year: AcademicYear) -> DemandView:
    """Report a year's requests and waiting times by cluster, small numbers hidden."""
    return parts.read(lambda session: demand_of(session, caller, year))


offer_files(router, "/demand", report_lists.demand)
