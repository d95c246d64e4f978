"""Awards as they stand: what changed, what is paid and due to a day, and top-ups on a census day.

A school reads its own; officers, unless an interest keeps them out, and finance read all.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from activities.store import changes
from activities.store.plan_items import references_of_items
from activities.store.reading.caller import OFFICERS, SCHOOL_DESK, Caller
from activities.store.reading.claims import ClaimView, claims_on
from activities.store.reading.panel import is_kept_out
from activities.store.reading.seeing import AT_SCHOOL
from activities.store.tables import (
    ActRow,
    AwardChangeRow,
    AwardRow,
    InstalmentRow,
    RequestRow,
    TakeBackRow,
)
from domain.adjusting import History, due_to_day, stretches, worth
from domain.frozen import Frozen
from domain.people import Role
from domain.refusals import Barred, RoleNeeded, Unknown
from domain.request import RequestKind

MOST_AT_ONCE = 200
_WHERE_TO = frozenset({"to_school", "to_council"})
"""Where a pupil went is not the school's of before: it has ended there."""
_COUNCIL = (*OFFICERS, Role.FINANCE_OFFICER)

_PAID = text(
    "SELECT i.award_id, sum(i.pence)::bigint AS pence FROM instalment AS i"
    " JOIN ledger_entry AS p ON p.commitment_id = i.commit_id AND p.verb = 'pay'"
    " AND p.instalment_number = i.number WHERE i.award_id = ANY (:awards)"
    " AND NOT EXISTS (SELECT FROM ledger_entry AS back WHERE back.reverses_id = p.id)"
    " GROUP BY i.award_id"
)


class AwardLine(Frozen):
    """An award in a list, as it stands with every change so far; pence."""

    id: UUID
    reference: str | None
    """The request's reference, or what the old system called it."""
    kind: RequestKind | None
    """Nothing for an award of the old system."""
    school: str
    payee_code: str
    payee_kind: str
    from_on: date
    until_on: date
    """The day after the last on which anything is due."""
    annual_pence: int
    """The amount a year in force on the day it is read; nought on a day on which none is."""
    worth_pence: int
    """What it comes to as a whole."""
    due_to_date_pence: int
    """What is due for the days until the day it is read, that day not counted."""
    paid_to_date_pence: int
    """What was paid, less what was taken back."""
    changed: bool


class ChangeView(Frozen):
    """One change of an award: from when, what it was worth before and after, and what followed."""

    number: int
    kind: str
    from_on: date
    change: dict[str, Any]
    """Days and amounts; where a pupil went to for the council alone."""
    reason: str | None
    """Why, in the officer's words: for the school's desk and officers; of a move for officers."""
    cancelled: list[int]
    worth_before_pence: int
    worth_after_pence: int
    take_back_pence: int
    claimed_pence: int
    """Below nought where it gave back what was claimed before."""
    next_award_id: UUID | None
    recorded_at: datetime


class PromisedView(Frozen):
    """An instalment that an award was promised, and what became of it: due, paid or cancelled."""

    number: int
    due_on: date
    pence: int
    financial_year: int
    period: int
    state: str


class TakenBack(Frozen):
    """What a payee gives back of an award: netted in a run, or still to be."""

    pence: int
    recorded_at: datetime
    netted_in_run: UUID | None


class AwardWhole(AwardLine):
    """An award with its history, its instalments, and what came back of it."""

    request_id: UUID | None
    pot: str | None
    """For the council."""
    outcomes: list[str]
    follows_id: UUID | None
    """The award that the pupil had at the school before; for the council."""
    changes: tuple[ChangeView, ...]
    instalments: tuple[PromisedView, ...]
    taken_back: tuple[TakenBack, ...]
    claims: tuple[ClaimView, ...]
    """For the council."""


def awards(
    session: Session, caller: Caller, *, school: str | None = None, after: UUID | None = None
) -> tuple[AwardLine, ...]:
    """List the awards that the person may see, by id from behind one, of one school if named."""
    query = select(AwardRow).where(theirs(caller, school)).order_by(col(AwardRow.id))
    if after is not None:
        query = query.where(col(AwardRow.id) > after)
    rows = session.exec(query.limit(MOST_AT_ONCE)).all()
    return tuple(AwardLine(**facts) for facts in _lines(session, caller.day, rows))


def award(session: Session, caller: Caller, award_id: UUID) -> AwardWhole:
    """Read an award with its history; one that the person may not see is unknown."""
    row = award_seen(session, caller, award_id)
    (line,) = _lines(session, caller.day, (row,))
    council = caller.holds(*_COUNCIL)
    officer = caller.holds(*OFFICERS)
    words = officer or row.school_code in caller.schools(*SCHOOL_DESK)
    return AwardWhole(
        **line,
        request_id=row.request_id,
        pot=row.pot if council else None,
        outcomes=list(row.outcomes) if words else [],
        follows_id=row.follows_id if council else None,
        changes=_changes(session, row, shows_words=words, shows_moves=officer, shows_next=council),
        instalments=_promised(session, row),
        taken_back=_taken_back(session, row),
        claims=claims_on(session, row.id) if council else (),
    )


