"""Votes and what they come to: quorum, one moderated profile, its spread, and a recommendation."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.moderation import (
    Advised,
    AfterBallot,
    Recommendation,
    Spread,
    Tally,
    Vote,
    advised,
    ballot_closes_at,
    faults_of_vote,
    quorum_of,
    tally,
)
from domain.needs import AreaOfNeed
from domain.people import Role
from domain.policy.model import Median, PanelRules, TieRule
from domain.request import RequestKind
from tests.domain.demo_county import panel, person, profile

AS_ASKED, DIFFERENTLY = Recommendation.AS_ASKED, Recommendation.DIFFERENTLY
LEVELS = range(6)
OWN = profile(2, 3, 1, 0)


def vote(name: str, *levels: int, recommends: Recommendation | None = AS_ASKED) -> Vote:
    """A vote with the same reason as everybody's."""
    return Vote(
        person_id=person(name),
        levels=profile(*levels).levels if levels else {},
        recommendation=recommends,
        reason="As the descriptors say",
    )


def abstention(name: str) -> Vote:
    """A member who is there and gives no view."""
    return Vote(person_id=person(name), abstained=True, reason="New to the cluster")


def panel_votes(*choices: Recommendation) -> list[Vote]:
    """One vote for each choice, all of them at the school's own levels."""
    return [vote(f"member {n}", 2, 3, 1, 0, recommends=each) for n, each in enumerate(choices)]


def individual(votes: list[Vote], eligible: int = 9, rules: PanelRules | None = None) -> Tally:
    """The tally of a ballot on an individual request."""
    return tally(votes, eligible, rules or panel(), RequestKind.INDIVIDUAL)


def codes(given_vote: Vote, kind: RequestKind = RequestKind.INDIVIDUAL) -> list[str]:
    """The faults of a vote beside the school's own view."""
    return [fault.code for fault in faults_of_vote(given_vote, OWN, LEVELS, kind)]


def test_a_vote_that_says_everything_has_no_fault() -> None:
    """Levels for every area, a recommendation and a reason are a whole vote."""
    assert codes(vote("a", 3, 3, 1, 0)) == []


def test_a_vote_at_the_schools_own_levels_needs_only_ticked_descriptors() -> None:
    """Nobody types a reason for agreeing; the descriptors are the reason."""
    agreeing = vote("a", 2, 3, 1, 0).model_copy(update={"reason": " ", "descriptors": ("c2",)})
    assert codes(agreeing) == []
    assert codes(agreeing.model_copy(update={"descriptors": ()})) == ["reason_missing"]


def test_a_vote_that_departs_from_the_school_says_why_in_words() -> None:
    """Descriptors alone do not explain another level than the school's."""
    departing = vote("a", 4, 3, 1, 0).model_copy(update={"reason": "", "descriptors": ("c4",)})
    assert codes(departing) == ["reason_in_words"]


@pytest.mark.promise(13)
def test_every_fault_of_a_vote_is_listed() -> None:
    """Missing levels, an unknown level, no recommendation and no reason are told together."""
    faulty = Vote(person_id=person("a"), levels={AreaOfNeed.COGNITION: 6})
    assert codes(faulty) == [
        "level_missing",
        "level_unknown",
        "level_missing",
        "level_missing",
        "recommendation_missing",
        "reason_in_words",
    ]


def test_an_abstention_says_why_and_nothing_else() -> None:
    """Abstaining needs a reason, and leaves levels and recommendation out."""
    assert codes(abstention("a")) == []
    half = vote("a", 2, 3, 1, 0).model_copy(update={"abstained": True, "reason": ""})
    assert codes(half) == ["abstention_reason", "abstention_votes"]


def test_a_vote_on_a_project_has_no_levels() -> None:
    """A project has no needs profile, so a vote that gives levels is not valid."""
    assert codes(vote("a", 1, 1, 1, 1), RequestKind.PROJECT) == ["project_has_no_profile"]
    assert codes(vote("a"), RequestKind.PROJECT) == []


def test_a_vote_on_advice_may_leave_levels_out() -> None:
    """Advice may be given without placing the need."""
    assert codes(vote("a"), RequestKind.ADVICE) == []


@pytest.mark.parametrize(
    ("eligible", "members", "share", "quorum"),
    [(12, 3, "0.4", 5), (5, 3, "0.4", 3), (10, None, "0.4", 4), (2, 3, None, 3), (0, None, "1", 1)],
)
def test_the_larger_demand_is_the_quorum(
    eligible: int, members: int | None, share: str | None, quorum: int
) -> None:
    """A number and a share of those who may vote are both met, the share rounded up."""
    rules = panel(quorum_members=members, quorum_share=share)
    assert quorum_of(eligible, rules) == quorum


