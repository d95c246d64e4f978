"""Challenges to decisions as the record has them: begun, given to a panel, looked at, answered.

Every function works in the caller's transaction.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from activities.store.casework import InHand, Recorded
from activities.store.events import Happening, write_event
from activities.store.locks import NO_KEY
from activities.store.remembered import of_each
from activities.store.tables import (
    AgendaItemRow,
    MeetingRow,
    ReconsiderationInvolvedRow,
    ReconsiderationItemRow,
    ReconsiderationRow,
    RequestRow,
)
from domain.frozen import Frozen
from domain.reconsideration import CHALLENGE_ENDED, TURN_OF, Answer, Challenger, ChallengeStage

_INVOLVE = text(
    "INSERT INTO reconsideration_involved (reconsideration_id, person_id)"
    " SELECT :id, person_id FROM ("
    "SELECT person_id FROM part_played WHERE request_id = :request"
    " UNION SELECT officer_id FROM decision WHERE request_id = :request"
    " UNION SELECT person_id FROM act WHERE subject_id IN (:request, :id)"
    ") AS known WHERE person_id IS NOT NULL"
)
"""Whoever asked, moderated, decided, or did anything else to the request; and who challenges."""


class Look(Frozen):
    """A challenge as it stands: what it is about, who has it, and who is kept out."""

    id: UUID
    request_id: UUID
    decision_id: UUID
    challenger: Challenger
    stage: ChallengeStage
    cluster: str | None
    answer_by_at: datetime | None
    overdue: bool
    placing_id: UUID | None
    answer: Answer | None
    involved: tuple[UUID, ...]


class Beginning(Frozen):
    """What a challenge begins with, beside its act."""

    request_id: UUID
    decision_id: UUID
    challenger: Challenger
    late: bool
    answer_by_at: datetime | None


def look_of(session: Session, reconsideration_id: UUID) -> Look | None:
    """Read a challenge as it stands, ended ones too."""
    row = session.get(ReconsiderationRow, reconsideration_id)
    return _as_look(session, row) if row else None


def looks_of(session: Session, rows: Collection[ReconsiderationRow]) -> dict[UUID, Look]:
    """Read several challenges as they stand, by one query."""
    _kept_out(session, [row.id for row in rows])
    return {row.id: _as_look(session, row) for row in rows}


def take_in_hand(session: Session, reconsideration_id: UUID) -> Look:
    """Read a challenge and lock it until the transaction ends; its request is locked before it."""
    return _as_look(
        session,
        session.get_one(
            ReconsiderationRow, reconsideration_id, with_for_update=NO_KEY, populate_existing=True
        ),
    )


def begin(session: Session, act: Recorded, of: Beginning) -> None:
    """Put a challenge on record with everybody whom it keeps out; it has the act's id."""
    assert act.person_id is not None, "a challenge is somebody's"
    session.add(
        ReconsiderationRow(
            id=act.id,
            request_id=of.request_id,
            decision_id=of.decision_id,
            challenger=of.challenger,
            stage=ChallengeStage.CHALLENGED,
            stage_since_at=act.recorded_at,
            late=of.late,
            challenged_by=act.person_id,
            challenged_at=act.recorded_at,
            answer_by_at=of.answer_by_at,
        )
    )
    session.flush()
    session.connection().execute(_INVOLVE, {"id": act.id, "request": of.request_id})


def move(
    session: Session,
    look: Look,
    request: InHand,
    stage: ChallengeStage,
    now: datetime,
    **found: Any,
) -> None:
    """Bring a challenge to another stage, with what is known there, and write the event."""
    row = session.get_one(ReconsiderationRow, look.id)
    row.stage, row.stage_since_at = stage, now
    row.ended_at = now if stage in CHALLENGE_ENDED else None
    for name, value in found.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    facts = {
        "from": look.stage,
        "to": stage,
        "waits_for": TURN_OF[stage],
        "answer": found.get("answer"),
    }
    happened(session, look, request, "challenge_moved_on", now, **facts)


def mark_overdue(session: Session, look: Look, request: InHand, now: datetime) -> None:
    """Note that the day for the answer has passed; it goes on all the same."""
    row = session.get_one(ReconsiderationRow, look.id)
    row.overdue = True
    session.add(row)
    session.flush()
    happened(session, look, request, "challenge_overdue", now, waits_for=TURN_OF[look.stage])


def happened(
    session: Session, look: Look, request: InHand, kind: str, now: datetime, **facts: Any
) -> None:
    """Write what has happened to a challenge: codes and the reference, never words."""
    happening = Happening(
        kind=kind,
        subject="reconsideration",
        subject_id=look.id,
        at=now,
        facts={"reference": request.reference, **facts},
        cluster=request.cluster,
        school=request.school,
    )
    write_event(session, happening)


