"""How a cluster's panel meets, votes and is replaced: the shape of the panel policy."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.needs import AreaOfNeed
from domain.people import MAY_VOTE, VOTING, Interest, Role
from domain.policy.advising import AdviceRules
from domain.policy.calibrating import CalibrationRules
from domain.policy.document import Count, PolicyDocument, refuse_all
from domain.policy.meeting import MeetingRules
from domain.policy.planning import PlanRules
from domain.policy.reconsidering import ReconsiderationRules
from domain.policy.urgent import UrgentRules
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


class FurtherRound(StrEnum):
    """When there is another round, after the members have talked, beside the rule on ties."""

    ON_TIE = "on_tie"
    """Only as the rule on ties says."""
    WHEN_APART = "when_apart"
    """Also when members were further apart than the rules tolerate."""
    ALWAYS = "always"
    """Every item has all its rounds: votes before the discussion, and votes after it."""


class ViceChairActs(StrEnum):
    """When a vice-chair may do what is the chair's to do."""

    WHEN_CHAIR_CANNOT = "when_chair_cannot"
    """The chair is away from the meeting, has an interest in the item, or there is no chair."""
    ANY_TIME = "any_time"


ALWAYS_BARRING = frozenset({Interest.OWN_SCHOOL, Interest.FAMILY})
"""No policy may let these read or vote (promise 6); the others are the council's to name."""


class PanelRules(PolicyDocument):
    """How a cluster's panel meets, votes and is replaced when it cannot."""

    kind: Literal["panel"]
    quorum_members: Count | None = None
    quorum_share: Share | None = None
    """Share of the members who may vote on the item, rounded up; the larger demand counts."""
    quorum_by_kind: dict[Role, Count] = Field(default_factory=dict)
    """Members of a kind who must vote beside the quorum of all, such as one specialist."""
    voting_kinds: Annotated[tuple[Role, ...], Field(min_length=1)] = VOTING
    """Who votes: observers and administrators never do."""
    vice_chair_acts: ViceChairActs = ViceChairActs.WHEN_CHAIR_CANNOT
    neighbours: dict[Code, tuple[Code, ...]] = Field(default_factory=dict)
    """Whose members a cluster's panel may borrow for an item; where none is named, those of the
    panel that would take the item over."""
    panels_a_school_a_year: Annotated[int, Field(ge=0, le=12)] = 1
    """On how many panels a school is asked to sit in an academic year; nought asks nobody."""
    majority_share: Annotated[Decimal, Field(ge=0, lt=1, max_digits=6)] = Decimal("0.5")
    """A recommendation stands with more than this share of the votes that recommend anything."""
    rounds: Annotated[int, Field(ge=1, le=5)] = 1
    further_round: FurtherRound = FurtherRound.ON_TIE
    """When members vote again after they have talked, although nothing was tied."""
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
    reconsideration: ReconsiderationRules = ReconsiderationRules()
    """Which panel looks again at a challenged decision, and by when it is answered."""
    meetings: MeetingRules = MeetingRules()
    """When panels meet, what comes before a ballot, and who reads the minutes."""
    plan: PlanRules = PlanRules()
    """When a cluster's plan is agreed by its schools, and how long it is reported on."""
    advice: AdviceRules = AdviceRules()
    """What services are given of a request, and how long they have to answer."""
    urgent: UrgentRules = UrgentRules()
    """Who looks at an urgent request that cannot wait for a meeting."""
    refuse_hopeless_ballots: bool = True
    """Whether a ballot is not opened when too few members are free of interests for a quorum: then
    members of a neighbouring panel are borrowed first."""
    calibration: CalibrationRules | None = None
    """How panels are held against one measure; absent, they are not."""

    @model_validator(mode="after")
    def _can_be_followed(self) -> Self:
        faults = []
        if self.quorum_members is None and self.quorum_share is None:
            faults.append("a quorum needs quorum_members, quorum_share or both")
        faults += self._faults_of_kinds()
        if self.further_round is not FurtherRound.ON_TIE and self.rounds == 1:
            faults.append("a further round needs two rounds at least")
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

    def _faults_of_kinds(self) -> list[str]:
        faults = [f"{kind} never votes" for kind in self.voting_kinds if kind not in MAY_VOTE]
        faults += [
            f"the panel of {cluster} cannot borrow from itself"
            for cluster, others in self.neighbours.items()
            if cluster in others
        ]
        return faults + [
            f"quorum_by_kind asks for {kind}, which voting_kinds does not name"
            for kind in self.quorum_by_kind
            if kind not in self.voting_kinds
        ]

    def borrows_from(self, cluster: str) -> tuple[str, ...]:
        """Name the clusters whose members may sit in on an item of this one."""
        return self.neighbours.get(cluster) or (self.fallback_for(cluster),)

    def fallback_for(self, cluster: str) -> str:
        """Name the cluster whose panel takes over from this one; never the same."""
        return self.fallback_panel_for.get(cluster, self.fallback_panel)
