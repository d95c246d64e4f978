"""Decisions, awards and letters: what was decided, by which rule, until when, and for whom."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.reading.caller import Caller
from activities.store.reading.challenge_window import challenge_by
from activities.store.reading.requests import seen
from activities.store.reading.seeing import Sight, sight
from activities.store.reading.words import without_need
from activities.store.remembered import of_each
from activities.store.tables import (
    ActRow,
    AwardRow,
    DecisionRow,
    InstalmentRow,
    LetterRow,
    PupilNameRow,
    RequestPupilRow,
    RequestRow,
)
from domain.frozen import Frozen
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
    opening_reference: str | None = None
    """How the old system called an award that came by the import of the first day."""
    instalments: tuple[InstalmentView, ...]

    def without_need(self) -> Self:
        """The award for those who follow the money: what it is to achieve is the child's."""
        return self.model_copy(update={"outcomes": []})


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
    challenge_by_at: datetime | None = None
    """Until when it may be challenged; nothing where it answers a challenge, and is final."""
    awards: tuple[AwardView, ...]
    """What it gave of its own; what it changed of an earlier one's is told with the award."""
    before: tuple["DecisionView", ...] = ()
    """The decisions whose place it took, the last first: each as it was made."""


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
    wording: str | None
    """Which version worded it; the first ones say none."""
    pupils: tuple[PupilNamed, ...]


def decision(session: Session, caller: Caller, request_id: UUID) -> DecisionView:
    """Read the decision on a request; before there is one it is unknown."""
    row = seen(session, caller, request_id)
    found = session.get(DecisionRow, row.decision_id) if row.decision_id else None
    if found is None:
        raise Unknown("the decision", "the request is not decided yet")
    sees = sight(session, caller, row)
    so_far = _so_far(session, found)
    _read_ahead(session, so_far)
    views = [_cut(sees, _view(session, row, each, sees)) for each in so_far]
    return views[0].model_copy(update={"before": tuple(views[1:])})


def _so_far(session: Session, last: DecisionRow) -> Sequence[DecisionRow]:
    """The decision that stands, and those before it."""
    found = session.exec(
        select(DecisionRow)
        .where(DecisionRow.request_id == last.request_id, DecisionRow.number <= last.number)
        .order_by(col(DecisionRow.number).desc())
    )
    return found.all()


def _view(session: Session, row: RequestRow, found: DecisionRow, sees: Sight) -> DecisionView:
    hidden = set() if sees.council or sees.desk else set(_WORDS)
    facts = found.model_dump(include=set(DecisionView.model_fields) - hidden)
    given = awards(session, found.id, shows_pot=not (sees.school or sees.partners))
    facts["challenge_by_at"] = challenge_by(session, row, found)
    return DecisionView(**facts, awards=given)


def _cut(sees: Sight, whole: DecisionView) -> DecisionView:
    """Leave out what is not for this side: other schools' awards, and the child's need."""
    if sees.council or sees.desk:
        return whole
    left = {"result": without_need(whole.result), "working": without_need(whole.working)}
    if sees.school or not sees.partners:
        given = tuple(each.without_need() for each in whole.awards)
        return whole.model_copy(update={**left, "awards": given})
    given = tuple(
        each if each.school_code in sees.partner_desks else each.without_need()
        for each in whole.awards
        if each.school_code in sees.partners
    )
    # The working adds up every school's share, so that another school is given its own alone.
    own = {"annual_pence": sum(each.annual_pence for each in given), "result": {}, "working": {}}
    return whole.model_copy(update={**own, "awards": given})


def awards(session: Session, decision_id: UUID, *, shows_pot: bool) -> tuple[AwardView, ...]:
    """List what a decision gives, school by school, with the dated instalments."""
    rows = _given(session, (decision_id,))[decision_id]
    return _told(session, rows, shows_pot=shows_pot)


