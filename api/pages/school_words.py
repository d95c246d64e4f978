"""Words for what schools and services do besides requests: awards, challenges, plans, messages.

The rest of the pages' words are in ``words``; a test asks for a word for every code here as well.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from activities.store.reading import MessageState
from api.pages.words import NEEDS, day, in_words
from domain.cluster_plan import PlanStage
from domain.money import pounds
from domain.needs import AreaOfNeed
from domain.payment_run import RemittanceState
from domain.people import Interest
from domain.periods import ONE_DAY
from domain.plan_acts import OutcomeMet, SharingRule
from domain.reconsideration import CABINET_MEMBER, Answer, Challenger, ChallengeStage
from domain.services import ServiceState

CHALLENGE_STAGES = {
    ChallengeStage.CHALLENGED: "To be given to a panel",
    ChallengeStage.LISTED: "Before a panel that looks again",
    ChallengeStage.FOR_DECISION: "To be answered by a senior officer",
    ChallengeStage.ANSWERED: "Answered",
    ChallengeStage.WITHDRAWN: "Taken back",
}
TURNS = {
    "officer": "A council officer who had no part in the decision",
    "panel": "A panel that had no part in the decision",
    "senior_officer": "A senior officer who had no part in the decision",
    CABINET_MEMBER: "The Cabinet Member",
    "heads": "The heads of its schools",
    "panel_chair": "The chair of the panel",
}
"""Whose turn it is with a challenge or a plan."""
PLAN_TURNS = {**TURNS, "officer": "A council officer who had no part in the plan"}
ANSWERS = {
    Answer.STANDS: "The decision stands",
    Answer.REPLACED: "Another decision takes its place",
    Answer.SENT_BACK: "The request is looked at again",
}
CHALLENGERS = {Challenger.SCHOOL: "The school", Challenger.FAMILY: "The family"}
PLAN_STAGES = {
    PlanStage.PROPOSED: "Before its schools",
    PlanStage.AGREED: "Agreed by its schools",
    PlanStage.NOT_AGREED: "Not agreed",
    PlanStage.SIGNED: "Signed",
    PlanStage.RETURNED: "Returned by the council",
    PlanStage.WITHDRAWN: "Taken back",
    PlanStage.ENDED: "Ended",
}
SHARING = {
    SharingRule.BY_PUPILS: "By the number of their pupils",
    SharingRule.EQUALLY: "Equally",
    SharingRule.BY_AGREED_SHARES: "By shares that they have agreed",
}
OUTCOMES = {OutcomeMet.MET: "Met", OutcomeMet.PARTLY: "Partly met", OutcomeMet.NOT_MET: "Not met"}
SERVICE_STATES = {
    ServiceState.ASKED: "Not answered yet",
    ServiceState.ACCEPTED: "Taken on",
    ServiceState.DECLINED: "Cannot be done",
    ServiceState.DONE: "Done",
    ServiceState.NOT_DONE: "Not done",
    ServiceState.CALLED_OFF: "Called off",
}
INTERESTS = {
    Interest.NONE: "None",
    Interest.OWN_SCHOOL: "It concerns a school that I work for",
    Interest.OWN_TRUST: "It concerns a trust that I work for",
    Interest.FAMILY: "I am related to, or close to, somebody concerned",
    Interest.EMPLOYMENT: "It concerns my own employment",
    Interest.OTHER: "Another interest",
}
INSTALMENTS = {"due": "Due", "paid": "Paid", "cancelled": "Cancelled"}
CHANGES = {
    "leaver": "The pupil left",
    "transfer": "The pupil moved",
    "late_start": "Support began earlier",
    "changed_amount": "Another amount",
    "suspended": "Suspended",
    "resumed": "Suspension lifted early",
}
REMITTANCES = {
    RemittanceState.PREPARED: "Prepared",
    RemittanceState.SENT: "Sent to the bank",
    RemittanceState.PAID: "Paid",
    RemittanceState.REJECTED: "Came back",
    RemittanceState.ABANDONED: "Given up",
}
WAYS = {
    "journal": "By journal",
    "advance": "With the school's advance",
    "payment": "Into the bank account",
    "invoice": "Against an invoice",
}
MESSAGES = {
    MessageState.SHOWN: "Shown here",
    MessageState.SENT: "Sent by e-mail",
    MessageState.FAILED: "Could not be sent by e-mail",
    MessageState.NOT_NEEDED: "No longer needed",
}


def turn(code: str | None) -> str:
    """Say whose turn it is with a challenge; nobody's is said as such.

    >>> turn("panel"), turn(None)
    ('A panel that had no part in the decision', 'Nobody: it is over')
    """
    return TURNS[code] if code else "Nobody: it is over"


def plan_turn(code: str | None) -> str:
    """Say whose turn it is with a plan.

    >>> plan_turn("heads")
    'The heads of its schools'
    """
    return PLAN_TURNS[code] if code else "Nobody: it is over"


def need_code(code: str) -> str:
    """Write an area of need by its code.

    >>> need_code("cognition_and_learning")
    'Cognition and learning'
    """
    return NEEDS[AreaOfNeed(code)] if code in set(AreaOfNeed) else in_words(code)


def day_before(value: date) -> str:
    """Write the last day of what lasts until another.

    >>> day_before(date(2027, 9, 1))
    '31 August 2027'
    """
    return day(value - ONE_DAY)


def _of(table: Mapping[Any, str]) -> Callable[[Any], str]:
    return lambda code: "" if code is None else (table.get(code) or in_words(str(code)))


FILTERS: dict[str, Callable[..., str]] = {
    "challenge_stage": _of(CHALLENGE_STAGES),
    "turn": turn,
    "plan_turn": plan_turn,
    "challenge_answer": _of(ANSWERS),
    "challenger": _of(CHALLENGERS),
    "plan_stage": _of(PLAN_STAGES),
    "sharing": _of(SHARING),
    "outcome_met": _of(OUTCOMES),
    "service_state": _of(SERVICE_STATES),
    "instalment": _of(INSTALMENTS),
    "award_change": _of(CHANGES),
    "remittance_state": _of(REMITTANCES),
    "pay_way": _of(WAYS),
    "message_state": _of(MESSAGES),
    "need_code": need_code,
    "money": pounds,
    "day_before": day_before,
}
"""What templates may call a value by, beside those of ``words``."""
