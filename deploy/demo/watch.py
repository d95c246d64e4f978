"""Follows the events that Locality gives out, in their order, for scenes that wait for one."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from deploy.demo.voice import Voice

PATIENCE_SECONDS = 90.0
"""Longer than any step takes on a slow machine; a scene that waits longer has found a fault."""
_LOOK_SECONDS = 0.1
_PAGE = 500

Event = dict[str, Any]
Wanted = Callable[[Event], bool]


class NothingCame(Exception):
    """A scene waited for something that did not happen."""


class Watch:
    """Every event so far, by subject: played again, the same waits end at the same events."""

    def __init__(self, reader: Voice) -> None:
        self._reader = reader
        self._position = 0
        self._by_subject: dict[str, list[Event]] = defaultdict(list)
        self._more = asyncio.Condition()

    async def follow(self) -> None:
        """Read events as they come, until cancelled."""
        while True:
            events: list[Event] = await self._reader.reads(
                "/api/events", after=self._position, limit=_PAGE
            )
            if events:
                await self._take(events)
            if len(events) < _PAGE:
                await asyncio.sleep(_LOOK_SECONDS)

    async def moved(self, request_id: str, stages: set[str], after: int) -> tuple[Event, int]:
        """Wait until a request moves to one of the stages; say how many of its events that took.

        ``after`` is how many of its events the scene has seen already.
        """
        return await self.happened(
            request_id, lambda event: event["facts"].get("to") in stages, after, f"{stages}"
        )

    async def happened(
        self, subject_id: str, wanted: Wanted, after: int, what: str
    ) -> tuple[Event, int]:
        """Wait for the first event of a subject that is wanted, past those already seen."""
        async with self._more:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    while True:
                        events = self._by_subject[subject_id]
                        for place in range(after, len(events)):
                            if wanted(events[place]):
                                return events[place], place + 1
                        await self._more.wait()
            except TimeoutError:
                seen = [e["facts"].get("to", e["kind"]) for e in self._by_subject[subject_id]]
                raise NothingCame(f"waited for {what}; so far: {seen[after:]}") from None

    async def _take(self, events: list[Event]) -> None:
        async with self._more:
            for event in events:
                self._by_subject[event["subject_id"]].append(event)
                self._position = event["position"]
            self._more.notify_all()
