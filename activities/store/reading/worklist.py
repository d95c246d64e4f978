"""A person's own worklist: what waits for them, oldest deadline first."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from textwrap import shorten
from uuid import UUID

from sqlmodel import Session, col, or_, select

from activities.store.reading.calibration import calibration_waiting, levels_to_propose
from activities.store.reading.caller import OFFICERS, Caller, start_of
from activities.store.reading.panel import declared_by
from activities.store.reading.payments import runs_waiting
from activities.store.reading.policies import panel_rules
from activities.store.reading.publications import publications_waiting
from activities.store.reading.reconsiderations import challenges_waiting
from activities.store.reading.statements import months_to_close, shortfall_rows, waiting_signatures
from activities.store.seats import is_away, replaced_in, seat_of, seated_for
from activities.store.tables import (
    AgendaItemRow,
    BallotRow,
    DraftRow,
    InterestRow,
    MeetingRow,
    RequestRow,
    VoteRow,
)
from domain.frozen import Frozen
from domain.payment_run import RunStage
from domain.people import MAY_VOTE, Role
from domain.publication import PublicationStage
from domain.request import RequestKind
from domain.stages import ALLOWED_TO, ActKind, Stage

_TITLE_LETTERS = 80


class Waits(StrEnum):
    """What waits for the person."""

    FINISH_DRAFT = "finish_draft"
    CONFIRM_DRAFT = "confirm_draft"
    MEND_REQUEST = "mend_request"
    ANSWER_PANEL = "answer_panel"
    DECLARE_INTEREST = "declare_interest"
    VOTE = "vote"
    HEAR_ITEM = "hear_item"
    LOOK_AT_CASE = "look_at_case"
    PRICE = "price"
    FIND_MONEY = "find_money"
    SIGN = "sign"
    RECORD_KEY_DECISION = "record_key_decision"
    TAKE_CHALLENGE = "take_challenge"
    RECONSIDER = "reconsider"
    LOOK_AT_SHORTFALL = "look_at_shortfall"
    CLOSE_MONTH = "close_month"
    SIGN_YEAR_END = "sign_year_end"
    APPROVE_RUN = "approve_run"
    READ_ANSWER = "read_answer"
    APPROVE_POLICY = "approve_policy"
    MEND_POLICY = "mend_policy"
    PROPOSE_LEVELS = "propose_levels"
    CALIBRATE = "calibrate"


_FOR_SCHOOL = {Stage.RETURNED: Waits.MEND_REQUEST, Stage.MORE_INFORMATION: Waits.ANSWER_PANEL}
_FOR_OFFICERS = {
    Stage.WITH_OFFICER: Waits.LOOK_AT_CASE,
    Stage.UNPRICED: Waits.PRICE,
    Stage.NO_MONEY: Waits.FIND_MONEY,
    Stage.SIGN_OFF: Waits.SIGN,
    Stage.KEY_DECISION: Waits.RECORD_KEY_DECISION,
}


class Task(Frozen):
    """One thing that waits for the person: what it is, about which reference, by when."""

    waits: Waits
    id: UUID
    """The draft, request, challenge, item, ballot, shortfall, month, year, run or policy."""
    reference: str | None
    """The request's or run's; the pot that will run short; the month; the year, by its April."""
    by_at: datetime | None
    kind: RequestKind | None = None
    """With a draft: what kind of request it is, how it begins, and when it was last saved."""
    about: str | None = None
    saved_at: datetime | None = None


def worklist(session: Session, caller: Caller) -> tuple[Task, ...]:
    """List what waits for the person in every role held today."""
    found = [
        *_drafts(session, caller),
        *_of_school(session, caller),
        *_items(session, caller),
        *_ballots(session, caller),
        *_of_calibration(session, caller),
        *_of_officer(session, caller),
        *_of_challenges(session, caller),
        *_of_money(session, caller),
        *_of_policy(session, caller),
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
            col(MeetingRow.cluster_code).in_(members) | seated_for(person_id),
            MeetingRow.stage == "called",
            col(AgendaItemRow.state).in_(["listed", "in_ballot"]),
        )
    ).all()
    away = replaced_in(session, {meeting.id for _, meeting, _ in rows}, person_id)
    for item, meeting, reference in rows:
        by_at = meeting.starts_at
        if meeting.id not in away and declared_by(session, caller, item.id) is None:
            waits = Waits.DECLARE_INTEREST
            yield Task(waits=waits, id=item.id, reference=reference, by_at=by_at)
        if meeting.cluster_code in chairs and item.state == "listed":
            yield Task(waits=Waits.HEAR_ITEM, id=item.id, reference=reference, by_at=by_at)


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
        )
    )
    for ballot, meeting, request in rows.all():
        if not _votes_in(session, caller, meeting, ballot.item_id, request):
            continue
        if not _has_voted(session, caller, ballot.id) and _may_vote(session, caller, ballot):
            by_at = ballot.closes_at
            yield Task(waits=Waits.VOTE, id=ballot.id, reference=request.reference, by_at=by_at)


def _of_calibration(session: Session, caller: Caller) -> Iterator[Task]:
    """Made-up cases whose levels the person is to set, and those that the panel votes on."""
    for case_id, code in levels_to_propose(session, caller):
        yield Task(waits=Waits.PROPOSE_LEVELS, id=case_id, reference=code, by_at=None)
    for ballot_id, code, by_at in calibration_waiting(session, caller):
        yield Task(waits=Waits.CALIBRATE, id=ballot_id, reference=code, by_at=by_at)


def _votes_in(
    session: Session, caller: Caller, meeting: MeetingRow, item_id: UUID, request: RequestRow
) -> bool:
    """Whether a vote is the person's to give: by a role that votes, or for somebody who is away."""
    if meeting.cluster_code in caller.clusters(*panel_rules(session, request.pins).voting_kinds):
        return not is_away(session, meeting.id, caller.person.id)
    return seat_of(session, caller.person.id, meeting.id, item_id) is not None


