"""A ballot's votes, and what they come to: quorum, moderated profile, spread, recommendation.

Blindness, revisions and closing times belong to the store; a band or an amount never comes here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from types import MappingProxyType
from uuid import UUID

from pydantic import Field

from domain.frozen import Frozen
from domain.needs import AreaOfNeed, NeedsProfile
from domain.people import Role
from domain.policy.panel import FurtherRound, Median, Moderation, PanelRules, TieRule
from domain.request import RequestKind
from domain.screening import Fault


class Recommendation(StrEnum):
    """What a panel advises, fullest support first; never a band, never an amount."""

    AS_ASKED = "as_asked"
    DIFFERENTLY = "differently"
    ADVICE = "advice"
    MORE_INFORMATION = "more_information"
    NONE = "none"


SAYS_WHY_IN_WORDS = frozenset(
    {Recommendation.DIFFERENTLY, Recommendation.MORE_INFORMATION, Recommendation.NONE}
)
"""Recommendations that a school can do nothing with unless it is told why."""

PROFILE_NEEDED = frozenset({RequestKind.INDIVIDUAL, RequestKind.GROUP})


class Vote(Frozen):
    """One member's view: the need as moderated, a recommendation and a reason, or an abstention."""

    person_id: UUID
    levels: dict[AreaOfNeed, int] = Field(default_factory=dict)
    recommendation: Recommendation | None = None
    reason: str = ""
    descriptors: tuple[str, ...] = ()
    """Codes of the published descriptors that were ticked: a reason without typing."""
    abstained: bool = False


class Spread(Frozen):
    """How far apart the members were in one area of need."""

    lowest: int
    highest: int

    @property
    def levels(self) -> int:
        """The distance between the lowest and the highest level."""
        return self.highest - self.lowest


class Tally(Frozen):
    """What a closed ballot came to."""

    eligible: int
    cast: int
    """Votes, abstentions included: a member who abstains is there."""
    abstained: int
    quorum: int
    quorate: bool
    short_of: tuple[Role, ...] = ()
    """Kinds of member of whom fewer voted than the rules ask for: without them, no quorum."""
    counts: dict[Recommendation, int]
    moderated: NeedsProfile | None
    spread: dict[AreaOfNeed, Spread]
    wide_in: tuple[AreaOfNeed, ...]
    """Areas of need in which the members were further apart than the policy tolerates."""
    recommendation: Recommendation | None
    tied: tuple[Recommendation, ...]
    """What led without the majority asked for, fullest support first; empty when one stands."""


class AfterBallot(StrEnum):
    """What follows a closed ballot."""

    LIST_AGAIN = "list_again"
    FURTHER_ROUND = "further_round"
    GO_ON = "go_on"


class Advised(Frozen):
    """What follows a ballot, with the recommendation that goes on, if there is one."""

    then: AfterBallot
    recommendation: Recommendation | None = None


def faults_of_vote(
    vote: Vote, own: NeedsProfile | None, allowed: range, kind: RequestKind
) -> tuple[Fault, ...]:
    """List everything that keeps a vote from being counted.

    ``own`` is the school's view of the need: a member who departs from it says why in words.
    ``allowed`` are the levels of the continuum in force.
    """
    if vote.abstained:
        return tuple(_faults_of_abstention(vote))
    return (*_faults_of_levels(vote, allowed, kind), *_faults_of_advice(vote, own))


def _faults_of_abstention(vote: Vote) -> Iterator[Fault]:
    if not vote.reason.strip():
        yield Fault(
            code="abstention_reason",
            says="An abstention says why.",
            would_help="Give the reason in a few words.",
            field="reason",
        )
    if vote.levels or vote.recommendation is not None:
        yield Fault(
            code="abstention_votes",
            says="A member who abstains gives no levels and no recommendation.",
            would_help="Take them out, or vote.",
            field="abstained",
        )


