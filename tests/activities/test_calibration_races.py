"""Votes on a made-up case in the same instant, and in the instant of the close."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy.exc import DBAPIError

from domain.refusals import BallotClosed
from tests.activities.by_hand import ByHand
from tests.activities.calibration_world import (
    ALDER,
    ballots,
    calls,
    has_levels,
    is_calibrated,
    votes,
)
from tests.activities.world import World


@pytest.mark.promise(3)
def test_a_vote_in_the_instant_of_the_close_is_counted_or_refused(
    world: World, hand: ByHand
) -> None:
    """Promises 3 and 7: whoever is told that it was taken is in the record when it closes."""
    is_calibrated(world, a_meeting=5)
    for code in ("wren", "rook", "kite", "lark"):
        has_levels(world, code, (2, 3, 1, 0))
    meeting_id = calls(world, hand, "alder")
    open_ones = ballots(world, meeting_id)
    world.closes_meeting(meeting_id)
    barrier = Barrier(len(ALDER) + 1)

    def votes_on_all(member: str) -> int:
        barrier.wait()
        taken = 0
        for ballot_id in open_ones.values():
            try:
                votes(world, member, ballot_id, (2, 3, 1, 0))
            except (BallotClosed, DBAPIError):
                continue
            taken += 1
        return taken

    def closes() -> int:
        barrier.wait()
        hand.goes_on()
        return 0

    with ThreadPoolExecutor(len(ALDER) + 1) as pool:
        told = [pool.submit(votes_on_all, member) for member in ALDER] + [pool.submit(closes)]
        taken = sum(each.result() for each in told)
    assert world.one("SELECT count(*) FROM calibration_vote") == taken
    assert world.one("SELECT count(*) FROM calibration_ballot WHERE closed_at IS NULL") == 0
