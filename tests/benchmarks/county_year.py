"""A county's year of panels, played end to end: how long, how it compares, and what grows.

Fifty-three clusters meet six times, two of them once more; ten thousand requests go from draft to
award, nine votes each, as fast as the machine goes: nobody in it waits for a day to come, so the
clock is the machine's own. Between the meetings the bare engine plays its own cases on the same
server.
"""

import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import psutil
from sqlalchemy import text
from sqlmodel import Session

from activities.clock import SystemClock
from activities.settings import Settings
from activities.store import reading
from activities.store.reading import Caller
from activities.store.session import each_by_itself, make_engine, transaction
from tests.benchmarks.bare import BareCases, bare_engine
from tests.benchmarks.case import Cases
from tests.benchmarks.ground import Ground, furnish
from tests.benchmarks.panel import SIGNER, Panel, made_county, made_panels
from tests.benchmarks.report import Measured, more_is_better, percentile, within
from tests.benchmarks.size import Size
from tests.benchmarks.with_temporal import working

_DATABASE = "bench_county_year"
_WEEKS_BETWEEN = 4
_BARE_CASES = 100
_LOOKS = 20
_SIZE = text("SELECT pg_database_size(current_database())")


@dataclass(frozen=True)
class Stretch:
    """Some requests played: how fast, how soon people were answered, and what they took."""

    requests: int
    seconds: float
    votes_ms: list[float]
    looks_ms: list[float]
    """How long people's lists took to be read when the stretch had ended."""
    bytes_written: int
    worker_bytes: int
    """Memory of the worker when the stretch had ended."""


@dataclass
class Played:
    """What the year has come to so far."""

    stretches: list[Stretch] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    """Cases a second of the bare engine, after each round of meetings."""
    seconds: float = 0.0
    """How long the year took: meetings called, requests decided, meetings closed."""


class County:
    """The county at work: its panels' cases and its worker."""

    def __init__(self, cases: Cases, worker_pid: int, size: Size) -> None:
        self._cases = cases
        self._worker = psutil.Process(worker_pid)
        self._size = size
        self._met = 0

    async def meets(self, panels: Sequence[Panel], counts: Sequence[int]) -> list[Stretch]:
        """Panels meet: called, asked so many requests in stretches, and closed."""
        self._met += 1
        called = await self._cases.call_meetings(panels, weeks=self._met * _WEEKS_BETWEEN)
        played = [await self._stretch(panels, count) for count in counts]
        for panel, meeting_id in zip(panels, called, strict=True):
            await self._cases.close_meeting(panel, meeting_id)
        return played

    async def _stretch(self, panels: Sequence[Panel], count: int) -> Stretch:
        before = self._bytes_written()
        self._cases.votes_ms.clear()
        seconds = await self._cases.play(count, self._size.at_once, panels)
        return Stretch(
            requests=count,
            seconds=seconds,
            votes_ms=list(self._cases.votes_ms),
            looks_ms=self._looks(panels[0]),
            bytes_written=self._bytes_written() - before,
            worker_bytes=int(self._worker.memory_info().rss),
        )

    def _looks(self, panel: Panel) -> list[float]:
        """Read what an officer, a chair and a SENCO open first, again and again."""
        people = (SIGNER, panel.chair, f"senco.{panel.pupils[0].school}")
        return [
            self._timed(subject, look)
            for _ in range(_LOOKS)
            for subject in people
            for look in LOOKS
        ]

    def _timed(self, subject: str, look: Callable[[Session, Caller], object]) -> float:
        began = time.perf_counter()
        caller = self._cases.council.caller(subject)
        self._cases.council.parts.read(lambda session: look(session, caller))
        return (time.perf_counter() - began) * 1000

    def _bytes_written(self) -> int:
        with each_by_itself(self._cases.council.parts.engine) as connection:
            return int(connection.execute(_SIZE).scalar_one())


LOOKS: tuple[Callable[[Session, Caller], object], ...] = (
    reading.worklist,
    reading.requests,
    reading.meetings,
)


