"""Places in a cluster's plan: kept on a recommendation, given on sign-off, returned otherwise."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from activities.store.tables import (
    ClusterPlanItemRow,
    PlanPlaceRow,
    PlanProvisionRow,
    RequestPupilRow,
    RequestRow,
)
from domain.frozen import Frozen
from domain.needs import NeedsProfile
from domain.periods import academic_year
from domain.plan_acts import PlanItem

_TAKEN = ("kept", "given")


class Provision(Frozen):
    """A shared service of a cluster plan that has room for the pupils of a request."""

    id: UUID
    service: str


class Opened(Frozen):
    """Places of an item of a signed plan, as one cluster has them."""

    id: UUID
    item_id: UUID
    cluster: str
    academic_year: int
    item: PlanItem
    places: int
    annual_pence: int
    """What the cluster pays for them a year."""


def provision_with_room(
    session: Session, cluster: str, on: date, profile: NeedsProfile, pupils: tuple[UUID, int]
) -> Provision | None:
    """Find shared provision for the pupils' greatest area of need, with a place for each of them.

    ``pupils`` is the request and how many they are: what the request has already is not in its own
    way. The row is locked until the transaction ends, so two panels never give out one last place.
    A service that has not begun on the day or is over, or is for the pupils of other schools, is
    none.
    """
    request_id, places = pupils
    area, level = max(profile.levels.items(), key=lambda each: (each[1], each[0]))
    found = session.exec(
        select(PlanProvisionRow)
        .where(
            PlanProvisionRow.cluster_code == cluster,
            PlanProvisionRow.academic_year == academic_year(on),
            PlanProvisionRow.area_of_need == area.value,
            PlanProvisionRow.up_to_level >= level,
            _is_there(on),
        )
        .order_by(col(PlanProvisionRow.up_to_level), col(PlanProvisionRow.id))
        .with_for_update()
    )
    schools = _schools_of(session, request_id)
    for row in found:
        is_for_them = not row.schools or schools <= set(row.schools)
        if is_for_them and row.places - _taken(session, row.id, request_id) >= places:
            return Provision(id=row.id, service=row.service)
    return None


def keep_places(
    session: Session,
    provision_id: UUID,
    request_id: UUID,
    pupil_ids: tuple[UUID, ...],
    now: datetime,
) -> None:
    """Keep a place for each pupil until the request is decided; again changes nothing.

    What an earlier decision gave stays given until another takes its place.
    """
    for pupil_id in pupil_ids:
        row = session.get(PlanPlaceRow, (provision_id, request_id, pupil_id))
        row = row or PlanPlaceRow(
            provision_id=provision_id,
            request_id=request_id,
            pupil_id=pupil_id,
            state="kept",
            kept_at=now,
        )
        row.state = "given" if row.state == "given" else "kept"
        session.add(row)
    session.flush()


def set_kept_places(session: Session, request_id: UUID, state: str) -> None:
    """Give the places that are kept for a request, or return them to the plan."""
    kept = session.exec(
        select(PlanPlaceRow).where(
            PlanPlaceRow.request_id == request_id, PlanPlaceRow.state == "kept"
        )
    )
    for row in kept:
        row.state = state
        session.add(row)


def settle_places(session: Session, request_id: UUID, provision_id: UUID | None) -> None:
    """Give a request its places in one provision by a decision, and return all its others.

    Those that an earlier decision gave are among them; without a provision it has none from now on.
    """
    had = session.exec(
        select(PlanPlaceRow).where(
            PlanPlaceRow.request_id == request_id, col(PlanPlaceRow.state).in_(_TAKEN)
        )
    )
    for row in had:
        row.state = "given" if row.provision_id == provision_id else "returned"
        session.add(row)
    session.flush()


def service_of(session: Session, provision_id: UUID | None) -> str | None:
    """Name the service of a provision, as the plan has it."""
    return session.get_one(PlanProvisionRow, provision_id).service if provision_id else None


def open_places(session: Session, opened: Opened) -> None:
    """Open the places of a signed item, so that panels may give them out."""
    asked = opened.item
    assert asked.area_of_need is not None, "places that pupils are matched to have an area"
    assert asked.up_to_level is not None, "and a level"
    session.add(
        PlanProvisionRow(
            id=opened.id,
            cluster_code=opened.cluster,
            academic_year=opened.academic_year,
            service=asked.name,
            area_of_need=asked.area_of_need,
            up_to_level=asked.up_to_level,
            places=opened.places,
            annual_pence=opened.annual_pence,
            item_id=opened.item_id,
            schools=list(asked.schools),
        )
    )
    session.flush()


def close_places(session: Session, item_id: UUID, from_on: date) -> None:
    """Give out no place of an item from a day on; those that pupils have stay theirs until then."""
    rows = session.exec(select(PlanProvisionRow).where(PlanProvisionRow.item_id == item_id))
    for row in rows:
        row.until_on = from_on
        session.add(row)


def _is_there(on: date) -> ColumnElement[bool]:
    """Whether a provision's item is there on a day; what is of no item is there all its year."""
    item = select(ClusterPlanItemRow.id).where(
        ClusterPlanItemRow.id == PlanProvisionRow.item_id,
        ClusterPlanItemRow.from_on <= on,
        ClusterPlanItemRow.until_on > on,
    )
    return col(PlanProvisionRow.item_id).is_(None) | item.exists()


def _schools_of(session: Session, request_id: UUID) -> set[str]:
    """The schools of a request's pupils, as it stands."""
    rows = session.exec(
        select(RequestPupilRow.school_code)
        .join(RequestRow, col(RequestRow.id) == RequestPupilRow.request_id)
        .where(
            RequestPupilRow.request_id == request_id,
            col(RequestPupilRow.version) == RequestRow.version,
        )
    )
    return set(rows)


def _taken(session: Session, provision_id: UUID, besides: UUID) -> int:
    return session.exec(
        select(func.count())
        .select_from(PlanPlaceRow)
        .where(
            PlanPlaceRow.provision_id == provision_id,
            col(PlanPlaceRow.state).in_(_TAKEN),
            PlanPlaceRow.request_id != besides,
        )
    ).one()
