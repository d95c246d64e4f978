"""Proving the whole ledger from nothing: every law, the chain, and each place where one is broken.

It reads only, trusts no balance, and finds what was altered behind the verbs' backs.
"""

from sqlalchemy import text
from sqlalchemy.exc import DataError
from sqlmodel import Session

from activities.store.ledger_flows import FLOWS
from activities.store.ledger_laws import LAWS, Law
from activities.store.sealing import CHAIN_LAWS, follow_chain
from domain.ledger.answers import Difference

_LAWS = (*LAWS, *FLOWS)
_SAYS = {law.kind: law.says for law in _LAWS} | CHAIN_LAWS
_MEMORY = "64MB"
"""For each sort of a check: what does not fit is sorted on disk, more slowly."""


def verify(session: Session, published_head: str | None = None) -> list[Difference]:
    """Re-add everything from the postings and list each difference: none in a sound ledger.

    Run it in a transaction that sees one instant (repeatable read) while others are posting. A tail
    that was cut off with its seals shows only beside a head that was published when it was there.
    """
    connection = session.connection()
    connection.execute(text("SELECT set_config('work_mem', :memory, true)"), {"memory": _MEMORY})
    broken = (each for law in _LAWS for each in _places(session, law))
    return [*broken, *follow_chain(session, published_head)]


def law_broken(kind: str) -> str:
    """Say in a sentence what should hold where there is a difference of this kind."""
    return _SAYS[kind]


def _places(session: Session, law: Law) -> list[Difference]:
    """Find where a law is broken; entries that cannot even be read by it are a difference too."""
    try:
        with session.begin_nested():
            return [
                Difference(
                    kind=law.kind,
                    subject=row.subject,
                    expected=str(row.expected),
                    found=str(row.found),
                )
                for row in session.connection().execute(text(law.query))
            ]
    except DataError as error:
        state = getattr(error.orig, "sqlstate", None)
        unread = {"expected": "content that can be read", "found": f"SQLSTATE {state}"}
        return [Difference(kind=law.kind, subject="the entries", **unread)]
