"""The activities of a cluster plan: taken up, spoken on, signed, returned, reported on, let wait.

Each is one transaction, and asking it again answers as the first time (promise 4).
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity

from activities import plan_money, plan_signing
from activities.clock import Clock
from activities.finance_desk import FinanceDesk
from activities.names import (
    CARRY_OUT_ON_PLAN,
    LET_PLAN_WAIT,
    REFUSE_ON_PLAN,
    TAKE_UP_PLAN,
    Deed,
    NotAllowed,
    OfPlan,
    PlanStanding,
)
from activities.plan_money import PlanDesk
from activities.settling import settled
from activities.store import casework, cluster_plans, plan_items
from activities.store.casework import Recorded
from activities.store.cluster_plans import PlanInHand
from activities.store.policies import calendar_on, pinned
from activities.store.proposing import proposal
from activities.store.session import transaction
from domain.acts import CHOICES, ActOutcome
from domain.cluster_plan import (
    PLAN_ALLOWED_AT,
    PlanStage,
    check_plan_act,
    check_still_open,
    term_of,
    verdict,
)
from domain.plan_acts import ChangingPlan, ProposingPlan, ReportingOutcome, VoicingOnPlan
from domain.refusals import REFUSALS, NoPolicyInForce, NotValid
from domain.stages import ActKind

Effect = Callable[[PlanDesk], None]
_BEGINS = (ActKind.PROPOSE_PLAN, ActKind.CHANGE_PLAN)


class Plans:
    """What happens to cluster plans, on one database and by one clock."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    @activity.defn(name=TAKE_UP_PLAN.name)
    def take_up(self, of: OfPlan) -> PlanStanding:
        """Read where a plan stands; one just proposed is put on record, unless it is refused."""
        now = self._clock.now()
        with transaction(self._engine) as session:
            found = (casework.undelivered(session, of.plan_id, kind) for kind in _BEGINS)
            asked = next((each for each in found if each), None)
            outcome = None
            if asked is not None:
                outcome = settled(session, asked, now, lambda: _begin(session, asked))
            return self._told(session, of.plan_id, now, outcome)

    @activity.defn(name=CARRY_OUT_ON_PLAN.name)
    def carry_out(self, deed: Deed) -> PlanStanding:
        """Carry out a recorded act on a plan, or refuse it; its outcome is stored with it."""
        now = self._clock.now()
        with transaction(self._engine) as session:
            plan = _taken(session, deed.subject_id)
            act = casework.recorded_act(session, deed.act.id)
            outcome = act.outcome or _carried_out(session, plan, act, now)
            return self._told(session, plan.id, now, outcome)

    @activity.defn(name=REFUSE_ON_PLAN.name)
    def refuse(self, refused: NotAllowed) -> PlanStanding:
        """Store the workflow's own refusal as the act's outcome."""
        now = self._clock.now()
        with transaction(self._engine) as session:
            plan = cluster_plans.take_in_hand(session, refused.subject_id)
            act = casework.recorded_act(session, refused.act.id)
            asked = f"to {act.kind.replace('_', ' ')}"
            stands = plan.stage.replace("_", " ") if plan else "not on record"
            no = REFUSALS[refused.code](asked, f"the plan is {stands}")
            outcome = act.outcome or casework.settle(session, act, None, now, no)
            return self._told(session, refused.subject_id, now, outcome)

    @activity.defn(name=LET_PLAN_WAIT.name)
    def let_wait(self, of: OfPlan) -> PlanStanding:
        """End what is over: the schools' time to speak, or the year of a signed plan."""
        now = self._clock.now()
        with transaction(self._engine) as session:
            plan = _taken(session, of.plan_id)
            if plan.waits_until_at is not None and plan.waits_until_at <= now:
                plan = _heard(session, plan, now)
                over = plan.stage is PlanStage.PROPOSED
                stage = PlanStage.NOT_AGREED if over else PlanStage.ENDED
                if over or plan.stage is PlanStage.SIGNED:
                    cluster_plans.move(session, plan, stage, now)
            return self._told(session, plan.id, now)

    def _told(
        self, session: Session, plan_id: UUID, now: datetime, outcome: ActOutcome | None = None
    ) -> PlanStanding:
        session.flush()
        standing = PlanStanding(
            plan_id=plan_id, now_at=now, by_moved_clock=self._clock.is_moved, outcome=outcome
        )
        plan = cluster_plans.plan_of(session, plan_id)
        if plan is None:
            return standing
        found = {
            "stage": plan.stage,
            "waits_until_at": plan.waits_until_at,
            "involved": plan.involved,
        }
        return standing.model_copy(update=found)


