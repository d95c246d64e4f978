"""A person's own worklist: what waits for them, oldest deadline first."""

from collections.abc import Callable, Iterator
from datetime import datetime
from textwrap import shorten
from uuid import UUID

from sqlmodel import Session, col, exists, select

from activities.store.reading.calibration import calibration_waiting, levels_to_propose
from activities.store.reading.called import borrowing_waiting, urgent_waiting
from activities.store.reading.caller import Caller, start_of
from activities.store.reading.cluster_plans import plans_waiting
from activities.store.reading.covers import Covered, covered_by
from activities.store.reading.events import barred_from
from activities.store.reading.meeting_tasks import meetings_waiting
from activities.store.reading.overspends import overspends_waiting
from activities.store.reading.payments import runs_waiting
from activities.store.reading.plan_outcomes import outcomes_waiting
from activities.store.reading.policies import panel_rules
from activities.store.reading.publications import publications_waiting
from activities.store.reading.reconsiderations import challenges_waiting
from activities.store.reading.requests import FOR_OFFICERS, waits_for_officer
from activities.store.reading.services import SERVICE_KINDS, services_waiting
from activities.store.reading.statements import months_to_close, shortfall_rows, waiting_signatures
from activities.store.seats import replaced_in, seat_of, seated_for, seats_among
from activities.store.tables import (
    AgendaItemRow,
    BallotRow,
    DraftRow,
    InterestRow,
    MeetingRow,
    RequestRow,
    VoteRow,
)
from activities.store.urgent import closing_times, sub_panels
from domain.frozen import Frozen
from domain.payment_run import RunStage
from domain.people import MAY_VOTE, Role
from domain.periods import ONE_DAY
from domain.publication import PublicationStage
from domain.request import RequestKind
from domain.stages import ALLOWED_TO, ActKind, Stage
from domain.waiting import Waits

_TITLE_LETTERS = 80


_FOR_SCHOOL = {Stage.RETURNED: Waits.MEND_REQUEST, Stage.MORE_INFORMATION: Waits.ANSWER_PANEL}


class Task(Frozen):
    """One thing that waits for the person: what it is, about which reference, by when."""

    waits: Waits
    id: UUID
    """The draft, request, challenge, item, ballot, shortfall, month, year, run or policy."""
    reference: str | None
    """The request's or run's; the pot that will run short; the month; the year, by its April;
    a meeting's cluster."""
    by_at: datetime | None
    kind: RequestKind | None = None
    """With a draft: what kind of request it is, how it begins, and when it was last saved."""
    about: str | None = None
    saved_at: datetime | None = None
    in_stead_of: str | None = None
    """What the colleague is called whom the person covers for, where it waits for that one."""
    meeting_id: UUID | None = None
    """With an item or a ballot: the meeting that hears it."""


def worklist(
    session: Session, caller: Caller, only: frozenset[Waits] | None = None
) -> tuple[Task, ...]:
    """List what waits for the person in every role held today; ``only`` some kinds of it.

    Parts of the record that have none of the kinds that are asked for are not looked at.
    """
    found = [
        task
        for part, kinds in _PARTS
        if only is None or only & kinds
        for task in part(session, caller)
        if only is None or task.waits in only
    ]
    return tuple(sorted(found, key=lambda task: (task.by_at is None, task.by_at, str(task.id))))


def _drafts(session: Session, caller: Caller) -> Iterator[Task]:
    """Drafts not submitted: the SENCO finishes one, the head confirms it."""
    heads = caller.schools(Role.HEAD)
    schools = caller.schools(Role.SENCO) | heads
    rows = session.exec(
        select(DraftRow)
        .join(RequestRow, col(RequestRow.id) == DraftRow.id, isouter=True)
        .where(col(DraftRow.school_code).in_(schools), col(RequestRow.id).is_(None))
    )
    for row in rows:
        confirmed = row.confirmed_version == row.version
        if row.school_code in heads and not confirmed:
            yield _draft(row, Waits.CONFIRM_DRAFT)
        if row.school_code in caller.schools(Role.SENCO):
            yield _draft(row, Waits.FINISH_DRAFT)


