"""What children are called: so that words can be told with their numbers, or refused."""

from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from activities.store.remembered import of_each
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

    def ask(ids: list[UUID]) -> dict[UUID, dict[UUID, ChildCalled]]:
        rows = session.exec(
            select(RequestPupilRow.request_id, PupilRow, PupilNameRow)
            .join(PupilRow, col(RequestPupilRow.pupil_id) == PupilRow.id)
            .join(PupilNameRow, col(PupilNameRow.pupil_id) == PupilRow.id, isouter=True)
            .where(col(RequestPupilRow.request_id).in_(ids))
        )
        found: dict[UUID, dict[UUID, ChildCalled]] = {each: {} for each in ids}
        for request_id, pupil, name in rows:
            found[request_id][pupil.id] = _called(pupil, name)
        return found

    of = of_each(session, "children", request_ids, ask).values()
    everybody = {pupil_id: child for children in of for pupil_id, child in children.items()}
    return dict(sorted(everybody.items(), key=lambda each: each[1].number))


def _called(pupil: PupilRow, name: PupilNameRow | None) -> ChildCalled:
    return ChildCalled(
        number=pupil.number,
        given_name=name.given_name if name else "",
        family_name=name.family_name if name else "",
    )
