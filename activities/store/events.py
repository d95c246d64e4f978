"""What has happened, written in the transaction that makes it happen; numbered after commit."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session

from activities.store.tables import EventRow
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


def write_event(session: Session, happening: Happening) -> None:
    """Add an event to the step's own transaction (DESIGN.md 6, events out)."""
    session.add(
        EventRow(
            id=uuid4(),
            kind=happening.kind,
            subject=happening.subject,
            subject_id=happening.subject_id,
            cluster_code=happening.cluster,
            school_code=happening.school,
            facts=happening.facts,
            recorded_at=happening.at,
        )
    )
