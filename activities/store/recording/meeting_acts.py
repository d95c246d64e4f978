"""Acts in a panel meeting: calling it, opening and closing ballots, putting items off."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session, select

from activities.store.meetings import has_ballot
from activities.store.policies import document_on
from activities.store.reading.caller import PANEL, Caller
from activities.store.reading.policies import calendar_on, panel_rules
from activities.store.recording.acts import Subject, check_not_waiting, write_act
from activities.store.recording.faults import ContentFaulty
from activities.store.recording.quorate import check_can_have_quorum
from activities.store.recording.said import Saying
from activities.store.recording.seats import for_the_chair
from activities.store.rooms import check_has_room, check_may_open_ballot
from activities.store.tables import (
    AgendaItemRow,
    BallotRow,
    ClusterRow,
    MeetingRow,
    RequestRow,
)
from activities.store.urgent import urgent_of
from domain.acts import ActRef, CallingMeeting, CallingOff, ClosingBallot, Deferring, OpeningBallot
from domain.frozen import Frozen
from domain.meeting_time import faults_of_meeting_time, why_not_called_off
from domain.people import Role
from domain.periods import SchoolDays, local_day
from domain.policy.dates import Calendar, MeetingDate
from domain.policy.meeting import MeetingRules
from domain.policy.panel import PanelRules
from domain.refusals import BallotClosed, NotAtThisStage, NotValid, RoleNeeded, Unknown
from domain.stages import ALLOWED_TO, OF_THE_CHAIR, ActKind

_A_MOMENT = timedelta(microseconds=1)
_LONGEST_OPEN = timedelta(days=183)


def call_meeting(session: Session, saying: Saying, choices: CallingMeeting) -> ActRef:
    """Call a cluster's panel; its deadline for papers is worked out once (promise 12)."""
    caller = saying.caller
    check_calls(session, caller, choices.cluster)
    day = local_day(choices.starts_at, "Europe/London")
    calendar = calendar_on(session, day)
    rules = meeting_rules_on(session, day)
    faults = faults_of_meeting_time(
        choices.starts_at,
        caller.now,
        SchoolDays(calendar),
        school_days_only=rules.school_days_only,
    )
    if faults:
        raise ContentFaulty("to call a meeting", faults)
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


def check_calls(session: Session, caller: Caller, cluster: str) -> None:
    """Refuse to call a panel of a cluster that is unknown, or to whom it does not fall."""
    _check_role(caller, ActKind.CALL_MEETING, cluster)
    if session.get(ClusterRow, cluster) is None:
        raise Unknown("this cluster", "there is none of that code")


def meeting_rules_on(session: Session, day: date) -> MeetingRules:
    """Read how meetings are held by the panel rules in force on a day; as ever where none are."""
    rules = document_on(session, "panel", PanelRules, day)
    return MeetingRules() if rules is None else rules.meetings


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
    elif isinstance(choices, CallingOff):
        _check_may_call_off(session, kind, row)
    else:
        _check_may_open_or_close(session, saying.caller, kind, row)
    if kind in OF_THE_CHAIR and row.cluster_code not in saying.caller.clusters(Role.PANEL_CHAIR):
        facts |= for_the_chair(session, saying.caller, kind, row, UUID(facts["item_id"]))
    return write_act(session, saying, kind, subject_of(row, **facts), choices)


def subject_of(row: MeetingRow, **facts: str) -> Subject:
    """A meeting as the subject of an act."""
    return Subject(subject="meeting", id=row.id, cluster=row.cluster_code, facts=facts)


def _check_role(caller: Caller, kind: ActKind, cluster: str) -> None:
    if cluster not in caller.clusters(*ALLOWED_TO[kind]):
        raise RoleNeeded(f"to {kind.replace('_', ' ')}", "it is not yours in this cluster today")


def _check_may_open_or_close(
    session: Session, caller: Caller, kind: ActKind, row: MeetingRow
) -> None:
    """Refuse to open or close a meeting twice, and to open it before its day."""
    asked = f"to {kind.replace('_', ' ')}"
    if row.stage != "called":
        raise NotAtThisStage(asked, "it is closed")
    check_not_waiting(session, row.id, kind)
    check_has_room(session, row.id, asked)
    if kind is not ActKind.OPEN_MEETING:
        return
    if row.opened_at is not None:
        raise NotAtThisStage(asked, "it has been opened already")
    on = local_day(row.starts_at, "Europe/London")
    if caller.day < on:
        raise NotAtThisStage(
            asked, f"its day is {on}", "Open it on its day; papers wait till then."
        )


def _check_may_call_off(session: Session, kind: ActKind, row: MeetingRow) -> None:
    """Refuse to call off what is over, has been opened, or has had a ballot."""
    asked = "to call the meeting off"
    if row.stage != "called":
        raise NotAtThisStage(asked, "it is over")
    why_not = why_not_called_off(
        is_opened=row.opened_at is not None,
        has_ballot=has_ballot(session, row.id),
        has_room=urgent_of(session, row.id) is None,
    )
    if why_not:
        raise NotAtThisStage(asked, why_not, "Close it once it has been held.")
    check_not_waiting(session, row.id, kind)


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
    if isinstance(choices, OpeningBallot):
        check_can_have_quorum(session, caller, meeting, item)
    if isinstance(choices, OpeningBallot):
        request = session.get_one(RequestRow, item.request_id)
        rules = panel_rules(session, request.pins)
        is_opened = meeting.opened_at is not None
        check_may_open_ballot(session, item.id, rules, is_opened=is_opened)
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
