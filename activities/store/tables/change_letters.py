"""The letter that tells a family of a changed award: kept as it is sent."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Instant


class ChangeLetterRow(SQLModel, table=True):
    """What a family was told of a change of an award; one letter for each change."""

    __tablename__ = "change_letter"
    id: UUID = Field(primary_key=True, foreign_key="award_change.id")
    """The change that it tells of."""
    award_id: UUID = Field(foreign_key="award.id", index=True)
    body: str
    written_at: datetime = Field(sa_type=Instant)
    wording: str | None = None
    """Which version worded it; the first ones say none."""
