"""What other councils owe for pupils of their own, and what has come in of it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select, tuple_

from activities.clock import day_of
from activities.store import changes
from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.listing import Listing, in_pounds
from activities.store.remembered import of_each
from activities.store.tables import AwardChangeRow, AwardRow, CouncilClaimRow, RequestRow
from domain.adjusting import History
from domain.claiming import DaysClaimed, days_claimed
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


class ClaimLine(Frozen):
    """One line of what a council is asked for: the award, its days, and its part in pence."""

    council: str
    reference: str | None
    """The request's reference, or what the old system called it: the other council's officer asks
    by it, and no child is named."""
    award_id: UUID
    school: str
    from_on: date
    last_on: date
    """The last day that the pence were paid for."""
    days: int
    """Days between these two on which an amount was due."""
    annual_pence: int
    """What a year came to on the first of them."""
    pence: int
    """Below nought where days are no longer claimed."""
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
    _check_may_see(caller)
    rows = session.exec(select(CouncilClaimRow).order_by(col(CouncilClaimRow.recorded_at)))
    made = _views(rows)
    found = session.connection().execute(_CAME_IN, {"recouped": RECOUPED})
    came_in = {row.council: row.pence for row in found}
    return tuple(
        _owes(council, tuple(each for each in made if each.council == council), came_in)
        for council in sorted({each.council for each in made} | set(came_in))
    )


def claim_lines(
    session: Session, caller: Caller, council: str | None = None
) -> tuple[ClaimLine, ...]:
    """List every line of what other councils owe, or one of them: for finance and officers."""
    _check_may_see(caller)
    query = select(CouncilClaimRow).order_by(
        col(CouncilClaimRow.council_code), col(CouncilClaimRow.recorded_at), col(CouncilClaimRow.id)
    )
    if council is not None:
        query = query.where(CouncilClaimRow.council_code == council)
    rows = session.exec(query).all()
    _read_ahead(session, rows)
    return tuple(_line(session, row) for row in rows)


def claim_listing(lines: Iterable[ClaimLine]) -> Listing:
    """Lines of claims as a list, in pounds."""
    return Listing(
        name="claims",
        headings=(
            *("council", "reference", "award", "school", "from", "to", "days"),
            *("annual", "claimed", "recorded_on"),
        ),
        rows=tuple(
            (
                each.council,
                each.reference,
                str(each.award_id),
                each.school,
                each.from_on.isoformat(),
                each.last_on.isoformat(),
                each.days,
                in_pounds(each.annual_pence),
                in_pounds(each.pence),
                day_of(each.recorded_at).isoformat(),
            )
            for each in lines
        ),
    )


def _line(session: Session, row: CouncilClaimRow) -> ClaimLine:
    award = session.get_one(AwardRow, row.award_id)
    request = session.get(RequestRow, award.request_id) if award.request_id else None
    found = _days(session, award, row)
    return ClaimLine(
        council=row.council_code,
        reference=request.reference if request else award.opening_reference,
        award_id=award.id,
        school=award.school_code,
        pence=row.pence,
        recorded_at=row.recorded_at,
        **dict(found),
    )


def _read_ahead(session: Session, rows: Sequence[CouncilClaimRow]) -> None:
    """Let a session that looks read at once the awards of several lines and what became of them."""
    ids = {row.award_id for row in rows}
    awards = session.exec(select(AwardRow).where(col(AwardRow.id).in_(ids))).all()
    requests = {each.request_id for each in awards if each.request_id}
    session.exec(select(RequestRow).where(col(RequestRow.id).in_(requests))).all()
    _histories(session, awards)
    _made(session, {(row.award_id, row.act_id) for row in rows})


def _histories(session: Session, awards: Iterable[AwardRow]) -> dict[UUID, History]:
    rows = {each.id: each for each in awards}

    def ask(ids: list[UUID]) -> dict[UUID, History]:
        return changes.histories(session, [rows[each] for each in ids])

    return of_each(session, "histories of awards", rows, ask)


def _made(session: Session, wanted: Iterable[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], int]:
    """Which change of its award each act made."""

    def ask(pairs: list[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], int]:
        award, act = col(AwardChangeRow.award_id), col(AwardChangeRow.act_id)
        rows = session.exec(
            select(award, act, AwardChangeRow.number).where(tuple_(award, act).in_(pairs))
        )
        return {(award_id, act_id): number for award_id, act_id, number in rows}

    return of_each(session, "changes made by acts", wanted, ask)


def _days(session: Session, award: AwardRow, row: CouncilClaimRow) -> DaysClaimed:
    """Work out the days of a line: as the award stood when they were claimed, or given back."""
    by = (award.id, row.act_id)
    made, whole = _made(session, (by,))[by], _histories(session, (award,))[award.id]
    stood = whole.changes[: made - 1] if row.pence > 0 else whole.changes[:made]
    as_it_stood = whole.model_copy(update={"changes": stood})
    return days_claimed(as_it_stood, row.from_on, row.until_on, abs(row.pence))


def claims_on(session: Session, award_id: UUID) -> tuple[ClaimView, ...]:
    """List what is claimed from other councils for one award."""
    rows = session.exec(select(CouncilClaimRow).where(CouncilClaimRow.award_id == award_id))
    return _views(rows)


def _check_may_see(caller: Caller) -> None:
    if not caller.holds(Role.FINANCE_OFFICER, *OFFICERS):
        raise RoleNeeded("to see what other councils owe", "it is finance's and officers'")


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
