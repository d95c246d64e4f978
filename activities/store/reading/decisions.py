"""Decisions, awards and letters: what was decided, by which rule, until when, and for whom."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.requests import seen
from activities.store.reading.seeing import is_at_school
from activities.store.tables import (
    AwardRow,
    DecisionRow,
    InstalmentRow,
    LetterRow,
    PupilNameRow,
    RequestPupilRow,
    RequestRow,
)
from domain.frozen import Frozen
from domain.people import Role
from domain.refusals import Unknown

_WORDS = ("grounds", "alternatives", "reason", "dispensation")


class InstalmentView(Frozen):
    """One dated payment of an award."""

    number: int
    due_on: date
    pence: int
    financial_year: int


class AwardView(Frozen):
    """What a decision gives to one school."""

    id: UUID
    school_code: str
    payee_kind: str
    from_on: date
    until_on: date
    annual_pence: int
    total_pence: int
    pot: str | None
    outcomes: list[str]
    review_on: date | None
    instalments: tuple[InstalmentView, ...]


class DecisionView(Frozen):
    """A decision with its working; its words are for the school and the officers."""

    id: UUID
    number: int
    kind: str
    level: str
    annual_pence: int
    recommended: str
    tier: str
    band: str | None
    grounds: list[str] | None = None
    alternatives: str | None = None
    reason: str | None = None
    dispensation: str | None = None
    key_decision_number: str | None
    key_decision_effective_on: date | None
    inputs_sha256: str
    policy: dict[str, Any]
    result: dict[str, Any]
    working: dict[str, Any]
    decided_at: datetime
    awards: tuple[AwardView, ...]


class PupilNamed(Frozen):
    """What a child is called, for the letter."""

    pupil_id: UUID
    given_name: str
    family_name: str


class LetterView(Frozen):
    """The letter as it was written; the school adds the names, which it alone is given."""

    decision_id: UUID
    body: str
    written_at: datetime
    pupils: tuple[PupilNamed, ...]


def decision(session: Session, caller: Caller, request_id: UUID) -> DecisionView:
    """Read the decision on a request; before there is one it is unknown."""
    row = seen(session, caller, request_id)
    found = session.get(DecisionRow, row.decision_id) if row.decision_id else None
    if found is None:
        raise Unknown("the decision", "the request is not decided yet")
    reads_words = caller.holds(*OFFICERS) or _is_at_desk(caller, row)
    hidden = set() if reads_words else set(_WORDS)
    facts = found.model_dump(include=set(DecisionView.model_fields) - hidden)
    council = not is_at_school(caller, row)
    return DecisionView(**facts, awards=awards(session, found.id, shows_pot=council))


def awards(session: Session, decision_id: UUID, *, shows_pot: bool) -> tuple[AwardView, ...]:
    """List what a decision gives, school by school, with the dated instalments."""
    rows = session.exec(
        select(AwardRow).where(AwardRow.decision_id == decision_id).order_by(AwardRow.school_code)
    ).all()
    return tuple(_award(session, row, shows_pot=shows_pot) for row in rows)


def letter(session: Session, caller: Caller, request_id: UUID) -> LetterView:
    """Read the decision's letter; the school's own readers are given the names to add."""
    row = seen(session, caller, request_id)
    at_desk = _is_at_desk(caller, row)
    found = None
    if row.decision_id and (at_desk or caller.holds(*OFFICERS)):
        query = select(LetterRow).where(LetterRow.decision_id == row.decision_id)
        found = session.exec(query).first()
    if found is None:
        raise Unknown("the letter", "no letter has been written that you may read")
    return LetterView(
        decision_id=found.decision_id,
        body=found.body,
        written_at=found.written_at,
        pupils=_named(session, row) if at_desk else (),
    )


def _is_at_desk(caller: Caller, row: RequestRow) -> bool:
    return row.school_code in caller.schools(Role.SENCO, Role.HEAD)


def _award(session: Session, row: AwardRow, *, shows_pot: bool) -> AwardView:
    instalments = session.exec(
        select(InstalmentRow)
        .where(InstalmentRow.award_id == row.id)
        .order_by(col(InstalmentRow.number))
    )
    facts = row.model_dump(include=set(AwardView.model_fields))
    shown = set(InstalmentView.model_fields)
    return AwardView(
        **{**facts, "pot": row.pot if shows_pot else None},
        instalments=tuple(InstalmentView(**each.model_dump(include=shown)) for each in instalments),
    )


def _named(session: Session, row: RequestRow) -> tuple[PupilNamed, ...]:
    """Name the pupils of the school that asks; others are their own schools' to name."""
    names = session.exec(
        select(PupilNameRow)
        .join(RequestPupilRow, col(RequestPupilRow.pupil_id) == PupilNameRow.pupil_id)
        .where(
            RequestPupilRow.request_id == row.id,
            RequestPupilRow.version == row.version,
            RequestPupilRow.school_code == row.school_code,
        )
    )
    shown = set(PupilNamed.model_fields)
    return tuple(PupilNamed(**each.model_dump(include=shown)) for each in names)
