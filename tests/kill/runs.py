"""A payment run over HTTP on a PostgreSQL of its own, stopped in the middle of a transaction.

A lock that a transaction runs into keeps it half done until somebody is killed.
"""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import psycopg

from activities.embedded import EmbeddedPostgres
from deploy.demo.voice import Refused, Voice
from tests.activities.payment_world import PaymentWorld, answer_file, pounds_of
from tests.kill.machine import Machine
from tests.workflows.office import until

AWARDS = 60
LAST_DUE = date(2026, 10, 2)
DUE = [(LAST_DUE - timedelta(days=each), 10 + each) for each in range(12)]
TOTAL_PENCE = AWARDS * sum(pence for _, pence in DUE)
PREPARING = {"financial_year": 2026, "period": 7, "due_until_on": "2026-10-31"}
_STUCK = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event_type = 'Lock' AND query LIKE :begins"
)
_AWAY_SECONDS = 0.5


class PaymentPlay:
    """Two finance officers at their browsers, and somebody with a hand at the plug."""

    def __init__(self, machine: Machine, server: EmbeddedPostgres, web: httpx.AsyncClient) -> None:
        self.machine = machine
        self.world = machine.world
        self.paying = PaymentWorld(machine.world)
        self._server = server
        self._web = web
        machine.as_owner(f"UPDATE sign_in SET issuer = '{machine.issuer_url}'")  # noqa: S608
        self.paying.awards(AWARDS, DUE)

    async def does(self, who: str, path: str, said: object) -> Any:
        """Somebody does something, again until it is heard and there is an outcome."""
        voice = Voice(self._web, who, self.machine.token(who))
        async with asyncio.timeout(90):
            while True:
                try:
                    return await voice.does(f"/api{path}", said)
                except Refused as no:
                    if no.status < httpx.codes.INTERNAL_SERVER_ERROR:
                        raise
                    await asyncio.sleep(_AWAY_SECONDS)

    @contextmanager
    def stuck_at(self, table: str) -> Iterator[psycopg.Connection]:
        """Whoever writes to a table waits, with all that its transaction did before."""
        assert self.machine.settings.database_owner_url is not None
        url = self.machine.settings.database_owner_url
        connection = psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"))
        try:
            connection.execute(f"LOCK TABLE {table} IN SHARE MODE")
            yield connection
        finally:
            connection.close()

    async def until_stuck(self, begins: str) -> None:
        """Wait until a transaction has come as far as a statement that has to wait."""
        await until(
            lambda: self.world.one(_STUCK, begins=f"{begins}%") > 0, f"stuck at {begins}", 60
        )

    async def kills(self, victim: str) -> None:
        """Kill the worker, or PostgreSQL with every transaction in it, and start it again."""
        if victim == "worker":
            self.machine.kill("worker")
            await asyncio.to_thread(self.machine.begins, "worker")
            return
        pid = self._server.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await asyncio.to_thread(self._server.start)

    async def disturbed(
        self, victim: str, at: tuple[str, str], who: str, path: str, said: object
    ) -> Any:
        """Somebody does something, and a process is killed when it is half done."""
        table, begins = at
        with self.stuck_at(table):
            doing = asyncio.create_task(self.does(who, path, said))
            await self.until_stuck(begins)
            await self.kills(victim)
        return await doing

    async def until_stage(self, run_id: str, stage: str) -> None:
        """Wait until the record has the run at a stage."""
        sql = "SELECT stage FROM payment_run WHERE id = :id"
        await until(lambda: self.world.one(sql, id=UUID(run_id)) == stage, f"is {stage}", 90)

    async def answer(self, run_id: str) -> str:
        """The bank's answer is handed in: the first payment is rejected, the others are paid."""
        found = sorted(self.paying.remittances(UUID(run_id)).values(), key=lambda r: r.reference)
        content = answer_file(
            (row.reference, pounds_of(row.pay_pence), "paid" if number else "rejected")
            for number, row in enumerate(found)
        )
        told = await self._web.post(
            "/api/finance/files?kind=answer",
            content=content,
            headers={
                "Authorization": f"Bearer {self.machine.token('finance.1')}",
                "Idempotency-Key": f"answer-{run_id}",
            },
        )
        assert told.is_success, told.text
        return str(told.json()["id"])
