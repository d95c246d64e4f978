"""What a person had a part in and now waits for others: where it stands, who acts next, by when.

A school sees what a school sees: that a need is not priced, or not paid for, is not shown to it.
Nothing here depends on a vote.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, or_, select

from activities.store.days import on_day
from activities.store.reading.caller import OFFICERS, PANEL, SCHOOL_DESK, Caller, start_of
from activities.store.reading.panel import kept_out_of
from activities.store.reading.seeing import AT_SCHOOL, of_schools, shown_stage
from activities.store.reading.services import asked_of_services
from activities.store.remembered import of_each
from activities.store.tables import (
    ActRow,
    AgendaItemRow,
    BallotRow,
    ClusterPlanPartyRow,
    ClusterPlanRow,
    DraftRow,
    MeetingRow,
    PaymentRunRow,
    PersonRow,
    ReconsiderationRow,
    RequestRow,
    RoleHeldRow,
)
from domain.cluster_plan import PlanStage
from domain.frozen import Frozen
from domain.payment_run import RunStage
from domain.people import Role
from domain.periods import ONE_DAY
from domain.reconsideration import CHALLENGE_ENDED, ChallengeStage
from domain.services import ServiceState
from domain.stages import ALLOWED_TO, ENDED, ActKind, Stage

_ON_AGENDA = frozenset({Stage.LISTED, Stage.IN_BALLOT})
_NEXT_AT = {
    Stage.RETURNED: Role.SENCO,
    Stage.MORE_INFORMATION: Role.SENCO,
    Stage.LISTED: Role.PANEL_CHAIR,
    Stage.IN_BALLOT: Role.PANEL_MEMBER,
}
"""Who acts next at a stage; at all others it is an officer."""
_SERVICE_ACTS = (ServiceState.ASKED, ServiceState.ACCEPTED)
_NEXT_IN_CHALLENGE = {
    ChallengeStage.CHALLENGED: Role.COUNCIL_OFFICER,
    ChallengeStage.LISTED: Role.PANEL_MEMBER,
    ChallengeStage.FOR_DECISION: Role.COUNCIL_OFFICER,
}
_Place = tuple[Role, str | None, str | None]
"""A role, and the school or else the cluster at which somebody holds it."""
_NEXT_WITH_PLAN = {PlanStage.PROPOSED: Role.HEAD, PlanStage.AGREED: Role.COUNCIL_OFFICER}


class ForOthers(Frozen):
    """Something that waits for others, and the person had a part in."""

    subject: str
    """``request``, ``challenge``, ``draft``, ``payment_run``, ``service`` or ``cluster_plan``."""
    id: UUID
    reference: str | None
    stage: str
    acts_next: Role
    grade: str | None = None
    """The officer's grade where one is named; for officers alone."""
    school: str | None = None
    cluster: str | None = None
    """Where they act: a school, a cluster, or neither for the council."""
    service: str | None = None
    """The service of the Team Around the Cluster, where one was asked."""
    called: tuple[str, ...] = ()
    """How colleagues call them, where the person is of that place too, or an officer."""
    by_at: datetime | None


def waiting_for_others(session: Session, caller: Caller) -> tuple[ForOthers, ...]:
    """List what waits for others, oldest deadline first."""
    found = [
        *_requests(session, caller),
        *_challenges(session, caller),
        *_drafts(session, caller),
        *_runs(session, caller),
        *_services(session, caller),
        *_plans(session, caller),
    ]
    return tuple(sorted(found, key=lambda each: (each.by_at is None, each.by_at, str(each.id))))


def _requests(session: Session, caller: Caller) -> Iterator[ForOthers]:
    """Requests of the person's schools, of their panels, and those they did something to."""
    open_ = col(RequestRow.stage).not_in([*ENDED, Stage.DRAFT])
    rows = session.exec(select(RequestRow).where(open_, _had_a_part(caller))).all()
    heard = _meetings(session, [row.id for row in rows if Stage(row.stage) in _ON_AGENDA])
    barred = kept_out_of(session, caller, rows) if caller.holds(*OFFICERS) else frozenset()
    _named_at(session, caller, {(Role.SENCO, row.school_code, None) for row in rows})
    chaired = {meeting.cluster_code for meeting, _ in heard.values()}
    chaired |= {row.cluster_code for row in rows}
    _named_at(session, caller, {(Role.PANEL_CHAIR, None, each) for each in chaired})
    for row in rows:
        is_mine = row.school_code in caller.schools(*SCHOOL_DESK) and row.stage in _of_school()
        if is_mine or row.id in barred:
            continue
        yield _of_request(session, caller, row, heard.get(row.id))


