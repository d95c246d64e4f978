"""Terms, bank holidays, meetings and deadlines: the shape of the calendar policy."""

from datetime import date, time
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from domain.frozen import Frozen
from domain.policy.document import PolicyDocument, Sentence, refuse_all
from domain.request import Code

SATURDAY = 5
"""The weekday number with which a weekend begins."""


class Term(Frozen):
    """A school term: first and last school day, and the half-term break inside it."""

    code: Code
    first_on: date
    last_on: date
    break_first_on: date | None = None
    break_last_on: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.break_first_on is None) != (self.break_last_on is None):
            raise ValueError("a half-term break needs its first and its last day")
        days = (self.first_on, self.break_first_on, self.break_last_on, self.last_on)
        stated = [day for day in days if day is not None]
        if stated != sorted(stated):
            raise ValueError("the days of a term are out of order")
        return self

    def has(self, day: date) -> bool:
        """Whether the day lies in the term and outside its half-term break."""
        if not self.first_on <= day <= self.last_on:
            return False
        if self.break_first_on is None or self.break_last_on is None:
            return True
        return not self.break_first_on <= day <= self.break_last_on


class DayUnit(StrEnum):
    """Which days a deadline counts: those that schools are open, or all."""

    SCHOOL_DAYS = "school_days"
    CALENDAR_DAYS = "calendar_days"


class BankHoliday(Frozen):
    """A bank holiday in England."""

    on: date
    name: Sentence


class MeetingDate(Frozen):
    """A dated panel meeting, and the day of its deadline where the council publishes it."""

    cluster: Code
    on: date
    papers_by_on: date | None = None

    @model_validator(mode="after")
    def _papers_come_first(self) -> Self:
        if self.papers_by_on is not None and self.papers_by_on >= self.on:
            raise ValueError("papers are due before the meeting")
        return self


class Calendar(PolicyDocument):
    """School days, bank holidays, meetings and how a deadline is worked out from them."""

    kind: Literal["calendar"]
    time_zone: str
    terms: tuple[Term, ...] = Field(min_length=1, max_length=60)
    bank_holidays: tuple[BankHoliday, ...] = Field(min_length=1, max_length=200)
    inset_days: tuple[date, ...] = ()
    papers_days_before: Annotated[int, Field(ge=1, le=60)]
    papers_unit: DayUnit
    papers_at: time
    """Local time of the deadline."""
    meetings_at: time
    """Local time at which a panel meets."""
    meetings: tuple[MeetingDate, ...] = Field(default=(), max_length=5_000)

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("no time zone has this name; England's is Europe/London") from None
        return name

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        faults = [
            f"term {later.code} begins before {earlier.code} has ended"
            for earlier, later in zip(self.terms, self.terms[1:], strict=False)
            if later.first_on <= earlier.last_on
        ]
        days = [holiday.on for holiday in self.bank_holidays]
        faults += [
            f"{day} is listed twice as a bank holiday"
            for day in sorted(set(days))
            if days.count(day) > 1
        ]
        closed = {*days, *self.inset_days}
        faults += [
            f"{meeting.cluster} meets on {meeting.on}, which is no school day"
            for meeting in self.meetings
            if meeting.on in closed
            or meeting.on.weekday() >= SATURDAY
            or not any(t.has(meeting.on) for t in self.terms)
        ]
        refuse_all(faults)
        return self
