"""What is said in the room: who comes in and leaves, which item is taken, in which order they are.

Whoever runs the meeting says it. No word of it moves a request on.
"""

from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel import Session, col, select

from activities.store import members, rooms
from activities.store.days import on_day
from activities.store.events import Happening, write_event
from activities.store.policies import pinned
from activities.store.reading.caller import OFFICERS, PANEL, Caller, concerns_of
from activities.store.reconsiderations import involved_at
from activities.store.recording.faults import ContentFaulty
from activities.store.recording.said import Saying
from activities.store.seats import seats_of
from activities.store.tables import (
    AgendaItemRow,
    MeetingRow,
    PersonRow,
    PresenceRow,
    RequestRow,
    RoleHeldRow,
)
from domain.agenda import check_may_take, faults_of_order
from domain.frozen import Frozen
from domain.interests import known_interests
from domain.people import ON_PANEL, Interest, Role
from domain.refusals import NotAtThisStage, NotValid, RoleNeeded, Unknown

_TO_RECORD = "to record who is in the room"
_TO_ORDER = "to put the agenda in another order"
_TO_TAKE = "to take this item"
_RUNS = (Role.PANEL_CHAIR, Role.VICE_CHAIR, Role.PANEL_ADMINISTRATOR)
_PRESENTERS_HAVE = {Interest.NONE, Interest.OWN_SCHOOL, Interest.OWN_TRUST}
"""Interests that whoever presents for a school has by being of it."""
_MOST_ITEMS = 500
"""More than any agenda has: each is held against each."""


class InRoom(Frozen):
    """Somebody comes into the room, or leaves it: for the meeting, or for one item alone."""

    person_id: UUID
    is_here: bool = True
    item_id: UUID | None = None
    presents: bool = False
    """Whether they present the item for the school that asks."""


class RoomKept(InRoom):
    """What was recorded."""

    meeting_id: UUID


class Ordering(Frozen):
    """The agenda's items in their new order, each of them once."""

    items: Annotated[tuple[UUID, ...], Field(max_length=_MOST_ITEMS)]


class Ordered(Ordering):
    """The order that holds from now on."""

    meeting_id: UUID


class ItemTaken(Frozen):
    """An item that is the current one from now on."""

    item_id: UUID
    meeting_id: UUID
    leave_the_room: tuple[UUID, ...]
    """Whoever is there and has an interest that bars: they wait outside while it is heard."""


def record_presence(session: Session, saying: Saying, meeting_id: UUID, said: InRoom) -> RoomKept:
    """Record that somebody is in the room, or has left it.

    Whoever an interest bars is out of the room for the item; whoever presents it for the school
    answers questions and leaves (promise 6).
    """
    caller = saying.caller
    meeting = _meeting_run_by(session, caller, meeting_id, _TO_RECORD)
    if session.get(PersonRow, said.person_id) is None:
        raise Unknown("this person", "there is nobody of that id on record")
    there = rooms.presence_now(session, meeting_id, said.person_id, said.item_id)
    if not said.is_here:
        _leaves(session, caller, meeting, said, there)
    elif there is not None:
        raise NotAtThisStage(_TO_RECORD, "they are in the room already")
    else:
        _check_may_come_in(session, caller, meeting, said)
        session.add(
            PresenceRow(
                id=saying.id,
                meeting_id=meeting_id,
                person_id=said.person_id,
                item_id=said.item_id,
                presents=said.presents,
                arrived_at=caller.now,
                arrived_by=caller.person.id,
            )
        )
        session.flush()
    _say(session, saying, meeting, "presence_recorded", item_id=said.item_id)
    return RoomKept(**dict(said), meeting_id=meeting_id)


