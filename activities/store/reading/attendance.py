"""Who comes to a meeting, and the quorum that is to be foreseen from it: for whoever runs it.

It depends on what people said of coming, and on interests; never on a vote.
"""

from uuid import UUID

from sqlmodel import Session, col, select

from activities.clock import day_of
from activities.store import members
from activities.store.policies import document_on
from activities.store.seats import substitutes_in, who_comes
from activities.store.tables import MeetingRow, PersonRow
from domain.attendance import ExpectedSeat, QuorumForeseen, foresee_quorum
from domain.frozen import Frozen
from domain.policy.panel import PanelRules


class MemberComing(Frozen):
    """Somebody who was asked to a meeting, and what they said."""

    person_id: UUID
    called: str
    comes: bool | None
    """Nothing while they have not answered."""
    is_away: bool
    """Whether they are noted as away, whatever they said before."""
    in_stead_of: UUID | None


class MeetingAttendance(Frozen):
    """Who comes, and whether that makes a quorum before any interest is known."""

    people: tuple[MemberComing, ...]
    quorum_foreseen: QuorumForeseen | None
    """Nothing where no panel rules are in force on the meeting's day."""


def attendance(session: Session, meeting: MeetingRow) -> MeetingAttendance:
    """Say who comes to a meeting, of its voting members and their substitutes."""
    day = day_of(meeting.starts_at)
    rules = document_on(session, "panel", PanelRules, day)
    if rules is None:
        return MeetingAttendance(people=(), quorum_foreseen=None)
    voting = members.voting_members(session, meeting.cluster_code, day, rules)
    sits_for = {
        each.person_id: each.in_stead_of
        for each in substitutes_in(session, meeting.id)
        if each.person_id is not None
    }
    known = who_comes(session, meeting.id)
    seats = [
        ExpectedSeat(
            people=frozenset(
                {member, *(person for person, of in sits_for.items() if of == member)}
            ),
            kinds=kinds,
        )
        for member, kinds in voting.items()
    ]
    names = session.exec(
        select(PersonRow.id, PersonRow.called)
        .where(col(PersonRow.id).in_([*voting, *sits_for]))
        .order_by(PersonRow.called, col(PersonRow.id))
    )
    return MeetingAttendance(
        people=tuple(
            MemberComing(
                person_id=person_id,
                called=called,
                comes=known.answers.get(person_id),
                is_away=person_id in known.away,
                in_stead_of=sits_for.get(person_id),
            )
            for person_id, called in names
        ),
        quorum_foreseen=foresee_quorum(seats, known, rules),
    )
