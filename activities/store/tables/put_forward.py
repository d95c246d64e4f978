"""Pupils whom their school puts forward for another school's group."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Instant


class PutForwardRow(SQLModel, table=True):
    """A school lets another name one of its pupils in a group, until it takes that back."""

    __tablename__ = "pupil_put_forward"
    __table_args__ = (
        CheckConstraint("school_code <> to_school", name="put_forward_to_another"),
        CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name="ended_by_somebody"),
        Index(
            "put_forward_once",
            "pupil_id",
            "school_code",
            "to_school",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: UUID = Field(primary_key=True)
    pupil_id: UUID = Field(foreign_key="pupil.id")
    school_code: str = Field(foreign_key="school.code")
    """The pupil's own school, whose word it is: it says nothing once the pupil has left."""
    to_school: str = Field(foreign_key="school.code", index=True)
    said_by: UUID = Field(foreign_key="person.id")
    said_at: datetime = Field(sa_type=Instant)
    ended_by: UUID | None = Field(default=None, foreign_key="person.id")
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
