"""Schools as the register knows them by date, and who sits in a meeting in whose stead."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Instant


class SchoolFactsRow(SQLModel, table=True):
    """What a school was called and was, and when; ``school`` has what it is at present."""

    __tablename__ = "school_facts"
    __table_args__ = (CheckConstraint("until_on IS NULL OR from_on < until_on", name="ends_later"),)
    id: UUID = Field(primary_key=True)
    school_code: str = Field(foreign_key="school.code", index=True)
    urn: str | None = None
    name: str
    phase: str
    setting: str
    payee_kind: str
    from_on: date
    until_on: date | None = None


class SchoolExpertiseRow(SQLModel, table=True):
    """What a school has expertise in, since when, and who says so."""

    __tablename__ = "school_expertise"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR from_on < until_on", name="ends_later"),
        CheckConstraint("told_by IN ('register', 'council')", name="told_by_known"),
    )
    id: UUID = Field(primary_key=True)
    school_code: str = Field(foreign_key="school.code", index=True)
    expertise: str
    told_by: str
    from_on: date
    until_on: date | None = None


class SeatRow(SQLModel, table=True):
    """Somebody who sits in a meeting, or for one item, without a role in the cluster.

    Without a person it says that a member is away and nobody sits in their stead.
    """

    __tablename__ = "seat"
    __table_args__ = (
        CheckConstraint("in_stead_of <> person_id", name="stands_for_another"),
        CheckConstraint(
            "(in_stead_of IS NULL) = (item_id IS NOT NULL)", name="for_a_member_or_an_item"
        ),
        CheckConstraint("item_id IS NULL OR person_id IS NOT NULL", name="somebody_for_an_item"),
        CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name="ended_by_somebody"),
        Index(
            "one_substitute_a_member",
            "meeting_id",
            "in_stead_of",
            unique=True,
            postgresql_where=text("in_stead_of IS NOT NULL AND ended_at IS NULL"),
        ),
        Index(
            "one_seat_a_person",
            "meeting_id",
            "item_id",
            "person_id",
            unique=True,
            postgresql_where=text("person_id IS NOT NULL AND ended_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    id: UUID = Field(primary_key=True)
    meeting_id: UUID = Field(foreign_key="meeting.id", index=True)
    item_id: UUID | None = Field(default=None, foreign_key="agenda_item.id")
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    in_stead_of: UUID | None = Field(default=None, foreign_key="person.id")
    named_by: UUID = Field(foreign_key="person.id")
    named_at: datetime = Field(sa_type=Instant)
    ended_by: UUID | None = Field(default=None, foreign_key="person.id")
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
