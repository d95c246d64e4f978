"""Calibration cases, who sets their levels, and the panels' ballots and votes on them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Choices, Instant


class CalibrationCaseRow(SQLModel, table=True):
    """A made-up case: its paper, and once they are set its definitive levels. It is no request."""

    __tablename__ = "calibration_case"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("(definitive IS NULL) = (set_at IS NULL)", name="set_at_an_instant"),
    )
    id: UUID = Field(primary_key=True)
    code: str
    paper: dict[str, Any] = Field(sa_type=Choices)
    continuum_id: UUID = Field(foreign_key="policy_version.id")
    """Whose levels it is set in: what panels are held against does not move."""
    written_by: UUID = Field(foreign_key="person.id")
    written_at: datetime = Field(sa_type=Instant)
    definitive: dict[str, Any] | None = Field(default=None, sa_type=Choices)
    set_at: datetime | None = Field(default=None, sa_type=Instant)
    retired_on: date | None = None
    retired_by: UUID | None = Field(default=None, foreign_key="person.id")
    """Nobody, where it retired by itself after the last panel."""


class CalibrationSetterRow(SQLModel, table=True):
    """Somebody who was named to set a case's levels, apart from the others."""

    __tablename__ = "calibration_setter"
    case_id: UUID = Field(primary_key=True, foreign_key="calibration_case.id")
    person_id: UUID = Field(primary_key=True, foreign_key="person.id")


class CalibrationProposalRow(SQLModel, table=True):
    """What one of the named people makes of a case; the last counts, all are kept."""

    __tablename__ = "calibration_proposal"
    __table_args__ = (
        UniqueConstraint("case_id", "person_id", "revision"),
        ForeignKeyConstraint(
            ["case_id", "person_id"],
            ["calibration_setter.case_id", "calibration_setter.person_id"],
        ),
    )
    id: UUID = Field(primary_key=True)
    case_id: UUID
    person_id: UUID
    revision: int
    levels: dict[str, Any] = Field(sa_type=Choices)
    reason: str
    proposed_at: datetime = Field(sa_type=Instant)


class CalibrationBallotRow(SQLModel, table=True):
    """A panel's blind ballot on a case: open from when its meeting is called until it is closed."""

    __tablename__ = "calibration_ballot"
    __table_args__ = (UniqueConstraint("case_id", "cluster_code"),)
    id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="calibration_case.id")
    meeting_id: UUID = Field(foreign_key="meeting.id", index=True)
    cluster_code: str = Field(foreign_key="cluster.code")
    opened_at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)


class CalibrationVoteRow(SQLModel, table=True):
    """A member's vote on a calibration case: as any vote, and nothing ever comes of it."""

    __tablename__ = "calibration_vote"
    __table_args__ = (
        UniqueConstraint("ballot_id", "person_id", "revision"),
        UniqueConstraint("ballot_id", "member_id", "revision"),
        CheckConstraint("abstained OR recommendation IS NOT NULL", name="says_something"),
    )
    id: UUID = Field(primary_key=True)
    ballot_id: UUID = Field(foreign_key="calibration_ballot.id", index=True)
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
