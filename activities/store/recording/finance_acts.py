"""Acts of finance: recorded by whoever may do them, after what must hold from that moment."""

from collections.abc import Callable, Mapping

from sqlmodel import Session

from activities.store.reading.caller import Caller
from activities.store.recording import budget_acts, closing_acts
from activities.store.recording.acts import Subject, write_act
from activities.store.recording.award_changes import check_award_change
from activities.store.recording.said import Saying
from domain.acts import ActRef
from domain.frozen import Frozen
from domain.refusals import RoleNeeded
from domain.stages import ALLOWED_TO, ActKind

Check = Callable[[Session, Caller, Frozen], None]

CHECKS: Mapping[ActKind, Check] = {
    **closing_acts.CHECKS,
    **budget_acts.CHECKS,
    ActKind.CHANGE_AWARD: check_award_change,
}
"""What must hold before an act is acknowledged; the rest is for the activity to find."""


def record_finance_act(session: Session, saying: Saying, kind: ActKind, choices: Frozen) -> ActRef:
    """Record an act of finance; it is its own subject, so its id is both."""
    if not saying.caller.holds(*ALLOWED_TO[kind]):
        raise RoleNeeded(f"to {kind.replace('_', ' ')}", "it is not among your roles today")
    if kind in CHECKS:
        CHECKS[kind](session, saying.caller, choices)
    subject = Subject(subject="finance", id=saying.id)
    return write_act(session, saying, kind, subject, choices)
