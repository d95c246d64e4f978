"""The activities of a request: take it up, hear its panel, carry out an act, let time pass.

Each is one transaction, and asking it again answers as the first time (promise 4).
"""

from sqlalchemy import Engine
from temporalio import activity

from activities import effects, placing, urgent
from activities.clock import Clock
from activities.desk import Desk, sit_down, standing
from activities.names import (
    CARRY_OUT,
    HEAR_PANEL,
    LET_TIME_PASS,
    REFUSE,
    TAKE_UP,
    BallotToHear,
    Deed,
    NotAllowed,
    OfRequest,
    Standing,
)
from activities.placing import Basis
from activities.settling import settled
from activities.store import casework, changes, meetings
from activities.store import urgent as at_urgent
from activities.store.casework import Move, Recorded
from activities.store.meetings import Ballot
from activities.store.refused import undone_if_refused
from activities.store.session import transaction
from domain.acts import ActOutcome
from domain.moderation import AfterBallot, Recommendation, Tally, advised
from domain.refusals import REFUSALS, NotAtThisStage, Refusal, TooLate
from domain.stages import ALLOWED_AT, DECIDING, ENDED, ActKind, Stage

_WITH_PANEL = frozenset({Stage.LISTED, Stage.IN_BALLOT})
_IN_WORDS = {stage: stage.replace("_", " ") for stage in Stage}


class Casework:
    """What happens to a request, on one database and by one clock."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def _told(self, desk: Desk, outcome: ActOutcome | None = None) -> Standing:
        told = {"by_moved_clock": self._clock.is_moved}
        return standing(desk, outcome).model_copy(update=told)

    @activity.defn(name=TAKE_UP.name)
    def take_up(self, of: OfRequest) -> Standing:
        """Read where a request stands; one that has just been submitted is screened."""
        now = self._clock.now()
        with transaction(self._engine) as session:
            desk = sit_down(session, of.request_id, now)
            if desk.request.stage is not Stage.SUBMITTED:
                return self._told(desk)
            desk.move(effects.screened(desk))
            submitted = casework.undelivered(session, of.request_id, ActKind.SUBMIT)
            if submitted is not None:
                casework.settle(session, submitted, None, now)
            return self._told(desk)

    @activity.defn(name=HEAR_PANEL.name)
    def hear_panel(self, heard: BallotToHear) -> Standing:
        """Take a closed ballot in: list the request again, ask the school, or place it."""
        now = self._clock.now()
        with transaction(self._engine) as session:
            desk = sit_down(session, heard.request_id, now)
            ballot = meetings.ballot(session, heard.ballot_id)
            first = meetings.mark_heard(session, ballot.id, now)
            if first and ballot.result is not None and desk.request.stage in _WITH_PANEL:
                desk.move(_heard(desk, ballot))
            return self._told(desk)

    @activity.defn(name=CARRY_OUT.name)
    def carry_out(self, deed: Deed) -> Standing:
        """Carry out a recorded act, or refuse it; either way its outcome is stored with it."""
        now = self._clock.now()
        with transaction(self._engine) as session:
            if deed.act.kind in DECIDING:
                changes.take_turns(session, deed.subject_id)
            desk = sit_down(session, deed.subject_id, now)
            act = casework.recorded_act(session, deed.act.id)
            outcome = act.outcome or _carried_out(desk, act)
            return self._told(desk, outcome)

    @activity.defn(name=REFUSE.name)
    def refuse(self, refused: NotAllowed) -> Standing:
        """Store the workflow's own refusal as the act's outcome."""
        now = self._clock.now()
        with transaction(self._engine) as session:
            desk = sit_down(session, refused.subject_id, now)
            act = casework.recorded_act(session, refused.act.id)
            no = REFUSALS[refused.code](_asked(act), _stands(desk))
            outcome = act.outcome or casework.settle(session, act, None, now, no)
            return self._told(desk, outcome)

    @activity.defn(name=LET_TIME_PASS.name)
    def let_time_pass(self, of: OfRequest) -> Standing:
        """Do what follows by itself once a request's next instant has come."""
        now = self._clock.now()
        with transaction(self._engine) as session:
            desk = sit_down(session, of.request_id, now)
            due = desk.request.waits_until_at
            if due is not None and due <= now and desk.request.stage not in ENDED:
                _let_pass(desk)
            return self._told(desk)


def _carried_out(desk: Desk, act: Recorded) -> ActOutcome:
    def effect() -> None:
        _check_stage(desk, act)
        desk.move(effects.EFFECTS[act.kind](desk, act))

    return settled(desk.session, act, desk.now, effect)


def _check_stage(desk: Desk, act: Recorded) -> None:
    if desk.request.stage in ENDED:
        raise TooLate(_asked(act), _stands(desk))
    if desk.request.stage not in ALLOWED_AT[act.kind]:
        raise NotAtThisStage(_asked(act), _stands(desk))


def _heard(desk: Desk, ballot: Ballot) -> Move:
    """Take a ballot in; what the rules refuse to place or to date goes to a person, never stuck."""
    try:
        with undone_if_refused(desk.session):
            return _after(desk, ballot)
    except Refusal as no:
        return effects.to_a_person(desk, no)


def _after(desk: Desk, ballot: Ballot) -> Move:
    """Say where a closed ballot takes the request, by the panel rules it is pinned to."""
    result = Tally.model_validate(ballot.result, strict=False)
    rules = at_urgent.rules_at(desk.session, ballot.item_id, desk.policies.panel)
    follows = advised(result, rules, ballot.round)
    if follows.then is AfterBallot.LIST_AGAIN:
        if at_urgent.urgent_at(desk.session, ballot.item_id):
            return urgent.to_officer(desk)
        times = casework.count_no_quorum(desk.session, desk.request)
        if times < desk.policies.panel.fallback_after_meetings:
            return effects.listed(desk)
        return effects.listed_with_named_panel(desk)
    casework.had_quorum(desk.session, desk.request)
    if follows.recommendation is Recommendation.MORE_INFORMATION:
        return Move(stage=Stage.MORE_INFORMATION, waits_for="school")
    basis = Basis(
        cause_id=ballot.id,
        profile=result.moderated,
        recommendation=follows.recommendation,
        ballot_id=ballot.id,
        spread={area: spread.model_dump() for area, spread in result.spread.items()},
    )
    return placing.place_request(desk, basis)


def _let_pass(desk: Desk) -> None:
    """A key decision takes effect on its day; otherwise the day for the decision has passed."""
    if desk.request.stage is Stage.KEY_DECISION and "key_decision" in desk.request.why:
        desk.move(effects.key_decision_in_effect(desk))
    else:
        casework.mark_overdue(desk.session, desk.request, desk.now)


def _asked(act: Recorded) -> str:
    return f"to {act.kind.replace('_', ' ')}"


def _stands(desk: Desk) -> str:
    return f"the request is at the stage {_IN_WORDS[desk.request.stage]}"
