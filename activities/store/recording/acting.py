"""The one door for acts: each goes to where its rules are, with its choices checked by kind."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from uuid import UUID

from sqlmodel import Session

from activities.store.recording.advising import record_advice
from activities.store.recording.finance_acts import record_finance_act
from activities.store.recording.meeting_acts import call_meeting, record_in_meeting
from activities.store.recording.plan_acts import record_on_plan
from activities.store.recording.policy_acts import record_policy_act
from activities.store.recording.reconsideration_acts import record_on_challenge
from activities.store.recording.request_acts import record_on_request
from activities.store.recording.run_acts import record_on_run
from activities.store.recording.said import Saying
from activities.store.recording.submitting import submit
from activities.store.recording.urgent_acts import record_urgent
from domain.acts import CHOICES, ActRef, CallingMeeting, Submitting
from domain.frozen import Frozen
from domain.stages import (
    ADVICE_ACTS,
    CHALLENGE_ACTS,
    FINANCE_ACTS,
    MEETING_ACTS,
    PLAN_ACTS,
    POLICY_ACTS,
    RUN_ACTS,
    URGENT_ACTS,
    ActKind,
)

Record = Callable[[Session, Saying, ActKind, UUID, Frozen], ActRef]
_RECORDED_BY: tuple[tuple[AbstractSet[ActKind], Record], ...] = (
    (RUN_ACTS, record_on_run),
    (POLICY_ACTS, record_policy_act),
    (CHALLENGE_ACTS, record_on_challenge),
    (MEETING_ACTS, record_in_meeting),
    (PLAN_ACTS, record_on_plan),
    (ADVICE_ACTS, record_advice),
    (URGENT_ACTS, record_urgent),
)
"""Where the acts on each sort of subject go; all others are on a request."""


def record_act(
    session: Session, saying: Saying, kind: ActKind, subject_id: UUID, choices: Frozen
) -> ActRef:
    """Record what somebody does, before it takes effect; the caller's commit acknowledges it."""
    assert isinstance(choices, CHOICES[kind])
    if isinstance(choices, CallingMeeting):
        return call_meeting(session, saying, choices)
    if isinstance(choices, Submitting):
        return submit(session, saying, subject_id, choices)
    if kind in FINANCE_ACTS:
        return record_finance_act(session, saying, kind, choices)
    record = next((each for kinds, each in _RECORDED_BY if kind in kinds), record_on_request)
    return record(session, saying, kind, subject_id, choices)
