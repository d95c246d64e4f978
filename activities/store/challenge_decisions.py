"""Key decisions noted on challenges: an answer above the policy's amount waits for one.

A note is an act like any other: what stands is worked out of the acts, and nothing is kept twice.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, and_, col, or_, select

from activities.clock import day_of
from activities.store.tables import ActRow
from domain.reconsideration import ChallengeStage, NotedDecision, turn_on
from domain.refusals import KeyDecisionNeeded
from domain.stages import ActKind


def noted_on(session: Session, reconsideration_id: UUID, priced_pence: int) -> NotedDecision | None:
    """Read the key decision that was last noted on a challenge; nothing where none was.

    It covers what the need was priced at, pence a year, or more where the note says so.
    """
    row = _last(session, reconsideration_id, ActKind.NOTE_KEY_DECISION, "done")
    return None if row is None else _as_noted(row.choices, priced_pence)


Turn = tuple[str | None, NotedDecision | None]
"""Whose turn it is on a challenge, and which key decision its answer is to carry out."""


def whose_turns(
    session: Session, stages: Mapping[UUID, ChallengeStage], today: date
) -> dict[UUID, Turn]:
    """Say of each challenge whose turn it is, with one look at the acts on all of them."""
    open_ones = [key for key, stage in stages.items() if stage is ChallengeStage.FOR_DECISION]
    notes, tries = _last_of(session, open_ones) if open_ones else ({}, {})
    return {
        key: _turn(stage, notes.get(key), tries.get(key), today) for key, stage in stages.items()
    }


def _turn(stage: ChallengeStage, note: ActRow | None, tried: ActRow | None, today: date) -> Turn:
    if stage is not ChallengeStage.FOR_DECISION:
        return turn_on(stage, None, None, today), None
    noted = None if note is None else _as_noted(note.choices, 0)
    wanted_on = None
    if tried is not None and (note is None or tried.number > note.number):
        wanted = (tried.refusal or {}).get("code") == KeyDecisionNeeded.code
        wanted_on = day_of(tried.recorded_at) if wanted else None
    return turn_on(stage, noted, wanted_on, today), noted


def _last_of(
    session: Session, subjects: Sequence[UUID]
) -> tuple[dict[UUID, ActRow], dict[UUID, ActRow]]:
    """The last key decision that was noted on each, and the last answer that was refused."""
    rows = session.exec(
        select(ActRow)
        .where(
            col(ActRow.subject_id).in_(subjects),
            or_(
                and_(ActRow.kind == ActKind.NOTE_KEY_DECISION, ActRow.outcome == "done"),
                and_(ActRow.kind == ActKind.RECONSIDER, ActRow.outcome == "refused"),
            ),
        )
        .order_by(col(ActRow.number))
    ).all()
    of_kind = ([r for r in rows if r.outcome == said] for said in ("done", "refused"))
    notes, tries = ({row.subject_id: row for row in of} for of in of_kind)
    return notes, tries


def _last(session: Session, subject_id: UUID, kind: ActKind, outcome: str) -> ActRow | None:
    return session.exec(
        select(ActRow)
        .where(ActRow.subject_id == subject_id, ActRow.kind == kind, ActRow.outcome == outcome)
        .order_by(col(ActRow.number).desc())
        .limit(1)
    ).first()


def _as_noted(said: dict[str, Any], priced_pence: int) -> NotedDecision:
    return NotedDecision(
        number=said["number"],
        effective_on=date.fromisoformat(said["effective_on"]),
        annual_pence=max(priced_pence, said["annual_pence"] or 0),
    )
