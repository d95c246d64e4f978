"""A request in hand: its row, what it says and its acts, as domain objects and back.

Every function works in the caller's transaction; the request's row is locked while it is in hand.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from activities.store.days import on_day
from activities.store.events import Happening, write_event
from activities.store.locks import NO_KEY
from activities.store.session import ask
from activities.store.tables import (
    ActRow,
    PartPlayedRow,
    PupilOnRollRow,
    RequestRow,
    RequestVersionRow,
)
from domain.acts import ActOutcome
from domain.frozen import Frozen
from domain.interests import Concerns
from domain.people import Part, PartPlayed
from domain.places import Level
from domain.refusals import Refusal
from domain.request import RequestContent, RequestKind, SenStatus
from domain.stages import ActKind, Ending, Stage

_PARTS = (
    "SELECT person_id, part FROM part_played WHERE request_id = :request"
    " UNION SELECT f.person_id, 'family' FROM family_tie AS f JOIN request_pupil AS p"
    " USING (pupil_id) WHERE p.request_id = :request"
)

_UNHEARD = text(
    "SELECT b.id AS person_id, NULL AS part FROM ballot AS b WHERE b.request_id = :request"  # noqa: S608
    f" AND b.closed_at IS NOT NULL AND b.heard_at IS NULL UNION ALL ({_PARTS})"
)
"""Ballots first, without a part; asked together at the end of everything that is carried out."""
_CONCERNED = text(
    "SELECT NULL AS person_id, t.trust_code AS part FROM school_in_trust AS t"  # noqa: S608
    " WHERE t.school_code = ANY (:schools) AND t.from_on <= :day"
    f" AND (t.until_on IS NULL OR t.until_on > :day) UNION ALL ({_PARTS})"
)
"""The trusts of schools without a person, and who has which part."""


class InHand(Frozen):
    """A request as the record has it, read under its lock."""

    id: UUID
    reference: str
    kind: RequestKind
    school: str
    cluster: str
    area: str
    stage: Stage
    level: Level
    ending: Ending | None
    pins: dict[str, str]
    submitted_at: datetime
    content: RequestContent
    version: int
    has_plan: bool
    owed_annual_pence: int | None
    """What plans set out a year; nothing when it is not known, which is never less."""
    waits_for: str | None
    waits_until_at: datetime | None
    decide_by_at: datetime
    overdue: bool
    times_without_quorum: int
    placing_id: UUID | None
    decision_id: UUID | None = None
    """The decision that stands; it stands on while the request is looked at again."""
    why: dict[str, Any]


class Recorded(Frozen):
    """An act as it was recorded, with its choices."""

    id: UUID
    kind: ActKind
    person_id: UUID | None
    choices: dict[str, Any]
    recorded_at: datetime
    outcome: ActOutcome | None = None


class Move(Frozen):
    """Where a request goes next, whose turn it is there and until when."""

    stage: Stage
    waits_for: str | None = None
    waits_until_at: datetime | None = None
    level: Level | None = None
    ending: Ending | None = None
    decision_id: UUID | None = None
    placing_id: UUID | None = None
    why: dict[str, Any] | None = None


def take_in_hand(session: Session, request_id: UUID) -> InHand:
    """Read a request and lock its row until the transaction ends."""
    row = session.get_one(RequestRow, request_id, with_for_update=NO_KEY)
    version = session.get_one(RequestVersionRow, (request_id, row.version))
    return InHand(
        id=row.id,
        reference=row.reference,
        kind=RequestKind(row.kind),
        school=row.school_code,
        cluster=row.cluster_code,
        area=row.area_code,
        stage=Stage(row.stage),
        level=Level(row.level),
        ending=Ending(row.ending) if row.ending else None,
        pins=row.pins,
        submitted_at=row.submitted_at,
        content=RequestContent.model_validate(version.content, strict=False),
        version=row.version,
        has_plan=row.has_plan,
        owed_annual_pence=row.owed_annual_pence,
        waits_for=row.waits_for,
        waits_until_at=row.waits_until_at,
        decide_by_at=row.decide_by_at,
        overdue=row.overdue,
        times_without_quorum=row.times_without_quorum,
        placing_id=row.placing_id,
        decision_id=row.decision_id,
        why=row.why,
    )


class Stands(Frozen):
    """Where a request stands, without what it says."""

    stage: Stage
    ending: Ending | None
    waits_until_at: datetime | None


def stands(session: Session, request_id: UUID) -> Stands:
    """Read where a request in hand stands after what was just written."""
    row = session.get_one(RequestRow, request_id)
    return Stands(
        stage=Stage(row.stage),
        ending=Ending(row.ending) if row.ending else None,
        waits_until_at=row.waits_until_at,
    )


def move_to(session: Session, request: InHand, move: Move, now: datetime) -> None:
    """Move a request to a stage, and write the event that says so."""
    row = session.get_one(RequestRow, request.id)
    row.stage = move.stage
    row.stage_since_at = now
    row.waits_for = move.waits_for
    row.waits_until_at = move.waits_until_at
    row.level = move.level or row.level
    row.ending = move.ending
    row.decision_id = move.decision_id or row.decision_id
    row.placing_id = move.placing_id or row.placing_id
    row.why = request.why if move.why is None else move.why
    session.add(row)
    facts = {
        "reference": request.reference,
        "from": request.stage,
        "to": move.stage,
        "waits_for": move.waits_for,
        "ending": move.ending,
    }
    happened(session, request, "request_moved_on", now, facts)


def count_no_quorum(session: Session, request: InHand) -> int:
    """Count one more ballot that closed without a quorum, and say how many there were in a row."""
    row = session.get_one(RequestRow, request.id)
    row.times_without_quorum += 1
    session.add(row)
    return row.times_without_quorum


def had_quorum(session: Session, request: InHand) -> None:
    """Note that a ballot had its quorum: those before it without one no longer count."""
    row = session.get_one(RequestRow, request.id)
    row.times_without_quorum = 0
    session.add(row)


def mark_overdue(session: Session, request: InHand, now: datetime) -> None:
    """Note that the day for the decision has passed; the request goes on all the same."""
    row = session.get_one(RequestRow, request.id)
    row.overdue = True
    row.waits_until_at = None
    session.add(row)
    facts = {"reference": request.reference, "waits_for": row.waits_for}
    happened(session, request, "request_overdue", now, facts)


def happened(
    session: Session, request: InHand, kind: str, now: datetime, facts: dict[str, Any]
) -> None:
    """Write an event about a request: codes and references, never words."""
    happening = Happening(
        kind=kind,
        subject="request",
        subject_id=request.id,
        at=now,
        facts=facts,
        cluster=request.cluster,
        school=request.school,
    )
    write_event(session, happening)


def recorded_act(session: Session, act_id: UUID) -> Recorded:
    """Read an act, and lock it, so that its outcome is given once."""
    return _as_recorded(session.get_one(ActRow, act_id, with_for_update=NO_KEY))


def undelivered(session: Session, subject_id: UUID, kind: ActKind) -> Recorded | None:
    """Find the oldest act of a kind on a subject that has no outcome yet."""
    found = session.exec(
        select(ActRow)
        .where(ActRow.subject_id == subject_id, ActRow.kind == kind, col(ActRow.outcome).is_(None))
        .order_by(col(ActRow.number))
        .limit(1)
        .with_for_update()
    ).first()
    return _as_recorded(found) if found else None


def settle(
    session: Session, act: Recorded, stage: Stage | None, now: datetime, no: Refusal | None = None
) -> ActOutcome:
    """Give an act its outcome, in the transaction of its effect."""
    row = session.get_one(ActRow, act.id)
    row.outcome = "refused" if no else "done"
    row.refusal = _as_told(no) if no else None
    row.outcome_at = now
    session.add(row)
    return ActOutcome(act_id=act.id, done=no is None, code=no.code if no else None, stage=stage)


def has_plan_now(session: Session, request: InHand, day: date) -> bool:
    """Whether a pupil has a plan, by the request or by the register on a day."""
    pupils = [pupil.pupil_id for pupil in request.content.pupils]
    by_register = session.exec(
        select(PupilOnRollRow.id).where(
            col(PupilOnRollRow.pupil_id).in_(pupils),
            PupilOnRollRow.sen_status == SenStatus.PLAN,
            on_day(PupilOnRollRow, day),
        )
    ).first()
    return request.has_plan or by_register is not None


def play_part(session: Session, request_id: UUID, part: Part, *people: UUID) -> None:
    """Note that people have played a part in a request; noting it again changes nothing."""
    rows = [
        {"request_id": request_id, "person_id": person_id, "part": part.value}
        for person_id in people
    ]
    if rows:
        adding = insert(PartPlayedRow).values(rows).on_conflict_do_nothing()
        session.connection().execute(adding)


def concerns(session: Session, request: InHand, day: date) -> Concerns:
    """Whom a request concerns: its schools, their trusts on the day, and the parts played in it."""
    schools = {request.school, *(pupil.school for pupil in request.content.pupils)}
    return concerns_of(session, request.id, schools, day)


def concerns_of(session: Session, request_id: UUID, schools: set[str], day: date) -> Concerns:
    """Whom a request of these schools concerns, whoever has it in hand."""
    asked = {"request": request_id, "schools": list(schools), "day": day}
    rows = ask(session, _CONCERNED, asked)
    return Concerns(
        schools=frozenset(schools),
        trusts=frozenset(row.part for row in rows if row.person_id is None),
        played=_as_parts(row for row in rows if row.person_id is not None),
    )


def heard_and_played(
    session: Session, request_id: UUID
) -> tuple[UUID | None, tuple[PartPlayed, ...]]:
    """Find a closed ballot that the request's workflow has not taken in, and who has a part."""
    rows = ask(session, _UNHEARD, {"request": request_id})
    unheard = (row.person_id for row in rows if row.part is None)
    return next(unheard, None), _as_parts(row for row in rows if row.part is not None)


def _as_parts(rows: Iterable[Row[Any]]) -> tuple[PartPlayed, ...]:
    parts = [PartPlayed(person_id=row.person_id, part=Part(row.part)) for row in rows]
    return tuple(sorted(parts, key=lambda each: (each.person_id, each.part)))


def _as_recorded(row: ActRow) -> Recorded:
    outcome = None
    if row.outcome is not None:
        code = row.refusal["code"] if row.refusal else None
        outcome = ActOutcome(act_id=row.id, done=row.outcome == "done", code=code)
    return Recorded(
        id=row.id,
        kind=ActKind(row.kind),
        person_id=row.person_id,
        choices=row.choices,
        recorded_at=row.recorded_at,
        outcome=outcome,
    )


def _as_told(refusal: Refusal) -> dict[str, str]:
    return {
        "code": refusal.code,
        "asked": refusal.asked,
        "in_the_way": refusal.in_the_way,
        "would_help": refusal.help,
    }
