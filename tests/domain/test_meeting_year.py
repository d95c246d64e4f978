"""A cluster's year of meetings: the published dates and deadlines come out exactly."""

from datetime import UTC, date, datetime, time

import pytest

from domain.meeting_year import meeting_year
from domain.periods import SchoolDays, instant
from domain.policy.model import BankHoliday, Calendar, DayUnit, MeetingDate, Term
from domain.refusals import NoPolicyInForce
from tests.domain.demo_county import calendar

LONDON = "Europe/London"

DSPL3 = {
    "2024-06-13": "2024-05-30T17:00Z",
    "2024-07-04": "2024-06-20T17:00Z",
    "2024-09-18": "2024-09-04T17:00Z",
    "2024-10-24": "2024-10-10T17:00Z",
    "2024-11-20": "2024-11-06T18:00Z",
    "2025-01-22": "2025-01-08T18:00Z",
    "2025-02-12": "2025-01-29T18:00Z",
    "2025-03-12": "2025-02-26T18:00Z",
    "2025-05-21": "2025-05-07T17:00Z",
    "2025-06-18": "2025-06-04T17:00Z",
    "2025-07-09": "2025-06-25T17:00Z",
}
"""Eleven published panels and their deadlines, 18:00 in London each. Source: DOMAIN.md, T5."""

TERMS = (
    ("summer_2024", "2024-04-15", "2024-07-23", "2024-05-27", "2024-05-31"),
    ("autumn_2024", "2024-09-02", "2024-12-20", "2024-10-28", "2024-11-01"),
    ("spring_2025", "2025-01-06", "2025-04-04", "2025-02-17", "2025-02-21"),
    ("summer_2025", "2025-04-22", "2025-07-22", "2025-05-26", "2025-05-30"),
)
"""Terms of a school year around these dates; T5 publishes none."""


def dspl3() -> SchoolDays:
    """A calendar with the eleven dates, and papers due fourteen days before at six."""
    terms = [
        Term(
            code=code,
            first_on=date.fromisoformat(first),
            last_on=date.fromisoformat(last),
            break_first_on=date.fromisoformat(break_first),
            break_last_on=date.fromisoformat(break_last),
        )
        for code, first, last, break_first, break_last in TERMS
    ]
    dates = [date.fromisoformat(each) for each in reversed(DSPL3)]
    return SchoolDays(
        Calendar(
            kind="calendar",
            council="hertfordshire",
            in_force_from=date(2024, 4, 15),
            authority="as published; no decision is named",
            source="DSPL3, Local High Needs Funding, panel dates",
            time_zone=LONDON,
            terms=tuple(terms),
            bank_holidays=(BankHoliday(on=date(2025, 5, 5), name="Early May bank holiday"),),
            papers_days_before=14,
            papers_unit=DayUnit.CALENDAR_DAYS,
            papers_at=time(18),
            meetings_at=time(9, 30),
            meetings=tuple(MeetingDate(cluster="dspl3", on=each) for each in dates),
        )
    )


@pytest.mark.promise(12)
def test_the_eleven_published_panels_and_deadlines_come_out_exactly() -> None:
    """In order, over two academic years, in summer time and in winter time."""
    planned = [*meeting_year(dspl3(), "dspl3", 2023), *meeting_year(dspl3(), "dspl3", 2024)]
    assert {f"{each.on}": f"{each.papers_by_at:%Y-%m-%dT%H:%M}Z" for each in planned} == DSPL3
    assert [each.on for each in planned] == sorted(each.on for each in planned)
    assert {each.papers_by_at.tzinfo for each in planned} == {UTC}


@pytest.mark.promise(12)
def test_meetings_begin_at_the_councils_own_hour_all_year() -> None:
    """Half past nine in London is half past eight in UTC in June, and half past nine in January."""
    year = meeting_year(dspl3(), "dspl3", 2024)
    begun = {each.on: each.meets_at for each in year}
    assert begun[date(2025, 1, 22)] == datetime(2025, 1, 22, 9, 30, tzinfo=UTC)
    assert begun[date(2025, 6, 18)] == datetime(2025, 6, 18, 8, 30, tzinfo=UTC)


def test_meetings_are_numbered_through_the_academic_year() -> None:
    """Two are left of the one year and nine are in the next."""
    earlier, later = (meeting_year(dspl3(), "dspl3", year) for year in (2023, 2024))
    assert [each.number for each in earlier] == [1, 2]
    assert [each.number for each in later] == list(range(1, 10))


def test_a_deadline_on_which_schools_are_closed_is_told() -> None:
    """Fourteen days before 13 June 2024 is half term; every other deadline is a school day."""
    planned = [*meeting_year(dspl3(), "dspl3", 2023), *meeting_year(dspl3(), "dspl3", 2024)]
    closed = [each.papers_by_on for each in planned if not each.papers_on_school_day]
    assert closed == [date(2024, 5, 30)]


def test_school_days_are_counted_back_from_each_meeting_of_the_demo_county() -> None:
    """Five school days before each of alder's six meetings, at six in London."""
    year = meeting_year(SchoolDays(calendar()), "alder", 2026)
    assert [(each.on, each.papers_by_on) for each in year] == [
        (date(2026, 10, 13), date(2026, 10, 6)),
        (date(2026, 11, 24), date(2026, 11, 17)),
        (date(2027, 1, 26), date(2027, 1, 19)),
        (date(2027, 3, 9), date(2027, 3, 2)),
        (date(2027, 4, 27), date(2027, 4, 20)),
        (date(2027, 6, 22), date(2027, 6, 15)),
    ]
    assert all(each.papers_by_at == instant(each.papers_by_on, time(18), LONDON) for each in year)
    assert all(each.papers_on_school_day for each in year)


def test_a_deadline_before_the_calendar_begins_is_not_judged() -> None:
    """Papers for early September are due in August, of which the first calendar says nothing."""
    early = MeetingDate(cluster="alder", on=date(2026, 9, 8))
    rule = {"papers_unit": DayUnit.CALENDAR_DAYS, "papers_days_before": 14, "meetings": (early,)}
    found = meeting_year(SchoolDays(calendar().model_copy(update=rule)), "alder", 2026)
    assert [(each.papers_by_on, each.papers_on_school_day) for each in found] == [
        (date(2026, 8, 25), None)
    ]


def test_a_day_that_the_council_published_is_the_deadline() -> None:
    """Whatever the rule would have counted."""
    own = MeetingDate(cluster="alder", on=date(2026, 10, 13), papers_by_on=date(2026, 10, 1))
    days = SchoolDays(calendar().model_copy(update={"meetings": (own,)}))
    (found,) = meeting_year(days, "alder", 2026)
    assert found.papers_by_at == instant(date(2026, 10, 1), time(18), LONDON)


def test_a_cluster_without_dates_has_no_meetings() -> None:
    """Nothing was published for it, and that is what is said."""
    assert meeting_year(dspl3(), "another", 2024) == ()


@pytest.mark.parametrize("year", [2022, 2025], ids=str)
def test_a_year_beyond_the_calendar_is_refused(year: int) -> None:
    """The calendar says nothing of the year before or the year after."""
    with pytest.raises(NoPolicyInForce):
        meeting_year(dspl3(), "dspl3", year)
