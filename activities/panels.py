"""The activities of a panel meeting: take it up, open and close ballots, defer, close.

The meeting owns its ballots; what a ballot means for a request is the request's own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity

from activities import looking, unheard, urgent
from activities.clock import Clock
from activities.desk import Desk, sit_down
from activities.names import (
    CARRY_OUT_IN_MEETING,
    CLOSE_DUE_BALLOTS,
    TAKE_UP_MEETING,
    BallotToHear,
    Deed,
    MeetingStanding,
    OfMeeting,
)
from activities.settling import settled
from activities.store import (
    calibration,
    casework,
    filling,
    meetings,
    members,
    minutes,
    reconsiderations,
    rooms,
)
from activities.store import urgent as at_urgent
from activities.store.casework import Move, Recorded
from activities.store.events import Happening, write_event
from activities.store.meetings import Ballot, Item, Meeting
from activities.store.session import transaction
from domain.acts import ActOutcome, ClosingBallot, Deferring, OpeningBallot
from domain.agenda import DeferredBecause
from domain.meeting_time import why_not_called_off
from domain.moderation import AfterBallot, Tally, advised, ballot_closes_at, tally
from domain.people import Part
from domain.refusals import NotAtThisStage, NotValid, TooLate
from domain.stages import ActKind, Stage


@dataclass(frozen=True)
class Room:
    """A meeting in hand: the transaction, the instant and the meeting, under its lock."""

    session: Session
    now: datetime
    meeting: Meeting


class Panels:
    """What happens in a panel's meeting, on one database and by one clock."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def _told(self, room: Room, outcome: ActOutcome | None = None) -> MeetingStanding:
        told = {"by_moved_clock": self._clock.is_moved}
        return _standing(room, outcome).model_copy(update=told)

    @activity.defn(name=TAKE_UP_MEETING.name)
    def take_up(self, of: OfMeeting) -> MeetingStanding:
        """Read where a meeting stands; one just called takes what was waiting for it."""
        with transaction(self._engine) as session:
            room = _enter(session, of.meeting_id, self._clock.now())
            urgent.begin(session, of.meeting_id, room.now)
            called = casework.undelivered(session, of.meeting_id, ActKind.CALL_MEETING)
            if called is not None:
                _list_what_waits(room)
                _calibrate_next(room)
                casework.settle(session, called, None, room.now)
            return self._told(room)

    @activity.defn(name=CARRY_OUT_IN_MEETING.name)
    def carry_out(self, deed: Deed) -> MeetingStanding:
        """Carry out a chair's recorded act, or refuse it; its outcome is stored with it."""
        with transaction(self._engine) as session:
            room = _enter(session, deed.subject_id, self._clock.now())
            act = casework.recorded_act(session, deed.act.id)
            return self._told(room, act.outcome or _carried_out(room, act))

    @activity.defn(name=CLOSE_DUE_BALLOTS.name)
    def close_due(self, of: OfMeeting) -> MeetingStanding:
        """Close every ballot whose time has come."""
        with transaction(self._engine) as session:
            room = _enter(session, of.meeting_id, self._clock.now())
            for ballot in meetings.open_ballots(session, of.meeting_id):
                if ballot.closes_at <= room.now:
                    _close(room, ballot.id, ballot.request_id)
            at_urgent.end_when_done(session, of.meeting_id, room.now)
            return self._told(room)


def _enter(session: Session, meeting_id: UUID, now: datetime) -> Room:
    return Room(session=session, now=now, meeting=meetings.meeting(session, meeting_id))


def _standing(room: Room, outcome: ActOutcome | None = None) -> MeetingStanding:
    room.session.flush()
    now = meetings.ballots_of(room.session, room.meeting.id)
    return MeetingStanding(
        meeting_id=room.meeting.id,
        now_at=room.now,
        closed=now.closed,
        ballots_open=now.ballots_open,
        next_close_at=now.next_close_at,
        unheard=tuple(BallotToHear(request_id=r, ballot_id=b) for r, b in now.unheard),
        outcome=outcome,
    )


def _carried_out(room: Room, act: Recorded) -> ActOutcome:
    def effect() -> None:
        # Ballots that were open when the meeting ended run on, and may be closed early still.
        if room.meeting.closed and act.kind is not ActKind.CLOSE_BALLOT:
            raise TooLate(f"to {act.kind.replace('_', ' ')}", "the meeting has been closed")
        _EFFECTS[act.kind](room, act)

    return settled(room.session, act, room.now, effect)


def _list_what_waits(room: Room) -> None:
    """Put the cluster's requests that are on no agenda onto this one, or one called before it."""

    def into(request_id: UUID) -> UUID:
        return filling.meeting_to_take(room.session, room.meeting, request_id, room.now)

    for request_id in meetings.waiting_for_agenda(room.session, room.meeting.cluster):
        meetings.list_item(room.session, into(request_id), request_id, room.now)
    looking.list_what_waits(room.session, into, room.meeting.cluster, room.now)


