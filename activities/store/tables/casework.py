"""Drafts, requests, acts, placings, decisions and awards."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Choices, Instant, PenceColumn


class DraftRow(SQLModel, table=True):
    """A request being written; its version counts saves, so that two tabs never overwrite."""

    __tablename__ = "draft"
    id: UUID = Field(primary_key=True)
    school_code: str = Field(foreign_key="school.code", index=True)
    content: dict[str, Any] = Field(sa_type=Choices)
    version: int
    saved_by: UUID = Field(foreign_key="person.id")
    saved_at: datetime = Field(sa_type=Instant)
    confirmed_version: int | None = None
    confirmed_by: UUID | None = Field(default=None, foreign_key="person.id")
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant)


class RequestRow(SQLModel, table=True):
    """A submitted request: where it stands, whose turn it is and by when."""

    __tablename__ = "support_request"
    __table_args__ = (
        CheckConstraint("NOT (has_plan AND ending = 'declined')", name="a_plan_is_never_declined"),
        CheckConstraint("(stage = 'decided') = (decision_id IS NOT NULL)", name="decided_by_one"),
    )
    id: UUID = Field(primary_key=True)
    reference: str = Field(unique=True)
    kind: str
    school_code: str = Field(foreign_key="school.code", index=True)
    cluster_code: str = Field(foreign_key="cluster.code", index=True)
    area_code: str = Field(foreign_key="area.code")
    has_plan: bool
    owed_annual_pence: int | None = Field(default=None, sa_type=PenceColumn)
    """What plans set out a year; null when it is not known, and then nothing may be decided."""
    stage: str = Field(index=True)
    level: str = "cluster"
    pins: dict[str, Any] = Field(sa_type=Choices)
    """Policy versions in force at submission, by kind: the id of each (promise 9)."""
    submitted_at: datetime = Field(sa_type=Instant)
    submitted_by: UUID = Field(foreign_key="person.id")
    version: int
    stage_since_at: datetime = Field(sa_type=Instant)
    waits_for: str | None = None
    """The role, or grade, whose turn it is."""
    waits_until_at: datetime | None = Field(default=None, sa_type=Instant)
    decide_by_at: datetime = Field(sa_type=Instant)
    overdue: bool = False
    times_without_quorum: int = 0
    placing_id: UUID | None = None
    decision_id: UUID | None = None
    ending: str | None = None
    why: dict[str, Any] = Field(default_factory=dict, sa_type=Choices)
    """What stands behind the stage: screening faults, why an officer has it, what was noted."""


class RequestVersionRow(SQLModel, table=True):
    """What a request said when it was submitted, answered or submitted again; never changed."""

    __tablename__ = "request_version"
    request_id: UUID = Field(primary_key=True, foreign_key="support_request.id")
    number: int = Field(primary_key=True)
    content: dict[str, Any] = Field(sa_type=Choices)
    act_id: UUID = Field(unique=True)
    recorded_at: datetime = Field(sa_type=Instant)


class RequestPupilRow(SQLModel, table=True):
    """Which pupils, of which schools, a request is about."""

    __tablename__ = "request_pupil"
    request_id: UUID = Field(primary_key=True, foreign_key="support_request.id")
    pupil_id: UUID = Field(primary_key=True, foreign_key="pupil.id")
    version: int = Field(primary_key=True)
    """The version of the request that names the pupil: a corrected one may leave a pupil out."""
    school_code: str = Field(foreign_key="school.code", index=True)


class PartPlayedRow(SQLModel, table=True):
    """Who has played which part in a request: whoever is here cannot decide it (promise 6)."""

    __tablename__ = "part_played"
    request_id: UUID = Field(primary_key=True, foreign_key="support_request.id")
    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    part: str = Field(primary_key=True)


_SIGNING = "('authorise', 'authorise_differently', 'authorise_overspend', 'decline')"


class ActRow(SQLModel, table=True):
    """What somebody did that moves something on: recorded first, and its outcome after."""

    __tablename__ = "act"
    __table_args__ = (
        UniqueConstraint("subject_id", "number"),
        CheckConstraint("outcome IN ('done', 'refused')", name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (outcome_at IS NULL)", name="outcome_dated"),
        Index(
            "one_undelivered_decision",
            "subject_id",
            unique=True,
            postgresql_where=text(f"outcome IS NULL AND kind IN {_SIGNING}"),
        ),
        Index("act_undelivered", "recorded_at", postgresql_where=text("outcome IS NULL")),
    )
    id: UUID = Field(primary_key=True)
    kind: str
    subject: str
    subject_id: UUID
    number: int
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    choices: dict[str, Any] = Field(sa_type=Choices)
    """What was chosen and written, as it was sent; words stay here and never reach Temporal."""
    recorded_at: datetime = Field(sa_type=Instant)
    outcome: str | None = None
    refusal: dict[str, Any] | None = Field(default=None, sa_type=Choices)
    outcome_at: datetime | None = Field(default=None, sa_type=Instant)


class PlacingRow(SQLModel, table=True):
    """A moderated need placed on the continuum and priced, with its working and what it read."""

    __tablename__ = "placing"
    __table_args__ = (UniqueConstraint("request_id", "number"),)
    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="support_request.id", index=True)
    number: int
    ballot_id: UUID | None = Field(default=None, foreign_key="ballot.id")
    act_id: UUID | None = Field(default=None, foreign_key="act.id")
    profile: dict[str, Any] | None = Field(default=None, sa_type=Choices)
    spread: dict[str, Any] = Field(sa_type=Choices)
    recommendation: str
    tier: str
    route: str
    band: str | None = None
    annual_pence: int | None = Field(default=None, sa_type=PenceColumn)
    """Top-up a year; null when the table does not price it and a person must."""
    by_school_pence: dict[str, Any] = Field(sa_type=Choices)
    plan_provision_id: UUID | None = Field(default=None, foreign_key="plan_provision.id")
    inputs: dict[str, Any] = Field(sa_type=Choices)
    inputs_sha256: str
    policy: dict[str, Any] = Field(sa_type=Choices)
    working: dict[str, Any] = Field(sa_type=Choices)
    hold_id: UUID | None = Field(default=None, index=True)
    """The ledger entry that holds the money, when any was needed and found."""
    hold_lines: list[Any] = Field(sa_type=Choices)
    pots_tried: list[Any] = Field(sa_type=Choices)
    recorded_at: datetime = Field(sa_type=Instant)


class DecisionRow(SQLModel, table=True):
    """An officer's decision: grounds, frozen inputs, result and trace; never changed."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("request_id", "number"),
        CheckConstraint("annual_pence >= 0", name="never_below_nothing"),
    )
    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="support_request.id", index=True)
    number: int
    act_id: UUID = Field(unique=True, foreign_key="act.id")
    officer_id: UUID = Field(foreign_key="person.id")
    placing_id: UUID = Field(foreign_key="placing.id")
    kind: str
    level: str
    annual_pence: int = Field(sa_type=PenceColumn)
    recommended: str
    tier: str
    """Tier and band as the rules gave them; what an officer named instead is in ``result``."""
    band: str | None = None
    grounds: list[str] = Field(sa_type=Choices)
    alternatives: str
    reason: str | None = None
    interests: list[Any] = Field(sa_type=Choices)
    dispensation: str | None = None
    key_decision_number: str | None = None
    key_decision_effective_on: date | None = None
    inputs: dict[str, Any] = Field(sa_type=Choices)
    inputs_sha256: str
    policy: dict[str, Any] = Field(sa_type=Choices)
    result: dict[str, Any] = Field(sa_type=Choices)
    working: dict[str, Any] = Field(sa_type=Choices)
    decided_at: datetime = Field(sa_type=Instant, index=True)
    challenge_by_at: datetime | None = Field(default=None, sa_type=Instant)
    """Until when it may be challenged; decisions before 23 November 2026 have it in the letter."""


