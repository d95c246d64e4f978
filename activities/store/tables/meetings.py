"""A meeting from its calling to its minutes: answers, presence, items taken, minutes and notes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Choices, Instant


class AttendanceRow(SQLModel, table=True):
    """Whether somebody comes to a meeting; the last answer counts, all are kept."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id", "revision"),)
    id: UUID = Field(primary_key=True)
    meeting_id: UUID = Field(foreign_key="meeting.id")
    person_id: UUID = Field(foreign_key="person.id", index=True)
    revision: int
    comes: bool
    answered_at: datetime = Field(sa_type=Instant)


class PresenceRow(SQLModel, table=True):
    """Somebody in the room: for the meeting, or for one item, which they may present."""

    __tablename__ = "presence"
    __table_args__ = (
        CheckConstraint("NOT presents OR item_id IS NOT NULL", name="presents_an_item"),
        CheckConstraint("left_at IS NULL OR arrived_at <= left_at", name="leaves_later"),
        CheckConstraint("(left_by IS NULL) = (left_at IS NULL)", name="left_by_somebody"),
        Index(
            "in_the_room_once",
            "meeting_id",
            "item_id",
            "person_id",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    id: UUID = Field(primary_key=True)
    meeting_id: UUID = Field(foreign_key="meeting.id", index=True)
    person_id: UUID = Field(foreign_key="person.id")
    item_id: UUID | None = Field(default=None, foreign_key="agenda_item.id")
    presents: bool
    arrived_at: datetime = Field(sa_type=Instant)
    arrived_by: UUID = Field(foreign_key="person.id")
    left_at: datetime | None = Field(default=None, sa_type=Instant)
    left_by: UUID | None = Field(default=None, foreign_key="person.id")


class ItemTakenRow(SQLModel, table=True):
    """An item was taken in its meeting; the last one taken is the current one."""

    __tablename__ = "item_taken"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)
    id: UUID = Field(primary_key=True)
    meeting_id: UUID = Field(foreign_key="meeting.id")
    item_id: UUID = Field(foreign_key="agenda_item.id")
    number: int
    taken_at: datetime = Field(sa_type=Instant)
    taken_by: UUID = Field(foreign_key="person.id")


class MinutesRow(SQLModel, table=True):
    """What happened in a meeting, written once when it was closed."""

    __tablename__ = "minutes"
    meeting_id: UUID = Field(primary_key=True, foreign_key="meeting.id")
    content: dict[str, Any] = Field(sa_type=Choices)
    sha256: str
    made_at: datetime = Field(sa_type=Instant)


class MinutesNoteRow(SQLModel, table=True):
    """A correction of minutes, said at a later meeting: it stands beside them."""

    __tablename__ = "minutes_note"
    __table_args__ = (CheckConstraint("noted_in <> meeting_id", name="noted_in_another"),)
    id: UUID = Field(primary_key=True)
    meeting_id: UUID = Field(foreign_key="minutes.meeting_id", index=True)
    noted_in: UUID = Field(foreign_key="meeting.id")
    words: str
    noted_by: UUID = Field(foreign_key="person.id")
    noted_at: datetime = Field(sa_type=Instant)


class MinutesReadRow(SQLModel, table=True):
    """Somebody has read a meeting's minutes."""

    __tablename__ = "minutes_read"
    meeting_id: UUID = Field(primary_key=True, foreign_key="minutes.meeting_id")
    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    read_at: datetime = Field(sa_type=Instant)