def _calibrate_next(room: Room) -> None:
    """Put calibration cases to the cluster's next meeting alone: of a year's, to one by one."""
    calibration.put_to_panels(room.session, room.now, room.meeting.cluster)


def _open_meeting(room: Room, act: Recorded) -> None:
    if room.meeting.opened:
        raise TooLate("to open the meeting", "it has been opened already")
    assert act.person_id is not None, "a meeting is opened by somebody"
    meetings.open_meeting(room.session, room.meeting.id, act.person_id, room.now)


def _open(room: Room, act: Recorded) -> None:
    said = OpeningBallot.model_validate(act.choices, strict=False)
    desk = sit_down(room.session, _item_here(room, said.item_id).request_id, room.now)
    item = meetings.item(room.session, said.item_id)
    look_id = reconsiderations.at_item(room.session, item.id)
    if look_id is not None:
        looking.check_may_open(room.session, look_id, item)
    elif item.state != "listed" or desk.request.stage is not Stage.LISTED:
        raise NotAtThisStage("to open a ballot", f"the item is {item.state.replace('_', ' ')}")
    rules = desk.policies.panel
    rooms.check_may_open_ballot(room.session, item.id, rules, is_opened=room.meeting.opened)
    closes_at = said.closes_at or ballot_closes_at(room.now, rules)
    if closes_at <= room.now:
        raise NotValid("to open a ballot", "it would close before it opens")
    ballot = meetings.open_ballot(room.session, item, closes_at, room.now)
    if ballot.round > rules.rounds:
        raise NotAtThisStage(
            "to open a further round", f"the panel's rules have {rules.rounds} rounds"
        )
    meetings.set_item(room.session, item.id, "in_ballot")
    if look_id is None:
        desk.move(Move(stage=Stage.IN_BALLOT, waits_for="panel"))


def _close_early(room: Room, act: Recorded) -> None:
    """Close a ballot at the instant the chair said; the clock may have counted it already."""
    said = ClosingBallot.model_validate(act.choices, strict=False)
    ballot = meetings.ballot_here(room.session, room.meeting.id, said.ballot_id)
    if ballot is None:
        raise NotValid("to close the ballot", "it is not one of this meeting's")
    if ballot.closed_at is None:
        _close(room, ballot.id, ballot.request_id)
        at_urgent.end_when_done(room.session, room.meeting.id, room.now)
    elif ballot.closes_at != act.recorded_at:
        raise TooLate("to close the ballot", "it has closed already")


def _defer(room: Room, act: Recorded) -> None:
    said = Deferring.model_validate(act.choices, strict=False)
    sit_down(room.session, _item_here(room, said.item_id).request_id, room.now)
    item = meetings.item(room.session, said.item_id)
    if item.state != "listed":
        raise NotAtThisStage("to defer the item", f"it is {item.state.replace('_', ' ')}")
    meetings.set_item(room.session, item.id, "deferred", said.because)
    _list_elsewhere(room, item)


def _close_meeting(room: Room, _act: Recorded) -> None:
    """End a meeting: what was not heard goes to the next one, open ballots run to their time."""
    meetings.close_meeting(room.session, room.meeting.id, room.now)
    calibration.close_ballots(room.session, room.meeting.id, room.now)
    for item in _put_off(room, DeferredBecause.NOT_REACHED):
        desk = sit_down(room.session, item.request_id, room.now)
        if not unheard.moves_to_named_panel(desk, item.id):
            _list_elsewhere(room, item)
    minutes.keep(room.session, room.meeting.id, room.now)
    _calibrate_next(room)


def _call_off(room: Room, _act: Recorded) -> None:
    """A meeting is not held: what it would have heard goes to the next one, and it is made known.

    A request that this meeting could not have heard is not counted as unheard: nobody met.
    """
    _check_may_be_called_off(room)
    meetings.close_meeting(room.session, room.meeting.id, room.now, is_called_off=True)
    calibration.close_ballots(room.session, room.meeting.id, room.now)
    for item in _put_off(room, DeferredBecause.CALLED_OFF):
        _list_elsewhere(room, item)
    write_event(
        room.session,
        Happening(
            kind="meeting_called_off",
            subject="meeting",
            subject_id=room.meeting.id,
            at=room.now,
            facts={"to": "called_off"},
            cluster=room.meeting.cluster,
        ),
    )
    _calibrate_next(room)


def _check_may_be_called_off(room: Room) -> None:
    why_not = why_not_called_off(
        is_opened=room.meeting.opened,
        has_ballot=meetings.has_ballot(room.session, room.meeting.id),
        has_room=True,
    )
    if why_not:
        raise TooLate("to call the meeting off", why_not)


