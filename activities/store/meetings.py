"""Meetings, agenda items and ballots: rows to what the panel's rules read, and back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import exists, text
from sqlmodel import Session, col, func, select

from activities.store.locks import NO_KEY
from activities.store.session import ask
from activities.store.tables import (
    ActRow,
    AgendaItemRow,
    BallotRow,
    MeetingRow,
    RequestRow,
    VoteRow,
)
from domain.agenda import DeferredBecause
from domain.frozen import Frozen
from domain.moderation import Recommendation, Tally, Vote
from domain.needs import AreaOfNeed
from domain.stages import ActKind, Stage

_BALLOTS = text(
    "SELECT m.stage, count(b.id) FILTER (WHERE b.closed_at IS NULL) AS ballots_open,"
    " min(b.closes_at) FILTER (WHERE b.closed_at IS NULL AND NOT EXISTS ("
    "SELECT FROM act AS a WHERE a.subject_id = m.id AND a.kind = :closing AND a.outcome IS NULL"
    " AND a.choices ->> 'ballot_id' = b.id::text)) AS next_close_at,"
    " json_agg(json_build_array(b.request_id, b.id) ORDER BY b.closed_at)"
    " FILTER (WHERE b.closed_at IS NOT NULL AND b.heard_at IS NULL) AS unheard"
    " FROM meeting AS m LEFT JOIN agenda_item AS i ON i.meeting_id = m.id"
    " LEFT JOIN ballot AS b ON b.item_id = i.id WHERE m.id = :meeting GROUP BY m.id"
)

_A_MINUTE = timedelta(minutes=1)
_TAKE_TURNS = text("SELECT pg_advisory_xact_lock(hashtextextended(:agenda, 810017))")


class Meeting(Frozen):
    """A meeting as the record has it."""

    id: UUID
    cluster: str
    starts_at: datetime
    closed: bool
    opened: bool = False
    """Whether it has begun in the room."""


class Item(Frozen):
    """An agenda item as the record has it."""

    id: UUID
    meeting_id: UUID
    request_id: UUID
    state: str


class Ballot(Frozen):
    """A ballot as the record has it; its result is there once it has closed."""

    id: UUID
    item_id: UUID
    request_id: UUID
    round: int
    closes_at: datetime
    closed_at: datetime | None
    heard_at: datetime | None
    result: dict[str, Any] | None


def meeting(session: Session, meeting_id: UUID) -> Meeting:
    """Read a meeting and lock it until the transaction ends."""
    return _as_meeting(session.get_one(MeetingRow, meeting_id, with_for_update=NO_KEY))


def next_meeting(session: Session, cluster: str, now: datetime, request_id: UUID) -> Meeting | None:
    """Find the cluster's next meeting that takes papers and has not had the request before.

    It is kept from being closed until the transaction ends, so nothing is listed too late.
    """
    row = session.exec(
        select(MeetingRow)
        .where(
            MeetingRow.cluster_code == cluster,
            MeetingRow.stage == "called",
            MeetingRow.papers_by_at >= now,
            ~exists().where(
                col(AgendaItemRow.meeting_id) == col(MeetingRow.id),
                col(AgendaItemRow.request_id) == request_id,
            ),
        )
        .order_by(col(MeetingRow.starts_at))
        .limit(1)
        .with_for_update(read=True)
    ).first()
    return _as_meeting(row) if row else None


def call_meeting(session: Session, cluster: str, starts_at: datetime, now: datetime) -> Meeting:
    """Call an extraordinary meeting for a named panel, or find the one at that very time.

    Nobody's act stands behind it, so the council's clockwork records one: its workflow is started
    by delivery, as for any other meeting.
    """
    row = _at(session, cluster, starts_at)
    while row is not None and row.is_called_off:
        starts_at += _A_MINUTE
        row = _at(session, cluster, starts_at)
    if row is None:
        row = MeetingRow(
            id=uuid4(),
            cluster_code=cluster,
            starts_at=starts_at,
            papers_by_at=starts_at,
            called_at=now,
        )
        session.add(row)
        session.flush()
        session.add(
            ActRow(
                id=uuid4(),
                kind=ActKind.CALL_MEETING,
                subject="meeting",
                subject_id=row.id,
                number=1,
                choices={"cluster": cluster, "starts_at": starts_at.isoformat()},
                recorded_at=now,
            )
        )
    return _as_meeting(row)


def _at(session: Session, cluster: str, starts_at: datetime) -> MeetingRow | None:
    same = select(MeetingRow).where(
        MeetingRow.cluster_code == cluster, MeetingRow.starts_at == starts_at
    )
    return session.exec(same).first()


def list_item(session: Session, meeting_id: UUID, request_id: UUID, now: datetime) -> Item:
    """Put a request at the end of a meeting's agenda; listing it again takes it up again.

    Those who list for one meeting at once take turns, so that no two stand at the same place.
    """
    session.connection().execute(_TAKE_TURNS, {"agenda": str(meeting_id)})
    row = session.exec(
        select(AgendaItemRow).where(
            AgendaItemRow.meeting_id == meeting_id, AgendaItemRow.request_id == request_id
        )
    ).first()
    if row is None:
        last = session.exec(
            select(func.max(AgendaItemRow.position)).where(AgendaItemRow.meeting_id == meeting_id)
        ).one()
        row = AgendaItemRow(
            id=uuid4(),
            meeting_id=meeting_id,
            request_id=request_id,
            position=(last or 0) + 1,
            listed_at=now,
        )
    row.state, row.deferred_because = "listed", None
    session.add(row)
    session.flush()
    return _as_item(row)


def waiting_for_agenda(session: Session, cluster: str) -> tuple[UUID, ...]:
    """List a cluster's requests that wait for a panel and stand on no agenda, oldest first.

    The agenda of a meeting that is over keeps nobody waiting.
    """
    on_agenda = (
        select(AgendaItemRow.request_id)
        .join(MeetingRow, col(MeetingRow.id) == AgendaItemRow.meeting_id)
        .where(col(AgendaItemRow.state).in_(("listed", "in_ballot")), MeetingRow.stage == "called")
    )
    found = session.exec(
        select(RequestRow.id)
        .where(
            RequestRow.cluster_code == cluster,
            RequestRow.stage == Stage.LISTED,
            col(RequestRow.id).not_in(on_agenda),
        )
        .order_by(col(RequestRow.submitted_at))
    )
    return tuple(found)


def item(session: Session, item_id: UUID) -> Item:
    """Read an agenda item as it stands; whoever holds its request's lock may rely on it."""
    return _as_item(session.get_one(AgendaItemRow, item_id, populate_existing=True))


