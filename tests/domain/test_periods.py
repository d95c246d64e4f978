"""Years, school days and deadlines: each an instant, worked out once."""

from datetime import UTC, date, datetime, time, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods import (
    SchoolDays,
    academic_year,
    academic_year_begins,
    financial_year,
    instant,
    local_day,
    period,
)
from domain.policy.model import Calendar, DayUnit, MeetingDate
from domain.refusals import NoPolicyInForce
from tests.domain.demo_county import calendar

LONDON = "Europe/London"
days = st.dates(date(2000, 1, 1), date(2090, 12, 31))

DSPL3 = {
    date(2024, 6, 13): date(2024, 5, 30),
    date(2024, 7, 4): date(2024, 6, 20),
    date(2024, 9, 18): date(2024, 9, 4),
    date(2024, 10, 24): date(2024, 10, 10),
    date(2024, 11, 20): date(2024, 11, 6),
    date(2025, 1, 22): date(2025, 1, 8),
    date(2025, 2, 12): date(2025, 1, 29),
    date(2025, 3, 12): date(2025, 2, 26),
    date(2025, 5, 21): date(2025, 5, 7),
    date(2025, 6, 18): date(2025, 6, 4),
    date(2025, 7, 9): date(2025, 6, 25),
}
"""Eleven published panels with their deadlines, always at 18:00 local. Source: DOMAIN.md, T5."""


def fourteen_days_before() -> SchoolDays:
    """School days of a council whose papers are due fourteen calendar days before, at six."""
    rule = {"papers_unit": DayUnit.CALENDAR_DAYS, "papers_days_before": 14, "papers_at": time(18)}
    return SchoolDays(calendar().model_copy(update=rule))


@pytest.mark.promise(12)
@pytest.mark.parametrize("panel_on", DSPL3, ids=str)
def test_a_published_deadline_comes_out_at_six_local_time(panel_on: date) -> None:
    """Each of the eleven deadlines is 18:00 in London, an hour earlier in UTC in summer."""
    due = fourteen_days_before().papers_deadline(MeetingDate(cluster="dspl3", on=panel_on))
    summer = date(2024, 3, 31) <= DSPL3[panel_on] < date(2024, 10, 27) or DSPL3[panel_on] >= date(
        2025, 3, 30
    )
    assert due == datetime.combine(DSPL3[panel_on], time(17 if summer else 18), tzinfo=UTC)


@pytest.mark.promise(12)
def test_a_day_that_the_council_published_beats_the_count() -> None:
    """An explicit deadline stands, whatever the rule would have counted."""
    meeting = MeetingDate(cluster="alder", on=date(2026, 10, 13), papers_by_on=date(2026, 10, 1))
    assert SchoolDays(calendar()).papers_by_on(meeting) == date(2026, 10, 1)


@pytest.mark.promise(12)
def test_school_days_are_counted_back_over_half_term() -> None:
    """Five school days before a Tuesday after half term lie before the break."""
    school_days = SchoolDays(calendar())
    meeting = MeetingDate(cluster="alder", on=date(2026, 11, 3))
    assert school_days.papers_by_on(meeting) == date(2026, 10, 20)
    assert school_days.papers_deadline(meeting) == datetime(2026, 10, 20, 17, tzinfo=UTC)
    assert school_days.meets_at(meeting) == datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


@pytest.mark.promise(12)
def test_an_hour_that_the_clocks_skip_is_taken_an_hour_later() -> None:
    """01:30 on the last Sunday of March does not exist; the instant is that of 02:30."""
    assert instant(date(2027, 3, 28), time(1, 30), LONDON) == datetime(
        2027, 3, 28, 1, 30, tzinfo=UTC
    )


@pytest.mark.promise(12)
def test_an_hour_that_comes_twice_is_taken_the_second_time() -> None:
    """01:30 on the last Sunday of October comes twice; nobody is cut off the first time."""
    assert instant(date(2026, 10, 25), time(1, 30), LONDON) == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )


@pytest.mark.promise(12)
def test_a_deadline_in_school_days_ends_at_midnight_in_the_council() -> None:
    """Two school days after a Thursday before the clocks go back end on Monday, in GMT."""
    deadline = SchoolDays(calendar()).deadline(date(2026, 10, 22), 2)
    assert deadline == datetime(2026, 11, 3, tzinfo=UTC)
    assert local_day(deadline - timedelta(seconds=1), LONDON) == date(2026, 11, 2)


