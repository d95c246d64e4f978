"""Places, people and pupils, each belonging by date."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel


class AreaRow(SQLModel, table=True):
    """An area of the council."""

    __tablename__ = "area"
    code: str = Field(primary_key=True)
    name: str


class ClusterRow(SQLModel, table=True):
    """A cluster of 8 to 14 schools; its area is that of the day."""

    __tablename__ = "cluster"
    code: str = Field(primary_key=True)
    name: str


class ClusterInAreaRow(SQLModel, table=True):
    """Which area a cluster belonged to, and when; never two at once (an exclusion constraint)."""

    __tablename__ = "cluster_in_area"
    __table_args__ = (CheckConstraint("until_on IS NULL OR from_on < until_on", name="ends_later"),)
    id: UUID = Field(primary_key=True)
    cluster_code: str = Field(foreign_key="cluster.code", index=True)
    area_code: str = Field(foreign_key="area.code", index=True)
    from_on: date
    until_on: date | None = None


class TrustRow(SQLModel, table=True):
    """A multi-academy trust; its schools may lie in several clusters."""

    __tablename__ = "trust"
    code: str = Field(primary_key=True)
    name: str


class SchoolRow(SQLModel, table=True):
    """A school and how it is paid."""

    __tablename__ = "school"
    code: str = Field(primary_key=True)
    name: str
    phase: str
    payee_kind: str
    electoral_division: str | None = None


class SchoolInClusterRow(SQLModel, table=True):
    """Which cluster a school belonged to, and when; never two at once (an exclusion constraint)."""

    __tablename__ = "school_in_cluster"
    __table_args__ = (CheckConstraint("until_on IS NULL OR from_on < until_on", name="ends_later"),)
    id: UUID = Field(primary_key=True)
    school_code: str = Field(foreign_key="school.code", index=True)
    cluster_code: str = Field(foreign_key="cluster.code", index=True)
    from_on: date
    until_on: date | None = None


class SchoolInTrustRow(SQLModel, table=True):
    """Which trust a school belonged to, and when; never two at once (an exclusion constraint)."""

    __tablename__ = "school_in_trust"
    __table_args__ = (CheckConstraint("until_on IS NULL OR from_on < until_on", name="ends_later"),)
    id: UUID = Field(primary_key=True)
    school_code: str = Field(foreign_key="school.code", index=True)
    trust_code: str = Field(foreign_key="trust.code", index=True)
    from_on: date
    until_on: date | None = None


class PersonRow(SQLModel, table=True):
    """An adult who signs in: one person, by however many issuers."""

    __tablename__ = "person"
    id: UUID = Field(primary_key=True)
    called: str
    """How colleagues call this adult; shown on pages, never in a log, an event or Temporal."""


class SignInRow(SQLModel, table=True):
    """An issuer and its subject for a person. A head with two sign-ins is still one person."""

    __tablename__ = "sign_in"
    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)


class RoleHeldRow(SQLModel, table=True):
    """A role a person holds at a place, between dates."""

    __tablename__ = "role_held"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR from_on < until_on", name="ends_later"),
        CheckConstraint("(role = 'service') = (service_code IS NOT NULL)", name="of_a_service"),
    )
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    role: str
    school_code: str | None = Field(default=None, foreign_key="school.code")
    cluster_code: str | None = Field(default=None, foreign_key="cluster.code", index=True)
    trust_code: str | None = Field(default=None, foreign_key="trust.code")
    area_code: str | None = Field(default=None, foreign_key="area.code")
    service_code: str | None = Field(default=None, foreign_key="service.code")
    grade: str | None = None
    from_on: date
    until_on: date | None = None


class PupilRow(SQLModel, table=True):
    """A pupil by number. Facts are by date, and the name is in a table of its own."""

    __tablename__ = "pupil"
    id: UUID = Field(primary_key=True)
    number: str = Field(unique=True)


class PupilOnRollRow(SQLModel, table=True):
    """Where a pupil was on roll, and the facts rules read, between two days; never two at once."""

    __tablename__ = "pupil_on_roll"
    __table_args__ = (CheckConstraint("until_on IS NULL OR from_on < until_on", name="ends_later"),)
    id: UUID = Field(primary_key=True)
    pupil_id: UUID = Field(foreign_key="pupil.id", index=True)
    school_code: str = Field(foreign_key="school.code", index=True)
    sen_status: str
    home_council: str
    phase: str
    key_stage: int
    setting: str
    from_on: date
    until_on: date | None = None


class PupilNameRow(SQLModel, table=True):
    """What a child is called: read for the school and the letter alone (promise 8)."""

    __tablename__ = "pupil_name"
    pupil_id: UUID = Field(primary_key=True, foreign_key="pupil.id")
    given_name: str
    family_name: str
    born_on: date


class FamilyTieRow(SQLModel, table=True):
    """A family tie between an adult who signs in and a pupil, where the record knows of one."""

    __tablename__ = "family_tie"
    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    pupil_id: UUID = Field(primary_key=True, foreign_key="pupil.id")