def items_in(session: Session, meeting_id: UUID, *states: str) -> tuple[Item, ...]:
    """List a meeting's items in the given states, in the order of the agenda."""
    found = session.exec(
        select(AgendaItemRow)
        .where(AgendaItemRow.meeting_id == meeting_id, col(AgendaItemRow.state).in_(states))
        .order_by(col(AgendaItemRow.position), col(AgendaItemRow.id))
    )
    return tuple(_as_item(row) for row in found)


def set_item(
    session: Session, item_id: UUID, state: str, because: DeferredBecause | None = None
) -> None:
    """Note how far an item has come and, where it is put off, why."""
    row = session.get_one(AgendaItemRow, item_id)
    row.state, row.deferred_because = state, because
    session.add(row)


def withdraw_items(session: Session, request_id: UUID) -> None:
    """Take a request off every agenda on which it is not heard yet, closing no ballot."""
    found = session.exec(
        select(AgendaItemRow).where(
            AgendaItemRow.request_id == request_id,
            col(AgendaItemRow.state).in_(("listed", "in_ballot")),
        )
    )
    for row in found:
        row.state = "withdrawn"
        session.add(row)


def open_ballot(session: Session, on: Item, closes_at: datetime, now: datetime) -> Ballot:
    """Open the next round on an item."""
    rounds = session.exec(select(func.max(BallotRow.round)).where(BallotRow.item_id == on.id)).one()
    row = BallotRow(
        id=uuid4(),
        item_id=on.id,
        request_id=on.request_id,
        round=(rounds or 0) + 1,
        opened_at=now,
        closes_at=closes_at,
    )
    session.add(row)
    session.flush()
    return _as_ballot(row)


def ballot(session: Session, ballot_id: UUID) -> Ballot:
    """Read a ballot and lock it: no vote is in the middle of being cast while it is held."""
    return _as_ballot(session.get_one(BallotRow, ballot_id, with_for_update=NO_KEY))


def ballot_here(session: Session, meeting_id: UUID, ballot_id: UUID) -> Ballot | None:
    """Read a ballot of this meeting without locking it; nothing when it is another's."""
    row = session.exec(
        select(BallotRow)
        .join(AgendaItemRow, col(AgendaItemRow.id) == BallotRow.item_id)
        .where(AgendaItemRow.meeting_id == meeting_id, BallotRow.id == ballot_id)
    ).first()
    return _as_ballot(row) if row else None


