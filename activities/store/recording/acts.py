"""Writing an act down: its number within its subject, what was chosen, and its event.

Callers hold the subject's row lock, so numbers are given in the order in which acts are recorded.
"""

from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import text
from sqlmodel import Session, col, select

from activities.store.events import Happening, write_event
from activities.store.recording.said import Saying
from activities.store.session import ask
from activities.store.tables import ActRow
from domain.acts import ActRef
from domain.frozen import Frozen
from domain.refusals import NotAtThisStage
from domain.stages import DECIDING, ActKind

_SIGNING = DECIDING - {ActKind.PRICE}
_WRITE = text(
    "INSERT INTO act (id, kind, subject, subject_id, number, person_id, choices, recorded_at)"
    " SELECT :id, :kind, :subject, :subject_id, coalesce(max(number), 0) + 1, :person,"
    " CAST(:choices AS jsonb), :at FROM act WHERE subject_id = :subject_id RETURNING number"
)
"""Numbered from one within the subject, where it is written."""


class Subject(Frozen):
    """What an act is about, and where it belongs."""

    subject: str
    id: UUID
    cluster: str | None = None
    school: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict)
    """Codes and references for the event; never words."""


def write_act(
    session: Session, saying: Saying, kind: ActKind, subject: Subject, choices: Frozen
) -> ActRef:
    """Write an act and its event in the caller's transaction; committed is acknowledged."""
    person_id = saying.caller.person.id
    row = {
        "id": saying.id,
        "kind": kind,
        "subject": subject.subject,
        "subject_id": subject.id,
        "person": person_id,
        "choices": choices.model_dump_json(),
        "at": saying.caller.now,
    }
    number = ask(session, _WRITE, row)[0].number
    facts = {"act_id": str(saying.id), "number": number, **subject.facts}
    happening = Happening(
        kind=f"{kind}_recorded",
        subject=subject.subject,
        subject_id=subject.id,
        at=saying.caller.now,
        facts=facts,
        cluster=subject.cluster,
        school=subject.school,
    )
    write_event(session, happening)
    return ActRef(id=saying.id, kind=kind, person_id=person_id)


def check_not_waiting(session: Session, subject_id: UUID, kind: ActKind) -> None:
    """Refuse what has just been said: its outcome follows, and twice would not help.

    Of decisions only one waits at a time, whichever it is; a constraint holds this too.
    """
    alike = _SIGNING if kind in _SIGNING else {kind}
    waiting = session.exec(
        select(ActRow.id)
        .where(
            ActRow.subject_id == subject_id,
            col(ActRow.kind).in_(alike),
            col(ActRow.outcome).is_(None),
        )
        .limit(1)
    )
    if waiting.first() is not None:
        raise NotAtThisStage(
            f"to {kind.replace('_', ' ')}",
            "as much is already recorded and has not taken effect yet",
            "Wait for its outcome; nothing has to be said twice.",
        )
