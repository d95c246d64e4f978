"""Officers who act for a colleague between two dates."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Instant


class CoverRow(SQLModel, table=True):
    """Whose work comes to whom between two dates; never two for one officer at once.

    It gives no authority: whoever covers signs by a grade of their own.
    """

    __tablename__ = "cover"
    __table_args__ = (
        CheckConstraint("from_on < until_on", name="ends_later"),
        CheckConstraint("officer_id <> cover_id", name="covered_by_another"),
        CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name="ended_by_somebody"),
    )
    id: UUID = Field(primary_key=True)
    officer_id: UUID = Field(foreign_key="person.id", index=True)
    cover_id: UUID = Field(foreign_key="person.id", index=True)
    from_on: date
    until_on: date
    """The day after the last."""
    named_by: UUID = Field(foreign_key="person.id")
    named_at: datetime = Field(sa_type=Instant)
    ended_by: UUID | None = Field(default=None, foreign_key="person.id")
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    """When it was taken back, where it did not last."""
