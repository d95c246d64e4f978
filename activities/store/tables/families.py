"""The links by which families read their decisions: who made them, and how they were used."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Instant


class FamilyLinkRow(SQLModel, table=True):
    """A link for the family of one pupil of a decided request; never changed."""

    __tablename__ = "family_link"
    __table_args__ = (
        UniqueConstraint("token_sha256", name="one_link_a_token"),
        CheckConstraint("made_at < ends_at", name="a_link_ends"),
        CheckConstraint("tries BETWEEN 1 AND 10", name="a_link_allows_few_tries"),
    )
    id: UUID = Field(primary_key=True)
    token_sha256: str
    """The hash of what the family holds: whoever reads the record cannot make the link."""
    request_id: UUID = Field(foreign_key="support_request.id", index=True)
    pupil_id: UUID = Field(foreign_key="pupil.id")
    made_by: UUID = Field(foreign_key="person.id")
    made_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
    tries: int
    """After how many wrong facts it opens nothing any more."""


class FamilyLinkTryRow(SQLModel, table=True):
    """A second fact that was given with a link: whether it was right, and never which it was."""

    __tablename__ = "family_link_try"
    link_id: UUID = Field(primary_key=True, foreign_key="family_link.id")
    number: int = Field(primary_key=True)
    is_right: bool
    tried_at: datetime = Field(sa_type=Instant)


class FamilyLinkEndRow(SQLModel, table=True):
    """Somebody closed a link before its time."""

    __tablename__ = "family_link_end"
    link_id: UUID = Field(primary_key=True, foreign_key="family_link.id")
    ended_by: UUID = Field(foreign_key="person.id")
    ended_at: datetime = Field(sa_type=Instant)
