"""What somebody who only looks has asked of the record already, so that nothing is asked twice.

A page is put together from many readings, and several ask the same: whom a case concerns, who sits
in a meeting. A session that writes nothing (`session.looking`) keeps each answer until it ends; one
that records asks anew every time, since what it wrote may have changed the answer.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TypeVar

from sqlmodel import Session

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

MEMORY = "remembered"
"""Under this name a session that looks keeps its answers; no other session has it."""


def remembers(session: Session) -> bool:
    """Whether a session keeps what it is told: one that only looks does."""
    return MEMORY in session.info


def of_each(
    session: Session,
    question: Hashable,
    keys: Iterable[Key],
    ask: Callable[[list[Key]], Mapping[Key, Value]],
) -> dict[Key, Value]:
    """Say what the record answers for each key, asking it for those it has not been asked for.

    ``question`` names what is asked with all that the answer depends on beside the key; ``ask``
    has an answer for every key it is given.
    """
    wanted = list(dict.fromkeys(keys))
    known: dict[Key, Value] = session.info.get(MEMORY, {}).setdefault(question, {})
    missing = [key for key in wanted if key not in known]
    if missing:
        known.update(ask(missing))
    return {key: known[key] for key in wanted}


def of_one(
    session: Session,
    question: Hashable,
    key: Key,
    ask: Callable[[list[Key]], Mapping[Key, Value]],
) -> Value:
    """Say the same of one key."""
    return of_each(session, question, [key], ask)[key]
