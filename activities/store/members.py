"""Who sits on a panel, and what the record knows of their ties to a case."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.days import on_day
from activities.store.tables import InterestRow, RoleHeldRow, SchoolInTrustRow
from domain.interests import Concerns, Ties, bars, known_interests
from domain.people import VOTING, Interest
from domain.policy.panel import PanelRules


def voting_members(session: Session, cluster: str, day: date) -> tuple[UUID, ...]:
    """List the people who vote on a cluster's panel on a day: its members and its chair."""
    found = session.exec(
        select(RoleHeldRow.person_id)
        .where(
            RoleHeldRow.cluster_code == cluster,
            col(RoleHeldRow.role).in_(VOTING),
            on_day(RoleHeldRow, day),
        )
        .distinct()
    )
    return tuple(sorted(found))


def ties_of(session: Session, people: Iterable[UUID], day: date) -> dict[UUID, Ties]:
    """Read the schools and trusts that each person works for on a day."""
    wanted = tuple(people)
    schools: dict[UUID, set[str]] = defaultdict(set)
    trusts: dict[UUID, set[str]] = defaultdict(set)
    held = session.exec(
        select(RoleHeldRow.person_id, RoleHeldRow.school_code, SchoolInTrustRow.trust_code)
        .join(
            SchoolInTrustRow,
            (col(SchoolInTrustRow.school_code) == col(RoleHeldRow.school_code))
            & on_day(SchoolInTrustRow, day),
            isouter=True,
        )
        .where(
            col(RoleHeldRow.person_id).in_(wanted),
            col(RoleHeldRow.school_code).is_not(None),
            on_day(RoleHeldRow, day),
        )
    )
    for person_id, school, trust in held:
        schools[person_id].add(str(school))
        trusts[person_id] |= {trust} if trust else set()
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


def free_to_vote(
    session: Session, item_id: UUID, cluster: str, case: Concerns, rules: PanelRules, day: date
) -> tuple[UUID, ...]:
    """List a panel's voting members whom no interest bars from the item."""
    members = voting_members(session, cluster, day)
    ties = ties_of(session, members, day)
    declared = declared_interests(session, item_id)
    return tuple(
        person_id
        for person_id in members
        if not bars(declared.get(person_id), known_interests(ties[person_id], case), rules)
    )
