"""Where a school belongs on a day: its cluster and its area."""

from datetime import date

from sqlmodel import Session, col, select

from activities.store.days import on_day
from activities.store.tables import ClusterInAreaRow, SchoolInClusterRow, SchoolRow
from domain.frozen import Frozen
from domain.refusals import NotValid


class Place(Frozen):
    """A school with its cluster and area of a day."""

    school: str
    cluster: str
    area: str


def place_of(session: Session, school: str, day: date) -> Place:
    """Find where a school belongs on a day; one that is not there yet, or no more, is refused."""
    if session.get(SchoolRow, school) is None:
        raise NotValid(f"to find the school {school}", "the register has no school of that code")
    found = place_on(session, school, day)
    if found is None:
        raise NotValid(f"to find the school {school}", f"it belongs to no cluster on {day}")
    return found


def place_on(session: Session, school: str, day: date) -> Place | None:
    """Look where a school belongs on a day, if it belongs anywhere."""
    found = session.exec(
        select(SchoolInClusterRow.cluster_code, ClusterInAreaRow.area_code)
        .join(
            ClusterInAreaRow,
            col(ClusterInAreaRow.cluster_code) == SchoolInClusterRow.cluster_code,
        )
        .where(
            SchoolInClusterRow.school_code == school,
            on_day(SchoolInClusterRow, day),
            on_day(ClusterInAreaRow, day),
        )
    ).first()
    return Place(school=school, cluster=found[0], area=found[1]) if found else None
