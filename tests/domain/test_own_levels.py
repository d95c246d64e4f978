"""A member's own page: my levels beside the panel's, and nobody else's page."""

import pytest

from domain.moderation import Vote
from domain.needs import AreaOfNeed, NeedsProfile
from domain.own_levels import OwnBallot, OwnPage, OwnSummary, own_page
from domain.refusals import Unknown
from tests.domain.demo_county import person, profile

ME = person("me")
SEMH, COGNITION = AreaOfNeed.SEMH, AreaOfNeed.COGNITION


def ballot(name: str, own: NeedsProfile | None, panel: NeedsProfile | None) -> OwnBallot:
    """A closed ballot with my vote, or my abstention."""
    vote = (
        Vote(person_id=ME, abstained=True, reason="New here")
        if own is None
        else Vote(person_id=ME, levels=own.levels)
    )
    return OwnBallot(ballot_id=person(name), own=vote, panel=panel)


def page(*ballots: OwnBallot) -> OwnPage:
    """My page, asked for by me."""
    return own_page(ME, ME, ballots)


def test_my_levels_stand_beside_the_panels() -> None:
    """Each area of each closed ballot has a row, with how far mine is from the panel's."""
    found = page(ballot("first", profile(2, 3, 1, 0), profile(2, 2, 3, 0)))
    assert [(row.area, row.own, row.panel, row.levels_apart) for row in found.rows] == [
        (AreaOfNeed.COMMUNICATION, 2, 2, 0),
        (COGNITION, 3, 2, 1),
        (SEMH, 1, 3, -2),
        (AreaOfNeed.SENSORY, 0, 0, 0),
    ]
    assert found.over_all == OwnSummary(levels=4, same=2, within_one=3, mean_difference=-0.25)


def test_my_levels_are_counted_up_in_each_area() -> None:
    """Two ballots, one area a level higher each time."""
    found = page(
        ballot("first", profile(2, 3, 1, 0), profile(2, 2, 1, 0)),
        ballot("second", profile(2, 4, 1, 0), profile(2, 3, 3, 0)),
    )
    assert found.by_area[COGNITION] == OwnSummary(
        levels=2, same=0, within_one=2, mean_difference=1.0
    )
    assert found.by_area[SEMH] == OwnSummary(levels=2, same=1, within_one=1, mean_difference=-1.0)


def test_what_has_no_two_levels_is_not_compared() -> None:
    """An abstention, a ballot without a profile and an area without a level say nothing."""
    found = page(
        ballot("abstained", None, profile(2, 2, 2, 2)),
        ballot("no quorum", profile(2, 2, 2, 2), None),
        ballot("one area", profile(2, 2, 2, 2), NeedsProfile(levels={SEMH: 2})),
    )
    assert [row.area for row in found.rows] == [SEMH]
    assert found.by_area[COGNITION] == OwnSummary(
        levels=0, same=0, within_one=0, mean_difference=None
    )


@pytest.mark.promise(7)
def test_a_members_page_is_unknown_to_everybody_else() -> None:
    """Chair, officer or leader: whoever asks for another's page is told that there is none."""
    with pytest.raises(Unknown):
        own_page(person("chair"), ME, [ballot("first", profile(2, 2, 2, 2), profile(2, 2, 2, 2))])


@pytest.mark.promise(7)
def test_nobody_elses_vote_gets_onto_the_page() -> None:
    """A vote of another member among mine is our own mistake, and stops at once."""
    with pytest.raises(AssertionError):
        own_page(person("you"), person("you"), [ballot("first", None, None)])
