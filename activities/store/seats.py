"""Who sits in a meeting without a role in its cluster: in a member's stead, or for one item.

A seat opens the item to its holder as a role would; what interests bar, they bar here too.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_
from sqlmodel import Session, col, select

from activities.store.attendance import answers_in, declined_by
from activities.store.remembered import of_each
from activities.store.tables import AgendaItemRow, MeetingRow, SeatRow
from domain.attendance import WhoComes
from domain.frozen import Frozen


class Seat(Frozen):
    """A seat somebody was given: in whose stead, or for which item alone.

    Without a person nobody sits in the stead of a member who is away.
    """

    id: UUID
    meeting_id: UUID
    item_id: UUID | None
    person_id: UUID | None
    in_stead_of: UUID | None


def seats_of(session: Session, person_id: UUID, meeting_id: UUID) -> tuple[Seat, ...]:
    """List the seats a person has in a meeting beside any role in its cluster."""
    return tuple(each for each in _held(session, meeting_id) if each.person_id == person_id)


def seats_among(session: Session, meeting_ids: Iterable[UUID]) -> dict[UUID, tuple[Seat, ...]]:
    """List every seat that somebody was given in each of several meetings, by one query."""

    def ask(ids: list[UUID]) -> dict[UUID, tuple[Seat, ...]]:
        rows = session.exec(
            select(SeatRow)
            .where(col(SeatRow.meeting_id).in_(ids), _holds())
            .order_by(col(SeatRow.named_at), col(SeatRow.id))
        )
        found: dict[UUID, tuple[Seat, ...]] = dict.fromkeys(ids, ())
        for row in rows:
            found[row.meeting_id] += (_as_seat(row),)
        return found

    return of_each(session, "seats", meeting_ids, ask)


def seat_of(session: Session, person_id: UUID, meeting_id: UUID, item_id: UUID) -> Seat | None:
    """Find the seat from which a person takes part in an item; for the meeting comes first."""
    found = (
        each for each in seats_of(session, person_id, meeting_id) if each.item_id in (None, item_id)
    )
    return min(found, key=lambda each: each.item_id is not None, default=None)


def seats_at(session: Session, meeting_id: UUID, item_id: UUID) -> tuple[Seat, ...]:
    """List who has a seat for an item: substitutes of the meeting, and who came for it alone."""
    found = (
        each
        for each in _held(session, meeting_id)
        if each.person_id is not None and each.item_id in (None, item_id)
    )
    return tuple(sorted(found, key=lambda each: each.id))


def substitutes_in(session: Session, meeting_id: UUID) -> tuple[Seat, ...]:
    """List who sits in whose stead in a meeting."""
    return tuple(each for each in _held(session, meeting_id) if each.in_stead_of is not None)


def is_away(session: Session, meeting_id: UUID, person_id: UUID) -> bool:
    """Whether a member declined or is noted as away, whoever sits in the member's stead."""
    return bool(replaced_in(session, (meeting_id,), person_id))


def replaced_in(session: Session, meeting_ids: Iterable[UUID], person_id: UUID) -> frozenset[UUID]:
    """Those of the meetings to which a person is known not to come."""
    held = seats_among(session, meeting_ids)
    replaced = (
        meeting_id
        for meeting_id, seats in held.items()
        if any(each.in_stead_of == person_id for each in seats)
    )
    return frozenset(replaced) | declined_by(session, held, person_id)


def who_comes(session: Session, meeting_id: UUID) -> WhoComes:
    """Tell what is known of who comes to a meeting: answers, who is away, who was named."""
    seats = _held(session, meeting_id)
    return WhoComes(
        answers=answers_in(session, meeting_id),
        away=frozenset(each.in_stead_of for each in seats if each.in_stead_of is not None),
        named=frozenset(each.person_id for each in seats if each.person_id is not None),
    )


def seated(person_id: UUID) -> ColumnElement[bool]:
    """Meetings in which a person has a seat, as a condition on them."""
    return exists().where(
        col(SeatRow.meeting_id) == col(MeetingRow.id),
        col(SeatRow.person_id) == person_id,
        _holds(),
    )


def seated_for(person_id: UUID) -> ColumnElement[bool]:
    """Items from which a person's seat does not keep them, as a condition on items."""
    return exists().where(
        col(SeatRow.meeting_id) == col(AgendaItemRow.meeting_id),
        col(SeatRow.person_id) == person_id,
        or_(col(SeatRow.item_id).is_(None), col(SeatRow.item_id) == col(AgendaItemRow.id)),
        _holds(),
    )


def add_seat(session: Session, seat: Seat, named_by: UUID, now: datetime) -> None:
    """Give somebody a seat; a member's second substitute, or a second seat, is not written."""
    session.add(SeatRow(**seat.model_dump(), named_by=named_by, named_at=now))
    session.flush()


def end_seat(
    session: Session, meeting_id: UUID, member_id: UUID, ended_by: UUID, now: datetime
) -> bool:
    """End the seat of a member's substitute, and say whether there was one."""
    row = session.exec(
        select(SeatRow).where(
            SeatRow.meeting_id == meeting_id, SeatRow.in_stead_of == member_id, _holds()
        )
    ).first()
    if row is None:
        return False
    row.ended_by, row.ended_at = ended_by, now
    session.add(row)
    session.flush()
    return True


def _held(session: Session, meeting_id: UUID) -> tuple[Seat, ...]:
    return seats_among(session, (meeting_id,))[meeting_id]


def _holds() -> Any:
    return col(SeatRow.ended_at).is_(None)


def _as_seat(row: SeatRow) -> Seat:
    return Seat(**row.model_dump(include=set(Seat.model_fields)))
