"""Places in a cluster's plan: kept on a recommendation, given on sign-off, returned otherwise."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from activities.store.tables import PlanPlaceRow, PlanProvisionRow
from domain.frozen import Frozen
from domain.needs import NeedsProfile

_TAKEN = ("kept", "given")


class Provision(Frozen):
    """A shared service of a cluster plan that has room for the pupils of a request."""

    id: UUID
    service: str


def provision_with_room(
    session: Session, cluster: str, year: int, profile: NeedsProfile, places: int
) -> Provision | None:
    """Find shared provision for the pupils' greatest area of need, with a place for each of them.

    The row is locked until the transaction ends, so two panels never give out one last place.
    """
    area, level = max(profile.levels.items(), key=lambda each: (each[1], each[0]))
    found = session.exec(
        select(PlanProvisionRow)
        .where(
            PlanProvisionRow.cluster_code == cluster,
            PlanProvisionRow.academic_year == year,
            PlanProvisionRow.area_of_need == area.value,
            PlanProvisionRow.up_to_level >= level,
        )
        .order_by(col(PlanProvisionRow.up_to_level), col(PlanProvisionRow.id))
        .with_for_update()
    )
    for row in found:
        if row.places - _taken(session, row.id) >= places:
            return Provision(id=row.id, service=row.service)
    return None


def keep_places(
    session: Session,
    provision_id: UUID,
    request_id: UUID,
    pupil_ids: tuple[UUID, ...],
    now: datetime,
) -> None:
    """Keep a place for each pupil until the request is decided; again changes nothing."""
    for pupil_id in pupil_ids:
        row = session.get(PlanPlaceRow, (provision_id, request_id, pupil_id))
        row = row or PlanPlaceRow(
            provision_id=provision_id,
            request_id=request_id,
            pupil_id=pupil_id,
            state="kept",
            kept_at=now,
        )
        row.state = "kept"
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


def service_of(session: Session, provision_id: UUID | None) -> str | None:
    """Name the service of a provision, as the plan has it."""
    return session.get_one(PlanProvisionRow, provision_id).service if provision_id else None


def _taken(session: Session, provision_id: UUID) -> int:
    return session.exec(
        select(func.count())
        .select_from(PlanPlaceRow)
        .where(PlanPlaceRow.provision_id == provision_id, col(PlanPlaceRow.state).in_(_TAKEN))
    ).one()
