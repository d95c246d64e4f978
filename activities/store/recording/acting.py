"""The one door for acts: each goes to where its rules are, with its choices checked by kind."""

from uuid import UUID

from sqlmodel import Session

from activities.store.recording.finance_acts import record_finance_act
from activities.store.recording.meeting_acts import call_meeting, record_in_meeting
from activities.store.recording.request_acts import record_on_request
from activities.store.recording.run_acts import record_on_run
from activities.store.recording.said import Saying
from activities.store.recording.submitting import submit
from domain.acts import CHOICES, ActRef, CallingMeeting, Submitting
from domain.frozen import Frozen
from domain.stages import FINANCE_ACTS, MEETING_ACTS, RUN_ACTS, ActKind


def record_act(
    session: Session, saying: Saying, kind: ActKind, subject_id: UUID, choices: Frozen
) -> ActRef:
    """Record what somebody does, before it takes effect; the caller's commit acknowledges it."""
    assert isinstance(choices, CHOICES[kind])
    if isinstance(choices, CallingMeeting):
        return call_meeting(session, saying, choices)
    if isinstance(choices, Submitting):
        return submit(session, saying, subject_id, choices)
    if kind in RUN_ACTS:
        return record_on_run(session, saying, kind, subject_id, choices)
    if kind in FINANCE_ACTS:
        return record_finance_act(session, saying, kind, choices)
    if kind in MEETING_ACTS:
        return record_in_meeting(session, saying, kind, subject_id, choices)
    return record_on_request(session, saying, kind, subject_id, choices)
