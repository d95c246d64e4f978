"""Awards that change: what was promised and paid on one, and the rows that a change writes.

An award's own row is what was decided and never changes; its changes, and every instalment that
was ever promised, stand beside it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, text
from sqlmodel import Session, col, func, select

from activities.store.tables import (
    AwardChangeRow,
    AwardRow,
    CouncilClaimRow,
    InstalmentRow,
    TakeBackRow,
)
from domain.adjusting import Claim, History
from domain.award import Instalment
from domain.finance_acts import AwardChange
from domain.frozen import Frozen
from domain.ledger.accounts import RECOUPED
from domain.ledger.journal import Line
from domain.places import PayeeKind

_GOES_ALONG = {
    "id",
    "request_id",
    "decision_id",
    "opening_act_id",
    "payee_code",
    "pot",
    "commit_id",
    "follows_id",
}
_CHANGE: TypeAdapter[AwardChange] = TypeAdapter(AwardChange)

INSTALMENT_STATE = (
    "CASE WHEN ledger_ended_by(i.commit_id, i.number) IS NULL THEN 'due'"
    " WHEN EXISTS (SELECT FROM ledger_entry AS p WHERE p.verb = 'pay'"
    " AND p.commitment_id = i.commit_id AND p.instalment_number = i.number AND NOT EXISTS"
    " (SELECT FROM ledger_entry AS back WHERE back.reverses_id = p.id)) THEN 'paid'"
    " ELSE 'cancelled' END"
)
"""What became of the instalment ``i``: due, paid or cancelled."""
_STATES = text(
    f"SELECT i.number, {INSTALMENT_STATE} AS state FROM instalment AS i"  # noqa: S608  our own words
    " WHERE i.award_id = :award"
)
_PAID = text(
    "SELECT e.commitment_id, a.pot, a.financial_year, sum(p.pence)::bigint AS pence,"
    " bool_or(a.closed_by IS NOT NULL) AS is_closed,"
    " coalesce(sum(p.pence) FILTER (WHERE EXISTS (SELECT FROM run_line AS l"
    " JOIN remittance AS m ON m.id = l.remittance_id AND m.state IN ('prepared', 'sent')"
    " WHERE l.commit_id = e.commitment_id AND l.instalment_number = e.instalment_number"
    " AND l.entry_id = e.id AND l.state = 'paid')), 0)::bigint AS unanswered_pence"
    " FROM ledger_entry AS e JOIN ledger_posting AS p ON p.entry_id = e.id"
    " JOIN ledger_account AS a ON a.id = p.account_id AND (a.stage = 'paid' OR a.pot = :recouped)"
    " WHERE e.commitment_id IN (SELECT commit_id FROM instalment WHERE award_id = :award)"
    " AND (e.verb = 'recoup' AND e.award_id = :award OR e.verb = 'pay' AND EXISTS"
    " (SELECT FROM instalment AS i WHERE i.award_id = :award"
    " AND i.commit_id = e.commitment_id AND i.number = e.instalment_number))"
    " AND NOT EXISTS (SELECT FROM ledger_entry AS back WHERE back.reverses_id = e.id)"
    " GROUP BY e.commitment_id, a.pot, a.financial_year HAVING sum(p.pence) <> 0"
    " ORDER BY a.financial_year DESC, e.commitment_id, a.pot"
)
_IN_RUNS = text(
    "SELECT DISTINCT r.reference FROM run_line AS l JOIN payment_run AS r ON r.id = l.run_id"
    " JOIN instalment AS i ON i.commit_id = l.commit_id AND i.number = l.instalment_number"
    " WHERE l.state = 'prepared' AND i.award_id = :award AND i.number = ANY (:numbers)"
    " ORDER BY r.reference"
)
_UNANSWERED = text(
    "SELECT DISTINCT r.reference FROM run_line AS l JOIN payment_run AS r ON r.id = l.run_id"
    " JOIN remittance AS m ON m.id = l.remittance_id AND m.state IN ('prepared', 'sent')"
    " WHERE l.state = 'paid' AND l.award_id = :award ORDER BY r.reference"
)
_NOT_WHILE_A_RUN_IS_PREPARED = text("SELECT pg_advisory_xact_lock_shared(810004)")
"""Whoever prepares a run has the lock alone: what it gathers is not cancelled meanwhile."""
_TAKE_TURNS = text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:award AS text), 252))")


_TAKE_TURNS_OF_REQUEST = text(
    "SELECT pg_advisory_xact_lock_shared(810004),"
    " pg_advisory_xact_lock(hashtextextended(a.id::text, 252))"
    " FROM (SELECT id FROM award WHERE request_id = :request ORDER BY id) AS a"
)


class AwardHeld(Frozen):
    """An award in hand: what was decided, how it changed, and what is paid and still promised."""

    id: UUID
    request_id: UUID | None
    decision_id: UUID | None
    opening_act_id: UUID | None
    """The import it came by, for an award of the old system."""
    plan_item_id: UUID | None = None
    """The item of a cluster plan that it pays for, where a plan's signature gave it."""
    school: str
    payee_code: str
    payee_kind: PayeeKind
    pot: str
    commit_id: UUID
    outcomes: tuple[str, ...]
    review_on: date | None
    follows_id: UUID | None
    """The award that the pupil had at the school before."""
    history: History
    paid_numbers: frozenset[int]
    """Numbers of the instalments that are paid and not sent back."""
    promised_by: dict[int, UUID]
    """The commitment of each instalment that is paid or still due, by its number."""

    @property
    def paid_pence(self) -> int:
        """What was paid, less what was taken back or is claimed elsewhere, pence."""
        paid = (each for each in self.history.instalments if each.number in self.paid_numbers)
        return sum(each.pence for each in paid) - self.history.taken_back_pence


