"""What activities are called, what each is asked and what it tells: all that a workflow imports.

Identifiers, stages, instants and pence only: what people wrote never comes here (promise 8).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from domain.acts import ActOutcome, ActRef
from domain.cluster_plan import PLAN_ENDED, PlanStage
from domain.frozen import Frozen
from domain.payment_run import RUN_ENDED, RunStage
from domain.people import PartPlayed
from domain.publication import PUBLICATION_ENDED, PublicationStage
from domain.reconsideration import CHALLENGE_ENDED, ChallengeStage
from domain.stages import ENDED, Ending, Stage

Asked = TypeVar("Asked", bound=Frozen)
Told = TypeVar("Told", bound=Frozen)


@dataclass(frozen=True)
class ActivityName(Generic[Asked, Told]):
    """An activity by its registered name, with what it is asked and what it tells."""

    name: str
    asked: type[Asked]
    told: type[Told]
    may_take_long: bool = False
    """Whether it writes so much that the engine had better keep it from the first."""
    works_for_minutes: bool = False
    """Whether it works something out for minutes; it gives signs of life, or is begun anew."""


class OfRequest(Frozen):
    """Which request an activity is asked about."""

    request_id: UUID


class OfMeeting(Frozen):
    """Which meeting an activity is asked about."""

    meeting_id: UUID


class Deed(Frozen):
    """An act to carry out, on a request or in a meeting."""

    subject_id: UUID
    act: ActRef


class NotAllowed(Frozen):
    """An act that the workflow itself refuses, with the refusal's code."""

    subject_id: UUID
    act: ActRef
    code: str


class BallotToHear(Frozen):
    """A closed ballot whose result a request's workflow takes in."""

    request_id: UUID
    ballot_id: UUID


class Stood(Frozen):
    """Where a subject stands after an activity."""

    outcome: ActOutcome | None = None
    """What became of the act that the activity carried out or refused."""


class StoodAt(Stood):
    """Where a subject stands for which something follows by itself, and when that was."""

    now_at: datetime
    """The instant by the clock that was handed in."""
    by_moved_clock: bool = False
    """Whether that clock may differ from the machine's own."""


class Standing(StoodAt):
    """Where a request stands after an activity: all that its workflow needs to go on."""

    request_id: UUID
    stage: Stage
    waits_until_at: datetime | None = None
    """The next instant at which something follows by itself."""
    unheard_ballot_id: UUID | None = None
    parts: tuple[PartPlayed, ...] = ()
    ending: Ending | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more can happen to the request."""
        return self.stage in ENDED


class OfFinanceAct(Frozen):
    """Which act of finance an activity is asked about."""

    act_id: UUID


class FinanceTold(Frozen):
    """What became of an act of finance."""

    outcome: ActOutcome


class MeetingStanding(StoodAt):
    """Where a meeting stands after an activity: what closes next, and who has to hear of what."""

    meeting_id: UUID
    closed: bool
    ballots_open: int = 0
    """Ballots without a result; one that the chair is closing has no instant to wait for."""
    next_close_at: datetime | None = None
    unheard: tuple[BallotToHear, ...] = ()


class OfRun(Frozen):
    """Which payment run an activity is asked about."""

    run_id: UUID


class RunStanding(Stood):
    """Where a payment run stands after an activity."""

    run_id: UUID
    stage: RunStage | None = None
    """None where nothing was due, so that no run came of it."""
    lines: int = 0
    total_pence: int = 0
    prepared_by: UUID | None = None
    unanswered: int = 0
    """Payments that the bank or the finance system has not answered."""

    @property
    def has_ended(self) -> bool:
        """Whether nothing more can happen to the run."""
        return self.stage is None or self.stage in RUN_ENDED


class OfPublication(Frozen):
    """Which draft of policy an activity is asked about."""

    publication_id: UUID


class PublicationStanding(Stood):
    """Where a draft of policy stands after an activity."""

    publication_id: UUID
    stage: PublicationStage
    written_by: tuple[UUID, ...] = ()
    """Who drafted it and whoever has revised it since: none of them approves it."""
    approved_by: tuple[UUID, ...] = ()
    """Who has approved it as it stands."""

    @property
    def has_ended(self) -> bool:
        """Whether nothing more can happen to the draft."""
        return self.stage in PUBLICATION_ENDED


class OfPolicyAct(Frozen):
    """Which act on policy, one that stands by itself, an activity is asked about."""

    act_id: UUID


class PolicyActTold(Frozen):
    """What became of an act on policy that stands by itself."""

    outcome: ActOutcome


class OfChallenge(Frozen):
    """Which challenge an activity is asked about."""

    reconsideration_id: UUID


class ChallengeStanding(StoodAt):
    """Where a challenge stands after an activity: all that its workflow needs to go on."""

    reconsideration_id: UUID
    request_id: UUID | None = None
    """None where the challenge was refused, so that nothing came of it."""
    stage: ChallengeStage | None = None
    waits_until_at: datetime | None = None
    """When the day for its answer has passed."""
    involved: tuple[UUID, ...] = ()
    """Whoever had a part in what is challenged: none of them takes it, or answers it."""
    sent_back: bool = False
    """Whether the answer sent the request back, so that its own workflow has to go on again."""

    @property
    def has_ended(self) -> bool:
        """Whether nothing more can happen to the challenge."""
        return self.stage is None or self.stage in CHALLENGE_ENDED


class OfPlan(Frozen):
    """Which cluster plan an activity is asked about."""

    plan_id: UUID


class PlanStanding(StoodAt):
    """Where a cluster plan stands after an activity: all that its workflow needs to go on."""

    plan_id: UUID
    stage: PlanStage | None = None
    """None where the proposal was refused, so that nothing came of it."""
    waits_until_at: datetime | None = None
    """When its schools' time to speak is over, or its year."""
    involved: tuple[UUID, ...] = ()
    """Who proposed it and who spoke on it: none of them signs or returns it."""

    @property
    def has_ended(self) -> bool:
        """Whether nothing more can happen to the plan."""
        return self.stage is None or self.stage in PLAN_ENDED


