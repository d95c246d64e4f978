"""What panel members say: their interest in an item, and their vote. Both end here, as rows.

A vote has no event and no log line before its ballot closes (promise 7).
"""

from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from activities.store.events import Happening, write_event
from activities.store.reading.at_hand import (
    BallotAtHand,
    ItemAtHand,
    ballot_at_hand,
    item_at_hand,
)
from activities.store.reading.caller import Caller
from activities.store.reading.panel import check_not_involved
from activities.store.reading.policies import continuum, panel_rules
from activities.store.recording.said import Saying
from activities.store.recording.voting import ON_REQUEST, check_vote, write_vote
from activities.store.seats import seat_of
from activities.store.session import ask
from domain.frozen import Frozen
from domain.interests import bars, check_declaration, check_may_take_part
from domain.moderation import Vote
from domain.people import Interest
from domain.policy.panel import PanelRules
from domain.refusals import BallotClosed, RoleNeeded

_DECLARE = text(
    "INSERT INTO interest (id, item_id, person_id, revision, interest, bars, note, declared_at)"
    " SELECT :id, :item, :person, coalesce(max(revision), 0) + 1, :interest, :bars, :note, :at"
    " FROM interest WHERE item_id = :item AND person_id = :person"
)


class Declared(Frozen):
    """What was declared for an item, and whether it keeps the member out."""

    item_id: UUID
    interest: Interest
    bars: bool


class Cast(Frozen):
    """A vote that was taken: the ballot and which of the member's own revisions it is."""

    ballot_id: UUID
    revision: int


def declare_interest(
    session: Session, saying: Saying, item_id: UUID, interest: Interest, note: str | None
) -> Declared:
    """Declare an interest, or none, in an item; a "none" that the record contradicts is refused."""
    item = item_at_hand(session, saying.caller, item_id)
    check_declaration(interest, item.known)
    barred = bool(bars(interest, item.known, panel_rules(session, item.pins)))
    row = {
        "id": saying.id,
        "item": item_id,
        "person": saying.caller.person.id,
        "interest": interest,
        "bars": barred,
        "note": note,
        "at": saying.caller.now,
    }
    ask(session, _DECLARE, row)
    _say_declared(session, saying, item, item_id, bars=barred)
    return Declared(item_id=item_id, interest=interest, bars=barred)


def cast_vote(session: Session, saying: Saying, ballot_id: UUID, vote: Vote) -> Cast:
    """Take a vote into an open ballot; it may be changed until the close, and the last counts."""
    caller = saying.caller
    ballot = ballot_at_hand(session, caller, ballot_id)
    rules = panel_rules(session, ballot.pins)
    member_id = _voting_for(session, caller, ballot, rules)
    check_may_take_part(ballot.declared, ballot.known, rules)
    check_not_involved(is_involved=ballot.is_involved)
    if ballot.is_closed or ballot.closes_at <= caller.now:
        raise BallotClosed("to vote", "the ballot has closed")
    check_vote(vote, ballot.own_profile, continuum(session, ballot.pins), ballot.kind)
    revision = write_vote(session, saying, ON_REQUEST, (ballot_id, member_id), vote)
    return Cast(ballot_id=ballot_id, revision=revision)


def _voting_for(session: Session, caller: Caller, ballot: BallotAtHand, rules: PanelRules) -> UUID:
    """Say whose seat the person votes for: their own, or that of whom they sit in the stead of.

    Whether the seat has a vote of the other of the two is the database's to say, under its lock.
    """
    votes_by_role = not ballot.by_seats_alone
    if votes_by_role and ballot.cluster in caller.clusters(*rules.voting_kinds):
        return caller.person.id
    seat = seat_of(session, caller.person.id, ballot.meeting_id, ballot.item_id)
    if seat is None:
        raise RoleNeeded("to vote", "members of the cluster's panel vote, or those called of them")
    return seat.in_stead_of or caller.person.id


def _say_declared(
    session: Session, saying: Saying, item: ItemAtHand, item_id: UUID, *, bars: bool
) -> None:
    happening = Happening(
        kind="interest_declared",
        subject="meeting",
        subject_id=item.meeting_id,
        at=saying.caller.now,
        facts={"item_id": str(item_id), "bars": bars},
        cluster=item.cluster,
    )
    write_event(session, happening)
