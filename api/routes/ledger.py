"""The ledger: balances, the journal, and why."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from activities.store import reading
from activities.store.reading import BalanceView, Why, ledger
from api import money_files
from api.downloads import offer_files
from api.money_files import InJournal, Pot, YearOrAll
from api.parts import Asking, WithParts
from domain.ledger.journal import JournalEntry

router = APIRouter(prefix="/ledger", tags=["ledger"])


@router.get("/balances")
def balances(
    caller: Asking, parts: WithParts, year: YearOrAll = None, pot: Pot = None
) -> tuple[BalanceView, ...]:
    """Read what each pot was given and how far it has gone, in pence."""
    return parts.read(lambda session: reading.balances(session, caller, year, pot))


@router.get("/entries")
def entries(
    caller: Asking,
    parts: WithParts,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> tuple[JournalEntry, ...]:
    """List the journal in order of number, from behind one."""
    return parts.read(lambda session: reading.entries(session, caller, after, limit))


@router.get("/journal")
def journal(
    asked: InJournal,
    caller: Asking,
    parts: WithParts,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> tuple[JournalEntry, ...]:
    """List the entries of a month, a pot, a verb or an award, the latest first."""
    wanted = asked.asked()
    return parts.read(lambda session: ledger.journal(session, caller, wanted, limit))


@router.get("/entries/{entry_id}/why")
def why(entry_id: UUID, caller: Asking, parts: WithParts) -> Why:
    """Explain an entry, from the money to the rules."""
    return parts.read(lambda session: reading.why_for(session, caller, entry_id))


offer_files(router, "/balances", money_files.balances)
offer_files(router, "/journal", money_files.entries)
