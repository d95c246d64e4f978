"""Urgent requests between meetings: the ballot opens as soon as members are called.

The meeting is a ballot and nothing else; without a quorum the request is the officer's again.
"""

from datetime import datetime
from uuid import UUID, uuid5

from sqlmodel import Session

from activities.desk import Desk, sit_down
from activities.store import casework, meetings, urgent
from activities.store.casework import Move
from activities.store.seats import Seat, add_seat
from domain.moderation import ballot_closes_at
from domain.policy.delegation import ToOfficer
from domain.refusals import NotAtThisStage
from domain.stages import ActKind, Stage
from domain.urgent import TO_CALL, CallingUrgent, between_meetings, waits_for_members

_SEATS = UUID("5a0f5a59-7f0e-5d0c-9a53-0d8f4b9d6c21")


def begin(session: Session, meeting_id: UUID, now: datetime) -> None:
    """Open the ballots to which members were just called; what has gone on since is left out.

    Where nothing is left the act is refused, and the meeting is over.
    """
    act = casework.undelivered(session, meeting_id, ActKind.CALL_URGENT)
    if act is None:
        return
    said = CallingUrgent.model_validate(act.choices, strict=False)
    assert act.person_id is not None, "members are called by somebody"
    opened = [
        _open(session, (meeting_id, request_id), said, act.person_id, now)
        for request_id in sorted(said.request_ids)
    ]
    gone = NotAtThisStage(TO_CALL, "the requests have gone on since")
    casework.settle(session, act, None, now, None if any(opened) else gone)
    urgent.end_when_done(session, meeting_id, now)


def _open(
    session: Session, at: tuple[UUID, UUID], said: CallingUrgent, called_by: UUID, now: datetime
) -> bool:
    meeting_id, request_id = at
    desk = sit_down(session, request_id, now)
    if not waits_for_members(desk.request.stage, desk.request.why.get("officer_for", [])):
        return False
    item = meetings.list_item(session, meeting_id, request_id, now)
    for person_id in said.members:
        seat = Seat(
            id=uuid5(_SEATS, f"{item.id}/{person_id}"),
            meeting_id=meeting_id,
            item_id=item.id,
            person_id=person_id,
            in_stead_of=None,
        )
        add_seat(session, seat, called_by, now)
    closes_at = ballot_closes_at(now, between_meetings(desk.policies.panel))
    meetings.open_ballot(session, item, closes_at, now)
    meetings.set_item(session, item.id, "in_ballot")
    desk.move(Move(stage=Stage.IN_BALLOT, waits_for="panel"))
    return True


def to_officer(desk: Desk) -> Move:
    """Give an urgent request without a quorum back to the officer: there is no time for another."""
    return Move(
        stage=Stage.WITH_OFFICER,
        waits_for=desk.policies.authority.desk[ToOfficer.URGENT],
        why=desk.request.why | {"members_called_without_quorum": True},
    )
