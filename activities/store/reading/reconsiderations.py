"""Challenges as each person may see them: where one stands, whose turn it is, and by when."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.reading.caller import OFFICERS, SCHOOL_DESK, Caller
from activities.store.reading.requests import seen
from activities.store.reading.seeing import sight
from activities.store.reconsiderations import look_of
from activities.store.tables import ActRow, ReconsiderationRow, RequestRow
from domain.frozen import Frozen
from domain.reconsideration import (
    TURN_OF,
    Answer,
    Challenger,
    ChallengeStage,
    is_barred_from,
)
from domain.reconsideration_acts import Challenging
from domain.refusals import Unknown
from domain.stages import ALLOWED_TO, ActKind

MOST_AT_ONCE = 200
_ACT_AT = {
    ChallengeStage.CHALLENGED: ActKind.TAKE_CHALLENGE,
    ChallengeStage.FOR_DECISION: ActKind.RECONSIDER,
}


class ChallengeLine(Frozen):
    """A challenge in a list: its request's reference, where it stands, whose turn it is."""

    id: UUID
    request_id: UUID
    reference: str
    by: Challenger
    stage: ChallengeStage
    stage_since_at: datetime
    waits_for: str | None
    """Whose turn it is: an officer, the panel that looks again, a senior officer; or nobody's."""
    challenged_at: datetime
    answer_by_at: datetime | None
    overdue: bool
    late: bool
    answer: Answer | None
    ended_at: datetime | None


class ChallengeView(ChallengeLine):
    """A challenge whole, for the school's desk and for officers whom nothing bars."""

    decision_id: UUID
    """What is challenged."""
    new_decision_id: UUID | None
    """What takes its place."""
    panel: str | None
    """The cluster whose panel looks again."""
    grounds: tuple[str, ...]
    new_evidence: tuple[str, ...]
    asks: str
    why: dict[str, Any] | None
    """The grounds, alternatives and reason of the answer."""
    letter: str | None
    """The answer's letter; where another decision takes the first one's place, that one's says."""


def reconsiderations(session: Session, caller: Caller) -> tuple[ChallengeLine, ...]:
    """List the challenges that the person may see, the last first."""
    query = select(ReconsiderationRow, RequestRow).join(
        RequestRow, col(RequestRow.id) == ReconsiderationRow.request_id
    )
    if not caller.holds(*OFFICERS):
        schools = caller.schools(*SCHOOL_DESK)
        query = query.where(col(RequestRow.school_code).in_(schools))
    rows = session.exec(
        query.order_by(
            col(ReconsiderationRow.challenged_at).desc(), col(ReconsiderationRow.id)
        ).limit(MOST_AT_ONCE)
    ).all()
    return tuple(
        ChallengeLine(**_line(row, request))
        for row, request in rows
        if _may_read(session, caller, request)
    )


def reconsideration(session: Session, caller: Caller, reconsideration_id: UUID) -> ChallengeView:
    """Read one challenge; anybody's but the school's desk and an officer's is unknown."""
    row = session.get(ReconsiderationRow, reconsideration_id)
    request = session.get(RequestRow, row.request_id) if row else None
    if row is None or request is None or not _may_read(session, caller, request):
        raise Unknown("this challenge", "there is none of that id that you may see")
    said = Challenging.model_validate(session.get_one(ActRow, row.id).choices, strict=False)
    return ChallengeView(
        **_line(row, request),
        decision_id=row.decision_id,
        new_decision_id=row.new_decision_id,
        panel=row.cluster_code,
        grounds=said.grounds,
        new_evidence=said.new_evidence,
        asks=said.asks,
        why=_why(session, row),
        letter=row.letter,
    )


def challenges_of(session: Session, caller: Caller, request_id: UUID) -> tuple[ChallengeLine, ...]:
    """List the challenges of a request, the last first."""
    request = seen(session, caller, request_id)
    if not _may_read(session, caller, request):
        return ()
    rows = session.exec(
        select(ReconsiderationRow)
        .where(ReconsiderationRow.request_id == request_id)
        .order_by(col(ReconsiderationRow.challenged_at).desc())
    )
    return tuple(ChallengeLine(**_line(row, request)) for row in rows)


def challenges_waiting(session: Session, caller: Caller) -> Iterator[tuple[ChallengeLine, ActKind]]:
    """List the challenges that wait for this officer, and for what; none that bars the officer."""
    if not caller.holds(*ALLOWED_TO[ActKind.TAKE_CHALLENGE]):
        return
    rows = session.exec(
        select(ReconsiderationRow, RequestRow)
        .join(RequestRow, col(RequestRow.id) == ReconsiderationRow.request_id)
        .where(col(ReconsiderationRow.stage).in_(list(_ACT_AT)))
    )
    for row, request in rows.all():
        kind = _ACT_AT[ChallengeStage(row.stage)]
        look = look_of(session, row.id)
        assert look is not None
        barred = is_barred_from(kind, caller.person.id, look.involved)
        if not barred and _may_read(session, caller, request):
            yield ChallengeLine(**_line(row, request)), kind


def _may_read(session: Session, caller: Caller, request: RequestRow) -> bool:
    sees = sight(session, caller, request)
    return sees.council or sees.desk


def _line(row: ReconsiderationRow, request: RequestRow) -> dict[str, Any]:
    stage = ChallengeStage(row.stage)
    shown = {"id", "request_id", "stage_since_at", "challenged_at", "answer_by_at", "overdue"}
    return {
        **row.model_dump(include=shown | {"late", "ended_at"}),
        "reference": request.reference,
        "by": Challenger(row.challenger),
        "stage": stage,
        "waits_for": TURN_OF[stage],
        "answer": Answer(row.answer) if row.answer else None,
    }


def _why(session: Session, row: ReconsiderationRow) -> dict[str, Any] | None:
    if row.answered_act is None:
        return None
    said = session.get_one(ActRow, row.answered_act).choices
    return {name: said[name] for name in ("grounds", "alternatives", "reason")}
