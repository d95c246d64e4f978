"""Requests end to end, twenty at once and one at a time: Locality, the bare engine and DBOS.

All take turns in each round, and the order turns round too. Events are counted at the end. The bare
engine is measured twice: in Locality's own shape, where votes are rows and cost it nothing, and
with each vote an update with an activity; the goal is for the first. What a case costs in CPU is
told beside it, whole and by its parts: what else the machine does meanwhile weighs less on that.
"""

import asyncio
from collections import Counter, defaultdict
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Protocol

from temporalio.client import Client
from temporalio.service import RPCError

from tests.benchmarks.bare import BareCases, bare_engine
from tests.benchmarks.beside_dbos import dbos_beside
from tests.benchmarks.cpu import DATABASE, ENGINE, PEOPLE, Spent, between, spent
from tests.benchmarks.ground import Ground
from tests.benchmarks.panel import VOTES
from tests.benchmarks.report import CannotMeasure, Measured, more_is_better, within
from tests.benchmarks.size import Size
from tests.benchmarks.with_temporal import locality

MOST_EVENTS = 70
_DATABASE = "bench_requests"
_WORKER = f"worker-{_DATABASE}"
_LONGEST_SECONDS = 600.0
_OURS, _BARE, _DBOS, _VOTING = (
    "Locality",
    "bare Temporal",
    "DBOS 3.4",
    "bare Temporal, votes through it",
)
_GOALS: dict[str, float | None] = {_BARE: 0.8, _DBOS: 1.0, _VOTING: None}
_UNIT = "cases/s"
_CPU_MS = 1000.0

Rates = dict[tuple[str, str], list[float]]


@dataclass
class Played:
    """What the rounds came to: cases a second by way and player, and what each player cost."""

    rates: Rates = field(default_factory=lambda: defaultdict(list))
    cpu: dict[str, Spent] = field(default_factory=lambda: defaultdict(_nothing))
    """CPU seconds by player and part, of all cases that were played at once with others."""
    cases: Counter[str] = field(default_factory=Counter)

    def add(self, way: str, name: str, count: int, seconds: float) -> None:
        """Note how long a player took for so many cases."""
        self.rates[way, name].append(count / seconds)

    def cost(self, name: str, count: int, parts: Spent) -> None:
        """Note what so many cases cost."""
        self.cases[name] += count
        for part, seconds in parts.items():
            self.cpu[name][part] += seconds

    def a_case(self, name: str, *parts: str) -> float:
        """CPU milliseconds of a player's case: of all parts, or of those named."""
        of = self.cpu[name]
        return _CPU_MS * sum(of[part] for part in parts or of) / self.cases[name]


def _nothing() -> Spent:
    return defaultdict(float)


class Plays(Protocol):
    """Something that cases can be played with."""

    async def play(self, count: int, at_once: int) -> float:
        """Play so many, so many at once; say how many seconds it took."""
        ...


class VotesThroughTemporal:
    """Bare cases in which each vote is an update with an activity."""

    def __init__(self, bare: BareCases) -> None:
        self._bare = bare

    async def play(self, count: int, at_once: int) -> float:
        """Play so many cases with nine votes each."""
        return await self._bare.play(count, at_once, votes=VOTES)


async def measure(ground: Ground, size: Size) -> list[Measured]:
    """Play rounds of cases with each in turn, then count what Locality's left in Temporal."""
    async with AsyncExitStack() as opened:
        ours = await opened.enter_async_context(locality(ground, _DATABASE))
        bare = await opened.enter_async_context(bare_engine(ground))
        dbos = await opened.enter_async_context(dbos_beside(ground))
        players: dict[str, Plays] = {
            _OURS: ours,
            _BARE: bare,
            _DBOS: dbos,
            _VOTING: VotesThroughTemporal(bare),
        }
        played = await _rounds(ground, players, size)
        counted = await _counted(ground.temporal_address)
    crowd = f"requests, {size.at_once} at once"
    compared = _compared(played.rates, crowd, "requests, one at a time")
    return [*compared, *_costs(played), *counted]


async def _rounds(ground: Ground, players: dict[str, Plays], size: Size) -> Played:
    """Let each play in each round, beginning with another one each time."""
    ways = {
        f"requests, {size.at_once} at once": (size.cases, size.at_once),
        "requests, one at a time": (size.cases_alone, 1),
    }
    played = Played()
    names = list(players)
    for name in names:
        await _within_reason(name, players[name], size.at_once, size.at_once)
    for number in range(size.rounds):
        first = number % len(names)
        for way, (count, at_once) in ways.items():
            for name in (*names[first:], *names[:first]):
                before = spent(ground)
                seconds = await _within_reason(name, players[name], count, at_once)
                played.add(way, name, count, seconds)
                if at_once > 1:
                    played.cost(name, count, between(before, spent(ground)))
    return played


async def _within_reason(name: str, player: Plays, count: int, at_once: int) -> float:
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            return await player.play(count, at_once)
    except TimeoutError:
        raise CannotMeasure(f"{name} did not end {count} cases.") from None
    except RPCError as error:
        raise CannotMeasure(f"{name} stopped: {error}") from error


def _compared(rates: Rates, *ways: str) -> list[Measured]:
    return [
        more_is_better(f"{way}, by {rival}", rates[way, _OURS], rates[way, rival], _UNIT, goal)
        for way in ways
        for rival, goal in _GOALS.items()
    ]


def _costs(played: Played) -> list[Measured]:
    """Say what a case costs beside each rival's, and how much of it falls to each part."""
    ours = played.a_case(_OURS)
    whole = [
        within(f"CPU of a case, beside {rival}", [ours], played.a_case(rival), "ms", None)
        for rival in (_BARE, _DBOS)
    ]
    bare = played.a_case(_BARE)
    return whole + [
        within(f"CPU of a case: {part}", [played.a_case(_OURS, part)], bare, "ms", None)
        for part in (PEOPLE, _WORKER, DATABASE, ENGINE)
    ]


async def _counted(address: str) -> list[Measured]:
    """Count events and transitions: a request's own, and its share of its panel's meetings."""
    client = await Client.connect(address)
    events, transitions = await _of_a_case(client, "SupportRequest", "PanelMeeting")
    return [
        within("events of a case", [events], MOST_EVENTS, "events"),
        within("state transitions of a case", [transitions], MOST_EVENTS, "transitions", None),
    ]


async def _of_a_case(client: Client, request: str, meeting: str) -> tuple[float, float]:
    events = transitions = cases = 0
    async for each in client.list_workflows(
        f'TaskQueue = "{_DATABASE}" AND WorkflowType IN ("{request}", "{meeting}")'
    ):
        told = await client.get_workflow_handle(each.id).describe()
        facts = told.raw_description.workflow_execution_info
        events += facts.history_length
        transitions += facts.state_transition_count
        cases += each.workflow_type == request
    if not cases:
        raise CannotMeasure("No request's history is there to be counted.")
    return events / cases, transitions / cases