def awards_on(session: Session, award_id: UUID | None, commit_id: UUID) -> tuple[AwardView, ...]:
    """Read the award that an entry names, or else those that a commitment promised."""
    wanted = AwardRow.id == award_id if award_id else AwardRow.commit_id == commit_id
    rows = session.exec(select(AwardRow).where(wanted).order_by(col(AwardRow.opening_reference)))
    return _told(session, rows.all(), shows_pot=True)


def letter(session: Session, caller: Caller, request_id: UUID) -> LetterView:
    """Read the decision's letter; the school's own readers are given the names to add."""
    row = seen(session, caller, request_id)
    sees = sight(session, caller, row)
    desks = sees.partner_desks | ({row.school_code} if sees.desk else set())
    found = None
    if row.decision_id and (desks or sees.council):
        query = select(LetterRow).where(LetterRow.decision_id == row.decision_id)
        found = session.exec(query).first()
    if found is None:
        raise Unknown("the letter", "no letter has been written that you may read")
    return LetterView(
        decision_id=found.decision_id,
        body=found.body,
        written_at=found.written_at,
        wording=found.wording,
        pupils=named_at(session, row, desks),
    )


def _read_ahead(session: Session, decisions: Sequence[DecisionRow]) -> None:
    """Let a session that looks read at once what is told of each of several decisions."""
    acts = [each.act_id for each in decisions]
    session.exec(select(ActRow).where(col(ActRow.id).in_(acts))).all()
    given = _given(session, [each.id for each in decisions])
    _instalments(session, [row.id for rows in given.values() for row in rows])


def _given(session: Session, decisions: Iterable[UUID]) -> dict[UUID, list[AwardRow]]:
    """The awards of each decision, school by school."""

    def ask(ids: list[UUID]) -> dict[UUID, list[AwardRow]]:
        found: dict[UUID, list[AwardRow]] = {each: [] for each in ids}
        for row in session.exec(
            select(AwardRow)
            .where(col(AwardRow.decision_id).in_(ids))
            .order_by(AwardRow.school_code)
        ):
            if row.decision_id is not None:
                found[row.decision_id].append(row)
        return found

    return of_each(session, "awards given", decisions, ask)


def _instalments(session: Session, awards: Iterable[UUID]) -> dict[UUID, list[InstalmentRow]]:
    """Every instalment that each award ever had, in order."""

    def ask(ids: list[UUID]) -> dict[UUID, list[InstalmentRow]]:
        found: dict[UUID, list[InstalmentRow]] = {each: [] for each in ids}
        for row in session.exec(
            select(InstalmentRow)
            .where(col(InstalmentRow.award_id).in_(ids))
            .order_by(col(InstalmentRow.number))
        ):
            found[row.award_id].append(row)
        return found

    return of_each(session, "instalments", awards, ask)


def _told(session: Session, rows: Sequence[AwardRow], *, shows_pot: bool) -> tuple[AwardView, ...]:
    of = _instalments(session, [row.id for row in rows])
    return tuple(
        _award(row, [i for i in of[row.id] if i.commit_id == row.commit_id], shows_pot=shows_pot)
        for row in rows
    )


def _award(row: AwardRow, instalments: list[InstalmentRow], *, shows_pot: bool) -> AwardView:
    facts = row.model_dump(include=set(AwardView.model_fields))
    shown = set(InstalmentView.model_fields)
    return AwardView(
        **{**facts, "pot": row.pot if shows_pot else None},
        instalments=tuple(InstalmentView(**each.model_dump(include=shown)) for each in instalments),
    )


def named_at(session: Session, row: RequestRow, schools: frozenset[str]) -> tuple[PupilNamed, ...]:
    """Name the pupils of the schools whose desk reads; others are their own schools' to name."""
    names = session.exec(
        select(PupilNameRow)
        .join(RequestPupilRow, col(RequestPupilRow.pupil_id) == PupilNameRow.pupil_id)
        .where(
            RequestPupilRow.request_id == row.id,
            RequestPupilRow.version == row.version,
            col(RequestPupilRow.school_code).in_(schools),
        )
    )
    shown = set(PupilNamed.model_fields)
    return tuple(PupilNamed(**each.model_dump(include=shown)) for each in names)
