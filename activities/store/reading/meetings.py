"""Meetings, their agendas, and ballots as each person may see them: blind until they close."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.attendance import answers_in
from activities.store.reading.attendance import MeetingAttendance, attendance
from activities.store.reading.beside import (
    BesideAdvice,
    WhoMayVote,
    beside_advice,
    who_may_vote,
)
from activities.store.reading.caller import OFFICERS, PANEL, RUN_IT, Caller
from activities.store.reading.clusters import clusters_of
from activities.store.reading.panel import declared_by, heard_item, is_kept_out, known_of
from activities.store.reading.words import last_votes
from activities.store.reconsiderations import at_item
from activities.store.rooms import InTheRoom, now_and_next_in, presences
from activities.store.seats import seated, seats_of, substitutes_in
from activities.store.tables import (
    AgendaItemRow,
    BallotRow,
    MeetingRow,
    RequestRow,
    VoteRow,
)
from domain.agenda import DeferredBecause, NowAndNext
from domain.frozen import Frozen
from domain.needs import AreaOfNeed
from domain.people import Interest
from domain.refusals import Unknown
from domain.request import RequestKind

_BALLOT = "this ballot"


class MeetingLine(Frozen):
    """A dated meeting of a cluster's panel, with the deadline for its papers."""

    id: UUID
    cluster: str
    starts_at: datetime
    papers_by_at: datetime
    stage: str
    opened_at: datetime | None
    """When it began in the room."""
    closed_at: datetime | None


class EarlierHearing(Frozen):
    """An earlier meeting that had the request on its agenda, and how far it came there."""

    meeting_id: UUID
    starts_at: datetime
    state: str
    deferred_because: DeferredBecause | None


class ItemLine(Frozen):
    """A request on an agenda, with what the person who looks has declared on it."""

    id: UUID
    position: int
    request_id: UUID
    reference: str
    kind: RequestKind
    school: str
    state: str
    second_look: bool = False
    """Whether it is a challenge: a decision looked at again by people who had no part in it."""
    deferred_because: DeferredBecause | None
    earlier: tuple[EarlierHearing, ...]
    """Taken again: where it was put off before, or heard without a quorum; earliest first."""
    declared: Interest | None
    known: tuple[Interest, ...] = ()
    """What the record itself shows between the person who looks and the item: to be confirmed."""
    talk_about: tuple[AreaOfNeed, ...] = ()
    """For the chair and the administrator, once a round has closed: areas of need in which its
    members were further apart than the rules tolerate. Who was where is not told."""
    ballot_id: UUID | None
    round: int | None
    closes_at: datetime | None
    who_may_vote: WhoMayVote | None
    """For the cluster's chair and administrator, while the item can still be heard."""


class SitsFor(Frozen):
    """Somebody who sits in a member's stead in this meeting; nobody, where a member is away."""

    person_id: UUID | None
    in_stead_of: UUID


class MeetingView(MeetingLine):
    """A meeting with its agenda."""

    items: tuple[ItemLine, ...]
    substitutes: tuple[SitsFor, ...]
    """Who was named to sit in whose stead; the two have one vote together."""
    comes: bool | None
    """Whether I said that I come; nothing while I have not answered."""
    now_and_next: NowAndNext
    in_the_room: tuple[InTheRoom, ...]
    """Who is in the room, or was; for whoever runs the meeting."""
    attendance: MeetingAttendance | None
    """Who comes, and whether that makes a quorum; for whoever runs the meeting."""


class OwnVote(Frozen):
    """The member's own last vote."""

    revision: int
    abstained: bool
    levels: dict[str, int]
    descriptors: list[str]
    recommendation: str | None
    reason: str
    recorded_at: datetime


class BallotView(Frozen):
    """A ballot: while it is open only one's own vote, once closed what it came to."""

    id: UUID
    item_id: UUID
    request_id: UUID
    round: int
    opened_at: datetime
    closes_at: datetime
    is_closed: bool
    mine: OwnVote | None
    result: dict[str, Any] | None
    votes: tuple[dict[str, Any], ...]
    """Every member's last vote without the name: for officers, once the ballot is closed."""
    beside: BesideAdvice | None
    """Once closed: what the advice comes to, and what the cluster has; for whom nothing bars."""