def _of_school() -> tuple[Stage, ...]:
    return (Stage.RETURNED, Stage.MORE_INFORMATION)


def _had_a_part(caller: Caller) -> Any:
    """Requests of own schools, on own panels' agendas, and with an act of the person's."""
    listed = (
        select(AgendaItemRow.request_id)
        .join(MeetingRow, col(MeetingRow.id) == AgendaItemRow.meeting_id)
        .where(col(MeetingRow.cluster_code).in_(caller.clusters(*PANEL)))
    )
    parts = [col(RequestRow.id).in_(listed)]
    if schools := caller.schools(*AT_SCHOOL):
        parts.append(of_schools(schools))
    if caller.holds(*OFFICERS):
        acted = select(ActRow.subject_id).where(
            ActRow.person_id == caller.person.id, ActRow.outcome == "done"
        )
        parts.append(col(RequestRow.id).in_(acted))
    return or_(*parts)


def _meetings(
    session: Session, request_ids: list[UUID]
) -> dict[UUID, tuple[MeetingRow, BallotRow | None]]:
    """The meeting that has each request on its agenda, and the ballot where one is open."""
    rows = session.exec(
        select(AgendaItemRow.request_id, MeetingRow, BallotRow)
        .join(MeetingRow, col(MeetingRow.id) == AgendaItemRow.meeting_id)
        .join(
            BallotRow,
            (col(BallotRow.item_id) == AgendaItemRow.id) & col(BallotRow.closed_at).is_(None),
            isouter=True,
        )
        .where(
            col(AgendaItemRow.request_id).in_(request_ids),
            col(AgendaItemRow.state).in_(["listed", "in_ballot"]),
        )
    )
    return {request_id: (meeting, ballot) for request_id, meeting, ballot in rows.all()}


def _of_request(
    session: Session,
    caller: Caller,
    row: RequestRow,
    heard: tuple[MeetingRow, BallotRow | None] | None,
) -> ForOthers:
    council = caller.holds(*OFFICERS)
    stage = shown_stage(Stage(row.stage), to_council=council)
    role, grade = _officer(row) if council else (Role.COUNCIL_OFFICER, None)
    role, grade = (_NEXT_AT[stage], None) if stage in _NEXT_AT else (role, grade)
    school = row.school_code if role is Role.SENCO else None
    cluster = row.cluster_code if stage in _ON_AGENDA else None
    by_at = (row.waits_until_at if council or school else None) or row.decide_by_at
    if heard is not None:
        meeting, ballot = heard
        cluster = meeting.cluster_code
        if council or cluster in caller.clusters(*PANEL):
            by_at = ballot.closes_at if ballot else meeting.starts_at
    return ForOthers(
        subject="request",
        id=row.id,
        reference=row.reference,
        stage=stage,
        acts_next=role,
        grade=grade,
        school=school,
        cluster=cluster,
        called=_called(session, caller, role, school, cluster),
        by_at=by_at,
    )


def _officer(row: RequestRow) -> tuple[Role, str | None]:
    """Which officer acts next: a role, or a grade of the council's officers."""
    if row.waits_for in set(Role):
        return Role(row.waits_for), None
    return Role.COUNCIL_OFFICER, row.waits_for


def _challenges(session: Session, caller: Caller) -> Iterator[ForOthers]:
    """Challenges of the school's desk's, and those that an officer did something to."""
    acted = select(ActRow.subject_id).where(ActRow.person_id == caller.person.id)
    rows = session.exec(
        select(ReconsiderationRow, RequestRow)
        .join(RequestRow, col(RequestRow.id) == ReconsiderationRow.request_id)
        .where(
            col(ReconsiderationRow.stage).not_in(list(CHALLENGE_ENDED)),
            col(RequestRow.school_code).in_(caller.schools(*SCHOOL_DESK))
            | col(ReconsiderationRow.id).in_(acted),
        )
    )
    for row, request in rows.all():
        stage = ChallengeStage(row.stage)
        role = _NEXT_IN_CHALLENGE[stage]
        cluster = row.cluster_code if role is Role.PANEL_MEMBER else None
        yield ForOthers(
            subject="challenge",
            id=row.id,
            reference=request.reference,
            stage=stage,
            acts_next=role,
            cluster=cluster,
            by_at=row.answer_by_at,
        )


