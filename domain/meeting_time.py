"""When a panel may meet: on a day on which people are there, at an hour that there is, once.

Every fault of a time is told at once, each with what would mend it (promise 13).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.periods import SchoolDays
from domain.policy.dates import SATURDAY
from domain.screening import Fault

_FIELD = "starts_at"


def faults_of_meeting_time(
    starts_at: datetime, now: datetime, days: SchoolDays, *, school_days_only: bool
) -> tuple[Fault, ...]:
    """List everything that keeps a panel from meeting at an instant, as it was written.

    The zone with which it was written counts: in an hour that the clocks skip nobody can meet, in
    one that they repeat half of them come at the wrong time. A day beyond the calendar is refused
    with ``NoPolicyInForce`` where school days are asked for.
    """
    zone = ZoneInfo(days.calendar.time_zone)
    return (
        *_faults_of_day(starts_at, now, days, zone, school_days_only=school_days_only),
        *_faults_of_hour(starts_at, zone),
    )


def _faults_of_day(
    starts_at: datetime, now: datetime, days: SchoolDays, zone: ZoneInfo, *, school_days_only: bool
) -> Iterator[Fault]:
    on = starts_at.astimezone(zone).date()
    holidays = {each.on: each.name for each in days.calendar.bank_holidays}
    if starts_at <= now:
        yield _fault("in_the_past", "It would start in the past.", "Choose a time still to come.")
    if on in holidays:
        says = f"{on} is a bank holiday: {holidays[on]}."
        yield _fault("bank_holiday", says, "Choose a working day.")
    if on.weekday() >= SATURDAY:
        yield _fault("weekend", f"{on} is a {on:%A}.", "Choose a working day.")
    elif school_days_only and on not in holidays and not days.is_school_day(on):
        says = f"{on} is no school day: schools are closed."
        yield _fault("no_school_day", says, "Choose a day in term, on which schools are open.")


def _faults_of_hour(starts_at: datetime, zone: ZoneInfo) -> Iterator[Fault]:
    written = starts_at.replace(tzinfo=None)
    local = starts_at.astimezone(UTC).astimezone(zone)
    meant = local.utcoffset()
    assert meant is not None, "every zone has an offset"
    if _is_skipped(written, zone):
        says = f"The clocks skip {written:%H:%M} on {written:%d %B %Y}: there is no such time."
        yield _fault("hour_is_skipped", says, "Choose another hour.")
    elif starts_at.utcoffset() not in (timedelta(), meant):
        says = f"It is written as {written:%H:%M}, which is {local:%H:%M} in {zone.key} that day."
        help_ = f"Write it in UTC, or with the offset of the day: {local.isoformat()}."
        yield _fault("offset_is_not_the_days", says, help_)
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        says = f"The clocks show {local:%H:%M} twice on {local:%d %B %Y}."
        yield _fault("hour_is_repeated", says, "Choose another hour: half would come too early.")


def _is_skipped(written: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks of a zone never show this time: there and back is another."""
    shown = written.replace(tzinfo=zone)
    back = shown.astimezone(UTC).astimezone(zone)
    return back.replace(tzinfo=None) != written


def _fault(code: str, says: str, would_help: str) -> Fault:
    return Fault(code=code, says=says, would_help=would_help, field=_FIELD)


def why_not_called_off(*, is_opened: bool, has_ballot: bool, has_room: bool) -> str:
    """Say why a meeting cannot be called off any more; nothing where it can.

    >>> why_not_called_off(is_opened=True, has_ballot=True, has_room=True)
    'it has been opened'
    >>> why_not_called_off(is_opened=False, has_ballot=True, has_room=True)
    'a ballot has been opened in it'
    >>> why_not_called_off(is_opened=False, has_ballot=False, has_room=False)
    'members vote online already'
    """
    if is_opened:
        return "it has been opened"
    if has_ballot:
        return "a ballot has been opened in it"
    return "" if has_room else "members vote online already"
