"""Who sits on a panel, and what the record knows of their ties to a case."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, or_, select

from activities.store.days import on_day
from activities.store.reconsiderations import involved_at
from activities.store.seats import seats_at
from activities.store.tables import (
    AgendaItemRow,
    InterestRow,
    MeetingRow,
    RoleHeldRow,
    SchoolInTrustRow,
)
from activities.store.urgent import urgent_of
from domain.frozen import Frozen
from domain.interests import Concerns, Ties, bars, known_interests
from domain.people import Interest, Role
from domain.policy.panel import PanelRules
from domain.policy.urgent import UrgentTo


class PanelSeat(Frozen):
    """A seat of a panel with one vote: a member's, with whoever may cast it in the member's stead.

    Somebody who came for the item alone has a seat of their own; in a sub-panel everybody has.
    """

    member_id: UUID
    people: frozenset[UUID]
    kinds: frozenset[Role]
    """The voting roles of the member: for which kinds the seat counts in a quorum."""


def voting_members(
    session: Session, cluster: str, day: date, rules: PanelRules
) -> dict[UUID, frozenset[Role]]:
    """List the people who vote on a cluster's panel on a day by its rules, and as what."""
    return _voting(session, day, rules, cluster=cluster)


def panel_seats(
    session: Session, item_id: UUID, rules: PanelRules, day: date
) -> tuple[PanelSeat, ...]:
    """List the seats that have a vote on an item, whatever interests its people may have."""
    meeting_id, cluster = session.exec(
        select(MeetingRow.id, MeetingRow.cluster_code)
        .join(AgendaItemRow, col(AgendaItemRow.meeting_id) == MeetingRow.id)
        .where(AgendaItemRow.id == item_id)
    ).one()
    called = urgent_of(session, meeting_id) is UrgentTo.SUB_PANEL
    members = {} if called else voting_members(session, cluster, day, rules)
    people = {each: {each} for each in members}
    for seat in seats_at(session, meeting_id, item_id):
        assert seat.person_id is not None
        if seat.in_stead_of is None:
            people.setdefault(seat.person_id, {seat.person_id})
        elif seat.in_stead_of in people:
            people[seat.in_stead_of].add(seat.person_id)
    others = people.keys() - members.keys()
    kinds = {**(_voting(session, day, rules, people=others) if others else {}), **members}
    return tuple(
        PanelSeat(
            member_id=member_id,
            people=frozenset(people[member_id]),
            kinds=kinds.get(member_id, frozenset()),
        )
        for member_id in sorted(people)
    )


def _voting(
    session: Session,
    day: date,
    rules: PanelRules,
    *,
    cluster: str | None = None,
    people: Iterable[UUID] = (),
) -> dict[UUID, frozenset[Role]]:
    """Read voting roles of a day: those of a cluster's panel, or of people wherever they sit."""
    of = (
        col(RoleHeldRow.person_id).in_(list(people))
        if cluster is None
        else RoleHeldRow.cluster_code == cluster
    )
    rows = session.exec(
        select(RoleHeldRow.person_id, RoleHeldRow.role).where(
            of, col(RoleHeldRow.role).in_(rules.voting_kinds), on_day(RoleHeldRow, day)
        )
    )
    found: dict[UUID, set[Role]] = defaultdict(set)
    for person_id, role in rows:
        found[person_id].add(Role(role))
    return {person_id: frozenset(found[person_id]) for person_id in sorted(found)}


def ties_of(session: Session, people: Iterable[UUID], day: date) -> dict[UUID, Ties]:
    """Read the schools and trusts that each person works for on a day."""
    wanted = tuple(people)
    schools: dict[UUID, set[str]] = defaultdict(set)
    trusts: dict[UUID, set[str]] = defaultdict(set)
    held = session.exec(
        select(
            RoleHeldRow.person_id,
            RoleHeldRow.school_code,
            RoleHeldRow.trust_code,
            SchoolInTrustRow.trust_code,
        )
        .join(
            SchoolInTrustRow,
            (col(SchoolInTrustRow.school_code) == col(RoleHeldRow.school_code))
            & on_day(SchoolInTrustRow, day),
            isouter=True,
        )
        .where(
            col(RoleHeldRow.person_id).in_(wanted),
            or_(
                col(RoleHeldRow.school_code).is_not(None), col(RoleHeldRow.trust_code).is_not(None)
            ),
            on_day(RoleHeldRow, day),
        )
    )
    for person_id, school, *works_for in held:
        schools[person_id] |= {school} if school else set()
        trusts[person_id] |= {each for each in works_for if each}
    return {
        person_id: Ties(
            person_id=person_id,
            schools=frozenset(schools[person_id]),
            trusts=frozenset(trusts[person_id]),
        )
        for person_id in wanted
    }


def declared_interests(session: Session, item_id: UUID) -> dict[UUID, Interest]:
    """Read what each member last declared for an item."""
    found = session.exec(
        select(InterestRow.person_id, InterestRow.interest)
        .where(InterestRow.item_id == item_id)
        .order_by(col(InterestRow.revision))
    )
    return {person_id: Interest(interest) for person_id, interest in found}


def barring_interests(
    session: Session,
    item_id: UUID,
    people: Iterable[UUID],
    case: Concerns,
    rules: PanelRules,
    day: date,
) -> Mapping[UUID, tuple[Interest, ...]]:
    """Say of each person which interests, known or declared, bar them from the item; maybe none."""
    wanted = tuple(people)
    ties = ties_of(session, wanted, day)
    declared = declared_interests(session, item_id)
    return {
        each: bars(declared.get(each), known_interests(ties[each], case), rules) for each in wanted
    }


def known_to_bar(
    session: Session, people: Iterable[UUID], case: Concerns, rules: PanelRules, day: date
) -> Mapping[UUID, tuple[Interest, ...]]:
    """Say the same from the record alone, where there is no item yet to declare anything on."""
    wanted = tuple(people)
    ties = ties_of(session, wanted, day)
    return {each: bars(None, known_interests(ties[each], case), rules) for each in wanted}


def free_seats(
    session: Session, item_id: UUID, case: Concerns, rules: PanelRules, day: date
) -> tuple[PanelSeat, ...]:
    """List the seats that may vote on an item, each with those of its people whom nothing bars.

    At a second look nobody counts who had a part in what is challenged.
    """
    seats = panel_seats(session, item_id, rules, day)
    everybody = frozenset().union(*(seat.people for seat in seats))
    barring = barring_interests(session, item_id, everybody, case, rules, day)
    involved = involved_at(session, item_id)
    free = frozenset(each for each, found in barring.items() if not found) - involved
    return tuple(
        seat.model_copy(update={"people": seat.people & free})
        for seat in seats
        if seat.people & free
    )
