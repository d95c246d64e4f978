"""Challenges as each person may see them: where one stands, whose turn it is, and by when."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.challenge_decisions import Turn, whose_turns
from activities.store.reading.caller import OFFICERS, SCHOOL_DESK, Caller
from activities.store.reading.events import barred_from
from activities.store.reading.policies import policy
from activities.store.reading.requests import seen
from activities.store.reading.seeing import sight
from activities.store.reconsiderations import looks_of
from activities.store.tables import ActRow, DecisionRow, ReconsiderationRow, RequestRow
from domain.frozen import Frozen
from domain.policy.delegation import AuthorityScheme
from domain.reconsideration import (
    CABINET_MEMBER,
    TURN_OF,
    Answer,
    Challenger,
    ChallengeStage,
    NotedDecision,
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
    """Whose turn it is: an officer, the panel that looks again, a senior officer; or nobody's.

    The Cabinet Member's, to officers alone: how great a need is, a school learns with the answer.
    """
    key_decision: NotedDecision | None
    """What was noted of the Cabinet Member's decision that the answer carries out; to officers."""
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
    letter_wording: str | None
    """Which version worded the letter; the first ones say none."""


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
    seen_by = _read_by(session, caller, [request for _, request in rows])
    turns = whose_turns(session, _stages([row for row, _ in rows]), caller.day)
    return tuple(
        ChallengeLine(**_facts(row, request, turns[row.id], to_council=seen_by[request.id]))
        for row, request in rows
        if request.id in seen_by
    )


def _read_by(session: Session, caller: Caller, requests: Sequence[RequestRow]) -> dict[UUID, bool]:
    """Which requests' challenges the person may read, and whether as the council does.

    A desk was given its own alone; an officer who works at a school besides reads its own even
    where that bars the officer.
    """
    if not caller.holds(*OFFICERS):
        return {each.id: False for each in requests}
    barred = barred_from(session, caller, {each.id for each in requests})
    desk = caller.schools(*SCHOOL_DESK)
    return {
        each.id: each.id not in barred
        for each in requests
        if each.id not in barred or each.school_code in desk
    }


def reconsideration(session: Session, caller: Caller, reconsideration_id: UUID) -> ChallengeView:
    """Read one challenge; anybody's but the school's desk and an officer's is unknown."""
    row = session.get(ReconsiderationRow, reconsideration_id)
    request = session.get(RequestRow, row.request_id) if row else None
    if row is None or request is None or not _may_read(session, caller, request):
        raise Unknown("this challenge", "there is none of that id that you may see")
    said = Challenging.model_validate(session.get_one(ActRow, row.id).choices, strict=False)
    return ChallengeView(
        **_line(session, caller, row, request),
        decision_id=row.decision_id,
        new_decision_id=row.new_decision_id,
        panel=row.cluster_code,
        grounds=said.grounds,
        new_evidence=said.new_evidence,
        asks=said.asks,
        why=_why(session, row),
        letter=row.letter,
        letter_wording=row.letter_wording,
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
    ).all()
    to_council = sight(session, caller, request).council
    turns = whose_turns(session, _stages(rows), caller.day)
    return tuple(
        ChallengeLine(**_facts(row, request, turns[row.id], to_council=to_council)) for row in rows
    )


def challenges_waiting(session: Session, caller: Caller) -> Iterator[tuple[ChallengeLine, ActKind]]:
    """List the challenges that wait for this officer, and for what; none that bars the officer."""
    if not caller.holds(*ALLOWED_TO[ActKind.TAKE_CHALLENGE]):
        return
    rows = session.exec(
        select(ReconsiderationRow, RequestRow)
        .join(RequestRow, col(RequestRow.id) == ReconsiderationRow.request_id)
        .where(col(ReconsiderationRow.stage).in_(list(_ACT_AT)))
    ).all()
    looks = looks_of(session, [row for row, _ in rows])
    first = _first_grades(session, [row.decision_id for row, _ in rows])
    seen_by = _read_by(session, caller, [request for _, request in rows])
    turns = whose_turns(session, _stages([row for row, _ in rows]), caller.day)
    for row, request in rows:
        look = looks[row.id]
        kind = _ACT_AT[look.stage]
        barred = is_barred_from(kind, caller.person.id, look.involved)
        senior = _is_senior(session, caller, request, first[row.decision_id])
        if kind is ActKind.RECONSIDER and not senior:
            continue
        if not barred and request.id in seen_by:
            told = _facts(row, request, turns[row.id], to_council=seen_by[request.id])
            line = ChallengeLine(**told)
            noted = line.key_decision
            if line.waits_for != CABINET_MEMBER:
                yield line, kind
            elif noted is None or noted.effective_on <= caller.day:
                yield line, ActKind.NOTE_KEY_DECISION


def _stages(rows: Sequence[ReconsiderationRow]) -> dict[UUID, ChallengeStage]:
    return {row.id: ChallengeStage(row.stage) for row in rows}


def _first_grades(session: Session, decisions: Sequence[UUID]) -> dict[UUID, str]:
    """The grade in which each of the decisions was signed."""
    rows = session.exec(
        select(DecisionRow.id, DecisionRow.result).where(col(DecisionRow.id).in_(decisions))
    )
    return {decision_id: result["grade"] for decision_id, result in rows}


def _is_senior(session: Session, caller: Caller, request: RequestRow, first: str) -> bool:
    """Whether the officer's limit is not below that of who decided first."""
    scheme = policy(session, request.pins["authority"], AuthorityScheme)
    limits = {each.code: each.limit_pence for each in scheme.grades}
    highest = max((limits.get(grade, 0) for grade in caller.grades), default=0)
    return highest >= limits.get(first, 0)


def _may_read(session: Session, caller: Caller, request: RequestRow) -> bool:
    sees = sight(session, caller, request)
    return sees.council or sees.desk


def _line(
    session: Session, caller: Caller, row: ReconsiderationRow, request: RequestRow
) -> dict[str, Any]:
    turn = whose_turns(session, _stages([row]), caller.day)[row.id]
    return _facts(row, request, turn, to_council=sight(session, caller, request).council)


def _facts(
    row: ReconsiderationRow, request: RequestRow, turn: Turn, *, to_council: bool
) -> dict[str, Any]:
    stage = ChallengeStage(row.stage)
    shown = {"id", "request_id", "stage_since_at", "challenged_at", "answer_by_at", "overdue"}
    return {
        **row.model_dump(include=shown | {"late", "ended_at"}),
        "reference": request.reference,
        "by": Challenger(row.challenger),
        "stage": stage,
        "waits_for": turn[0] if to_council else TURN_OF[stage],
        "key_decision": turn[1] if to_council else None,
        "answer": Answer(row.answer) if row.answer else None,
    }


def _why(session: Session, row: ReconsiderationRow) -> dict[str, Any] | None:
    if row.answered_act is None:
        return None
    said = session.get_one(ActRow, row.answered_act).choices
    return {name: said[name] for name in ("grounds", "alternatives", "reason")}
