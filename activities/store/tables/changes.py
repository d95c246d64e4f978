"""What changed in an award from a day, and what another council owes for it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Choices, Instant, PenceColumn


class AwardChangeRow(SQLModel, table=True):
    """One dated change of an award, with what it was worth, what was paid, and what followed."""

    __tablename__ = "award_change"
    __table_args__ = (
        UniqueConstraint("award_id", "number"),
        CheckConstraint(
            "kind IN"
            " ('leaver', 'transfer', 'late_start', 'changed_amount', 'suspended', 'resumed')",
            name="change_known",
        ),
        CheckConstraint(
            "worth_before_pence >= 0 AND worth_after_pence >= 0 AND paid_pence >= 0"
            " AND take_back_pence >= 0",
            name="nothing_below_nothing",
        ),
        CheckConstraint(
            "take_back_pence + claimed_pence <= paid_pence", name="taken_back_of_what_was_paid"
        ),
    )
    id: UUID = Field(primary_key=True)
    award_id: UUID = Field(foreign_key="award.id")
    number: int
    """Changes of one award are counted in the order in which they took effect."""
    act_id: UUID = Field(foreign_key="act.id", index=True)
    kind: str
    from_on: date
    """The first day that is worth something else."""
    change: dict[str, Any] = Field(sa_type=Choices)
    """The change as it was asked for: days, amounts and codes, never words."""
    cancelled: list[Any] = Field(sa_type=Choices)
    """Numbers of the instalments that will not fall due."""
    commit_id: UUID | None = None
    """The commitment of what is promised instead."""
    pot: str | None = None
    next_award_id: UUID | None = Field(default=None, foreign_key="award.id")
    """Where a transferred pupil's support goes on."""
    worth_before_pence: int = Field(sa_type=PenceColumn)
    worth_after_pence: int = Field(sa_type=PenceColumn)
    paid_pence: int = Field(sa_type=PenceColumn)
    """What had been paid and not taken back before."""
    take_back_pence: int = Field(sa_type=PenceColumn)
    claimed_pence: int = Field(sa_type=PenceColumn)
    """Paid beyond the day, and claimed from another council instead of the school; below nought
    where a change gives back what was claimed for days that are the school's after all."""
    recorded_at: datetime = Field(sa_type=Instant)


class CouncilClaimRow(SQLModel, table=True):
    """What another council owes for a pupil of its own, for days from the one on which it does."""

    __tablename__ = "council_claim"
    __table_args__ = (
        CheckConstraint("pence <> 0", name="claims_something"),
        CheckConstraint("from_on < until_on", name="ends_later"),
    )
    id: UUID = Field(primary_key=True)
    award_id: UUID = Field(foreign_key="award.id", index=True)
    act_id: UUID = Field(foreign_key="act.id")
    council_code: str = Field(index=True)
    from_on: date
    until_on: date
    pence: int = Field(sa_type=PenceColumn)
    """Below nought where it is no longer owed: a claim is never changed."""
    recorded_at: datetime = Field(sa_type=Instant)
