"""The ledger: balances, the journal, and why."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from activities.store import reading
from activities.store.reading import BalanceView, Why
from api.parts import Asking, WithParts
from domain.ledger.journal import JournalEntry

router = APIRouter(prefix="/ledger", tags=["ledger"])

Year = Annotated[int | None, Query(ge=2000, le=2200, description="2026 begins on 1 April 2026.")]
Pot = Annotated[str | None, Query(max_length=100, pattern=r"^[a-z_]+(:[A-Za-z0-9_-]+){0,2}$")]


@router.get("/balances")
def balances(
    caller: Asking, parts: WithParts, year: Year = None, pot: Pot = None
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


@router.get("/entries/{entry_id}/why")
def why(entry_id: UUID, caller: Asking, parts: WithParts) -> Why:
    """Explain an entry, from the money to the rules."""
    return parts.read(lambda session: reading.why_for(session, caller, entry_id))
