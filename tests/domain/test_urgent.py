"""Urgent requests between meetings: who is called, by which rules, and for which requests."""

import pytest
from pydantic import ValidationError

from domain.people import Role
from domain.policy.panel import PanelRules
from domain.policy.urgent import UrgentRules, UrgentTo
from domain.refusals import NotValid
from domain.stages import Stage
from domain.urgent import between_meetings, waits_for_members, who_is_called
from tests.domain.demo_county import panel, person

A, B, C, D = (person(name) for name in "abcd")
VOTING = {
    A: frozenset({Role.PANEL_CHAIR, Role.PANEL_MEMBER}),
    B: frozenset({Role.PANEL_MEMBER}),
    C: frozenset({Role.PANEL_MEMBER}),
    D: frozenset({Role.SPECIALIST}),
}


def rules(to: UrgentTo = UrgentTo.SUB_PANEL, **urgent: object) -> PanelRules:
    """The demo's panel rules with an urgent part."""
    return panel(urgent=UrgentRules.model_validate({"to": to, **urgent}, strict=False))


def test_a_sub_panel_is_those_who_are_named() -> None:
    """In the order in which they were named, as many as the rules ask for or more."""
    assert who_is_called(rules(members=2), "alder", VOTING, (B, A)) == (B, A)


def test_a_standing_sub_panel_sits_without_being_named() -> None:
    """Who votes no more is left out of it; others may join, and another cluster has its own."""
    standing = rules(members=2, people={"alder": [A, B, person("gone")]})
    assert who_is_called(standing, "alder", VOTING, ()) == (A, B)
    assert who_is_called(standing, "alder", VOTING, (C,)) == (A, B, C)
    with pytest.raises(NotValid, match="0 are named"):
        who_is_called(standing, "cedar", VOTING, ())


def test_online_everybody_votes_and_nobody_is_named() -> None:
    """To name somebody would say that the others do not vote."""
    online = rules(UrgentTo.ONLINE_BALLOT)
    assert who_is_called(online, "alder", VOTING, ()) == ()
    with pytest.raises(NotValid, match="nobody is named"):
        who_is_called(online, "alder", VOTING, (A,))


@pytest.mark.promise(13)
def test_every_fault_of_a_call_is_told() -> None:
    """Named twice, a stranger, a kind that does not sit: all in one refusal."""
    with pytest.raises(NotValid) as refused:
        who_is_called(
            rules(members=2, kinds=["panel_member"]), "alder", VOTING, (B, B, D, person("stranger"))
        )
    for told in ("twice", "1 of those named have no vote", "not of the kinds"):
        assert told in refused.value.in_the_way
    with pytest.raises(NotValid, match="to an officer"):
        who_is_called(panel(), "alder", VOTING, (A,))


def test_between_meetings_there_is_one_round() -> None:
    """Hours, quorum and rounds are those of the urgent part; without them the panel's own."""
    own = between_meetings(rules(quorum_members=2, ballot_open_hours=6))
    assert (own.rounds, own.ballot_open_hours) == (1, 6)
    assert (own.quorum_members, own.quorum_share, own.quorum_by_kind) == (2, None, {})
    usual = between_meetings(rules())
    assert (usual.quorum_members, usual.quorum_share) == (
        panel().quorum_members,
        panel().quorum_share,
    )


@pytest.mark.parametrize(
    ("stage", "officer_for", "waits"),
    [
        (Stage.WITH_OFFICER, ["urgent"], True),
        (Stage.WITH_OFFICER, ["urgent", "plan"], False),
        (Stage.WITH_OFFICER, [], False),
        (Stage.LISTED, ["urgent"], False),
    ],
)
def test_members_are_called_to_what_is_urgent_alone(
    stage: Stage, officer_for: list[str], *, waits: bool
) -> None:
    """A plan or a disagreement is for a person, whatever the panel's members say."""
    assert waits_for_members(stage, officer_for) is waits


def test_every_fault_of_the_urgent_part_is_listed() -> None:
    """Who never votes, who sits twice, and a quorum that nobody could have."""
    with pytest.raises(ValidationError) as refused:
        UrgentRules.model_validate(
            {
                "to": "sub_panel",
                "members": 2,
                "quorum_members": 3,
                "kinds": ["observer"],
                "people": {"alder": [A, A]},
            },
            strict=False,
        )
    for told in ("observer never votes", "names somebody twice", "could have no quorum"):
        assert told in str(refused.value)
