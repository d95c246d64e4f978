"""What each act carries: the choices and words of the person, checked once at the edge.

An act is recorded with these before it takes effect. Only its id, kind and person travel on.
"""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from domain.advice import Advising
from domain.agenda import DeferredBecause
from domain.finance_acts import (
    AbandoningRun,
    ApprovingRun,
    ChangingAward,
    ClosingPeriod,
    ClosingYear,
    CoveringOverspend,
    ImportingAwards,
    PreparingRun,
    ReadingAnswer,
    RecoupingFromCouncil,
    Reference,
    ReopeningPeriod,
    SettingBudgets,
    SettlingDifference,
    SigningYearEnd,
    Viring,
)
from domain.frozen import Frozen
from domain.moderation import Recommendation
from domain.needs import NeedsProfile
from domain.people import Interest
from domain.places import Level
from domain.plan_acts import (
    ChangingPlan,
    ProposingPlan,
    ReportingOutcome,
    ReturningPlan,
    SigningPlan,
    VoicingOnPlan,
    WithdrawingPlan,
)
from domain.policy_acts import (
    ApprovingPolicy,
    DraftingPolicy,
    GivingUpPolicy,
    ModellingPolicies,
    RevisingPolicy,
    WithdrawingPolicy,
)
from domain.reconsideration_acts import (
    Challenging,
    NotingKeyDecision,
    Reconsidering,
    TakingChallenge,
    WithdrawingChallenge,
)
from domain.request import Code, Pence, RequestContent, Words
from domain.stages import ActKind, Stage
from domain.urgent import CallingUrgent

Grounds = Annotated[tuple[Words, ...], Field(min_length=1, max_length=20)]


class Submitting(Frozen):
    """The draft as the head confirmed it goes to the council."""

    draft_version: int


class Answering(Frozen):
    """The school answers what the panel asked, with the request as it now stands."""

    answer: Words
    content: RequestContent


class Withdrawing(Frozen):
    """The school takes the request back."""

    reason: Words


class SendingToPanel(Frozen):
    """An officer who looked at a case lists it for the panel after all."""

    reason: Words


class Moderating(Frozen):
    """An officer states the need where no panel will: urgent, a plan, no contact, disagreement."""

    profile: NeedsProfile | None = None
    recommendation: Recommendation
    reason: Words


class ReturningToSchool(Frozen):
    """An officer sends a request back with what is missing."""

    reason: Words


class Escalating(Frozen):
    """A particular need goes to the area, a large unforeseen event to the council."""

    level: Level
    grounds: Grounds
    reason: Words


class Pricing(Frozen):
    """A named officer prices what the table does not, with a mandatory reason."""

    annual_pence: Pence
    reason: Words


class Authorising(Frozen):
    """An officer signs what was recommended and priced."""

    grounds: Grounds
    alternatives: Words
    from_on: date | None = None
    until_on: date | None = None
    dispensation: Words | None = None
    conditions: Annotated[tuple[Words, ...], Field(max_length=20)] | None = None
    """On which conditions; left out, those that the panel advised."""
    review_on: date | None = None
    """By when it is reviewed; left out, the day that the panel advised."""
    interests: tuple[Interest, ...] = ()
    """What the officer declares; one that bars keeps the officer from signing."""


class AuthorisingDifferently(Authorising):
    """An officer signs another amount, tier or band than the rules gave, with a reason."""

    annual_pence: Pence
    reason: Words
    tier: Code | None = None
    """Another tier of the case's policy, where the need stands elsewhere than the rules say."""
    band: Code | None = None


class AuthorisingOverspend(Authorising):
    """A last yes that draws on the visible deficit, by an authority that is named."""

    authority: Reference
    reason: Words
    annual_pence: Pence | None = None
    """Another amount than the rules gave, where it is that which no pot covers."""


class Declining(Frozen):
    """An officer says no, with grounds and the alternatives considered; never to a plan."""

    grounds: Grounds
    alternatives: Words
    reason: Words
    dispensation: Words | None = None
    interests: tuple[Interest, ...] = ()


class ReferringUp(Frozen):
    """An officer passes the case to one whose limit covers it."""

    reason: Words
    significant_for: Annotated[tuple[Code, ...], Field(max_length=60)] = ()
    """Electoral divisions the officer marks the case as significant for."""


class ReturningToPanel(Frozen):
    """An officer gives the hold back and asks the panel to look again."""

    reason: Words


class RecordingKeyDecision(Frozen):
    """The Cabinet Member's decision is recorded by its number and the day it takes effect."""

    number: Annotated[str, Field(pattern=r"^[0-9]{2}/[0-9]{5}$")]
    effective_on: date
    annual_pence: Pence | None = None
    """The most that it covers, pence a year, where that is more than was priced."""


class CallingMeeting(Frozen):
    """A cluster's panel is called for a day and a time."""

    cluster: Code
    starts_at: datetime


class OpeningMeeting(Frozen):
    """The meeting begins in the room, on its day."""


