"""Which postings each act makes: the movements between stages, before anybody writes them.

The database repeats these in its own functions; tests hold the two against each other.
"""

from collections.abc import Iterable

from domain.ledger.accounts import CLOSING, DEFICIT, OPENING, RECOUPED, Account, MoneyStage, PotCode
from domain.ledger.journal import JournalEntry, Line, Posting, Verb
from domain.ledger.year import CarryLine

Postings = tuple[Posting, ...]


def allocation(lines: Iterable[Line], source_pot: PotCode) -> Postings:
    """Give budgets: out of the source's available money into each pot's."""
    given = tuple(lines)
    taken = (line.model_copy(update={"pot": source_pot}) for line in given)
    return summed(
        (*_at(taken, MoneyStage.AVAILABLE, -1), *_at(given, MoneyStage.AVAILABLE, 1)),
    )


def virement(lines: Iterable[Line], from_pot: PotCode) -> Postings:
    """Move available money from one pot into others, each in the year of its line."""
    return allocation(lines, from_pot)


def overspend(lines: Iterable[Line]) -> Postings:
    """Give what is owed out of the deficit, which may fall below nought."""
    return allocation(lines, DEFICIT)


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
    """Pay an instalment: committed to paid, in the year where its promise stands now."""
    return _moved((line,), MoneyStage.COMMITTED, MoneyStage.PAID)


def cancellation(promised: Iterable[Line]) -> Postings:
    """Give back what instalments promised that will not fall due: committed to available."""
    return _moved(promised, MoneyStage.COMMITTED, MoneyStage.AVAILABLE)


def taken_back(paid: Iterable[Line]) -> Postings:
    """Take back from a payee what was paid in the same year: paid to available."""
    return _moved(paid, MoneyStage.PAID, MoneyStage.AVAILABLE)


def recoupment(lines: Iterable[Line]) -> Postings:
    """Take money back from another council, or from a payee after the year it was paid in."""
    return allocation(lines, RECOUPED)


def carrying(lines: Iterable[CarryLine]) -> Postings:
    """Move what stands at a year's end into the next, so that each year balances by itself."""
    return summed(posting for line in lines for posting in _carried(line))


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


def _carried(line: CarryLine) -> Postings:
    """Carry what stands at one stage: out of its year by closing, into the next by opening."""
    year = line.financial_year
    legs = (
        (line.pot, year, line.stage, -line.pence),
        (CLOSING, year, MoneyStage.AVAILABLE, line.pence),
        (OPENING, year + 1, MoneyStage.AVAILABLE, -line.pence),
        (line.into_pot, year + 1, line.into_stage, line.pence),
    )
    return tuple(
        Posting(account=Account(pot=pot, financial_year=in_year, stage=stage), pence=pence)
        for pot, in_year, stage, pence in legs
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
