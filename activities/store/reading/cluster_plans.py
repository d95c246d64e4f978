"""Cluster plans as their clusters, officers and finance see them: items, voices, use, outcomes."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.cluster_plans import PlanInHand, plan_of
from activities.store.plan_items import endings_of
from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.plan_sight import may_see_plan, sees_words
from activities.store.reading.plan_use import PlanUse, uses_of
from activities.store.tables import (
    ActRow,
    ClusterPlanItemRow,
    ClusterPlanOutcomeRow,
    ClusterPlanPartyRow,
    ClusterPlanRow,
    ClusterPlanVoiceRow,
    ClusterRow,
)
from domain.cluster_plan import PLAN_TURN_OF, PlanStage, is_barred_from_plan, shared_between
from domain.frozen import Frozen
from domain.people import Role
from domain.periods import academic_year
from domain.plan_acts import ItemEnding, OutcomeMet, SharingRule
from domain.refusals import Unknown
from domain.stages import ActKind


class ReportView(Frozen):
    """What an item achieved in a term, as it was reported last."""

    term_first_on: date
    outcome: OutcomeMet
    words: str | None
    reported_at: datetime


class ItemView(Frozen):
    """An item of a plan: what it is, what it costs each cluster, and what it achieves."""

    id: UUID
    number: int
    name: str
    kind: str
    school: str | None
    provider: str | None
    schools: tuple[str, ...]
    places: int | None
    hours_a_week: Decimal | None
    annual_pence: int
    by_cluster_pence: dict[str, int]
    area_of_need: str | None
    up_to_level: int | None
    outcomes: tuple[str, ...]
    from_on: date
    until_on: date
    ended: bool
    """Whether a change ended it before its time."""
    reports: tuple[ReportView, ...]


class VoiceView(Frozen):
    """What a school said to a plan; nothing while it has not spoken."""

    school: str
    cluster: str
    agrees: bool | None
    reason: str | None


class PlanLine(Frozen):
    """A plan in a list: where it stands, whose turn it is, by when, and what it comes to a year."""

    id: UUID
    reference: str
    cluster: str
    clusters: tuple[str, ...]
    academic_year: int
    follows_id: UUID | None
    """The plan that it changes."""
    sharing: SharingRule | None
    stage: PlanStage
    stage_since_at: datetime
    waits_for: str | None
    voices_by_at: datetime | None
    annual_pence: int
    is_opening: bool
    signed_at: datetime | None


class PlanView(PlanLine):
    """A plan whole: its items with their cost and outcomes, and what each school said."""

    items: tuple[ItemView, ...]
    ends: tuple[ItemEnding, ...]
    """What it ends of the plan that it changes."""
    voices: tuple[VoiceView, ...]
    is_held: bool
    """Whether its money is held; an agreed plan without it waits for money, and is not lost."""
    reason: str | None
    """Why the plan was changed, withdrawn or returned, for those whose plan it is and officers."""


class ClusterPlanView(Frozen):
    """A cluster's plan of an academic year: its plans and changes, and how they are used."""

    cluster: str
    academic_year: int
    plans: tuple[PlanView, ...]
    use: PlanUse | None
    """Nothing where nothing is signed."""


def cluster_plan(
    session: Session, caller: Caller, code: str, year: int | None = None
) -> ClusterPlanView:
    """Read a cluster's plan of an academic year, of today's without one."""
    if session.get(ClusterRow, code) is None or not may_see_plan(session, caller, (code,)):
        raise Unknown("this cluster", "there is none of that code that you may see")
    wanted = academic_year(caller.day) if year is None else year
    rows = session.exec(
        select(ClusterPlanRow)
        .join(ClusterPlanPartyRow, col(ClusterPlanPartyRow.plan_id) == ClusterPlanRow.id)
        .where(ClusterPlanPartyRow.cluster_code == code, ClusterPlanRow.academic_year == wanted)
        .order_by(col(ClusterPlanRow.proposed_at), col(ClusterPlanRow.reference))
    ).all()
    uses = uses_of(session, wanted, code)
    return ClusterPlanView(
        cluster=code,
        academic_year=wanted,
        plans=tuple(_view(session, caller, row) for row in rows),
        use=uses[0] if uses else None,
    )


def plan(session: Session, caller: Caller, plan_id: UUID) -> PlanView:
    """Read one plan; one of other clusters is unknown."""
    row = session.get(ClusterPlanRow, plan_id)
    held = plan_of(session, plan_id) if row else None
    if row is None or held is None or not may_see_plan(session, caller, _clusters(held)):
        raise Unknown("this plan", "there is none of that id that you may see")
    return _view(session, caller, row)


