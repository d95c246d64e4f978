"""What the record says of a day: rows hold from their first day until before their last bound."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from activities.store.tables import PolicyVersionRow


def on_day(row: Any, day: date) -> ColumnElement[bool]:
    """Rows of a table that hold on a day; without ``until_on`` they hold until further notice.

    The domain says the same of roles and memberships by ``holds_on``.
    """
    return _holds(row.from_on, row.until_on, day)


def in_force(day: date) -> ColumnElement[bool]:
    """Versions of policy that govern a day; one that is withdrawn governs none."""
    governs = _holds(PolicyVersionRow.in_force_from, PolicyVersionRow.in_force_until, day)
    return governs & col(PolicyVersionRow.withdrawn_at).is_(None)


def _holds(from_on: Any, until_on: Any, day: date) -> ColumnElement[bool]:
    until = col(until_on)
    return (col(from_on) <= day) & (until.is_(None) | (until > day))
