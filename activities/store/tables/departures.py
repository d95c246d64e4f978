"""Where people departed from what was stated or worked out; what is recorded for equality."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Choices, Instant, PenceColumn


class DepartureRow(SQLModel, table=True):
    """One departure: what the school stated or the rules gave, beside what was decided.

    The reason stays where it was written: with the votes of the ballot, or with the act.
    """

    __tablename__ = "departure"
    __table_args__ = (
        UniqueConstraint(
            "ballot_id",
            "act_id",
            "departs_from",
            "area_of_need",
            name="one_of_a_kind",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("(ballot_id IS NULL) <> (act_id IS NULL)", name="caused_by_one"),
        CheckConstraint("direction IN ('up', 'down', 'aside')", name="direction_known"),
        CheckConstraint(
            "coalesce(CASE departs_from"
            " WHEN 'level' THEN placing_id IS NOT NULL AND area_of_need IS NOT NULL"
            " AND guidance_level IS NOT NULL AND decided_level <> guidance_level"
            " WHEN 'amount' THEN ballot_id IS NULL AND decided_pence >= 0"
            " AND decided_pence IS DISTINCT FROM guidance_pence"
            " ELSE departs_from IN ('tier', 'band', 'decider') AND ballot_id IS NULL"
            " AND decided_code IS NOT NULL AND decided_code IS DISTINCT FROM guidance_code"
            " END, false)",
            name="departs_from_something",
        ),
    )
    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="support_request.id", index=True)
    cluster_code: str = Field(foreign_key="cluster.code")
    placing_id: UUID | None = Field(default=None, foreign_key="placing.id", index=True)
    """The placing that followed from the levels, or that the officer had on the desk."""
    ballot_id: UUID | None = Field(default=None, foreign_key="ballot.id")
    act_id: UUID | None = Field(default=None, foreign_key="act.id")
    """The officer's act, where it was no ballot."""
    departs_from: str
    area_of_need: str | None = None
    direction: str
    guidance_level: int | None = None
    """The school's own level, where a level is departed from."""
    decided_level: int | None = None
    guidance_code: str | None = None
    decided_code: str | None = None
    guidance_pence: int | None = Field(default=None, sa_type=PenceColumn)
    """A year; null where no table had a price."""
    decided_pence: int | None = Field(default=None, sa_type=PenceColumn)
    ticked: dict[str, Any] = Field(sa_type=Choices)
    """Descriptors of the decided level, and how many ticked each; told after the close alone."""
    recorded_at: datetime = Field(sa_type=Instant, index=True)


class PupilCharacteristicRow(SQLModel, table=True):
    """What is recorded of a pupil for equality, between two days; never two values at once."""

    __tablename__ = "pupil_characteristic"
    __table_args__ = (CheckConstraint("until_on IS NULL OR from_on < until_on", name="ends_later"),)
    id: UUID = Field(primary_key=True)
    pupil_id: UUID = Field(foreign_key="pupil.id", index=True)
    characteristic: str
    value: str
    from_on: date
    until_on: date | None = None
