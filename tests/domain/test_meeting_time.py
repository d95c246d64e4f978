"""When a panel may meet: no bank holiday, and no hour that the clocks skip or show twice."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from domain.meeting_time import faults_of_meeting_time
from domain.periods import SchoolDays
from domain.policy.model import BankHoliday
from tests.domain.demo_county import calendar

DAYS = SchoolDays(calendar())
NOW = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
SUMMER = timezone(timedelta(hours=1))


def codes(starts_at: datetime, *, school_days_only: bool = False) -> list[str]:
    """The faults of a time, in order."""
    found = faults_of_meeting_time(starts_at, NOW, DAYS, school_days_only=school_days_only)
    assert {each.field for each in found} <= {"starts_at"}
    assert all(each.says.endswith(".") and each.would_help.endswith(".") for each in found)
    return [each.code for each in found]


def test_a_working_day_at_half_past_nine_has_no_fault() -> None:
    """In UTC, with London's own offset, or in London's own zone."""
    for starts_at in (
        datetime(2026, 10, 13, 8, 30, tzinfo=UTC),
        datetime(2026, 10, 13, 9, 30, tzinfo=SUMMER),
        datetime(2026, 10, 13, 9, 30, tzinfo=ZoneInfo("Europe/London")),
    ):
        assert codes(starts_at, school_days_only=True) == []


@pytest.mark.parametrize(
    ("starts_at", "expected"),
    [
        (datetime(2026, 10, 2, 9, 30, tzinfo=UTC), ["in_the_past"]),
        (datetime(2026, 12, 25, 9, 30, tzinfo=UTC), ["bank_holiday"]),
        (datetime(2026, 10, 10, 9, 30, tzinfo=UTC), ["weekend"]),
        (datetime(2026, 10, 4, 9, 30, tzinfo=UTC), ["in_the_past", "weekend"]),
    ],
    ids=["past", "bank_holiday", "weekend", "several"],
)
def test_a_day_on_which_nobody_is_there_is_told(starts_at: datetime, expected: list[str]) -> None:
    """Each fault of the day, all at once."""
    assert codes(starts_at) == expected


def test_a_day_without_school_is_a_fault_where_the_rules_say_so() -> None:
    """In half term a panel may be called unless its rules want school days."""
    half_term = datetime(2026, 10, 27, 9, 30, tzinfo=UTC)
    assert codes(half_term) == []
    assert codes(half_term, school_days_only=True) == ["no_school_day"]
    assert codes(datetime(2026, 12, 25, 9, 30, tzinfo=UTC), school_days_only=True) == [
        "bank_holiday"
    ]


@pytest.mark.promise(12)
def test_an_hour_that_the_clocks_skip_is_no_time_to_meet() -> None:
    """However it is written: nobody's clock shows half past one on that night."""
    for zone in (UTC, SUMMER, ZoneInfo("Europe/London")):
        found = codes(datetime(2027, 3, 28, 1, 30, tzinfo=zone))
        assert found == ["weekend", "hour_is_skipped"], zone


@pytest.mark.promise(12)
def test_an_hour_that_the_clocks_show_twice_is_no_time_to_meet() -> None:
    """The first half past one and the second: people would come at both."""
    for starts_at in (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ):
        assert codes(starts_at) == ["weekend", "hour_is_repeated"]


@pytest.mark.promise(12)
def test_an_offset_that_the_day_does_not_have_is_told() -> None:
    """Half past nine in summer time is half past eight by November's clocks."""
    winter = datetime(2026, 11, 24, 9, 30, tzinfo=SUMMER)
    assert codes(winter) == ["offset_is_not_the_days"]
    (fault,) = faults_of_meeting_time(winter, NOW, DAYS, school_days_only=False)
    assert "08:30 in Europe/London" in fault.says
    assert "2026-11-24T08:30:00+00:00" in fault.would_help


def test_a_bank_holiday_is_told_by_its_name() -> None:
    """So that whoever chose the day knows why."""
    holiday = BankHoliday(on=date(2026, 11, 3), name="Day of the demo")
    days = SchoolDays(calendar().model_copy(update={"bank_holidays": (holiday,)}))
    at = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
    (fault,) = faults_of_meeting_time(at, NOW, days, school_days_only=False)
    assert fault.says == "2026-11-03 is a bank holiday: Day of the demo."