def _draft(row: DraftRow, waits: Waits) -> Task:
    """A draft by how it begins: it has no reference yet, and a list of ids tells nobody apart."""
    about = row.content.get("about")
    return Task(
        waits=waits,
        id=row.id,
        reference=None,
        by_at=None,
        kind=RequestKind(row.content["kind"]),
        about=shorten(about, _TITLE_LETTERS, placeholder=" ...") if about else None,
        saved_at=row.saved_at,
    )


def _of_school(session: Session, caller: Caller) -> Iterator[Task]:
    rows = session.exec(
        select(RequestRow).where(
            col(RequestRow.school_code).in_(caller.schools(Role.SENCO, Role.HEAD)),
            col(RequestRow.stage).in_(list(_FOR_SCHOOL)),
        )
    )
    for row in rows:
        waits = _FOR_SCHOOL[Stage(row.stage)]
        yield Task(waits=waits, id=row.id, reference=row.reference, by_at=row.waits_until_at)


def _items(session: Session, caller: Caller) -> Iterator[Task]:
    """Items to declare an interest in, and for the chair to have heard."""
    members = caller.clusters(*MAY_VOTE, Role.OBSERVER)
    chairs = caller.clusters(Role.PANEL_CHAIR)
    person_id = caller.person.id
    rows = session.exec(
        select(AgendaItemRow, MeetingRow, RequestRow.reference)
        .join(MeetingRow, col(MeetingRow.id) == AgendaItemRow.meeting_id)
        .join(RequestRow, col(RequestRow.id) == AgendaItemRow.request_id)
        .where(
            (col(MeetingRow.cluster_code).in_(members) & ~sub_panels()) | seated_for(person_id),
            MeetingRow.stage == "called",
            col(AgendaItemRow.state).in_(["listed", "in_ballot"]),
        )
    ).all()
    away = replaced_in(session, {meeting.id for _, meeting, _ in rows}, person_id) if rows else ()
    items = [item.id for item, _, _ in rows]
    closing, declared = closing_times(session, items), _declared_on(session, caller, items)
    for item, meeting, reference in rows:
        by_at = closing.get(item.id, meeting.starts_at)
        if meeting.id not in away and item.id not in declared:
            yield _item_task(Waits.DECLARE_INTEREST, item, reference, by_at)
        if meeting.cluster_code in chairs and item.state == "listed":
            yield _item_task(Waits.HEAR_ITEM, item, reference, by_at)


def _item_task(waits: Waits, item: AgendaItemRow, reference: str, by_at: datetime) -> Task:
    meeting_id = item.meeting_id
    return Task(waits=waits, id=item.id, reference=reference, by_at=by_at, meeting_id=meeting_id)


def _declared_on(session: Session, caller: Caller, items: list[UUID]) -> frozenset[UUID]:
    """Those of the items on which the person has declared an interest, or none."""
    found = select(InterestRow.item_id).where(
        InterestRow.person_id == caller.person.id, col(InterestRow.item_id).in_(items)
    )
    return frozenset(session.exec(found))


def _for_panel_desk(session: Session, caller: Caller) -> Iterator[Task]:
    """What keeps a ballot from being opened: members to call to an urgent request, or to borrow."""
    for waits, found in (
        (Waits.CALL_MEMBERS, urgent_waiting(session, caller)),
        (Waits.BORROW_MEMBERS, borrowing_waiting(session, caller)),
    ):
        for waiting_id, reference, by_at in found:
            yield Task(waits=waits, id=waiting_id, reference=reference, by_at=by_at)


def _ballots(session: Session, caller: Caller) -> Iterator[Task]:
    """Open ballots in which the person may vote and has not; nobody else's vote changes this."""
    person_id = caller.person.id
    rows = session.exec(
        select(BallotRow, MeetingRow, RequestRow)
        .join(AgendaItemRow, col(AgendaItemRow.id) == BallotRow.item_id)
        .join(MeetingRow, col(MeetingRow.id) == AgendaItemRow.meeting_id)
        .join(RequestRow, col(RequestRow.id) == BallotRow.request_id)
        .where(
            col(MeetingRow.cluster_code).in_(caller.clusters(*MAY_VOTE)) | seated_for(person_id),
            col(BallotRow.closed_at).is_(None),
            col(BallotRow.closes_at) > caller.now,
            ~exists().where(
                col(VoteRow.ballot_id) == col(BallotRow.id), col(VoteRow.person_id) == person_id
            ),
        )
    )
    found = rows.all()
    away = replaced_in(session, {meeting.id for _, meeting, _ in found}, person_id) if found else ()
    seats_among(session, {meeting.id for _, meeting, _ in found})
    free = _free_of_interests(session, caller, [ballot.item_id for ballot, _, _ in found])
    for ballot, meeting, request in found:
        if ballot.item_id not in free:
            continue
        is_away = meeting.id in away
        if _votes_in(session, caller, meeting, ballot.item_id, request, is_away=is_away):
            yield Task(
                waits=Waits.VOTE,
                id=ballot.id,
                reference=request.reference,
                by_at=ballot.closes_at,
                meeting_id=meeting.id,
            )