def take_item(session: Session, saying: Saying, item_id: UUID) -> ItemTaken:
    """Take an item: it is the current one until another is taken; an earlier one is not skipped."""
    caller = saying.caller
    item = session.get(AgendaItemRow, item_id)
    if item is None:
        raise Unknown("this item", "there is none of that id that you may see")
    meeting = _meeting_run_by(session, caller, item.meeting_id, _TO_TAKE, unknown="this item")
    check_may_take(rooms.agenda_of(session, meeting.id), item_id)
    rooms.take(session, saying.id, item, caller.person.id, caller.now)
    _say(session, saying, meeting, "item_taken", item_id=item_id)
    there = {
        each.person_id
        for each in rooms.presences(session, meeting.id)
        if each.item_id is None and each.left_at is None
    }
    return ItemTaken(
        item_id=item_id,
        meeting_id=meeting.id,
        leave_the_room=tuple(sorted(_barred(session, caller, item, there))),
    )


def set_order(session: Session, saying: Saying, meeting_id: UUID, said: Ordering) -> Ordered:
    """Put a meeting's agenda in another order, before it is opened; every fault is told at once."""
    meeting = _meeting_of(session, saying.caller, meeting_id, _TO_ORDER)
    if meeting.opened_at is not None:
        raise NotAtThisStage(
            _TO_ORDER, "the meeting has been opened", "Take an item, or put one off."
        )
    rows = {
        row.id: row
        for row in session.exec(select(AgendaItemRow).where(AgendaItemRow.meeting_id == meeting_id))
    }
    faults = faults_of_order(tuple(rows), said.items)
    if faults:
        raise ContentFaulty(_TO_ORDER, faults)
    for place, item_id in enumerate(said.items, start=1):
        rows[item_id].position = place
        session.add(rows[item_id])
    _say(session, saying, meeting, "agenda_reordered")
    return Ordered(meeting_id=meeting_id, items=said.items)


def _meeting_of(
    session: Session, caller: Caller, meeting_id: UUID, asked: str, unknown: str = "this meeting"
) -> MeetingRow:
    """Find a meeting that is not over and that the person runs, under its lock."""
    row = session.get(MeetingRow, meeting_id, with_for_update=True)
    if row is None or row.cluster_code not in caller.clusters(*PANEL):
        raise Unknown(unknown, "there is none of that id that you may see")
    if row.cluster_code not in caller.clusters(*_RUNS):
        raise RoleNeeded(asked, "the chair or the administrator of the panel does")
    if row.stage != "called":
        raise NotAtThisStage(asked, "the meeting is over")
    rooms.check_has_room(session, meeting_id, asked)
    return row


def _meeting_run_by(
    session: Session, caller: Caller, meeting_id: UUID, asked: str, unknown: str = "this meeting"
) -> MeetingRow:
    """Find a meeting that has been opened, is not over, and that the person runs."""
    row = _meeting_of(session, caller, meeting_id, asked, unknown)
    if row.opened_at is None:
        raise NotAtThisStage(asked, "the meeting has not been opened", "Open it first.")
    return row


def _leaves(
    session: Session,
    caller: Caller,
    meeting: MeetingRow,
    said: InRoom,
    there: PresenceRow | None,
) -> None:
    """Note that somebody left; who leaves the meeting has left every item of it too."""
    if there is None:
        raise NotAtThisStage(_TO_RECORD, "they are not recorded as being in the room")
    rows = [there]
    if said.item_id is None:
        rows = list(
            session.exec(
                select(PresenceRow).where(
                    PresenceRow.meeting_id == meeting.id,
                    PresenceRow.person_id == said.person_id,
                    col(PresenceRow.left_at).is_(None),
                )
            )
        )
    for row in rows:
        row.left_at, row.left_by = caller.now, caller.person.id
        session.add(row)
    session.flush()


