"""Connections: lent without asking the server, and never one that has ended."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from activities.settings import Settings
from activities.store import session
from activities.store.session import (
    ask,
    ask_anew,
    asked_once,
    each_by_itself,
    make_engine,
    transaction,
)
from activities.store.tables import SchoolRow

_END_ALL = text(
    "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
)
_ONE = text("SELECT 1")


@pytest.fixture
def engine(small_county: Settings) -> Iterator[Engine]:
    """The engine of one process."""
    made = make_engine(small_county.database_url, 4)
    yield made
    made.dispose()


def rest(engine: Engine, connections: int) -> None:
    """Let so many connections come to rest in the pool."""
    held = [engine.connect() for _ in range(connections)]
    for each in held:
        each.execute(_ONE)
    for each in held:
        each.close()


@pytest.mark.promise(3)
@pytest.mark.parametrize("rested_seconds", [30.0, -1.0])
def test_a_database_that_was_away_is_back_for_the_next_who_asks(
    engine: Engine,
    small_county: Settings,
    rested_seconds: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Connections that ended while they rested are replaced, however long they had rested."""
    monkeypatch.setattr(session, "_RESTED_SECONDS", rested_seconds)
    rest(engine, 3)
    other = make_engine(small_county.database_url, 1)
    with each_by_itself(other) as connection:
        assert connection.execute(_END_ALL).scalar_one() == 3
    other.dispose()
    for _ in range(3):
        with transaction(engine) as asking:
            assert asking.connection().execute(_ONE).scalar_one() == 1


def test_what_was_planned_is_kept_from_one_reading_to_the_next(engine: Engine) -> None:
    """Nothing is rolled back at the end of a reading, so the server's plans stay."""
    planned = text("SELECT count(*) FROM pg_prepared_statements")
    counts = []
    for _ in range(8):
        with each_by_itself(engine) as connection:
            counts.append(connection.execute(planned).scalar_one())
    assert counts[-1] >= 1


def test_a_row_is_read_once_in_a_transaction(engine: Engine) -> None:
    """A session keeps what it has read, though nobody holds it."""
    with transaction(engine) as reading:
        assert reading.get_one(SchoolRow, "ashdown").name
        assert ("ashdown",) in {key[1] for key in reading.identity_map.keys()}  # noqa: SIM118  mypy knows its keys


def test_the_driver_is_asked_within_the_transaction(engine: Engine) -> None:
    """Rows come by the names of their columns; what holds for the transaction holds no longer."""
    noting = text("SELECT set_config('locality.noted', :word, true) AS noted, 1 AS many")
    noted = text("SELECT current_setting('locality.noted', true) AS noted")
    with transaction(engine) as writing:
        row = ask(writing, noting, {"word": "50%"})[0]
        assert (row.noted, row.many) == ("50%", 1)
        assert writing.connection().execute(noted).scalar_one() == "50%"
        assert ask(writing, text("SET LOCAL locality.noted = 'less'"), {}) == []
        assert ask(writing, noted, {})[0].noted == "less"
    with each_by_itself(engine) as connection:
        assert not ask(connection, noted, {})[0].noted


@pytest.mark.promise(8)
def test_what_the_driver_refuses_is_raised_as_ever_and_repeats_no_value(engine: Engine) -> None:
    """A violated constraint is any statement's error, and does not tell what was written."""
    twice = text("INSERT INTO school SELECT * FROM school WHERE code = :code")
    with pytest.raises(IntegrityError) as refused, transaction(engine) as writing:
        ask(writing, twice, {"code": "ashdown"})
    assert "'ashdown'" not in str(refused.value.params)
    with transaction(engine) as reading:
        assert reading.get_one(SchoolRow, "ashdown").name


def test_what_is_asked_once_is_remembered_even_as_nothing(engine: Engine) -> None:
    """Until somebody says that it was written, and never beyond the transaction."""
    asked: list[int] = []

    def nothing() -> None:
        asked.append(1)

    for _ in range(2):
        with transaction(engine) as reading:
            assert asked_once(reading, "key", nothing) is None
            assert asked_once(reading, "key", nothing) is None
            ask_anew(reading, "key")
            ask_anew(reading, "another")
            assert asked_once(reading, "key", nothing) is None
    assert len(asked) == 4
