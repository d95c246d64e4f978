"""Carries a county's business on without an engine: one step at a time, by calling activities."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from activities.casework import Casework
from activities.finance import Finance
from activities.modelling_runs import Modelling
from activities.names import (
    BallotToHear,
    ChallengeStanding,
    Deed,
    OfChallenge,
    OfFinanceAct,
    OfMeeting,
    OfPlan,
    OfPolicyAct,
    OfPublication,
    OfRequest,
    OfRun,
    PlanStanding,
    PublicationStanding,
    RunStanding,
)
from activities.panels import Panels
from activities.payment_runs import PaymentRuns
from activities.planning import Plans
from activities.publishing import Publishing
from activities.reconsidering import Reconsiderations
from domain.acts import ActRef
from domain.moderation import Recommendation
from domain.payment_run import RunStage
from domain.request import RequestContent
from domain.stages import ActKind
from tests.activities.publishing_world import goes_on, no_impact
from tests.activities.small_county import SCHOOLS
from tests.activities.world import World

_WAITING = (
    "SELECT id, kind, person_id, subject, subject_id, number FROM act"
    " WHERE outcome IS NULL ORDER BY recorded_at, number"
)
_UNHEARD = "SELECT id, request_id FROM ballot WHERE closed_at IS NOT NULL AND heard_at IS NULL"


class ByHand:
    """Carries recorded acts on as the workflows do: in order, and panels heard at once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.casework = Casework(world.engine, world.clock)
        self.panels = Panels(world.engine, world.clock)
        self.finance = Finance(world.engine, world.clock)
        self.runs = PaymentRuns(world.engine, world.clock)
        self.publishing = Publishing(world.engine, world.clock, no_impact)
        self.modelling = Modelling(world.engine, world.clock)
        self.challenges = Reconsiderations(world.engine, world.clock)
        self.plans = Plans(world.engine, world.clock)

    def goes_on(self) -> None:
        """Do whatever waits to be done, until nothing does."""
        while self._carry_on() + self._hear():
            pass

    def closes_ballots(self) -> None:
        """Carry acts on without letting any request hear of its ballot yet."""
        self._carry_on()

    def hears(self, request_id: UUID, ballot_id: UUID) -> None:
        """A request takes its closed ballot in."""
        self.casework.hear_panel(BallotToHear(request_id=request_id, ballot_id=ballot_id))

    def time_passes(self, until: datetime) -> None:
        """Come to an instant: ballots close, deadlines pass."""
        clock = self.world.clock
        clock.move_on(max(until - clock.now(), timedelta()))
        for row in self.world.rows("SELECT id FROM meeting"):
            self.panels.close_due(OfMeeting(meeting_id=row.id))
        self._hear()
        for row in self.world.rows("SELECT id FROM support_request"):
            self.casework.let_time_pass(OfRequest(request_id=row.id))
        self.goes_on()

    def _carry_on(self) -> int:
        waiting = self.world.rows(_WAITING)
        for act in waiting:
            ref = ActRef(id=act.id, kind=ActKind(act.kind), person_id=act.person_id)
            deed = Deed(subject_id=act.subject_id, act=ref)
            self._carry_out(act.subject, act.number, deed)
        return len(waiting)

    def _carry_out(self, subject: str, number: int, deed: Deed) -> None:
        """Bring an act to what its subject's workflow would do with it."""
        others: dict[str, Callable[[Deed], Any]] = {
            "meeting": self._in_meeting,
            "finance": lambda of: self.finance.carry_out(OfFinanceAct(act_id=of.act.id)),
            "payment_run": self.in_run,
            "publication": self.in_publication,
            "reconsideration": self.on_challenge,
            "cluster_plan": self.on_plan,
            "withdrawal": lambda of: self.publishing.withdraw(OfPolicyAct(act_id=of.act.id)),
        }
        if subject in others:
            others[subject](deed)
        elif deed.act.kind is ActKind.SUBMIT and number == 1:
            self.casework.take_up(OfRequest(request_id=deed.subject_id))
        else:
            self.casework.carry_out(deed)

    def _in_meeting(self, deed: Deed) -> None:
        if deed.act.kind in (ActKind.CALL_MEETING, ActKind.CALL_URGENT):
            self.panels.take_up(OfMeeting(meeting_id=deed.subject_id))
        else:
            self.panels.carry_out(deed)

    def in_run(self, deed: Deed) -> RunStanding:
        """A payment run hears an act, and writes its papers as soon as it is posted."""
        if deed.act.kind is ActKind.PREPARE_RUN:
            return self.runs.take_up(OfRun(run_id=deed.subject_id))
        told = self.runs.carry_out(deed)
        if told.stage is not RunStage.POSTED:
            return told
        outcome = told.outcome
        written = self.runs.write_papers(OfRun(run_id=deed.subject_id))
        return written.model_copy(update={"outcome": outcome})

    def in_publication(self, deed: Deed) -> PublicationStanding:
        """An act on a draft of policy, and what follows it by itself, as its workflow does."""
        of = OfPublication(publication_id=deed.subject_id)
        if deed.act.kind is ActKind.DRAFT_POLICY:
            told = self.publishing.take_up(of)
        else:
            told = self.publishing.carry_out(deed)
        goes_on(self.publishing, deed.subject_id)
        return told

    def on_challenge(self, deed: Deed) -> ChallengeStanding:
        """A challenge hears an act, as its workflow does."""
        if deed.act.kind is ActKind.CHALLENGE:
            return self.challenges.take_up(OfChallenge(reconsideration_id=deed.subject_id))
        return self.challenges.carry_out(deed)

    def on_plan(self, deed: Deed) -> PlanStanding:
        """A cluster plan hears an act, as its workflow does."""
        if deed.act.kind in (ActKind.PROPOSE_PLAN, ActKind.CHANGE_PLAN):
            return self.plans.take_up(OfPlan(plan_id=deed.subject_id))
        return self.plans.carry_out(deed)

    def _hear(self) -> int:
        unheard = self.world.rows(_UNHEARD)
        for row in unheard:
            self.hears(row.request_id, row.id)
        return len(unheard)

    # --- whole stretches of the way

    def listed(self, content: RequestContent, school: str = "ashdown") -> UUID:
        """A request is submitted, screened and stands on a meeting's agenda."""
        request_id = self.world.submits(content, school)
        self.goes_on()
        called = "SELECT id FROM meeting WHERE cluster_code = :cluster AND stage = 'called'"
        if not self.world.rows(called, cluster=SCHOOLS[school]):
            at = self.world.clock.now() + timedelta(days=21, hours=1, minutes=30)
            self.world.calls_meeting(SCHOOLS[school], at)
            self.goes_on()
        return request_id

    def in_ballot(self, content: RequestContent, school: str = "ashdown") -> tuple[UUID, UUID]:
        """A request is in an open ballot: the ids of both."""
        request_id = self.listed(content, school)
        self.world.opens(self.world.item_of(request_id))
        self.goes_on()
        return request_id, self.world.ballot_of(request_id)

    def recommended(
        self,
        content: RequestContent,
        levels: tuple[int, ...] = (4, 3, 2, 0),
        recommendation: Recommendation = Recommendation.AS_ASKED,
        school: str = "ashdown",
        members: tuple[str, ...] = ("head.crane", "head.dell", "head.elm"),
    ) -> UUID:
        """A request on which its panel has voted, and which has been placed."""
        request_id, ballot_id = self.in_ballot(content, school)
        self.world.panel_votes(ballot_id, levels, recommendation, members)
        self.world.closes(ballot_id)
        self.goes_on()
        return request_id
