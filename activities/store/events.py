"""What has happened, written in the transaction that makes it happen; numbered after commit."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlmodel import Session

from activities.store.session import ask
from domain.frozen import Frozen


class Happening(Frozen):
    """An event: the fact in the past, its subject, and codes about it; never what anybody wrote."""

    kind: str
    subject: str
    subject_id: UUID
    at: datetime
    facts: dict[str, Any]
    cluster: str | None = None
    school: str | None = None


_WRITE = text(
    "INSERT INTO event (id, kind, subject, subject_id, cluster_code, school_code, facts,"
    " recorded_at) VALUES (:id, :kind, :subject, :subject_id, :cluster, :school,"
    " CAST(:facts AS jsonb), :at)"
)


def write_event(session: Session, happening: Happening) -> None:
    """Add an event to the step's own transaction (DESIGN.md 6, events out)."""
    row = dict(happening) | {"id": uuid4(), "facts": json.dumps(happening.facts)}
    ask(session, _WRITE, row)
