"""Rounds and quorum beside the rule on ties: votes after the talk, and members who are missing."""

import pytest

from domain.moderation import AfterBallot, Recommendation, advised, missing_for_quorum, tally
from domain.people import Role
from domain.policy.panel import FurtherRound, PanelRules
from domain.request import RequestKind
from tests.domain.demo_county import panel
from tests.domain.test_moderation import vote
from tests.domain.test_policy_model import refusal

MEMBER, SPECIALIST = frozenset({Role.PANEL_MEMBER}), frozenset({Role.SPECIALIST})


def after(rules: PanelRules, round_number: int, *first_levels: int) -> AfterBallot:
    """What follows a ballot in which all advise the same, with these levels in one area of need."""
    votes = [vote(f"member {n}", level, 3, 1, 0) for n, level in enumerate(first_levels)]
    result = tally(votes, 9, rules, RequestKind.INDIVIDUAL)
    assert result.recommendation is Recommendation.AS_ASKED
    return advised(result, rules, round_number).then


@pytest.mark.parametrize(
    ("further_round", "levels", "then"),
    [
        (FurtherRound.ON_TIE, (1, 4, 4, 4), AfterBallot.GO_ON),
        (FurtherRound.WHEN_APART, (1, 4, 4, 4), AfterBallot.FURTHER_ROUND),
        (FurtherRound.WHEN_APART, (3, 4, 4, 4), AfterBallot.GO_ON),
        (FurtherRound.ALWAYS, (4, 4, 4, 4), AfterBallot.FURTHER_ROUND),
    ],
)
def test_members_vote_again_after_they_talked_where_the_rules_say_so(
    further_round: FurtherRound, levels: tuple[int, ...], then: AfterBallot
) -> None:
    """Only on a tie, also when they were far apart, or always; the last round is the last."""
    rules = panel(rounds=2, further_round=further_round)
    assert after(rules, 1, *levels) is then
    assert after(rules, 2, *levels) is AfterBallot.GO_ON


def test_a_further_round_needs_two_rounds() -> None:
    """Rules with one round cannot promise another."""
    assert "needs two rounds" in refusal("panel", rounds=1, further_round="always")


def test_nobody_is_missing_where_a_quorum_can_be_had() -> None:
    """With as many free seats as the quorum asks for, or more, by number or by share."""
    rules = panel(quorum_members=3, quorum_share=None)
    assert missing_for_quorum([MEMBER] * 3, rules) == 0
    assert missing_for_quorum([MEMBER] * 1, rules) == 2
    by_share = panel(quorum_members=None, quorum_share="0.4")
    assert missing_for_quorum([MEMBER], by_share) == 0
    assert missing_for_quorum([], by_share) == 1


def test_a_kind_of_member_may_be_missing() -> None:
    """Enough members in all, and no specialist where the rules ask for one."""
    rules = panel(
        quorum_members=2,
        voting_kinds=("panel_member", "specialist"),
        quorum_by_kind={"specialist": 1},
    )
    assert missing_for_quorum([MEMBER, MEMBER], rules) == 1
    assert missing_for_quorum([MEMBER, SPECIALIST], rules) == 0
