"""What people say of calibration cases: written, levels proposed apart, voted on blind, retired.

A vote writes no event and no log line, as every vote (promise 7); nothing here moves a request.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from activities.store import calibration
from activities.store.policies import version_id_on
from activities.store.reading.calibration import OWN_CASES, ballot_of_panel
from activities.store.reading.caller import Caller
from activities.store.reading.panel import levels_of
from activities.store.reading.policies import continuum, policy, version_on
from activities.store.recording.faults import ContentFaulty
from activities.store.recording.said import Saying
from activities.store.recording.voting import ON_CALIBRATION_CASE, check_vote, write_vote
from activities.store.seats import seats_of
from activities.store.tables import (
    CalibrationCaseRow,
    CalibrationProposalRow,
    CalibrationSetterRow,
    PersonRow,
)
from domain.calibration import (
    CalibrationCase,
    CalibrationState,
    LevelsProposed,
    faults_of_levels,
    faults_of_proposal,
    retired,
    with_levels,
)
from domain.calibration_paper import CalibrationPaper, faults_of_writing
from domain.frozen import Frozen
from domain.moderation import Vote
from domain.needs import AreaOfNeed
from domain.policy.calibrating import CalibrationRules
from domain.policy.panel import PanelRules
from domain.refusals import (
    BallotClosed,
    Barred,
    NoPolicyInForce,
    NotAtThisStage,
    NotValid,
    RoleNeeded,
    Unknown,
)
from domain.request import Code, RequestKind

_TO_WRITE = "to write a calibration case"
_TO_SET = "to propose the levels of a calibration case"
_TO_RETIRE = "to retire a calibration case"

_CHILDREN = text(
    "SELECT EXISTS (SELECT FROM pupil AS p LEFT JOIN pupil_name AS n ON n.pupil_id = p.id"
    " WHERE position(lower(p.number) IN lower(:words)) > 0"
    " OR position(lower(n.given_name || ' ' || n.family_name) IN lower(:words)) > 0)"
)


class CaseWritten(Frozen):
    """A calibration case that was written, and under which code."""

    id: UUID
    code: Code


class LevelsKept(Frozen):
    """Levels that were proposed, and where that leaves the case."""

    case_id: UUID
    revision: int
    state: CalibrationState
    to_talk_about: tuple[str, ...]
    """Once all have proposed: what keeps the levels from being definitive, if anything does."""


class CaseRetired(Frozen):
    """A calibration case that is out of use from now on."""

    case_id: UUID


class CalibrationCast(Frozen):
    """A vote that was taken: the ballot, and which of the member's own revisions it is."""

    ballot_id: UUID
    revision: int


def write_calibration_case(
    session: Session, saying: Saying, code: str, paper: CalibrationPaper, setters: Sequence[UUID]
) -> CaseWritten:
    """Write a made-up case and name who sets its levels; every fault is told at once."""
    caller = saying.caller
    _check_role(caller, _TO_WRITE)
    _check_known(session, setters)
    rules = _rules(session, caller)
    edition = version_id_on(session, "continuum", caller.day)
    assert edition is not None, "panel rules are never in force without a continuum"
    scale = levels_of(continuum(session, {"continuum": str(edition)}))
    named = bool(session.connection().execute(_CHILDREN, {"words": paper.words}).scalar_one())
    faults = faults_of_writing(paper, setters, rules, scale, names_a_child=named)
    if faults:
        raise ContentFaulty(_TO_WRITE, faults)
    _check_free(session, code)
    session.add(
        CalibrationCaseRow(
            id=saying.id,
            code=code,
            paper=paper.model_dump(mode="json"),
            continuum_id=edition,
            written_by=caller.person.id,
            written_at=caller.now,
        )
    )
    session.flush()
    session.add_all(CalibrationSetterRow(case_id=saying.id, person_id=each) for each in setters)
    session.flush()
    calibration.say(session, "calibration_case_written", saying.id, caller.now)
    return CaseWritten(id=saying.id, code=code)


def propose_levels(
    session: Session, saying: Saying, case_id: UUID, levels: dict[AreaOfNeed, int], reason: str
) -> LevelsKept:
    """Propose a case's levels as one of those named, apart from the others; the last counts.

    With the last of them the levels become definitive, unless they lie too far apart: then all see
    what all proposed, and propose again.
    """
    caller = saying.caller
    case = calibration.lock_case(session, case_id)
    setters = calibration.setters_of(session, case_id)
    if case is None or caller.person.id not in setters:
        raise Unknown("this calibration case", "there is none of that id whose levels you set")
    if case.state is not CalibrationState.DRAFTED:
        raise NotAtThisStage(_TO_SET, f"it is {case.state.replace('_', ' ')}")
    own = LevelsProposed(person_id=caller.person.id, levels=levels, reason=reason)
    scale = _scale(session, case_id)
    faults = tuple(faults_of_proposal(own, scale))
    if faults:
        raise ContentFaulty(_TO_SET, faults)
    revision = _keep(session, saying, case_id, own)
    case = calibration.cases(session, case_id)[case_id]
    apart: tuple[str, ...] = ()
    if len(case.proposed) == len(setters):
        case, apart = _settled(session, caller, case_id, case, scale)
    return LevelsKept(case_id=case_id, revision=revision, state=case.state, to_talk_about=apart)


