"""What people say of minutes: that they have read them, and what a later meeting corrects."""

from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from activities.store.children import names_a_child
from activities.store.events import Happening, write_event
from activities.store.reading.caller import Caller
from activities.store.reading.minutes import meeting_with_minutes
from activities.store.recording.faults import ContentFaulty
from activities.store.recording.said import Saying
from activities.store.tables import MeetingRow, MinutesNoteRow
from domain.frozen import Frozen
from domain.people import Role
from domain.refusals import NotAtThisStage, RoleNeeded
from domain.request import Words
from domain.screening import Fault

_TO_CORRECT = "to note a correction of these minutes"
_NOTES = (Role.PANEL_ADMINISTRATOR, Role.PANEL_CHAIR, Role.VICE_CHAIR)
_READ = text(
    "INSERT INTO minutes_read (meeting_id, person_id, read_at) VALUES (:meeting, :person, :at)"
    " ON CONFLICT DO NOTHING"
)
_NAMES_A_CHILD = Fault(
    code="names_a_child",
    says="The correction names a child.",
    would_help="Say which request by its reference.",
    field="words",
)


class Correcting(Frozen):
    """What was wrong in the minutes, and how it was."""

    words: Words


class Corrected(Frozen):
    """A correction that stands beside the minutes from now on."""

    id: UUID
    meeting_id: UUID
    noted_in: UUID


class MinutesSeen(Frozen):
    """Minutes that somebody has read."""

    meeting_id: UUID


def correct_minutes(
    session: Session, saying: Saying, meeting_id: UUID, said: Correcting
) -> Corrected:
    """Note a correction at a later meeting of the panel; the minutes themselves stand as made."""
    caller = saying.caller
    meeting = meeting_with_minutes(session, caller, meeting_id)
    if meeting.cluster_code not in caller.clusters(*_NOTES):
        raise RoleNeeded(_TO_CORRECT, "the administrator or the chair of the panel does")
    if names_a_child(session, said.words):
        raise ContentFaulty(_TO_CORRECT, (_NAMES_A_CHILD,))
    noted_in = _being_held(session, meeting)
    if noted_in is None:
        raise NotAtThisStage(
            _TO_CORRECT,
            "no later meeting of the panel is being held",
            "Minutes are corrected at the next meeting, once it has been opened.",
        )
    session.add(
        MinutesNoteRow(
            id=saying.id,
            meeting_id=meeting_id,
            noted_in=noted_in,
            words=said.words,
            noted_by=caller.person.id,
            noted_at=caller.now,
        )
    )
    _say(session, caller, meeting)
    return Corrected(id=saying.id, meeting_id=meeting_id, noted_in=noted_in)


def read_minutes(session: Session, saying: Saying, meeting_id: UUID) -> MinutesSeen:
    """Note that the person has read the minutes: they wait for them no more."""
    caller = saying.caller
    meeting_with_minutes(session, caller, meeting_id)
    row = {"meeting": meeting_id, "person": caller.person.id, "at": caller.now}
    session.connection().execute(_READ, row)
    return MinutesSeen(meeting_id=meeting_id)


def _being_held(session: Session, meeting: MeetingRow) -> UUID | None:
    """Find the later meeting of the same panel that has been opened and is not over."""
    return session.exec(
        select(MeetingRow.id)
        .where(
            MeetingRow.cluster_code == meeting.cluster_code,
            MeetingRow.stage == "called",
            col(MeetingRow.opened_at).is_not(None),
            col(MeetingRow.starts_at) > meeting.starts_at,
        )
        .order_by(col(MeetingRow.starts_at))
        .limit(1)
    ).first()


def _say(session: Session, caller: Caller, meeting: MeetingRow) -> None:
    happening = Happening(
        kind="minutes_corrected",
        subject="meeting",
        subject_id=meeting.id,
        at=caller.now,
        facts={},
        cluster=meeting.cluster_code,
    )
    write_event(session, happening)
