"""What meetings ask of a person: to say whether they come, to run one today, to read minutes."""

from collections.abc import Iterator
from datetime import timedelta

from sqlmodel import Session, col, exists, or_, select

from activities.clock import day_of
from activities.store.attendance import answers_among
from activities.store.policies import document_on
from activities.store.reading.caller import RUN_IT, Caller
from activities.store.rooms import has_room
from activities.store.seats import replaced_in, seated, seats_of
from activities.store.tables import MeetingRow, MinutesReadRow, MinutesRow
from domain.people import MAY_VOTE
from domain.policy.panel import PanelRules
from domain.waiting import Waits

_LONGEST_ASKED = timedelta(days=91)
_STILL_NEW = timedelta(days=91)
"""Minutes older than this wait for nobody: whoever wants them finds them."""


def meetings_waiting(session: Session, caller: Caller) -> Iterator[tuple[Waits, MeetingRow]]:
    """List the meetings that wait for the person, each with what is to be done."""
    for row in _to_answer(session, caller):
        yield Waits.ANSWER_MEETING, row
    for row in _to_run(session, caller):
        yield Waits.RUN_MEETING, row
    for row in _to_read_of(session, caller):
        yield Waits.READ_MINUTES, row


def _to_answer(session: Session, caller: Caller) -> Iterator[MeetingRow]:
    """Meetings near enough to ask about, to which the person has not said whether they come.

    Whoever was given a seat is asked at once; where the rules do not ask, nobody is.
    """
    person_id = caller.person.id
    rows = session.exec(
        select(MeetingRow).where(
            or_(col(MeetingRow.cluster_code).in_(caller.clusters(*MAY_VOTE)), seated(person_id)),
            MeetingRow.stage == "called",
            has_room(),
            col(MeetingRow.starts_at) > caller.now,
            col(MeetingRow.starts_at) < caller.now + _LONGEST_ASKED,
        )
    ).all()
    near = [row.id for row in rows]
    answers, away = answers_among(session, near), replaced_in(session, near, person_id)
    for row in rows:
        days = _asked_days(session, row)
        if days is None or not (
            _is_near(row, caller, days) or seats_of(session, person_id, row.id)
        ):
            continue
        if person_id not in answers[row.id] and row.id not in away:
            yield row


def _asked_days(session: Session, meeting: MeetingRow) -> int | None:
    rules = document_on(session, "panel", PanelRules, day_of(meeting.starts_at))
    return None if rules is None else rules.meetings.ask_who_comes_days


def _is_near(meeting: MeetingRow, caller: Caller, days: int) -> bool:
    return meeting.starts_at - caller.now <= timedelta(days=days)


def _to_run(session: Session, caller: Caller) -> Iterator[MeetingRow]:
    """Meetings whose day has come and that are not over, for whoever runs the panel."""
    rows = session.exec(
        select(MeetingRow).where(
            col(MeetingRow.cluster_code).in_(caller.clusters(*RUN_IT)),
            MeetingRow.stage == "called",
            has_room(),
        )
    )
    for row in rows:
        if day_of(row.starts_at) <= caller.day:
            yield row


def _to_read_of(session: Session, caller: Caller) -> Iterator[MeetingRow]:
    """Meetings that were held in a room, whose minutes the person has not marked as read."""
    person_id = caller.person.id
    has_read = exists().where(
        col(MinutesReadRow.meeting_id) == col(MeetingRow.id),
        col(MinutesReadRow.person_id) == person_id,
    )
    yield from session.exec(
        select(MeetingRow)
        .join(MinutesRow, col(MinutesRow.meeting_id) == MeetingRow.id)
        .where(
            or_(
                col(MeetingRow.cluster_code).in_(caller.clusters(*MAY_VOTE, *RUN_IT)),
                seated(person_id),
            ),
            col(MeetingRow.opened_at).is_not(None),
            col(MeetingRow.closed_at) > caller.now - _STILL_NEW,
            ~has_read,
        )
        .order_by(col(MeetingRow.starts_at))
    )
