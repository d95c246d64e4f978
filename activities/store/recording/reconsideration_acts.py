"""Acts on a challenge to a decision: whose they are, when they fit, and who is kept out.

The workflow checks stage and people again, and the database holds who may answer (promise 6).
"""

from uuid import UUID

from sqlmodel import Session, col, select

from activities.clock import LONDON
from activities.store.reading.caller import (
    OFFICERS,
    SCHOOL_DESK,
    Caller,
    concerns_of,
    ties_of,
)
from activities.store.reading.challenge_window import challenge_by
from activities.store.reading.policies import panel_rules
from activities.store.reading.seeing import may_know_of
from activities.store.reconsiderations import Look, look_of
from activities.store.recording.acts import Subject, check_not_waiting, write_act
from activities.store.recording.said import Saying
from activities.store.tables import (
    ActRow,
    ClusterRow,
    DecisionRow,
    ReconsiderationRow,
    RequestRow,
)
from domain.acts import ActRef
from domain.authority import check_reasons
from domain.frozen import Frozen
from domain.interests import check_may_decide
from domain.people import Interest
from domain.reconsideration import (
    NOT_FOR_THE_INVOLVED,
    Challenger,
    ChallengeStage,
    check_challenge_act,
    check_fresh,
    check_in_window,
    panel_to_look,
)
from domain.reconsideration_acts import Challenging, Reconsidering, TakingChallenge
from domain.refusals import NotAtThisStage, NotValid, RoleNeeded, TooLate, Unknown
from domain.stages import ALLOWED_TO, ActKind, Stage

_CHALLENGE = "to challenge the decision"
_NOBODYS = "there is none of that id that you may see"


def record_on_challenge(
    session: Session, saying: Saying, kind: ActKind, subject_id: UUID, choices: Frozen
) -> ActRef:
    """Record a challenge, or an act on one, with what must hold from this moment."""
    if isinstance(choices, Challenging):
        return _challenge(session, saying, choices)
    look = look_of(session, subject_id)
    row = session.get(RequestRow, look.request_id, with_for_update=True) if look else None
    if look is None or row is None or not may_know_of(session, saying.caller, row):
        raise Unknown("this challenge", _NOBODYS)
    _check_theirs(saying.caller, kind, row)
    check_challenge_act(kind, look.stage)
    check_not_waiting(session, subject_id, kind)
    _check_people(session, saying.caller, kind, row, look, getattr(choices, "interests", ()))
    if isinstance(choices, TakingChallenge):
        _check_panel(session, row, choices)
    if isinstance(choices, Reconsidering):
        check_reasons(kind, choices.grounds, choices.alternatives, choices.reason)
    return write_act(session, saying, kind, _subject(look.id, row), choices)


def _challenge(session: Session, saying: Saying, choices: Challenging) -> ActRef:
    caller, kind = saying.caller, ActKind.CHALLENGE
    row = session.get(RequestRow, choices.request_id, with_for_update=True)
    if row is None or not may_know_of(session, caller, row):
        raise Unknown("this request", _NOBODYS)
    _check_theirs(caller, kind, row)
    is_officer = caller.holds(*OFFICERS)
    if choices.by is Challenger.SCHOOL and row.school_code not in caller.schools(*SCHOOL_DESK):
        raise RoleNeeded(
            _CHALLENGE, "a school's challenge is its own", "Record the family's, if it is theirs."
        )
    decision = _open_to_challenge(session, row)
    until = challenge_by(session, row, decision)
    if until is None:
        raise TooLate(_CHALLENGE, "it is the answer to a challenge, and that answer is final")
    rules = panel_rules(session, row.pins)
    late = check_in_window(
        caller.now, until.astimezone(LONDON), choices.late_because, rules, is_officer=is_officer
    )
    subject = _subject(saying.id, row)
    subject = subject.model_copy(update={"facts": subject.facts | {"late": late}})
    return write_act(session, saying, kind, subject, choices)


def _open_to_challenge(session: Session, row: RequestRow) -> DecisionRow:
    """The decision that stands, if nobody challenges it yet."""
    decision = session.get(DecisionRow, row.decision_id) if row.decision_id else None
    if decision is None or row.stage != Stage.DECIDED:
        raise NotAtThisStage(_CHALLENGE, "there is no decision that stands")
    challenged = select(ReconsiderationRow.stage).where(
        ReconsiderationRow.decision_id == decision.id,
        ReconsiderationRow.stage != ChallengeStage.WITHDRAWN,
    )
    waiting = select(ActRow.id).where(
        ActRow.kind == ActKind.CHALLENGE,
        col(ActRow.outcome).is_(None),
        col(ActRow.choices)["request_id"].astext == str(row.id),
    )
    before = session.exec(challenged).first()
    if before == ChallengeStage.ANSWERED:
        raise NotAtThisStage(
            _CHALLENGE,
            "it was challenged and answered, and that answer is final",
            "A complaint can still be made; the letter says how.",
        )
    if before or session.exec(waiting).first():
        raise NotAtThisStage(
            _CHALLENGE,
            "it is challenged already",
            "Look at the challenge: it says where it stands and whose turn it is.",
        )
    return decision


def _check_theirs(caller: Caller, kind: ActKind, row: RequestRow) -> None:
    allowed = ALLOWED_TO[kind]
    at_desk = row.school_code in caller.schools(*(allowed & set(SCHOOL_DESK)))
    if not at_desk and not caller.holds(*(allowed & set(OFFICERS))):
        raise RoleNeeded(
            f"to {kind.replace('_', ' ')}", "it belongs to a role that you do not hold here today"
        )


def _check_people(
    session: Session,
    caller: Caller,
    kind: ActKind,
    row: RequestRow,
    look: Look,
    declared: tuple[Interest, ...],
) -> None:
    """Nobody who had a part gives it to a panel, or answers it (promise 6)."""
    if kind not in NOT_FOR_THE_INVOLVED:
        return
    check_fresh(kind, caller.person.id, look.involved)
    rules = panel_rules(session, row.pins)
    case = concerns_of(session, row, caller.day)
    check_may_decide(ties_of(session, caller), case, declared, rules)


def _check_panel(session: Session, row: RequestRow, choices: TakingChallenge) -> None:
    cluster = panel_to_look(panel_rules(session, row.pins), row.cluster_code, choices.cluster)
    if session.get(ClusterRow, cluster) is None:
        raise NotValid("to give the challenge to this panel", "there is no cluster of that code")


def _subject(reconsideration_id: UUID, row: RequestRow) -> Subject:
    return Subject(
        subject="reconsideration",
        id=reconsideration_id,
        cluster=row.cluster_code,
        school=row.school_code,
        facts={"reference": row.reference},
    )
