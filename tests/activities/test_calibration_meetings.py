"""Which meetings calibration cases come to: the next of each panel, and no other."""

from tests.activities.by_hand import ByHand
from tests.activities.calibration_world import (
    ballots,
    calls,
    closes,
    has_levels,
    is_calibrated,
    writes,
)
from tests.activities.world import World

TRUE = (2, 3, 1, 0)


def test_two_cases_a_meeting_and_never_the_same_panel_twice(hand: ByHand, world: World) -> None:
    """Those already in use first, so that every panel has the same ones; meeting by meeting."""
    is_calibrated(world)
    for code in ("wren", "rook", "kite"):
        has_levels(world, code, TRUE)
    writes(world, "without-levels")
    first = calls(world, hand, "alder")
    assert list(ballots(world, first)) == ["kite", "rook"]
    second = calls(world, hand, "alder")
    assert list(ballots(world, second)) == []
    closes(world, hand, first)
    assert list(ballots(world, second)) == ["wren"]
    closes(world, hand, second)
    assert list(ballots(world, calls(world, hand, "alder"))) == []
    assert list(ballots(world, calls(world, hand, "cedar"))) == ["kite", "rook"]


def test_a_case_comes_to_meetings_that_were_called_before_it_had_its_levels(
    hand: ByHand, world: World
) -> None:
    """A year of meetings may be called at once: the next of each panel has the case, no other."""
    is_calibrated(world, a_meeting=1)
    called = {cluster: calls(world, hand, cluster) for cluster in ("alder", "cedar")}
    later = calls(world, hand, "alder")
    has_levels(world, "wren", TRUE)
    has_levels(world, "rook", TRUE)
    assert [list(ballots(world, each)) for each in called.values()] == [["wren"], ["wren"]]
    assert list(ballots(world, later)) == []
    closes(world, hand, called["alder"])
    assert list(ballots(world, later)) == ["rook"]
