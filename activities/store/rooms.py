"""Who is in the room of a meeting, and which items were taken when: rows and back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, text
from sqlmodel import Session, col, func, select

from activities.store.tables import (
    AgendaItemRow,
    ItemTakenRow,
    MeetingRow,
    PersonRow,
    PresenceRow,
    RequestRow,
    UrgentMeetingRow,
)
from domain.agenda import AgendaPlace, NowAndNext, now_and_next
from domain.frozen import Frozen
from domain.policy.panel import PanelRules
from domain.refusals import NotAtThisStage

_TO_OPEN = "to open a ballot"
_TAKE = text(
    "INSERT INTO item_taken (id, meeting_id, item_id, number, taken_at, taken_by)"
    " SELECT :id, :meeting, :item, coalesce(max(number), 0) + 1, :at, :by"
    " FROM item_taken WHERE meeting_id = :meeting"
)


class InTheRoom(Frozen):
    """Somebody who was in the room, for the meeting or for one item."""

    id: UUID
    person_id: UUID
    called: str
    item_id: UUID | None
    presents: bool
    arrived_at: datetime
    left_at: datetime | None


class Taken(Frozen):
    """An item that was taken, and when."""

    item_id: UUID
    number: int
    taken_at: datetime


def has_room() -> ColumnElement[bool]:
    """Meetings to which people come, as a condition on them; urgent ones have no room."""
    return ~exists().where(col(UrgentMeetingRow.meeting_id) == col(MeetingRow.id))


def check_has_room(session: Session, meeting_id: UUID, asked: str) -> None:
    """Refuse what is done in a room where there is none: an urgent request is voted on online.

    Raises `NotAtThisStage`.
    """
    if session.get(UrgentMeetingRow, meeting_id) is not None:
        raise NotAtThisStage(
            asked,
            "it has no room: urgent requests are voted on in it, between meetings",
            "It is over by itself with the last of its ballots.",
        )


def presences(session: Session, meeting_id: UUID) -> tuple[InTheRoom, ...]:
    """List everybody who was in a meeting's room, in the order in which they came."""
    found = session.exec(
        select(PresenceRow, PersonRow.called)
        .join(PersonRow, col(PersonRow.id) == PresenceRow.person_id)
        .where(PresenceRow.meeting_id == meeting_id)
        .order_by(col(PresenceRow.arrived_at), col(PresenceRow.id))
    )
    shown = set(InTheRoom.model_fields)
    return tuple(InTheRoom(**row.model_dump(include=shown), called=called) for row, called in found)


def presence_now(
    session: Session, meeting_id: UUID, person_id: UUID, item_id: UUID | None
) -> PresenceRow | None:
    """Find the row by which somebody is in the room at present, if they are."""
    return session.exec(
        select(PresenceRow).where(
            PresenceRow.meeting_id == meeting_id,
            PresenceRow.person_id == person_id,
            col(PresenceRow.item_id).is_not_distinct_from(item_id),
            col(PresenceRow.left_at).is_(None),
        )
    ).first()


def take(session: Session, taken_id: UUID, item: AgendaItemRow, by: UUID, now: datetime) -> None:
    """Note that an item is taken: it is the current one from now on."""
    row = {"id": taken_id, "meeting": item.meeting_id, "item": item.id, "at": now, "by": by}
    session.connection().execute(_TAKE, row)


def taken_in(session: Session, meeting_id: UUID) -> tuple[Taken, ...]:
    """List the items that were taken in a meeting, in order; the last one is current."""
    found = session.exec(
        select(ItemTakenRow)
        .where(ItemTakenRow.meeting_id == meeting_id)
        .order_by(col(ItemTakenRow.number))
    )
    return tuple(Taken(**row.model_dump(include=set(Taken.model_fields))) for row in found)


def agenda_of(session: Session, meeting_id: UUID) -> tuple[AgendaPlace, ...]:
    """Read a meeting's agenda in its order, with which items have been taken."""
    taken = {each.item_id for each in taken_in(session, meeting_id)}
    rows = session.exec(
        select(AgendaItemRow, RequestRow.reference)
        .join(RequestRow, col(RequestRow.id) == AgendaItemRow.request_id)
        .where(AgendaItemRow.meeting_id == meeting_id)
        .order_by(col(AgendaItemRow.position), col(AgendaItemRow.id))
    )
    return tuple(
        AgendaPlace(item_id=row.id, reference=reference, state=row.state, is_taken=row.id in taken)
        for row, reference in rows
    )


def now_and_next_in(session: Session, meeting_id: UUID) -> NowAndNext:
    """Say which item of a meeting is being taken, and which follows."""
    taken = taken_in(session, meeting_id)
    current = taken[-1].item_id if taken else None
    return now_and_next(agenda_of(session, meeting_id), current)


def check_may_open_ballot(
    session: Session, item_id: UUID, rules: PanelRules, *, is_opened: bool
) -> None:
    """Refuse a ballot that the rules want opened later: in the meeting, without the presenter.

    Raises `NotAtThisStage`.
    """
    if not rules.meetings.ballots_before_meeting and not is_opened:
        raise NotAtThisStage(
            _TO_OPEN, "the meeting has not been opened", "Open the meeting first, on its day."
        )
    if not rules.meetings.presenter_leaves_before_ballot:
        return
    presenting = session.exec(
        select(func.count())
        .select_from(PresenceRow)
        .where(
            PresenceRow.item_id == item_id,
            col(PresenceRow.presents).is_(True),
            col(PresenceRow.left_at).is_(None),
        )
    ).one()
    if presenting:
        raise NotAtThisStage(
            _TO_OPEN,
            "whoever presents the item is still in the room",
            "Let the presenter leave, record it, and open the ballot then.",
        )