def _drafts(session: Session, caller: Caller) -> Iterator[ForOthers]:
    """Drafts of the SENCO's that the head has to confirm, and the head's that are to be sent."""
    rows = session.exec(
        select(DraftRow)
        .join(RequestRow, col(RequestRow.id) == DraftRow.id, isouter=True)
        .where(
            col(DraftRow.school_code).in_(caller.schools(*SCHOOL_DESK)),
            col(RequestRow.id).is_(None),
        )
    ).all()
    at = {row.school_code for row in rows}
    _named_at(session, caller, {(role, each, None) for each in at for role in SCHOOL_DESK})
    for row in rows:
        confirmed = row.confirmed_version == row.version
        role = Role.SENCO if confirmed else Role.HEAD
        if row.school_code in caller.schools(role):
            continue
        yield ForOthers(
            subject="draft",
            id=row.id,
            reference=None,
            stage=Stage.DRAFT,
            acts_next=role,
            school=row.school_code,
            called=_called(session, caller, role, row.school_code, None),
            by_at=None,
        )


def _runs(session: Session, caller: Caller) -> Iterator[ForOthers]:
    """Payment runs that the person prepared and another has to approve (promise 6)."""
    rows = session.exec(
        select(PaymentRunRow).where(
            PaymentRunRow.stage == RunStage.PREPARED,
            PaymentRunRow.prepared_by == caller.person.id,
        )
    )
    for row in rows.all():
        yield ForOthers(
            subject="payment_run",
            id=row.id,
            reference=row.reference,
            stage=row.stage,
            acts_next=Role.FINANCE_OFFICER,
            by_at=start_of(row.due_until_on + ONE_DAY),
        )


def _services(session: Session, caller: Caller) -> Iterator[ForOthers]:
    """What a service was asked and has not done yet, for those who may see it."""
    for line in asked_of_services(session, caller):
        if line.state not in _SERVICE_ACTS or line.service in caller.services:
            continue
        asked = line.state is ServiceState.ASKED
        yield ForOthers(
            subject="service",
            id=line.id,
            reference=line.reference,
            stage=line.state,
            acts_next=Role.SERVICE,
            service=line.service,
            by_at=line.answer_by_at if asked else line.by_at,
        )


def _plans(session: Session, caller: Caller) -> Iterator[ForOthers]:
    """Cluster plans of the person's panels that wait for schools' voices, or for an officer."""
    parties = select(ClusterPlanPartyRow.plan_id).where(
        col(ClusterPlanPartyRow.cluster_code).in_(caller.clusters(*ALLOWED_TO[ActKind.CHANGE_PLAN]))
    )
    rows = session.exec(
        select(ClusterPlanRow).where(
            col(ClusterPlanRow.stage).in_(_NEXT_WITH_PLAN), col(ClusterPlanRow.id).in_(parties)
        )
    )
    for row in rows.all():
        stage = PlanStage(row.stage)
        yield ForOthers(
            subject="cluster_plan",
            id=row.id,
            reference=row.reference,
            stage=stage,
            acts_next=_NEXT_WITH_PLAN[stage],
            cluster=row.cluster_code if stage is PlanStage.PROPOSED else None,
            by_at=row.voices_by_at if stage is PlanStage.PROPOSED else None,
        )


def _called(
    session: Session, caller: Caller, role: Role, school: str | None, cluster: str | None
) -> tuple[str, ...]:
    """Name who acts next at a school or as a chair to officers and to people of that place."""
    own = school in caller.works_at or cluster in caller.clusters(*PANEL)
    is_named = role in (Role.SENCO, Role.HEAD, Role.PANEL_CHAIR)
    if not is_named or not (own or caller.holds(*OFFICERS)):
        return ()
    place: _Place = (role, school, None if school else cluster)
    return _named_at(session, caller, (place,))[place]


def _named_at(
    session: Session, caller: Caller, places: Iterable[_Place]
) -> dict[_Place, tuple[str, ...]]:
    """How colleagues call who holds a role at each school or cluster today, by one query."""

    def ask(wanted: list[_Place]) -> dict[_Place, tuple[str, ...]]:
        rows = session.exec(
            select(RoleHeldRow, PersonRow.called)
            .join(PersonRow, col(PersonRow.id) == RoleHeldRow.person_id)
            .where(
                col(RoleHeldRow.role).in_({role for role, _, _ in wanted}),
                col(RoleHeldRow.school_code).in_({school for _, school, _ in wanted if school})
                | col(RoleHeldRow.cluster_code).in_({code for _, _, code in wanted if code}),
                on_day(RoleHeldRow, caller.day),
            )
            .order_by(PersonRow.called)
        ).all()
        return {place: _who_acts(rows, *place) for place in wanted}

    return of_each(session, ("acts next", caller.day), places, ask)


def _who_acts(
    held: Iterable[tuple[RoleHeldRow, str]], role: Role, school: str | None, cluster: str | None
) -> tuple[str, ...]:
    found = {
        row.person_id: called
        for row, called in held
        if row.role == role
        and (row.school_code == school if school else row.cluster_code == cluster)
    }
    return tuple(found.values())
