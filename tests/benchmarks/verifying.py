"""Sealing and proving a ledger of a million entries, by the commands that a council runs.

The limits are named: the prototype of the ledger's study sealed 33,000 entries a second, re-added a
million in 0.13 s, followed their running balances in 1.4 s and hashed 476,000 links a second; it
knew no other law. bean-check took 307 MB for a tenth of the entries.
"""

import os
import subprocess
import sys
import time

import psutil

from activities.clock import SystemClock
from activities.settings import Settings, environment_of
from activities.store.recording import seal_entries
from activities.store.session import make_engine
from tests.benchmarks.ground import ROOT, Ground
from tests.benchmarks.million import fill
from tests.benchmarks.report import CannotMeasure, Measured, more_is_better, within
from tests.benchmarks.size import Size

_SEALED_A_SECOND = 33_000.0
_SEALING_GOAL = 10_000 / _SEALED_A_SECOND
_SECONDS_A_MILLION = 0.13 + 1.4 + 1_000_000 / 476_000
_MEGABYTES = 307.0
_LOOK_EVERY_SECONDS = 0.2


async def measure(ground: Ground, size: Size) -> list[Measured]:
    """Fill a ledger, seal all of it, and have it proved: entries a second, seconds, megabytes."""
    chosen = ground.empty("bench_proof")
    fill(chosen, size.entries)
    sealed = _seal(chosen, size.entries)
    seconds, megabytes = _verify(ground, chosen)
    of = f"{size.entries:,} entries"
    limit = _SECONDS_A_MILLION * size.entries / 1_000_000
    return [
        more_is_better(f"sealing {of}", [sealed], [_SEALED_A_SECOND], "entries/s", _SEALING_GOAL),
        within(f"ledger verify, {of}, all laws", [seconds], limit, "s", None),
        within(f"ledger verify, {of}, memory", [megabytes], _MEGABYTES, "MB", None),
    ]


def _seal(chosen: Settings, entries: int) -> float:
    """Seal as the worker does, again and again until nothing waits; entries a second."""
    engine = make_engine(chosen.database_url, 1)
    began, count = time.perf_counter(), 0
    while some := seal_entries(engine, SystemClock().now()):
        count += some
    seconds = time.perf_counter() - began
    engine.dispose()
    if count != entries:
        raise CannotMeasure(f"{count} entries were sealed instead of {entries}.")
    return count / seconds


def _verify(ground: Ground, chosen: Settings) -> tuple[float, float]:
    """Run the command; its seconds, and what it and the server's processes had of their own."""
    began, most = time.perf_counter(), 0.0
    command = [sys.executable, "-m", "api.cli", "ledger", "verify"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment_of(chosen),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as proving:
        while proving.poll() is None:
            most = max(most, _megabytes(proving.pid, ground.postgres.pid))
            time.sleep(_LOOK_EVERY_SECONDS)
        said = proving.stdout.read() if proving.stdout else ""
    if proving.returncode != os.EX_OK:
        raise CannotMeasure(f"The ledger was not found sound.\n{said[-2000:]}")
    return time.perf_counter() - began, most


def _megabytes(program: int, server: int | None) -> float:
    """Memory that a program and the server's processes share with nobody."""
    if server is None:
        raise CannotMeasure("The server is not running.")
    total = 0
    for process in (psutil.Process(program), *psutil.Process(server).children()):
        try:
            total += process.memory_full_info().uss
        except psutil.Error:
            continue
    return total / 1024**2
