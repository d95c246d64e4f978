"""Calibration cases as each person may see them: papers early, levels to who knows them, else late.

Nothing of a case shows what anybody voted before the panel's ballot has closed, and nothing of its
levels before every panel has voted (promise 7), but to those who wrote it or set them.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store import calibration
from activities.store.days import on_day
from activities.store.reading.caller import OFFICERS, PANEL, Caller
from activities.store.reading.meetings import OwnVote
from activities.store.seats import replaced_in, seated, seats_of
from activities.store.tables import (
    CalibrationBallotRow,
    CalibrationCaseRow,
    CalibrationSetterRow,
    CalibrationVoteRow,
    MeetingRow,
    PersonRow,
    RoleHeldRow,
)
from domain.calibration import CalibrationCase, CalibrationState
from domain.calibration_paper import CalibrationPaper
from domain.consistency import panel_levels
from domain.frozen import Frozen
from domain.moderation import Vote
from domain.needs import AreaOfNeed
from domain.people import MAY_VOTE, Role
from domain.refusals import NoPolicyInForce, RoleNeeded, Unknown

OWN_CASES = (*OFFICERS, Role.POLICY_OFFICER)
"""Whoever writes calibration cases and takes them out of use."""

_SETTERS = (*OWN_CASES, Role.SPECIALIST)

_THERE_IS_NONE = "there is none of that id that you may see"


class CaseLine(Frozen):
    """A calibration case in a list: where it stands, and which panels have had it."""

    id: UUID
    code: str
    state: CalibrationState
    written_at: datetime
    setters: int
    proposed: int
    """Of the people named to set its levels, those who have proposed them."""
    listed_for: tuple[str, ...]
    voted_by: tuple[str, ...]
    retired_on: date | None


class MayBeNamed(Frozen):
    """Somebody who may be named to set the levels of a made-up case."""

    person_id: UUID
    called: str
    roles: tuple[Role, ...]


class SettersView(Frozen):
    """How many people set the levels of a made-up case, and whom one would ask."""

    needed: int
    """An odd number, so that one level is in the middle."""
    people: tuple[MayBeNamed, ...]
    """The council's officers and panels' specialists, who vote on no case that they know."""


class Proposed(Frozen):
    """Levels that somebody proposed, and why; never who."""

    levels: dict[AreaOfNeed, int]
    reason: str


class CaseView(CaseLine):
    """A calibration case whole, as far as the person may see it."""

    paper: CalibrationPaper
    continuum: UUID
    """The version of the continuum by which its levels are set."""
    may_set: bool = False
    """Whether I am named to set its levels, and they are not set yet."""
    mine: Proposed | None
    """What I proposed myself."""
    proposals: tuple[Proposed, ...]
    """What all proposed, once all have: for those who know the case, for others when it retires."""
    definitive: dict[AreaOfNeed, int] | None


class CalibrationBallotLine(Frozen):
    """A calibration case in a meeting, and whether I have voted on it."""

    id: UUID
    code: str
    is_closed: bool
    have_voted: bool


class CalibrationBallotView(CalibrationBallotLine):
    """A panel's ballot on a calibration case: before its close my own vote and nobody else's."""

    meeting_id: UUID
    paper: CalibrationPaper
    continuum: UUID
    """The version of the continuum by which it is voted on."""
    may_vote: bool = False
    """Whether I may vote on it now: nobody does who wrote it or set its levels."""
    mine: OwnVote | None
    panel: dict[AreaOfNeed, float]
    """The mean of what the panel's members voted, once closed."""
    definitive: dict[AreaOfNeed, int] | None
    """Once every panel has voted and the case is retired."""
    reasons: tuple[str, ...]
    """Why those who set the levels set them so; shown with them."""


def calibration_cases(session: Session, caller: Caller) -> tuple[CaseLine, ...]:
    """List the calibration cases: for officers and policy officers all, for setters their own."""
    rows = session.exec(select(CalibrationCaseRow).order_by(CalibrationCaseRow.code)).all()
    known, setters = calibration.cases(session), calibration.setters_of_each(session)
    lines = [
        _line(row, known[row.id], len(setters[row.id]))
        for row in rows
        if caller.holds(*OWN_CASES) or caller.person.id in setters[row.id]
    ]
    if not lines and not caller.holds(*OWN_CASES):
        raise RoleNeeded(
            "to list calibration cases",
            "officers and policy officers do, and people who are named to set levels",
        )
    return tuple(lines)


