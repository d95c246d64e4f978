"""Setting budgets up: pots are opened for their years and given their money, by an authority."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import Field
from sqlmodel import Session

from activities.clock import day_of
from activities.store.ledger import allocate, open_accounts
from activities.store.policies import document_on
from domain.frozen import Frozen
from domain.ledger.accounts import DEFICIT, OPENING, FinancialYear, PotCode, usual_source
from domain.ledger.answers import LedgerAnswer, Result
from domain.ledger.journal import Allocate, Context, Line, OpenAccounts, PotYear, Verb, entry_id
from domain.money import PositivePence
from domain.periods import academic_year, period
from domain.policy.finance import Finance
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
    finance = document_on(session, "finance", Finance, day_of(now))
    for year in budgets.years:
        context = _context(budgets.authority, year, now)
        pots = (*sorted(budgets.pence), *_ALWAYS)
        years = [PotYear(pot=pot, financial_year=year) for pot in pots]
        ahead = [each for each in years if not _is_open(session, act_id, each, context)]
        for source in sorted({usual_source(pot) for pot in budgets.pence}, reverse=True):
            for pot in sorted(each for each in budgets.pence if usual_source(each) == source):
                line = Line(pot=pot, financial_year=year, pence=budgets.pence[pot])
                _fill(session, act_id, line, source, _coded(context, finance, pot))
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


def _fill(session: Session, act_id: UUID, line: Line, source: PotCode, context: Context) -> None:
    """Give a pot its money for a year from where such pots have theirs."""
    given = Allocate(
        id=entry_id(act_id, Verb.ALLOCATE, line.financial_year, line.pot),
        lines=(line,),
        source_pot=source,
        context=context,
    )
    _check(allocate(session, given))


def _coded(context: Context, finance: Finance | None, pot: PotCode) -> Context:
    """Add the pot's section 251 line and cost centre, where a finance policy is in force."""
    if finance is None:
        return context
    coding = finance.coding_for(pot)
    line, cost_centre = coding.section_251_line, coding.cost_centre
    return context.model_copy(update={"section_251_line": line, "cost_centre": cost_centre})


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
