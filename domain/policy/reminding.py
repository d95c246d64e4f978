"""Who is reminded of what, and when: the shape of the reminders policy.

Nothing here decides a case, so no request is pinned to it: what is in force on the day counts.
"""

from datetime import time
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.frozen import Frozen
from domain.people import Role
from domain.policy.document import PolicyDocument, refuse_all
from domain.request import Code
from domain.waiting import BLIND, Waits, may_hear_of

SchoolDaysApart = Annotated[int, Field(ge=0, le=60)]


class ReminderRule(Frozen):
    """When one kind of waiting is reminded of, and who is told that it is late."""

    waits: Waits
    before_school_days: Annotated[tuple[SchoolDaysApart, ...], Field(max_length=5)] = ()
    """So many school days before the day of the deadline; none is the morning of that day."""
    after_school_days: Annotated[int, Field(ge=1, le=60)] | None = None
    """So many school days after the day of the deadline it is late."""
    escalate_to: Role | None = None
    """Who is told then, beside those for whom it waits: whoever holds the role at that place."""
    escalate_to_grade: Code | None = None
    """The grade that the role must have, where officers are meant."""


class Reminders(PolicyDocument):
    """What is reminded of before its deadline, what is told after, and at what hour."""

    kind: Literal["reminders"]
    send_at: time
    """Local time at which a school day's reminders are written."""
    turns: Annotated[tuple[Waits, ...], Field(max_length=60)] = ()
    """What a person is told of as soon as it is their turn."""
    decisions: bool = False
    """Whether a school is told as soon as its request is decided."""
    rules: Annotated[tuple[ReminderRule, ...], Field(max_length=60)] = ()

    @model_validator(mode="after")
    def _can_be_followed(self) -> Self:
        refuse_all(self._faults())
        return self

    def _faults(self) -> list[str]:
        kinds = [rule.waits for rule in self.rules]
        faults = [f"{each} has two rules" for each in sorted(_twice(kinds))]
        faults += [f"{each} is twice among the turns" for each in sorted(_twice(self.turns))]
        if self.send_at.tzinfo is not None:
            faults.append("send_at is a local time, without a zone")
        return faults + [fault for rule in self.rules for fault in _faults_of(rule)]


def _faults_of(rule: ReminderRule) -> list[str]:
    faults = []
    before, role = rule.before_school_days, rule.escalate_to
    if len(set(before)) < len(before):
        faults.append(f"{rule.waits} is reminded of twice on one day")
    if not before and rule.after_school_days is None:
        faults.append(f"{rule.waits} is neither reminded of before nor told of after")
    if rule.after_school_days is None and role is not None:
        faults.append(f"{rule.waits} says who is told and not after how many school days")
    if rule.escalate_to_grade is not None and role is not Role.COUNCIL_OFFICER:
        faults.append(f"{rule.waits} names a grade, which only a council officer has")
    if role is not None and role not in may_hear_of(rule.waits):
        faults.append(f"{rule.waits} may not be told to a {role.replace('_', ' ')}")
    if rule.waits in BLIND and rule.after_school_days is not None:
        faults.append(f"{rule.waits} has nobody to be told after: a ballot closes")
    return faults


def _twice(kinds: tuple[Waits, ...] | list[Waits]) -> set[Waits]:
    return {kind for kind in kinds if list(kinds).count(kind) > 1}
