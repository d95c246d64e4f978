"""One engine, and one transaction at a time that commits at its end or not at all.

A connection is looked at before it is lent, without asking the server: a restarted one has said
goodbye already. What is only read needs no transaction around it.
"""

import select
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from psycopg import Connection as DriverConnection
from psycopg import Error
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Engine, TextClause, create_engine, event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlmodel import Session

from activities.store.remembered import MEMORY

_PREPARED_AFTER = 2
_PREPARED_AT_MOST = 400
"""More than one process has statements: one that is forgotten has to be planned anew."""
_RESTED_SECONDS = 30.0
"""A connection that rested longer is asked: a network may drop one without a word."""
_SINCE = "at_rest_since"
_KNOWN = "asked once"
_DIALECT = create_engine("postgresql+psycopg://").dialect

Answer = TypeVar("Answer")


def make_engine(database_url: str, pool_size: int = 10) -> Engine:
    """The engine of one process; errors never repeat a row's values (promise 8).

    It keeps twice as many connections as callers, for whoever writes may ask something beside it.
    None is opened for a crowd and closed behind it: a new one plans every question anew.
    """
    engine = create_engine(
        database_url,
        pool_size=2 * pool_size,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"prepare_threshold": _PREPARED_AFTER},
    )
    event.listen(engine, "connect", _keep_statements)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _check_alive)
    return engine


class _OneTransaction(Session):
    """A session that remembers the rows it has read until its one transaction ends."""


@event.listens_for(_OneTransaction, "loaded_as_persistent")
def _remember(session: Session, row: object) -> None:
    """Keep a row: by itself a session forgets, and reads again, what nobody is holding."""
    session.info.setdefault("read", []).append(row)


def asked_once(session: Session, question: Hashable, ask: Callable[[], Answer]) -> Answer:
    """Ask what stays as it is while the transaction lasts, and remember even that nothing is there.

    Whoever writes what is asked about says so by `ask_anew`.
    """
    known: dict[Hashable, Any] = session.info.setdefault(_KNOWN, {})
    if question not in known:
        known[question] = ask()
    answer: Answer = known[question]
    return answer


def ask_anew(session: Session, question: Hashable) -> None:
    """Forget an answer: what it was about has just been written."""
    session.info.get(_KNOWN, {}).pop(question, None)


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A session whose work is committed when the block ends well, and undone when it does not."""
    with _OneTransaction(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def at_one_instant(engine: Engine) -> Iterator[Session]:
    """A transaction that sees the record as it stood at one instant, while others go on writing."""
    with transaction(engine) as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


class _OnlyLooking(_OneTransaction):
    """A session that writes nothing, and therefore remembers what it has asked."""


@event.listens_for(_OnlyLooking, "before_flush")
def _refuse_to_write(_session: Session, *_told: object) -> None:
    raise AssertionError("who only looks changes no row")


@contextmanager
def looking(engine: Engine) -> Iterator[Session]:
    """A session for reading alone: what it was told once it does not ask for again."""
    with _OnlyLooking(engine, expire_on_commit=False) as session, session.begin():
        session.info[MEMORY] = {}
        yield session


@contextmanager
def each_by_itself(engine: Engine) -> Iterator[Connection]:
    """A connection on which every statement is a transaction of its own.

    One question so asked is one way to the server and back; and no rollback, at which the driver
    would forget every statement that the server has planned.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


def ask(of: Session | Connection, question: TextClause, about: Mapping[str, object]) -> list[Any]:
    """Ask the driver itself, on the connection and in the transaction that one has; its rows.

    For what is asked at every vote and act: what stands between works out anew each time which
    columns a text has, and costs as much as the driver. What fails is raised as ever.
    """
    connection = of.connection() if isinstance(of, Session) else of
    driver: DriverConnection[Any] | None = connection.connection.driver_connection
    assert driver is not None
    asked = _in_drivers_words(question)
    try:
        cursor = driver.cursor(row_factory=namedtuple_row).execute(asked, about)
        return cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []
    except Error as error:
        raise DBAPIError.instance(asked, None, error, Error, hide_parameters=True) from error


@cache
def _in_drivers_words(question: TextClause) -> str:
    return str(question.compile(dialect=_DIALECT))


def _keep_statements(connection: DriverConnection[Any], _record: Any) -> None:
    connection.prepared_max = _PREPARED_AT_MOST


def _note_rest(_connection: Any, record: Any) -> None:
    record.info[_SINCE] = time.monotonic()


def _check_alive(connection: DriverConnection[Any], record: Any, _lent: Any) -> None:
    """Refuse a connection that has ended; the pool makes others in the place of all it has.

    The server says nothing to a connection at rest but goodbye: whatever there is to read, even
    a mere notice, is reason enough to take a fresh one. Asking it (`pool_pre_ping`) would take
    three ways there and back, which is half of a short transaction.
    """
    try:
        looking = select.poll()
        looking.register(connection.fileno(), select.POLLIN)
        has_ended = bool(looking.poll(0))
        if time.monotonic() - record.info.get(_SINCE, time.monotonic()) > _RESTED_SECONDS:
            connection.execute("SELECT")
            connection.commit()
    except Error:
        has_ended = True
    if has_ended:
        raise InvalidatePoolError
