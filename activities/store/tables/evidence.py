"""Files of evidence, as they were handed in with a request."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Instant


class EvidenceFileRow(SQLModel, table=True):
    """A document that supports a request, with no name, since that may name a child.

    Its bytes are here, or in an object store under the name of their hash.
    """

    __tablename__ = "evidence_file"
    __table_args__ = (
        UniqueConstraint("draft_id", "sha256"),
        CheckConstraint("form IN ('pdf', 'docx', 'png', 'jpg')", name="evidence_form_known"),
        CheckConstraint(
            "size_bytes > 0 AND (content IS NULL OR size_bytes = length(content))",
            name="bytes_counted",
        ),
        CheckConstraint(
            "place IN ('record', 'object_store') AND (place = 'record') = (content IS NOT NULL)",
            name="bytes_have_a_place",
        ),
    )
    id: UUID = Field(primary_key=True)
    draft_id: UUID = Field(foreign_key="draft.id")
    form: str
    sha256: str
    size_bytes: int
    content: bytes | None
    place: str = Field(sa_column_kwargs={"server_default": "record"})
    handed_in_by: UUID = Field(foreign_key="person.id")
    handed_in_at: datetime = Field(sa_type=Instant)
