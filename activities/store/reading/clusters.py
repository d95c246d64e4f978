"""A cluster as it is today: its schools with what they are good at, and who sits on its panel."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from activities.store.days import on_day
from activities.store.reading.caller import OFFICERS, PANEL, Caller
from activities.store.reading.seeing import AT_SCHOOL
from activities.store.tables import (
    ClusterRow,
    PersonRow,
    RoleHeldRow,
    SchoolExpertiseRow,
    SchoolFactsRow,
    SchoolInClusterRow,
    SchoolInTrustRow,
)
from domain.frozen import Frozen
from domain.people import ON_PANEL, Role
from domain.places import Phase, Setting
from domain.refusals import Unknown

_EVERYWHERE = (*OFFICERS, Role.LEADER, Role.POLICY_OFFICER)


class ClusterLine(Frozen):
    """A cluster."""

    code: str
    name: str


class SchoolHere(Frozen):
    """A school of the cluster on the day."""

    code: str
    name: str
    phase: Phase
    setting: Setting
    trust: str | None
    expertise: tuple[str, ...]
    """The needs for which it has provision, and what else it offers to others."""


class OnPanel(Frozen):
    """Somebody of the panel, or a school's who may sit in a member's stead."""

    person_id: UUID
    called: str
    roles: tuple[Role, ...]
    school: str | None


class ClusterView(ClusterLine):
    """A cluster with its schools and, for its panel and officers, its people."""

    schools: tuple[SchoolHere, ...]
    panel: tuple[OnPanel, ...]
    """Everybody with a role on its panel; for whoever has one, and for officers."""
    may_stand_in: tuple[OnPanel, ...]
    """SENCOs and heads of its schools who have no seat of their own."""


def clusters(session: Session, caller: Caller) -> tuple[ClusterLine, ...]:
    """List the clusters that the person belongs to; officers and leaders see all."""
    query = select(ClusterRow).order_by(ClusterRow.code)
    if not caller.holds(*_EVERYWHERE):
        query = query.where(col(ClusterRow.code).in_(clusters_of(session, caller)))
    return tuple(ClusterLine(code=row.code, name=row.name) for row in session.exec(query))


def cluster(session: Session, caller: Caller, code: str) -> ClusterView:
    """Read a cluster as it is today: for the people of its schools and panel, and officers."""
    row = session.get(ClusterRow, code)
    if row is None or not (caller.holds(*_EVERYWHERE) or code in clusters_of(session, caller)):
        raise Unknown("this cluster", "there is none of that code that you may see")
    schools = _schools(session, code, caller.day)
    names = caller.holds(*OFFICERS) or code in caller.clusters(*PANEL)
    panel = _people(session, code, caller.day) if names else ()
    seated = {each.person_id for each in panel}
    there = _people_of(session, [each.code for each in schools], caller.day) if names else ()
    return ClusterView(
        code=code,
        name=row.name,
        schools=schools,
        panel=panel,
        may_stand_in=tuple(each for each in there if each.person_id not in seated),
    )


def clusters_of(session: Session, caller: Caller) -> frozenset[str]:
    """The clusters of the person's schools and panels today."""
    of_schools = session.exec(
        select(SchoolInClusterRow.cluster_code).where(
            col(SchoolInClusterRow.school_code).in_(caller.schools(*AT_SCHOOL)),
            on_day(SchoolInClusterRow, caller.day),
        )
    )
    return caller.clusters(*PANEL) | frozenset(of_schools)


def _schools(session: Session, cluster: str, day: date) -> tuple[SchoolHere, ...]:
    rows = session.exec(
        select(SchoolFactsRow, SchoolInTrustRow.trust_code)
        .join(
            SchoolInClusterRow,
            col(SchoolInClusterRow.school_code) == col(SchoolFactsRow.school_code),
        )
        .join(
            SchoolInTrustRow,
            (col(SchoolInTrustRow.school_code) == col(SchoolFactsRow.school_code))
            & on_day(SchoolInTrustRow, day),
            isouter=True,
        )
        .where(
            SchoolInClusterRow.cluster_code == cluster,
            on_day(SchoolInClusterRow, day),
            on_day(SchoolFactsRow, day),
        )
        .order_by(SchoolFactsRow.school_code)
    ).all()
    good_at = _expertise(session, [row.school_code for row, _ in rows], day)
    return tuple(
        SchoolHere(
            code=row.school_code,
            name=row.name,
            phase=Phase(row.phase),
            setting=Setting(row.setting),
            trust=trust,
            expertise=tuple(sorted(good_at[row.school_code])),
        )
        for row, trust in rows
    )


def _expertise(session: Session, schools: list[str], day: date) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    rows = session.exec(
        select(SchoolExpertiseRow.school_code, SchoolExpertiseRow.expertise).where(
            col(SchoolExpertiseRow.school_code).in_(schools), on_day(SchoolExpertiseRow, day)
        )
    )
    for school, expertise in rows:
        found[school].add(expertise)
    return found


def _people(session: Session, cluster: str, day: date) -> tuple[OnPanel, ...]:
    """List everybody with a role on the panel, with the school they are of, if they are of one."""
    of_panel = (col(RoleHeldRow.cluster_code) == cluster) & col(RoleHeldRow.role).in_(ON_PANEL)
    return _listed(session, of_panel, day)


def _people_of(session: Session, schools: list[str], day: date) -> tuple[OnPanel, ...]:
    at_desks = col(RoleHeldRow.role).in_((Role.SENCO, Role.HEAD))
    return _listed(session, at_desks & col(RoleHeldRow.school_code).in_(schools), day)


def _listed(session: Session, holding: ColumnElement[bool], day: date) -> tuple[OnPanel, ...]:
    roles: dict[UUID, set[Role]] = defaultdict(set)
    named: dict[UUID, str] = {}
    rows = session.exec(
        select(RoleHeldRow.person_id, RoleHeldRow.role, PersonRow.called)
        .join(PersonRow, col(PersonRow.id) == RoleHeldRow.person_id)
        .where(holding, on_day(RoleHeldRow, day))
    )
    for person_id, role, called in rows:
        roles[person_id].add(Role(role))
        named[person_id] = called
    schools = _schools_of(session, list(roles), day)
    return tuple(
        OnPanel(
            person_id=person_id,
            called=named[person_id],
            roles=tuple(sorted(roles[person_id])),
            school=schools.get(person_id),
        )
        for person_id in sorted(roles, key=lambda each: (named[each], each))
    )


def _schools_of(session: Session, people: list[UUID], day: date) -> dict[UUID, str]:
    held = session.exec(
        select(RoleHeldRow.person_id, RoleHeldRow.school_code)
        .where(
            col(RoleHeldRow.person_id).in_(people),
            col(RoleHeldRow.school_code).is_not(None),
            on_day(RoleHeldRow, day),
        )
        .order_by(col(RoleHeldRow.school_code).desc())
    )
    return {person_id: str(school) for person_id, school in held}
