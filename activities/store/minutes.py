"""Minutes between rows and rules: made from what happened when a meeting closes, and kept.

They are written once. Nothing of a vote is read here but what closed ballots came to.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from activities.clock import day_of
from activities.store import members, rooms
from activities.store.advising import of_item
from activities.store.casework import concerns_of
from activities.store.children import children_of
from activities.store.days import on_day
from activities.store.events import Happening, write_event
from activities.store.minutes_advice import advice_on
from activities.store.policies import pinned
from activities.store.reconsiderations import at_item, involved_at
from activities.store.remembered import of_each
from activities.store.rooms import InTheRoom, Taken
from activities.store.seats import who_comes
from activities.store.tables import (
    AgendaItemRow,
    BallotRow,
    CalibrationBallotRow,
    ClusterRow,
    MeetingRow,
    MinutesRow,
    PersonRow,
    RequestPupilRow,
    RequestRow,
    RoleHeldRow,
    SchoolRow,
    SeatRow,
)
from domain.agenda import DeferredBecause
from domain.frozen import Frozen
from domain.minutes import (
    DissentNoted,
    InterestNoted,
    Minutes,
    MinutesItem,
    Presenter,
    RoundNoted,
    WasThere,
)
from domain.moderation import Recommendation
from domain.people import ON_PANEL, Interest, Role
from domain.request import RequestKind
from domain.unnamed import without_names


class Kept(Frozen):
    """Minutes as they were kept, and whether they are still what was made."""

    minutes: Minutes
    sha256: str
    is_as_made: bool


class _Person(Frozen):
    called: str
    roles: tuple[Role, ...] = ()
    school: str | None = None


class _Room(Frozen):
    """What all items of a meeting are written up from."""

    day: date
    closed_at: datetime
    presences: tuple[InTheRoom, ...]
    taken: tuple[Taken, ...]
    people: dict[UUID, _Person]


def keep(session: Session, meeting_id: UUID, now: datetime) -> None:
    """Make a closed meeting's minutes and keep them for good; those that are kept stand."""
    if session.get(MinutesRow, meeting_id) is not None:
        return
    session.flush()
    meeting = session.get_one(MeetingRow, meeting_id)
    content = made(session, meeting, now).model_dump(mode="json")
    digest = digest_of(content)
    session.add(MinutesRow(meeting_id=meeting_id, content=content, sha256=digest, made_at=now))
    happening = Happening(
        kind="minutes_made",
        subject="meeting",
        subject_id=meeting_id,
        at=now,
        facts={"sha256": digest},
        cluster=meeting.cluster_code,
    )
    write_event(session, happening)


def kept(session: Session, meeting_id: UUID) -> Kept | None:
    """Read the minutes that were kept of a meeting, held against their hash."""
    row = session.get(MinutesRow, meeting_id)
    if row is None:
        return None
    return Kept(
        minutes=Minutes.model_validate(row.content, strict=False),
        sha256=row.sha256,
        is_as_made=digest_of(row.content) == row.sha256,
    )


def digest_of(content: dict[str, Any]) -> str:
    """Hash minutes in one fixed spelling."""
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def made(session: Session, meeting: MeetingRow, now: datetime) -> Minutes:
    """Make the minutes of a meeting from the record, as of the instant at which it closes."""
    day = day_of(meeting.starts_at)
    there = rooms.presences(session, meeting.id)
    room = _Room(
        day=day,
        closed_at=now,
        presences=there,
        taken=rooms.taken_in(session, meeting.id),
        people=_people(session, {each.person_id for each in there}, meeting.cluster_code, day),
    )
    cases = select(func.count()).where(col(CalibrationBallotRow.meeting_id) == meeting.id)
    return Minutes(
        meeting_id=meeting.id,
        cluster=meeting.cluster_code,
        cluster_name=session.get_one(ClusterRow, meeting.cluster_code).name,
        starts_at=meeting.starts_at,
        opened_at=meeting.opened_at,
        closed_at=now,
        there=_there(session, meeting.id, room),
        apologies=_apologies(session, meeting.id),
        items=_items(session, meeting.id, room),
        calibration_cases=session.exec(cases).one(),
    )


