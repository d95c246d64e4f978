"""The second look: a challenge on a panel's agenda, and what its ballot comes to.

It goes through the same meeting and ballots as a request, beside the request's own way: the
request stays decided, no money is held, and whoever had a part is kept out.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from activities import placing
from activities.desk import Desk
from activities.placing import Basis
from activities.store import meetings, reconsiderations
from activities.store.meetings import Ballot, Item
from activities.store.reconsiderations import Look
from activities.store.refused import undone_if_refused
from domain.moderation import Recommendation, Tally
from domain.reconsideration import ChallengeStage
from domain.refusals import NotAtThisStage, Refusal


def list_look(desk: Desk, look: Look, cluster: str) -> None:
    """List a challenge for a cluster's next meeting that takes papers, or once one is called."""
    meeting = meetings.next_meeting(desk.session, cluster, desk.now, desk.request.id)
    if meeting is not None:
        item = meetings.list_item(desk.session, meeting.id, desk.request.id, desk.now)
        reconsiderations.note_item(desk.session, look.id, item.id)


def list_what_waits(
    session: Session, into: Callable[[UUID], UUID], cluster: str, now: datetime
) -> None:
    """Put the challenges that wait for a cluster's panel onto the meeting that takes each."""
    for look_id, request_id in reconsiderations.waiting_for_agenda(session, cluster):
        item = meetings.list_item(session, into(request_id), request_id, now)
        reconsiderations.note_item(session, look_id, item.id)


def check_may_open(session: Session, look_id: UUID, item: Item) -> None:
    """Refuse a ballot on a challenge that does not wait for one."""
    look = reconsiderations.take_in_hand(session, look_id)
    if item.state != "listed" or look.stage is not ChallengeStage.LISTED:
        raise NotAtThisStage("to open a ballot", f"the item is {item.state.replace('_', ' ')}")


def is_waited_for(session: Session, look_id: UUID) -> bool:
    """Whether a ballot's result is still wanted: the challenge was not taken back meanwhile."""
    return reconsiderations.take_in_hand(session, look_id).stage is ChallengeStage.LISTED


def hear(
    desk: Desk, look_id: UUID, ballot: Ballot, result: Tally, found: Recommendation | None
) -> None:
    """Take the ballot of a second look in: the need is placed anew, and it waits for its answer.

    It is placed by the policy that the request is pinned to (promise 9). What the rules refuse to
    place is left to the officer who answers.
    """
    look = reconsiderations.take_in_hand(desk.session, look_id)
    basis = Basis(
        cause_id=ballot.id,
        profile=result.moderated,
        recommendation=found,
        ballot_id=ballot.id,
        spread={area: spread.model_dump() for area, spread in result.spread.items()},
    )
    try:
        with undone_if_refused(desk.session):
            placing_id = placing.place_again(desk, basis)
    except Refusal:
        placing_id = None
    stage = ChallengeStage.FOR_DECISION
    reconsiderations.move(desk.session, look, desk.request, stage, desk.now, placing_id=placing_id)
