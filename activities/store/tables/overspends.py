"""Overspends that a first person proposed, for another to second."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Instant, PenceColumn


class OverspendProposalRow(SQLModel, table=True):
    """An overspend as it was proposed; the person who seconds it is another (promise 6)."""

    __tablename__ = "overspend_proposal"
    __table_args__ = (
        CheckConstraint("pence >= 0", name="proposes_pence"),
        CheckConstraint(
            "(request_id IS NULL) = (pot IS NOT NULL)"
            " AND (request_id IS NULL) = (placing_id IS NULL)"
            " AND (pot IS NULL) = (financial_year IS NULL)",
            name="of_a_pot_or_a_request",
        ),
        CheckConstraint(
            "(seconded_by IS NULL) = (seconding_act_id IS NULL)"
            " AND (seconded_by IS NULL) = (seconded_at IS NULL)",
            name="seconded_as_a_whole",
        ),
        CheckConstraint("seconded_by <> proposed_by", name="nobody_seconds_their_own"),
    )
    id: UUID = Field(primary_key=True, foreign_key="act.id")
    """The act by which it was proposed."""
    request_id: UUID | None = Field(default=None, foreign_key="support_request.id", index=True)
    placing_id: UUID | None = Field(default=None, foreign_key="placing.id")
    pot: str | None = None
    financial_year: int | None = None
    pence: int = Field(sa_type=PenceColumn)
    """Of a pot; or a year of what a request is given."""
    authority: str
    proposed_by: UUID = Field(foreign_key="person.id")
    proposed_at: datetime = Field(sa_type=Instant)
    seconding_act_id: UUID | None = Field(default=None, unique=True, foreign_key="act.id")
    seconded_by: UUID | None = Field(default=None, foreign_key="person.id")
    seconded_at: datetime | None = Field(default=None, sa_type=Instant)
