"""Months and years as they were closed: statements, forecasts, year ends and finance packs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Choices, Instant, PenceColumn


class StatementRow(SQLModel, table=True):
    """What a cluster's chair was told of a month when it was closed; closed again, told again."""

    __tablename__ = "statement"
    __table_args__ = (
        UniqueConstraint("cluster_code", "financial_year", "period", "revision"),
        CheckConstraint("period BETWEEN 1 AND 12", name="period_known"),
    )
    id: UUID = Field(primary_key=True)
    cluster_code: str = Field(foreign_key="cluster.code")
    financial_year: int
    period: int
    revision: int
    """How often the month had been closed by then."""
    act_id: UUID = Field(foreign_key="act.id")
    figures: dict[str, Any] = Field(sa_type=Choices)
    made_at: datetime = Field(sa_type=Instant)


class ForecastLineRow(SQLModel, table=True):
    """What a pot was seen to come to by the year's end when a month was closed, and why."""

    __tablename__ = "forecast_line"
    __table_args__ = (UniqueConstraint("act_id", "pot"),)
    id: UUID = Field(primary_key=True)
    act_id: UUID = Field(foreign_key="act.id")
    pot: str
    cluster_code: str | None = Field(default=None, foreign_key="cluster.code")
    """The cluster whose budget or contingency it is; its chair is told with finance."""
    financial_year: int = Field(index=True)
    period: int
    budget_pence: int = Field(sa_type=PenceColumn)
    forecast_pence: int = Field(sa_type=PenceColumn)
    shortfall_pence: int = Field(sa_type=PenceColumn)
    """What is seen to be lacking; nought where the forecast only comes near the budget."""
    is_warned: bool
    """Whether it comes to more of the budget than the policy lets pass without a word."""
    makes: list[Any] = Field(sa_type=Choices)
    made_at: datetime = Field(sa_type=Instant)


class YearEndRow(SQLModel, table=True):
    """A financial year that was closed: by whom, and where what was left went, by which rule."""

    __tablename__ = "year_end"
    financial_year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    act_id: UUID = Field(unique=True, foreign_key="act.id")
    closed_by: UUID = Field(foreign_key="person.id")
    closed_at: datetime = Field(sa_type=Instant)
    must_sign: list[str] = Field(sa_type=Choices)
    """Whose signatures the policy asked for on the day it was closed."""
    carried: list[Any] = Field(sa_type=Choices)


class YearEndSignatureRow(SQLModel, table=True):
    """A senior person's signature under a closed year; whoever closed it does not sign it."""

    __tablename__ = "year_end_signature"
    __table_args__ = (UniqueConstraint("financial_year", "person_id"),)
    financial_year: int = Field(primary_key=True, foreign_key="year_end.financial_year")
    signed_as: str = Field(primary_key=True)
    """The role, or grade, that the policy names."""
    person_id: UUID = Field(foreign_key="person.id")
    act_id: UUID = Field(unique=True, foreign_key="act.id")
    signed_at: datetime = Field(sa_type=Instant)


class SchoolNotionalRow(SQLModel, table=True):
    """A school's notional SEN budget of a year; a change is a further revision."""

    __tablename__ = "school_notional"
    __table_args__ = (CheckConstraint("pence >= 0", name="never_below_nothing"),)
    school_code: str = Field(primary_key=True, foreign_key="school.code")
    financial_year: int = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    pence: int = Field(sa_type=PenceColumn)
    authority: str
    loaded_at: datetime = Field(sa_type=Instant)


class FinancePackRow(SQLModel, table=True):
    """A month's pack as it went out: its files by hash, and the ledger's sealed head in it."""

    __tablename__ = "finance_pack"
    id: UUID = Field(primary_key=True)
    financial_year: int
    period: int
    head: str
    """The head of the chain of seals: a ledger cut short later is found against it."""
    files: dict[str, Any] = Field(sa_type=Choices)
    """The SHA-256 of each file, by its name."""
    made_at: datetime = Field(sa_type=Instant)
