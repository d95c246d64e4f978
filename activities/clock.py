"""The one place that asks what time it is; everything else is handed a clock.

The moved clock is wall time and an offset that every process reads from PostgreSQL, so the demo
moves the API, the worker and itself together. Rules never look at a clock at all.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, text

from activities.settings import ClockKind, Settings

LONDON = ZoneInfo("Europe/London")

FIRST_MORNING = datetime(2026, 10, 5, 8, 0, tzinfo=LONDON).astimezone(UTC)
"""Where the demo and the tests begin: a Monday at eight in the morning, in term."""

_READ = text("SELECT offset_microseconds FROM clock_offset")
_WRITE = text(
    "INSERT INTO clock_offset (only_row, offset_microseconds) VALUES (true, :offset)"
    " ON CONFLICT (only_row) DO UPDATE SET offset_microseconds = excluded.offset_microseconds"
)
_MOVE = text(
    "UPDATE clock_offset SET offset_microseconds = offset_microseconds + :offset"
    " RETURNING offset_microseconds"
)


class Clock(Protocol):
    """What the time is, as a UTC instant."""

    @property
    def is_moved(self) -> bool:
        """Whether it may differ from the machine's own clock, as in the demo and the tests."""
        ...

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
        ...


class SystemClock:
    """The machine's own clock: what a council runs on."""

    is_moved = False

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
        return datetime.now(UTC)


class MovedClock:
    """Wall time and an offset kept in PostgreSQL, so that nothing waits in real days.

    The offset is read each time: another process may have moved it a moment ago.
    """

    is_moved = True

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def now(self) -> datetime:
        """Return the moved instant, in UTC; wall time while nobody has set it."""
        with self._engine.connect() as connection:
            offset = connection.execute(_READ).scalar_one_or_none()
        return datetime.now(UTC) + timedelta(microseconds=offset or 0)

    def begin_at(self, instant: datetime) -> bool:
        """Set the clock to `instant` unless it was set before; say whether it was set now."""
        with self._engine.begin() as connection:
            if connection.execute(_READ).scalar_one_or_none() is not None:
                return False
            connection.execute(_WRITE, {"offset": _microseconds(instant - datetime.now(UTC))})
        return True

    def move_on(self, step: timedelta) -> datetime:
        """Move the clock on by `step` and return the new present; time is never moved back."""
        if step < timedelta(0):
            raise ValueError("A clock only moves on.")
        with self._engine.begin() as connection:
            offset = connection.execute(_MOVE, {"offset": _microseconds(step)}).scalar_one()
        return datetime.now(UTC) + timedelta(microseconds=offset)

    def move_to(self, instant: datetime) -> datetime:
        """Move the clock on to `instant` and return the new present."""
        return self.move_on(instant - self.now())


def day_of(instant: datetime) -> date:
    """Say which day it is in the council's place at an instant."""
    return instant.astimezone(LONDON).date()


def clock_of(chosen: Settings, engine: Engine) -> Clock:
    """Return the clock that the settings name, to be handed in from here on."""
    return MovedClock(engine) if chosen.clock is ClockKind.MOVED else SystemClock()


def _microseconds(span: timedelta) -> int:
    """Return a span as whole microseconds, exactly."""
    return span // timedelta(microseconds=1)