def theirs(caller: Caller, school: str | None) -> Any:
    """Which awards the person may list; a school that is not theirs is an empty list."""
    named = col(AwardRow.school_code) == school if school else col(AwardRow.id).is_not(None)
    if caller.holds(*_COUNCIL):
        return named
    own = caller.schools(*AT_SCHOOL)
    if not own:
        raise RoleNeeded("to list awards", "schools read their own, officers and finance all")
    return named & col(AwardRow.school_code).in_(own)


def award_seen(session: Session, caller: Caller, award_id: UUID) -> AwardRow:
    """Find an award that the person may see; any other is unknown."""
    row = session.get(AwardRow, award_id)
    if row is not None and row.school_code in caller.schools(*AT_SCHOOL):
        return row
    if row is None or not caller.holds(*_COUNCIL):
        raise Unknown("this award", "there is none of that id that you may see")
    request = session.get(RequestRow, row.request_id) if row.request_id else None
    if request is not None and is_kept_out(session, caller, request):
        raise Barred("to read this award", "an interest in the case bars you")
    return row


def _lines(session: Session, day: date, rows: Sequence[AwardRow]) -> list[dict[str, Any]]:
    """The facts that a list has of each award, read for all of them at once."""
    found = session.connection().execute(_PAID, {"awards": [row.id for row in rows]})
    paid = {each.award_id: each.pence for each in found}
    asked = select(RequestRow).where(col(RequestRow.id).in_([row.request_id for row in rows]))
    requests = {each.id: each for each in session.exec(asked)}
    histories = changes.histories(session, rows)
    of_plans = references_of_items(session, [row.plan_item_id for row in rows])
    return [
        _line(row, requests.get(row.request_id or row.id), histories[row.id], day)
        | ({"reference": of_plans[row.plan_item_id]} if row.plan_item_id else {})
        | {"paid_to_date_pence": paid.get(row.id, 0) - histories[row.id].taken_back_pence}
        for row in rows
    ]


def _line(row: AwardRow, request: RequestRow | None, history: History, day: date) -> dict[str, Any]:
    laid = stretches(history)
    in_force = (each.annual_pence for each in laid if each.from_on <= day < each.until_on)
    return {
        "id": row.id,
        "reference": request.reference if request else row.opening_reference,
        "kind": RequestKind(request.kind) if request else None,
        "school": row.school_code,
        "payee_code": row.payee_code,
        "payee_kind": row.payee_kind,
        "from_on": laid[0].from_on if laid else row.from_on,
        "until_on": laid[-1].until_on if laid else row.from_on,
        "annual_pence": next(in_force, 0),
        "worth_pence": worth(history),
        "due_to_date_pence": due_to_day(history, day),
        "changed": bool(history.changes),
    }


def _changes(
    session: Session, row: AwardRow, *, shows_words: bool, shows_moves: bool, shows_next: bool
) -> tuple[ChangeView, ...]:
    rows = session.exec(
        select(AwardChangeRow, ActRow)
        .join(ActRow, col(ActRow.id) == AwardChangeRow.act_id)
        .where(AwardChangeRow.award_id == row.id)
        .order_by(col(AwardChangeRow.number))
    )
    shown = set(ChangeView.model_fields) - {"next_award_id", "change"}
    hidden = frozenset() if shows_next else _WHERE_TO
    return tuple(
        ChangeView(
            **change.model_dump(include=shown),
            change={name: said for name, said in change.change.items() if name not in hidden},
            reason=_reason(act, shows_words=shows_words, shows_moves=shows_moves),
            next_award_id=change.next_award_id if shows_next else None,
        )
        for change, act in rows
    )


def _reason(act: ActRow, *, shows_words: bool, shows_moves: bool) -> str | None:
    """Why it changed; why a pupil moved is neither the school's of before nor the next one's."""
    is_move = act.choices["change"]["kind"] == "transfer"
    reason: str = act.choices["reason"]
    return reason if shows_moves or (shows_words and not is_move) else None


def _promised(session: Session, row: AwardRow) -> tuple[PromisedView, ...]:
    states = changes.states_of(session, row.id)
    rows = session.exec(
        select(InstalmentRow)
        .where(InstalmentRow.award_id == row.id)
        .order_by(col(InstalmentRow.due_on), col(InstalmentRow.number))
    )
    shown = set(PromisedView.model_fields)
    return tuple(
        PromisedView(**each.model_dump(include=shown), state=states[each.number]) for each in rows
    )


def _taken_back(session: Session, row: AwardRow) -> tuple[TakenBack, ...]:
    rows = session.exec(
        select(TakeBackRow)
        .where(TakeBackRow.award_id == row.id)
        .order_by(col(TakeBackRow.recorded_at))
    )
    shown = set(TakenBack.model_fields)
    return tuple(TakenBack(**each.model_dump(include=shown)) for each in rows)
