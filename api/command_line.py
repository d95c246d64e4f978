"""What a command on the record stands on: the database that the settings name, and the clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlmodel import Session

from activities.clock import clock_of
from activities.settings import Settings, settings
from activities.store.session import at_one_instant, make_engine, transaction
from api.commands import NotAtHand

Now = Callable[[], datetime]

_NO_SETTINGS = (
    "No settings were found: run this beside `make demo` or `make serve`, or set"
    " LOCALITY_DATABASE_URL and what else deploy/README.md lists."
)
_AWAY = "The database does not answer: start it, or name another."
_NO_TABLES = "The database has no tables yet: run `alembic upgrade head` first (deploy/README.md)."
_NO_TABLE = "42P01"


def settings_at_hand() -> Settings:
    """Give the settings, or say which are missing or wrong; never what stood there."""
    try:
        return settings()
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        raise NotAtHand(_wrong([str(each["loc"][0]) for each in faults if each["loc"]])) from None
    except SettingsError:
        raise NotAtHand("A setting is not the JSON that deploy/README.md shows.") from None


def _wrong(names: list[str]) -> str:
    if "database_url" in names:
        return _NO_SETTINGS
    listed = ", ".join(f"LOCALITY_{name.upper()}" for name in dict.fromkeys(names))
    return f"What is set cannot be read: {listed or 'see deploy/README.md'}."


@contextmanager
def engine_at_hand() -> Iterator[tuple[Engine, Now]]:
    """Reach the database that the settings name, with the clock."""
    chosen = settings_at_hand()
    engine = make_engine(chosen.database_url, 2)
    try:
        yield engine, clock_of(chosen, engine).now
    except OperationalError:
        raise NotAtHand(_AWAY) from None
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != _NO_TABLE:
            raise
        raise NotAtHand(_NO_TABLES) from None
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
    with engine_at_hand() as (engine, _), at_one_instant(engine) as session:
        yield session
