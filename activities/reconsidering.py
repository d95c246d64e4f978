"""The activities of a challenge: taken up, given to a panel, answered, taken back, let wait.

Each is one transaction, and asking it again answers as the first time (promise 4). The request's
row is locked before the challenge's, as everywhere.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity

from activities import answering_challenges, looking, officers
from activities.clock import Clock
from activities.desk import Desk, sit_down
from activities.names import (
    CARRY_OUT_ON_CHALLENGE,
    LET_CHALLENGE_WAIT,
    REFUSE_ON_CHALLENGE,
    TAKE_UP_CHALLENGE,
    ChallengeStanding,
    Deed,
    NotAllowed,
    OfChallenge,
)
from activities.settling import settled
from activities.store import casework, changes, reconsiderations
from activities.store.casework import Recorded
from activities.store.reconsiderations import Beginning, Look
from activities.store.session import transaction
from domain.acts import ActOutcome
from domain.reconsideration import (
    Answer,
    ChallengeStage,
    check_challenge_act,
    check_fresh,
    panel_to_look,
)
from domain.reconsideration_acts import Challenging, TakingChallenge
from domain.refusals import REFUSALS, NotAtThisStage
from domain.stages import ActKind, Stage

Effect = Callable[[Desk, Look, Recorded], None]


class Reconsiderations:
    """What happens to challenges, on one database and by one clock."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    @activity.defn(name=TAKE_UP_CHALLENGE.name)
    def take_up(self, of: OfChallenge) -> ChallengeStanding:
        """Read where a challenge stands; one just made is put on record, with whom it keeps out."""
        now = self._clock.now()
        with transaction(self._engine) as session:
            kind = ActKind.CHALLENGE
            asked = casework.undelivered(session, of.reconsideration_id, kind)
            outcome = None
            if asked is not None:
                outcome = settled(session, asked, now, lambda: _begin(session, asked, now))
            return self._told(session, of, now, outcome)

    @activity.defn(name=CARRY_OUT_ON_CHALLENGE.name)
    def carry_out(self, deed: Deed) -> ChallengeStanding:
        """Carry out a recorded act on a challenge, or refuse it; its outcome is stored with it."""
        now = self._clock.now()
        with transaction(self._engine) as session:
            desk, look = _taken(session, deed.subject_id, now, deed.act.kind)
            act = casework.recorded_act(session, deed.act.id)
            outcome = act.outcome or _carried_out(desk, look, act)
            of = OfChallenge(reconsideration_id=deed.subject_id)
            return self._told(session, of, now, outcome)

    @activity.defn(name=REFUSE_ON_CHALLENGE.name)
    def refuse(self, refused: NotAllowed) -> ChallengeStanding:
        """Store the workflow's own refusal as the act's outcome."""
        now = self._clock.now()
        with transaction(self._engine) as session:
            _, look = _taken(session, refused.subject_id, now)
            act = casework.recorded_act(session, refused.act.id)
            asked = f"to {act.kind.replace('_', ' ')}"
            no = REFUSALS[refused.code](asked, f"the challenge is {look.stage.replace('_', ' ')}")
            outcome = act.outcome or casework.settle(session, act, None, now, no)
            of = OfChallenge(reconsideration_id=refused.subject_id)
            return self._told(session, of, now, outcome)

    @activity.defn(name=LET_CHALLENGE_WAIT.name)
    def let_wait(self, of: OfChallenge) -> ChallengeStanding:
        """Note that the day for an answer has passed, if it has; the challenge goes on."""
        now = self._clock.now()
        with transaction(self._engine) as session:
            desk, look = _taken(session, of.reconsideration_id, now)
            due = _waits_until(look)
            if due is not None and due <= now:
                reconsiderations.mark_overdue(session, look, desk.request, now)
            return self._told(session, of, now)

    def _told(
        self,
        session: Session,
        of: OfChallenge,
        now: datetime,
        outcome: ActOutcome | None = None,
    ) -> ChallengeStanding:
        session.flush()
        standing = ChallengeStanding(
            reconsideration_id=of.reconsideration_id,
            now_at=now,
            by_moved_clock=self._clock.is_moved,
            outcome=outcome,
        )
        look = reconsiderations.look_of(session, of.reconsideration_id)
        if look is None:
            return standing
        found = {
            "request_id": look.request_id,
            "stage": look.stage,
            "waits_until_at": _waits_until(look),
            "involved": look.involved,
            "sent_back": look.answer is Answer.SENT_BACK,
        }
        return standing.model_copy(update=found)


def _taken(
    session: Session, reconsideration_id: UUID, now: datetime, kind: ActKind | None = None
) -> tuple[Desk, Look]:
    """Take a challenge in hand: the awards that an answer may change, its request, then itself."""
    look = reconsiderations.look_of(session, reconsideration_id)
    assert look is not None, "only a challenge on record is acted upon"
    if kind is ActKind.RECONSIDER:
        changes.take_turns(session, look.request_id)
    desk = sit_down(session, look.request_id, now)
    return desk, reconsiderations.take_in_hand(session, look.id)


def _waits_until(look: Look) -> datetime | None:
    """The instant of its answer, while there is none and nobody has been told that it passed."""
    waits = look.stage not in (ChallengeStage.ANSWERED, ChallengeStage.WITHDRAWN)
    return look.answer_by_at if waits and not look.overdue else None


def _begin(session: Session, act: Recorded, now: datetime) -> None:
    """Put a challenge on record; when it is answered by is worked out once (promise 12)."""
    said = Challenging.model_validate(act.choices, strict=False)
    desk = sit_down(session, said.request_id, now)
    if desk.request.stage is not Stage.DECIDED or desk.request.decision_id is None:
        raise NotAtThisStage("to challenge the decision", "there is no decision that stands")
    days = desk.policies.panel.reconsideration.answer_within_school_days
    answer_by_at = desk.school_days.deadline(desk.day, days) if days else None
    beginning = Beginning(
        request_id=desk.request.id,
        decision_id=desk.request.decision_id,
        challenger=said.by,
        late=said.late_because is not None,
        answer_by_at=answer_by_at,
    )
    reconsiderations.begin(session, act, beginning)


def _carried_out(desk: Desk, look: Look, act: Recorded) -> ActOutcome:
    def effect() -> None:
        check_challenge_act(act.kind, look.stage)
        _EFFECTS[act.kind](desk, look, act)

    return settled(desk.session, act, desk.now, effect)


def _take(desk: Desk, look: Look, act: Recorded) -> None:
    """Give a challenge to another panel; its next meeting that takes papers has it listed."""
    said = TakingChallenge.model_validate(act.choices, strict=False)
    check_fresh(act.kind, act.person_id, look.involved)
    officers.officer_of(desk, act)
    cluster = panel_to_look(desk.policies.panel, desk.request.cluster, said.cluster)
    stage = ChallengeStage.LISTED
    reconsiderations.move(desk.session, look, desk.request, stage, desk.now, cluster_code=cluster)
    looking.list_look(desk, look, cluster)


def _withdraw(desk: Desk, look: Look, act: Recorded) -> None:
    del act
    reconsiderations.take_off_agendas(desk.session, look.id)
    reconsiderations.move(desk.session, look, desk.request, ChallengeStage.WITHDRAWN, desk.now)


_EFFECTS: dict[ActKind, Effect] = {
    ActKind.TAKE_CHALLENGE: _take,
    ActKind.RECONSIDER: answering_challenges.reconsider,
    ActKind.NOTE_KEY_DECISION: answering_challenges.note_key_decision,
    ActKind.WITHDRAW_CHALLENGE: _withdraw,
}
"""What carries out each act on a challenge."""
