"""Carries a county's business on without an engine: one step at a time, by calling activities."""

from datetime import datetime, timedelta
from uuid import UUID

from activities.casework import Casework
from activities.finance import Finance
from activities.names import (
    BallotToHear,
    Deed,
    OfFinanceAct,
    OfMeeting,
    OfRequest,
    OfRun,
    RunStanding,
)
from activities.panels import Panels
from activities.payment_runs import PaymentRuns
from domain.acts import ActRef
from domain.moderation import Recommendation
from domain.payment_run import RunStage
from domain.request import RequestContent
from domain.stages import ActKind
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
            if act.subject == "meeting":
                self._in_meeting(deed)
            elif act.subject == "finance":
                self.finance.carry_out(OfFinanceAct(act_id=act.id))
            elif act.subject == "payment_run":
                self.in_run(deed)
            elif ref.kind is ActKind.SUBMIT and act.number == 1:
                self.casework.take_up(OfRequest(request_id=act.subject_id))
            else:
                self.casework.carry_out(deed)
        return len(waiting)

    def _in_meeting(self, deed: Deed) -> None:
        if deed.act.kind is ActKind.CALL_MEETING:
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
