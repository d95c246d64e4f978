"""Moves the demo's time on: the county's clock and every open workflow together, step by step.

It stops at each stored deadline on the way, so that what follows from one happens at its own
instant and not at the end of the leap. Nothing here shortens a policy.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, text
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from activities.clock import MovedClock
from activities.settings import Settings
from activities.store.recording import subjects_unfinished
from activities.store.session import make_engine
from workflows.connection import connect

_NEXT = text(
    "SELECT min(due) FROM ("
    " SELECT waits_until_at AS due FROM support_request WHERE ending IS NULL"
    " UNION ALL SELECT closes_at FROM ballot WHERE closed_at IS NULL) AS stored"
    " WHERE due > :now AND due <= :until"
)
_BEHIND = text(
    "SELECT EXISTS (SELECT FROM support_request"
    "  WHERE ending IS NULL AND waits_until_at <= :now)"
    " OR EXISTS (SELECT FROM ballot WHERE closed_at IS NULL AND closes_at <= :now)"
    " OR EXISTS (SELECT FROM ballot WHERE closed_at IS NOT NULL AND heard_at IS NULL)"
)
_PAUSE_SECONDS = 0.05
_PATIENCE = 400
"""How often to look whether everything due has happened, before going on all the same."""


class Clockwork:
    """The one helper that moves time: the clock in PostgreSQL and the open workflows' own."""

    def __init__(self, chosen: Settings) -> None:
        self._chosen = chosen
        self._engine: Engine = make_engine(chosen.database_url, 2)
        self._clock = MovedClock(self._engine)
        self._skipper: TimeSkipper | None = None

    async def __aenter__(self) -> Self:
        client = await connect(
            self._chosen.temporal_address, self._chosen.temporal_namespace, moves_time=False
        )
        self._skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._engine.dispose()

    def now(self) -> datetime:
        """Return the county's present instant, in UTC."""
        return self._clock.now()

    async def move_to(self, instant: datetime) -> datetime:
        """Move on to an instant through every stored deadline before it; say what time it is."""
        while (now := self.now()) < instant:
            target = self._next_deadline(now, instant) or instant
            await self._step(max(target - self.now(), timedelta()))
            await self._until_nothing_is_behind()
        return self.now()

    def _next_deadline(self, now: datetime, until: datetime) -> datetime | None:
        with self._engine.connect() as connection:
            found = connection.execute(_NEXT, {"now": now, "until": until}).scalar_one()
        return found if isinstance(found, datetime) else None

    async def _step(self, step: timedelta) -> None:
        self._clock.move_on(step)
        await asyncio.gather(*(self._forward(handle, step) for handle in self._open()))

    def _open(self) -> Iterable[WorkflowHandle[object, object]]:
        """Handles of everything that by the record ought to have a workflow."""
        assert self._skipper is not None
        for subject in subjects_unfinished(self._engine):
            yield self._skipper.client.get_workflow_handle(f"{subject.subject}/{subject.id}")

    async def _forward(self, handle: WorkflowHandle[object, object], step: timedelta) -> None:
        """Move one workflow on; one that is not there takes the time from the record later."""
        assert self._skipper is not None
        try:
            await self._skipper.fast_forward(handle, step)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def _until_nothing_is_behind(self) -> None:
        for _ in range(_PATIENCE):
            with self._engine.connect() as connection:
                if not connection.execute(_BEHIND, {"now": self.now()}).scalar_one():
                    return
            await asyncio.sleep(_PAUSE_SECONDS)