class AwardRow(SQLModel, table=True):
    """What a decision gives: to which school, between which days, how much, what for.

    An award that was live in the old system came by an import instead, which stands for the
    decision: the request and its decision are in the old system. What an item of a cluster plan
    pays is an award too: the plan's signature stands for the decision.
    """

    __tablename__ = "award"
    __table_args__ = (
        Index(
            "one_award_a_school",
            "decision_id",
            "school_code",
            unique=True,
            postgresql_where=text("follows_id IS NULL"),
        ),
        Index(
            "one_award_a_plan_item",
            "plan_item_id",
            "pot",
            unique=True,
            postgresql_where=text("plan_item_id IS NOT NULL"),
        ),
        CheckConstraint("from_on < until_on", name="ends_later"),
        CheckConstraint(
            "num_nonnulls(decision_id, opening_act_id, plan_item_id) = 1"
            " AND (decision_id IS NULL) = (request_id IS NULL)"
            " AND (opening_reference IS NULL OR opening_act_id IS NOT NULL)",
            name="given_by_one",
        ),
    )
    id: UUID = Field(primary_key=True)
    request_id: UUID | None = Field(default=None, foreign_key="support_request.id", index=True)
    decision_id: UUID | None = Field(default=None, foreign_key="decision.id")
    opening_act_id: UUID | None = Field(default=None, foreign_key="act.id")
    """The import that it came by, for an award of the old system."""
    opening_reference: str | None = Field(default=None, unique=True)
    """How the old system called it; an award that follows it is not the old system's."""
    plan_item_id: UUID | None = Field(default=None, foreign_key="cluster_plan_item.id")
    """The item of a signed cluster plan that it pays for."""
    school_code: str = Field(foreign_key="school.code", index=True)
    payee_code: str
    """Who is paid: the school, its academy trust, or a provider."""
    payee_kind: str
    from_on: date
    until_on: date
    annual_pence: int = Field(sa_type=PenceColumn)
    total_pence: int = Field(sa_type=PenceColumn)
    pot: str
    commit_id: UUID = Field(index=True)
    outcomes: list[str] = Field(sa_type=Choices)
    review_on: date | None = None
    follows_id: UUID | None = Field(default=None, foreign_key="award.id", index=True)
    """The award that the pupil had at the school before."""