def open_ballots(session: Session, meeting_id: UUID) -> tuple[Ballot, ...]:
    """List a meeting's ballots that have not been closed, the next to close first."""
    found = session.exec(
        select(BallotRow)
        .join(AgendaItemRow, col(AgendaItemRow.id) == BallotRow.item_id)
        .where(AgendaItemRow.meeting_id == meeting_id, col(BallotRow.closed_at).is_(None))
        .order_by(col(BallotRow.closes_at))
    )
    return tuple(_as_ballot(row) for row in found)


def votes_in(session: Session, ballot_id: UUID) -> tuple[Vote, ...]:
    """Read each member's last vote; earlier ones stay in the record and count no more."""
    found = session.exec(
        select(VoteRow)
        .where(VoteRow.ballot_id == ballot_id)
        .order_by(col(VoteRow.person_id), col(VoteRow.revision))
    )
    last = {row.person_id: row for row in found}
    return tuple(_as_vote(row) for row in last.values())


def close_ballot(session: Session, ballot_id: UUID, result: Tally | None, now: datetime) -> None:
    """Write a ballot's result; nothing can change it afterwards. Without one it came to nothing."""
    row = session.get_one(BallotRow, ballot_id)
    row.closed_at = now
    row.quorate = result.quorate if result else False
    row.result = result.model_dump(mode="json") if result else None
    session.add(row)


def mark_heard(session: Session, ballot_id: UUID, now: datetime) -> bool:
    """Note that a request has taken a ballot in hand in; say whether this was the first time."""
    row = session.get_one(BallotRow, ballot_id)
    first = row.heard_at is None
    row.heard_at = row.heard_at or now
    session.add(row)
    return first


def open_meeting(session: Session, meeting_id: UUID, by: UUID, now: datetime) -> None:
    """Note that a meeting has begun in the room."""
    row = session.get_one(MeetingRow, meeting_id)
    row.opened_at, row.opened_by = now, by
    session.add(row)


def has_ballot(session: Session, meeting_id: UUID) -> bool:
    """Whether any ballot was ever opened in a meeting."""
    found = (
        select(BallotRow.id)
        .join(AgendaItemRow, col(AgendaItemRow.id) == BallotRow.item_id)
        .where(AgendaItemRow.meeting_id == meeting_id)
    )
    return session.exec(found.limit(1)).first() is not None


def close_meeting(
    session: Session, meeting_id: UUID, now: datetime, *, is_called_off: bool = False
) -> None:
    """Note that a meeting is over, or that it is not held at all."""
    row = session.get_one(MeetingRow, meeting_id)
    row.is_called_off = is_called_off
    row.stage, row.closed_at = "closed", now
    session.add(row)


class Ballots(Frozen):
    """A meeting's ballots as its workflow has to know them, and whether the meeting is over."""

    closed: bool
    ballots_open: int
    next_close_at: datetime | None
    """Of the open ballots that nobody is closing: for the rest the chair's act is due."""
    unheard: tuple[tuple[UUID, UUID], ...]
    """Request and ballot of each whose result no request's workflow has taken in."""


def ballots_of(session: Session, meeting_id: UUID) -> Ballots:
    """Read how a meeting's ballots stand, after what was just written."""
    wanted = {"meeting": meeting_id, "closing": ActKind.CLOSE_BALLOT}
    row = ask(session, _BALLOTS, wanted)[0]
    return Ballots(
        closed=row.stage == "closed",
        ballots_open=row.ballots_open,
        next_close_at=row.next_close_at,
        unheard=tuple((UUID(request), UUID(ballot)) for request, ballot in row.unheard or ()),
    )


def _as_meeting(row: MeetingRow) -> Meeting:
    return Meeting(
        id=row.id,
        cluster=row.cluster_code,
        starts_at=row.starts_at,
        closed=row.stage == "closed",
        opened=row.opened_at is not None,
    )


def _as_item(row: AgendaItemRow) -> Item:
    return Item(id=row.id, meeting_id=row.meeting_id, request_id=row.request_id, state=row.state)


def _as_ballot(row: BallotRow) -> Ballot:
    return Ballot(
        id=row.id,
        item_id=row.item_id,
        request_id=row.request_id,
        round=row.round,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        heard_at=row.heard_at,
        result=row.result,
    )


def _as_vote(row: VoteRow) -> Vote:
    return Vote(
        person_id=row.person_id,
        levels={AreaOfNeed(area): level for area, level in row.levels.items()},
        recommendation=Recommendation(row.recommendation) if row.recommendation else None,
        reason=row.reason,
        descriptors=tuple(row.descriptors),
        abstained=row.abstained,
    )