def test_an_abstention_counts_for_the_quorum_and_not_for_the_majority() -> None:
    """A member who abstains is there; two of three who recommend are a majority."""
    votes = [*panel_votes(AS_ASKED, AS_ASKED, DIFFERENTLY), abstention("x"), abstention("y")]
    result = individual(votes, eligible=12)
    assert (result.cast, result.abstained, result.quorum, result.quorate) == (5, 2, 5, True)
    assert result.recommendation is AS_ASKED


def test_abstentions_alone_are_no_quorum() -> None:
    """When nobody says anything the item is listed again, however many were there."""
    result = individual([abstention(str(n)) for n in range(9)])
    assert not result.quorate
    assert result.moderated is None
    assert advised(result, panel(), 1) == Advised(then=AfterBallot.LIST_AGAIN)


def test_too_few_votes_are_listed_again() -> None:
    """Below the quorum no recommendation goes on, even when all agree."""
    result = individual(panel_votes(AS_ASKED, AS_ASKED, AS_ASKED))
    assert (result.quorum, result.quorate) == (4, False)
    assert advised(result, panel(), 1).then is AfterBallot.LIST_AGAIN


@pytest.mark.parametrize(
    ("median", "level"), [(Median.LOWER, 2), (Median.UPPER, 3)], ids=["lower", "upper"]
)
def test_an_even_number_of_votes_takes_the_median_that_the_policy_names(
    median: Median, level: int
) -> None:
    """Of four levels 1, 2, 3 and 5 the lower median is 2 and the upper 3."""
    votes = [vote(str(n), level, 0, 0, 0) for n, level in enumerate((5, 1, 3, 2))]
    result = individual(votes, rules=panel(median=median))
    assert result.moderated is not None
    assert result.moderated.levels[AreaOfNeed.COMMUNICATION] == level
    assert result.spread[AreaOfNeed.COMMUNICATION] == Spread(lowest=1, highest=5)
    assert result.wide_in == (AreaOfNeed.COMMUNICATION,)


@pytest.mark.parametrize(
    ("levels", "level"), [((4, 1, 4, 2, 0), 4), ((4, 1, 4, 1, 2), 2), ((3, 3, 3, 3, 3), 3)]
)
def test_the_most_frequent_level_stands_or_else_the_median(
    levels: tuple[int, ...], level: int
) -> None:
    """A policy may take the level most members gave; when two lead equally it is the median."""
    rules = panel(moderation=dict.fromkeys(AreaOfNeed, "most_frequent"))
    votes = [vote(str(n), 0, each, 0, 0) for n, each in enumerate(levels)]
    result = individual(votes, rules=rules)
    assert result.moderated is not None
    assert result.moderated.levels[AreaOfNeed.COGNITION] == level


def test_a_descriptor_is_kept_when_more_than_half_tick_it() -> None:
    """Two of three keep a descriptor, one of three does not, and a double tick counts once."""
    ticked = (("a", "b", "b"), ("a",), ("c",))
    votes = [
        v.model_copy(update={"descriptors": codes_of})
        for v, codes_of in zip(panel_votes(*[AS_ASKED] * 3), ticked, strict=True)
    ]
    result = individual(votes, eligible=3)
    assert result.moderated is not None
    assert result.moderated.descriptors == ("a",)


def test_a_project_has_no_moderated_profile() -> None:
    """Even if levels had slipped in, a project's ballot gives no profile and no spread."""
    result = tally(panel_votes(*[AS_ASKED] * 5), 9, panel(), RequestKind.PROJECT)
    assert (result.moderated, result.spread) == (None, {})
    assert result.recommendation is AS_ASKED


def test_half_of_the_votes_is_no_majority() -> None:
    """Two against two is a tie: a further round while rounds are left, then an officer."""
    result = individual(panel_votes(DIFFERENTLY, AS_ASKED, AS_ASKED, DIFFERENTLY), eligible=8)
    assert result.recommendation is None
    assert result.tied == (AS_ASKED, DIFFERENTLY)
    assert advised(result, panel(), 1) == Advised(then=AfterBallot.FURTHER_ROUND)
    assert advised(result, panel(), 2) == Advised(then=AfterBallot.GO_ON)


def test_a_tie_may_go_to_the_fuller_support() -> None:
    """A policy may let the tied recommendation stand that gives the child most."""
    rules = panel(tie=TieRule.FULLER_SUPPORT)
    result = individual(panel_votes(DIFFERENTLY, AS_ASKED, AS_ASKED, DIFFERENTLY), rules=rules)
    assert advised(result, rules, 1) == Advised(then=AfterBallot.GO_ON, recommendation=AS_ASKED)


