"""What a request has to say before a panel reads it: the shape of the screening policy."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.frozen import Frozen
from domain.policy.document import PolicyDocument, Sentence, refuse_all
from domain.request import RequestKind


class Check(StrEnum):
    """The closed set of things that screening can look for; a policy chooses among them."""

    HOME_COUNCIL = "home_council"
    """The home council of a pupil who lives elsewhere was asked first: it normally pays."""
    ABOUT = "about"
    PROFILE = "profile"
    """The school's own level for every area of need."""
    FAMILY_VIEWS = "family_views"
    CHILD_VIEWS = "child_views"
    INFORMED = "informed"
    """When and how the family was told."""
    CYCLES = "cycles"
    """At least so many finished turns of the graduated approach."""
    PROVISION = "provision"
    """At least so many costed lines of a provision map."""
    TARGETED_HOURS = "targeted_hours"
    """At least so many hours a week in the provision map."""
    EVIDENCE = "evidence"
    OUTCOMES = "outcomes"
    SCHOOL_SPENDS = "school_spends"
    """For each pupil the school spends at least so many pence a year already."""
    PERIOD = "period"
    """The first day of the support and the day after its last."""


WITHOUT_CONTACT = frozenset({Check.FAMILY_VIEWS, Check.INFORMED})
"""What nobody can give when the family cannot be reached; an officer is asked instead."""


class Demand(Frozen):
    """One thing that a request of some kinds has to say, and the sentences its school is shown."""

    check: Check
    kinds: tuple[RequestKind, ...] = Field(min_length=1)
    at_least: Annotated[int, Field(ge=1, le=10**9)] = 1
    says: Sentence
    would_help: Sentence


class Screening(PolicyDocument):
    """Everything asked of a request at submission, for each kind."""

    kind: Literal["screening"]
    demands: tuple[Demand, ...] = Field(max_length=200)
    longest_support_days: Annotated[int, Field(ge=1, le=366 * 5)]
    """The most days that support may be asked, or signed, for at once; then it is asked again."""

    @model_validator(mode="after")
    def _asks_each_thing_once(self) -> Self:
        asked = [(kind, demand.check) for demand in self.demands for kind in demand.kinds]
        refuse_all(
            f"{check} is asked of {kind} twice"
            for kind, check in sorted(set(asked))
            if asked.count((kind, check)) > 1
        )
        return self

    def asked_of(self, kind: RequestKind) -> tuple[Demand, ...]:
        """List what is asked of this kind, a pupil's home council before everything else."""
        found = [demand for demand in self.demands if kind in demand.kinds]
        return tuple(sorted(found, key=lambda demand: demand.check is not Check.HOME_COUNCIL))
