"""Microseconds for one decision with its working, as every request of a school is decided.

The limit is ours: a thousandth of what a person notices. Beside it, for information, what it takes
to write the decision down as JSON, which is done with every one.
"""

import asyncio
import json
import time
from itertools import islice

from activities.modelling import Frames
from domain.case import Case
from domain.continuum import Placing, place
from domain.policy.schemes import Continuum, Tariff
from domain.tariff import Price, price
from tests.benchmarks import packs
from tests.benchmarks.demo_cases import demo_columns
from tests.benchmarks.report import Measured, more_is_better, within
from tests.benchmarks.size import Size

LIMIT_MICROSECONDS = 400.0
_A_SECOND = 1_000_000.0
Decided = tuple[Placing, Price]


async def measure(size: Size) -> list[Measured]:
    """Decide one case after another, round by round; each round's mean counts."""
    return await asyncio.to_thread(_measure, size)


def _measure(size: Size) -> list[Measured]:
    continuum, tariff = packs.continua(packs.DEMO)[0], packs.tariffs(packs.DEMO)[0]
    frames = Frames.of(**demo_columns(size.redecided_singly, tariff))
    cases = [case for _, case in islice(frames.each_case(), size.redecided_singly)]
    decided = [_decide(case, continuum, tariff) for case in cases]
    deciding, writing = [], []
    for _ in range(size.rounds):
        began = time.perf_counter()
        for case in cases:
            _decide(case, continuum, tariff)
        deciding.append(_A_SECOND * (time.perf_counter() - began) / len(cases))
        began = time.perf_counter()
        for each in decided:
            _write(each)
        writing.append(_A_SECOND * (time.perf_counter() - began) / len(cases))
    deciding_a_second = [_A_SECOND / each for each in deciding]
    writing_a_second = [_A_SECOND / each for each in writing]
    return [
        within("one decision with its working", deciding, LIMIT_MICROSECONDS, "µs"),
        more_is_better(
            "decisions, beside writing them as JSON",
            deciding_a_second,
            writing_a_second,
            "decisions/s",
            None,
        ),
    ]


def _decide(case: Case, continuum: Continuum, tariff: Tariff) -> Decided:
    placing = place(case, continuum)
    return placing, price(case, placing.tier, tariff)


def _write(decided: Decided) -> str:
    return json.dumps([each.model_dump(mode="json") for each in decided])