def test_leading_without_a_majority_is_not_enough() -> None:
    """Two of five lead, and still have no majority."""
    none, advice = Recommendation.NONE, Recommendation.ADVICE
    result = individual(panel_votes(AS_ASKED, AS_ASKED, DIFFERENTLY, none, advice))
    assert result.recommendation is None
    assert result.tied == (AS_ASKED,)


def test_two_that_lead_equally_never_stand_however_small_the_majority_asked_for() -> None:
    """With a majority share of nought an equal lead is still a tie."""
    rules = panel(majority_share=0)
    result = individual(panel_votes(AS_ASKED, DIFFERENTLY, AS_ASKED, DIFFERENTLY), rules=rules)
    assert result.recommendation is None
    assert result.tied == (AS_ASKED, DIFFERENTLY)


def test_a_majority_goes_on_with_its_recommendation() -> None:
    """Three of four are a majority, and every choice is counted, nought included."""
    result = individual(panel_votes(AS_ASKED, AS_ASKED, DIFFERENTLY, AS_ASKED))
    assert result.counts == {
        AS_ASKED: 3,
        DIFFERENTLY: 1,
        Recommendation.ADVICE: 0,
        Recommendation.MORE_INFORMATION: 0,
        Recommendation.NONE: 0,
    }
    assert advised(result, panel(), 1) == Advised(then=AfterBallot.GO_ON, recommendation=AS_ASKED)


def test_one_member_is_counted_once() -> None:
    """Two votes of one person in a tally are our own mistake, and stop it."""
    with pytest.raises(AssertionError):
        individual([vote("same", 1, 1, 1, 1), vote("same", 2, 2, 2, 2)])


@pytest.mark.promise(12)
def test_a_ballot_closes_at_an_instant() -> None:
    """Hours are real hours, also when the clocks go back in the night between."""
    opened_at = datetime(2026, 10, 24, 9, tzinfo=UTC)
    assert ballot_closes_at(opened_at, panel()) == opened_at + timedelta(hours=48)


@pytest.mark.promise(1)
def test_nothing_that_a_ballot_gives_is_money() -> None:
    """No field of a vote or a tally is an amount, a band or a pot."""
    fields = {*Vote.model_fields, *Tally.model_fields, *Advised.model_fields}
    assert not [name for name in fields if {"pence", "band", "pot"} & set(name.split("_"))]


ballots = st.lists(
    st.builds(
        lambda levels, choice: (levels, choice),
        st.tuples(*[st.integers(0, 5)] * 4),
        st.sampled_from(Recommendation),
    ),
    min_size=1,
    max_size=12,
)


@given(ballots, st.randoms(use_true_random=False), st.sampled_from(Median))
def test_a_tally_depends_on_the_votes_and_not_on_their_order(
    ballot: list[tuple[tuple[int, ...], Recommendation]], random: object, median: Median
) -> None:
    """Whoever votes first has no more weight, and a moderated level lies within the spread."""
    votes = [vote(str(n), *levels, recommends=c) for n, (levels, c) in enumerate(ballot)]
    rules = panel(median=median)
    result = individual(votes, 12, rules)
    shuffled = list(votes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert individual(shuffled, 12, rules) == result
    assert result.moderated is not None
    for area, level in result.moderated.levels.items():
        given_levels = [each.levels[area] for each in votes]
        assert level in given_levels
        assert min(given_levels) == result.spread[area].lowest <= level
        assert level <= result.spread[area].highest == max(given_levels)
    assert (result.recommendation is None) == bool(result.tied)


def test_a_quorum_may_ask_for_members_of_a_kind() -> None:
    """Enough members are no quorum without the specialist that the rules ask for."""
    rules = panel(
        quorum_by_kind={"specialist": 1}, voting_kinds=("panel_member", "panel_chair", "specialist")
    )
    votes = panel_votes(AS_ASKED, AS_ASKED, AS_ASKED)
    kinds = {each.person_id: frozenset({Role.PANEL_MEMBER}) for each in votes}
    without = tally(votes, 4, rules, RequestKind.INDIVIDUAL, kinds)
    assert (without.quorate, without.short_of) == (False, (Role.SPECIALIST,))
    kinds[votes[0].person_id] = frozenset({Role.PANEL_MEMBER, Role.SPECIALIST})
    there = tally(votes, 4, rules, RequestKind.INDIVIDUAL, kinds)
    assert (there.quorate, there.short_of) == (True, ())
