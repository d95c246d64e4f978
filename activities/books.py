"""The books that an act about a year's money is entered in, and the pots that every year has."""

from datetime import date

from activities.finance_desk import FinanceDesk
from activities.ledger_says import check_done
from activities.store import closing, ledger
from activities.store.casework import Recorded
from activities.store.policies import version_id_on
from domain.ledger.accounts import (
    CLOSING,
    DEFICIT,
    HIGH_NEEDS_BLOCK,
    OPENING,
    RECOUPED,
    FinancialYear,
)
from domain.ledger.journal import Context, OpenAccounts, PotYear, Verb, entry_id

ALWAYS = (HIGH_NEEDS_BLOCK, DEFICIT, OPENING, CLOSING, RECOUPED)
"""Pots that every year has, whether or not a file names them: where money comes from and goes."""


def entered_in(desk: FinanceDesk, act: Recorded, year: FinancialYear, **more: object) -> Context:
    """Say what an entry about a year's money says of itself.

    It takes effect today, or on the nearest day of its year where that is another; where the
    month of that day is closed it is entered in the next open one, with a reference to its own.
    """
    first, last = date(year, 4, 1), date(year + 1, 3, 31)
    day = min(max(desk.day, first), last)
    books = closing.books(desk.session, day)
    policy = version_id_on(desk.session, "finance", desk.day)
    facts: dict[str, object] = {
        "effective_on": day,
        "policy_version_ids": (str(policy),) if policy else (),
        **dict(books),
        **more,
    }
    return desk.context(act, **facts)


def open_always(desk: FinanceDesk, act: Recorded, year: FinancialYear, said: Context) -> None:
    """Open the pots that every year has, as far as the year does not have them yet."""
    known = {each.pot for each in ledger.balances(desk.session, year) if each.is_open}
    missing = tuple(PotYear(pot=pot, financial_year=year) for pot in ALWAYS if pot not in known)
    if missing:
        command = OpenAccounts(id=entry_id(act.id, Verb.OPEN, year), accounts=missing, context=said)
        check_done(ledger.open_accounts(desk.session, command), f"to open {year}")
