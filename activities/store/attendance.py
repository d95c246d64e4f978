"""Who said that they come to a meeting, and who said not to: the last answer counts."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.remembered import of_each
from activities.store.tables import AttendanceRow


def answers_in(session: Session, meeting_id: UUID) -> dict[UUID, bool]:
    """Read what everybody said last: whether they come."""
    return answers_among(session, (meeting_id,))[meeting_id]


def answers_among(session: Session, meeting_ids: Iterable[UUID]) -> dict[UUID, dict[UUID, bool]]:
    """Read the same of several meetings, by one query."""

    def ask(ids: list[UUID]) -> dict[UUID, dict[UUID, bool]]:
        rows = session.exec(
            select(AttendanceRow.meeting_id, AttendanceRow.person_id, AttendanceRow.comes)
            .where(col(AttendanceRow.meeting_id).in_(ids))
            .order_by(col(AttendanceRow.revision))
        )
        found: dict[UUID, dict[UUID, bool]] = {each: {} for each in ids}
        for meeting_id, person_id, comes in rows:
            found[meeting_id][person_id] = comes
        return found

    return of_each(session, "attendance", meeting_ids, ask)


def declined_by(session: Session, meeting_ids: Iterable[UUID], person_id: UUID) -> frozenset[UUID]:
    """Those of the meetings to which a person said they do not come."""
    answers = answers_among(session, meeting_ids)
    return frozenset(
        meeting_id for meeting_id, comes in answers.items() if comes.get(person_id) is False
    )
