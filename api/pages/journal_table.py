"""Ledger entries as a table: what each did, where, and a link to why."""

from collections.abc import Iterable, Mapping

from api.pages.money_words import STAGES, VERBS, of, pot_called, year_called
from api.pages.sheets import Cell, Table, money, rows
from api.pages.words import day
from domain.ledger.accounts import MoneyStage
from domain.ledger.journal import JournalEntry, Posting
from domain.money import pounds

_AN_ACT = "act/"
"""How the reference of an entry begins that names an act by its id: nothing to read in a row."""
_MOST_SHOWN = 6
"""Postings that are told in a row; a year's end has hundreds, and its entry a page."""


def entries_table(
    caption: str,
    entries: Iterable[JournalEntry],
    names: Mapping[str, str],
    *,
    of_pot: str | None = None,
    more: tuple[Cell, ...] = (),
    files: tuple[str, str] = ("", ""),
) -> Table:
    """List entries, each with its number leading to why it is there."""
    return Table(
        caption=caption,
        columns=("Entry", "What it did", "From when", "Amount", "Where the money went"),
        figures=frozenset({"Amount"}),
        rows=rows(
            (
                Cell(str(each.number), f"/ledger/entries/{each.id}", also="why"),
                Cell(of(VERBS, each.verb), below=_said_of(each)),
                day(each.context.effective_on),
                money(amount_of(each, of_pot)) if each.postings else Cell("none"),
                moved(each.postings, names),
            )
            for each in entries
        ),
        empty="No entry is like this.",
        more=more,
        files=files[0],
        query=files[1],
    )


def amount_of(entry: JournalEntry, pot: str | None = None) -> int:
    """How much an entry moved: all that it put somewhere, in one pot where one is named."""
    put_in = [each.pence for each in entry.postings if each.pence > 0]
    if pot is None:
        return sum(put_in)
    of_it = [each.pence for each in entry.postings if each.account.pot == pot]
    return max(sum(each for each in of_it if each > 0), -sum(each for each in of_it if each < 0))


def moved(postings: tuple[Posting, ...], names: Mapping[str, str]) -> Cell:
    """Say from where to where an entry moved money."""
    if not postings:
        return Cell("it moves no money")
    out = [_account(each, names) for each in postings if each.pence < 0]
    into = [_account(each, names) for each in postings if each.pence > 0]
    return Cell(f"{_few(out)} → {_few(into)}")


def posting_rows(entry: JournalEntry, names: Mapping[str, str]) -> tuple[tuple[Cell, ...], ...]:
    """Every posting of an entry: pot, year, stage, and the amount."""
    return rows(
        (
            Cell(pot_called(each.account.pot, names)),
            year_called(each.account.financial_year),
            STAGES[MoneyStage(each.account.stage)],
            f"{'+' if each.pence > 0 else ''}{pounds(each.pence)}",
        )
        for each in entry.postings
    )


def _account(posting: Posting, names: Mapping[str, str]) -> str:
    account = posting.account
    return f"{pot_called(account.pot, names)} ({STAGES[MoneyStage(account.stage)].lower()})"


def _few(accounts: list[str]) -> str:
    shown = list(dict.fromkeys(accounts))
    more = len(shown) - _MOST_SHOWN
    return ", ".join(shown[:_MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _said_of(entry: JournalEntry) -> str:
    """What an entry says about itself in a few words: its reference, its authority, its month."""
    said = entry.context
    late = f"belongs to {said.belongs_to}" if said.belongs_to else ""
    number = f"instalment {entry.instalment_number}" if entry.instalment_number else ""
    reference = "" if (said.reference or "").startswith(_AN_ACT) else said.reference
    return ", ".join(filter(None, (reference, said.authority, number, late)))