def meetings(session: Session, caller: Caller) -> tuple[MeetingLine, ...]:
    """List the meetings of the clusters that the person or the person's school belongs to."""
    query = select(MeetingRow).order_by(col(MeetingRow.starts_at))
    if not caller.holds(*OFFICERS):
        own = col(MeetingRow.cluster_code).in_(clusters_of(session, caller))
        query = query.where(own | seated(caller.person.id))
    return tuple(MeetingLine(**_line(row)) for row in session.exec(query))


def meeting(session: Session, caller: Caller, meeting_id: UUID) -> MeetingView:
    """Read a meeting with its agenda: for the cluster's panel and for officers."""
    row = session.get(MeetingRow, meeting_id)
    if row is None or not _may_look(session, caller, row):
        raise Unknown("this meeting", "there is none of that id that you may see")
    runs_it = row.cluster_code in caller.clusters(*RUN_IT)
    return MeetingView(
        **_line(row),
        items=_items(session, caller, row),
        substitutes=tuple(
            SitsFor(person_id=each.person_id, in_stead_of=each.in_stead_of)
            for each in substitutes_in(session, row.id)
            if each.in_stead_of is not None
        ),
        comes=answers_in(session, row.id).get(caller.person.id),
        now_and_next=now_and_next_in(session, row.id),
        in_the_room=presences(session, row.id) if runs_it else (),
        attendance=attendance(session, row) if runs_it else None,
    )


def _may_look(session: Session, caller: Caller, row: MeetingRow) -> bool:
    """Whether the person is an officer, of the cluster's panel, or has a seat in the meeting."""
    if caller.holds(*OFFICERS) or row.cluster_code in caller.clusters(*PANEL):
        return True
    return bool(seats_of(session, caller.person.id, row.id))


def item_meeting(session: Session, caller: Caller, item_id: UUID) -> UUID:
    """Find the meeting of an item that the person may see."""
    return heard_item(session, caller, item_id).meeting_id


def ballot_meeting(session: Session, caller: Caller, ballot_id: UUID) -> UUID:
    """Find the meeting of a ballot that the person may see."""
    row = _ballot(session, ballot_id)
    return heard_item(session, caller, row.item_id, _BALLOT).meeting_id


def ballot(session: Session, caller: Caller, ballot_id: UUID) -> BallotView:
    """Read a ballot. Before it closes nothing in the answer depends on anybody else (promise 7)."""
    row = _ballot(session, ballot_id)
    officer = caller.holds(*OFFICERS)
    if not officer:
        heard_item(session, caller, row.item_id, _BALLOT)
    closed = row.closed_at is not None
    reads = closed and _may_read(session, caller, row)
    return BallotView(
        id=row.id,
        item_id=row.item_id,
        request_id=row.request_id,
        round=row.round,
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        is_closed=closed,
        mine=_own_vote(session, caller, ballot_id),
        result=row.result if reads else None,
        votes=votes_of(session, ballot_id) if reads and officer else (),
        beside=_beside(session, caller, row) if reads else None,
    )


def votes_of(session: Session, ballot_id: UUID) -> tuple[dict[str, Any], ...]:
    """List every member's last vote of a closed ballot, without saying whose it is."""
    shown = {"abstained", "levels", "descriptors", "recommendation", "reason"}
    return tuple(row.model_dump(include=shown) for row in last_votes(session, ballot_id))


def _beside(session: Session, caller: Caller, row: BallotRow) -> BesideAdvice:
    item = session.get_one(AgendaItemRow, row.item_id)
    cluster = session.get_one(MeetingRow, item.meeting_id).cluster_code
    return beside_advice(session, caller, cluster, row.id)


def _ballot(session: Session, ballot_id: UUID) -> BallotRow:
    row = session.get(BallotRow, ballot_id)
    if row is None:
        raise Unknown(_BALLOT, "there is none of that id that you may see")
    return row