def _of_calibration(session: Session, caller: Caller) -> Iterator[Task]:
    """Made-up cases whose levels the person is to set, and those that the panel votes on."""
    for case_id, code in levels_to_propose(session, caller):
        yield Task(waits=Waits.PROPOSE_LEVELS, id=case_id, reference=code, by_at=None)
    for ballot_id, code, by_at in calibration_waiting(session, caller):
        yield Task(waits=Waits.CALIBRATE, id=ballot_id, reference=code, by_at=by_at)


def _votes_in(
    session: Session,
    caller: Caller,
    meeting: MeetingRow,
    item_id: UUID,
    request: RequestRow,
    *,
    is_away: bool,
) -> bool:
    """Whether a vote is the person's to give: by a role that votes, or for somebody who is away."""
    if meeting.cluster_code in caller.clusters(*panel_rules(session, request.pins).voting_kinds):
        return not is_away
    return seat_of(session, caller.person.id, meeting.id, item_id) is not None


def _free_of_interests(session: Session, caller: Caller, items: list[UUID]) -> frozenset[UUID]:
    """Those of the items for which what the person declared last does not bar."""
    rows = session.exec(
        select(InterestRow.item_id, InterestRow.bars)
        .where(InterestRow.person_id == caller.person.id, col(InterestRow.item_id).in_(items))
        .order_by(col(InterestRow.revision))
    )
    return frozenset(item_id for item_id, bars in dict(rows.all()).items() if not bars)


def _of_officer(session: Session, caller: Caller) -> Iterator[Task]:
    """Requests whose turn is the officer's: by grade or role where one is named, else anybody's.

    What waits for a colleague whom the officer covers for today comes with the colleague's name.
    One that an interest bars the officer from waits for others (promise 6).
    """
    own = caller.officer_names
    if not own:
        return
    covered = covered_by(session, caller)
    names = own | {name for each in covered for name in each.names}
    rows = session.exec(select(RequestRow).where(waits_for_officer(names))).all()
    barred = barred_from(session, caller, {row.id for row in rows})
    for row in rows:
        if row.id in barred:
            continue
        waits = FOR_OFFICERS[Stage(row.stage)]
        by_at = row.waits_until_at or row.decide_by_at
        instead = None if row.waits_for in {None, *own} else _colleague(covered, row.waits_for)
        yield Task(
            waits=waits, id=row.id, reference=row.reference, by_at=by_at, in_stead_of=instead
        )


def _colleague(covered: tuple[Covered, ...], name: str | None) -> str | None:
    return next((each.called for each in covered if name in each.names), None)


def _of_challenges(session: Session, caller: Caller) -> Iterator[Task]:
    """Challenges for an officer who had no part: to give to a panel, and to answer."""
    for line, kind in challenges_waiting(session, caller):
        waits, by_at = Waits(kind.value), line.answer_by_at
        yield Task(waits=waits, id=line.id, reference=line.reference, by_at=by_at)


def _of_money(session: Session, caller: Caller) -> Iterator[Task]:
    """Shortfalls seen coming; months to close; years and runs that wait for a name."""
    if caller.holds(Role.FINANCE_OFFICER, Role.PANEL_CHAIR):
        for row in shortfall_rows(session, caller):
            waits = Waits.LOOK_AT_SHORTFALL
            yield Task(waits=waits, id=row.id, reference=row.pot, by_at=None)
    for month in months_to_close(session, caller):
        yield Task(waits=Waits.CLOSE_MONTH, id=month.id, reference=month.name, by_at=month.by_at)
    if caller.holds(*ALLOWED_TO[ActKind.SIGN_YEAR_END]):
        for act_id, year in waiting_signatures(session, caller):
            yield Task(waits=Waits.SIGN_YEAR_END, id=act_id, reference=str(year), by_at=None)
    for run in runs_waiting(session, caller):
        if run.stage is RunStage.PREPARED:
            by_at = start_of(run.due_until_on + ONE_DAY)
            waits = Waits.APPROVE_RUN
        else:
            waits, by_at = Waits.READ_ANSWER, None
        yield Task(waits=waits, id=run.id, reference=run.reference, by_at=by_at)


