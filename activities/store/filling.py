"""Which meeting takes what waits for a panel: the next one whose deadline for papers is to come."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists
from sqlmodel import Session, col, select

from activities.store.meetings import Meeting
from activities.store.tables import AgendaItemRow, MeetingRow


def meeting_to_take(session: Session, called: Meeting, request_id: UUID, now: datetime) -> UUID:
    """Name the meeting for a request that waited when one was called: this, or an earlier one.

    A year's meetings are called together and taken up in any order: what waits goes to the first
    of them all the same. The meeting is kept from being closed until the transaction ends.
    """
    has_had_it = exists().where(
        col(AgendaItemRow.meeting_id) == col(MeetingRow.id),
        col(AgendaItemRow.request_id) == request_id,
    )
    takes_papers = (col(MeetingRow.papers_by_at) >= now) & ~has_had_it
    return session.exec(
        select(MeetingRow.id)
        .where(
            MeetingRow.cluster_code == called.cluster,
            MeetingRow.stage == "called",
            (col(MeetingRow.id) == called.id) | takes_papers,
        )
        .order_by(col(MeetingRow.starts_at))
        .limit(1)
        .with_for_update(read=True)
    ).one()