def _may_read(session: Session, caller: Caller, row: BallotRow) -> bool:
    """Whether no interest keeps the person from what came of the ballot."""
    request = session.get_one(RequestRow, row.request_id)
    declared = declared_by(session, caller, row.item_id)
    return not is_kept_out(session, caller, request, declared)


def _own_vote(session: Session, caller: Caller, ballot_id: UUID) -> OwnVote | None:
    row = session.exec(
        select(VoteRow)
        .where(VoteRow.ballot_id == ballot_id, VoteRow.person_id == caller.person.id)
        .order_by(col(VoteRow.revision).desc())
        .limit(1)
    ).first()
    return None if row is None else OwnVote(**row.model_dump(include=set(OwnVote.model_fields)))


def _items(session: Session, caller: Caller, meeting: MeetingRow) -> tuple[ItemLine, ...]:
    runs_it = meeting.cluster_code in caller.clusters(*RUN_IT)
    rows = session.exec(
        select(AgendaItemRow, RequestRow)
        .join(RequestRow, col(RequestRow.id) == AgendaItemRow.request_id)
        .where(AgendaItemRow.meeting_id == meeting.id)
        .order_by(col(AgendaItemRow.position), col(AgendaItemRow.id))
    ).all()
    return tuple(_item(session, caller, item, request, runs_it=runs_it) for item, request in rows)


def _item(
    session: Session,
    caller: Caller,
    item: AgendaItemRow,
    request: RequestRow,
    *,
    runs_it: bool,
) -> ItemLine:
    waits = item.state in ("listed", "in_ballot")
    last = session.exec(
        select(BallotRow)
        .where(BallotRow.item_id == item.id)
        .order_by(col(BallotRow.round).desc())
        .limit(1)
    ).first()
    return ItemLine(
        id=item.id,
        position=item.position,
        request_id=request.id,
        reference=request.reference,
        kind=RequestKind(request.kind),
        school=request.school_code,
        state=item.state,
        second_look=at_item(session, item.id) is not None,
        deferred_because=_because(item),
        earlier=_earlier(session, item),
        declared=declared_by(session, caller, item.id),
        known=known_of(session, caller, request),
        talk_about=_talk_about(session, item.id) if runs_it else (),
        ballot_id=last.id if last else None,
        round=last.round if last else None,
        closes_at=last.closes_at if last else None,
        who_may_vote=who_may_vote(session, caller, item.id, request) if runs_it and waits else None,
    )


def _talk_about(session: Session, item_id: UUID) -> tuple[AreaOfNeed, ...]:
    """In which areas of need the members were far apart in the last round that has closed."""
    result = session.exec(
        select(BallotRow.result)
        .where(BallotRow.item_id == item_id, col(BallotRow.closed_at).is_not(None))
        .order_by(col(BallotRow.round).desc())
        .limit(1)
    ).first()
    return tuple(AreaOfNeed(area) for area in result["wide_in"]) if result else ()


def _because(item: AgendaItemRow) -> DeferredBecause | None:
    return DeferredBecause(item.deferred_because) if item.deferred_because else None


def _earlier(session: Session, item: AgendaItemRow) -> tuple[EarlierHearing, ...]:
    """Where the request was on an agenda before it came onto this one."""
    rows = session.exec(
        select(AgendaItemRow, MeetingRow.starts_at)
        .join(MeetingRow, col(MeetingRow.id) == AgendaItemRow.meeting_id)
        .where(
            AgendaItemRow.request_id == item.request_id,
            AgendaItemRow.id != item.id,
            col(AgendaItemRow.listed_at) < item.listed_at,
        )
        .order_by(col(MeetingRow.starts_at))
    )
    return tuple(
        EarlierHearing(
            meeting_id=row.meeting_id,
            starts_at=starts_at,
            state=row.state,
            deferred_because=_because(row),
        )
        for row, starts_at in rows
    )


def _line(row: MeetingRow) -> dict[str, Any]:
    shown = {"id", "starts_at", "papers_by_at", "stage", "opened_at", "closed_at"}
    facts = row.model_dump(include=shown)
    return {**facts, "cluster": row.cluster_code}
