"""A record of one request, or of one meeting, that exists only in memory.

Its activities are registered under the real names, answer at once and keep what they were asked.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Lock
from typing import Any
from uuid import UUID, uuid4

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.names import (
    CARRY_OUT,
    CARRY_OUT_IN_MEETING,
    CLOSE_DUE_BALLOTS,
    HEAR_PANEL,
    LET_TIME_PASS,
    REFUSE,
    TAKE_UP,
    TAKE_UP_MEETING,
    BallotToHear,
    Deed,
    MeetingStanding,
    NotAllowed,
    OfMeeting,
    OfRequest,
    Standing,
)
from domain.acts import ActOutcome, ActRef
from domain.stages import ActKind, Stage

AT = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)


def act(kind: ActKind, person_id: UUID | None = None) -> ActRef:
    """An act that somebody recorded."""
    return ActRef(id=uuid4(), kind=kind, person_id=person_id)


class FakeRequest:
    """Where a request stands, and what follows each act: set by the test."""

    def __init__(self, stage: Stage, **standing: Any) -> None:
        self.id = uuid4()
        self.standing = Standing(
            request_id=self.id, stage=stage, now_at=AT, by_moved_clock=True, **standing
        )
        self.asked: list[tuple[str, Any]] = []
        self.leads_to: dict[ActKind, Stage] = {}
        self.asked_at_once: list[str] = []
        """The activities that were asked within the workflow's own task."""
        self.fails_at_once = False
        """Nothing works out within the task: the engine keeps every activity."""
        self.at_once = 0
        self.most_at_once = 0
        self.may_go_on = Event()
        self.may_go_on.set()
        self._counting = Lock()

    @property
    def names(self) -> list[str]:
        """The activities that were asked, in order."""
        return [name for name, _ in self.asked]

    @property
    def activities(self) -> list[Callable[..., Any]]:
        """The activities of a request under their real names."""

        @activity.defn(name=TAKE_UP.name)
        def take_up(asked: OfRequest) -> Standing:
            return self._answer(TAKE_UP.name, asked)

        @activity.defn(name=HEAR_PANEL.name)
        def hear_panel(asked: BallotToHear) -> Standing:
            heard = {"stage": Stage.SIGN_OFF, "unheard_ballot_id": None}
            self.standing = self.standing.model_copy(update=heard)
            return self._answer(HEAR_PANEL.name, asked)

        @activity.defn(name=CARRY_OUT.name)
        def carry_out(asked: Deed) -> Standing:
            return self._carry_out(asked)

        @activity.defn(name=REFUSE.name)
        def refuse(asked: NotAllowed) -> Standing:
            no = ActOutcome(act_id=asked.act.id, done=False, code=asked.code)
            return self._answer(REFUSE.name, asked, no)

        @activity.defn(name=LET_TIME_PASS.name)
        def let_time_pass(asked: OfRequest) -> Standing:
            self.standing = self.standing.model_copy(update={"waits_until_at": None})
            return self._answer(LET_TIME_PASS.name, asked)

        return [take_up, hear_panel, carry_out, refuse, let_time_pass]

    def _carry_out(self, asked: Deed) -> Standing:
        stage = self.leads_to.get(asked.act.kind, self.standing.stage)
        self.standing = self.standing.model_copy(update={"stage": stage})
        return self._answer(CARRY_OUT.name, asked, ActOutcome(act_id=asked.act.id, done=True))

    def _answer(self, name: str, asked: Any, outcome: ActOutcome | None = None) -> Standing:
        if activity.info().is_local:
            self.asked_at_once.append(name)
            if self.fails_at_once:
                raise ApplicationError("not now")
        with self._counting:
            self.asked.append((name, asked))
            self.at_once += 1
            self.most_at_once = max(self.at_once, self.most_at_once)
        assert self.may_go_on.wait(10)
        with self._counting:
            self.at_once -= 1
        return self.standing.model_copy(update={"outcome": outcome})


class FakeMeeting:
    """Where a meeting stands: its next closing time and the ballots nobody has heard of."""

    def __init__(self, **standing: Any) -> None:
        self.id = uuid4()
        self.standing = MeetingStanding(
            meeting_id=self.id, now_at=AT, by_moved_clock=True, closed=False, **standing
        )
        self.asked: list[tuple[str, Any]] = []
        self.after_close = self.standing

    @property
    def names(self) -> list[str]:
        """The activities that were asked, in order."""
        return [name for name, _ in self.asked]

    @property
    def activities(self) -> list[Callable[..., Any]]:
        """The activities of a meeting under their real names."""

        @activity.defn(name=TAKE_UP_MEETING.name)
        def take_up(asked: OfMeeting) -> MeetingStanding:
            return self._answer(TAKE_UP_MEETING.name, asked)

        @activity.defn(name=CARRY_OUT_IN_MEETING.name)
        def carry_out(asked: Deed) -> MeetingStanding:
            ends = asked.act.kind in (ActKind.CLOSE_MEETING, ActKind.CALL_OFF_MEETING)
            closed = ends or self.standing.closed
            self.standing = self.standing.model_copy(update={"closed": closed})
            outcome = ActOutcome(act_id=asked.act.id, done=True)
            told = self._answer(CARRY_OUT_IN_MEETING.name, asked)
            return told.model_copy(update={"outcome": outcome})

        @activity.defn(name=CLOSE_DUE_BALLOTS.name)
        def close_due(asked: OfMeeting) -> MeetingStanding:
            self.standing = self.after_close
            return self._answer(CLOSE_DUE_BALLOTS.name, asked)

        return [take_up, carry_out, close_due]

    def _answer(self, name: str, asked: Any) -> MeetingStanding:
        self.asked.append((name, asked))
        return self.standing