def retire_calibration_case(session: Session, saying: Saying, case_id: UUID) -> CaseRetired:
    """Take a case out of use for good, such as one that has become known."""
    caller = saying.caller
    _check_role(caller, _TO_RETIRE)
    case = calibration.lock_case(session, case_id)
    if case is None:
        raise Unknown("this calibration case", "there is none of that id")
    retired(case, caller.day)
    calibration.retire(session, case_id, caller.day, caller.person.id, caller.now)
    return CaseRetired(case_id=case_id)


def cast_calibration_vote(
    session: Session, saying: Saying, ballot_id: UUID, vote: Vote
) -> CalibrationCast:
    """Take a vote on a made-up case: as any vote, by the same rules, and nothing comes of it."""
    caller = saying.caller
    held = ballot_of_panel(session, caller, ballot_id)
    member_id = _voting_for(session, caller, held.cluster_code, held.meeting_id)
    if caller.person.id in _knows(session, held.case_id):
        raise Barred("to vote", "you wrote this case or set its levels")
    if held.closed_at is not None:
        raise BallotClosed("to vote", "the ballot has closed")
    row = session.get_one(CalibrationCaseRow, held.case_id)
    paper = CalibrationPaper.model_validate(row.paper, strict=False)
    edition = continuum(session, {"continuum": str(row.continuum_id)})
    check_vote(vote, paper.stated, edition, RequestKind.INDIVIDUAL)
    revision = write_vote(session, saying, ON_CALIBRATION_CASE, (ballot_id, member_id), vote)
    return CalibrationCast(ballot_id=ballot_id, revision=revision)


def _check_role(caller: Caller, asked: str) -> None:
    if not caller.holds(*OWN_CASES):
        raise RoleNeeded(asked, "officers and policy officers of the council do")


def _check_free(session: Session, code: str) -> None:
    taken = select(CalibrationCaseRow.id).where(CalibrationCaseRow.code == code)
    if session.exec(taken).first() is not None:
        raise NotValid(_TO_WRITE, "another case has this code", "Give it a code of its own.")


def _check_known(session: Session, people: Sequence[UUID]) -> None:
    known = session.exec(select(PersonRow.id).where(col(PersonRow.id).in_(people))).all()
    if len(known) != len(set(people)):
        raise Unknown(_TO_WRITE, "not everybody who is named is on record")


def _rules(session: Session, caller: Caller) -> CalibrationRules:
    rules = calibration.calibration_rules_on(session, caller.day)
    if rules is None:
        raise NoPolicyInForce(
            f"how panels are calibrated on {caller.day}",
            "the panel rules in force have no part on it",
        )
    return rules


def _scale(session: Session, case_id: UUID) -> range:
    row = session.get_one(CalibrationCaseRow, case_id)
    return levels_of(continuum(session, {"continuum": str(row.continuum_id)}))


def _keep(session: Session, saying: Saying, case_id: UUID, own: LevelsProposed) -> int:
    before = session.exec(
        select(CalibrationProposalRow.id).where(
            CalibrationProposalRow.case_id == case_id,
            CalibrationProposalRow.person_id == own.person_id,
        )
    ).all()
    row = CalibrationProposalRow(
        id=saying.id,
        case_id=case_id,
        person_id=own.person_id,
        revision=len(before) + 1,
        levels={area.value: level for area, level in own.levels.items()},
        reason=own.reason,
        proposed_at=saying.caller.now,
    )
    session.add(row)
    session.flush()
    return row.revision


def _settled(
    session: Session, caller: Caller, case_id: UUID, case: CalibrationCase, scale: range
) -> tuple[CalibrationCase, tuple[str, ...]]:
    """Make what was proposed definitive, or say what has to be talked about first."""
    rules = _rules(session, caller)
    faults = faults_of_levels(case.proposed, rules, scale)
    if faults:
        return case, tuple(dict.fromkeys(fault.says for fault in faults))
    after = with_levels(case, case.proposed, rules, scale)
    calibration.set_levels(session, case_id, after, caller.now)
    calibration.put_to_panels(session, caller.now)
    return after, ()


def _knows(session: Session, case_id: UUID) -> frozenset[UUID]:
    row = session.get_one(CalibrationCaseRow, case_id)
    return calibration.setters_of(session, case_id) | {row.written_by}


def _voting_for(session: Session, caller: Caller, cluster: str, meeting_id: UUID) -> UUID:
    """Say whose seat the person votes for: their own, or that of whom they sit in the stead of."""
    rules = policy(session, version_on(session, "panel", caller.day).id, PanelRules)
    if cluster in caller.clusters(*rules.voting_kinds):
        return caller.person.id
    for seat in seats_of(session, caller.person.id, meeting_id):
        if seat.in_stead_of is not None:
            return seat.in_stead_of
    raise RoleNeeded("to vote", "members of the cluster's panel vote")
