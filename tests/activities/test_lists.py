"""What lists of meetings and of requests leave out, and in which order they come."""

from datetime import timedelta

import pytest

from activities.store.reading.meetings import MeetingsShown, meetings_shown
from activities.store.reading.requests import Wanted, requests
from activities.store.session import transaction
from domain.stages import ActKind, Stage
from tests.activities.by_hand import ByHand
from tests.activities.small_county import request
from tests.activities.test_seats import CHAIR
from tests.activities.world import World

OFFICER = "officer.1"


def shown(world: World, subject: str, cluster: str | None = None, most: int = 9) -> MeetingsShown:
    """What somebody's page of meetings shows."""
    with transaction(world.engine) as session:
        return meetings_shown(session, world.caller(session, subject), cluster, most)


def under_way(world: World, subject: str) -> list[str]:
    """The stages of what somebody sees to be neither decided nor withdrawn."""
    with transaction(world.engine) as session:
        lines = requests(session, world.caller(session, subject), Wanted(under_way=True))
    return [each.stage for each in lines]


def test_meetings_to_come_are_shown_next_first_and_those_over_last_first(
    world: World, hand: ByHand
) -> None:
    """Both lists end where the page has no more room, each at its far end."""
    begin = world.clock.now() + timedelta(days=7)
    called = [world.calls_meeting("alder", begin + timedelta(weeks=each)) for each in range(6)]
    hand.goes_on()
    for each in called[:3]:
        world.clock.move_on(timedelta(weeks=1))
        world.closes_meeting(each)
        hand.goes_on()
    two = shown(world, CHAIR, most=2)
    assert [each.id for each in two.ahead] == called[3:5]
    assert [each.id for each in two.over] == called[2:0:-1]
    every = shown(world, CHAIR)
    assert [each.id for each in every.ahead] == called[3:]
    assert [each.id for each in every.over] == called[2::-1]


def test_the_clusters_named_are_all_that_the_person_may_see_whichever_is_chosen(
    world: World, hand: ByHand
) -> None:
    """One cluster's meetings alone are listed; a panel never hears of another's."""
    starts_at = world.clock.now() + timedelta(days=1)
    alder, cedar = (world.calls_meeting(each, starts_at) for each in ("alder", "cedar"))
    hand.goes_on()
    assert {each.id for each in shown(world, OFFICER).ahead} >= {alder, cedar}
    chosen = shown(world, OFFICER, "cedar")
    assert {each.cluster for each in chosen.ahead + chosen.over} == {"cedar"}
    assert chosen.clusters >= {"alder", "cedar"}
    of_alder = shown(world, CHAIR)
    assert cedar not in {each.id for each in of_alder.ahead}
    assert of_alder.clusters == {"alder"}
    assert shown(world, CHAIR, "cedar").ahead == ()


@pytest.mark.parametrize("subject", ["senco.ashdown", OFFICER])
def test_under_way_is_what_is_neither_decided_nor_withdrawn(
    world: World, hand: ByHand, subject: str
) -> None:
    """Of three requests the one that was withdrawn and the one that was decided are left out."""
    decided = hand.recommended(request())
    _, withdrawn = (hand.listed(request(number=each)) for each in (1, 2))
    assert len(under_way(world, subject)) == 3
    world.does("senco.ashdown", ActKind.WITHDRAW, withdrawn)
    world.authorises(OFFICER, decided)
    hand.goes_on()
    assert world.ending(decided)
    assert under_way(world, subject) == [Stage.LISTED]
