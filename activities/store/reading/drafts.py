"""Drafts as the school that writes them sees them."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from activities.store.reading.caller import SCHOOL_DESK, Caller
from activities.store.tables import DraftRow
from domain.frozen import Frozen
from domain.refusals import Unknown
from domain.request import RequestContent


class DraftView(Frozen):
    """A draft with the version to save over, and whether the head has confirmed it as it stands."""

    id: UUID
    school: str
    version: int
    content: RequestContent
    saved_at: datetime
    is_confirmed: bool


def draft(session: Session, caller: Caller, draft_id: UUID) -> DraftView:
    """Read a draft of the person's own school; any other is unknown."""
    return as_draft(seen_draft(session, caller, draft_id))


def seen_draft(session: Session, caller: Caller, draft_id: UUID) -> DraftRow:
    """Find a draft of the person's own school; any other is unknown."""
    row = session.get(DraftRow, draft_id)
    if row is None or row.school_code not in caller.schools(*SCHOOL_DESK):
        raise Unknown("this draft", "there is none of that id that you may see")
    return row


def as_draft(row: DraftRow) -> DraftView:
    """Build the view of a row."""
    return DraftView(
        id=row.id,
        school=row.school_code,
        version=row.version,
        content=RequestContent.model_validate(row.content, strict=False),
        saved_at=row.saved_at,
        is_confirmed=row.confirmed_version == row.version,
    )