TAKE_UP = ActivityName("take_up_request", OfRequest, Standing)
HEAR_PANEL = ActivityName("hear_panel", BallotToHear, Standing)
CARRY_OUT = ActivityName("carry_out_act", Deed, Standing)
REFUSE = ActivityName("refuse_act", NotAllowed, Standing)
LET_TIME_PASS = ActivityName("let_time_pass", OfRequest, Standing)

TAKE_UP_MEETING = ActivityName("take_up_meeting", OfMeeting, MeetingStanding)
CARRY_OUT_IN_MEETING = ActivityName("carry_out_in_meeting", Deed, MeetingStanding)
CLOSE_DUE_BALLOTS = ActivityName("close_due_ballots", OfMeeting, MeetingStanding)

CARRY_OUT_FINANCE = ActivityName(
    "carry_out_finance_act", OfFinanceAct, FinanceTold, may_take_long=True
)

TAKE_UP_RUN = ActivityName("take_up_run", OfRun, RunStanding, may_take_long=True)
CARRY_OUT_IN_RUN = ActivityName("carry_out_in_run", Deed, RunStanding, may_take_long=True)
REFUSE_IN_RUN = ActivityName("refuse_in_run", NotAllowed, RunStanding)
WRITE_RUN_PAPERS = ActivityName("write_run_papers", OfRun, RunStanding, may_take_long=True)

TAKE_UP_PUBLICATION = ActivityName("take_up_publication", OfPublication, PublicationStanding)
CHECK_DRAFT = ActivityName(
    "check_draft", OfPublication, PublicationStanding, may_take_long=True, works_for_minutes=True
)
WORK_OUT_IMPACT = ActivityName(
    "work_out_impact",
    OfPublication,
    PublicationStanding,
    may_take_long=True,
    works_for_minutes=True,
)
CARRY_OUT_IN_PUBLICATION = ActivityName("carry_out_in_publication", Deed, PublicationStanding)
REFUSE_IN_PUBLICATION = ActivityName("refuse_in_publication", NotAllowed, PublicationStanding)

CARRY_OUT_WITHDRAWAL = ActivityName("carry_out_withdrawal", OfPolicyAct, PolicyActTold)
RUN_MODEL = ActivityName(
    "run_model", OfPolicyAct, PolicyActTold, may_take_long=True, works_for_minutes=True
)

TAKE_UP_CHALLENGE = ActivityName("take_up_challenge", OfChallenge, ChallengeStanding)
CARRY_OUT_ON_CHALLENGE = ActivityName("carry_out_on_challenge", Deed, ChallengeStanding)
REFUSE_ON_CHALLENGE = ActivityName("refuse_on_challenge", NotAllowed, ChallengeStanding)
LET_CHALLENGE_WAIT = ActivityName("let_challenge_wait", OfChallenge, ChallengeStanding)

TAKE_UP_PLAN = ActivityName("take_up_plan", OfPlan, PlanStanding)
CARRY_OUT_ON_PLAN = ActivityName("carry_out_on_plan", Deed, PlanStanding)
REFUSE_ON_PLAN = ActivityName("refuse_on_plan", NotAllowed, PlanStanding)
LET_PLAN_WAIT = ActivityName("let_plan_wait", OfPlan, PlanStanding)
