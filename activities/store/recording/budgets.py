"""Setting budgets up: pots are opened for their years and given their money, by an authority."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import Field
from sqlmodel import Session

from activities.store.ledger import allocate, open_accounts
from domain.frozen import Frozen
from domain.ledger.accounts import DEFICIT, OPENING, FinancialYear, PotCode, usual_source
from domain.ledger.answers import LedgerAnswer, Result
from domain.ledger.journal import Allocate, Context, Line, OpenAccounts, PotYear, Verb, entry_id
from domain.money import PositivePence
from domain.periods import academic_year, period
from domain.refusals import NotValid

_ALWAYS = (DEFICIT, OPENING)
"""Pots that no budget fills, and that every ledger has: where money comes from, and overspend."""
_BUDGETS = UUID("a1a5e0a9-6f4d-5d5c-8f57-3f1a2f9f0b61")


class Budgets(Frozen):
    """What each pot is given in each of the years, and by whose authority."""

    authority: Annotated[str, Field(min_length=1, max_length=500)]
    years: Annotated[tuple[FinancialYear, ...], Field(min_length=1, max_length=10)]
    pence: Annotated[dict[PotCode, PositivePence], Field(min_length=1)]


def load_budgets(session: Session, budgets: Budgets, now: datetime) -> int:
    """Open and fill the pots; the same budgets again change nothing. Gives the number of pots.

    Money comes from the block, and the block's from outside the ledger. A year that promises have
    reached already is filled before it is opened, so that it never opens below nought.
    """
    act_id = uuid5(_BUDGETS, budgets.authority)
    for year in budgets.years:
        context = _context(budgets.authority, year, now)
        pots = (*sorted(budgets.pence), *_ALWAYS)
        years = [PotYear(pot=pot, financial_year=year) for pot in pots]
        ahead = [each for each in years if not _is_open(session, act_id, each, context)]
        for source in sorted({usual_source(pot) for pot in budgets.pence}, reverse=True):
            _fill(session, act_id, budgets, PotYear(pot=source, financial_year=year), context)
        for each in ahead:
            _check(_opened(session, act_id, each, context, "filled"))
    return len(budgets.pence)


def _is_open(session: Session, act_id: UUID, pot: PotYear, context: Context) -> bool:
    """Open a pot for a year by itself; false where more is promised from it than it has yet."""
    answer = _opened(session, act_id, pot, context)
    if answer.refusal == Result.EXCEEDS_AVAILABLE:
        return False
    _check(answer)
    return True


def _opened(
    session: Session, act_id: UUID, pot: PotYear, context: Context, *when: str
) -> LedgerAnswer:
    command = OpenAccounts(
        id=entry_id(act_id, Verb.OPEN, pot.financial_year, pot.pot, *when),
        accounts=(pot,),
        context=context,
    )
    return open_accounts(session, command)


def _fill(
    session: Session, act_id: UUID, budgets: Budgets, source: PotYear, context: Context
) -> None:
    """Give every pot that is filled from one source its money for a year."""
    year = source.financial_year
    lines = tuple(
        Line(pot=pot, financial_year=year, pence=pence)
        for pot, pence in sorted(budgets.pence.items())
        if usual_source(pot) == source.pot
    )
    given = Allocate(
        id=entry_id(act_id, Verb.ALLOCATE, year, source.pot),
        lines=lines,
        source_pot=source.pot,
        context=context,
    )
    _check(allocate(session, given))


def _context(authority: str, year: FinancialYear, now: datetime) -> Context:
    """A year's budget takes effect on its first day, whenever it is loaded."""
    day = date(year, 4, 1)
    return Context(
        recorded_at=now,
        effective_on=day,
        financial_year=year,
        period=period(day),
        academic_year=academic_year(day),
        authority=authority,
        reason="budget",
    )


def _check(answer: LedgerAnswer) -> None:
    if not answer.is_done and answer.refusal != Result.ALREADY_OPEN:
        raise NotValid(
            "to set the budgets up",
            f"the ledger answers {answer.result}",
            "A further budget is a further decision: give it its own authority.",
        )
