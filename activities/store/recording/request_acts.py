"""Acts on a request that was submitted: whose they are, when they fit, and who is barred.

The workflow checks stage and bars again, and has the last word on money and authority.
"""

from uuid import UUID

from sqlmodel import Session

from activities.store.reading.caller import (
    OFFICERS,
    SCHOOL_DESK,
    Caller,
    concerns_of,
    hears,
    ties_of,
)
from activities.store.reading.policies import continuum, panel_rules, policy
from activities.store.reading.seeing import may_know_of
from activities.store.recording.acts import check_not_waiting, write_act
from activities.store.recording.drafts import keep_answer
from activities.store.recording.said import Saying
from activities.store.recording.submitting import check_pupils, subject_of, write_version
from activities.store.tables import RequestRow
from domain.acts import ActRef, Answering, AuthorisingDifferently
from domain.authority import check_owed, check_reasons
from domain.departure import check_named
from domain.frozen import Frozen
from domain.interests import bars, check_may_decide, known_interests
from domain.people import Interest, Role
from domain.policy.schemes import Tariff
from domain.refusals import Barred, NotAtThisStage, RoleNeeded, TooLate, Unknown
from domain.stages import ALLOWED_AT, ALLOWED_TO, DECIDING, ENDED, ActKind, Stage

_SCHOOL_ACTS = frozenset({ActKind.ANSWER, ActKind.WITHDRAW})
_WITH_PANEL = frozenset({Stage.LISTED, Stage.IN_BALLOT})


def record_on_request(
    session: Session, saying: Saying, kind: ActKind, request_id: UUID, choices: Frozen
) -> ActRef:
    """Record an act on a request, with what must hold from this moment."""
    caller = saying.caller
    row = session.get(RequestRow, request_id, with_for_update=True)
    if row is None or not may_know_of(session, caller, row):
        raise Unknown("this request", "there is none of that id that you may see")
    if not _is_theirs(session, caller, kind, row):
        raise RoleNeeded(_to(kind), "it belongs to a role that you do not hold here today")
    _check_stage(kind, row)
    check_not_waiting(session, request_id, kind)
    if kind not in _SCHOOL_ACTS:
        _check_bars(session, caller, kind, row, getattr(choices, "interests", ()))
    _check_words(session, kind, row, choices)
    act = write_act(session, saying, kind, subject_of(row), choices)
    if isinstance(choices, Answering):
        check_pupils(session, choices.content, row.school_code, caller.day)
        write_version(session, saying, row, choices.content)
        keep_answer(session, saying, row.id, choices.content)
    return act


def _is_theirs(session: Session, caller: Caller, kind: ActKind, row: RequestRow) -> bool:
    allowed = ALLOWED_TO[kind]
    if row.school_code in caller.schools(*(allowed & set(SCHOOL_DESK))):
        return True
    if Role.PANEL_CHAIR in allowed and hears(session, caller, row, Role.PANEL_CHAIR):
        return True
    return caller.holds(*(allowed & set(OFFICERS)))


def _check_stage(kind: ActKind, row: RequestRow) -> None:
    """Refuse an act that does not fit; a school is not told which of the council's desks has it."""
    stage = Stage(row.stage)
    if stage in ENDED:
        raise TooLate(_to(kind), "the request has ended")
    here = _WITH_PANEL if stage in _WITH_PANEL else {stage}
    if not here & ALLOWED_AT[kind]:
        raise NotAtThisStage(_to(kind), "it does not fit where the request stands now")


def _check_bars(
    session: Session,
    caller: Caller,
    kind: ActKind,
    row: RequestRow,
    declared: tuple[Interest, ...],
) -> None:
    """Nobody decides their own; nor does a tie to the case go with any other officer's act."""
    rules = panel_rules(session, row.pins)
    ties = ties_of(session, caller)
    case = concerns_of(session, row, caller.day)
    if kind in DECIDING:
        check_may_decide(ties, case, declared, rules)
    elif bars(None, known_interests(ties, case), rules):
        raise Barred(_to(kind), "an interest in the case bars you")


def _check_words(session: Session, kind: ActKind, row: RequestRow, choices: Frozen) -> None:
    grounds = getattr(choices, "grounds", ())
    alternatives = getattr(choices, "alternatives", "")
    check_reasons(kind, grounds, alternatives, getattr(choices, "reason", None))
    if kind is ActKind.DECLINE:
        check_owed(kind, 0, row.owed_annual_pence, has_plan=row.has_plan)
    if isinstance(choices, AuthorisingDifferently):
        check_owed(kind, choices.annual_pence, row.owed_annual_pence, has_plan=row.has_plan)
        schemes = continuum(session, row.pins), policy(session, row.pins["tariff"], Tariff)
        check_named(choices.tier, choices.band, *schemes)


def _to(kind: ActKind) -> str:
    return f"to {kind.replace('_', ' ')}"