def rounds_of(session: Session, item_id: UUID) -> tuple[RoundNoted, ...]:
    """List the rounds of voting on an item, with what each came to once it closed."""
    return rounds_among(session, (item_id,))[item_id]


def rounds_among(session: Session, item_ids: Iterable[UUID]) -> dict[UUID, tuple[RoundNoted, ...]]:
    """List the rounds on each of several items, by one query."""

    def ask(ids: list[UUID]) -> dict[UUID, tuple[RoundNoted, ...]]:
        found: dict[UUID, tuple[RoundNoted, ...]] = dict.fromkeys(ids, ())
        for row in session.exec(
            select(BallotRow).where(col(BallotRow.item_id).in_(ids)).order_by(col(BallotRow.round))
        ):
            found[row.item_id] += (_round(row),)
        return found

    return of_each(session, "rounds", item_ids, ask)


def _round(row: BallotRow) -> RoundNoted:
    if row.closed_at is None or row.result is None:
        return RoundNoted(round=row.round, closed_at=row.closed_at)
    advised = row.result["recommendation"]
    return RoundNoted(
        round=row.round,
        closed_at=row.closed_at,
        cast=row.result["cast"],
        eligible=row.result["eligible"],
        quorate=row.quorate,
        recommendation=Recommendation(advised) if advised else None,
    )


def _people(session: Session, people: set[UUID], cluster: str, day: date) -> dict[UUID, _Person]:
    """Read what people are called, their roles on the cluster's panel that day, and a school."""
    names = session.exec(
        select(PersonRow.id, PersonRow.called).where(col(PersonRow.id).in_(people))
    ).all()
    held = session.exec(
        select(RoleHeldRow, SchoolRow.name)
        .join(SchoolRow, col(SchoolRow.code) == RoleHeldRow.school_code, isouter=True)
        .where(col(RoleHeldRow.person_id).in_(people), on_day(RoleHeldRow, day))
        .order_by(col(RoleHeldRow.school_code))
    ).all()
    return {
        person_id: _Person(
            called=called,
            roles=tuple(
                sorted(
                    Role(row.role)
                    for row, _ in held
                    if row.person_id == person_id
                    and row.cluster_code == cluster
                    and row.role in ON_PANEL
                )
            ),
            school=next((name for row, name in held if row.person_id == person_id and name), None),
        )
        for person_id, called in names
    }


def _there(session: Session, meeting_id: UUID, room: _Room) -> tuple[WasThere, ...]:
    sits_for = session.exec(
        select(SeatRow.person_id, PersonRow.called)
        .join(PersonRow, col(PersonRow.id) == SeatRow.in_stead_of)
        .where(SeatRow.meeting_id == meeting_id, col(SeatRow.ended_at).is_(None))
    )
    in_stead_of = {person: called for person, called in sits_for if person is not None}
    there = (
        WasThere(
            **dict(room.people[each.person_id]),
            in_stead_of=in_stead_of.get(each.person_id),
            arrived_at=each.arrived_at,
            left_at=each.left_at,
        )
        for each in room.presences
        if each.item_id is None
    )
    return tuple(sorted(there, key=lambda each: (each.arrived_at, each.called)))


def _apologies(session: Session, meeting_id: UUID) -> tuple[str, ...]:
    known = who_comes(session, meeting_id)
    away = known.away | {person for person, comes in known.answers.items() if not comes}
    names = session.exec(select(PersonRow.called).where(col(PersonRow.id).in_(away)))
    return tuple(sorted(names))


def _items(session: Session, meeting_id: UUID, room: _Room) -> tuple[MinutesItem, ...]:
    rows = session.exec(
        select(AgendaItemRow, RequestRow, SchoolRow.name)
        .join(RequestRow, col(RequestRow.id) == AgendaItemRow.request_id)
        .join(SchoolRow, col(SchoolRow.code) == RequestRow.school_code)
        .where(AgendaItemRow.meeting_id == meeting_id)
        .order_by(col(AgendaItemRow.position), col(AgendaItemRow.id))
    ).all()
    return tuple(_item(session, room, *row) for row in rows)


