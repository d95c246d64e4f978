"""Years, school days and instants: the only place that turns a day and a local time into one.

Which days are school days is the council's calendar; what is counted from them is policy.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.policy.dates import SATURDAY, Calendar, DayUnit, MeetingDate
from domain.refusals import NoPolicyInForce

FIRST_MONTH_OF_FINANCIAL_YEAR = 4
FIRST_MONTH_OF_ACADEMIC_YEAR = 9
ONE_DAY = timedelta(days=1)


def financial_year(day: date) -> int:
    """Name the financial year of a day by the year in which it starts, on 1 April.

    >>> financial_year(date(2027, 3, 31)), financial_year(date(2027, 4, 1))
    (2026, 2027)
    """
    return day.year if day.month >= FIRST_MONTH_OF_FINANCIAL_YEAR else day.year - 1


def academic_year(day: date) -> int:
    """Name the academic year of a day by the year in which it starts, on 1 September.

    >>> academic_year(date(2027, 8, 31)), academic_year(date(2027, 9, 1))
    (2026, 2027)
    """
    return day.year if day.month >= FIRST_MONTH_OF_ACADEMIC_YEAR else day.year - 1


def period(day: date) -> int:
    """Give the number of a day's month in its financial year: April is 1, March is 12."""
    return (day.month - FIRST_MONTH_OF_FINANCIAL_YEAR) % 12 + 1


def academic_year_begins(year: int) -> date:
    """Give the first day of an academic year; the day after its last is the next one's first."""
    return date(year, FIRST_MONTH_OF_ACADEMIC_YEAR, 1)


def instant(day: date, at: time, zone: str) -> datetime:
    """Give the UTC instant of a local time, worked out once and then stored (promise 12).

    An hour that the clocks skip is taken an hour later, an hour that they repeat the second time:
    a deadline in a clock change always falls on the later instant, and cuts nobody short.

    >>> instant(date(2026, 7, 1), time(18), "Europe/London").isoformat()
    '2026-07-01T17:00:00+00:00'
    """
    local = datetime.combine(day, at, tzinfo=ZoneInfo(zone))
    return max(local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def local_day(at: datetime, zone: str) -> date:
    """Give the day that it is in the council's place at an instant."""
    return at.astimezone(ZoneInfo(zone)).date()


class SchoolDays:
    """The school days of a council's calendar, and the deadlines that are counted in them."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._bank_holidays = frozenset(holiday.on for holiday in calendar.bank_holidays)
        self._closed = self._bank_holidays | frozenset(calendar.inset_days)
        years = [academic_year(term.first_on) for term in calendar.terms]
        self._reach_from = academic_year_begins(min(years))
        self._reach_until = academic_year_begins(max(years) + 1)

    def is_working_day(self, day: date) -> bool:
        """Whether the council pays and answers on the day: no weekend, no bank holiday."""
        return day.weekday() < SATURDAY and day not in self._bank_holidays

    def is_school_day(self, day: date) -> bool:
        """Whether schools are open to pupils; a day beyond the calendar is refused, not guessed."""
        if not self._reach_from <= day < self._reach_until:
            raise NoPolicyInForce(
                f"whether {day} is a school day",
                f"the calendar reaches from {self._reach_from} to {self._reach_until - ONE_DAY}",
            )
        open_on = day.weekday() < SATURDAY and day not in self._closed
        return open_on and any(term.has(day) for term in self.calendar.terms)

    def add_school_days(self, day: date, school_days: int) -> date:
        """Count school days on from a day, or back; the day itself never counts.

        None at all is the day itself when it is a school day, else the next one.
        """
        step = ONE_DAY if school_days >= 0 else -ONE_DAY
        left = abs(school_days)
        if not left:
            left = 1
            day -= ONE_DAY if self.is_school_day(day) else timedelta()
        while left:
            day += step
            left -= self.is_school_day(day)
        return day

    def deadline(self, day: date, school_days: int) -> datetime:
        """Give the end, at midnight local time, of the school day so many after a day."""
        last = self.add_school_days(day, school_days)
        return instant(last + ONE_DAY, time(), self.calendar.time_zone)

    def papers_by_on(self, meeting: MeetingDate) -> date:
        """Give the day papers are due: the published one, else counted back as the policy says."""
        if meeting.papers_by_on is not None:
            return meeting.papers_by_on
        days = self.calendar.papers_days_before
        if self.calendar.papers_unit is DayUnit.CALENDAR_DAYS:
            return meeting.on - timedelta(days=days)
        return self.add_school_days(meeting.on, -days)

    def papers_deadline(self, meeting: MeetingDate) -> datetime:
        """Give the instant by which papers for a meeting are in."""
        return instant(self.papers_by_on(meeting), self.calendar.papers_at, self.calendar.time_zone)

    def meets_at(self, meeting: MeetingDate) -> datetime:
        """Give the instant at which a meeting begins."""
        return instant(meeting.on, self.calendar.meetings_at, self.calendar.time_zone)

    def meetings_of(self, cluster: str) -> tuple[MeetingDate, ...]:
        """List a cluster's dated meetings, earliest first."""
        own = (meeting for meeting in self.calendar.meetings if meeting.cluster == cluster)
        return tuple(sorted(own, key=lambda meeting: meeting.on))

    def next_meeting(self, cluster: str, now: datetime) -> MeetingDate | None:
        """Find the first meeting of a cluster whose deadline for papers has not passed."""
        for meeting in self.meetings_of(cluster):
            if self.papers_deadline(meeting) >= now:
                return meeting
        return None