def _put_off(room: Room, because: DeferredBecause) -> Iterator[Item]:
    """Put off every item that still waits, each with its request in hand."""
    for listed in meetings.items_in(room.session, room.meeting.id, "listed"):
        sit_down(room.session, listed.request_id, room.now)
        item = meetings.item(room.session, listed.id)
        if item.state == "listed":
            meetings.set_item(room.session, item.id, "deferred", because)
            yield item


def _list_elsewhere(room: Room, item: Item) -> None:
    following = meetings.next_meeting(room.session, room.meeting.cluster, room.now, item.request_id)
    if following is not None:
        listed = meetings.list_item(room.session, following.id, item.request_id, room.now)
        look_id = reconsiderations.at_item(room.session, item.id)
        if look_id is not None:
            reconsiderations.note_item(room.session, look_id, listed.id)


def _item_here(room: Room, item_id: UUID) -> Item:
    item = meetings.item(room.session, item_id)
    if item.meeting_id != room.meeting.id:
        raise NotValid("to act on an item", "it is not on this meeting's agenda")
    return item


def _close(room: Room, ballot_id: UUID, request_id: UUID) -> None:
    """Count a ballot and write its result: everybody who voted has moderated the case.

    The request's row is locked before the ballot's, as everywhere.
    """
    desk = sit_down(room.session, request_id, room.now)
    ballot = meetings.ballot(room.session, ballot_id)
    if ballot.closed_at is not None:
        return
    look_id = reconsiderations.at_item(room.session, ballot.item_id)
    if not _is_waited_for(desk, look_id):
        meetings.close_ballot(room.session, ballot.id, None, room.now)
        meetings.mark_heard(room.session, ballot.id, room.now)
        return
    result = _counted(room, desk, ballot)
    meetings.close_ballot(room.session, ballot.id, result, room.now)
    _tell(room, desk, ballot)
    rules = at_urgent.rules_at(room.session, ballot.item_id, desk.policies.panel)
    follows = advised(result, rules, ballot.round)
    if look_id is not None:
        meetings.mark_heard(room.session, ballot.id, room.now)
    if follows.then is AfterBallot.FURTHER_ROUND:
        _list_for_another_round(room, desk, ballot)
        return
    state = "no_quorum" if follows.then is AfterBallot.LIST_AGAIN else "heard"
    meetings.set_item(room.session, ballot.item_id, state)
    if look_id is not None and state == "heard":
        looking.hear(desk, look_id, ballot, result, follows.recommendation)
    elif look_id is not None:
        _list_elsewhere(room, meetings.item(room.session, ballot.item_id))


def _is_waited_for(desk: Desk, look_id: UUID | None) -> bool:
    """Whether anybody still waits for a ballot: what it is about may be taken back meanwhile."""
    if look_id is not None:
        return looking.is_waited_for(desk.session, look_id)
    return desk.request.stage is Stage.IN_BALLOT


def _list_for_another_round(room: Room, desk: Desk, ballot: Ballot) -> None:
    """Put an item back for a further round: here, or in the next meeting when this one is over."""
    meetings.mark_heard(room.session, ballot.id, room.now)
    if reconsiderations.at_item(room.session, ballot.item_id) is None:
        desk.move(Move(stage=Stage.LISTED, waits_for="panel"))
    if not room.meeting.closed:
        meetings.set_item(room.session, ballot.item_id, "listed")
        return
    meetings.set_item(room.session, ballot.item_id, "deferred")
    _list_elsewhere(room, meetings.item(room.session, ballot.item_id))


def _counted(room: Room, desk: Desk, ballot: Ballot) -> Tally:
    rules = at_urgent.rules_at(room.session, ballot.item_id, desk.policies.panel)
    case = casework.concerns(room.session, desk.request, desk.day)
    seats = members.free_seats(room.session, ballot.item_id, case, rules, desk.day)
    kinds = {person_id: seat.kinds for seat in seats for person_id in seat.people}
    votes = [vote for vote in meetings.votes_in(room.session, ballot.id) if vote.person_id in kinds]
    voters = (vote.person_id for vote in votes)
    casework.play_part(room.session, desk.request.id, Part.MODERATED, *voters)
    return tally(votes, len(seats), rules, desk.request.kind, kinds)


def _tell(room: Room, desk: Desk, ballot: Ballot) -> None:
    """Write the event that a ballot has closed: that it has, and nothing of what it came to."""
    happening = Happening(
        kind="ballot_closed",
        subject="request",
        subject_id=desk.request.id,
        at=room.now,
        facts={"reference": desk.request.reference, "round": ballot.round},
        cluster=room.meeting.cluster,
        school=desk.request.school,
    )
    write_event(room.session, happening)


_EFFECTS: dict[ActKind, Callable[[Room, Recorded], None]] = {
    ActKind.OPEN_MEETING: _open_meeting,
    ActKind.OPEN_BALLOT: _open,
    ActKind.CLOSE_BALLOT: _close_early,
    ActKind.DEFER: _defer,
    ActKind.CLOSE_MEETING: _close_meeting,
    ActKind.CALL_OFF_MEETING: _call_off,
}
