"""Who said that they come to a meeting, and who is known not to: the last answer counts."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.tables import AttendanceRow, SeatRow
from domain.attendance import WhoComes


def answers_in(session: Session, meeting_id: UUID) -> dict[UUID, bool]:
    """Read what everybody said last: whether they come."""
    found = session.exec(
        select(AttendanceRow.person_id, AttendanceRow.comes)
        .where(AttendanceRow.meeting_id == meeting_id)
        .order_by(col(AttendanceRow.revision))
    )
    return dict(found.all())


def declined_by(session: Session, meeting_ids: Iterable[UUID], person_id: UUID) -> frozenset[UUID]:
    """Those of the meetings to which a person said they do not come."""
    found = session.exec(
        select(AttendanceRow.meeting_id, AttendanceRow.comes)
        .where(
            col(AttendanceRow.meeting_id).in_(list(meeting_ids)),
            AttendanceRow.person_id == person_id,
        )
        .order_by(col(AttendanceRow.revision))
    )
    last = dict(found.all())
    return frozenset(meeting_id for meeting_id, comes in last.items() if not comes)


def who_comes(session: Session, meeting_id: UUID) -> WhoComes:
    """Read what is known of who comes to a meeting: answers, who is away, who was named."""
    rows = session.exec(
        select(SeatRow.person_id, SeatRow.in_stead_of).where(
            SeatRow.meeting_id == meeting_id, col(SeatRow.ended_at).is_(None)
        )
    ).all()
    return WhoComes(
        answers=answers_in(session, meeting_id),
        away=frozenset(member for _, member in rows if member is not None),
        named=frozenset(person for person, _ in rows if person is not None),
    )
