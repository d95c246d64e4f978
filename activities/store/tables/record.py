"""What everything else leans on: events, answers given, the moved clock."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, text
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Choices, Instant


class EventRow(SQLModel, table=True):
    """What has happened, for subscribers. The position is given after commit, by one numberer."""

    __tablename__ = "event"
    __table_args__ = (
        Index("event_unnumbered", "written", postgresql_where=text("position IS NULL")),
    )
    id: UUID = Field(primary_key=True)
    written: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(), nullable=False)
    )
    """The order in which transactions wrote, whenever they committed; the database counts."""
    position: int | None = Field(default=None, sa_column=Column(BigInteger, unique=True))
    kind: str
    subject: str
    subject_id: UUID = Field(index=True)
    cluster_code: str | None = None
    school_code: str | None = None
    facts: dict[str, Any] = Field(sa_type=Choices)
    recorded_at: datetime = Field(sa_type=Instant)


class SaidRow(SQLModel, table=True):
    """An idempotency key with what was sent and what was answered: said again, answered again."""

    __tablename__ = "said"
    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    key: str = Field(primary_key=True)
    content_sha256: str
    answer: dict[str, Any] = Field(sa_type=Choices)
    recorded_at: datetime = Field(sa_type=Instant)


class ClockOffsetRow(SQLModel, table=True):
    """How far the demo's and the tests' clock stands from the wall: one row, or none."""

    __tablename__ = "clock_offset"
    __table_args__ = (CheckConstraint("only_row", name="only_one_clock"),)
    only_row: bool = Field(primary_key=True)
    offset_microseconds: int = Field(sa_type=BigInteger)
