"""Acts on one subject, one after another: how every workflow that people act on takes its turns.

An act that arrives while another is carried out waits for it. Whether it may be carried out is
asked when its turn has come, where no race can reach; done or refused, its outcome is stored with
its effect and told back.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.names import ActivityName, Asked, Deed, NotAllowed, Stood, StoodAt
    from domain.acts import ActOutcome, ActRef
    from workflows.asking import RecordedTime, ask


S = TypeVar("S", bound=Stood)
T = TypeVar("T", bound=StoodAt)


class Turns(Generic[S]):
    """A subject's acts in their turns, around where it was last told to stand."""

    def __init__(
        self,
        subject_id: UUID,
        carries_out: ActivityName[Deed, S],
        refuses: ActivityName[NotAllowed, S],
        in_the_way: Callable[[S, ActRef], str | None],
        note: Callable[[S], None] = lambda _: None,
    ) -> None:
        """Take the subject's two activities, and what tells by its code why an act may not be.

        ``note`` is told wherever the subject stands from then on.
        """
        self.standing: S | None = None
        self._subject_id = subject_id
        self._carries_out, self._refuses = carries_out, refuses
        self._in_the_way, self._note = in_the_way, note
        self._turn = asyncio.Lock()

    async def ask(self, activity: ActivityName[Asked, S], asked: Asked) -> S:
        """Ask an activity when no act is being carried out, and keep where the subject stands."""
        async with self._turn:
            return await self.ask_now(activity, asked)

    async def ask_if(
        self, activity: ActivityName[Asked, S], asked: Asked, is_wanted: Callable[[], bool]
    ) -> None:
        """Ask an activity when its turn comes, unless it is no longer wanted by then."""
        async with self._turn:
            if is_wanted():
                await self.ask_now(activity, asked)

    async def ask_now(self, activity: ActivityName[Asked, S], asked: Asked) -> S:
        """Ask an activity within the turn that one has."""
        return self._keep(await ask(activity, asked))

    async def carry_out(
        self, act: ActRef, look_again: Callable[[S], Awaitable[S]] | None = None
    ) -> ActOutcome:
        """Carry out a recorded act, or refuse it, when its turn comes.

        ``look_again`` reads anew, within the turn, where the subject stands.
        """
        await workflow.wait_condition(lambda: self.standing is not None)
        async with self._turn:
            assert self.standing is not None
            standing = await look_again(self.standing) if look_again else self.standing
            code = self._in_the_way(standing, act)
            if code is None:
                deed = Deed(subject_id=self._subject_id, act=act)
                told = await self.ask_now(self._carries_out, deed)
            else:
                no = NotAllowed(subject_id=self._subject_id, act=act, code=code)
                told = await self.ask_now(self._refuses, no)
        assert told.outcome is not None
        return told.outcome

    def _keep(self, standing: S) -> S:
        self.standing = standing
        self._note(standing)
        return standing


class TimedTurns(Turns[T]):
    """Turns of a subject for which something follows by itself when an instant has come."""

    def __init__(
        self,
        subject_id: UUID,
        carries_out: ActivityName[Deed, T],
        refuses: ActivityName[NotAllowed, T],
        in_the_way: Callable[[T, ActRef], str | None],
        note: Callable[[T], None] = lambda _: None,
    ) -> None:
        """Take what `Turns` takes; nothing has happened yet."""
        super().__init__(subject_id, carries_out, refuses, in_the_way, note)
        self._time = RecordedTime()
        self._changes = 0

    async def wait_until(
        self, instant: datetime | None, also: Callable[[], bool] = lambda: False
    ) -> Callable[[], bool] | None:
        """Wait for an act, for what else is said, or for the instant by the record's time.

        Where the instant came first it gives what tells whether that is still so: an act whose turn
        was before may have changed everything.
        """
        seen = self._changes
        try:
            await workflow.wait_condition(
                lambda: also() or self._changes != seen, timeout=self._time.until(instant)
            )
        except TimeoutError:
            return lambda: self._changes == seen
        return None

    def _keep(self, standing: T) -> T:
        self._time.set_by(standing.now_at if standing.by_moved_clock else None)
        self._changes += 1
        return super()._keep(standing)
