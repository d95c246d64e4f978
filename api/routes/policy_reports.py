"""What the policy is told by what came of it: departures, and outcomes by characteristic."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from activities.store import reading
from activities.store.reading import Days, DeparturesView, EqualityView, Listing
from api.downloads import AS_CSV, AS_WORKBOOK, as_csv, as_workbook
from api.parts import Asking, WithParts

router = APIRouter(prefix="/policy", tags=["policy"])

FromDay = Annotated[date, Query(alias="from", description="The first day that counts.")]
UntilDay = Annotated[date, Query(alias="until", description="The first day that no longer does.")]
Cluster = Annotated[
    str | None,
    Query(
        max_length=64,
        pattern=r"^[a-z0-9][a-z0-9_.:-]*$",
        description="One cluster alone, for whoever may ask for it.",
    ),
]
AcademicYear = Annotated[int, Query(ge=2000, le=2098, description="2026 begins on 1 September.")]


@router.get("/departures")
def departures(
    caller: Asking, parts: WithParts, from_on: FromDay, until_on: UntilDay, cluster: Cluster = None
) -> DeparturesView:
    """Report which descriptors, tiers and bands are departed from most, and why, for officers."""
    days = Days(from_on=from_on, until_on=until_on)
    return parts.read(lambda session: reading.departures(session, caller, days, cluster))


@router.get("/departures/csv", response_class=Response, responses=AS_CSV)
def departures_as_csv(
    caller: Asking, parts: WithParts, from_on: FromDay, until_on: UntilDay, cluster: Cluster = None
) -> Response:
    """Report the levels that schools stated, and how often each was left, as a CSV file."""
    found = departures(caller, parts, from_on, until_on, cluster)
    levels, *_ = reading.departure_listings(found)
    return as_csv("departures.csv", levels)


@router.get("/departures/xlsx", response_class=Response, responses=AS_WORKBOOK)
def departures_as_workbook(
    caller: Asking, parts: WithParts, from_on: FromDay, until_on: UntilDay, cluster: Cluster = None
) -> Response:
    """Report every number of it as a workbook; what was written is in no file."""
    found = departures(caller, parts, from_on, until_on, cluster)
    about = (
        ("report", "departures"),
        ("from", from_on.isoformat()),
        ("until", until_on.isoformat()),
        ("cluster", cluster or "all"),
        ("smallest shown", str(found.smallest_shown or "every number")),
    )
    return as_workbook("departures.xlsx", about, reading.departure_listings(found))


@router.get("/equality")
def equality(caller: Asking, parts: WithParts, year: AcademicYear) -> EqualityView:
    """Report what a year's decisions came to by recorded characteristic, small numbers hidden."""
    return parts.read(lambda session: reading.equality(session, caller, year))


@router.get("/equality/csv", response_class=Response, responses=AS_CSV)
def equality_as_csv(caller: Asking, parts: WithParts, year: AcademicYear) -> Response:
    """Report the same as one CSV file, a group a line."""
    listings = reading.equality_listings(equality(caller, parts, year))
    rows = tuple(row for listing in listings for row in listing.rows)
    whole = Listing(name="equality", headings=listings[0].headings, rows=rows)
    return as_csv("equality.csv", whole)


@router.get("/equality/xlsx", response_class=Response, responses=AS_WORKBOOK)
def equality_as_workbook(caller: Asking, parts: WithParts, year: AcademicYear) -> Response:
    """Report the same as a workbook, a sheet for each characteristic."""
    found = equality(caller, parts, year)
    about = (
        ("report", "outcomes by characteristic"),
        ("academic year", f"{year}/{(year + 1) % 100:02}"),
        ("smallest shown", str(found.smallest_shown)),
        ("authority", found.authority),
    )
    return as_workbook("equality.xlsx", about, reading.equality_listings(found))
