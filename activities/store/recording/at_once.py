"""What is said of a whole meeting at once: my interests in all its items, and who is in its room.

Each is recorded as if it had been said by itself; what is wrong with any is told with the others.
"""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel import Session

from activities.store import rooms
from activities.store.reading.at_hand import item_at_hand
from activities.store.reading.panel import declared_by
from activities.store.recording.faults import ContentFaulty
from activities.store.recording.panel import Declared, declare_interest
from activities.store.recording.rooms import InRoom, RoomKept, record_presence
from activities.store.recording.said import Saying
from domain.frozen import Frozen
from domain.people import Interest
from domain.refusals import NotValid, Unknown
from domain.screening import Fault

_MOST_ITEMS = 500
_MOST_PEOPLE = 200


class InterestIn(Frozen):
    """My interest in one of the items, or that I have none."""

    item_id: UUID
    interest: Interest
    note: Annotated[str, Field(min_length=1, max_length=2_000)] | None = None


class DeclaringAll(Frozen):
    """My interests in items of a meeting, each of them once."""

    items: Annotated[tuple[InterestIn, ...], Field(min_length=1, max_length=_MOST_ITEMS)]


class DeclaredAll(Frozen):
    """What was declared, and which of it keeps the member out."""

    meeting_id: UUID
    items: tuple[Declared, ...]


class EverybodyHere(Frozen):
    """Everybody who is in the meeting's room now; whoever is not named is not there."""

    people: Annotated[tuple[UUID, ...], Field(max_length=_MOST_PEOPLE)] = ()


class RoomRecorded(Frozen):
    """Who came in and who left, by what was said of the room."""

    meeting_id: UUID
    changes: tuple[RoomKept, ...]


def declare_all(
    session: Session, saying: Saying, meeting_id: UUID, said: DeclaringAll
) -> DeclaredAll:
    """Declare interests in several items of a meeting; what the record contradicts is all told.

    What was declared before and is the same stays as it is.
    """
    faults: list[Fault] = []
    declared: list[Declared] = []
    for place, each in enumerate(said.items):
        if item_at_hand(session, saying.caller, each.item_id).meeting_id != meeting_id:
            raise Unknown("this item", "the meeting's agenda has none of that id")
        if each.note is None and declared_by(session, saying.caller, each.item_id) is each.interest:
            continue
        try:
            own = _one_of(saying, each.item_id)
            declared.append(declare_interest(session, own, each.item_id, each.interest, each.note))
        except NotValid as refusal:
            faults.append(_fault(refusal, f"items.{place}.interest"))
    if faults:
        raise ContentFaulty("to declare your interests", tuple(faults))
    return DeclaredAll(meeting_id=meeting_id, items=tuple(declared))


def record_room(
    session: Session, saying: Saying, meeting_id: UUID, said: EverybodyHere
) -> RoomRecorded:
    """Record who is in the room of a meeting: whoever is new came in, whoever is missing left."""
    faults: list[Fault] = []
    changes: list[RoomKept] = []
    for each in _changes(session, meeting_id, frozenset(said.people)):
        try:
            own = _one_of(saying, each.person_id)
            changes.append(record_presence(session, own, meeting_id, each))
        except NotValid as refusal:
            faults.append(_fault(refusal, "people"))
    if faults:
        raise ContentFaulty("to record who is in the room", tuple(faults))
    return RoomRecorded(meeting_id=meeting_id, changes=tuple(changes))


def _changes(session: Session, meeting_id: UUID, here: frozenset[UUID]) -> Iterator[InRoom]:
    there = {
        each.person_id
        for each in rooms.presences(session, meeting_id)
        if each.item_id is None and each.left_at is None
    }
    yield from (InRoom(person_id=each, is_here=False) for each in sorted(there - here))
    yield from (InRoom(person_id=each) for each in sorted(here - there))


def _one_of(saying: Saying, which: UUID) -> Saying:
    """One of several things said under one key: each makes a row of its own."""
    return saying.model_copy(update={"key": f"{saying.key}/{which}"})


def _fault(refusal: NotValid, field: str) -> Fault:
    says = refusal.in_the_way
    return Fault(
        code=refusal.code,
        says=f"{says[:1].upper()}{says[1:]}.",
        would_help=refusal.help,
        field=field,
    )
