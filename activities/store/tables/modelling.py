"""Models of policy as they were worked out, and their files."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Choices, Instant


class ModellingRow(SQLModel, table=True):
    """What candidates would have made of some cases: figures without pupils; never changed."""

    __tablename__ = "modelling"
    __table_args__ = (CheckConstraint("cases >= 0", name="counts_cases"),)
    id: UUID = Field(primary_key=True, foreign_key="act.id")
    """The act that asked for it."""
    asked_by: UUID = Field(foreign_key="person.id")
    cases: int
    figures: dict[str, Any] = Field(sa_type=Choices)
    made_at: datetime = Field(sa_type=Instant, index=True)


class ModellingFileRow(SQLModel, table=True):
    """A file of a model: the workbook, the figures, or every case without its pupils."""

    __tablename__ = "modelling_file"
    __table_args__ = (
        CheckConstraint("size = length(content)", name="size_told"),
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="hash_told"),
    )
    modelling_id: UUID = Field(primary_key=True, foreign_key="modelling.id")
    name: str = Field(primary_key=True)
    sha256: str
    size: int
    content: bytes