class PaidLine(Frozen):
    """What stands paid to an award's payee on a commitment, in a pot and year, pence."""

    commitment_id: UUID
    pot: str
    financial_year: int
    is_closed: bool
    """Whether the pot's year is closed: what comes back is the year's in which it comes."""
    pence: int
    unanswered_pence: int
    """What of it no bank has answered yet: it may come back by itself, and is left alone."""

    @property
    def answered_pence(self) -> int:
        """What the payee has for certain, and may be asked for."""
        return max(self.pence - self.unanswered_pence, 0)


class ChangeMade(Frozen):
    """What a change did, as it is kept."""

    id: UUID
    award_id: UUID
    act_id: UUID
    change: AwardChange
    from_on: date
    cancelled: tuple[int, ...] = ()
    commit_id: UUID | None = None
    pot: str | None = None
    next_award_id: UUID | None = None
    worth_before_pence: int
    worth_after_pence: int
    paid_pence: int
    take_back_pence: int = 0
    claimed_pence: int = 0
    """Below nought where less is claimed than before."""


def take_award(session: Session, award_id: UUID) -> AwardHeld | None:
    """Read an award whole, when nobody else changes it; they wait until the transaction ends."""
    session.connection().execute(_NOT_WHILE_A_RUN_IS_PREPARED)
    session.connection().execute(_TAKE_TURNS, {"award": award_id})
    row = session.get(AwardRow, award_id)
    return as_held(session, row) if row else None


def take_turns(session: Session, request_id: UUID) -> None:
    """Take the turn on every award that a request has, for a decision that may change them.

    A change of an award takes it before the request's lock, and so does this.
    """
    session.connection().execute(_TAKE_TURNS_OF_REQUEST, {"request": request_id})


def others_of_decision(session: Session, held: AwardHeld) -> tuple[History, ...]:
    """The histories of the other awards of the same decision, without their instalments."""
    if held.decision_id is None:
        return ()
    rows = session.exec(
        select(AwardRow).where(AwardRow.decision_id == held.decision_id, AwardRow.id != held.id)
    )
    return tuple(histories(session, rows.all()).values())


