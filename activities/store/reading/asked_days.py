"""Who may ask a report on policy for which days, and the smallest number that is shown to them.

Two reports that differ by a day tell that day by subtraction. So leaders are given whole academic
years that have ended; officers, who may open each case, any days; policy officers every number.
"""

from datetime import date

from sqlmodel import Session

from activities.store.policies import document_on
from activities.store.reading.caller import OFFICERS, Caller
from domain.frozen import Frozen
from domain.people import Role
from domain.periods import academic_year, academic_year_begins
from domain.policy.equality import Equality
from domain.refusals import NoPolicyInForce, NotValid, RoleNeeded

_READERS = (Role.POLICY_OFFICER, Role.LEADER, *OFFICERS)


class Days(Frozen):
    """From a day until before another."""

    from_on: date
    until_on: date
    """The first day that no longer counts."""


def in_days(column: str) -> str:
    """Say in SQL that a moment lies on the days ``:from_on`` until ``:until_on``, as here.

    The days are made moments, not the moments days: so an index on the column finds them. Clocks
    are put forward and back after midnight, so each day begins once.
    """
    begins = "CAST({} AS timestamp) AT TIME ZONE 'Europe/London'".format
    return f"({column} >= {begins(':from_on')} AND {column} < {begins(':until_on')})"


def check_may_ask(caller: Caller, days: Days, cluster: str | None = None) -> None:
    """Refuse days that are not for this person, before anything is counted."""
    if not caller.holds(*_READERS):
        raise RoleNeeded(
            "to read how the policy is departed from", "policy officers, officers and leaders do"
        )
    if days.until_on <= days.from_on:
        raise NotValid("to report these days", "the last of them is before the first")
    if caller.holds(Role.POLICY_OFFICER):
        return
    if cluster is not None:
        raise RoleNeeded(
            "to read of one cluster alone",
            "beside the whole it would give small numbers away; policy officers may",
            "Leave the cluster out: each is a line of the whole report.",
        )
    if not caller.holds(*OFFICERS):
        check_whole_year(caller, days)


def is_ended_year(caller: Caller, days: Days) -> bool:
    """Whether the days are one academic year that has ended."""
    year = academic_year(days.from_on)
    whole = Days(from_on=academic_year_begins(year), until_on=academic_year_begins(year + 1))
    return days == whole and caller.day >= whole.until_on


def check_whole_year(caller: Caller, days: Days) -> None:
    """Refuse anything but one academic year that has ended."""
    if not is_ended_year(caller, days):
        last = academic_year(caller.day) - 1
        raise NotValid(
            "to report these days",
            "days that may be chosen freely would give small numbers away by subtraction",
            "Ask for one academic year that has ended, such as"
            f" {academic_year_begins(last)} until {academic_year_begins(last + 1)}.",
        )


def smallest_shown(session: Session, caller: Caller) -> int:
    """The smallest number that this person is shown: 1 for policy officers.

    The number is the council's own; where it has published none, nobody else is shown any.
    """
    if caller.holds(Role.POLICY_OFFICER):
        return 1
    return equality_on(session, caller.day).smallest_shown


def equality_on(session: Session, day: date) -> Equality:
    """Give the equality policy in force on a day."""
    found = document_on(session, "equality", Equality, day)
    if found is None:
        raise NoPolicyInForce(
            f"the equality policy on {day}",
            "no version covers the day, so no smallest number that may be shown is set",
        )
    return found
