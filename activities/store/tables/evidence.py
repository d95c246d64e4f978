"""Files of evidence, as they were handed in with a request."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Instant


class EvidenceFileRow(SQLModel, table=True):
    """A document that supports a request: its bytes, and no name, since a name may name a child."""

    __tablename__ = "evidence_file"
    __table_args__ = (
        UniqueConstraint("draft_id", "sha256"),
        CheckConstraint("form IN ('pdf', 'docx', 'png', 'jpg')", name="evidence_form_known"),
        CheckConstraint("size_bytes = length(content) AND size_bytes > 0", name="bytes_counted"),
    )
    id: UUID = Field(primary_key=True)
    draft_id: UUID = Field(foreign_key="draft.id")
    form: str
    sha256: str
    size_bytes: int
    content: bytes
    handed_in_by: UUID = Field(foreign_key="person.id")
    handed_in_at: datetime = Field(sa_type=Instant)
