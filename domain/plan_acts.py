"""What the acts on a cluster plan carry: its items, a school's voice, the signature, an outcome."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from domain.frozen import Frozen
from domain.money import PositivePence
from domain.needs import AreaOfNeed
from domain.people import Interest
from domain.reconsideration_acts import CabinetDecision
from domain.request import Code, Words

MOST_ITEMS = 60
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Grounds = Annotated[tuple[Words, ...], Field(min_length=1, max_length=20)]


class SharingRule(StrEnum):
    """How clusters that plan together share what the plan costs, and its places."""

    BY_PUPILS = "by_pupils"
    """By the pupils of each cluster, as the proposal counts them."""
    EQUALLY = "equally"
    BY_AGREED_SHARES = "by_agreed_shares"
    """By parts that the clusters have agreed among themselves."""


class OutcomeMet(StrEnum):
    """How far an item of a plan reached what it is for, at the end of a term."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"


class PlanItem(Frozen):
    """One thing that a cluster funds together: a service or a post, where, for whom, what for."""

    name: Name
    kind: Literal["service", "post"]
    school: Code
    """Where it is based: the school is paid, unless a provider is named."""
    provider: Code | None = None
    """Who is paid instead: a provider that the register of schools has as one."""
    schools: Annotated[tuple[Code, ...], Field(max_length=60)] = ()
    """The schools whose pupils it is for; without any, all that plan together."""
    places: Annotated[int, Field(ge=1, le=10_000)] | None = None
    hours_a_week: Annotated[Decimal, Field(gt=0, le=2_000, decimal_places=2)] | None = None
    annual_pence: PositivePence
    """Its price, pence a year."""
    area_of_need: AreaOfNeed | None = None
    up_to_level: Annotated[int, Field(ge=0, le=100)] | None = None
    """Pupils whose greatest need is in this area and at most at this level are matched to it."""
    outcomes: Annotated[tuple[Words, ...], Field(min_length=1, max_length=20)]
    """What it is to achieve."""
    from_on: date | None = None
    """Its first day; without one, the first of the plan's academic year."""
    until_on: date | None = None
    """The day after its last; without one, it lasts until the academic year ends."""


class Sharing(Frozen):
    """With which clusters a cluster plans together, and by which rule they share the cost."""

    rule: SharingRule
    clusters: Annotated[tuple[Code, ...], Field(min_length=2, max_length=10)]
    """All of them, the one that proposes among them."""
    weights: dict[Code, Annotated[int, Field(ge=1, le=1_000_000)]] = Field(default_factory=dict)
    """Pupils, or agreed parts, of each cluster; nothing where they share equally."""


class ProposingPlan(Frozen):
    """A cluster's chair or administrator proposes its plan for an academic year, costed."""

    cluster: Code
    academic_year: Annotated[int, Field(ge=2000, le=2199)]
    """2026 begins on 1 September 2026."""
    items: Annotated[tuple[PlanItem, ...], Field(min_length=1, max_length=MOST_ITEMS)]
    sharing: Sharing | None = None
    """Where clusters plan together."""


class ItemEnding(Frozen):
    """An item of a signed plan ends from a day on."""

    item_id: UUID
    from_on: date
    """The first day on which it is there no more."""


class ChangingPlan(Frozen):
    """A signed plan is changed: items are added or end; it goes the same way as the first."""

    plan_id: UUID
    add: Annotated[tuple[PlanItem, ...], Field(max_length=MOST_ITEMS)] = ()
    end: Annotated[tuple[ItemEnding, ...], Field(max_length=MOST_ITEMS)] = ()
    reason: Words


class VoicingOnPlan(Frozen):
    """A school says yes or no to a proposed plan, by its head; the last word of a school counts."""

    school: Code
    agrees: bool
    reason: Words | None = None


class SigningPlan(Frozen):
    """An officer signs an agreed plan: its money is committed, once."""

    grounds: Grounds
    alternatives: Words
    significant_for: Annotated[tuple[Code, ...], Field(max_length=60)] = ()
    """Electoral divisions for which the officer marks it as significant."""
    key_decision: CabinetDecision | None = None
    interests: tuple[Interest, ...] = ()
    """What the officer declares; one that bars keeps the officer from signing."""


class ReturningPlan(Frozen):
    """An officer returns an agreed plan with a reason; what was held for it is given back."""

    reason: Words


class WithdrawingPlan(Frozen):
    """A cluster takes its plan back before it is signed; what was held for it is given back."""

    reason: Words


class ReportingOutcome(Frozen):
    """What an item of a signed plan achieved in a term."""

    item_id: UUID
    term_on: date
    """A day of the term."""
    outcome: OutcomeMet
    words: Words
