"""What waits for who runs a panel before a ballot can be opened: members to call, or to borrow.

It depends on interests, known and declared, and never on a vote.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store import members
from activities.store.reading.caller import (
    RUN_IT,
    Caller,
    called_among,
    concerns_of,
    concerns_of_all,
)
from activities.store.reading.panel import kept_out_of
from activities.store.reading.policies import panel_rules
from activities.store.reconsiderations import involved_at
from activities.store.seats import seats_at
from activities.store.tables import AgendaItemRow, MeetingRow, RequestRow
from activities.store.urgent import rules_at
from domain.frozen import Frozen
from domain.moderation import missing_for_quorum
from domain.policy.urgent import UrgentTo
from domain.stages import Stage
from domain.urgent import waits_for_members

Waiting = tuple[UUID, str, datetime | None]
"""What waits, its reference, and by when."""


class MayBorrow(Frozen):
    """A member of a neighbouring panel whom nothing on record keeps out of an item."""

    person_id: UUID
    called: str
    cluster: str


def urgent_waiting(session: Session, caller: Caller) -> Iterator[Waiting]:
    """List the urgent requests to which members may be called, for who runs the panel.

    Whoever an interest keeps out is not asked to choose who looks.
    """
    rows = session.exec(
        select(RequestRow).where(
            col(RequestRow.cluster_code).in_(caller.clusters(*RUN_IT)),
            RequestRow.stage == Stage.WITH_OFFICER,
        )
    )
    theirs = [
        row
        for row in rows
        if waits_for_members(Stage(row.stage), row.why.get("officer_for", []))
        and panel_rules(session, row.pins).urgent.to is not UrgentTo.OFFICER
    ]
    barred = kept_out_of(session, caller, theirs)
    for row in theirs:
        if row.id not in barred:
            yield row.id, row.reference, row.decide_by_at


def borrowing_waiting(session: Session, caller: Caller) -> Iterator[Waiting]:
    """List the items of coming meetings that could have no quorum, for who runs the panel."""
    rows = session.exec(
        select(AgendaItemRow, MeetingRow, RequestRow)
        .join(MeetingRow, col(MeetingRow.id) == AgendaItemRow.meeting_id)
        .join(RequestRow, col(RequestRow.id) == AgendaItemRow.request_id)
        .where(
            col(MeetingRow.cluster_code).in_(caller.clusters(*RUN_IT)),
            MeetingRow.stage == "called",
            AgendaItemRow.state == "listed",
        )
    ).all()
    heard = [(item.id, meeting.id, meeting.cluster_code) for item, meeting, _ in rows]
    members.read_ahead(session, heard, caller.day)
    concerns_of_all(session, [request for _, _, request in rows], caller.day)
    for item, meeting, request in rows:
        if missing_at(session, caller, item.id, request):
            yield item.id, request.reference, meeting.starts_at


def missing_at(session: Session, caller: Caller, item_id: UUID, request: RequestRow) -> int:
    """Count the members whom an item lacks for a quorum, by every interest known and declared."""
    rules = rules_at(session, item_id, panel_rules(session, request.pins))
    case = concerns_of(session, request, caller.day)
    free = members.free_seats(session, item_id, case, rules, caller.day)
    return missing_for_quorum([seat.kinds for seat in free], rules)


def may_be_borrowed(
    session: Session, caller: Caller, item_id: UUID, request: RequestRow
) -> tuple[MayBorrow, ...]:
    """List whom the panel may borrow for an item: neighbours' members whom nothing keeps out."""
    item = session.get_one(AgendaItemRow, item_id)
    cluster = session.get_one(MeetingRow, item.meeting_id).cluster_code
    rules = panel_rules(session, request.pins)
    here = members.voting_members(session, cluster, caller.day, rules).keys()
    seated = {seat.person_id for seat in seats_at(session, item.meeting_id, item_id)}
    out = {*here, *seated, *involved_at(session, item_id)}
    neighbours = rules.borrows_from(cluster)
    panels = members.panels_of(session, neighbours, caller.day).values()
    # Whatever the item: the same people are asked about for each item that lacks anybody.
    everybody = frozenset().union(*panels)
    members.ties_of(session, everybody, caller.day)
    named = called_among(session, everybody)
    found = {
        person_id: neighbour
        for neighbour in neighbours
        for person_id in members.voting_members(session, neighbour, caller.day, rules)
        if person_id not in out
    }
    free = _free_of_interests(session, caller, item_id, request, found)
    return tuple(
        MayBorrow(person_id=each, called=named[each], cluster=found[each]) for each in free
    )


def _free_of_interests(
    session: Session, caller: Caller, item_id: UUID, request: RequestRow, people: Iterable[UUID]
) -> list[UUID]:
    rules = panel_rules(session, request.pins)
    case = concerns_of(session, request, caller.day)
    barring = members.barring_interests(session, item_id, people, case, rules, caller.day)
    return [each for each, found in barring.items() if not found]
