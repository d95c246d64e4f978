"""What is due to be said of what waits: before a deadline and after it, in school days.

Which step of a rule is due is worked out from the deadline alone, so it comes out the same however
often and whenever it is asked; whoever writes it down once under its instant writes it once.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from domain.frozen import Frozen
from domain.periods import ONE_DAY, SchoolDays, instant, local_day
from domain.policy.reminding import ReminderRule, Reminders
from domain.refusals import NoPolicyInForce

_A_MOMENT = timedelta(microseconds=1)
"""A deadline at midnight is the end of the day before."""


_TO_SPARE = 2
"""School days: a day's end is the next day's beginning, and a rule counts from the day itself."""
_FAR = datetime(9999, 1, 1, tzinfo=UTC)


class ReminderStep(StrEnum):
    """Why a message is written."""

    TURN = "turn"
    """It has become the person's turn."""
    BEFORE = "before"
    """The deadline comes near."""
    AFTER = "after"
    """The deadline has passed, and whoever the policy names is told as well."""
    ESCALATED = "escalated"
    """What waits for somebody else is late."""
    DECIDED = "decided"
    """The school's request is decided."""


class DueStep(Frozen):
    """A step of a rule that is due, and the instant at which it fell due: its name for ever."""

    step: ReminderStep
    due_at: datetime


def due_step(
    rule: ReminderRule, by_at: datetime, days: SchoolDays, policy: Reminders, now: datetime
) -> DueStep | None:
    """Say which step is due of something that waits until ``by_at`` and still waits now.

    Only the last one that fell due: after some days without anybody to write them, a person is
    told once where it stands and not once for each day. A step beyond the calendar is not guessed.
    """
    wanted = ReminderStep.AFTER if now >= by_at else ReminderStep.BEFORE
    steps = _steps(rule, by_at, days, policy)
    due = [each for each in steps if each.step is wanted and each.due_at <= now]
    return max(due, key=lambda each: each.due_at, default=None)


def horizon(days: SchoolDays, policy: Reminders, now: datetime) -> datetime:
    """Give an instant behind which no deadline is reminded of yet, by any of the rules."""
    zone = days.calendar.time_zone
    before = [each for rule in policy.rules for each in rule.before_school_days]
    on = _counted(days, local_day(now, zone), max(before, default=0) + _TO_SPARE)
    return _FAR if on is None else instant(on, time(), zone)


def last_morning(days: SchoolDays, policy: Reminders, now: datetime) -> datetime | None:
    """Give the last instant at which a school day's reminders are written; none beyond reach."""
    zone = days.calendar.time_zone
    day = local_day(now, zone)
    try:
        while not days.is_school_day(day) or instant(day, policy.send_at, zone) > now:
            day -= ONE_DAY
    except NoPolicyInForce:
        return None
    return instant(day, policy.send_at, zone)


def _steps(
    rule: ReminderRule, by_at: datetime, days: SchoolDays, policy: Reminders
) -> Iterator[DueStep]:
    zone = days.calendar.time_zone
    day = local_day(by_at - _A_MOMENT, zone)
    counted = [(ReminderStep.BEFORE, -each) for each in rule.before_school_days]
    if rule.after_school_days is not None:
        counted.append((ReminderStep.AFTER, rule.after_school_days))
    for step, school_days in counted:
        on = _counted(days, day, school_days)
        if on is not None:
            yield DueStep(step=step, due_at=instant(on, policy.send_at, zone))


def _counted(days: SchoolDays, day: date, school_days: int) -> date | None:
    """Count from the day of a deadline; none is that day, or the school day before it."""
    try:
        if not school_days and not days.is_school_day(day):
            return days.add_school_days(day, -1)
        return days.add_school_days(day, school_days)
    except NoPolicyInForce:
        return None
