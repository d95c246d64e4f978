"""Reports on panels, policy and demand as files: each by its query, for the API and the pages."""

from datetime import date
from typing import Annotated

from fastapi import Query
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import Caller, Days, Listing
from activities.store.reading.demand import demand as demand_of
from activities.store.reading.demand import demand_listing
from api.downloads import Lists, Reads
from api.lists import AcademicYear
from domain.consistency import Basis

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
Held = Annotated[
    Basis,
    Query(
        alias="against",
        description="What panels are held against: the levels set beforehand, or other panels'.",
    ),
]


def agreement(from_on: FromDay, until_on: UntilDay, cluster: Cluster = None) -> Reads:
    """How far members agreed before they talked, a line for each panel and area of need."""
    days = Days(from_on=from_on, until_on=until_on)

    def read(session: Session, caller: Caller) -> Lists:
        found = reading.panel_agreement(session, caller, days, cluster)
        return Lists(
            name="agreement",
            about=(
                ("report", "agreement within panels, first rounds"),
                *_span(days),
                ("cluster", cluster or "all"),
            ),
            listings=reading.agreement_listings(found),
        )

    return read


def consistency(from_on: FromDay, until_on: UntilDay, against: Held = Basis.DEFINITIVE) -> Reads:
    """How far each panel stands apart, a line each, and by area of need on a sheet of its own."""
    days = Days(from_on=from_on, until_on=until_on)

    def read(session: Session, caller: Caller) -> Lists:
        found = reading.panel_consistency(session, caller, days, against, None)
        return Lists(
            name="consistency",
            about=(
                ("report", "differences between panels, calibration cases"),
                *_span(days),
                ("against", found.basis.value),
                ("tolerance, levels", str(found.tolerance_levels)),
                ("least cases", str(found.least_cases)),
            ),
            listings=reading.consistency_listings(found),
        )

    return read


def departures(from_on: FromDay, until_on: UntilDay, cluster: Cluster = None) -> Reads:
    """The levels that schools stated and how often each was left; what was written is in none."""
    days = Days(from_on=from_on, until_on=until_on)

    def read(session: Session, caller: Caller) -> Lists:
        found = reading.departures(session, caller, days, cluster)
        return Lists(
            name="departures",
            about=(
                ("report", "departures"),
                *_span(days),
                ("cluster", cluster or "all"),
                _smallest(found.smallest_shown),
            ),
            listings=reading.departure_listings(found),
        )

    return read


def equality(year: AcademicYear) -> Reads:
    """A year's decisions by recorded characteristic: a group a line, a sheet for each of them."""

    def read(session: Session, caller: Caller) -> Lists:
        found = reading.equality(session, caller, year)
        listings = reading.equality_listings(found)
        rows = tuple(row for listing in listings for row in listing.rows)
        return Lists(
            name="equality",
            about=(
                ("report", "outcomes by characteristic"),
                _year(year),
                _smallest(found.smallest_shown),
                ("authority", found.authority),
            ),
            listings=listings,
            whole=Listing(name="equality", headings=listings[0].headings, rows=rows),
        )

    return read


def demand(year: AcademicYear) -> Reads:
    """A year's requests and waiting times, a cluster a line."""

    def read(session: Session, caller: Caller) -> Lists:
        found = demand_of(session, caller, year)
        return Lists(
            name="demand",
            about=(
                ("report", "demand and waiting times"),
                _year(year),
                _smallest(found.smallest_shown),
            ),
            listings=(demand_listing(found),),
        )

    return read


def _span(days: Days) -> tuple[tuple[str, str], ...]:
    return (("from", days.from_on.isoformat()), ("until", days.until_on.isoformat()))


def _year(year: int) -> tuple[str, str]:
    return ("academic year", f"{year}/{(year + 1) % 100:02}")


def _smallest(number: int | None) -> tuple[str, str]:
    return ("smallest shown", str(number or "every number"))
