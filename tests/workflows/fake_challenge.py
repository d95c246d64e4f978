"""A record of one challenge that exists only in memory, under the activities' real names."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from temporalio import activity

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
from domain.acts import ActOutcome
from domain.reconsideration import ChallengeStage
from domain.stages import ActKind
from tests.workflows.fakes import AT

Stage = ChallengeStage


class FakeChallenge:
    """Where a challenge stands, and what follows each act: set by the test."""

    def __init__(
        self, stage: Stage | None = Stage.CHALLENGED, waits_until_at: datetime | None = None
    ) -> None:
        self.id = uuid4()
        self.request_id = uuid4()
        self.involved = uuid4()
        self.standing = ChallengeStanding(
            reconsideration_id=self.id,
            request_id=self.request_id,
            stage=stage,
            now_at=AT,
            by_moved_clock=True,
            waits_until_at=waits_until_at,
            involved=(self.involved,),
        )
        self.leads_to = {
            ActKind.TAKE_CHALLENGE: Stage.LISTED,
            ActKind.RECONSIDER: Stage.ANSWERED,
            ActKind.NOTE_KEY_DECISION: Stage.FOR_DECISION,
            ActKind.WITHDRAW_CHALLENGE: Stage.WITHDRAWN,
        }
        self.sends_back = False
        self.names: list[str] = []

    def stands(self, **changed: Any) -> None:
        """The record says something else from now on."""
        self.standing = self.standing.model_copy(update=changed)

    @property
    def activities(self) -> list[Callable[..., Any]]:
        """The activities of a challenge under their real names."""

        @activity.defn(name=TAKE_UP_CHALLENGE.name)
        def take_up(_asked: OfChallenge) -> ChallengeStanding:
            return self._answer(TAKE_UP_CHALLENGE.name)

        @activity.defn(name=CARRY_OUT_ON_CHALLENGE.name)
        def carry_out(asked: Deed) -> ChallengeStanding:
            self.stands(stage=self.leads_to[asked.act.kind], sent_back=self.sends_back)
            return self._answer(CARRY_OUT_ON_CHALLENGE.name, asked.act.id)

        @activity.defn(name=REFUSE_ON_CHALLENGE.name)
        def refuse(asked: NotAllowed) -> ChallengeStanding:
            return self._answer(REFUSE_ON_CHALLENGE.name, asked.act.id, asked.code)

        @activity.defn(name=LET_CHALLENGE_WAIT.name)
        def let_wait(_asked: OfChallenge) -> ChallengeStanding:
            self.stands(waits_until_at=None)
            return self._answer(LET_CHALLENGE_WAIT.name)

        return [take_up, carry_out, refuse, let_wait]

    def _answer(
        self, name: str, act_id: UUID | None = None, code: str | None = None
    ) -> ChallengeStanding:
        self.names.append(name)
        outcome = ActOutcome(act_id=act_id, done=code is None, code=code) if act_id else None
        return self.standing.model_copy(update={"outcome": outcome})