def _taken(session: Session, plan_id: UUID) -> PlanInHand:
    plan = cluster_plans.take_in_hand(session, plan_id)
    assert plan is not None, "only a plan on record is acted upon"
    return plan


def _heard(session: Session, plan: PlanInHand, now: datetime) -> PlanInHand:
    """Hear every act that was recorded in time and has not reached its workflow yet.

    The engine may have been away: what was acknowledged counts all the same (promise 3).
    """
    for kind in PLAN_ALLOWED_AT:
        while (act := casework.undelivered(session, plan.id, kind)) is not None:
            _carried_out(session, plan, act, now)
            session.flush()
            plan = _taken(session, plan.id)
    return plan


def _begin(session: Session, act: Recorded) -> None:
    """Put a proposal on record, as it could be made when it was recorded (promise 9)."""
    said = CHOICES[act.kind].model_validate(act.choices, strict=False)
    assert isinstance(said, ProposingPlan | ChangingPlan)
    cluster_plans.begin(session, act, proposal(session, act.id, said, act.recorded_at))


def _carried_out(session: Session, plan: PlanInHand, act: Recorded, now: datetime) -> ActOutcome:
    def effect() -> None:
        check_plan_act(act.kind, plan.stage)
        finance = FinanceDesk(session=session, now=now)
        _EFFECTS[act.kind](PlanDesk(finance, plan, act, pinned(session, plan.pins)))

    return settled(session, act, now, effect)


def _voice(desk: PlanDesk) -> None:
    """Take a school's voice in; with it the schools may have agreed, or not be able to any more."""
    said = VoicingOnPlan.model_validate(desk.act.choices, strict=False)
    check_still_open(desk.plan.voices_by_at, desk.act.recorded_at)
    session = desk.finance.session
    cluster_plans.save_voice(session, desk.plan, desk.act, said)
    voices = cluster_plans.voices_of(session, desk.plan.id)
    stage = verdict(desk.plan.schools, voices, desk.policies.panel.plan)
    if stage is PlanStage.AGREED:
        plan_money.hold(desk)
    if stage is not None:
        cluster_plans.move(session, desk.plan, stage, desk.finance.now)


def _give_up(stage: PlanStage) -> Effect:
    def effect(desk: PlanDesk) -> None:
        plan_money.give_back(desk)
        cluster_plans.move(desk.finance.session, desk.plan, stage, desk.finance.now)

    return effect


def _return(desk: PlanDesk) -> None:
    """Return a plan to its cluster, by an officer with no part in it."""
    plan_signing.officer_of(desk)
    _give_up(PlanStage.RETURNED)(desk)


def _report(desk: PlanDesk) -> None:
    said = ReportingOutcome.model_validate(desk.act.choices, strict=False)
    session = desk.finance.session
    item = plan_items.item_of(session, said.item_id)
    if item is None or item.plan_id != desk.plan.id:
        raise NotValid("to report an outcome", "the plan has no item of that id")
    calendar = calendar_on(session, desk.day)
    if calendar is None:
        raise NoPolicyInForce("to report an outcome", "no calendar is in force today")
    term_on = term_of(calendar, said.term_on, desk.plan.academic_year, desk.day)
    plan_items.save_outcome(session, desk.act, item.id, term_on, (said.outcome, said.words))


_EFFECTS: dict[ActKind, Effect] = {
    ActKind.VOICE_ON_PLAN: _voice,
    ActKind.SIGN_PLAN: plan_signing.sign,
    ActKind.RETURN_PLAN: _return,
    ActKind.WITHDRAW_PLAN: _give_up(PlanStage.WITHDRAWN),
    ActKind.REPORT_OUTCOME: _report,
}
"""What carries out each act on a plan."""
