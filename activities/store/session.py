"""One engine, and one transaction at a time that commits at its end or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine
from sqlmodel import Session


def make_engine(database_url: str, pool_size: int = 10) -> Engine:
    """The engine of one process; errors never repeat a row's values (promise 8)."""
    return create_engine(
        database_url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,
    )


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A session whose work is committed when the block ends well, and undone when it does not."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
