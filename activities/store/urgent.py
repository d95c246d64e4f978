"""Which meetings have no room: urgent requests are voted on in them between a panel's meetings.

Such a meeting is called for its ballots and over with the last of them. Nothing else is listed for
it, since its papers were in the moment before it was called.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import exists
from sqlmodel import Session, col, select

from activities.store import meetings
from activities.store.remembered import of_each, remembers
from activities.store.session import ask_anew, asked_once
from activities.store.tables import AgendaItemRow, BallotRow, MeetingRow, UrgentMeetingRow
from domain.policy.panel import PanelRules
from domain.policy.urgent import UrgentTo
from domain.urgent import between_meetings

_A_MOMENT = timedelta(microseconds=1)


def urgent_of(session: Session, meeting_id: UUID) -> UrgentTo | None:
    """Say who was called to a meeting without a room; nothing for a panel's ordinary meeting."""
    if remembers(session):
        return urgent_among(session, (meeting_id,))[meeting_id]
    return asked_once(session, (UrgentMeetingRow, meeting_id), partial(_way, session, meeting_id))


def urgent_among(session: Session, meeting_ids: Iterable[UUID]) -> dict[UUID, UrgentTo | None]:
    """Say the same of several meetings, by one query."""

    def ask(ids: list[UUID]) -> dict[UUID, UrgentTo | None]:
        rows = session.exec(
            select(UrgentMeetingRow).where(col(UrgentMeetingRow.meeting_id).in_(ids))
        )
        return dict.fromkeys(ids) | {row.meeting_id: UrgentTo(row.way) for row in rows}

    return of_each(session, "urgent", meeting_ids, ask)


def urgent_at(session: Session, item_id: UUID) -> UrgentTo | None:
    """Say the same of the meeting in which an item is heard."""
    return urgent_of(session, session.get_one(AgendaItemRow, item_id).meeting_id)


def rules_at(session: Session, item_id: UUID, rules: PanelRules) -> PanelRules:
    """Give the rules by which an item is voted on: the panel's, or those between meetings."""
    return between_meetings(rules) if urgent_at(session, item_id) else rules


def sub_panels() -> Any:
    """Meetings in which nobody takes part without a seat, as a condition on them."""
    return exists().where(
        col(UrgentMeetingRow.meeting_id) == col(MeetingRow.id),
        col(UrgentMeetingRow.way) == UrgentTo.SUB_PANEL,
    )


def closing_times(session: Session, item_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Say when the ballots close on those of the items that are voted on between meetings."""
    rows = session.exec(
        select(BallotRow.item_id, BallotRow.closes_at)
        .join(AgendaItemRow, col(AgendaItemRow.id) == BallotRow.item_id)
        .join(UrgentMeetingRow, col(UrgentMeetingRow.meeting_id) == col(AgendaItemRow.meeting_id))
        .where(col(BallotRow.item_id).in_(item_ids))
        .order_by(col(BallotRow.round))
    )
    return dict(rows.all())


def call(
    session: Session, meeting_id: UUID, cluster: str, way: UrgentTo, called_by: UUID, now: datetime
) -> MeetingRow:
    """Write a meeting without a room, at the next instant at which the cluster has no other."""
    starts_at = now
    while session.exec(_meeting_at(cluster, starts_at)).first() is not None:
        starts_at += _A_MOMENT
    row = MeetingRow(
        id=meeting_id,
        cluster_code=cluster,
        starts_at=starts_at,
        papers_by_at=now - _A_MOMENT,
        called_by=called_by,
        called_at=now,
    )
    session.add(row)
    session.flush()
    session.add(UrgentMeetingRow(meeting_id=meeting_id, way=way))
    session.flush()
    ask_anew(session, (UrgentMeetingRow, meeting_id))
    return row


def end_when_done(session: Session, meeting_id: UUID, now: datetime) -> None:
    """Close a meeting without a room when none of its ballots is open any more."""
    if urgent_of(session, meeting_id) and not meetings.open_ballots(session, meeting_id):
        meetings.close_meeting(session, meeting_id, now)


def _way(session: Session, meeting_id: UUID) -> UrgentTo | None:
    row = session.get(UrgentMeetingRow, meeting_id)
    return UrgentTo(row.way) if row else None


def _meeting_at(cluster: str, starts_at: datetime) -> Any:
    return select(MeetingRow.id).where(
        MeetingRow.cluster_code == cluster, MeetingRow.starts_at == starts_at
    )