def before_it(session: Session, held: AwardHeld) -> History | None:
    """The history of the award that this one follows, if the pupil moved here with it."""
    row = session.get(AwardRow, held.follows_id) if held.follows_id else None
    return histories(session, [row])[row.id] if row else None


def is_followed(session: Session, held: AwardHeld) -> bool:
    """Whether the pupil moved on with the award to another school."""
    after = select(AwardRow.id).where(AwardRow.follows_id == held.id).limit(1)
    return session.exec(after).first() is not None


def made_by(session: Session, act_id: UUID) -> bool:
    """Whether an act has changed its award already (promise 4)."""
    made = select(AwardChangeRow.id).where(AwardChangeRow.act_id == act_id).limit(1)
    return session.exec(made).first() is not None


def states_of(session: Session, award_id: UUID) -> dict[int, str]:
    """Say what became of each instalment of an award, by number: due, paid or cancelled."""
    rows = session.connection().execute(_STATES, {"award": award_id})
    return {each.number: each.state for each in rows}


def paid_lines(session: Session, award_id: UUID) -> tuple[PaidLine, ...]:
    """List what stands paid on an award by commitment, pot and year, the latest year first.

    What was taken back after a year had gone by came out of the pot recouped, and stands in the
    year's figure for ever; it is left out here, of the oldest years first.
    """
    found = session.connection().execute(_PAID, {"award": award_id, "recouped": RECOUPED}).all()
    later = {
        commitment_id: -sum(
            row.pence for row in found if row.pot == RECOUPED and row.commitment_id == commitment_id
        )
        for commitment_id in {row.commitment_id for row in found}
    }
    lines = []
    for row in reversed([each for each in found if each.pot != RECOUPED]):
        gone = min(later[row.commitment_id], row.pence)
        later[row.commitment_id] -= gone
        if row.pence > gone:
            facts = row._asdict() | {"pence": row.pence - gone}
            lines.append(PaidLine(**facts))
    return tuple(reversed(lines))


def runs_with(session: Session, award_id: UUID, numbers: tuple[int, ...]) -> tuple[str, ...]:
    """Name the payment runs that are prepared and not approved, and pay one of the instalments."""
    wanted = {"award": award_id, "numbers": list(numbers)}
    return tuple(session.connection().execute(_IN_RUNS, wanted).scalars())


def runs_unanswered(session: Session, award_id: UUID) -> tuple[str, ...]:
    """Name the payment runs that have paid an award and wait for the bank to say so."""
    return tuple(session.connection().execute(_UNANSWERED, {"award": award_id}).scalars())


def save_change(session: Session, made: ChangeMade, now: datetime) -> None:
    """Write a change behind those before it; the database refuses it to whoever has a part."""
    facts = made.model_dump(mode="json", include={"change", "cancelled"})
    columns = made.model_dump(exclude={"change", "cancelled"})
    session.add(
        AwardChangeRow(
            **columns,
            **facts,
            kind=made.change.kind,
            number=_changes_of(session, made.award_id) + 1,
            recorded_at=now,
        )
    )
    session.flush()


def add_instalments(
    session: Session, award_id: UUID, commit_id: UUID, promised: tuple[Instalment, ...]
) -> None:
    """Write instalments that an award was promised by a later commitment."""
    session.add_all(
        InstalmentRow(award_id=award_id, commit_id=commit_id, **each.model_dump())
        for each in promised
    )


def save_next(session: Session, held: AwardHeld) -> None:
    """Write the award of the school that a pupil moved to, and its instalments."""
    given = held.history
    session.add(
        AwardRow(
            **held.model_dump(include=_GOES_ALONG),
            payee_kind=held.payee_kind,
            school_code=held.school,
            from_on=given.from_on,
            until_on=given.until_on,
            annual_pence=given.annual_pence,
            total_pence=sum(each.pence for each in given.instalments),
            outcomes=list(held.outcomes),
            review_on=held.review_on,
        )
    )
    session.flush()
    add_instalments(session, held.id, held.commit_id, given.instalments)


