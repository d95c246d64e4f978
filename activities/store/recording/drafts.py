"""Drafts: written by a school's SENCO and head together, confirmed by the head as they stand."""

from uuid import UUID

from sqlmodel import Session

from activities.store.reading.caller import SCHOOL_DESK, Caller
from activities.store.reading.drafts import DraftView, as_draft
from activities.store.recording.faults import SavedMeanwhile
from activities.store.recording.said import Saying
from activities.store.tables import DraftRow, RequestRow, SchoolRow
from domain.people import Role
from domain.refusals import NotAtThisStage, RoleNeeded, Unknown
from domain.request import RequestContent
from domain.stages import Stage


def create_draft(
    session: Session, saying: Saying, school: str, content: RequestContent
) -> DraftView:
    """Begin a request at the school; the draft's id is the request's, once submitted."""
    if school not in saying.caller.schools(*SCHOOL_DESK) or not session.get(SchoolRow, school):
        raise RoleNeeded("to begin a request", "you are neither SENCO nor head of the school")
    row = DraftRow(
        id=saying.id,
        school_code=school,
        content=content.model_dump(mode="json"),
        version=1,
        saved_by=saying.caller.person.id,
        saved_at=saying.caller.now,
    )
    session.add(row)
    return as_draft(row)


def save_draft(
    session: Session, saying: Saying, draft_id: UUID, version: int, content: RequestContent
) -> DraftView:
    """Save a draft over the version that was read; a copy that is behind is given back.

    What the head confirmed is that version and no other, so a save takes the confirmation away.
    """
    row = locked_draft(session, saying.caller, draft_id)
    _check_open(session, draft_id)
    written = content.model_dump(mode="json")
    if row.version != version:
        raise SavedMeanwhile(row.version, yours=written)
    row.content = written
    row.version = version + 1
    row.saved_by = saying.caller.person.id
    row.saved_at = saying.caller.now
    row.confirmed_version = row.confirmed_by = row.confirmed_at = None
    session.add(row)
    return as_draft(row)


def keep_answer(
    session: Session, saying: Saying, request_id: UUID, content: RequestContent
) -> None:
    """Put an answered request into its draft: what is returned later is what was said last."""
    row = session.get_one(DraftRow, request_id, with_for_update=True)
    row.content = content.model_dump(mode="json")
    row.version += 1
    row.saved_by = saying.caller.person.id
    row.saved_at = saying.caller.now
    row.confirmed_version = row.confirmed_by = row.confirmed_at = None
    session.add(row)


def confirm_draft(session: Session, saying: Saying, draft_id: UUID, version: int) -> DraftView:
    """The head confirms the draft as it stands, and nothing newer or older."""
    row = locked_draft(session, saying.caller, draft_id)
    if row.school_code not in saying.caller.schools(Role.HEAD):
        raise RoleNeeded("to confirm the request for the school", "you are not its head")
    _check_open(session, draft_id)
    if row.version != version:
        raise SavedMeanwhile(row.version)
    row.confirmed_version = version
    row.confirmed_by = saying.caller.person.id
    row.confirmed_at = saying.caller.now
    session.add(row)
    return as_draft(row)


def locked_draft(session: Session, caller: Caller, draft_id: UUID) -> DraftRow:
    """Read a draft of the person's own school under its lock; any other is unknown."""
    row = session.get(DraftRow, draft_id, with_for_update=True)
    if row is None or row.school_code not in caller.schools(*SCHOOL_DESK):
        raise Unknown("this draft", "there is none of that id that you may see")
    return row


def _check_open(session: Session, draft_id: UUID) -> None:
    """A draft is written on until it is submitted, and again when it has been returned."""
    request = session.get(RequestRow, draft_id)
    if request is not None and request.stage != Stage.RETURNED:
        raise NotAtThisStage("to write on this draft", "it has been submitted as it was")
