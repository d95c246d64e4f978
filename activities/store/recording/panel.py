"""What panel members say: their interest in an item, and their vote. Both end here, as rows.

A vote has no event and no log line before its ballot closes (promise 7).
"""

from uuid import UUID

from sqlmodel import Session, col, func, select

from activities.store.events import Happening, write_event
from activities.store.reading.caller import PANEL, Caller
from activities.store.reading.panel import (
    Heard,
    continuum_levels,
    declared_by,
    heard_item,
    known_of,
    own_profile,
    unknown_descriptors,
)
from activities.store.reading.policies import panel_rules
from activities.store.recording.faults import VoteFaulty
from activities.store.recording.said import Saying
from activities.store.tables import (
    AgendaItemRow,
    BallotRow,
    InterestRow,
    MeetingRow,
    RequestRow,
    VoteRow,
)
from domain.frozen import Frozen
from domain.interests import bars, check_declaration, check_may_take_part
from domain.moderation import Vote, faults_of_vote
from domain.people import Interest, Role
from domain.refusals import BallotClosed, RoleNeeded, Unknown
from domain.request import RequestKind


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
    heard = heard_item(session, saying.caller, item_id)
    known = known_of(session, saying.caller, heard.request)
    check_declaration(interest, known)
    rules = panel_rules(session, heard.request.pins)
    row = InterestRow(
        id=saying.id,
        item_id=item_id,
        person_id=saying.caller.person.id,
        revision=_next_declaration(session, item_id, saying),
        interest=interest,
        bars=bool(bars(interest, known, rules)),
        note=note,
        declared_at=saying.caller.now,
    )
    session.add(row)
    _say_declared(session, saying, heard, row)
    return Declared(item_id=item_id, interest=interest, bars=row.bars)


def cast_vote(session: Session, saying: Saying, ballot_id: UUID, vote: Vote) -> Cast:
    """Take a vote into an open ballot; it may be changed until the close, and the last counts."""
    caller = saying.caller
    ballot, heard = _locked_ballot(session, caller, ballot_id)
    if heard.cluster not in caller.clusters(Role.PANEL_MEMBER):
        raise RoleNeeded("to vote", "members of the cluster's panel vote")
    declared = declared_by(session, caller, ballot.item_id)
    rules = panel_rules(session, heard.request.pins)
    check_may_take_part(declared, known_of(session, caller, heard.request), rules)
    if ballot.closed_at is not None or ballot.closes_at <= caller.now:
        raise BallotClosed("to vote", "the ballot has closed")
    levels = continuum_levels(session, heard.request)
    own = own_profile(session, heard.request)
    faults = faults_of_vote(vote, own, levels, RequestKind(heard.request.kind))
    faults += unknown_descriptors(session, heard.request, vote.descriptors)
    if faults:
        raise VoteFaulty(faults)
    return _written(session, saying, ballot_id, vote)


def _locked_ballot(session: Session, caller: Caller, ballot_id: UUID) -> tuple[BallotRow, Heard]:
    """Read a ballot of the person's own cluster, so that it cannot close meanwhile."""
    found = session.exec(
        select(BallotRow, AgendaItemRow, MeetingRow, RequestRow)
        .join(AgendaItemRow, col(AgendaItemRow.id) == BallotRow.item_id)
        .join(MeetingRow, col(MeetingRow.id) == AgendaItemRow.meeting_id)
        .join(RequestRow, col(RequestRow.id) == BallotRow.request_id)
        .where(BallotRow.id == ballot_id)
        .with_for_update(read=True, of=BallotRow)
    ).first()
    if found is None or found[2].cluster_code not in caller.clusters(*PANEL):
        raise Unknown("this ballot", "there is none of that id that you may see")
    return found[0], Heard(found[1], found[2], found[3])


def _written(session: Session, saying: Saying, ballot_id: UUID, vote: Vote) -> Cast:
    last = session.exec(
        select(func.max(VoteRow.revision)).where(
            VoteRow.ballot_id == ballot_id, VoteRow.person_id == vote.person_id
        )
    ).one()
    revision = (last or 0) + 1
    session.add(
        VoteRow(
            id=saying.id,
            ballot_id=ballot_id,
            person_id=vote.person_id,
            revision=revision,
            abstained=vote.abstained,
            levels={area.value: level for area, level in vote.levels.items()},
            descriptors=list(vote.descriptors),
            recommendation=vote.recommendation,
            reason=vote.reason,
            recorded_at=saying.caller.now,
        )
    )
    return Cast(ballot_id=ballot_id, revision=revision)


def _next_declaration(session: Session, item_id: UUID, saying: Saying) -> int:
    last = session.exec(
        select(func.max(col(InterestRow.revision))).where(
            InterestRow.item_id == item_id, InterestRow.person_id == saying.caller.person.id
        )
    ).one()
    return (last or 0) + 1


def _say_declared(session: Session, saying: Saying, heard: Heard, row: InterestRow) -> None:
    happening = Happening(
        kind="interest_declared",
        subject="meeting",
        subject_id=heard.meeting_id,
        at=saying.caller.now,
        facts={"item_id": str(row.item_id), "bars": row.bars},
        cluster=heard.cluster,
    )
    write_event(session, happening)
