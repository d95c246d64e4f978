"""Promises that a well-meant edit of a rule broke while no test that names them failed."""

from datetime import UTC, date, datetime

import pytest

from domain.periods import SchoolDays
from tests.domain.demo_county import calendar


@pytest.mark.promise(12)
def test_a_day_for_staff_alone_is_not_counted_towards_a_deadline() -> None:
    """One school day on from 18 December 2026 is 5 January: Monday the 4th is for staff alone."""
    school_days = SchoolDays(calendar())
    assert school_days.add_school_days(date(2026, 12, 18), 1) == date(2027, 1, 5)
    assert school_days.deadline(date(2026, 12, 18), 1) == datetime(2027, 1, 6, tzinfo=UTC)
