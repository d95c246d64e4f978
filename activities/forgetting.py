"""What is not kept for ever: who was signed in, some time after a session was over."""

from datetime import timedelta

from sqlalchemy import Engine

from activities.clock import Clock
from activities.store.recording.sessions import forget_sessions
from activities.store.session import transaction


class Forgetting:
    """Takes away the sessions that were over longer ago than they are kept."""

    def __init__(self, engine: Engine, clock: Clock, kept: timedelta) -> None:
        self._engine = engine
        self._clock = clock
        self._kept = kept

    def look(self) -> int:
        """Forget what is old enough, and say how many sessions that was; twice does no more."""
        with transaction(self._engine) as session:
            return forget_sessions(session, self._clock.now() - self._kept)
