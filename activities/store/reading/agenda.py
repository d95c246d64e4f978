"""A meeting's agenda as each person may see it: where its items stand, and their own part in each.

Nothing here depends on what anybody else voted while a ballot is open (promise 7). However many
items there are, a member's agenda takes the same number of queries.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store import members
from activities.store.reading.beside import WhoMayVote, who_may_vote
from activities.store.reading.caller import RUN_IT, Caller, concerns_of_all, ties_of
from activities.store.reading.panel import heard_item
from activities.store.reading.policies import panel_rules
from activities.store.rooms import now_and_next_in
from activities.store.seats import Seat, is_away, seats_of
from activities.store.tables import (
    AgendaItemRow,
    BallotRow,
    InterestRow,
    MeetingRow,
    ReconsiderationInvolvedRow,
    ReconsiderationItemRow,
    RequestRow,
    VoteRow,
)
from activities.store.urgent import urgent_of
from domain.agenda import DeferredBecause
from domain.frozen import Frozen
from domain.interests import Concerns, Ties, bars, known_interests
from domain.needs import AreaOfNeed
from domain.people import Interest
from domain.policy.panel import PanelRules
from domain.policy.urgent import UrgentTo
from domain.request import RequestKind

_WAIT = ("listed", "in_ballot")


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
    barred: bool = False
    """Whether an interest keeps me out, or a part that I had in what is challenged."""
    talk_about: tuple[AreaOfNeed, ...] = ()
    """For the chair and the administrator, once a round has closed: areas of need in which its
    members were further apart than the rules tolerate. Who was where is not told."""
    ballot_id: UUID | None
    round: int | None
    closes_at: datetime | None
    is_open: bool = False
    """Whether votes are taken in the last round now."""
    may_vote: bool = False
    """Whether I may vote in it now."""
    have_voted: bool = False
    """Whether I have voted in the last round."""
    who_may_vote: WhoMayVote | None
    """For the cluster's chair and administrator, while the item can still be heard."""


class ItemView(ItemLine):
    """An item by itself, with the meeting that hears it."""

    meeting_id: UUID
    cluster: str
    starts_at: datetime
    opened_at: datetime | None
    stage: str
    """Of the meeting."""
    is_now: bool
    """Whether it is the item that is being taken."""


@dataclass(frozen=True)
class _Own:
    """Everything between the person who looks and the items, read at once."""

    caller: Caller
    meeting: MeetingRow
    ties: Ties
    case_of: Mapping[UUID, Concerns]
    declared: Mapping[UUID, Interest]
    voted: frozenset[UUID]
    """Ballots in which the person has voted."""
    second_looks: frozenset[UUID]
    involved: frozenset[UUID]
    """Second looks at what the person had a part in."""
    seats: tuple[Seat, ...]
    away: bool
    by_seats_alone: bool

    def known(self, request: RequestRow) -> tuple[Interest, ...]:
        """What the record shows between the person and a request."""
        return known_interests(self.ties, self.case_of[request.id])

    def is_barred(self, item: AgendaItemRow, request: RequestRow, rules: PanelRules) -> bool:
        """Whether an interest keeps the person out of an item, or a part in what is challenged."""
        held = bars(self.declared.get(item.id), self.known(request), rules)
        return bool(held) or item.id in self.involved

    def has_vote(self, item: AgendaItemRow, rules: PanelRules) -> bool:
        """Whether there is a vote on an item that is the person's to give."""
        votes_by_role = not self.by_seats_alone and not self.away
        if votes_by_role and self.meeting.cluster_code in self.caller.clusters(*rules.voting_kinds):
            return True
        return any(seat.item_id in (None, item.id) for seat in self.seats)


@dataclass(frozen=True)
class _Told:
    """What the record tells of the items themselves, read at once."""

    rounds: Mapping[UUID, Sequence[BallotRow]]
    """By item, the first round first."""
    earlier: Mapping[UUID, Sequence[tuple[AgendaItemRow, datetime]]]
    """By request, every agenda that it was on."""


