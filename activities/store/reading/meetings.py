"""Meetings, their agendas, and ballots as each person may see them: blind until they close."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select, true

from activities.store.attendance import answers_in
from activities.store.reading.agenda import ItemLine, agenda
from activities.store.reading.attendance import MeetingAttendance, attendance
from activities.store.reading.beside import BesideAdvice, beside_advice
from activities.store.reading.caller import OFFICERS, PANEL, RUN_IT, Caller
from activities.store.reading.clusters import clusters_of
from activities.store.reading.panel import declared_by, heard_item, is_kept_out
from activities.store.reading.words import last_votes
from activities.store.rooms import InTheRoom, has_room, now_and_next_in, presences
from activities.store.seats import seated, seats_of, substitutes_in
from activities.store.tables import (
    ActRow,
    AgendaItemRow,
    BallotRow,
    MeetingRow,
    PersonRow,
    RequestRow,
    VoteRow,
)
from activities.store.urgent import urgent_of
from domain.agenda import NowAndNext
from domain.frozen import Frozen
from domain.refusals import Unknown
from domain.stages import ActKind

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
    is_called_off: bool = False
    """Whether it is over without having been held."""
    has_room: bool = True
    """Whether people come to it; urgent requests are voted on online, between meetings."""


class MeetingsShown(Frozen):
    """As many meetings as a page shows, and the clusters of all that the person may see."""

    ahead: tuple[MeetingLine, ...]
    """Those to come, the next first."""
    over: tuple[MeetingLine, ...]
    """Those that are over, the last first."""
    clusters: frozenset[str]


class SitsFor(Frozen):
    """Somebody who sits in a member's stead in this meeting; nobody, where a member is away."""

    person_id: UUID | None
    called: str | None
    in_stead_of: UUID
    in_stead_of_called: str


class MeetingView(MeetingLine):
    """A meeting with its agenda."""

    items: tuple[ItemLine, ...]
    called_off_because: str | None = None
    """Why it is not held, in the chair's words, for whoever may see the meeting."""
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
    query = select(MeetingRow, has_room()).where(_theirs(session, caller))
    return _lines_of(session, query.order_by(col(MeetingRow.starts_at)))


def meetings_shown(
    session: Session, caller: Caller, cluster: str | None, most: int
) -> MeetingsShown:
    """Read the first meetings to come and the last that are over, of one cluster or of all."""
    theirs = _theirs(session, caller)
    starts_at, is_ahead = col(MeetingRow.starts_at), col(MeetingRow.stage) == "called"
    query = select(MeetingRow, has_room()).where(theirs).limit(most)
    if cluster is not None:
        query = query.where(MeetingRow.cluster_code == cluster)
    return MeetingsShown(
        ahead=_lines_of(session, query.where(is_ahead).order_by(starts_at)),
        over=_lines_of(session, query.where(~is_ahead).order_by(starts_at.desc())),
        clusters=frozenset(
            session.exec(select(MeetingRow.cluster_code).where(theirs).distinct()).all()
        ),
    )


def _why_off(session: Session, row: MeetingRow) -> str | None:
    if not row.is_called_off:
        return None
    act = session.exec(
        select(ActRow).where(
            ActRow.subject_id == row.id,
            ActRow.kind == ActKind.CALL_OFF_MEETING,
            ActRow.outcome == "done",
        )
    ).one()
    return str(act.choices["reason"])


def _theirs(session: Session, caller: Caller) -> Any:
    """Which meetings a person may see: an officer all of them."""
    if caller.holds(*OFFICERS):
        return true()
    own = col(MeetingRow.cluster_code).in_(clusters_of(session, caller))
    return own | seated(caller.person.id)


def _lines_of(session: Session, query: Any) -> tuple[MeetingLine, ...]:
    return tuple(MeetingLine(**_line(row, has_room=roomy)) for row, roomy in session.exec(query))


def meeting(session: Session, caller: Caller, meeting_id: UUID) -> MeetingView:
    """Read a meeting with its agenda: for the cluster's panel and for officers."""
    row = session.get(MeetingRow, meeting_id)
    if row is None or not _may_look(session, caller, row):
        raise Unknown("this meeting", "there is none of that id that you may see")
    runs_it = row.cluster_code in caller.clusters(*RUN_IT)
    return MeetingView(
        **_line(row, has_room=urgent_of(session, row.id) is None),
        items=agenda(session, caller, row),
        called_off_because=_why_off(session, row),
        substitutes=_substitutes(session, row.id),
        comes=answers_in(session, row.id).get(caller.person.id),
        now_and_next=now_and_next_in(session, row.id),
        in_the_room=presences(session, row.id) if runs_it else (),
        attendance=attendance(session, row) if runs_it else None,
    )


def _substitutes(session: Session, meeting_id: UUID) -> tuple[SitsFor, ...]:
    """Who sits in whose stead, by what colleagues call them."""
    seats = substitutes_in(session, meeting_id)
    people = {each for seat in seats for each in (seat.person_id, seat.in_stead_of)}
    named = select(PersonRow.id, PersonRow.called).where(col(PersonRow.id).in_(people))
    called = dict(session.exec(named).all())
    return tuple(
        SitsFor(
            person_id=each.person_id,
            called=called.get(each.person_id) if each.person_id else None,
            in_stead_of=each.in_stead_of,
            in_stead_of_called=called[each.in_stead_of],
        )
        for each in seats
        if each.in_stead_of is not None
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


def _line(row: MeetingRow, *, has_room: bool) -> dict[str, Any]:
    shown = {"id", "starts_at", "papers_by_at", "stage", "opened_at", "closed_at"}
    shown |= {"is_called_off"}
    facts = row.model_dump(include=shown)
    return {**facts, "cluster": row.cluster_code, "has_room": has_room}
