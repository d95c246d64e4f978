"""A cluster's year of meetings, from the council's calendar: each with its deadline for papers.

Every moment is worked out once, here, and then stored and shown (promise 12).
"""

from datetime import date, datetime

from domain.frozen import Frozen
from domain.periods import ONE_DAY, SchoolDays, academic_year, academic_year_begins
from domain.refusals import NoPolicyInForce


class PlannedMeeting(Frozen):
    """One meeting of a cluster's year."""

    number: int
    """Its place in the academic year: the first is 1."""
    cluster: str
    on: date
    meets_at: datetime
    """The instant at which it begins, in UTC."""
    papers_by_on: date
    papers_by_at: datetime
    """The instant by which papers are in, in UTC: later ones wait for the next meeting."""
    papers_on_school_day: bool | None
    """Whether schools are open on the day papers are due: if not, who is there to send them? None
    for a day before the calendar begins."""


def meeting_year(days: SchoolDays, cluster: str, year: int) -> tuple[PlannedMeeting, ...]:
    """List a cluster's meetings of an academic year, named by its first calendar year, in order.

    None is an answer: the council has published no date. A year that the calendar does not reach
    is refused with ``NoPolicyInForce``: nobody guesses when schools are open.
    """
    days.is_school_day(academic_year_begins(year))
    days.is_school_day(academic_year_begins(year + 1) - ONE_DAY)
    dated = [each for each in days.meetings_of(cluster) if academic_year(each.on) == year]
    return tuple(
        PlannedMeeting(
            number=number,
            cluster=cluster,
            on=meeting.on,
            meets_at=days.meets_at(meeting),
            papers_by_on=days.papers_by_on(meeting),
            papers_by_at=days.papers_deadline(meeting),
            papers_on_school_day=_open_on(days, days.papers_by_on(meeting)),
        )
        for number, meeting in enumerate(dated, start=1)
    )


def _open_on(days: SchoolDays, day: date) -> bool | None:
    try:
        return days.is_school_day(day)
    except NoPolicyInForce:
        return None
