"""Setting budgets up: pots are opened for their years and given their money, by an authority."""

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import Field
from sqlmodel import Session

from activities.clock import LONDON
from activities.store.ledger import allocate, open_accounts
from domain.frozen import Frozen
from domain.ledger.accounts import DEFICIT, OPENING, FinancialYear, PotCode, usual_source
from domain.ledger.answers import LedgerAnswer, Result
from domain.ledger.journal import Allocate, Context, Line, OpenAccounts, PotYear, Verb, entry_id
from domain.money import PositivePence
from domain.periods import academic_year, financial_year, period
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

    Money comes from the block, and the block's from outside the ledger.
    """
    act_id = uuid5(_BUDGETS, budgets.authority)
    context = _context(budgets.authority, now)
    for year in budgets.years:
        pots = sorted(budgets.pence)
        opened = OpenAccounts(
            id=entry_id(act_id, Verb.OPEN, year),
            accounts=tuple(PotYear(pot=pot, financial_year=year) for pot in (*pots, *_ALWAYS)),
            context=context,
        )
        _check(open_accounts(session, opened))
        for source in sorted({usual_source(pot) for pot in pots}, reverse=True):
            lines = tuple(
                Line(pot=pot, financial_year=year, pence=budgets.pence[pot])
                for pot in pots
                if usual_source(pot) == source
            )
            given = Allocate(
                id=entry_id(act_id, Verb.ALLOCATE, year, source),
                lines=lines,
                source_pot=source,
                context=context,
            )
            _check(allocate(session, given))
    return len(budgets.pence)


def _context(authority: str, now: datetime) -> Context:
    day = now.astimezone(LONDON).date()
    return Context(
        recorded_at=now,
        effective_on=day,
        financial_year=financial_year(day),
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
