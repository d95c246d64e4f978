"""Files that finance hands in, and the budgets that were set from them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Instant, PenceColumn


class FileRow(SQLModel, table=True):
    """A file as it was handed in: the same bytes of one kind are one file, whoever sends them."""

    __tablename__ = "file_handed_in"
    __table_args__ = (
        UniqueConstraint("kind", "sha256"),
        CheckConstraint("form IN ('csv', 'xlsx')", name="form_known"),
    )
    id: UUID = Field(primary_key=True)
    kind: str
    sha256: str
    form: str
    content: bytes
    rows: int
    """Rows below the heading, its line of totals left out."""
    total_pence: int | None = Field(default=None, sa_type=PenceColumn)
    handed_in_by: UUID = Field(foreign_key="person.id")
    handed_in_at: datetime = Field(sa_type=Instant)
    act_id: UUID | None = Field(default=None, unique=True, foreign_key="act.id")
    """The act that made of it what it says; a file takes effect once."""


class BudgetLineRow(SQLModel, table=True):
    """A line of a file that became a budget: what a pot was given in a year, and by which decision.

    A further budget of the same pot and year is a further decision, with an authority of its own.
    """

    __tablename__ = "budget_line"
    __table_args__ = (
        UniqueConstraint("authority", "pot", "financial_year"),
        UniqueConstraint("file_id", "row"),
        CheckConstraint("pence > 0", name="gives_something"),
    )
    id: UUID = Field(primary_key=True)
    """The ledger entry that gave it."""
    file_id: UUID = Field(foreign_key="file_handed_in.id")
    row: int
    pot: str
    financial_year: int = Field(index=True)
    pence: int = Field(sa_type=PenceColumn)
    section_251_line: str
    cost_centre: str
    authority: str