def save_take_back(
    session: Session, held: AwardHeld, line: Line, made: tuple[UUID, UUID], now: datetime
) -> None:
    """Note what a payee gives back, for the next payment run; `made` is its id and the act's."""
    session.add(
        TakeBackRow(
            id=made[0],
            award_id=held.id,
            payee_code=held.payee_code,
            payee_kind=held.payee_kind,
            pence=line.pence,
            pot=line.pot,
            financial_year=line.financial_year,
            act_id=made[1],
            recorded_at=now,
        )
    )


def claim_on(session: Session, award_id: UUID) -> Claim | None:
    """Find what stands claimed for an award: from one council at a time, or nothing."""
    pence = func.sum(CouncilClaimRow.pence).cast(BigInteger)
    found = session.exec(
        select(CouncilClaimRow.council_code, func.min(CouncilClaimRow.from_on), pence)
        .where(CouncilClaimRow.award_id == award_id)
        .group_by(col(CouncilClaimRow.council_code))
        .having(pence > 0)
    ).one_or_none()
    return Claim(council=found[0], from_on=found[1], pence=found[2]) if found else None


def save_claim(session: Session, claim_id: UUID, of: dict[str, Any], now: datetime) -> None:
    """Note what another council owes, or no longer does where the pence are below nought.

    `of` has the award, the act, the council, days and pence.
    """
    session.add(CouncilClaimRow(id=claim_id, recorded_at=now, **of))


def as_held(session: Session, row: AwardRow) -> AwardHeld:
    """Read an award whole; nobody is kept from changing it."""
    states = states_of(session, row.id)
    rows = session.exec(
        select(InstalmentRow)
        .where(InstalmentRow.award_id == row.id)
        .order_by(col(InstalmentRow.number))
    ).all()
    stand = [each for each in rows if states[each.number] != "cancelled"]
    promised = {
        "instalments": tuple(_as_instalment(each) for each in stand),
        "pay_days": tuple(sorted({each.due_on for each in rows})),
        "last_number": max(each.number for each in rows),
    }
    return AwardHeld(
        id=row.id,
        request_id=row.request_id,
        decision_id=row.decision_id,
        opening_act_id=row.opening_act_id,
        plan_item_id=row.plan_item_id,
        school=row.school_code,
        payee_code=row.payee_code,
        payee_kind=PayeeKind(row.payee_kind),
        pot=row.pot,
        commit_id=row.commit_id,
        outcomes=tuple(row.outcomes),
        review_on=row.review_on,
        follows_id=row.follows_id,
        history=histories(session, [row])[row.id].model_copy(update=promised),
        paid_numbers=frozenset(number for number, state in states.items() if state == "paid"),
        promised_by={each.number: each.commit_id for each in stand},
    )


def histories(session: Session, rows: Sequence[AwardRow]) -> dict[UUID, History]:
    """Build the histories of awards by their id, without their instalments: what is due when."""
    by_award: dict[UUID, list[AwardChangeRow]] = {row.id: [] for row in rows}
    found = session.exec(
        select(AwardChangeRow)
        .where(col(AwardChangeRow.award_id).in_(list(by_award)))
        .order_by(col(AwardChangeRow.number))
    )
    for each in found:
        by_award[each.award_id].append(each)
    return {row.id: _history(row, by_award[row.id]) for row in rows}


def _history(row: AwardRow, changed: Sequence[AwardChangeRow]) -> History:
    return History(
        annual_pence=row.annual_pence,
        from_on=row.from_on,
        until_on=row.until_on,
        changes=tuple(_CHANGE.validate_python(each.change, strict=False) for each in changed),
        taken_back_pence=sum(each.take_back_pence + each.claimed_pence for each in changed),
    )


def _changes_of(session: Session, award_id: UUID) -> int:
    numbers = select(AwardChangeRow.number).where(AwardChangeRow.award_id == award_id)
    return max(session.exec(numbers), default=0)


def _as_instalment(row: InstalmentRow) -> Instalment:
    return Instalment(**row.model_dump(exclude={"award_id", "commit_id"}))
