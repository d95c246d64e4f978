"""Services of the Team Around the Cluster, what panels ask of them, and members' dissent."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Choices, Instant


class ServiceRow(SQLModel, table=True):
    """A service that panels may ask for help, and whom to turn to there."""

    __tablename__ = "service"
    code: str = Field(primary_key=True)
    name: str
    contact: str


class ServiceAskedRow(SQLModel, table=True):
    """What a panel asked of a service, by when, and how far it has come."""

    __tablename__ = "service_asked"
    __table_args__ = (
        CheckConstraint(
            "state IN ('asked', 'accepted', 'declined', 'done', 'not_done', 'called_off')",
            name="service_state_known",
        ),
    )
    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="support_request.id", index=True)
    act_id: UUID = Field(foreign_key="act.id")
    """The chair's act by which it was asked first."""
    service_code: str = Field(foreign_key="service.code", index=True)
    asks: str
    areas: list[Any] = Field(sa_type=Choices)
    """The areas of need it is about: all that the service is told of the need."""
    asked_at: datetime = Field(sa_type=Instant)
    answer_by_at: datetime = Field(sa_type=Instant)
    by_on: date
    by_at: datetime = Field(sa_type=Instant)
    state: str
    state_since_at: datetime = Field(sa_type=Instant)


class ServiceAnswerRow(SQLModel, table=True):
    """What a service answered: that it accepts, declines and why, or what came of it."""

    __tablename__ = "service_answer"
    __table_args__ = (
        UniqueConstraint("asked_id", "state", name="answered_once"),
        CheckConstraint(
            "state IN ('accepted', 'declined', 'done', 'not_done')", name="service_answer_known"
        ),
        CheckConstraint("state = 'accepted' OR words IS NOT NULL", name="says_what_came"),
    )
    id: UUID = Field(primary_key=True)
    asked_id: UUID = Field(foreign_key="service_asked.id", index=True)
    state: str
    person_id: UUID = Field(foreign_key="person.id")
    words: str | None = None
    answered_at: datetime = Field(sa_type=Instant)


class DissentRow(SQLModel, table=True):
    """A member's dissent from what a closed ballot came to, in the member's own words."""

    __tablename__ = "dissent"
    __table_args__ = (UniqueConstraint("ballot_id", "person_id", name="one_dissent_a_member"),)
    id: UUID = Field(primary_key=True)
    ballot_id: UUID = Field(foreign_key="ballot.id")
    request_id: UUID = Field(foreign_key="support_request.id", index=True)
    person_id: UUID = Field(foreign_key="person.id")
    words: str
    named: bool
    noted_at: datetime = Field(sa_type=Instant)
