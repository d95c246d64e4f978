"""Cluster plans as their clusters, officers and finance see them: items, voices, use, outcomes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.cluster_plans import PlanInHand, parties_on, plans_of
from activities.store.plan_items import endings_among
from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.clusters import clusters_of
from activities.store.reading.plan_sight import may_see_plan
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
        plans=_views(session, caller, rows),
        use=uses[0] if uses else None,
    )


def plan(session: Session, caller: Caller, plan_id: UUID) -> PlanView:
    """Read one plan; one of other clusters is unknown."""
    row = session.get(ClusterPlanRow, plan_id)
    clusters = [each.cluster for each in parties_on(session, plan_id)]
    if row is None or not may_see_plan(session, caller, clusters):
        raise Unknown("this plan", "there is none of that id that you may see")
    return _views(session, caller, [row])[0]


def plans_waiting(
    session: Session, caller: Caller
) -> Iterator[tuple[ActKind, UUID, str, datetime | None]]:
    """List what waits of plans: a voice of each of my schools, and signatures for officers.

    Each comes with the plan, its reference and by when; none that bars the officer.
    """
    heads = caller.schools(Role.HEAD)
    officer = caller.holds(*OFFICERS)
    stages = [PlanStage.PROPOSED] * bool(heads) + [PlanStage.AGREED] * officer
    rows = session.exec(select(ClusterPlanRow).where(col(ClusterPlanRow.stage).in_(stages))).all()
    plans, said = plans_of(session, rows), _said(session, [row.id for row in rows])
    for row in rows:
        held = plans[row.id]
        if held.stage is PlanStage.PROPOSED:
            if heads & held.schools.keys() - said[row.id].keys():
                yield ActKind.VOICE_ON_PLAN, row.id, row.reference, row.voices_by_at
        elif not (
            is_barred_from_plan(ActKind.SIGN_PLAN, caller.person.id, held.involved)
            or caller.works_at & held.schools.keys()
        ):
            yield ActKind.SIGN_PLAN, row.id, row.reference, None


def _clusters(held: PlanInHand) -> tuple[str, ...]:
    return tuple(each.cluster for each in held.parties)


def _views(
    session: Session, caller: Caller, rows: Sequence[ClusterPlanRow]
) -> tuple[PlanView, ...]:
    """Tell plans whole, with the same number of queries however many they are."""
    whole = _Whole(session, caller, rows)
    return tuple(whole.view(row) for row in rows)


class _Whole:
    """What is told of some plans to one person, read at once."""

    def __init__(self, session: Session, caller: Caller, rows: Sequence[ClusterPlanRow]) -> None:
        ids = [row.id for row in rows]
        self._sees_all = caller.holds(*OFFICERS)
        self._own = clusters_of(session, caller)
        self._plans = plans_of(session, rows)
        self._items = _items(session, ids)
        self._reports = _reports(session, ids)
        self._endings = endings_among(session, ids)
        self._said = _said(session, ids)
        self._reasons = _reasons(session, ids)

    def view(self, row: ClusterPlanRow) -> PlanView:
        """Tell one of them."""
        held = self._plans[row.id]
        words = self._sees_all or bool(self._own & set(_clusters(held)))
        shown = {"id", "reference", "academic_year", "follows_id", "stage_since_at"}
        more = {"voices_by_at", "annual_pence", "is_opening", "signed_at"}
        return PlanView(
            **row.model_dump(include=shown | more),
            cluster=row.cluster_code,
            clusters=_clusters(held),
            sharing=held.sharing,
            stage=held.stage,
            waits_for=PLAN_TURN_OF[held.stage],
            items=tuple(self._item(each, held, words=words) for each in self._items[row.id]),
            ends=self._endings[row.id],
            voices=_voices(held, self._said[row.id], words=words),
            is_held=bool(held.holds) and held.stage is PlanStage.AGREED,
            reason=self._reasons.get(row.id) if words else None,
        )

    def _item(self, row: ClusterPlanItemRow, held: PlanInHand, *, words: bool) -> ItemView:
        shown = {"id", "number", "name", "kind", "places", "hours_a_week", "annual_pence"}
        more = {"area_of_need", "up_to_level", "from_on", "until_on"}
        return ItemView(
            **row.model_dump(include=shown | more),
            school=row.school_code,
            provider=row.provider_code,
            schools=tuple(row.schools),
            by_cluster_pence=shared_between(row.annual_pence, held.parties),
            outcomes=tuple(row.outcomes),
            ended=row.ended_by is not None,
            reports=tuple(_as_report(each, words=words) for each in self._reports[row.id]),
        )


def _items(
    session: Session, plan_ids: Sequence[UUID]
) -> defaultdict[UUID, list[ClusterPlanItemRow]]:
    """The items of each plan, in order."""
    rows = session.exec(
        select(ClusterPlanItemRow)
        .where(col(ClusterPlanItemRow.plan_id).in_(plan_ids))
        .order_by(col(ClusterPlanItemRow.number))
    )
    found: defaultdict[UUID, list[ClusterPlanItemRow]] = defaultdict(list)
    for row in rows:
        found[row.plan_id].append(row)
    return found


def _reports(
    session: Session, plan_ids: Sequence[UUID]
) -> defaultdict[UUID, list[ClusterPlanOutcomeRow]]:
    """What was reported last of each item of the plans, term by term."""
    rows = session.exec(
        select(ClusterPlanOutcomeRow)
        .join(ClusterPlanItemRow, col(ClusterPlanItemRow.id) == ClusterPlanOutcomeRow.item_id)
        .where(col(ClusterPlanItemRow.plan_id).in_(plan_ids))
        .order_by(col(ClusterPlanOutcomeRow.revision))
    )
    last = {(row.item_id, row.term_first_on): row for row in rows}
    found: defaultdict[UUID, list[ClusterPlanOutcomeRow]] = defaultdict(list)
    for item_id, term in sorted(last):
        found[item_id].append(last[item_id, term])
    return found


def _as_report(row: ClusterPlanOutcomeRow, *, words: bool) -> ReportView:
    return ReportView(
        term_first_on=row.term_first_on,
        outcome=OutcomeMet(row.outcome),
        words=row.words if words else None,
        reported_at=row.reported_at,
    )


_Said = dict[str, tuple[bool, str]]
"""What each school that spoke said last: whether it agrees, and why."""


def _said(session: Session, plan_ids: Sequence[UUID]) -> defaultdict[UUID, _Said]:
    rows = session.exec(
        select(ClusterPlanVoiceRow, ActRow)
        .join(ActRow, col(ActRow.id) == ClusterPlanVoiceRow.id)
        .where(col(ClusterPlanVoiceRow.plan_id).in_(plan_ids))
        .order_by(col(ClusterPlanVoiceRow.revision))
    )
    found: defaultdict[UUID, _Said] = defaultdict(dict)
    for voice, act in rows:
        found[voice.plan_id][voice.school_code] = (voice.agrees, act.choices["reason"])
    return found


def _voices(held: PlanInHand, said: _Said, *, words: bool) -> tuple[VoiceView, ...]:
    return tuple(
        VoiceView(
            school=school,
            cluster=cluster,
            agrees=said[school][0] if school in said else None,
            reason=said[school][1] if school in said and words else None,
        )
        for school, cluster in held.schools.items()
    )


def _reasons(session: Session, plan_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Why each was returned or withdrawn, else why it changes another; a first plan has none."""
    rows = session.exec(
        select(ActRow)
        .where(
            col(ActRow.subject_id).in_(plan_ids),
            ActRow.outcome == "done",
            col(ActRow.kind).in_([ActKind.CHANGE_PLAN, ActKind.RETURN_PLAN, ActKind.WITHDRAW_PLAN]),
        )
        .order_by(col(ActRow.number))
    )
    return {row.subject_id: str(row.choices["reason"]) for row in rows}
