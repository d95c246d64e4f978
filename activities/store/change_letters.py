"""Letters of changed awards: each is written once, with its change, and never altered."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from activities.store.changes import ChangeMade
from activities.store.tables import AwardRow, ChangeLetterRow
from domain.wordings import Wording, current


def save_letter(session: Session, made: ChangeMade, body: str, now: datetime) -> None:
    """Keep the letter of a change as it is sent."""
    session.add(
        ChangeLetterRow(
            id=made.id,
            award_id=made.award_id,
            body=body,
            written_at=now,
            wording=current(Wording.CHANGE),
        )
    )


def opening_reference(session: Session, award_id: UUID) -> str:
    """Say what the old system called an award; empty for one that did not come from it."""
    return session.get_one(AwardRow, award_id).opening_reference or ""