def _item(
    session: Session, room: _Room, item: AgendaItemRow, request: RequestRow, school: str
) -> MinutesItem:
    spans = _spans(room, item.id)
    heard_by = {
        each.person_id
        for each in room.presences
        if not each.presents and each.item_id in (None, item.id) and _was_there(each, spans)
    }
    interests = _interests(session, room, item, request, heard_by)
    aside = {person for person, noted in interests.items() if noted.stood_aside}
    aside |= involved_at(session, item.id)
    off = item.deferred_because
    return MinutesItem(
        item_id=item.id,
        position=item.position,
        reference=request.reference,
        kind=RequestKind(request.kind),
        school=school,
        is_second_look=at_item(session, item.id) is not None,
        state=item.state,
        taken_at=spans[0][0] if spans else None,
        in_the_room=tuple(sorted(room.people[each].called for each in heard_by - aside)),
        presenters=_presenters(room, item.id),
        interests=tuple(sorted(interests.values(), key=lambda noted: noted.called)),
        rounds=rounds_of(session, item.id),
        deferred_because=DeferredBecause(off) if off else None,
        deferred_to_at=_taken_next_at(session, item) if off else None,
        advice=advice_on(session, item.id),
        dissent=dissent_on(session, item.id),
    )


def _spans(room: _Room, item_id: UUID) -> list[tuple[datetime, datetime]]:
    """From when until when an item was the current one, each time that it was taken."""
    ends = [each.taken_at for each in room.taken[1:]] + [room.closed_at]
    both = zip(room.taken, ends, strict=False)
    return [(each.taken_at, until) for each, until in both if each.item_id == item_id]


def _was_there(each: InTheRoom, spans: list[tuple[datetime, datetime]]) -> bool:
    return any(
        each.arrived_at <= until and (each.left_at is None or each.left_at > since)
        for since, until in spans
    )


def _presenters(room: _Room, item_id: UUID) -> tuple[Presenter, ...]:
    return tuple(
        Presenter(
            called=room.people[each.person_id].called,
            school=room.people[each.person_id].school,
            left_at=each.left_at,
        )
        for each in room.presences
        if each.presents and each.item_id == item_id
    )


def _interests(
    session: Session, room: _Room, item: AgendaItemRow, request: RequestRow, there: set[UUID]
) -> dict[UUID, InterestNoted]:
    """List interests in an item by kind: declared ones, and those known of whoever was there."""
    declared = members.declared_interests(session, item.id)
    rules = pinned(session, request.pins).panel
    pupils_at = session.exec(
        select(RequestPupilRow.school_code).where(RequestPupilRow.request_id == request.id)
    )
    schools = {request.school_code, *pupils_at}
    case = concerns_of(session, request.id, schools, room.day)
    people = there | declared.keys()
    barring = members.barring_interests(session, item.id, people, case, rules, room.day)
    names = session.exec(
        select(PersonRow.id, PersonRow.called).where(col(PersonRow.id).in_(people))
    ).all()
    found = {
        person: {*barring[person], *({declared[person]} if person in declared else ())}
        - {Interest.NONE}
        for person, _ in names
    }
    return {
        person: InterestNoted(
            called=called,
            interests=tuple(sorted(found[person])),
            stood_aside=bool(barring[person]),
        )
        for person, called in names
        if found[person]
    }


def _taken_next_at(session: Session, item: AgendaItemRow) -> datetime | None:
    """When the meeting begins that has the request on its agenda after this one."""
    begins = session.get_one(MeetingRow, item.meeting_id).starts_at
    return session.exec(
        select(func.min(MeetingRow.starts_at))
        .join(AgendaItemRow, col(AgendaItemRow.meeting_id) == MeetingRow.id)
        .where(AgendaItemRow.request_id == item.request_id, col(MeetingRow.starts_at) > begins)
    ).one()


def dissent_on(session: Session, item_id: UUID) -> tuple[DissentNoted, ...]:
    """What members asked to have recorded against the advice on an item, in their own words.

    Where they wrote what a child is called the child's number stands (promise 8).
    """
    noted = of_item(session, item_id).dissent
    request_id = session.get_one(AgendaItemRow, item_id).request_id
    children = tuple(children_of(session, request_id).values()) if noted else ()
    return tuple(
        DissentNoted(
            called=session.get_one(PersonRow, each.by).called if each.by else None,
            words=without_names(each.words, children),
        )
        for each in noted
    )
