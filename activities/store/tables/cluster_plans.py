"""Cluster plans: proposed, spoken on by schools, signed, paid by item, and reported on."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Choices, Instant, PenceColumn


class ClusterPlanRow(SQLModel, table=True):
    """A plan of a cluster for an academic year, or a change of one: where it stands, who signed."""

    __tablename__ = "cluster_plan"
    __table_args__ = (
        Index(
            "one_plan_under_way",
            "cluster_code",
            "academic_year",
            unique=True,
            postgresql_where=text("stage IN ('proposed', 'agreed')"),
        ),
    )
    id: UUID = Field(primary_key=True)
    """The act's by which it was proposed."""
    reference: str = Field(unique=True)
    cluster_code: str = Field(foreign_key="cluster.code", index=True)
    """The cluster that proposes it; others that plan with it are its parties as well."""
    academic_year: int
    follows_id: UUID | None = Field(default=None, foreign_key="cluster_plan.id", index=True)
    """The first plan, where this one changes it."""
    sharing: str | None = None
    """The rule by which clusters that plan together share it."""
    stage: str = Field(index=True)
    stage_since_at: datetime = Field(sa_type=Instant)
    is_opening: bool = False
    """Whether it came with the county's first data, signed and paid before."""
    pins: dict[str, Any] = Field(sa_type=Choices)
    """Policy versions in force when it was proposed, by kind: the id of each (promise 9)."""
    annual_pence: int = Field(sa_type=PenceColumn)
    """What is signed for, pence a year: with a change, all that the plan then comes to."""
    proposed_by: UUID | None = Field(default=None, foreign_key="person.id")
    proposed_at: datetime = Field(sa_type=Instant)
    voices_by_at: datetime | None = Field(default=None, sa_type=Instant)
    waits_until_at: datetime | None = Field(default=None, sa_type=Instant)
    """When something follows by itself: the schools' time is over, or the plan's year."""
    signed_by: UUID | None = Field(default=None, foreign_key="person.id")
    signed_act: UUID | None = Field(default=None, foreign_key="act.id")
    signed_at: datetime | None = Field(default=None, sa_type=Instant)
    grade: str | None = None
    key_decision_number: str | None = None
    key_decision_effective_on: date | None = None
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class ClusterPlanPartyRow(SQLModel, table=True):
    """A cluster that has a part in a plan: its weight in the sharing, and the hold of its money."""

    __tablename__ = "cluster_plan_party"
    __table_args__ = (CheckConstraint("weight >= 1", name="weighs_something"),)
    plan_id: UUID = Field(primary_key=True, foreign_key="cluster_plan.id")
    cluster_code: str = Field(primary_key=True, foreign_key="cluster.code", index=True)
    weight: int
    hold_id: UUID | None = None


class ClusterPlanSchoolRow(SQLModel, table=True):
    """A school that is asked, with its cluster when the plan was proposed."""

    __tablename__ = "cluster_plan_school"
    __table_args__ = (
        ForeignKeyConstraint(
            ["plan_id", "cluster_code"],
            ["cluster_plan_party.plan_id", "cluster_plan_party.cluster_code"],
        ),
    )
    plan_id: UUID = Field(primary_key=True)
    school_code: str = Field(primary_key=True, foreign_key="school.code")
    cluster_code: str


class ClusterPlanVoiceRow(SQLModel, table=True):
    """What a school said to a plan, by its head; the last of its words counts, all are kept."""

    __tablename__ = "cluster_plan_voice"
    __table_args__ = (
        UniqueConstraint("plan_id", "school_code", "revision"),
        ForeignKeyConstraint(
            ["plan_id", "school_code"],
            ["cluster_plan_school.plan_id", "cluster_plan_school.school_code"],
        ),
    )
    id: UUID = Field(primary_key=True, foreign_key="act.id")
    plan_id: UUID
    school_code: str
    revision: int
    person_id: UUID = Field(foreign_key="person.id")
    agrees: bool
    recorded_at: datetime = Field(sa_type=Instant)


class ClusterPlanItemRow(SQLModel, table=True):
    """One thing that a plan funds; ``until_on`` is moved back where a change ends it early."""

    __tablename__ = "cluster_plan_item"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)
    id: UUID = Field(primary_key=True)
    plan_id: UUID = Field(foreign_key="cluster_plan.id", index=True)
    number: int
    name: str
    kind: str
    school_code: str | None = Field(default=None, foreign_key="school.code")
    """Where it is based; not known of what came with the county's first data."""
    provider_code: str | None = Field(default=None, foreign_key="school.code")
    schools: list[str] = Field(sa_type=Choices)
    places: int | None = None
    hours_a_week: Decimal | None = Field(default=None, sa_type=Numeric(7, 2))
    annual_pence: int = Field(sa_type=PenceColumn)
    area_of_need: str | None = None
    up_to_level: int | None = None
    outcomes: list[str] = Field(sa_type=Choices)
    from_on: date
    until_on: date
    ended_by: UUID | None = Field(default=None, foreign_key="cluster_plan.id")
    """The change that ended it."""


class ClusterPlanEndingRow(SQLModel, table=True):
    """An item that a change of a plan would end, and from which day."""

    __tablename__ = "cluster_plan_ending"
    plan_id: UUID = Field(primary_key=True, foreign_key="cluster_plan.id")
    item_id: UUID = Field(primary_key=True, foreign_key="cluster_plan_item.id")
    from_on: date


class ClusterPlanOutcomeRow(SQLModel, table=True):
    """What an item achieved in a term; the last report of a term counts, all are kept."""

    __tablename__ = "cluster_plan_outcome"
    __table_args__ = (UniqueConstraint("item_id", "term_first_on", "revision"),)
    id: UUID = Field(primary_key=True, foreign_key="act.id")
    item_id: UUID = Field(foreign_key="cluster_plan_item.id")
    term_first_on: date
    revision: int
    outcome: str
    words: str
    reported_by: UUID = Field(foreign_key="person.id")
    reported_at: datetime = Field(sa_type=Instant)
