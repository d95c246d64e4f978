"""What delivery has to know of recorded acts: which have no outcome yet, and what became of one.

Works on a connection of its own that commits each statement, because it holds a lock for as long
as it waits for a workflow.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict
from sqlalchemy import Connection, Engine, Row, text

from activities.store.session import ask, each_by_itself
from domain.acts import ActOutcome, ActRef
from domain.frozen import Frozen
from domain.refusals import Refusal
from domain.stages import ENDED, ActKind, Stage

SubjectKind = Literal[
    "request",
    "meeting",
    "finance",
    "payment_run",
    "publication",
    "withdrawal",
    "modelling",
    "reconsideration",
    "cluster_plan",
]
"""What acts are about; an act of finance, a withdrawal and a model are their own subjects."""

_TAKE = text(
    "WITH taken AS MATERIALIZED"
    " (SELECT pg_try_advisory_lock(810003, hashtext(:name)) AS is_ours)"
    " SELECT t.is_ours, a.id, a.kind, a.person_id, a.number FROM taken AS t LEFT JOIN act AS a"
    " ON t.is_ours AND a.subject_id = :subject AND a.outcome IS NULL ORDER BY a.number"
)
_UNLOCK = text("SELECT pg_advisory_unlock(810003, hashtext(:name))")
_OUTCOME = text(
    "SELECT a.id, a.outcome, a.refusal ->> 'code' AS code, r.stage"
    " FROM act AS a LEFT JOIN support_request AS r ON r.id = a.subject_id WHERE a.id = :act"
)
_REFUSE = text(
    "UPDATE act SET outcome = 'refused', refusal = CAST(:refusal AS jsonb), outcome_at = :now"
    " WHERE id = :act AND outcome IS NULL"
)
_WAITING = text("SELECT DISTINCT subject, subject_id FROM act WHERE outcome IS NULL")
_UNFINISHED = text(
    "SELECT 'request' AS subject, id AS subject_id FROM support_request"
    " WHERE NOT (stage = ANY (:ended))"
    " UNION ALL SELECT 'meeting', m.id FROM meeting AS m WHERE m.stage = 'called' OR EXISTS ("
    "SELECT FROM ballot AS b JOIN agenda_item AS i ON i.id = b.item_id"
    " WHERE i.meeting_id = m.id AND b.closed_at IS NULL)"
    " UNION ALL SELECT subject, subject_id FROM act"
    " WHERE subject IN ('finance', 'withdrawal', 'modelling') AND outcome IS NULL"
    " UNION ALL SELECT 'payment_run', id FROM payment_run"
    " WHERE stage NOT IN ('closed', 'abandoned')"
    " UNION ALL SELECT 'publication', id FROM publication"
    " WHERE stage NOT IN ('published', 'given_up', 'withdrawn')"
    " UNION ALL SELECT 'reconsideration', id FROM reconsideration"
    " WHERE stage NOT IN ('answered', 'withdrawn')"
    " UNION ALL SELECT 'cluster_plan', id FROM cluster_plan"
    " WHERE ended_at IS NULL AND NOT is_opening"
)
_HAS_ENDED = text(
    "SELECT EXISTS (SELECT FROM support_request WHERE id = :subject AND stage = ANY (:ended))"
    " OR EXISTS (SELECT FROM meeting AS m WHERE m.id = :subject AND m.stage = 'closed'"
    " AND NOT EXISTS (SELECT FROM ballot AS b JOIN agenda_item AS i ON i.id = b.item_id"
    " WHERE i.meeting_id = m.id AND b.closed_at IS NULL))"
    " OR EXISTS (SELECT FROM payment_run"
    " WHERE id = :subject AND stage IN ('closed', 'abandoned'))"
    " OR EXISTS (SELECT FROM publication"
    " WHERE id = :subject AND stage IN ('published', 'given_up', 'withdrawn'))"
    " OR EXISTS (SELECT FROM reconsideration"
    " WHERE id = :subject AND stage IN ('answered', 'withdrawn'))"
    " OR EXISTS (SELECT FROM cluster_plan WHERE id = :subject AND ended_at IS NOT NULL)"
)
_NUMBER_EVENTS = text("SELECT number_events()")


class Waiting(Frozen):
    """An act that has been recorded and has no outcome yet."""

    ref: ActRef
    number: int


class SubjectRef(Frozen):
    """Something that acts are about."""

    subject: SubjectKind
    id: UUID


class Held(Frozen):
    """The one right to deliver a subject's acts, with those that have no outcome, oldest first."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    connection: Connection
    waiting: tuple[Waiting, ...]


@contextmanager
def delivering(engine: Engine, subject_id: UUID) -> Iterator[Held | None]:
    """Hold the one right to deliver a subject's acts; nothing is given when it is taken.

    Right and acts come in one answer, so an act may be among them that whoever held the right
    before has just settled: delivering it twice is harmless.
    """
    with each_by_itself(engine) as connection:
        name = {"name": str(subject_id)}
        rows = ask(connection, _TAKE, {**name, "subject": subject_id})
        if not rows[0].is_ours:
            yield None
            return
        try:
            yield Held(connection=connection, waiting=_waiting(rows))
        finally:
            ask(connection, _UNLOCK, name)


def outcome_of(connection: Connection, act_id: UUID) -> ActOutcome | None:
    """What became of an act, with where its request stands now; nothing while it is waiting."""
    row = next(iter(ask(connection, _OUTCOME, {"act": act_id})), None)
    if row is None or row.outcome is None:
        return None
    return ActOutcome(
        act_id=row.id,
        done=row.outcome == "done",
        code=row.code,
        stage=Stage(row.stage) if row.stage else None,
    )


def refuse(connection: Connection, act_id: UUID, refusal: Refusal, now: datetime) -> None:
    """Refuse an act that no workflow is there to hear any more."""
    told = {
        "code": refusal.code,
        "asked": refusal.asked,
        "in_the_way": refusal.in_the_way,
        "would_help": refusal.help,
    }
    connection.execute(_REFUSE, {"act": act_id, "refusal": json.dumps(told), "now": now})


def has_ended(connection: Connection, subject_id: UUID) -> bool:
    """Whether a request, a meeting, a run, a draft or a challenge has ended by the record."""
    wanted = {"subject": subject_id, "ended": list(ENDED)}
    return bool(connection.execute(_HAS_ENDED, wanted).scalar_one())


def subjects_waiting(engine: Engine) -> tuple[SubjectRef, ...]:
    """List everything that has an act without an outcome."""
    with each_by_itself(engine) as connection:
        rows = connection.execute(_WAITING)
        return tuple(SubjectRef(subject=row.subject, id=row.subject_id) for row in rows)


def subjects_unfinished(engine: Engine) -> tuple[SubjectRef, ...]:
    """List everything unfinished that ought to have a workflow."""
    with each_by_itself(engine) as connection:
        rows = connection.execute(_UNFINISHED, {"ended": list(ENDED)})
        return tuple(SubjectRef(subject=row.subject, id=row.subject_id) for row in rows)


def number_events(engine: Engine) -> int:
    """Give committed events their positions, in order; says how many."""
    with engine.begin() as connection:
        return int(connection.execute(_NUMBER_EVENTS).scalar_one())


def _waiting(rows: Sequence[Row[Any]]) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(
            ref=ActRef(id=row.id, kind=ActKind(row.kind), person_id=row.person_id),
            number=row.number,
        )
        for row in rows
        if row.id is not None
    )
