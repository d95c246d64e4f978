"""Which postings each act makes: the movements between stages, before anybody writes them.

The database repeats these in its own functions; tests hold the two against each other.
"""

from collections.abc import Iterable

from domain.ledger.accounts import Account, MoneyStage, PotCode
from domain.ledger.journal import JournalEntry, Line, Posting, Verb

Postings = tuple[Posting, ...]


def allocation(lines: Iterable[Line], source_pot: PotCode) -> Postings:
    """Give budgets: out of the source's available money into each pot's."""
    given = tuple(lines)
    taken = (line.model_copy(update={"pot": source_pot}) for line in given)
    return summed(
        (*_at(taken, MoneyStage.AVAILABLE, -1), *_at(given, MoneyStage.AVAILABLE, 1)),
    )


def hold(lines: Iterable[Line]) -> Postings:
    """Reserve money on a recommendation: available to held."""
    return _moved(lines, MoneyStage.AVAILABLE, MoneyStage.HELD)


def release(held: Iterable[Line]) -> Postings:
    """Give a hold back: held to available."""
    return _moved(held, MoneyStage.HELD, MoneyStage.AVAILABLE)


def commitment(held: Iterable[Line], promised: Iterable[Line]) -> Postings:
    """End the hold and make the promise; the difference is taken from available or given back."""
    return summed((*release(held), *_moved(promised, MoneyStage.AVAILABLE, MoneyStage.COMMITTED)))


def payment(line: Line) -> Postings:
    """Pay an instalment: committed to paid."""
    return _moved((line,), MoneyStage.COMMITTED, MoneyStage.PAID)


def reversal(entry: JournalEntry) -> Postings:
    """Undo an entry; a commitment's money goes back to available, and its hold stays ended."""
    if entry.verb is Verb.COMMIT:
        promised = (_line(one) for one in entry.postings if _is_promise(one))
        return _moved(promised, MoneyStage.COMMITTED, MoneyStage.AVAILABLE)
    return tuple(Posting(account=one.account, pence=-one.pence) for one in entry.postings)


def summed(postings: Iterable[Posting]) -> Postings:
    """Post to each account once, in account order, and not at all where nothing is left."""
    totals: dict[tuple[str, int, str], tuple[Account, int]] = {}
    for one in postings:
        _, before = totals.get(one.account.order, (one.account, 0))
        totals[one.account.order] = (one.account, before + one.pence)
    return tuple(
        Posting(account=account, pence=pence)
        for _, (account, pence) in sorted(totals.items())
        if pence
    )


def _moved(lines: Iterable[Line], out_of: MoneyStage, into: MoneyStage) -> Postings:
    """Move each line's amount from one stage of its pot to another."""
    moving = tuple(lines)
    return summed((*_at(moving, out_of, -1), *_at(moving, into, 1)))


def _at(lines: Iterable[Line], stage: MoneyStage, sign: int) -> Iterable[Posting]:
    """Post each line to one stage."""
    for line in lines:
        account = Account(pot=line.pot, financial_year=line.financial_year, stage=stage)
        yield Posting(account=account, pence=sign * line.pence)


def _is_promise(posting: Posting) -> bool:
    """Whether a posting is the part of a commitment that promises money."""
    return posting.account.stage is MoneyStage.COMMITTED


def _line(posting: Posting) -> Line:
    """Read a posting that put money in as the line it came from."""
    account = posting.account
    return Line(pot=account.pot, financial_year=account.financial_year, pence=posting.pence)
