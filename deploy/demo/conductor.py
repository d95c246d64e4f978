"""Who waits for which instant: the clock moves on when every scene waits, and never before."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from datetime import datetime

from deploy.demo.printing import say_time

MoveTo = Callable[[datetime], Awaitable[datetime]]
"""Moves the clock and every open workflow on to an instant, and says what the time then is."""


class Conductor:
    """Moves the county's clock for scenes that run side by side.

    A scene that waits for a person is running; one that waits for an instant is not. When none is
    running, the clock moves on to the nearest instant that anybody waits for.
    """

    def __init__(self, now: datetime, move_to: MoveTo) -> None:
        self.now = now
        self._move_to = move_to
        self._running = 0
        self._waiting: list[tuple[datetime, int, asyncio.Event]] = []
        self._waited = 0
        self._changed = asyncio.Event()

    async def plays(self, scene: Awaitable[None]) -> None:
        """Play a scene to its end; while it plays, the clock waits for it."""
        self._running += 1
        try:
            await scene
        finally:
            self._running -= 1
            self._changed.set()

    async def until(self, instant: datetime) -> None:
        """Wait for an instant of the county's clock; one that has passed is no wait."""
        if instant <= self.now:
            return
        assert self._running > 0, "a scene waits for one instant at a time"
        reached = asyncio.Event()
        self._waited += 1
        heapq.heappush(self._waiting, (instant, self._waited, reached))
        self._running -= 1
        self._changed.set()
        await reached.wait()

    async def conduct(self) -> None:
        """Move the clock on each time every scene waits for it, until all have ended."""
        while self._running or self._waiting:
            if self._running:
                self._changed.clear()
                await self._changed.wait()
                continue
            say_time(self._waiting[0][0])
            self.now = await self._move_to(self._waiting[0][0])
            while self._waiting and self._waiting[0][0] <= self.now:
                self._running += 1
                heapq.heappop(self._waiting)[2].set()
