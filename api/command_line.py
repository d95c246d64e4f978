"""What a command on the record stands on: the database that the settings name, and the clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from activities.clock import clock_of
from activities.settings import settings
from activities.store.session import make_engine, transaction
from api.commands import Faulty

Now = Callable[[], datetime]


@contextmanager
def engine_at_hand() -> Iterator[tuple[Engine, Now]]:
    """Reach the database that the settings name, with the clock."""
    chosen = settings()
    engine = make_engine(chosen.database_url, 2)
    try:
        yield engine, clock_of(chosen, engine).now
    except OperationalError:
        away = "The database does not answer: start it, or name another."
        raise Faulty(away) from None
    finally:
        engine.dispose()


@contextmanager
def record() -> Iterator[tuple[Session, Now]]:
    """Open the record that the settings name, with the clock, for one transaction."""
    with engine_at_hand() as (engine, now), transaction(engine) as session:
        yield session, now


@contextmanager
def record_at_one_instant() -> Iterator[Session]:
    """Open the record as it stood at one instant, to be read while others go on writing."""
    with engine_at_hand() as (engine, _), transaction(engine) as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session