def _of_overspends(session: Session, caller: Caller) -> Iterator[Task]:
    """Covers from the recorded overspend that another person proposed."""
    for act_id, pot in overspends_waiting(session, caller):
        yield Task(waits=Waits.SECOND_OVERSPEND, id=act_id, reference=pot, by_at=None)


def _of_services(session: Session, caller: Caller) -> Iterator[Task]:
    """What a panel asked of the person's service; for the chair what is late of it."""
    for each in services_waiting(session, caller):
        yield Task(waits=each.waits, id=each.id, reference=each.reference, by_at=each.by_at)


def _of_policy(session: Session, caller: Caller) -> Iterator[Task]:
    """Drafts of policy to approve before their first day begins, and one's own to mend."""
    for draft in publications_waiting(session, caller):
        faulty = draft.stage is PublicationStage.FAULTY
        waits = Waits.MEND_POLICY if faulty else Waits.APPROVE_POLICY
        by_at = start_of(draft.begins_on) if draft.begins_on else None
        yield Task(waits=waits, id=draft.id, reference="; ".join(draft.versions), by_at=by_at)


def _of_meetings(session: Session, caller: Caller) -> Iterator[Task]:
    """Meetings to answer, to run today, and whose minutes are to be read."""
    for waits, row in meetings_waiting(session, caller):
        by_at = None if waits is Waits.READ_MINUTES else row.starts_at
        yield Task(
            waits=waits, id=row.id, reference=row.cluster_code, by_at=by_at, meeting_id=row.id
        )


def _of_plans(session: Session, caller: Caller) -> Iterator[Task]:
    """Cluster plans that wait for a school's voice, an officer's signature, a term's outcomes."""
    for kind, plan_id, reference, by_at in plans_waiting(session, caller):
        yield Task(waits=Waits(kind.value), id=plan_id, reference=reference, by_at=by_at)
    for plan_id, reference, by_at in outcomes_waiting(session, caller):
        yield Task(waits=Waits.REPORT_OUTCOME, id=plan_id, reference=reference, by_at=by_at)


_Part = Callable[[Session, Caller], Iterator[Task]]
_PARTS: tuple[tuple[_Part, frozenset[Waits]], ...] = (
    (_drafts, frozenset({Waits.FINISH_DRAFT, Waits.CONFIRM_DRAFT})),
    (_of_school, frozenset(_FOR_SCHOOL.values())),
    (_items, frozenset({Waits.DECLARE_INTEREST, Waits.HEAR_ITEM})),
    (_for_panel_desk, frozenset({Waits.CALL_MEMBERS, Waits.BORROW_MEMBERS})),
    (
        _of_meetings,
        frozenset({Waits.ANSWER_MEETING, Waits.RUN_MEETING, Waits.READ_MINUTES}),
    ),
    (_ballots, frozenset({Waits.VOTE})),
    (_of_calibration, frozenset({Waits.PROPOSE_LEVELS, Waits.CALIBRATE})),
    (_of_officer, frozenset(FOR_OFFICERS.values())),
    (
        _of_challenges,
        frozenset({Waits.TAKE_CHALLENGE, Waits.RECONSIDER, Waits.NOTE_KEY_DECISION}),
    ),
    (
        _of_money,
        frozenset(
            {
                Waits.LOOK_AT_SHORTFALL,
                Waits.CLOSE_MONTH,
                Waits.SIGN_YEAR_END,
                Waits.APPROVE_RUN,
                Waits.READ_ANSWER,
            }
        ),
    ),
    (_of_overspends, frozenset({Waits.SECOND_OVERSPEND})),
    (_of_plans, frozenset({Waits.VOICE_ON_PLAN, Waits.SIGN_PLAN, Waits.REPORT_OUTCOME})),
    (_of_policy, frozenset({Waits.APPROVE_POLICY, Waits.MEND_POLICY})),
    (_of_services, SERVICE_KINDS),
)
"""Where each part of a worklist is found, and which kinds it may have."""
