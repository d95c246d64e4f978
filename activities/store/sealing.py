"""The chain over the ledger's entries: sealed in the background, and followed again from its start.

The chain is followed here and not in the database: whoever could alter the entries there could
alter a function too. `sql/0005_seals.sql` says what an entry's digest is made of.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Engine, Row, text
from sqlmodel import Session

from domain.frozen import Frozen
from domain.ledger.answers import Difference

AT_ONCE = 5_000
"""Entries in a seal at most: a batch is sealed in a fraction of a second."""
_MOST_SEALS = 20
"""Seals in one go: whoever seals has other things to do as well, and comes again."""
_NOTHING = bytes(32)
"""The head before the first entry."""
_ROWS = 2_000

_SEAL = text("SELECT ledger_seal_more(:most, :sealed_at)")
_HEAD = text(
    "SELECT s.number, s.last_place, s.head, s.sealed_at,"
    " (SELECT count(*) FROM ledger_entry AS e WHERE e.number > s.settled_until AND NOT EXISTS ("
    "  SELECT FROM ledger_sealed_entry AS d WHERE d.entry_number = e.number)) AS waiting"
    " FROM ledger_seal AS s ORDER BY s.number DESC LIMIT 1"
)
_SEALS = text("SELECT * FROM ledger_seal ORDER BY number")

# The same text as ledger_sealed_text makes; both are held against each other by the tests.
_PLACES = text("""
SELECT s.place, s.seal_number, s.entry_number, s.digest, e.id, sha256(convert_to(concat_ws(
    E'\\n', e.id, e.number, extract(epoch FROM e.recorded_at), e.content,
    (
        SELECT string_agg(
            concat_ws(' ', p.account_id, p.position, p.pence, p.running_pence),
            E'\\n' ORDER BY p.account_id
        )
        FROM ledger_posting AS p WHERE p.entry_id = e.id
    )
), 'UTF8')) AS found
FROM ledger_sealed_entry AS s LEFT JOIN ledger_entry AS e ON e.number = s.entry_number
ORDER BY s.place
""")
_PASSED_OVER = text("""
SELECT e.id, e.number FROM ledger_entry AS e
WHERE e.number <= (SELECT max(settled_until) FROM ledger_seal)
    AND NOT EXISTS (SELECT FROM ledger_sealed_entry AS s WHERE s.entry_number = e.number)
ORDER BY e.number
""")

CHAIN_LAWS = {
    "entry_differs_from_its_seal": "An entry and its postings are as they were when it was sealed.",
    "sealed_entry_is_gone": "An entry that was sealed is there.",
    "entry_passed_over": "Every entry before the last seal has a place in the chain.",
    "chain_has_a_gap": "The places of the chain follow one another.",
    "chain_is_broken": "A seal begins with the head of the one before it.",
    "seal_differs_from_its_entries": "A seal's head is what its entries come to.",
    "seal_is_gone": "Every sealed entry has its seal.",
    "sealed_entries_are_gone": "Every seal has its entries.",
    "published_head_is_gone": "The chain goes through the head that was published.",
}
"""What should hold, by what a difference is called where it does not."""


class SealedHead(Frozen):
    """The last link of the chain: published, it vouches for every entry before it."""

    seal: int
    entries: int
    """How many entries are sealed."""
    waiting: int
    """How many entries came since, and have no seal yet."""
    head: str
    """The link as 64 hexadecimal digits, which is what is published."""
    sealed_at: datetime


def seal(engine: Engine, now: datetime) -> int:
    """Seal the entries that have no seal yet, in transactions of its own; says how many."""
    sealed = 0
    for _ in range(_MOST_SEALS):
        with engine.begin() as connection:
            asked = {"most": AT_ONCE, "sealed_at": now}
            taken: int = connection.execute(_SEAL, asked).scalar_one()
        sealed += taken
        if taken < AT_ONCE:
            break
    return sealed


def sealed_head(session: Session) -> SealedHead | None:
    """Read the head to publish; nothing before the first seal."""
    row = session.connection().execute(_HEAD).one_or_none()
    if row is None:
        return None
    return SealedHead(
        seal=row.number,
        entries=row.last_place,
        waiting=row.waiting,
        head=row.head.hex(),
        sealed_at=row.sealed_at,
    )


def follow_chain(session: Session, published: str | None = None) -> Iterator[Difference]:
    """Follow the chain from its start, and tell each place at which it does not hold.

    A chain whose tail was cut holds as far as it goes: only a head that was published before tells.
    """
    connection = session.connection()
    chain = _Chain(connection.execute(_SEALS).all(), published)
    streamed = {"stream_results": True, "yield_per": _ROWS}
    rows = connection.execute(_PLACES, execution_options=streamed)
    for number, places in groupby(rows, key=attrgetter("seal_number")):
        yield from chain.follow(number, places)
    yield from chain.end()
    for row in connection.execute(_PASSED_OVER):
        yield _difference("entry_passed_over", f"entry {row.id}", f"a seal of {row.number}", "none")


class _Chain:
    """Follows the links seal by seal; where it breaks it is taken up again behind the break."""

    def __init__(self, seals: Iterable[Row[Any]], published: str | None) -> None:
        self._seals = {seal.number: seal for seal in seals}
        self._published = published
        self._place = 0
        self._head = _NOTHING
        self._is_published_found = published in {None, _NOTHING.hex()}

    def follow(self, number: int, places: Iterable[Row[Any]]) -> Iterator[Difference]:
        """Follow the places of one seal, and hold the seal against them."""
        seal = self._seals.pop(number, None)
        if seal is None:
            yield _difference("seal_is_gone", f"seal {number}", "a seal", "none")
        elif seal.previous_head != self._head:
            yield _difference(
                "chain_is_broken", f"seal {number}", self._head.hex(), seal.previous_head.hex()
            )
            self._head = seal.previous_head
        for row in places:
            yield from self._take(row)
        if seal is not None and (seal.head, seal.last_place) != (self._head, self._place):
            yield _difference(
                "seal_differs_from_its_entries",
                f"seal {number}",
                f"{seal.head.hex()} at {seal.last_place}",
                f"{self._head.hex()} at {self._place}",
            )
            self._head, self._place = seal.head, seal.last_place

    def end(self) -> Iterator[Difference]:
        """Say which seals have nothing under them, and whether the published head was passed."""
        for number, seal in sorted(self._seals.items()):
            entries = f"{seal.entries} entries"
            yield _difference("sealed_entries_are_gone", f"seal {number}", entries, "none")
        if not self._is_published_found:
            assert self._published is not None
            yield _difference(
                "published_head_is_gone", "the chain", self._published, self._head.hex()
            )

    def _take(self, row: Row[Any]) -> Iterator[Difference]:
        """Go on by one entry."""
        self._place += 1
        subject = f"entry {row.id or row.entry_number}"
        if row.place != self._place:
            yield _difference("chain_has_a_gap", subject, f"place {self._place}", str(row.place))
            self._place = row.place
        if row.id is None:
            yield _difference("sealed_entry_is_gone", subject, row.digest.hex(), "no such entry")
        elif row.found != row.digest:
            yield _difference(
                "entry_differs_from_its_seal", subject, row.digest.hex(), row.found.hex()
            )
        self._head = sha256(self._head + row.digest).digest()
        self._is_published_found |= self._head.hex() == self._published


def _difference(kind: str, subject: str, expected: str, found: str) -> Difference:
    return Difference(kind=kind, subject=subject, expected=expected, found=found)