def _faults_of_levels(vote: Vote, allowed: range, kind: RequestKind) -> Iterator[Fault]:
    if kind is RequestKind.PROJECT and vote.levels:
        yield Fault(
            code="project_has_no_profile",
            says="A project has no needs profile.",
            would_help="Leave the levels out.",
            field="levels",
        )
    for area in AreaOfNeed:
        level = vote.levels.get(area)
        if level is None and kind in PROFILE_NEEDED:
            yield Fault(
                code="level_missing",
                says=f"There is no level for {area.replace('_', ' ')}.",
                would_help="Give a level for every area of need; nought is no additional need.",
                field=f"levels.{area}",
            )
        if level is not None and level not in allowed:
            yield Fault(
                code="level_unknown",
                says=f"The continuum has no such level for {area.replace('_', ' ')}.",
                would_help=f"Choose a level from {allowed[0]} to {allowed[-1]}.",
                field=f"levels.{area}",
            )


def _faults_of_advice(vote: Vote, own: NeedsProfile | None) -> Iterator[Fault]:
    in_words = bool(vote.reason.strip())
    departs = own is not None and any(
        level != own.levels.get(area, level) for area, level in vote.levels.items()
    )
    if vote.recommendation is None:
        yield Fault(
            code="recommendation_missing",
            says="A vote recommends one of the five, or abstains.",
            would_help="Choose what the panel should advise.",
            field="recommendation",
        )
    if not in_words and (departs or vote.recommendation in SAYS_WHY_IN_WORDS):
        yield Fault(
            code="reason_in_words",
            says="The vote departs from the school's view and does not say why.",
            would_help="Say in a few words what led you there.",
            field="reason",
        )
    elif not in_words and not vote.descriptors:
        yield Fault(
            code="reason_missing",
            says="A vote has a reason.",
            would_help="Tick the descriptors that fit, or give a few words.",
            field="reason",
        )


def quorum_of(eligible: int, rules: PanelRules) -> int:
    """Count the members who must vote, of those whom no interest bars from the item."""
    by_share = 0 if rules.quorum_share is None else ceil(rules.quorum_share * eligible)
    return max(rules.quorum_members or 0, by_share, 1)


def missing_for_quorum(seats: Sequence[AbstractSet[Role]], rules: PanelRules) -> int:
    """Count the members whom a quorum lacks although everybody votes whom no interest bars.

    ``seats`` are the roles of each such seat: none is missing where a quorum can be had.
    """
    of_all = quorum_of(len(seats), rules) - len(seats)
    held = Counter(kind for kinds in seats for kind in kinds)
    of_kinds = sum(max(0, needed - held[kind]) for kind, needed in rules.quorum_by_kind.items())
    return max(0, of_all, of_kinds)


def ballot_closes_at(opened_at: datetime, rules: PanelRules) -> datetime:
    """Give the instant at which a ballot closes by itself, worked out once (promise 12)."""
    return opened_at + timedelta(hours=rules.ballot_open_hours)


def short_of(
    voters: Sequence[UUID], kinds: Mapping[UUID, AbstractSet[Role]], rules: PanelRules
) -> tuple[Role, ...]:
    """List the kinds of member of whom fewer voted than the rules ask for.

    ``kinds`` are the roles of the seat that each votes for; who holds two counts for both.
    """
    there = Counter(kind for voter in voters for kind in kinds.get(voter, frozenset()))
    return tuple(kind for kind, needed in rules.quorum_by_kind.items() if there[kind] < needed)


