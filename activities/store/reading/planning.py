"""What a cluster's plan may be made of: clusters, schools, providers, levels, years and terms."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from activities.store.cluster_plans import plan_facts
from activities.store.reading.caller import Caller
from activities.store.reading.clusters import ClusterLine, clusters_of
from activities.store.reading.plan_sight import may_see_plan, sees_every_plan
from activities.store.reading.policies import calendar_on
from activities.store.tables import ClusterRow, SchoolRow
from domain.frozen import Frozen
from domain.periods import academic_year
from domain.refusals import Unknown


class Planning(Frozen):
    """What a proposal may name, as the record stands today."""

    clusters: dict[str, str]
    """Every cluster, by code."""
    schools: dict[str, str]
    """The schools of the clusters that plan, by code."""
    providers: dict[str, str]
    open_years: tuple[int, ...]
    """Academic years that may be planned for; 2026 begins on 1 September 2026."""
    highest_level: int
    terms: tuple[date, ...]
    """The first days of the terms of these years that have begun: outcomes are reported for one."""


def planning(session: Session, caller: Caller, clusters: Sequence[str]) -> Planning:
    """Read what a plan of these clusters may be made of; a cluster that is not theirs is unknown.

    Clusters that plan together are named with the one that proposes first.
    """
    if not clusters or not may_see_plan(session, caller, clusters[:1]):
        raise Unknown("this cluster", "there is none of that code that you may see")
    day = caller.day
    facts = plan_facts(session, clusters, academic_year(day), day)
    if not set(clusters) <= facts.clusters:
        raise Unknown("this cluster", "there is none of that code that you may see")
    named = facts.schools.keys() | facts.providers
    rows = session.exec(
        select(SchoolRow).where(col(SchoolRow.code).in_(named)).order_by(SchoolRow.name)
    ).all()
    terms = (each.first_on for each in calendar_on(session, day).terms)
    return Planning(
        clusters={each.code: each.name for each in plan_clusters(session)},
        schools={row.code: row.name for row in rows if row.code in facts.schools},
        providers={row.code: row.name for row in rows if row.code in facts.providers},
        open_years=facts.open_years,
        highest_level=facts.highest_level,
        terms=tuple(each for each in terms if each <= day),
    )


def clusters_with_plans(session: Session, caller: Caller) -> tuple[ClusterLine, ...]:
    """List the clusters whose plans the person may see."""
    own = clusters_of(session, caller)
    everywhere = sees_every_plan(caller)
    return tuple(each for each in plan_clusters(session) if everywhere or each.code in own)


def plan_clusters(session: Session) -> tuple[ClusterLine, ...]:
    """List every cluster there is."""
    rows = session.exec(select(ClusterRow).order_by(ClusterRow.name))
    return tuple(ClusterLine(code=row.code, name=row.name) for row in rows)
