"""A cluster's year of meetings, called at once from the council's calendar."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel import Session, select

from activities.store.reading.policies import calendar_on
from activities.store.recording.acts import write_act
from activities.store.recording.meeting_acts import check_calls, subject_of
from activities.store.recording.said import Saying
from activities.store.tables import MeetingRow
from domain.acts import CallingMeeting
from domain.frozen import Frozen
from domain.meeting_year import PlannedMeeting, meeting_year
from domain.periods import SchoolDays, academic_year_begins
from domain.refusals import NotValid
from domain.request import Code
from domain.stages import ActKind

_TO_CALL = "to call a year of meetings"


class CallingYear(Frozen):
    """Which cluster's meetings are called, of which academic year, named by its first year."""

    cluster: Code
    year: Annotated[int, Field(ge=2000, le=2099)]


class MeetingOfYear(Frozen):
    """A meeting of a cluster's year, with its deadline for papers."""

    meeting_id: UUID
    number: int
    starts_at: datetime
    papers_by_at: datetime
    papers_on_school_day: bool | None
    """Whether schools are open on the day papers are due."""
    called_now: bool
    """Whether it was called just now; one that had been called stands as it is."""


class YearCalled(Frozen):
    """A cluster's meetings of an academic year that are to come."""

    cluster: str
    year: int
    meetings: tuple[MeetingOfYear, ...]
    past: tuple[datetime, ...]
    """When those of the year began that have been: nobody calls them any more."""


def call_year(session: Session, saying: Saying, choices: CallingYear) -> YearCalled:
    """Call every meeting of a cluster's year that is still to come, each with its deadline.

    What had been called stands: said twice, it is called once (promise 4). The calendar has no
    meeting on a day without school: it is refused, with every such day, when it is published.
    """
    caller = saying.caller
    check_calls(session, caller, choices.cluster)
    begins = academic_year_begins(choices.year)
    days = SchoolDays(calendar_on(session, max(begins, caller.day)))
    planned = meeting_year(days, choices.cluster, choices.year)
    if not planned:
        raise NotValid(
            _TO_CALL,
            f"the calendar has no meeting of this cluster from {begins} on for a year",
            "A policy officer publishes the dates in the calendar.",
        )
    ahead = [each for each in planned if each.meets_at > caller.now]
    return YearCalled(
        cluster=choices.cluster,
        year=choices.year,
        meetings=tuple(_called(session, saying, each) for each in ahead),
        past=tuple(each.meets_at for each in planned if each.meets_at <= caller.now),
    )


def _called(session: Session, saying: Saying, planned: PlannedMeeting) -> MeetingOfYear:
    """Call one meeting, unless the panel meets at that time already."""
    same = select(MeetingRow).where(
        MeetingRow.cluster_code == planned.cluster, MeetingRow.starts_at == planned.meets_at
    )
    row = session.exec(same).first()
    is_new = row is None
    if row is None:
        row = _write(session, saying, planned)
    return MeetingOfYear(
        meeting_id=row.id,
        number=planned.number,
        starts_at=row.starts_at,
        papers_by_at=row.papers_by_at,
        papers_on_school_day=planned.papers_on_school_day,
        called_now=is_new,
    )


def _write(session: Session, saying: Saying, planned: PlannedMeeting) -> MeetingRow:
    """Write a meeting with the act that calls it, in words of its own: its id is the act's."""
    own = saying.model_copy(update={"key": f"{saying.key}/{planned.number}"})
    row = MeetingRow(
        id=own.id,
        cluster_code=planned.cluster,
        starts_at=planned.meets_at,
        papers_by_at=planned.papers_by_at,
        called_by=saying.caller.person.id,
        called_at=saying.caller.now,
    )
    session.add(row)
    session.flush()
    choices = CallingMeeting(cluster=planned.cluster, starts_at=planned.meets_at)
    write_act(session, own, ActKind.CALL_MEETING, subject_of(row), choices)
    return row