def _check_may_come_in(session: Session, caller: Caller, meeting: MeetingRow, said: InRoom) -> None:
    if said.item_id is None:
        _check_comes_to_meeting(session, caller, meeting, said)
        return
    item = session.get(AgendaItemRow, said.item_id)
    if item is None or item.meeting_id != meeting.id:
        raise Unknown("this item", "the meeting's agenda has none of that id")
    if said.presents:
        _check_presents(session, caller, item, said.person_id)
    elif not _belongs(session, caller, meeting, said.person_id):
        raise NotValid(_TO_RECORD, "the person is not of this panel, and presents nothing")
    elif _barred(session, caller, item, {said.person_id}):
        raise NotValid(
            _TO_RECORD,
            "an interest bars the person from this item",
            "They wait outside while it is heard, and come in again for the next one.",
        )


def _check_comes_to_meeting(
    session: Session, caller: Caller, meeting: MeetingRow, said: InRoom
) -> None:
    if said.presents:
        raise NotValid(_TO_RECORD, "whoever presents is there for an item", "Name the item.")
    if not _belongs(session, caller, meeting, said.person_id):
        raise NotValid(
            _TO_RECORD,
            "the person is not of this panel",
            "Name the item, if they present it; or name them as a member's substitute first.",
        )
    current = rooms.now_and_next_in(session, meeting.id).now_id
    item = session.get(AgendaItemRow, current) if current else None
    if item is not None and _barred(session, caller, item, {said.person_id}):
        raise NotValid(
            _TO_RECORD,
            "an interest bars the person from the item that is being heard",
            "Let them come in when the next item is taken.",
        )


def _belongs(session: Session, caller: Caller, meeting: MeetingRow, person_id: UUID) -> bool:
    """Whether somebody is of the cluster's panel, has a seat in the meeting, or is an officer."""
    of_panel = (col(RoleHeldRow.cluster_code) == meeting.cluster_code) & col(RoleHeldRow.role).in_(
        ON_PANEL
    )
    held = session.exec(
        select(RoleHeldRow.id)
        .where(
            RoleHeldRow.person_id == person_id,
            of_panel | col(RoleHeldRow.role).in_(OFFICERS),
            on_day(RoleHeldRow, caller.day),
        )
        .limit(1)
    )
    return held.first() is not None or bool(seats_of(session, person_id, meeting.id))


def _check_presents(session: Session, caller: Caller, item: AgendaItemRow, person_id: UUID) -> None:
    """Refuse a presenter who is of no school that asks, or has an interest beside that."""
    request = session.get_one(RequestRow, item.request_id)
    case = concerns_of(session, request, caller.day)
    ties = members.ties_of(session, (person_id,), caller.day)[person_id]
    if not ties.schools & case.schools:
        raise NotValid(
            _TO_RECORD,
            "whoever presents an item works at a school that it is about",
            "Somebody of the school presents it; others may not stay for it.",
        )
    declared = members.declared_interests(session, item.id).get(person_id, Interest.NONE)
    if {*known_interests(ties, case), declared} - _PRESENTERS_HAVE:
        raise NotValid(
            _TO_RECORD,
            "the person has an interest beside being of the school",
            "Somebody else of the school presents it.",
        )


def _barred(
    session: Session, caller: Caller, item: AgendaItemRow, people: set[UUID]
) -> frozenset[UUID]:
    """Those of the people whom an interest bars from an item, or a part in what is challenged."""
    request = session.get_one(RequestRow, item.request_id)
    case = concerns_of(session, request, caller.day)
    rules = pinned(session, request.pins).panel
    found = members.barring_interests(session, item.id, people, case, rules, caller.day)
    involved = involved_at(session, item.id)
    return frozenset(each for each in people if found[each] or each in involved)


def _say(
    session: Session, saying: Saying, meeting: MeetingRow, what: str, item_id: UUID | None = None
) -> None:
    """Write what happened in the room: which item, and nobody."""
    happening = Happening(
        kind=what,
        subject="meeting",
        subject_id=meeting.id,
        at=saying.caller.now,
        facts={"item_id": str(item_id)} if item_id else {},
        cluster=meeting.cluster_code,
    )
    write_event(session, happening)