def plans_waiting(
    session: Session, caller: Caller
) -> Iterator[tuple[ActKind, UUID, str, datetime | None]]:
    """List what waits of plans: a voice of each of my schools, and signatures for officers.

    Each comes with the plan, its reference and by when; none that bars the officer.
    """
    heads = caller.schools(Role.HEAD)
    officer = caller.holds(*OFFICERS)
    stages = [PlanStage.PROPOSED] * bool(heads) + [PlanStage.AGREED] * officer
    rows = session.exec(select(ClusterPlanRow).where(col(ClusterPlanRow.stage).in_(stages)))
    for row in rows.all():
        held = plan_of(session, row.id)
        assert held is not None
        if held.stage is PlanStage.PROPOSED:
            spoke = {each.school for each in _voices(session, held, words=False) if _spoke(each)}
            if heads & held.schools.keys() - spoke:
                yield ActKind.VOICE_ON_PLAN, row.id, row.reference, row.voices_by_at
        elif not (
            is_barred_from_plan(ActKind.SIGN_PLAN, caller.person.id, held.involved)
            or caller.works_at & held.schools.keys()
        ):
            yield ActKind.SIGN_PLAN, row.id, row.reference, None


def _spoke(voice: VoiceView) -> bool:
    return voice.agrees is not None


def _clusters(held: PlanInHand) -> tuple[str, ...]:
    return tuple(each.cluster for each in held.parties)


def _view(session: Session, caller: Caller, row: ClusterPlanRow) -> PlanView:
    held = plan_of(session, row.id)
    assert held is not None
    words = sees_words(session, caller, _clusters(held))
    shown = {"id", "reference", "academic_year", "follows_id", "stage_since_at", "voices_by_at"}
    return PlanView(
        **row.model_dump(include=shown | {"annual_pence", "is_opening", "signed_at"}),
        cluster=row.cluster_code,
        clusters=_clusters(held),
        sharing=held.sharing,
        stage=held.stage,
        waits_for=PLAN_TURN_OF[held.stage],
        items=_items(session, held, words=words),
        ends=endings_of(session, row.id),
        voices=_voices(session, held, words=words),
        is_held=bool(held.holds) and held.stage is PlanStage.AGREED,
        reason=_reason(session, row.id) if words else None,
    )


def _items(session: Session, held: PlanInHand, *, words: bool) -> tuple[ItemView, ...]:
    rows = session.exec(
        select(ClusterPlanItemRow)
        .where(ClusterPlanItemRow.plan_id == held.id)
        .order_by(col(ClusterPlanItemRow.number))
    ).all()
    reports = _reports(session, held.id, words=words)
    shown = {"id", "number", "name", "kind", "places", "hours_a_week", "annual_pence"}
    return tuple(
        ItemView(
            **row.model_dump(
                include=shown | {"area_of_need", "up_to_level", "from_on", "until_on"}
            ),
            school=row.school_code,
            provider=row.provider_code,
            schools=tuple(row.schools),
            by_cluster_pence=shared_between(row.annual_pence, held.parties),
            outcomes=tuple(row.outcomes),
            ended=row.ended_by is not None,
            reports=reports.get(row.id, ()),
        )
        for row in rows
    )


def _reports(session: Session, plan_id: UUID, *, words: bool) -> dict[UUID, tuple[ReportView, ...]]:
    """What was reported last of each item of a plan, term by term."""
    rows = session.exec(
        select(ClusterPlanOutcomeRow)
        .join(ClusterPlanItemRow, col(ClusterPlanItemRow.id) == ClusterPlanOutcomeRow.item_id)
        .where(ClusterPlanItemRow.plan_id == plan_id)
        .order_by(col(ClusterPlanOutcomeRow.revision))
    )
    last = {(row.item_id, row.term_first_on): row for row in rows}
    found: dict[UUID, list[ReportView]] = {}
    for item_id, term in sorted(last):
        row = last[item_id, term]
        view = ReportView(
            term_first_on=term,
            outcome=OutcomeMet(row.outcome),
            words=row.words if words else None,
            reported_at=row.reported_at,
        )
        found.setdefault(item_id, []).append(view)
    return {item_id: tuple(views) for item_id, views in found.items()}


def _voices(session: Session, held: PlanInHand, *, words: bool) -> tuple[VoiceView, ...]:
    rows = session.exec(
        select(ClusterPlanVoiceRow, ActRow)
        .join(ActRow, col(ActRow.id) == ClusterPlanVoiceRow.id)
        .where(ClusterPlanVoiceRow.plan_id == held.id)
        .order_by(col(ClusterPlanVoiceRow.revision))
    )
    said = {voice.school_code: (voice.agrees, act.choices["reason"]) for voice, act in rows}
    return tuple(
        VoiceView(
            school=school,
            cluster=cluster,
            agrees=said[school][0] if school in said else None,
            reason=said[school][1] if school in said and words else None,
        )
        for school, cluster in held.schools.items()
    )


def _reason(session: Session, plan_id: UUID) -> str | None:
    """Why it was returned or withdrawn, else why it changes another; nothing of a first plan."""
    rows = session.exec(
        select(ActRow)
        .where(
            ActRow.subject_id == plan_id,
            ActRow.outcome == "done",
            col(ActRow.kind).in_([ActKind.CHANGE_PLAN, ActKind.RETURN_PLAN, ActKind.WITHDRAW_PLAN]),
        )
        .order_by(col(ActRow.number).desc())
    )
    found = rows.first()
    return str(found.choices["reason"]) if found else None