class InstalmentRow(SQLModel, table=True):
    """One dated payment that an award promises."""

    __tablename__ = "instalment"
    __table_args__ = (UniqueConstraint("commit_id", "number"),)
    award_id: UUID = Field(primary_key=True, foreign_key="award.id")
    number: int = Field(primary_key=True)
    due_on: date = Field(index=True)
    pence: int = Field(sa_type=PenceColumn)
    financial_year: int
    academic_year: int
    period: int
    commit_id: UUID
    """The commitment that promised it, by which it is paid."""


class LetterRow(SQLModel, table=True):
    """The letter that tells a family what was decided; kept as it was sent."""

    __tablename__ = "letter"
    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="support_request.id", index=True)
    decision_id: UUID = Field(unique=True, foreign_key="decision.id")
    body: str
    written_at: datetime = Field(sa_type=Instant)
    wording: str | None = None
    """Which version worded it, such as ``decision/2``; the first ones say none."""


class PlanProvisionRow(SQLModel, table=True):
    """Shared provision in a cluster's plan for an academic year: a service with places."""

    __tablename__ = "plan_provision"
    __table_args__ = (CheckConstraint("places >= 0", name="places_not_negative"),)
    id: UUID = Field(primary_key=True)
    cluster_code: str = Field(foreign_key="cluster.code", index=True)
    academic_year: int
    service: str
    area_of_need: str
    up_to_level: int
    """The highest level in its area of need that the service is meant for."""
    places: int
    annual_pence: int = Field(sa_type=PenceColumn)
    item_id: UUID | None = Field(default=None, foreign_key="cluster_plan_item.id", index=True)
    """The item of a signed plan that has these places."""
    schools: list[str] = Field(default_factory=list, sa_type=Choices)
    """The schools whose pupils it is for; without any, all of the cluster."""
    until_on: date | None = None
    """The day from which no place of it is given out any more."""


class PlanPlaceRow(SQLModel, table=True):
    """A place in the cluster plan given to a pupil of a request, or kept for one until sign-off."""

    __tablename__ = "plan_place"
    provision_id: UUID = Field(primary_key=True, foreign_key="plan_provision.id")
    request_id: UUID = Field(primary_key=True, foreign_key="support_request.id")
    pupil_id: UUID = Field(primary_key=True, foreign_key="pupil.id")
    state: str
    """``kept`` on the recommendation, ``given`` on sign-off, ``returned`` otherwise."""
    kept_at: datetime = Field(sa_type=Instant)