@given(days)
def test_every_day_lies_in_the_year_and_month_that_are_named_for_it(day: date) -> None:
    """Both years begin on their first day, and the month is counted from April."""
    assert date(financial_year(day), 4, 1) <= day < date(financial_year(day) + 1, 4, 1)
    year = academic_year(day)
    assert academic_year_begins(year) <= day < academic_year_begins(year + 1)
    assert (day.month + 8) % 12 + 1 == period(day)


@given(st.integers(-80, 80), st.integers(0, 300))
def test_school_days_counted_on_and_back_come_home(school_days: int, start: int) -> None:
    """From a school day, so many on and so many back is the same day."""
    demo = SchoolDays(calendar())
    day = demo.add_school_days(date(2027, 6, 10) + timedelta(days=start), 1)
    there = demo.add_school_days(day, school_days)
    assert demo.is_school_day(there)
    assert demo.add_school_days(there, -school_days) == day


def test_no_school_days_at_all_is_the_day_itself_or_the_next_school_day() -> None:
    """Counting none from a Saturday is Monday; from a Monday it is that Monday."""
    demo = SchoolDays(calendar())
    assert demo.add_school_days(date(2026, 10, 10), 0) == date(2026, 10, 12)
    assert demo.add_school_days(date(2026, 10, 12), 0) == date(2026, 10, 12)


@pytest.mark.parametrize(
    "closed_on",
    [
        date(2026, 10, 10),
        date(2026, 10, 28),
        date(2026, 9, 2),
        date(2027, 5, 3),
        date(2026, 12, 25),
        date(2027, 8, 2),
    ],
    ids=["saturday", "half term", "inset", "bank holiday in term", "christmas", "summer"],
)
def test_schools_are_closed(closed_on: date) -> None:
    """Weekends, breaks, INSET days, bank holidays and holidays are no school days."""
    assert not SchoolDays(calendar()).is_school_day(closed_on)


@pytest.mark.parametrize("day", [date(2026, 8, 31), date(2029, 9, 1)], ids=str)
def test_a_day_beyond_the_calendar_is_refused(day: date) -> None:
    """Outside the academic years of its terms the calendar does not guess."""
    with pytest.raises(NoPolicyInForce):
        SchoolDays(calendar()).is_school_day(day)


def test_counting_past_the_end_of_the_calendar_is_refused() -> None:
    """A deadline that the calendar cannot reach is refused, not invented."""
    with pytest.raises(NoPolicyInForce):
        SchoolDays(calendar()).add_school_days(date(2029, 7, 1), 60)


@pytest.mark.promise(12)
def test_bank_holidays_are_those_of_england() -> None:
    """Over the years it covers the demo calendar names exactly England's bank holidays."""
    listed = {holiday.on for holiday in calendar().bank_holidays}
    england = holidays.country_holidays("GB", subdiv="ENG", years=(2026, 2027, 2028, 2029))
    assert listed == {day for day in england if date(2026, 9, 1) <= day < date(2029, 9, 1)}


def test_a_pay_day_may_fall_in_the_school_holidays() -> None:
    """The council works in August, and not on bank holidays or at weekends."""
    demo = SchoolDays(calendar())
    assert demo.is_working_day(date(2027, 8, 2))
    assert not demo.is_working_day(date(2027, 8, 30))
    assert not demo.is_working_day(date(2027, 8, 1))


def test_the_next_meeting_is_the_first_whose_deadline_has_not_passed() -> None:
    """On the deadline's very instant a request still makes the meeting, a second later the next."""
    demo = SchoolDays(calendar())
    first, second = demo.meetings_of("alder")[:2]
    deadline = demo.papers_deadline(first)
    assert demo.next_meeting("alder", deadline) == first
    assert demo.next_meeting("alder", deadline + timedelta(seconds=1)) == second
    assert demo.next_meeting("alder", datetime(2029, 1, 1, tzinfo=UTC)) is None


def test_every_demo_meeting_can_be_prepared() -> None:
    """Each meeting of the demo calendar has a deadline before it that the calendar reaches."""
    demo = SchoolDays(calendar())
    assert isinstance(demo.calendar, Calendar)
    for meeting in demo.calendar.meetings:
        assert demo.papers_deadline(meeting) < demo.meets_at(meeting)
