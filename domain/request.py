"""What a school asks for: the four kinds of request and everything a request says.

Screening is in ``screening``, the price of what is asked in ``tariff``.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated
from uuid import UUID

from pydantic import Field

from domain.frozen import Frozen
from domain.needs import NeedsProfile
from domain.places import Phase, Setting

Pence = Annotated[int, Field(ge=0, le=10**13)]
Words = Annotated[str, Field(min_length=1, max_length=20_000)]
MINUTES_AN_HOUR = 60
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.:-]{0,63}$")]


class RequestKind(StrEnum):
    """What is asked for: advice alone, support for a pupil, for a group, or a cluster's project."""

    ADVICE = "advice"
    INDIVIDUAL = "individual"
    GROUP = "group"
    PROJECT = "project"


class SenStatus(StrEnum):
    """Whether the pupil is on SEN support or has an Education, Health and Care plan."""

    SEN_SUPPORT = "sen_support"
    PLAN = "education_health_and_care_plan"


class PupilAsked(Frozen):
    """A pupil as the request counts them: an id and the facts that rules read, never a name."""

    pupil_id: UUID
    school: Code
    sen_status: SenStatus
    home_council: Code
    phase: Phase
    key_stage: Annotated[int, Field(ge=0, le=5)]
    setting: Setting = Setting.MAINSTREAM
    school_spends_pence: Pence = 0
    """What the school already spends on this pupil's additional support, pence a year."""
    owed_annual_pence: Pence | None = None
    """Yearly cost of the provision that the pupil's plan sets out, pence; only with a plan."""


class ProvisionLine(Frozen):
    """One line of a costed provision map: who, how long, with how many, for how many weeks."""

    what: Words
    staff: Code
    """The rate that applies: a code of the tariff's published rates."""
    hours_a_week: Annotated[Decimal, Field(ge=0, le=60, decimal_places=2)]
    group_size: Annotated[int, Field(ge=1, le=60)] = 1
    weeks: Annotated[int, Field(ge=1, le=53)]
    resources_pence: Pence = 0
    """Itemised resources and services beside the hours, pence a year."""
    minutes_a_week: Annotated[int, Field(ge=0, le=3_600)] = 0
    """Minutes beside the hours, for a map that is written in minutes. Source: Durham (C51)."""

    @property
    def weekly_hours(self) -> Fraction:
        """Hours and minutes together, exact: twenty minutes are a third of an hour."""
        return Fraction(self.hours_a_week) + Fraction(self.minutes_a_week, MINUTES_AN_HOUR)


class Cycle(Frozen):
    """One turn of assess, plan, do, review. Source: SEND Code of Practice 2015, 6.44 to 6.56."""

    started_on: date
    reviewed_on: date
    what_changed: Words


class Evidence(Frozen):
    """A document that supports the request, by its title and who wrote it (a profession)."""

    title: Words
    from_whom: Words
    file_id: UUID | None = None
    """The document itself, where it was handed in with the request."""


class RequestContent(Frozen):
    """Everything a request says. A draft may leave out nearly all; screening asks for the rest."""

    kind: RequestKind
    about: Words | None = None
    pupils: Annotated[tuple[PupilAsked, ...], Field(max_length=60)] = ()
    profile: NeedsProfile | None = None
    """The school's own view of the need; none for a project."""
    provision: Annotated[tuple[ProvisionLine, ...], Field(max_length=200)] = ()
    cycles: Annotated[tuple[Cycle, ...], Field(max_length=50)] = ()
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=50)] = ()
    outcomes: Annotated[tuple[Words, ...], Field(max_length=20)] = ()
    family_views: Words | None = None
    child_views: Words | None = None
    informed_on: date | None = None
    informed_how: Words | None = None
    cannot_because: Words | None = None
    """Why something that screening asks for cannot be given; it goes to an officer, not back."""
    urgent_because: Words | None = None
    no_contact: bool = False
    disagreement: bool = False
    home_council_asked_on: date | None = None
    """When the council of the pupil's home was asked to pay, where it is another council."""
    electoral_divisions: Annotated[tuple[Code, ...], Field(max_length=60)] = ()
    """For a project: the divisions it is marked as significant for."""
    starts_on: date | None = None
    ends_on: date | None = None
    """First day, and the day after the last, of the support that is asked for."""

    @property
    def has_plan(self) -> bool:
        """Whether any pupil has an Education, Health and Care plan, so that something is owed."""
        return any(pupil.sen_status is SenStatus.PLAN for pupil in self.pupils)
