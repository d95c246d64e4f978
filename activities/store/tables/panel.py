"""Meetings, agenda items, interests, ballots and votes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Choices, Instant


class MeetingRow(SQLModel, table=True):
    """A cluster's dated panel meeting."""

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("cluster_code", "starts_at"),
        CheckConstraint("papers_by_at <= starts_at", name="papers_before"),
        CheckConstraint("stage IN ('called', 'closed')", name="stage_known"),
        CheckConstraint("(opened_by IS NULL) = (opened_at IS NULL)", name="opened_by_somebody"),
        CheckConstraint("closed_at IS NULL OR stage = 'closed'", name="closed_when_over"),
        CheckConstraint(
            "NOT is_called_off OR (stage = 'closed' AND opened_at IS NULL)",
            name="called_off_unopened",
        ),
    )
    id: UUID = Field(primary_key=True)
    cluster_code: str = Field(foreign_key="cluster.code", index=True)
    starts_at: datetime = Field(sa_type=Instant)
    papers_by_at: datetime = Field(sa_type=Instant)
    stage: str = "called"
    called_by: UUID | None = Field(default=None, foreign_key="person.id")
    called_at: datetime = Field(sa_type=Instant)
    opened_at: datetime | None = Field(default=None, sa_type=Instant)
    """When it began in the room; ballots may be open before that."""
    opened_by: UUID | None = Field(default=None, foreign_key="person.id")
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    is_called_off: bool = False
    """Whether it was not held; why stays with the chair's act."""


class AgendaItemRow(SQLModel, table=True):
    """A request listed for a meeting."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        UniqueConstraint("meeting_id", "request_id"),
        CheckConstraint(
            "state IN ('listed', 'in_ballot', 'heard', 'deferred', 'no_quorum', 'withdrawn')",
            name="state_known",
        ),
    )
    id: UUID = Field(primary_key=True)
    meeting_id: UUID = Field(foreign_key="meeting.id", index=True)
    request_id: UUID = Field(foreign_key="support_request.id", index=True)
    position: int
    state: str = "listed"
    listed_at: datetime = Field(sa_type=Instant)
    deferred_because: str | None = None
    """Why it was put off, as a code."""


class InterestRow(SQLModel, table=True):
    """What a member declared for an item; the last declaration counts, all are kept."""

    __tablename__ = "interest"
    __table_args__ = (UniqueConstraint("item_id", "person_id", "revision"),)
    id: UUID = Field(primary_key=True)
    item_id: UUID = Field(foreign_key="agenda_item.id", index=True)
    person_id: UUID = Field(foreign_key="person.id")
    revision: int
    interest: str
    bars: bool
    """Whether the panel rules in force say that this interest bars reading and voting."""
    note: str | None = None
    declared_at: datetime = Field(sa_type=Instant)


class BallotRow(SQLModel, table=True):
    """One blind vote of the panel on an item. ``closes_at`` binds even if no timer has fired."""

    __tablename__ = "ballot"
    __table_args__ = (
        UniqueConstraint("item_id", "round"),
        CheckConstraint("opened_at < closes_at", name="closes_later"),
        Index("ballot_open", "closes_at", postgresql_where=text("closed_at IS NULL")),
    )
    id: UUID = Field(primary_key=True)
    item_id: UUID = Field(foreign_key="agenda_item.id", index=True)
    request_id: UUID = Field(foreign_key="support_request.id", index=True)
    round: int
    opened_at: datetime = Field(sa_type=Instant)
    closes_at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    quorate: bool | None = None
    result: dict[str, Any] | None = Field(default=None, sa_type=Choices)
    heard_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the request's own workflow had taken the result in."""
    counted_levels: dict[str, Any] | None = Field(default=None, sa_type=Choices)
    """Of a first round that has closed: the levels that counted in each area of need, in order,
    without whose they are. The database fills it."""


class VoteRow(SQLModel, table=True):
    """A member's vote: may be changed until the close; the last revision counts, all are kept."""

    __tablename__ = "vote"
    __table_args__ = (
        UniqueConstraint("ballot_id", "person_id", "revision"),
        UniqueConstraint("ballot_id", "member_id", "revision", name="one_vote_a_seat_at_a_time"),
        CheckConstraint("abstained OR recommendation IS NOT NULL", name="says_something"),
        CheckConstraint(
            r"btrim(reason, E' \t\r\n') <> ''"
            " OR (NOT abstained AND jsonb_array_length(descriptors) > 0)",
            name="a_vote_says_why",
        ),
    )
    id: UUID = Field(primary_key=True)
    ballot_id: UUID = Field(foreign_key="ballot.id", index=True)
    person_id: UUID = Field(foreign_key="person.id")
    member_id: UUID = Field(foreign_key="person.id")
    """Whose seat it is cast for: one's own, or that of the member in whose stead one sits."""
    revision: int
    abstained: bool
    levels: dict[str, Any] = Field(sa_type=Choices)
    descriptors: list[str] = Field(sa_type=Choices)
    recommendation: str | None = None
    reason: str
    recorded_at: datetime = Field(sa_type=Instant)
