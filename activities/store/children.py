"""What children are called: so that words can be told with their numbers, or refused."""

from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from activities.store.tables import PupilNameRow, PupilRow, RequestPupilRow
from domain.unnamed import ChildCalled

_NAMED = text(
    "SELECT EXISTS (SELECT FROM pupil AS p LEFT JOIN pupil_name AS n ON n.pupil_id = p.id"
    " WHERE position(lower(n.given_name || ' ' || n.family_name) IN lower(:words)) > 0)"
)


def names_a_child(session: Session, words: str) -> bool:
    """Whether a child on record is named in what somebody wrote; a number is no name."""
    return bool(session.connection().execute(_NAMED, {"words": words}).scalar_one())


def children_of(session: Session, *request_ids: UUID) -> dict[UUID, ChildCalled]:
    """What the children of requests are called, so that their numbers are said instead."""
    rows = session.exec(
        select(PupilRow, PupilNameRow)
        .join(RequestPupilRow, col(RequestPupilRow.pupil_id) == PupilRow.id)
        .join(PupilNameRow, col(PupilNameRow.pupil_id) == PupilRow.id, isouter=True)
        .where(col(RequestPupilRow.request_id).in_(request_ids))
        .order_by(PupilRow.number)
    )
    return {
        pupil.id: ChildCalled(
            number=pupil.number,
            given_name=name.given_name if name else "",
            family_name=name.family_name if name else "",
        )
        for pupil, name in rows
    }