def agenda(
    session: Session, caller: Caller, meeting: MeetingRow, only: UUID | None = None
) -> tuple[ItemLine, ...]:
    """Read a meeting's agenda in its order, or one item of it."""
    query = (
        select(AgendaItemRow, RequestRow)
        .join(RequestRow, col(RequestRow.id) == AgendaItemRow.request_id)
        .where(AgendaItemRow.meeting_id == meeting.id)
        .order_by(col(AgendaItemRow.position), col(AgendaItemRow.id))
    )
    if only is not None:
        query = query.where(AgendaItemRow.id == only)
    rows = session.exec(query).all()
    told = _told(session, [item for item, _ in rows])
    if meeting.cluster_code in caller.clusters(*RUN_IT):
        waits = [item.id for item, _ in rows if item.state in _WAIT]
        here = (meeting.id, meeting.cluster_code)
        members.read_ahead(session, [(each, *here) for each in waits], caller.day)
    own = _own(session, caller, meeting, rows, told)
    return tuple(_line(session, own, told, item, request) for item, request in rows)


def item(session: Session, caller: Caller, item_id: UUID) -> ItemView:
    """Read one item: for the panel that hears it, and for whoever has a seat for it."""
    heard = heard_item(session, caller, item_id)
    meeting = session.get_one(MeetingRow, heard.meeting_id)
    (line,) = agenda(session, caller, meeting, only=item_id)
    return ItemView(
        **dict(line),
        meeting_id=meeting.id,
        cluster=meeting.cluster_code,
        starts_at=meeting.starts_at,
        opened_at=meeting.opened_at,
        stage=meeting.stage,
        is_now=now_and_next_in(session, meeting.id).now_id == item_id,
    )


def _line(
    session: Session, own: _Own, told: _Told, item: AgendaItemRow, request: RequestRow
) -> ItemLine:
    runs_it = own.meeting.cluster_code in own.caller.clusters(*RUN_IT)
    waits = runs_it and item.state in _WAIT
    rules = panel_rules(session, request.pins)
    rounds = told.rounds.get(item.id, ())
    last = rounds[-1] if rounds else None
    is_open = last is not None and last.closed_at is None and last.closes_at > own.caller.now
    barred = own.is_barred(item, request, rules)
    return ItemLine(
        id=item.id,
        position=item.position,
        request_id=request.id,
        reference=request.reference,
        kind=RequestKind(request.kind),
        school=request.school_code,
        state=item.state,
        second_look=item.id in own.second_looks,
        deferred_because=_because(item),
        earlier=_earlier(told, item),
        declared=own.declared.get(item.id),
        known=own.known(request),
        barred=barred,
        talk_about=_talk_about(rounds) if runs_it else (),
        ballot_id=last.id if last else None,
        round=last.round if last else None,
        closes_at=last.closes_at if last else None,
        is_open=is_open,
        may_vote=is_open and not barred and own.has_vote(item, rules) and item.id in own.declared,
        have_voted=last is not None and last.id in own.voted,
        who_may_vote=who_may_vote(session, own.caller, item.id, request) if waits else None,
    )


def _told(session: Session, items: Sequence[AgendaItemRow]) -> _Told:
    rounds: dict[UUID, list[BallotRow]] = defaultdict(list)
    for row in session.exec(
        select(BallotRow)
        .where(col(BallotRow.item_id).in_([each.id for each in items]))
        .order_by(col(BallotRow.round))
    ):
        rounds[row.item_id].append(row)
    earlier: dict[UUID, list[tuple[AgendaItemRow, datetime]]] = defaultdict(list)
    for other, starts_at in session.exec(
        select(AgendaItemRow, MeetingRow.starts_at)
        .join(MeetingRow, col(MeetingRow.id) == AgendaItemRow.meeting_id)
        .where(col(AgendaItemRow.request_id).in_([each.request_id for each in items]))
        .order_by(col(MeetingRow.starts_at))
    ):
        earlier[other.request_id].append((other, starts_at))
    return _Told(rounds=rounds, earlier=earlier)


