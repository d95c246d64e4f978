"""What the policy is told by what came of it: departures, and outcomes by characteristic."""

from fastapi import APIRouter

from activities.store import reading
from activities.store.reading import Days, DeparturesView, EqualityView
from api import report_lists
from api.downloads import offer_files
from api.lists import AcademicYear
from api.parts import Asking, WithParts
from api.report_lists import Cluster, FromDay, UntilDay

router = APIRouter(prefix="/policy", tags=["policy"])


@router.get("/departures")
def departures(
    caller: Asking, parts: WithParts, from_on: FromDay, until_on: UntilDay, cluster: Cluster = None
) -> DeparturesView:
    """Report which descriptors, tiers and bands are departed from most, and why, for officers."""
    days = Days(from_on=from_on, until_on=until_on)
    return parts.read(lambda session: reading.departures(session, caller, days, cluster))


@router.get("/equality")
def equality(caller: Asking, parts: WithParts, year: AcademicYear) -> EqualityView:
    """Report what a year's decisions came to by recorded characteristic, small numbers hidden."""
    return parts.read(lambda session: reading.equality(session, caller, year))


offer_files(router, "/departures", report_lists.departures)
offer_files(router, "/equality", report_lists.equality)
