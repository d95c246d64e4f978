"""Versions of policy, and the drafts that they come from, with who approved what."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from activities.store.tables.columns import Choices, Instant

_STAGES = "'drafted', 'faulty', 'checked', 'for_approval', 'published', 'given_up', 'withdrawn'"


class PolicyVersionRow(SQLModel, table=True):
    """A published version of one policy: its document never changes, its hash says so.

    Two clocks: which days it governs, and when it was published and withdrawn. Versions of a kind
    that are not withdrawn never overlap.
    """

    __tablename__ = "policy_version"
    __table_args__ = (
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)"
            " AND (withdrawn_at IS NULL) = (withdrawn_act IS NULL)",
            name="withdrawn_by_somebody",
        ),
    )
    id: UUID = Field(primary_key=True)
    kind: str = Field(index=True)
    council: str
    sha256: str = Field(unique=True)
    document: dict[str, Any] = Field(sa_type=Choices)
    in_force_from: date
    in_force_until: date | None = None
    authority: str
    source: str
    published_at: datetime = Field(sa_type=Instant)
    published_by: UUID | None = Field(default=None, foreign_key="person.id")
    """Whose approval published it; nobody where it was there from the first day."""
    publication_id: UUID | None = Field(default=None, foreign_key="publication.id", index=True)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Instant)
    withdrawn_by: UUID | None = Field(default=None, foreign_key="person.id")
    withdrawn_act: UUID | None = Field(default=None, foreign_key="act.id")


class PublicationRow(SQLModel, table=True):
    """A draft of policy on its way; what it says is in the rows of its revisions."""

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint(f"stage IN ({_STAGES})", name="publication_stage_known"),
        CheckConstraint("revision > 0", name="publication_revision_counted"),
    )
    id: UUID = Field(primary_key=True)
    """The act that drafted it has the same id."""
    stage: str = Field(index=True)
    revision: int
    drafted_by: UUID = Field(foreign_key="person.id")
    drafted_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class PublicationDraftRow(SQLModel, table=True):
    """What a draft says in one revision, exactly as it was written, and what was found out."""

    __tablename__ = "publication_draft"
    __table_args__ = (
        UniqueConstraint("publication_id", "revision", "sha256"),
        CheckConstraint(
            "sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex')",
            name="draft_has_its_own_hash",
        ),
        CheckConstraint(
            "(checked_at IS NULL) = (checked_against IS NULL)"
            " AND (checked_at IS NULL) = (faults IS NULL)"
            " AND (checked_at IS NULL) = (brings IS NULL)",
            name="draft_check_dated",
        ),
        CheckConstraint("(impact_at IS NULL) = (impact IS NULL)", name="draft_impact_dated"),
    )
    publication_id: UUID = Field(primary_key=True, foreign_key="publication.id")
    revision: int = Field(primary_key=True)
    act_id: UUID = Field(foreign_key="act.id", unique=True)
    written_by: UUID = Field(foreign_key="person.id")
    written_at: datetime = Field(sa_type=Instant)
    content: str
    """Its files, names to texts, in the one spelling that is hashed."""
    sha256: str
    checked_at: datetime | None = Field(default=None, sa_type=Instant)
    checked_against: str | None = None
    """One hash for everything that was published when it was checked."""
    faults: list[dict[str, Any]] | None = Field(default=None, sa_type=Choices)
    brings: list[dict[str, Any]] | None = Field(default=None, sa_type=Choices)
    """Which versions it would publish: kind, first day and hash of each that could be read."""
    impact: dict[str, Any] | None = Field(default=None, sa_type=Choices)
    impact_at: datetime | None = Field(default=None, sa_type=Instant)


class PublicationApprovalRow(SQLModel, table=True):
    """Who has approved which revision, named by its hash."""

    __tablename__ = "publication_approval"
    __table_args__ = (
        ForeignKeyConstraint(
            ["publication_id", "revision", "sha256"],
            [
                "publication_draft.publication_id",
                "publication_draft.revision",
                "publication_draft.sha256",
            ],
        ),
    )
    publication_id: UUID = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    act_id: UUID = Field(foreign_key="act.id", unique=True)
    sha256: str
    approved_at: datetime = Field(sa_type=Instant)