class OpeningBallot(Frozen):
    """The chair opens a round on an item; without a time the panel's rules say when it closes."""

    item_id: UUID
    closes_at: datetime | None = None


class ClosingBallot(Frozen):
    """The chair closes a ballot before its time."""

    ballot_id: UUID


class Deferring(Frozen):
    """The chair puts an item off to the next meeting."""

    item_id: UUID
    reason: Words
    because: DeferredBecause = DeferredBecause.OTHER
    """The reason as a code: what minutes and history show of it."""


class ClosingMeeting(Frozen):
    """The meeting ends; what was not heard is listed again."""


class CallingOff(Frozen):
    """A meeting that has not begun is not held; what it would have heard is listed again."""

    reason: Words


CHOICES: dict[ActKind, type[Frozen]] = {
    ActKind.SUBMIT: Submitting,
    ActKind.ANSWER: Answering,
    ActKind.WITHDRAW: Withdrawing,
    ActKind.SEND_TO_PANEL: SendingToPanel,
    ActKind.MODERATE: Moderating,
    ActKind.RETURN_TO_SCHOOL: ReturningToSchool,
    ActKind.ESCALATE: Escalating,
    ActKind.PRICE: Pricing,
    ActKind.AUTHORISE: Authorising,
    ActKind.AUTHORISE_DIFFERENTLY: AuthorisingDifferently,
    ActKind.AUTHORISE_OVERSPEND: AuthorisingOverspend,
    ActKind.DECLINE: Declining,
    ActKind.REFER_UP: ReferringUp,
    ActKind.RETURN_TO_PANEL: ReturningToPanel,
    ActKind.RECORD_KEY_DECISION: RecordingKeyDecision,
    ActKind.ADVISE_REQUEST: Advising,
    ActKind.CALL_MEETING: CallingMeeting,
    ActKind.CALL_URGENT: CallingUrgent,
    ActKind.OPEN_MEETING: OpeningMeeting,
    ActKind.OPEN_BALLOT: OpeningBallot,
    ActKind.CLOSE_BALLOT: ClosingBallot,
    ActKind.DEFER: Deferring,
    ActKind.CLOSE_MEETING: ClosingMeeting,
    ActKind.CALL_OFF_MEETING: CallingOff,
    ActKind.SET_BUDGETS: SettingBudgets,
    ActKind.IMPORT_AWARDS: ImportingAwards,
    ActKind.VIRE: Viring,
    ActKind.COVER_OVERSPEND: CoveringOverspend,
    ActKind.RECOUP_FROM_COUNCIL: RecoupingFromCouncil,
    ActKind.CHANGE_AWARD: ChangingAward,
    ActKind.CLOSE_PERIOD: ClosingPeriod,
    ActKind.REOPEN_PERIOD: ReopeningPeriod,
    ActKind.CLOSE_YEAR: ClosingYear,
    ActKind.SIGN_YEAR_END: SigningYearEnd,
    ActKind.PREPARE_RUN: PreparingRun,
    ActKind.APPROVE_RUN: ApprovingRun,
    ActKind.ABANDON_RUN: AbandoningRun,
    ActKind.READ_ANSWER: ReadingAnswer,
    ActKind.SETTLE_DIFFERENCE: SettlingDifference,
    ActKind.DRAFT_POLICY: DraftingPolicy,
    ActKind.REVISE_POLICY: RevisingPolicy,
    ActKind.APPROVE_POLICY: ApprovingPolicy,
    ActKind.GIVE_UP_POLICY: GivingUpPolicy,
    ActKind.WITHDRAW_POLICY: WithdrawingPolicy,
    ActKind.MODEL_POLICIES: ModellingPolicies,
    ActKind.CHALLENGE: Challenging,
    ActKind.TAKE_CHALLENGE: TakingChallenge,
    ActKind.RECONSIDER: Reconsidering,
    ActKind.NOTE_KEY_DECISION: NotingKeyDecision,
    ActKind.WITHDRAW_CHALLENGE: WithdrawingChallenge,
    ActKind.PROPOSE_PLAN: ProposingPlan,
    ActKind.CHANGE_PLAN: ChangingPlan,
    ActKind.VOICE_ON_PLAN: VoicingOnPlan,
    ActKind.SIGN_PLAN: SigningPlan,
    ActKind.RETURN_PLAN: ReturningPlan,
    ActKind.WITHDRAW_PLAN: WithdrawingPlan,
    ActKind.REPORT_OUTCOME: ReportingOutcome,
}
"""The shape of each act's choices."""


class ActRef(Frozen):
    """An act as Temporal knows it: ids alone, never a word that anybody wrote (promise 8)."""

    id: UUID
    kind: ActKind
    person_id: UUID | None = None


class ActOutcome(Frozen):
    """What became of an act: done or refused, and where the request stands after it."""

    act_id: UUID
    done: bool
    code: str | None = None
    stage: Stage | None = None
