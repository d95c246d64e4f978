"""Who was signed in is kept for some time after it was over, and then no longer."""

from datetime import UTC, datetime, timedelta

from activities.clock import SystemClock
from activities.forgetting import Forgetting
from activities.store.recording import SessionHeld, begin_session, end_session
from activities.store.recording.sessions import forget_sessions
from activities.store.session import transaction
from tests.activities.small_county import ISSUER, named
from tests.activities.world import World
from tests.conftest import StillClock

KEPT = timedelta(days=30)
LASTS = timedelta(hours=12)
MONDAY = datetime(2020, 10, 5, 8, tzinfo=UTC)
"""Long ago by any machine's own clock."""


def signs_in(world: World, key: str, begun_at: datetime) -> None:
    """Somebody signs in under a key."""
    held = SessionHeld(issuer=ISSUER, subject="officer.1")
    with transaction(world.engine) as session:
        begin_session(session, key, named("officer.1"), held, begun_at, begun_at + LASTS)


def kept(world: World) -> int:
    """How many sessions the record has."""
    return int(world.one("SELECT count(*) FROM web_session"))


def test_a_session_goes_some_time_after_it_was_over(world: World) -> None:
    """Signed out or run out, each after as many days as it is kept; looking twice takes no more."""
    signs_in(world, "signed-out", MONDAY)
    with transaction(world.engine) as session:
        end_session(session, "signed-out", MONDAY + timedelta(hours=1))
    signs_in(world, "ran-out", MONDAY)
    looks = [
        (MONDAY + KEPT, 0, 2),
        (MONDAY + KEPT + timedelta(hours=2), 1, 1),
        (MONDAY + KEPT + timedelta(hours=2), 0, 1),
        (MONDAY + KEPT + LASTS + timedelta(seconds=1), 1, 0),
    ]
    for now, gone, left in looks:
        assert Forgetting(world.engine, StillClock(now), KEPT).look() == gone
        assert kept(world) == left


def test_a_session_that_lasts_is_never_taken(world: World) -> None:
    """Whatever is asked: the record looks at its own clock, and what is not over stays."""
    now = SystemClock().now()
    signs_in(world, "going-on", now)
    with transaction(world.engine) as session:
        assert forget_sessions(session, now + timedelta(days=365)) == 0
    assert kept(world) == 1