def _own(
    session: Session,
    caller: Caller,
    meeting: MeetingRow,
    rows: Sequence[tuple[AgendaItemRow, RequestRow]],
    told: _Told,
) -> _Own:
    person_id, items = caller.person.id, [item.id for item, _ in rows]
    last = [rounds[-1].id for rounds in told.rounds.values()]
    looks = _second_looks(session, items)
    return _Own(
        caller=caller,
        meeting=meeting,
        ties=ties_of(session, caller),
        case_of=concerns_of_all(session, [request for _, request in rows], caller.day),
        declared=_declared(session, person_id, items),
        voted=_voted(session, person_id, last),
        second_looks=frozenset(looks),
        involved=_involved(session, person_id, looks),
        seats=seats_of(session, person_id, meeting.id),
        away=is_away(session, meeting.id, person_id),
        by_seats_alone=urgent_of(session, meeting.id) is UrgentTo.SUB_PANEL,
    )


def _declared(session: Session, person_id: UUID, items: list[UUID]) -> dict[UUID, Interest]:
    """What the person declared last for each item."""
    found = session.exec(
        select(InterestRow.item_id, InterestRow.interest)
        .where(InterestRow.person_id == person_id, col(InterestRow.item_id).in_(items))
        .order_by(col(InterestRow.revision))
    )
    return {item_id: Interest(interest) for item_id, interest in found}


def _voted(session: Session, person_id: UUID, ballots: list[UUID]) -> frozenset[UUID]:
    """Those of the ballots in which the person has voted; nobody else's vote is looked at."""
    found = session.exec(
        select(VoteRow.ballot_id).where(
            VoteRow.person_id == person_id, col(VoteRow.ballot_id).in_(ballots)
        )
    )
    return frozenset(found)


def _second_looks(session: Session, items: list[UUID]) -> dict[UUID, UUID]:
    """The items at which a challenge is looked at, each with its challenge."""
    found = session.exec(
        select(ReconsiderationItemRow.item_id, ReconsiderationItemRow.reconsideration_id).where(
            col(ReconsiderationItemRow.item_id).in_(items)
        )
    )
    return dict(found.all())


def _involved(session: Session, person_id: UUID, looks: dict[UUID, UUID]) -> frozenset[UUID]:
    found = session.exec(
        select(ReconsiderationInvolvedRow.reconsideration_id).where(
            ReconsiderationInvolvedRow.person_id == person_id,
            col(ReconsiderationInvolvedRow.reconsideration_id).in_(set(looks.values())),
        )
    )
    theirs = set(found)
    return frozenset(item_id for item_id, look_id in looks.items() if look_id in theirs)


def _talk_about(rounds: Sequence[BallotRow]) -> tuple[AreaOfNeed, ...]:
    """In which areas of need the members were far apart in the last round that has closed."""
    closed = [each for each in rounds if each.closed_at is not None]
    result = closed[-1].result if closed else None
    return tuple(AreaOfNeed(area) for area in result["wide_in"]) if result else ()


def _because(item: AgendaItemRow) -> DeferredBecause | None:
    return DeferredBecause(item.deferred_because) if item.deferred_because else None


def _earlier(told: _Told, item: AgendaItemRow) -> tuple[EarlierHearing, ...]:
    """Where the request was on an agenda before it came onto this one."""
    return tuple(
        EarlierHearing(
            meeting_id=row.meeting_id,
            starts_at=starts_at,
            state=row.state,
            deferred_because=_because(row),
        )
        for row, starts_at in told.earlier.get(item.request_id, ())
        if row.id != item.id and row.listed_at < item.listed_at
    )
