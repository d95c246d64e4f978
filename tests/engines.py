"""Engines of one process of tests have one dialect, so a statement is compiled once and for all.

What SQLAlchemy has compiled is kept by dialect, and every engine has its own: each test would
compile all its statements anew, a sixth of what tests of the record take.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, create_engine


def with_one_dialect(database_url: str) -> Callable[..., Engine]:
    """Make engines as `create_engine` does, with the dialect of a server that was asked once."""
    first = create_engine(database_url)
    first.connect().close()
    first.dispose()
    compiled: dict[Any, Any] = {}

    def made(*given: Any, **options: Any) -> Engine:
        engine = create_engine(*given, **options)
        engine.dialect = first.dialect
        engine.update_execution_options(compiled_cache=compiled)
        return engine

    return made
