"""Key decisions noted on challenges: an answer above the policy's amount waits for one.

A note is an act like any other: what stands is worked out of the acts, and nothing is kept twice.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

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


def whose_turn(
    session: Session, reconsideration_id: UUID, stage: ChallengeStage, today: date
) -> tuple[str | None, NotedDecision | None]:
    """Say whose turn it is on a challenge, and which key decision its answer is to carry out."""
    if stage is not ChallengeStage.FOR_DECISION:
        return turn_on(stage, None, None, today), None
    note = _last(session, reconsideration_id, ActKind.NOTE_KEY_DECISION, "done")
    tried = _last(session, reconsideration_id, ActKind.RECONSIDER, "refused")
    noted = None if note is None else _as_noted(note.choices, 0)
    wanted_on = None
    if tried is not None and (note is None or tried.number > note.number):
        wanted = (tried.refusal or {}).get("code") == KeyDecisionNeeded.code
        wanted_on = day_of(tried.recorded_at) if wanted else None
    return turn_on(stage, noted, wanted_on, today), noted


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
