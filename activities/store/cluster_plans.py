"""Cluster plans as the record has them: begun, spoken on, moved, signed, changed, reported on.

Every function works in the caller's transaction; a plan's row is locked while it is in hand.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import text
from sqlmodel import Session, col, func, select

from activities.store.casework import Recorded
from activities.store.days import on_day
from activities.store.events import Happening, write_event
from activities.store.locks import NO_KEY
from activities.store.plan_items import item_row
from activities.store.policies import document_on
from activities.store.tables import (
    ClusterPlanEndingRow,
    ClusterPlanPartyRow,
    ClusterPlanRow,
    ClusterPlanSchoolRow,
    ClusterPlanVoiceRow,
    ClusterRow,
    SchoolInClusterRow,
    SchoolRow,
)
from domain.cluster_plan import (
    PLAN_ENDED,
    PLAN_TURN_OF,
    PlanFacts,
    PlanParty,
    PlanStage,
)
from domain.frozen import Frozen
from domain.periods import academic_year
from domain.places import PayeeKind
from domain.plan_acts import ItemEnding, PlanItem, SharingRule, VoicingOnPlan
from domain.policy.schemes import Continuum

_NEXT = text("SELECT nextval('cluster_plan_reference')")


class PlanInHand(Frozen):
    """A plan as it stands: whose it is, who has a part in it, and until when it waits."""

    id: UUID
    reference: str
    cluster: str
    academic_year: int
    follows_id: UUID | None
    stage: PlanStage
    is_opening: bool
    pins: dict[str, str]
    annual_pence: int
    parties: tuple[PlanParty, ...]
    sharing: SharingRule | None
    holds: dict[str, UUID]
    """The hold of each cluster's money, while there is one."""
    schools: dict[str, str]
    """The cluster of each school that is asked."""
    involved: tuple[UUID, ...]
    """Who proposed it or spoke on it, or on the plan that it changes: none signs it (promise 6)."""
    voices_by_at: datetime | None
    waits_until_at: datetime | None

    @property
    def first_id(self) -> UUID:
        """The plan that this one belongs to: itself, or the one that it changes."""
        return self.follows_id or self.id


class Beginning(Frozen):
    """What a plan begins with, beside its act."""

    cluster: str
    academic_year: int
    parties: tuple[PlanParty, ...]
    schools: dict[str, str]
    follows_id: UUID | None = None
    sharing: SharingRule | None = None
    pins: dict[str, str] = Field(default_factory=dict)
    annual_pence: int = 0
    voices_by_at: datetime | None = None
    items: tuple[PlanItem, ...] = ()
    endings: tuple[ItemEnding, ...] = ()


def plan_facts(
    session: Session, clusters: Sequence[str], planned_year: int, day: date
) -> PlanFacts:
    """Read what a proposal of a day is held against."""
    schools = session.exec(
        select(SchoolInClusterRow.school_code, SchoolInClusterRow.cluster_code).where(
            col(SchoolInClusterRow.cluster_code).in_(list(clusters)),
            on_day(SchoolInClusterRow, day),
        )
    )
    providers = session.exec(
        select(SchoolRow.code).where(SchoolRow.payee_kind == PayeeKind.PROVIDER)
    )
    continuum = document_on(session, "continuum", Continuum, day)
    levels = (each.level for of in continuum.domains for each in of.levels) if continuum else ()
    year = academic_year(day)
    return PlanFacts(
        academic_year=planned_year,
        open_years=(year, year + 1),
        clusters=frozenset(session.exec(select(ClusterRow.code))),
        schools=dict(schools.all()),
        providers=frozenset(providers),
        highest_level=max(levels, default=0),
    )


def plan_of(session: Session, plan_id: UUID) -> PlanInHand | None:
    """Read a plan as it stands, ended ones too."""
    row = session.get(ClusterPlanRow, plan_id)
    return _as_in_hand(session, row) if row else None


