"""How a cluster's panel meets, votes and is replaced: the shape of the panel policy."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.needs import AreaOfNeed
from domain.people import Interest
from domain.policy.document import Count, PolicyDocument, refuse_all
from domain.request import Code

Share = Annotated[Decimal, Field(gt=0, le=1, max_digits=6)]


class Median(StrEnum):
    """Which of the two middle levels stands when an even number of members voted."""

    LOWER = "lower"
    UPPER = "upper"


class Moderation(StrEnum):
    """How the panel's levels for one area of need become one."""

    MEDIAN = "median"
    MOST_FREQUENT = "most_frequent"
    """The level most members gave; the median when two levels were given equally often."""


class TieRule(StrEnum):
    """What follows when no recommendation has the majority that the rules ask for."""

    FURTHER_ROUND = "further_round"
    TO_OFFICER = "to_officer"
    """It goes on without a recommendation, and the officer is told so."""
    FULLER_SUPPORT = "fuller_support"
    """Of those that lead equally, the one that gives the child most stands."""


ALWAYS_BARRING = frozenset({Interest.OWN_SCHOOL, Interest.FAMILY})
"""No policy may let these read or vote (promise 6); the others are the council's to name."""


class PanelRules(PolicyDocument):
    """How a cluster's panel meets, votes and is replaced when it cannot."""

    kind: Literal["panel"]
    quorum_members: Count | None = None
    quorum_share: Share | None = None
    """Share of the members who may vote on the item, rounded up; the larger demand counts."""
    majority_share: Annotated[Decimal, Field(ge=0, lt=1, max_digits=6)] = Decimal("0.5")
    """A recommendation stands with more than this share of the votes that recommend anything."""
    rounds: Annotated[int, Field(ge=1, le=5)] = 1
    tie: TieRule
    tie_in_last_round: TieRule
    moderation: dict[AreaOfNeed, Moderation]
    median: Median
    spread_tolerance_levels: Annotated[int, Field(ge=0, le=20)]
    """Members further apart than this in one area of need talk about it."""
    barring: tuple[Interest, ...]
    ballot_open_hours: Annotated[int, Field(ge=1, le=24 * 90)]
    fallback_panel: Code
    """The cluster whose panel takes an item that its own could not hear."""
    fallback_panel_for: dict[Code, Code]
    """Another panel for the clusters that need one, the fallback panel itself among them."""
    fallback_after_meetings: Count = 2
    fallback_within_school_days: Count
    decision_within_school_days: Count
    reconsideration_within_school_days: Count

    @model_validator(mode="after")
    def _can_be_followed(self) -> Self:
        faults = []
        if self.quorum_members is None and self.quorum_share is None:
            faults.append("a quorum needs quorum_members, quorum_share or both")
        if self.tie_in_last_round is TieRule.FURTHER_ROUND:
            faults.append("tie_in_last_round cannot ask for a further round")
        faults += [f"{a} has no rule of moderation" for a in AreaOfNeed if a not in self.moderation]
        faults += [
            f"{interest} always bars: name it in barring"
            for interest in sorted(ALWAYS_BARRING - set(self.barring))
        ]
        if Interest.NONE in self.barring:
            faults.append("no interest cannot bar anybody")
        faults += [
            f"the panel of {cluster} cannot stand in for itself"
            for cluster, other in self.fallback_panel_for.items()
            if cluster == other
        ]
        if self.fallback_panel not in self.fallback_panel_for:
            faults.append(f"{self.fallback_panel} needs a panel of its own in fallback_panel_for")
        refuse_all(faults)
        return self

    def fallback_for(self, cluster: str) -> str:
        """Name the cluster whose panel takes over from this one; never the same."""
        return self.fallback_panel_for.get(cluster, self.fallback_panel)