def setters_to_name(session: Session, caller: Caller) -> SettersView:
    """List whom one would name to set the levels of a case, for whoever may write one."""
    if not caller.holds(*OWN_CASES):
        raise RoleNeeded("to name who sets levels", "officers and policy officers write cases")
    rules = calibration.calibration_rules_on(session, caller.day)
    if rules is None:
        raise NoPolicyInForce(
            f"how panels are calibrated on {caller.day}",
            "the panel rules in force have no part on it",
        )
    held = session.exec(
        select(PersonRow.id, PersonRow.called, RoleHeldRow.role)
        .join(RoleHeldRow, col(RoleHeldRow.person_id) == col(PersonRow.id))
        .where(col(RoleHeldRow.role).in_(_SETTERS), on_day(RoleHeldRow, caller.day))
    )
    roles: dict[tuple[str, UUID], set[Role]] = {}
    for person_id, called, role in held:
        roles.setdefault((called, person_id), set()).add(Role(role))
    people = tuple(
        MayBeNamed(
            person_id=person_id, called=called, roles=tuple(sorted(roles[called, person_id]))
        )
        for called, person_id in sorted(roles)
    )
    return SettersView(needed=rules.set_by, people=people)


def calibration_case(session: Session, caller: Caller, case_id: UUID) -> CaseView:
    """Read a calibration case; its levels are for those who know them until it is retired."""
    row = session.get(CalibrationCaseRow, case_id)
    person_id = caller.person.id
    setters = calibration.setters_of(session, case_id)
    if row is None or not (person_id in setters or caller.holds(*OWN_CASES)):
        raise Unknown("this calibration case", _THERE_IS_NONE)
    case = calibration.cases(session, case_id)[case_id]
    line = _line(row, case, len(setters))
    shows = case.shows_levels_to(person_id) and line.proposed == line.setters
    mine = [_proposed(case, each) for each in range(len(case.proposed))]
    own = [place for place, each in enumerate(case.proposed) if each.person_id == person_id]
    return CaseView(
        **dict(line),
        paper=_paper(row),
        continuum=row.continuum_id,
        may_set=person_id in setters and case.state is CalibrationState.DRAFTED,
        mine=mine[own[0]] if own else None,
        proposals=tuple(mine) if shows else (),
        definitive=case.definitive if shows else None,
    )


def calibration_ballots(
    session: Session, caller: Caller, meeting_id: UUID
) -> tuple[CalibrationBallotLine, ...]:
    """List the calibration cases that a meeting's panel votes on: for who belongs there."""
    meeting = session.get(MeetingRow, meeting_id)
    if meeting is None or not _belongs(session, caller, meeting.cluster_code, meeting_id):
        raise Unknown("this meeting", _THERE_IS_NONE)
    rows = session.exec(
        select(CalibrationBallotRow, CalibrationCaseRow.code)
        .join(CalibrationCaseRow, col(CalibrationCaseRow.id) == CalibrationBallotRow.case_id)
        .where(CalibrationBallotRow.meeting_id == meeting_id)
        .order_by(CalibrationCaseRow.code)
    )
    voted = _voted(session, caller.person.id)
    return tuple(_ballot_line(row, code, voted) for row, code in rows)


def calibration_ballot(session: Session, caller: Caller, ballot_id: UUID) -> CalibrationBallotView:
    """Read a panel's ballot on a calibration case, blind until it closes."""
    row = ballot_of_panel(session, caller, ballot_id)
    written = session.get_one(CalibrationCaseRow, row.case_id)
    case = calibration.cases(session, row.case_id)[row.case_id]
    closed = row.closed_at is not None
    shows = closed and case.state is CalibrationState.RETIRED
    votes = last_votes(session, ballot_id) if closed else ()
    return CalibrationBallotView(
        **dict(_ballot_line(row, written.code, _voted(session, caller.person.id))),
        meeting_id=row.meeting_id,
        paper=_paper(written),
        continuum=written.continuum_id,
        may_vote=not closed and _has_vote(session, caller, row),
        mine=_own_vote(session, caller, ballot_id),
        panel=panel_levels(votes),
        definitive=case.definitive if shows else None,
        reasons=tuple(each.reason for each in case.proposed) if shows else (),
    )


def ballot_of_panel(session: Session, caller: Caller, ballot_id: UUID) -> CalibrationBallotRow:
    """Find a ballot of a meeting in which the person belongs; any other is unknown."""
    row = session.get(CalibrationBallotRow, ballot_id)
    if row is None or not _belongs(session, caller, row.cluster_code, row.meeting_id):
        raise Unknown("this ballot", _THERE_IS_NONE)
    return row


def levels_to_propose(session: Session, caller: Caller) -> tuple[tuple[UUID, str], ...]:
    """List the cases whose levels the person is named to set and has not yet proposed."""
    mine = _sets(session, caller.person.id)
    if not mine:
        return ()
    found = calibration.cases(session, *mine)
    return tuple(
        (case_id, case.code)
        for case_id, case in found.items()
        if case.state is CalibrationState.DRAFTED and not _has_proposed(case, caller.person.id)
    )