def tally(
    votes: Sequence[Vote],
    eligible: int,
    rules: PanelRules,
    kind: RequestKind,
    kinds: Mapping[UUID, AbstractSet[Role]] = MappingProxyType({}),
) -> Tally:
    """Say what a ballot came to, from one vote of each seat, and the roles of those seats.

    Without a single vote that says anything there is no quorum, however many abstained. No vote
    moves money (promise 1): nothing here knows an amount.
    """
    assert len({vote.person_id for vote in votes}) == len(votes) <= eligible
    saying = [vote for vote in votes if not vote.abstained]
    needed = quorum_of(eligible, rules)
    missing = short_of([vote.person_id for vote in votes], kinds, rules)
    counts = Counter(vote.recommendation for vote in saying if vote.recommendation is not None)
    leading = _leading(counts)
    stands = bool(leading) and counts[leading[0]] > rules.majority_share * counts.total()
    by_area = {} if kind is RequestKind.PROJECT else _levels_by_area(saying)
    spread = {area: Spread(lowest=min(ls), highest=max(ls)) for area, ls in by_area.items()}
    return Tally(
        eligible=eligible,
        cast=len(votes),
        abstained=len(votes) - len(saying),
        quorum=needed,
        quorate=len(votes) >= needed and bool(counts) and not missing,
        short_of=missing,
        counts={choice: counts[choice] for choice in Recommendation},
        moderated=_moderated(by_area, saying, rules),
        spread=spread,
        wide_in=tuple(a for a, s in spread.items() if s.levels > rules.spread_tolerance_levels),
        recommendation=leading[0] if stands and len(leading) == 1 else None,
        tied=() if stands and len(leading) == 1 else leading,
    )


def advised(result: Tally, rules: PanelRules, round_number: int) -> Advised:
    """Say what follows a ballot by the panel rules in force: again, another round, or on."""
    if not result.quorate:
        return Advised(then=AfterBallot.LIST_AGAIN)
    if round_number < rules.rounds and _talks_first(result, rules):
        return Advised(then=AfterBallot.FURTHER_ROUND)
    if result.recommendation is not None:
        return Advised(then=AfterBallot.GO_ON, recommendation=result.recommendation)
    rule = rules.tie if round_number < rules.rounds else rules.tie_in_last_round
    if rule is TieRule.FURTHER_ROUND:
        return Advised(then=AfterBallot.FURTHER_ROUND)
    chosen = result.tied[0] if rule is TieRule.FULLER_SUPPORT else None
    return Advised(then=AfterBallot.GO_ON, recommendation=chosen)


def _talks_first(result: Tally, rules: PanelRules) -> bool:
    """Whether the rules ask for a round after the discussion, though nothing may be tied."""
    if rules.further_round is FurtherRound.WHEN_APART:
        return bool(result.wide_in)
    return rules.further_round is FurtherRound.ALWAYS


def _leading(counts: Counter[Recommendation]) -> tuple[Recommendation, ...]:
    most = max(counts.values(), default=0)
    return tuple(choice for choice in Recommendation if most and counts[choice] == most)


def _levels_by_area(votes: Sequence[Vote]) -> dict[AreaOfNeed, list[int]]:
    by_area = {area: [v.levels[area] for v in votes if area in v.levels] for area in AreaOfNeed}
    return {area: sorted(levels) for area, levels in by_area.items() if levels}


def _moderated(
    by_area: dict[AreaOfNeed, list[int]], votes: Sequence[Vote], rules: PanelRules
) -> NeedsProfile | None:
    """Make one profile of many; a descriptor is kept when more than half of the members tick it."""
    if not by_area:
        return None
    ticked = Counter(code for vote in votes for code in set(vote.descriptors))
    return NeedsProfile(
        levels={area: _one_level(levels, area, rules) for area, levels in by_area.items()},
        descriptors=tuple(sorted(c for c, times in ticked.items() if 2 * times > len(votes))),
    )


def _one_level(levels: list[int], area: AreaOfNeed, rules: PanelRules) -> int:
    if rules.moderation[area] is Moderation.MOST_FREQUENT:
        first, *others = Counter(levels).most_common(2)
        if not others or others[0][1] < first[1]:
            return first[0]
    middle = len(levels) // 2
    lower = len(levels) % 2 == 0 and rules.median is Median.LOWER
    return levels[middle - 1] if lower else levels[middle]