def plans_of(session: Session, rows: Sequence[ClusterPlanRow]) -> dict[UUID, PlanInHand]:
    """Read several plans as they stand, with the same number of queries however many."""
    ids = [row.id for row in rows]
    parties, schools = _parties(session, ids), _schools(session, ids)
    involved = _involved(session, rows)
    return {
        row.id: PlanInHand(
            id=row.id,
            reference=row.reference,
            cluster=row.cluster_code,
            academic_year=row.academic_year,
            follows_id=row.follows_id,
            stage=PlanStage(row.stage),
            is_opening=row.is_opening,
            pins=row.pins,
            annual_pence=row.annual_pence,
            parties=tuple(_as_party(each) for each in parties[row.id]),
            sharing=SharingRule(row.sharing) if row.sharing else None,
            holds={each.cluster_code: each.hold_id for each in parties[row.id] if each.hold_id},
            schools=schools[row.id],
            involved=tuple(sorted(involved[row.id])),
            voices_by_at=row.voices_by_at,
            waits_until_at=row.waits_until_at,
        )
        for row in rows
    }


def take_in_hand(session: Session, plan_id: UUID) -> PlanInHand | None:
    """Read a plan and lock it until the transaction ends; nothing where none came of its act."""
    row = session.get(ClusterPlanRow, plan_id, with_for_update=NO_KEY, populate_existing=True)
    return _as_in_hand(session, row) if row else None


def begin(session: Session, act: Recorded, of: Beginning) -> None:
    """Put a plan on record with its clusters, schools and items; it has the act's id."""
    assert act.person_id is not None, "a plan is somebody's"
    number = session.connection().execute(_NEXT).scalar_one()
    session.add(
        ClusterPlanRow(
            id=act.id,
            reference=f"PLAN/{of.academic_year}/{number:04}",
            cluster_code=of.cluster,
            academic_year=of.academic_year,
            follows_id=of.follows_id,
            sharing=of.sharing,
            stage=PlanStage.PROPOSED,
            stage_since_at=act.recorded_at,
            pins=of.pins,
            annual_pence=of.annual_pence,
            proposed_by=act.person_id,
            proposed_at=act.recorded_at,
            voices_by_at=of.voices_by_at,
            waits_until_at=of.voices_by_at,
        )
    )
    session.flush()
    for party in of.parties:
        session.add(
            ClusterPlanPartyRow(plan_id=act.id, cluster_code=party.cluster, weight=party.weight)
        )
    session.flush()
    for school, cluster in of.schools.items():
        session.add(ClusterPlanSchoolRow(plan_id=act.id, school_code=school, cluster_code=cluster))
    for each_number, item in enumerate(of.items, start=1):
        session.add(item_row(act.id, each_number, item, of.academic_year))
    for ending in of.endings:
        session.add(ClusterPlanEndingRow(plan_id=act.id, **ending.model_dump()))
    session.flush()


def others_signed_pence(session: Session, plan: PlanInHand) -> int:
    """What the cluster's other signed plans of the year come to, each with its last change.

    Plans that came with the county are not counted: nobody signed them here.
    """
    first = func.coalesce(ClusterPlanRow.follows_id, ClusterPlanRow.id)
    signed = session.exec(
        select(ClusterPlanRow)
        .where(
            ClusterPlanRow.cluster_code == plan.cluster,
            ClusterPlanRow.academic_year == plan.academic_year,
            ClusterPlanRow.stage == PlanStage.SIGNED,
            col(ClusterPlanRow.is_opening).is_(False),
            first != plan.first_id,
        )
        .order_by(col(ClusterPlanRow.signed_at))
    )
    return sum({row.follows_id or row.id: row.annual_pence for row in signed}.values())


def under_way(session: Session, cluster: str, year: int) -> str | None:
    """The reference of the plan that a cluster has before its schools, or on an officer's desk."""
    return session.exec(
        select(ClusterPlanRow.reference).where(
            ClusterPlanRow.cluster_code == cluster,
            ClusterPlanRow.academic_year == year,
            col(ClusterPlanRow.stage).in_([PlanStage.PROPOSED, PlanStage.AGREED]),
        )
    ).first()


def save_voice(session: Session, plan: PlanInHand, act: Recorded, said: VoicingOnPlan) -> None:
    """Write down what a school said; said again it counts instead of what it said before."""
    last = session.exec(
        select(func.max(ClusterPlanVoiceRow.revision)).where(
            ClusterPlanVoiceRow.plan_id == plan.id, ClusterPlanVoiceRow.school_code == said.school
        )
    ).one()
    assert act.person_id is not None
    session.add(
        ClusterPlanVoiceRow(
            id=act.id,
            plan_id=plan.id,
            school_code=said.school,
            revision=(last or 0) + 1,
            person_id=act.person_id,
            agrees=said.agrees,
            recorded_at=act.recorded_at,
        )
    )
    session.flush()


