"""What members say of coming to a meeting: accepted, declined, or the other way round after all."""

from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from activities.store.attendance import answers_in
from activities.store.events import Happening, write_event
from activities.store.reading.caller import PANEL, Caller
from activities.store.recording.said import Saying
from activities.store.rooms import check_has_room
from activities.store.seats import seats_of
from activities.store.tables import MeetingRow
from domain.frozen import Frozen
from domain.refusals import NotAtThisStage, Unknown

_TO_SAY = "to say whether you come"
_ANSWER = text(
    "INSERT INTO attendance (id, meeting_id, person_id, revision, comes, answered_at)"
    " SELECT :id, :meeting, :person, coalesce(max(revision), 0) + 1, :comes, :at"
    " FROM attendance WHERE meeting_id = :meeting AND person_id = :person"
)


class Coming(Frozen):
    """Whether I come to a meeting."""

    comes: bool


class Answered(Coming):
    """What was taken down: it counts until another answer does."""

    meeting_id: UUID


def answer_meeting(session: Session, saying: Saying, meeting_id: UUID, said: Coming) -> Answered:
    """Accept a meeting or decline it; who declines counts as away, until they accept after all."""
    caller = saying.caller
    meeting = session.get(MeetingRow, meeting_id, with_for_update=True)
    if meeting is None or not _is_asked(session, caller, meeting):
        raise Unknown("this meeting", "there is none of that id that you may see")
    if meeting.stage != "called":
        raise NotAtThisStage(_TO_SAY, "the meeting is over")
    check_has_room(session, meeting_id, _TO_SAY)
    row = {
        "id": saying.id,
        "meeting": meeting_id,
        "person": caller.person.id,
        "comes": said.comes,
        "at": caller.now,
    }
    if answers_in(session, meeting_id).get(caller.person.id) is not said.comes:
        session.connection().execute(_ANSWER, row)
        _say(session, saying, meeting)
    return Answered(meeting_id=meeting_id, comes=said.comes)


def _is_asked(session: Session, caller: Caller, meeting: MeetingRow) -> bool:
    if meeting.cluster_code in caller.clusters(*PANEL):
        return True
    return bool(seats_of(session, caller.person.id, meeting.id))


def _say(session: Session, saying: Saying, meeting: MeetingRow) -> None:
    """Write that somebody has answered, and not who or what: who runs the meeting sees that."""
    happening = Happening(
        kind="attendance_answered",
        subject="meeting",
        subject_id=meeting.id,
        at=saying.caller.now,
        facts={},
        cluster=meeting.cluster_code,
    )
    write_event(session, happening)
