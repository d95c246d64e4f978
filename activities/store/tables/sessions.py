"""Who is signed in to the pages."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Instant


class WebSessionRow(SQLModel, table=True):
    """Somebody signed in by a browser, until they sign out, or it is idle or old."""

    __tablename__ = "web_session"
    __table_args__ = (
        CheckConstraint("begun_at < ends_at", name="a_session_ends"),
        CheckConstraint("seen_at BETWEEN begun_at AND ends_at", name="seen_while_it_lasts"),
    )
    key_sha256: str = Field(primary_key=True)
    """The hash of what the browser holds: whoever reads the record can be nobody."""
    person_id: UUID = Field(foreign_key="person.id", index=True)
    issuer: str
    subject: str
    begun_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    """When somebody signed out; left empty where it ran out."""
