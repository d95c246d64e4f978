"""Acts on payment runs: prepared by one person, approved by another, answered and settled.

It is the person that is barred from approving, not the role (promise 6); who may approve at all
is the finance policy's.
"""

from uuid import UUID

from sqlmodel import Session

from activities.store import files
from activities.store.files import FileKind
from activities.store.payments import Run, payees_of, take_in_hand
from activities.store.reading.caller import Caller
from activities.store.reading.payments import may_look
from activities.store.recording.acts import Subject, check_not_waiting, write_act
from activities.store.recording.said import Saying
from activities.store.run_policies import finance_version
from domain.acts import ActRef
from domain.finance_acts import ApprovingRun, PreparingRun, ReadingAnswer, SettlingDifference
from domain.frozen import Frozen
from domain.payment_run import (
    check_approver,
    check_as_prepared,
    check_period,
    check_run_act,
    check_settler,
    undoes,
)
from domain.people import Role
from domain.refusals import RoleNeeded, Unknown
from domain.stages import ALLOWED_TO, ActKind


def record_on_run(
    session: Session, saying: Saying, kind: ActKind, run_id: UUID, choices: Frozen
) -> ActRef:
    """Record an act on a payment run, or the asking for one, with what must hold from then on."""
    if isinstance(choices, PreparingRun):
        return _prepare(session, saying, choices)
    caller = saying.caller
    run = take_in_hand(session, run_id)
    if run is None or not may_look(session, caller):
        raise Unknown("this payment run", "there is none of that id that you may see")
    if kind is ActKind.APPROVE_RUN:
        _check_may_approve(session, caller, run)
    else:
        _check_role(caller, kind)
    check_run_act(kind, run.stage)
    if kind in (ActKind.APPROVE_RUN, ActKind.ABANDON_RUN):
        check_not_waiting(session, run_id, kind)
    if isinstance(choices, ApprovingRun):
        check_as_prepared(choices, run.lines, run.total_pence)
    if isinstance(choices, ReadingAnswer):
        _check_is_answer(session, choices.file_id)
    if isinstance(choices, SettlingDifference):
        _check_settling(session, caller, run, choices)
    subject = Subject(subject="payment_run", id=run_id, facts={"reference": run.reference})
    return write_act(session, saying, kind, subject, choices)


def _check_settling(
    session: Session, caller: Caller, run: Run, choices: SettlingDifference
) -> None:
    """Refuse whoever prepared or approved a run as the one who undoes a payment of it."""
    sent = {each.id: each.pay_pence for each in payees_of(session, run.id)}
    if choices.line_id not in sent:
        raise Unknown("this payment", "the run has none of that id")
    if undoes(choices, sent[choices.line_id]):
        check_settler(caller.person.id, run.prepared_by, run.approved_by)


def _prepare(session: Session, saying: Saying, choices: PreparingRun) -> ActRef:
    """Ask for a run of everything due by a day; the run's id is the act's."""
    _check_role(saying.caller, ActKind.PREPARE_RUN)
    check_period(choices, saying.caller.day)
    facts = {"financial_year": choices.financial_year, "period": choices.period}
    subject = Subject(subject="payment_run", id=saying.id, facts=facts)
    return write_act(session, saying, ActKind.PREPARE_RUN, subject, choices)


def _check_role(caller: Caller, kind: ActKind) -> None:
    if not caller.holds(*ALLOWED_TO[kind]):
        raise RoleNeeded(f"to {kind.replace('_', ' ')}", "it is not among your roles today")


def _check_may_approve(session: Session, caller: Caller, run: Run) -> None:
    """Refuse whoever the finance policy does not name, and the person who prepared the run."""
    if not _is_named(session, caller, run):
        raise RoleNeeded("to approve this payment run", "the finance policy names others for it")
    check_approver(caller.person.id, run.prepared_by)


def _is_named(session: Session, caller: Caller, run: Run) -> bool:
    """Whether the policy that the run was prepared by lets this person approve runs today."""
    held = caller.person.held_on(caller.day, *Role)
    named = finance_version(session, run.policy_version_id).run_approval
    return any(each.is_held(held) for each in named)


def _check_is_answer(session: Session, file_id: UUID) -> None:
    found = files.file_of(session, file_id)
    if found is None or found.kind is not FileKind.ANSWER:
        raise Unknown("this file", "no answer was handed in under that id")
