"""Messages that were written, where people are written to, and how far the record was looked at."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Instant


class ContactRow(SQLModel, table=True):
    """Where an adult is written to, and when; never two at once (an exclusion constraint)."""

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR from_on < until_on", name="ends_later"),
        CheckConstraint("email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name="an_address"),
    )
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    email: str
    from_on: date
    until_on: date | None = None


class MessageRow(SQLModel, table=True):
    """A message to one person: codes, references and instants, and what became of it."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint(
            "step IN ('turn', 'before', 'after', 'escalated', 'decided')", name="step_known"
        ),
        CheckConstraint("(waits IS NULL) = (step = 'decided')", name="says_what_waits"),
        CheckConstraint("sent_at IS NULL OR ended_at IS NULL", name="not_sent_and_given_up"),
        UniqueConstraint(
            "person_id",
            "waits",
            "subject_id",
            "due_at",
            "step",
            name="reminded_once",
            postgresql_nulls_not_distinct=True,
        ),
        Index(
            "message_unsent",
            "written_at",
            postgresql_where=text("sent_at IS NULL AND ended_at IS NULL"),
        ),
    )
    id: UUID = Field(primary_key=True)
    """The same for the same reminder, whoever writes it down."""
    person_id: UUID = Field(foreign_key="person.id", index=True)
    step: str
    waits: str | None = None
    subject_id: UUID
    due_at: datetime = Field(sa_type=Instant)
    request_id: UUID | None = Field(default=None, foreign_key="support_request.id")
    reference: str | None = None
    stage: str
    acts_next: str | None = None
    school_code: str | None = Field(default=None, foreign_key="school.code")
    cluster_code: str | None = Field(default=None, foreign_key="cluster.code")
    by_at: datetime | None = Field(default=None, sa_type=Instant)
    page: str
    written_at: datetime = Field(sa_type=Instant)
    wording: str | None = None
    """Which version of the wording it is in; none where it was written before they were kept."""
    attempts: int = 0
    next_try_at: datetime | None = Field(default=None, sa_type=Instant)
    failure: str | None = None
    """Why the last try did not succeed, as a code; never what anybody answered."""
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    sent_as: str | None = None
    """What the service that sends calls it."""
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    """When it was given up, or what it reminds of no longer waited."""


class ReminderLookRow(SQLModel, table=True):
    """How far the record has been looked through for what is due: one row, or none."""

    __tablename__ = "reminder_look"
    __table_args__ = (CheckConstraint("only_row", name="only_one_look"),)
    only_row: bool = Field(primary_key=True)
    events_until: int = Field(sa_column=Column(BigInteger, nullable=False))
    morning_at: datetime | None = Field(default=None, sa_type=Instant)
