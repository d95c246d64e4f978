"""The ledger as a beancount journal, so that a tool which is not ours can check it (promise 11).

Entries are written from the entries and their postings, balance assertions from the account rows:
only then does it mean anything that they agree. Nothing of a person is in it, and no words.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

_ROWS = 2_000
_CURRENCY = "GBP"
_UNKNOWN = "Assets:Unknown"

_DAYS = text("SELECT min(effective_on) AS first_on, max(effective_on) AS last_on FROM ledger_entry")
_ACCOUNTS = text(
    "SELECT id, pot, financial_year, stage, balance_pence FROM ledger_account"
    " ORDER BY pot, financial_year, id"
)
_POSTINGS = text(
    "SELECT e.number, e.id, e.verb, e.effective_on, p.account_id, p.pence FROM ledger_entry AS e"
    " JOIN ledger_posting AS p ON p.entry_id = e.id ORDER BY e.number, p.account_id"
)


def beancount_journal(session: Session) -> Iterator[str]:
    """Write the whole ledger down, line by line: what there is, what happened, what it came to.

    Read it in a transaction that sees one instant (repeatable read) while others are posting.
    """
    connection = session.connection()
    days = connection.execute(_DAYS).one()
    if days.first_on is None:
        return
    accounts = connection.execute(_ACCOUNTS).all()
    names = account_names(accounts)
    yield 'option "title" "Locality: the ledger"'
    yield f'option "operating_currency" "{_CURRENCY}"'
    yield from _openings(accounts, names, days.first_on)
    streamed = {"stream_results": True, "yield_per": _ROWS}
    rows = connection.execute(_POSTINGS, execution_options=streamed)
    for _, postings in groupby(rows, key=attrgetter("number")):
        yield from _transaction(list(postings), names)
    yield from _assertions(accounts, names, days.last_on + timedelta(days=1))


def account_names(accounts: Iterable[Row[Any]]) -> dict[int, str]:
    """Name each account as beancount may call it, such as Assets:Budget:Cluster-a:2026:Held.

    Its names know no underscore and no small first letter. Where two pots would be called alike,
    each is told apart by digits of its own.
    """
    found = list(accounts)
    pots = sorted({each.pot for each in found})
    plain = {pot: _component(pot) for pot in pots}
    alike = list(plain.values())
    called = {
        pot: name if alike.count(name) == 1 else f"{name}-{sha256(pot.encode()).hexdigest()[:8]}"
        for pot, name in plain.items()
    }
    return {
        each.id: f"Assets:Budget:{called[each.pot]}:{each.financial_year}:{each.stage.capitalize()}"
        for each in found
    }


def _component(pot: str) -> str:
    """Write a pot's code with the letters that beancount knows."""
    written = pot.replace(":", "-").replace("_", "-").strip("-")
    return written[:1].upper() + written[1:]


def _openings(accounts: Sequence[Row[Any]], names: dict[int, str], first_on: date) -> Iterator[str]:
    """Open every account that the account rows know, before the first entry."""
    for each in accounts:
        yield ""
        yield f"{first_on} open {names[each.id]} {_CURRENCY}"
        yield f'  pot: "{each.pot}"'


def _transaction(postings: Sequence[Row[Any]], names: dict[int, str]) -> Iterator[str]:
    """Write an entry; what is posted to no account of ours is posted where nothing was opened."""
    entry = postings[0]
    yield ""
    yield f'{entry.effective_on} * "{entry.verb}" ; {entry.number}'
    yield f'  entry: "{entry.id}"'
    for each in postings:
        name = names.get(each.account_id, f"{_UNKNOWN}:{each.account_id}")
        yield f"  {name}  {_amount(each.pence)}"


def _assertions(accounts: Sequence[Row[Any]], names: dict[int, str], day: date) -> Iterator[str]:
    """Say what each account row says, to the penny: without a tolerance named, a penny passes."""
    yield ""
    for each in accounts:
        pounds, currency = _amount(each.balance_pence).split()
        yield f"{day} balance {names[each.id]}  {pounds} ~ 0 {currency}"


def _amount(pence: int) -> str:
    """Write pence as pounds: -5 is ``-0.05 GBP``."""
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100}.{abs(pence) % 100:02d} {_CURRENCY}"
