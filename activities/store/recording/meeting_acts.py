"""Acts in a panel meeting: calling it, opening and closing ballots, putting items off."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, select

from activities.store.reading.caller import PANEL, Caller
from activities.store.reading.policies import calendar_on
from activities.store.recording.acts import Subject, write_act
from activities.store.recording.said import Saying
from activities.store.recording.seats import for_the_chair
from activities.store.tables import AgendaItemRow, BallotRow, ClusterRow, MeetingRow
from domain.acts import ActRef, CallingMeeting, ClosingBallot, Deferring, OpeningBallot
from domain.frozen import Frozen
from domain.people import Role
from domain.periods import SchoolDays, local_day
from domain.policy.dates import Calendar, MeetingDate
from domain.refusals import BallotClosed, NotAtThisStage, NotValid, RoleNeeded, Unknown
from domain.stages import ALLOWED_TO, OF_THE_CHAIR, ActKind

_A_MOMENT = timedelta(microseconds=1)
_LONGEST_OPEN = timedelta(days=183)


def call_meeting(session: Session, saying: Saying, choices: CallingMeeting) -> ActRef:
    """Call a cluster's panel; its deadline for papers is worked out once (promise 12)."""
    caller = saying.caller
    _check_role(caller, ActKind.CALL_MEETING, choices.cluster)
    if session.get(ClusterRow, choices.cluster) is None:
        raise Unknown("this cluster", "there is none of that code")
    if choices.starts_at <= caller.now:
        raise NotValid("to call a meeting", "it would start in the past")
    calendar = calendar_on(session, local_day(choices.starts_at, "Europe/London"))
    _check_day(calendar, choices)
    row = MeetingRow(
        id=saying.id,
        cluster_code=choices.cluster,
        starts_at=choices.starts_at,
        papers_by_at=min(_papers_by(calendar, choices), choices.starts_at),
        called_by=caller.person.id,
        called_at=caller.now,
    )
    same = select(MeetingRow.id).where(
        MeetingRow.cluster_code == row.cluster_code, MeetingRow.starts_at == row.starts_at
    )
    if session.exec(same).first() is not None:
        raise NotAtThisStage("to call a meeting", "the panel meets at that time already")
    session.add(row)
    return write_act(session, saying, ActKind.CALL_MEETING, subject_of(row), choices)


def record_in_meeting(
    session: Session, saying: Saying, kind: ActKind, meeting_id: UUID, choices: Frozen
) -> ActRef:
    """Record an act in a meeting that was called, with what must hold from this moment."""
    row = session.get(MeetingRow, meeting_id, with_for_update=True)
    if row is None or row.cluster_code not in saying.caller.clusters(*PANEL):
        raise Unknown("this meeting", "there is none of that id that you may see")
    _check_role(saying.caller, kind, row.cluster_code)
    facts: dict[str, str] = {}
    if isinstance(choices, OpeningBallot | Deferring):
        facts = _open_or_defer(session, saying.caller, row, choices)
    elif isinstance(choices, ClosingBallot):
        facts = _close(session, saying.caller, row, choices)
    elif row.stage != "called":
        raise NotAtThisStage("to close the meeting", "it is closed")
    if kind in OF_THE_CHAIR and row.cluster_code not in saying.caller.clusters(Role.PANEL_CHAIR):
        facts |= for_the_chair(session, saying.caller, kind, row, UUID(facts["item_id"]))
    return write_act(session, saying, kind, subject_of(row, **facts), choices)


def subject_of(row: MeetingRow, **facts: str) -> Subject:
    """A meeting as the subject of an act."""
    return Subject(subject="meeting", id=row.id, cluster=row.cluster_code, facts=facts)


def _check_role(caller: Caller, kind: ActKind, cluster: str) -> None:
    if cluster not in caller.clusters(*ALLOWED_TO[kind]):
        raise RoleNeeded(f"to {kind.replace('_', ' ')}", "it is not yours in this cluster today")


def _check_day(calendar: Calendar, choices: CallingMeeting) -> None:
    """Refuse a weekend or a bank holiday, on which nobody would be there to meet."""
    on = local_day(choices.starts_at, calendar.time_zone)
    if not SchoolDays(calendar).is_working_day(on):
        raise NotValid(
            "to call a meeting",
            f"{on.isoformat()} is no working day: a weekend, or a bank holiday",
            "Choose a working day.",
        )


def _papers_by(calendar: Calendar, choices: CallingMeeting) -> datetime:
    days = SchoolDays(calendar)
    on = local_day(choices.starts_at, calendar.time_zone)
    published = [each for each in days.meetings_of(choices.cluster) if each.on == on]
    return days.papers_deadline(
        published[0] if published else MeetingDate(cluster=choices.cluster, on=on)
    )


def _open_or_defer(
    session: Session, caller: Caller, meeting: MeetingRow, choices: OpeningBallot | Deferring
) -> dict[str, str]:
    item = session.get(AgendaItemRow, choices.item_id)
    if item is None or item.meeting_id != meeting.id:
        raise Unknown("this item", "the meeting's agenda has none of that id")
    if meeting.stage != "called" or item.state != "listed":
        raise NotAtThisStage("to take this item", "it is not waiting to be heard in this meeting")
    closes_at = choices.closes_at if isinstance(choices, OpeningBallot) else None
    if closes_at is not None and not caller.now < closes_at <= caller.now + _LONGEST_OPEN:
        raise NotValid("to open a ballot", "it would close in the past, or after half a year")
    return {"item_id": str(item.id)}


def _close(
    session: Session, caller: Caller, meeting: MeetingRow, choices: ClosingBallot
) -> dict[str, str]:
    """From this moment no vote is taken, whether or not anything else hears of it yet."""
    ballot = session.get(BallotRow, choices.ballot_id, with_for_update=True)
    item = session.get(AgendaItemRow, ballot.item_id) if ballot else None
    if ballot is None or item is None or item.meeting_id != meeting.id:
        raise Unknown("this ballot", "the meeting has none of that id")
    if ballot.closed_at is not None or ballot.closes_at <= caller.now:
        raise BallotClosed("to close the ballot", "it has closed")
    ballot.closes_at = max(caller.now, ballot.opened_at + _A_MOMENT)
    session.add(ballot)
    return {"item_id": str(item.id), "ballot_id": str(ballot.id)}
