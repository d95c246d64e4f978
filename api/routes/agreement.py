"""How far panels agree within themselves, and with the levels that others or setters gave."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from activities.store import reading
from activities.store.reading import AgreementView, ConsistencyView, Days
from api.downloads import AS_CSV, AS_WORKBOOK, as_csv, as_workbook
from api.parts import Asking, WithParts
from api.routes.policy_reports import Cluster, FromDay, UntilDay
from domain.consistency import Basis

router = APIRouter(prefix="/panels", tags=["panel"])

Held = Annotated[
    Basis,
    Query(
        alias="against",
        description="What panels are held against: the levels set beforehand, or other panels'.",
    ),
]


@router.get("/agreement")
def agreement(
    caller: Asking, parts: WithParts, from_on: FromDay, until_on: UntilDay, cluster: Cluster = None
) -> AgreementView:
    """Report how far members agreed before they talked; of one panel, with intervals."""
    days = Days(from_on=from_on, until_on=until_on)
    return parts.read(lambda session: reading.panel_agreement(session, caller, days, cluster))


@router.get("/agreement/csv", response_class=Response, responses=AS_CSV)
def agreement_as_csv(
    caller: Asking, parts: WithParts, from_on: FromDay, until_on: UntilDay, cluster: Cluster = None
) -> Response:
    """Report the same as a CSV file, a line for each panel and area of need."""
    (listing,) = reading.agreement_listings(agreement(caller, parts, from_on, until_on, cluster))
    return as_csv("agreement.csv", listing)


@router.get("/agreement/xlsx", response_class=Response, responses=AS_WORKBOOK)
def agreement_as_workbook(
    caller: Asking, parts: WithParts, from_on: FromDay, until_on: UntilDay, cluster: Cluster = None
) -> Response:
    """Report the same as a workbook."""
    found = agreement(caller, parts, from_on, until_on, cluster)
    about = (
        ("report", "agreement within panels, first rounds"),
        *(("from", from_on.isoformat()), ("until", until_on.isoformat())),
        ("cluster", cluster or "all"),
    )
    return as_workbook("agreement.xlsx", about, reading.agreement_listings(found))


@router.get("/consistency")
def consistency(
    caller: Asking,
    parts: WithParts,
    from_on: FromDay,
    until_on: UntilDay,
    against: Held = Basis.DEFINITIVE,
    cluster: Cluster = None,
) -> ConsistencyView:
    """Report how far each panel stands apart on calibration cases, and whether that is said."""
    days = Days(from_on=from_on, until_on=until_on)
    return parts.read(
        lambda session: reading.panel_consistency(session, caller, days, against, cluster)
    )


@router.get("/consistency/csv", response_class=Response, responses=AS_CSV)
def consistency_as_csv(
    caller: Asking,
    parts: WithParts,
    from_on: FromDay,
    until_on: UntilDay,
    against: Held = Basis.DEFINITIVE,
) -> Response:
    """Report every panel as a CSV file, a line each."""
    found = consistency(caller, parts, from_on, until_on, against)
    panels, _ = reading.consistency_listings(found)
    return as_csv("consistency.csv", panels)


@router.get("/consistency/xlsx", response_class=Response, responses=AS_WORKBOOK)
def consistency_as_workbook(
    caller: Asking,
    parts: WithParts,
    from_on: FromDay,
    until_on: UntilDay,
    against: Held = Basis.DEFINITIVE,
) -> Response:
    """Report the same as a workbook, with a sheet of each area of need."""
    found = consistency(caller, parts, from_on, until_on, against)
    about = (
        ("report", "differences between panels, calibration cases"),
        *(("from", from_on.isoformat()), ("until", until_on.isoformat())),
        ("against", found.basis.value),
        ("tolerance, levels", str(found.tolerance_levels)),
        ("least cases", str(found.least_cases)),
    )
    return as_workbook("consistency.xlsx", about, reading.consistency_listings(found))