async def measure(ground: Ground, size: Size) -> list[Measured]:
    """Play the year, the bare engine between its meetings, and say what it came to."""
    panels = made_panels(size.clusters)
    played = Played()
    async with bare_engine(ground) as bare, _county(ground, panels, size) as county:
        await _bare(bare, size, played)
        for meeting, counts in _rounds(panels, size):
            began = time.perf_counter()
            played.stretches += await county.meets(meeting, counts)
            played.seconds += time.perf_counter() - began
            await _bare(bare, size, played)
            _say(played)
    return _told(played, size)


@asynccontextmanager
async def _county(ground: Ground, panels: tuple[Panel, ...], size: Size) -> AsyncIterator[County]:
    """Load a county of these panels and start its worker."""
    chosen = ground.empty(_DATABASE)
    _load(chosen, made_county(panels, ground.issuer.issuer))
    async with working(ground, chosen, panels) as (cases, worker):
        assert worker.pid is not None
        yield County(cases, worker.pid, size)


def _load(chosen: Settings, whole: dict[str, object]) -> None:
    engine = make_engine(chosen.database_url, 1)
    with transaction(engine) as session:
        furnish(session, whole, SystemClock().now())
    engine.dispose()


def _rounds(panels: tuple[Panel, ...], size: Size) -> Iterator[tuple[tuple[Panel, ...], list[int]]]:
    """Who meets when, and in what stretches they are asked how many requests.

    Those that meet once more come first, and warm everything up. The year's first thousand after
    that stand apart, and so do its last.
    """
    rounds, more = divmod(size.meetings, len(panels))
    turns = [panels[:more], *([panels] * rounds)]
    met = 0
    for number, turn in enumerate(turns):
        before, met = met, met + len(turn)
        count = size.requests * met // size.meetings - size.requests * before // size.meetings
        apart = min(size.stretch, count)
        stretches = [apart, count - apart] if number == 1 else [count - apart, apart]
        yield turn, [each for each in stretches if each]


def _say(played: Played) -> None:
    """Tell how far the year is: it takes half an hour."""
    last = played.stretches[-1]
    done = sum(each.requests for each in played.stretches)
    rates = f"{last.requests / last.seconds:.1f} a second, bare {played.bare[-1]:.1f}"
    sys.stdout.write(f"  {done:,} requests in {played.seconds / 60:.1f} min; {rates}\n")
    sys.stdout.flush()


async def _bare(bare: BareCases, size: Size, played: Played) -> None:
    count = min(_BARE_CASES, size.requests)
    played.bare.append(count / await bare.play(count, size.at_once))


def _told(played: Played, size: Size) -> list[Measured]:
    apart = [each for each in played.stretches if each.requests == size.stretch]
    rates = [each.requests / each.seconds for each in played.stretches]
    year = f"a county's year, {size.requests:,} requests in {size.meetings} meetings"
    return [
        within(f"{year}, beside an hour", [played.seconds / 60], 60.0, "min", None),
        more_is_better(f"{year}, by bare Temporal", rates, played.bare, "cases/s", None),
        *_grown(apart[0], apart[-1]),
    ]


def _grown(first: Stretch, last: Stretch) -> list[Measured]:
    """Hold the last requests against the first: 1.00 is a year that grows no slower or heavier."""
    then = f"the last {last.requests:,} by the first"
    figures: list[tuple[str, str, Callable[[Stretch], float]]] = [
        ("time of a request", "ms", lambda each: each.seconds / each.requests * 1000),
        ("a vote recorded, p95", "ms", lambda each: percentile(each.votes_ms, 95)),
        ("a person's lists, p95", "ms", lambda each: percentile(each.looks_ms, 95)),
        ("database written", "kB/case", lambda each: each.bytes_written / each.requests / 1000),
        ("memory of the worker", "MB", lambda each: each.worker_bytes / 1_000_000),
    ]
    return [
        within(f"{name}, {then}", [of(last)], of(first), unit, None) for name, unit, of in figures
    ]
