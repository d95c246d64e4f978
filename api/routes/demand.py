"""How much is asked for and how long it takes, by cluster: counts that tell of no child."""

from fastapi import APIRouter, Response

from activities.store.reading.demand import DemandView, demand_listing
from activities.store.reading.demand import demand as demand_of
from api.downloads import AS_CSV, AS_WORKBOOK, as_csv, as_workbook
from api.parts import Asking, WithParts
from api.routes.policy_reports import AcademicYear

router = APIRouter(prefix="/reports", tags=["reports"])


@router.get("/demand")
def demand(caller: Asking, parts: WithParts, year: AcademicYear) -> DemandView:
    """Report a year's requests and waiting times by cluster, small numbers hidden."""
    return parts.read(lambda session: demand_of(session, caller, year))


@router.get("/demand/csv", response_class=Response, responses=AS_CSV)
def demand_as_csv(caller: Asking, parts: WithParts, year: AcademicYear) -> Response:
    """Report the same as a CSV file, a cluster a line."""
    return as_csv("demand.csv", demand_listing(demand(caller, parts, year)))


@router.get("/demand/xlsx", response_class=Response, responses=AS_WORKBOOK)
def demand_as_workbook(caller: Asking, parts: WithParts, year: AcademicYear) -> Response:
    """Report the same as a workbook."""
    found = demand(caller, parts, year)
    about = (
        ("report", "demand and waiting times"),
        ("academic year", f"{year}/{(year + 1) % 100:02}"),
        ("smallest shown", str(found.smallest_shown or "every number")),
    )
    return as_workbook("demand.xlsx", about, (demand_listing(found),))