def at_item(session: Session, item_id: UUID) -> UUID | None:
    """The challenge that is looked at under an agenda item; nothing for a request's own item."""
    row = session.get(ReconsiderationItemRow, item_id)
    return row.reconsideration_id if row else None


def note_item(session: Session, reconsideration_id: UUID, item_id: UUID) -> None:
    """Note that a challenge is looked at under an agenda item."""
    if at_item(session, item_id) is None:
        session.add(ReconsiderationItemRow(item_id=item_id, reconsideration_id=reconsideration_id))
        session.flush()


def involved_at(session: Session, item_id: UUID) -> frozenset[UUID]:
    """Who is kept out of an item because it is a second look at what they had a part in."""
    return involved_among(session, (item_id,))[item_id]


def involved_among(session: Session, item_ids: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Say the same of several items, by one query."""

    def ask(ids: list[UUID]) -> dict[UUID, frozenset[UUID]]:
        rows = session.exec(
            select(ReconsiderationItemRow.item_id, ReconsiderationInvolvedRow.person_id)
            .join(
                ReconsiderationInvolvedRow,
                col(ReconsiderationItemRow.reconsideration_id)
                == ReconsiderationInvolvedRow.reconsideration_id,
            )
            .where(col(ReconsiderationItemRow.item_id).in_(ids))
        )
        found: dict[UUID, frozenset[UUID]] = dict.fromkeys(ids, frozenset())
        for item_id, person_id in rows:
            found[item_id] |= {person_id}
        return found

    return of_each(session, "involved", item_ids, ask)


def waiting_for_agenda(session: Session, cluster: str) -> tuple[tuple[UUID, UUID], ...]:
    """List the challenges that wait for a cluster's panel and stand on no agenda, and requests."""
    on_agenda = (
        select(ReconsiderationItemRow.reconsideration_id)
        .join(AgendaItemRow, col(AgendaItemRow.id) == ReconsiderationItemRow.item_id)
        .join(MeetingRow, col(MeetingRow.id) == AgendaItemRow.meeting_id)
        .where(col(AgendaItemRow.state).in_(("listed", "in_ballot")), MeetingRow.stage == "called")
    )
    found = session.exec(
        select(ReconsiderationRow.id, ReconsiderationRow.request_id)
        .where(
            ReconsiderationRow.cluster_code == cluster,
            ReconsiderationRow.stage == ChallengeStage.LISTED,
            col(ReconsiderationRow.id).not_in(on_agenda),
        )
        .order_by(col(ReconsiderationRow.challenged_at))
    )
    return tuple(found)


def take_off_agendas(session: Session, reconsideration_id: UUID) -> None:
    """Take a challenge off every agenda on which it is not heard yet, closing no ballot."""
    found = session.exec(
        select(AgendaItemRow)
        .join(ReconsiderationItemRow, col(ReconsiderationItemRow.item_id) == AgendaItemRow.id)
        .where(
            ReconsiderationItemRow.reconsideration_id == reconsideration_id,
            col(AgendaItemRow.state).in_(("listed", "in_ballot")),
        )
    )
    for row in found:
        row.state = "withdrawn"
        session.add(row)


def open_again(session: Session, request_id: UUID, decide_by_at: datetime) -> None:
    """Give a request that was sent back its new day for a decision; what it says is untouched.

    It has no decision until then; what the first one gave goes on.
    """
    row = session.get_one(RequestRow, request_id)
    row.decide_by_at, row.overdue, row.decision_id = decide_by_at, False, None
    session.add(row)


def _as_look(session: Session, row: ReconsiderationRow) -> Look:
    return Look(
        id=row.id,
        request_id=row.request_id,
        decision_id=row.decision_id,
        challenger=Challenger(row.challenger),
        stage=ChallengeStage(row.stage),
        cluster=row.cluster_code,
        answer_by_at=row.answer_by_at,
        overdue=row.overdue,
        placing_id=row.placing_id,
        answer=Answer(row.answer) if row.answer else None,
        involved=_kept_out(session, [row.id])[row.id],
    )


def _kept_out(session: Session, look_ids: list[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    def ask(ids: list[UUID]) -> dict[UUID, tuple[UUID, ...]]:
        rows = session.exec(
            select(ReconsiderationInvolvedRow)
            .where(col(ReconsiderationInvolvedRow.reconsideration_id).in_(ids))
            .order_by(col(ReconsiderationInvolvedRow.person_id))
        )
        found: dict[UUID, tuple[UUID, ...]] = dict.fromkeys(ids, ())
        for row in rows:
            found[row.reconsideration_id] += (row.person_id,)
        return found

    return of_each(session, "kept out of challenges", look_ids, ask)
