"""Who sits on a panel, and what the record knows of their ties to a case."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from activities.store.days import on_day
from activities.store.reconsiderations import involved_among, involved_at
from activities.store.remembered import of_each
from activities.store.seats import seats_among, seats_at
from activities.store.tables import (
    AgendaItemRow,
    InterestRow,
    MeetingRow,
    RoleHeldRow,
    SchoolInTrustRow,
)
from activities.store.urgent import urgent_among, urgent_of
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
    return _voting(panels_of(session, (cluster,), day)[cluster], rules)


def panels_of(
    session: Session, clusters: Iterable[str], day: date
) -> dict[str, dict[UUID, frozenset[Role]]]:
    """List who has which role on the panel of each of several clusters, by one query."""

    def ask(codes: list[str]) -> dict[str, dict[UUID, frozenset[Role]]]:
        found = _held(session, col(RoleHeldRow.cluster_code).in_(codes), day)
        return {code: _by_person(row for row in found if row[1] == code) for code in codes}

    return of_each(session, ("panels", day), clusters, ask)


def read_ahead(session: Session, items: Sequence[tuple[UUID, UUID, str]], day: date) -> None:
    """Let a session that looks read at once what says who votes on each of several items.

    ``items`` are told by id, meeting and cluster. It costs the same number of queries however many
    items there are; what is asked of each afterwards is known.
    """
    if not items:
        return
    meetings = {meeting_id for _, meeting_id, _ in items}
    urgent_among(session, meetings)
    declared_among(session, [item_id for item_id, _, _ in items])
    involved_among(session, [item_id for item_id, _, _ in items])
    panels = panels_of(session, {cluster for _, _, cluster in items}, day).values()
    seated = {
        seat.person_id
        for seats in seats_among(session, meetings).values()
        for seat in seats
        if seat.person_id is not None
    }
    _roles_of(session, seated, day)
    ties_of(session, seated.union(*panels), day)


def panel_seats(
    session: Session, item_id: UUID, rules: PanelRules, day: date
) -> tuple[PanelSeat, ...]:
    """List the seats that have a vote on an item, whatever interests its people may have."""
    meeting_id = session.get_one(AgendaItemRow, item_id).meeting_id
    cluster = session.get_one(MeetingRow, meeting_id).cluster_code
    called = urgent_of(session, meeting_id) is UrgentTo.SUB_PANEL
    members = {} if called else voting_members(session, cluster, day, rules)
    people = {each: {each} for each in members}
    for seat in seats_at(session, meeting_id, item_id):
        assert seat.person_id is not None
        if seat.in_stead_of is None:
            people.setdefault(seat.person_id, {seat.person_id})
        elif seat.in_stead_of in people:
            people[seat.in_stead_of].add(seat.person_id)
    others = _roles_of(session, people.keys() - members.keys(), day)
    kinds = {**_voting(others, rules), **members}
    return tuple(
        PanelSeat(
            member_id=member_id,
            people=frozenset(people[member_id]),
            kinds=kinds.get(member_id, frozenset()),
        )
        for member_id in sorted(people)
    )


def _voting(held: Mapping[UUID, frozenset[Role]], rules: PanelRules) -> dict[UUID, frozenset[Role]]:
    """Of the roles that people hold, those that vote by the rules; only who has one of them."""
    voting = {each: held[each].intersection(rules.voting_kinds) for each in sorted(held)}
    return {person_id: roles for person_id, roles in voting.items() if roles}


def _roles_of(session: Session, people: Iterable[UUID], day: date) -> dict[UUID, frozenset[Role]]:
    """Read the roles that people hold on a day, wherever they sit."""

    def ask(ids: list[UUID]) -> dict[UUID, frozenset[Role]]:
        found = _by_person(_held(session, col(RoleHeldRow.person_id).in_(ids), day))
        return {each: found.get(each, frozenset()) for each in ids}

    return of_each(session, ("roles", day), people, ask)


def _held(
    session: Session, which: ColumnElement[bool], day: date
) -> list[tuple[UUID, str | None, str]]:
    rows = session.exec(
        select(RoleHeldRow.person_id, RoleHeldRow.cluster_code, RoleHeldRow.role).where(
            which, on_day(RoleHeldRow, day)
        )
    )
    return list(rows)


def _by_person(
    held: Iterable[tuple[UUID, str | None, str]],
) -> dict[UUID, frozenset[Role]]:
    found: dict[UUID, set[Role]] = defaultdict(set)
    for person_id, _, role in held:
        found[person_id].add(Role(role))
    return {person_id: frozenset(roles) for person_id, roles in found.items()}


def ties_of(session: Session, people: Iterable[UUID], day: date) -> dict[UUID, Ties]:
    """Read the schools and trusts that each person works for on a day."""
    return of_each(session, ("ties", day), people, lambda ids: _ties_of(session, ids, day))


def _ties_of(session: Session, wanted: list[UUID], day: date) -> dict[UUID, Ties]:
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
    return declared_among(session, (item_id,))[item_id]


def declared_among(session: Session, item_ids: Iterable[UUID]) -> dict[UUID, dict[UUID, Interest]]:
    """Read the same for several items, by one query."""

    def ask(ids: list[UUID]) -> dict[UUID, dict[UUID, Interest]]:
        rows = session.exec(
            select(InterestRow.item_id, InterestRow.person_id, InterestRow.interest)
            .where(col(InterestRow.item_id).in_(ids))
            .order_by(col(InterestRow.revision))
        )
        found: dict[UUID, dict[UUID, Interest]] = {each: {} for each in ids}
        for item_id, person_id, interest in rows:
            found[item_id][person_id] = Interest(interest)
        return found

    return of_each(session, "declared", item_ids, ask)


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
