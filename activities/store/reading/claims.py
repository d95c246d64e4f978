"""What other councils owe for pupils of their own, and what has come in of it."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from activities.store.reading.caller import OFFICERS, Caller
from activities.store.tables import CouncilClaimRow
from domain.frozen import Frozen
from domain.ledger.accounts import RECOUPED
from domain.people import Role
from domain.refusals import RoleNeeded

_CAME_IN = text(
    "SELECT e.content ->> 'council' AS council, sum(p.pence)::bigint AS pence"
    " FROM ledger_entry AS e JOIN ledger_posting AS p ON p.entry_id = e.id"
    " JOIN ledger_account AS a ON a.id = p.account_id AND a.pot <> :recouped"
    " WHERE e.verb = 'recoup' AND e.content ? 'council' AND NOT EXISTS"
    " (SELECT FROM ledger_entry AS back WHERE back.reverses_id = e.id) GROUP BY 1"
)


class ClaimView(Frozen):
    """What another council owes for a pupil of its own."""

    council: str
    award_id: UUID
    from_on: date
    until_on: date
    pence: int
    """Below nought where it is no longer owed."""
    recorded_at: datetime


class CouncilOwes(Frozen):
    """What one council owes as a whole, what it has paid, and each claim; pence."""

    council: str
    claimed_pence: int
    came_in_pence: int
    open_pence: int
    """Below nought when more came in than was claimed for awards that moved."""
    claims: tuple[ClaimView, ...]


def claims(session: Session, caller: Caller) -> tuple[CouncilOwes, ...]:
    """List what each other council owes, by code: for finance and officers."""
    if not caller.holds(Role.FINANCE_OFFICER, *OFFICERS):
        raise RoleNeeded("to see what other councils owe", "it is finance's and officers'")
    rows = session.exec(select(CouncilClaimRow).order_by(col(CouncilClaimRow.recorded_at)))
    made = _views(rows)
    found = session.connection().execute(_CAME_IN, {"recouped": RECOUPED})
    came_in = {row.council: row.pence for row in found}
    return tuple(
        _owes(council, tuple(each for each in made if each.council == council), came_in)
        for council in sorted({each.council for each in made} | set(came_in))
    )


def claims_on(session: Session, award_id: UUID) -> tuple[ClaimView, ...]:
    """List what is claimed from other councils for one award."""
    rows = session.exec(select(CouncilClaimRow).where(CouncilClaimRow.award_id == award_id))
    return _views(rows)


def _owes(council: str, made: tuple[ClaimView, ...], came_in: dict[str, int]) -> CouncilOwes:
    claimed, paid = sum(each.pence for each in made), came_in.get(council, 0)
    return CouncilOwes(
        council=council,
        claimed_pence=claimed,
        came_in_pence=paid,
        open_pence=claimed - paid,
        claims=made,
    )


def _views(rows: Iterable[CouncilClaimRow]) -> tuple[ClaimView, ...]:
    shown = set(ClaimView.model_fields)
    return tuple(
        ClaimView(**each.model_dump(include=shown), council=each.council_code) for each in rows
    )
