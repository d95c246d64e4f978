"""Meetings without a room: members of a panel called to urgent requests between its meetings."""

from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel


class UrgentMeetingRow(SQLModel, table=True):
    """A meeting that is a ballot and nothing else: of a sub-panel, or of the whole panel."""

    __tablename__ = "urgent_meeting"
    __table_args__ = (CheckConstraint("way IN ('sub_panel', 'online_ballot')", name="way_known"),)
    meeting_id: UUID = Field(primary_key=True, foreign_key="meeting.id")
    way: str