def voices_of(session: Session, plan_id: UUID) -> dict[str, bool]:
    """The last word of each school that spoke."""
    rows = session.exec(
        select(ClusterPlanVoiceRow.school_code, ClusterPlanVoiceRow.agrees)
        .where(ClusterPlanVoiceRow.plan_id == plan_id)
        .order_by(col(ClusterPlanVoiceRow.revision))
    )
    return dict(rows.all())


def keep_hold(session: Session, plan: PlanInHand, cluster: str, hold_id: UUID | None) -> None:
    """Note the hold of a cluster's part of a plan, or that it is there no more."""
    row = session.get_one(ClusterPlanPartyRow, (plan.id, cluster))
    row.hold_id = hold_id
    session.add(row)


def move(session: Session, plan: PlanInHand, stage: PlanStage, now: datetime, **found: Any) -> None:
    """Bring a plan to another stage, with what is known there, and write the event."""
    row = session.get_one(ClusterPlanRow, plan.id)
    row.stage, row.stage_since_at, row.waits_until_at = stage, now, None
    row.ended_at = now if stage in PLAN_ENDED else None
    for name, value in found.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    happening = Happening(
        kind="cluster_plan_moved_on",
        subject="cluster_plan",
        subject_id=plan.id,
        at=now,
        facts={
            "reference": plan.reference,
            "from": plan.stage,
            "to": stage,
            "waits_for": PLAN_TURN_OF[stage],
        },
        cluster=plan.cluster,
    )
    write_event(session, happening)


def parties_on(session: Session, plan_id: UUID) -> tuple[PlanParty, ...]:
    """List the clusters of a plan with their weights, in order of code."""
    return tuple(_as_party(row) for row in _parties(session, [plan_id])[plan_id])


def _as_in_hand(session: Session, row: ClusterPlanRow) -> PlanInHand:
    return plans_of(session, [row])[row.id]


def _as_party(row: ClusterPlanPartyRow) -> PlanParty:
    return PlanParty(cluster=row.cluster_code, weight=row.weight)


def _parties(
    session: Session, plan_ids: Sequence[UUID]
) -> defaultdict[UUID, list[ClusterPlanPartyRow]]:
    """The clusters of each plan, in order of code."""
    rows = session.exec(
        select(ClusterPlanPartyRow)
        .where(col(ClusterPlanPartyRow.plan_id).in_(plan_ids))
        .order_by(ClusterPlanPartyRow.cluster_code)
    )
    found: defaultdict[UUID, list[ClusterPlanPartyRow]] = defaultdict(list)
    for row in rows:
        found[row.plan_id].append(row)
    return found


def _schools(session: Session, plan_ids: Sequence[UUID]) -> defaultdict[UUID, dict[str, str]]:
    """The schools that are asked of each plan with their clusters, in order of code."""
    rows = session.exec(
        select(ClusterPlanSchoolRow)
        .where(col(ClusterPlanSchoolRow.plan_id).in_(plan_ids))
        .order_by(ClusterPlanSchoolRow.school_code)
    )
    found: defaultdict[UUID, dict[str, str]] = defaultdict(dict)
    for row in rows:
        found[row.plan_id][row.school_code] = row.cluster_code
    return found


def _involved(session: Session, rows: Sequence[ClusterPlanRow]) -> dict[UUID, set[UUID]]:
    """Who has a part in each plan; what a change leaves of the first plan is signed once more."""
    plans = {each for row in rows for each in (row.id, row.follows_id) if each}
    proposed = select(ClusterPlanRow.id, ClusterPlanRow.proposed_by)
    spoke = select(ClusterPlanVoiceRow.plan_id, ClusterPlanVoiceRow.person_id)
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for plan_id, person_id in (
        *session.exec(spoke.where(col(ClusterPlanVoiceRow.plan_id).in_(plans))),
        *session.exec(proposed.where(col(ClusterPlanRow.id).in_(plans))),
    ):
        if person_id:
            found[plan_id].add(person_id)
    return {
        row.id: found[row.id] | (found[row.follows_id] if row.follows_id else set()) for row in rows
    }
