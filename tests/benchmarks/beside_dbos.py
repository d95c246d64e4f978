"""Plays cases with DBOS in programs of its own: two, so that it has both cores as Locality has."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from activities.settings import Settings, environment_of
from tests.benchmarks.ground import ROOT, Ground
from tests.benchmarks.panel import demo_panels
from tests.benchmarks.report import CannotMeasure

DATABASE = "bench_dbos"
PROGRAMS = 2
_READY_SECONDS = 120.0
_PLAY_SECONDS = 600.0


class DbosCases:
    """Cases shared out between DBOS's programs, each with clusters of its own."""

    def __init__(self, programs: list[Process]) -> None:
        self._programs = programs

    async def play(self, count: int, at_once: int) -> float:
        """Play so many cases, so many at once; say how many seconds the slowest program took.

        One at a time needs one program.
        """
        taking_part = self._programs[: min(at_once, len(self._programs))]
        shares = (
            (program, count // len(taking_part), at_once // len(taking_part))
            for program in taking_part
        )
        return max(await asyncio.gather(*(_ask(*share) for share in shares)))


@asynccontextmanager
async def dbos_beside(ground: Ground) -> AsyncIterator[DbosCases]:
    """Start DBOS's programs on a county of their own, its panels called."""
    chosen = ground.database(DATABASE)
    programs: list[Process] = []
    try:
        for number in range(PROGRAMS):
            programs.append(await _started(chosen, number))
            await _told(programs[-1], _READY_SECONDS)
        yield DbosCases(programs)
    finally:
        for program in programs:
            with suppress(ProcessLookupError):
                program.kill()
            await program.wait()


async def _started(chosen: Settings, number: int) -> Process:
    clusters = [panel.cluster for panel in demo_panels()]
    own = chosen.model_copy(update={"task_queue": f"{DATABASE}_{number}"})
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.with_dbos", *clusters[number::PROGRAMS]),
        cwd=ROOT,
        env=environment_of(own),
        stdin=PIPE,
        stdout=PIPE,
    )


async def _ask(program: Process, count: int, at_once: int) -> float:
    assert program.stdin is not None
    program.stdin.write(json.dumps([count, at_once]).encode() + b"\n")
    await program.stdin.drain()
    return float((await _told(program, _PLAY_SECONDS))["seconds"])


async def _told(program: Process, within_seconds: float) -> dict[str, float]:
    assert program.stdout is not None
    async with asyncio.timeout(within_seconds):
        line = await program.stdout.readline()
    if not line:
        raise CannotMeasure("DBOS's program ended; what it said stands above.")
    told: dict[str, float] = json.loads(line)
    return told