def calibration_waiting(session: Session, caller: Caller) -> tuple[tuple[UUID, str, datetime], ...]:
    """List the open ballots on calibration cases that wait for the person's vote."""
    person_id = caller.person.id
    rows = session.exec(
        select(CalibrationBallotRow, CalibrationCaseRow, MeetingRow)
        .join(CalibrationCaseRow, col(CalibrationCaseRow.id) == CalibrationBallotRow.case_id)
        .join(MeetingRow, col(MeetingRow.id) == CalibrationBallotRow.meeting_id)
        .where(
            col(MeetingRow.cluster_code).in_(caller.clusters(*MAY_VOTE)) | seated(person_id),
            col(CalibrationBallotRow.closed_at).is_(None),
        )
    ).all()
    away = replaced_in(session, {meeting.id for _, _, meeting in rows}, person_id)
    voted, set_by = _voted(session, person_id), _sets(session, person_id)
    return tuple(
        (row.id, case.code, meeting.starts_at)
        for row, case, meeting in rows
        if meeting.id not in away
        and row.id not in voted
        and case.id not in set_by
        and case.written_by != person_id
    )


def _voted(session: Session, person_id: UUID) -> frozenset[UUID]:
    """The ballots on made-up cases in which the person has voted."""
    ballots = select(CalibrationVoteRow.ballot_id)
    return frozenset(session.exec(ballots.where(CalibrationVoteRow.person_id == person_id)))


def _sets(session: Session, person_id: UUID) -> frozenset[UUID]:
    """The cases whose levels the person is named to set."""
    cases = select(CalibrationSetterRow.case_id)
    return frozenset(session.exec(cases.where(CalibrationSetterRow.person_id == person_id)))


def last_votes(session: Session, ballot_id: UUID) -> tuple[Vote, ...]:
    """Read the last vote of each seat in a ballot on a calibration case that has closed."""
    return last_votes_of(session, [ballot_id])[ballot_id]


def last_votes_of(
    session: Session, ballot_ids: Collection[UUID]
) -> defaultdict[UUID, tuple[Vote, ...]]:
    """Read the same of several ballots at once."""
    rows = session.exec(
        select(CalibrationVoteRow)
        .where(col(CalibrationVoteRow.ballot_id).in_(ballot_ids))
        .order_by(col(CalibrationVoteRow.member_id), col(CalibrationVoteRow.revision))
    )
    last = {(row.ballot_id, row.member_id): row for row in rows}
    found: defaultdict[UUID, tuple[Vote, ...]] = defaultdict(tuple)
    for row in last.values():
        vote = Vote(person_id=row.person_id, levels=calibration.as_levels(row.levels))
        found[row.ballot_id] += (vote,)
    return found


def _belongs(session: Session, caller: Caller, cluster: str, meeting_id: UUID) -> bool:
    if cluster in caller.clusters(*PANEL):
        return True
    return any(each.in_stead_of for each in seats_of(session, caller.person.id, meeting_id))


def _has_vote(session: Session, caller: Caller, row: CalibrationBallotRow) -> bool:
    if _knows(session, caller.person.id, row.case_id):
        return False
    if row.cluster_code in caller.clusters(*MAY_VOTE):
        return True
    return any(each.in_stead_of for each in seats_of(session, caller.person.id, row.meeting_id))


def _knows(session: Session, person_id: UUID, case_id: UUID) -> bool:
    written_by = session.get_one(CalibrationCaseRow, case_id).written_by
    return person_id in {written_by, *calibration.setters_of(session, case_id)}


def _has_proposed(case: CalibrationCase, person_id: UUID) -> bool:
    return any(each.person_id == person_id for each in case.proposed)


def _proposed(case: CalibrationCase, place: int) -> Proposed:
    return Proposed(levels=case.proposed[place].levels, reason=case.proposed[place].reason)


def _paper(row: CalibrationCaseRow) -> CalibrationPaper:
    return CalibrationPaper.model_validate(row.paper, strict=False)


def _line(row: CalibrationCaseRow, case: CalibrationCase, setters: int) -> CaseLine:
    return CaseLine(
        id=row.id,
        code=row.code,
        state=case.state,
        written_at=row.written_at,
        setters=setters,
        proposed=len(case.proposed),
        listed_for=case.listed_for,
        voted_by=case.voted_by,
        retired_on=case.retired_on,
    )


def _ballot_line(
    row: CalibrationBallotRow, code: str, voted: frozenset[UUID]
) -> CalibrationBallotLine:
    return CalibrationBallotLine(
        id=row.id,
        code=code,
        is_closed=row.closed_at is not None,
        have_voted=row.id in voted,
    )


def _own_vote(session: Session, caller: Caller, ballot_id: UUID) -> OwnVote | None:
    row = session.exec(
        select(CalibrationVoteRow)
        .where(
            CalibrationVoteRow.ballot_id == ballot_id,
            CalibrationVoteRow.person_id == caller.person.id,
        )
        .order_by(col(CalibrationVoteRow.revision).desc())
        .limit(1)
    ).first()
    return None if row is None else OwnVote(**row.model_dump(include=set(OwnVote.model_fields)))