def _has_voted(session: Session, caller: Caller, ballot_id: UUID) -> bool:
    mine = select(VoteRow.id).where(
        VoteRow.ballot_id == ballot_id, VoteRow.person_id == caller.person.id
    )
    return session.exec(mine.limit(1)).first() is not None


def _may_vote(session: Session, caller: Caller, ballot: BallotRow) -> bool:
    last = session.exec(
        select(InterestRow.bars)
        .where(InterestRow.item_id == ballot.item_id, InterestRow.person_id == caller.person.id)
        .order_by(col(InterestRow.revision).desc())
        .limit(1)
    ).first()
    return last is False


def _of_officer(session: Session, caller: Caller) -> Iterator[Task]:
    """Requests whose turn is the officer's: by grade or role where one is named, else anybody's."""
    held = caller.person.held_on(caller.day, *OFFICERS)
    if not held:
        return
    named = {str(each.role) for each in held} | caller.grades
    waits_for = col(RequestRow.waits_for)
    rows = session.exec(
        select(RequestRow).where(
            col(RequestRow.stage).in_(list(_FOR_OFFICERS)),
            or_(waits_for.is_(None), waits_for.in_(named)),
        )
    )
    for row in rows:
        waits = _FOR_OFFICERS[Stage(row.stage)]
        by_at = row.waits_until_at or row.decide_by_at
        yield Task(waits=waits, id=row.id, reference=row.reference, by_at=by_at)


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
        waits = Waits.APPROVE_RUN if run.stage is RunStage.PREPARED else Waits.READ_ANSWER
        yield Task(waits=waits, id=run.id, reference=run.reference, by_at=None)


def _of_policy(session: Session, caller: Caller) -> Iterator[Task]:
    """Drafts of policy to approve before their first day begins, and one's own to mend."""
    for draft in publications_waiting(session, caller):
        faulty = draft.stage is PublicationStage.FAULTY
        waits = Waits.MEND_POLICY if faulty else Waits.APPROVE_POLICY
        by_at = start_of(draft.begins_on) if draft.begins_on else None
        yield Task(waits=waits, id=draft.id, reference="; ".join(draft.versions), by_at=by_at)
