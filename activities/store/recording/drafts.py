"""Drafts: written by a school's SENCO and head together, confirmed by the head as they stand."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.reading.caller import SCHOOL_DESK, Caller
from activities.store.reading.drafts import DraftView, as_draft
from activities.store.recording.faults import ContentFaulty, SavedMeanwhile
from activities.store.recording.said import Saying, content_hash
from activities.store.tables import DraftRow, EvidenceFileRow, RequestRow, SchoolRow
from domain.people import Role
from domain.refusals import NotAtThisStage, RoleNeeded, Unknown
from domain.request import RequestContent
from domain.screening import Fault
from domain.stages import Stage


@dataclass(frozen=True)
class PartChange:
    """A change of a part of a draft, made by somebody who had read that part as it then was."""

    read: str
    """The mark of what was read, as `mark_of` made it."""
    look: Callable[[RequestContent], object]
    """Finds the part in a draft."""
    write: Callable[[RequestContent], RequestContent]
    """Puts the change into a draft, whatever else was saved in it meanwhile."""

    def mark_of(self, content: RequestContent) -> str:
        """Mark the part of a draft as it stands: another mark, another part."""
        return part_mark(self.look, content)


def part_mark(look: Callable[[RequestContent], object], content: RequestContent) -> str:
    """Mark a part of a draft as it stands, so that a later change of it is noticed."""
    return content_hash(look(content))


def create_draft(
    session: Session, saying: Saying, school: str, content: RequestContent
) -> DraftView:
    """Begin a request at the school; the draft's id is the request's, once submitted."""
    if school not in saying.caller.schools(*SCHOOL_DESK) or not session.get(SchoolRow, school):
        raise RoleNeeded("to begin a request", "you are neither SENCO nor head of the school")
    check_files(session, saying.id, content)
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
    row = open_draft(session, saying.caller, draft_id)
    if row.version != version:
        raise SavedMeanwhile(row.version, yours=content.model_dump(mode="json"))
    return _saved(session, saying, row, content)


def save_part(session: Session, saying: Saying, draft_id: UUID, change: PartChange) -> DraftView:
    """Save a part of a draft, if that part is still as it was read; what others saved stays.

    Two colleagues who write on two parts do not get into each other's way. A part that is saved as
    it was takes no confirmation away.
    """
    row = open_draft(session, saying.caller, draft_id)
    content = as_draft(row).content
    if change.mark_of(content) != change.read:
        raise SavedMeanwhile(row.version)
    changed = change.write(content)
    if changed == content:
        return as_draft(row)
    return _saved(session, saying, row, changed)


def check_files(session: Session, draft_id: UUID, content: RequestContent) -> None:
    """Refuse documents that were not handed in with this very draft."""
    named = {each.file_id for each in content.evidence} - {None}
    if not named:
        return
    known = session.exec(
        select(EvidenceFileRow.id).where(
            EvidenceFileRow.draft_id == draft_id, col(EvidenceFileRow.id).in_(named)
        )
    ).all()
    faults = tuple(
        Fault(
            code="file_unknown",
            says="The document was not handed in with this request.",
            would_help="Hand the document in with this request, and name it by its new id.",
            field=f"evidence.{place}.file_id",
        )
        for place, each in enumerate(content.evidence)
        if each.file_id is not None and each.file_id not in known
    )
    if faults:
        raise ContentFaulty("to save the request", faults)


def _saved(session: Session, saying: Saying, row: DraftRow, content: RequestContent) -> DraftView:
    check_files(session, row.id, content)
    _put(saying, row, content)
    session.add(row)
    return as_draft(row)


def _put(saying: Saying, row: DraftRow, content: RequestContent) -> None:
    """Put another content in: what the head confirmed was the one before it."""
    row.content = content.model_dump(mode="json")
    row.version += 1
    row.saved_by = saying.caller.person.id
    row.saved_at = saying.caller.now
    row.confirmed_version = row.confirmed_by = row.confirmed_at = None


def keep_answer(
    session: Session, saying: Saying, request_id: UUID, content: RequestContent
) -> None:
    """Put an answered request into its draft: what is returned later is what was said last."""
    row = session.get_one(DraftRow, request_id, with_for_update=True)
    check_files(session, request_id, content)
    _put(saying, row, content)
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


def open_draft(session: Session, caller: Caller, draft_id: UUID) -> DraftRow:
    """Read a draft of the person's own school that is still written on, under its lock."""
    row = locked_draft(session, caller, draft_id)
    _check_open(session, draft_id)
    return row


def _check_open(session: Session, draft_id: UUID) -> None:
    """A draft is written on until it is submitted, and again when it has been returned."""
    request = session.get(RequestRow, draft_id)
    if request is not None and request.stage != Stage.RETURNED:
        raise NotAtThisStage("to write on this draft", "it has been submitted as it was")
