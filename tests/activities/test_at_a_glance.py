"""What the database works out of a row for reports: the same as its documents say."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from activities.store.reading.asked_days import in_days
from tests.activities.by_hand import ByHand
from tests.activities.small_county import request
from tests.activities.world import World


@pytest.mark.parametrize(
    ("levels", "need"),
    [
        ("{}", None),
        ('{"a": 0, "b": 0}', None),
        ('{"a": 1, "b": 0}', "a"),
        ('{"a": 1, "b": 10}', "b"),
        ('{"a": 3, "b": 3}', "several"),
    ],
)
def test_the_highest_need_is_told(world: World, levels: str, need: str | None) -> None:
    """Levels are numbers, not words; nothing where nothing is needed."""
    assert world.one("SELECT highest_need(CAST(:levels AS jsonb))", levels=levels) == need


def test_columns_say_what_the_documents_say(world: World, hand: ByHand) -> None:
    """Levels as stated and as moderated, what schools spend, and the continuum."""
    hand.recommended(request())
    (placed,) = world.rows(
        "SELECT stated_levels, levels, need, profile -> 'levels' AS moderated,"
        " inputs #> '{content,profile,levels}' AS stated FROM \"placing\""
    )
    assert placed.levels == placed.moderated
    assert placed.stated_levels == placed.stated
    assert placed.need == max(placed.levels, key=placed.levels.get)
    (said,) = world.rows("SELECT spends_said, content -> 'pupils' AS pupils FROM request_version")
    assert said.spends_said == [
        {"pupil_id": p["pupil_id"], "school": p["school"], "pence": p["school_spends_pence"]}
        for p in said.pupils
    ]
    (seen,) = world.rows("SELECT continuum, pins FROM support_request")
    assert seen.continuum == seen.pins["continuum"]


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2027, 1, 1)])
def test_a_day_is_london_s_from_midnight_on(world: World, day: date) -> None:
    """A moment lies on the day that its clocks in London say, when they are put on or back too."""
    begins = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Europe/London"))
    after = begins.replace(tzinfo=None) + timedelta(days=1)
    ends = after.replace(tzinfo=ZoneInfo("Europe/London"))
    moment = timedelta(microseconds=1)
    asked = f"SELECT {in_days('CAST(:at AS timestamptz)')}"
    days = {"from_on": day, "until_on": day + timedelta(days=1)}
    for at, lies in ((begins, True), (begins.astimezone(UTC) - moment, False), (ends, False)):
        assert world.one(asked, at=at, **days) is lies
    assert world.one(asked, at=ends.astimezone(UTC) - moment, **days) is True
