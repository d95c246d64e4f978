"""A morning's look asks the record about as often for a whole county as for one request."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from tests.activities.by_hand import ByHand
from tests.activities.reminded import all_messages, at, looks, with_rules
from tests.activities.small_county import request
from tests.activities.test_reminding import DECLARE, SIGN, VOTE, back, deadline
from tests.activities.world import World

MANY = 24
"""More than the small county has people who are looked for."""


def most_repeated(world: World, doing: Callable[[], Any]) -> tuple[str, int]:
    """The statement that the database gets most often while something is done."""
    heard: Counter[str] = Counter()

    def hears(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard[statement] += 1

    event.listen(world.engine, "before_cursor_execute", hears)
    doing()
    event.remove(world.engine, "before_cursor_execute", hears)
    return heard.most_common(1)[0]


def test_what_stays_late_is_not_looked_into_again(world: World, hand: ByHand) -> None:
    """Nothing is asked request by request of what somebody was told of on an earlier morning."""
    with_rules(world, SIGN)
    ids = [hand.recommended(request(number=number % 3 + 1)) for number in range(MANY)]
    day = deadline(world, ids[-1])
    looks(world, at(back(day, 1)))
    assert [row.step for row in all_messages(world)].count("escalated") == MANY
    statement, times = most_repeated(world, lambda: looks(world, at(back(day, 2))))
    assert times < MANY, statement
    assert [row.step for row in all_messages(world)].count("escalated") == MANY


def test_a_long_agenda_is_looked_through_at_once(world: World, hand: ByHand) -> None:
    """Nothing is asked item by item of what is to be declared for and voted on."""
    with_rules(world, DECLARE, VOTE)
    ids = [hand.listed(request(number=number % 3 + 1)) for number in range(MANY)]
    meeting_id, _ = world.meeting_of(world.item_of(ids[0]))
    starts_at = world.one("SELECT starts_at FROM meeting WHERE id = :id", id=meeting_id)
    day = back(starts_at.date(), -3)
    statement, times = most_repeated(world, lambda: looks(world, at(day)))
    assert all_messages(world)
    assert times < MANY, statement
