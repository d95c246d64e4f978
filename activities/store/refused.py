"""What the ledger refused stays refused, though the act that it was asked for is undone.

A refused act is undone to where it began, and the ledger's memory with it: that is written once
more behind it, under the same id, with the act's outcome. A command that is heard again is refused
again, even where there is money by then; another act has ids of its own, and is asked anew.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from domain.ledger.answers import LedgerAnswer

_NOTED = "refused by the ledger"
_KEEP = "SELECT ledger_keep_refusal(%s, %s, %s::jsonb, %s::jsonb, %s, %s::jsonb)"


class Asked(NamedTuple):
    """A command as the ledger heard it: by which verb, under which id, what it moves and says."""

    verb: str
    id: UUID
    lines: str
    context: str


@contextmanager
def undone_if_refused(session: Session) -> Iterator[None]:
    """Do a part that leaves nothing behind when it fails, but what the ledger refused in it."""
    is_done = False
    try:
        with session.begin_nested():
            yield
        is_done = True
    finally:
        if not is_done:
            _keep(session)


def note(session: Session, asked: Asked, answer: LedgerAnswer) -> None:
    """Note that the ledger refused a command, until the transaction ends."""
    session.info.setdefault(_NOTED, []).append((asked, answer))


def _keep(session: Session) -> None:
    """Write every noted refusal that the record does not have; more of it may yet be undone."""
    said: Asked
    answer: LedgerAnswer
    for said, answer in session.info.get(_NOTED, ()):
        why = (answer.result, json.dumps(answer.detail))
        told = (said.id, said.verb, said.lines, said.context, *why)
        session.connection().exec_driver_sql(_KEEP, told)
