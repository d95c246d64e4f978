"""Challenges to decisions, whom each keeps out, and the agenda items at which it is looked at."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Instant


class ReconsiderationRow(SQLModel, table=True):
    """A challenge to a decision: where it stands, and its one answer."""

    __tablename__ = "reconsideration"
    __table_args__ = (
        Index(
            "one_challenge_a_decision",
            "decision_id",
            unique=True,
            postgresql_where=text("stage <> 'withdrawn'"),
        ),
    )
    id: UUID = Field(primary_key=True)
    """The act's by which it was made."""
    request_id: UUID = Field(foreign_key="support_request.id", index=True)
    decision_id: UUID = Field(foreign_key="decision.id")
    """What is challenged."""
    challenger: str
    stage: str = Field(index=True)
    stage_since_at: datetime = Field(sa_type=Instant)
    late: bool
    """Whether it came after the window, and was admitted with a reason."""
    cluster_code: str | None = Field(default=None, foreign_key="cluster.code")
    """Whose panel looks again."""
    challenged_by: UUID = Field(foreign_key="person.id")
    challenged_at: datetime = Field(sa_type=Instant)
    answer_by_at: datetime | None = Field(default=None, sa_type=Instant)
    overdue: bool = False
    placing_id: UUID | None = Field(default=None, foreign_key="placing.id")
    """Where the need was placed after the second look."""
    answer: str | None = None
    answered_by: UUID | None = Field(default=None, foreign_key="person.id")
    answered_act: UUID | None = Field(default=None, foreign_key="act.id")
    new_decision_id: UUID | None = Field(default=None, foreign_key="decision.id")
    letter: str | None = None
    """The letter of an answer that brings no decision of its own."""
    letter_wording: str | None = None
    """Which version worded it; the first ones say none."""
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class ReconsiderationInvolvedRow(SQLModel, table=True):
    """Somebody who had a part in what is challenged, when it was: kept out of the second look."""

    __tablename__ = "reconsideration_involved"
    reconsideration_id: UUID = Field(primary_key=True, foreign_key="reconsideration.id")
    person_id: UUID = Field(primary_key=True, foreign_key="person.id")


class ReconsiderationItemRow(SQLModel, table=True):
    """An agenda item at which a challenge is looked at."""

    __tablename__ = "reconsideration_item"
    item_id: UUID = Field(primary_key=True, foreign_key="agenda_item.id")
    reconsideration_id: UUID = Field(foreign_key="reconsideration.id", index=True)
