"""Cases re-decided a second by the columns, beside OpenFisca and beside our own scalar rules.

All in one run, on the same cases under the same documents, and to the same penny or it is no
measurement. OpenFisca is asked in two ways: with parameters chosen as its manual says, and with
arrays made of them by hand, which is numpy more than OpenFisca and has no goal. Loading is nobody's
time: the columns are in memory, and OpenFisca's population stands.
"""

import asyncio
import sys
import time
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from activities.modelling import Answers, Frames, decide
from domain.case import Case
from domain.continuum import place
from domain.policy.schemes import Continuum, Tariff
from domain.tariff import price
from tests.benchmarks import packs
from tests.benchmarks.demo_cases import Columns, demo_columns
from tests.benchmarks.report import CannotMeasure, Measured, more_is_better
from tests.benchmarks.size import Size

OPENFISCA_GOAL = 10.0
SCALAR_GOAL = 40.0
_FOUND = "openfisca.parquet"
_TO_A_PERSON = -1
_WAYS = {"documented": OPENFISCA_GOAL, "arrays": None}
_CALLED = {"documented": "OpenFisca as documented", "arrays": "OpenFisca, arrays by hand"}


async def measure(size: Size) -> list[Measured]:
    """Decide the same cases three times over, round by round."""
    schemes = (packs.continua(packs.DEMO)[0], packs.tariffs(packs.DEMO)[0])
    columns = demo_columns(size.redecided, schemes[1])
    frames = Frames.of(**columns)
    answers = decide(frames, *schemes)  # builds what is kept with the frames, too
    single = [case for _, case in islice(frames.each_case(), size.redecided_singly)]
    _check_scalar(single, answers, schemes)
    ours, scalar = [], []
    theirs: dict[str, list[float]] = {way: [] for way in _WAYS}
    with TemporaryDirectory() as folder:
        _write(columns, Path(folder))
        for _ in range(size.rounds):
            ours.append(size.redecided / _seconds_of_columns(frames, schemes))
            scalar.append(len(single) / _seconds_of_scalar(single, schemes))
            for way, rates in theirs.items():
                rates.append(size.redecided / await _seconds_of_openfisca(Path(folder), way))
                _check_same(pl.read_parquet(Path(folder) / _FOUND), answers)
    cases = f"{size.redecided:,} cases re-decided, beside"
    beside = [
        more_is_better(f"{cases} {_CALLED[way]}", ours, rates, "cases/s", _WAYS[way])
        for way, rates in theirs.items()
    ]
    return [*beside, more_is_better(f"{cases} our scalar", ours, scalar, "cases/s", SCALAR_GOAL)]


def _seconds_of_columns(frames: Frames, schemes: tuple[Continuum, Tariff]) -> float:
    began = time.perf_counter()
    decide(frames, *schemes)
    return time.perf_counter() - began


def _seconds_of_scalar(cases: list[Case], schemes: tuple[Continuum, Tariff]) -> float:
    """One core, as a request is decided: with its working."""
    continuum, tariff = schemes
    began = time.perf_counter()
    for case in cases:
        price(case, place(case, continuum).tier, tariff)
    return time.perf_counter() - began


async def _seconds_of_openfisca(folder: Path, way: str) -> float:
    """In a program of its own, so that neither weighs on the other."""
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.with_openfisca", str(folder), way),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await program.communicate()
    if program.returncode != 0:
        raise CannotMeasure("OpenFisca did not decide the cases.")
    return float(said)


def _write(columns: Columns, folder: Path) -> None:
    for name, frame in columns.items():
        frame.write_parquet(folder / f"{name}.parquet")


def _check_same(found: pl.DataFrame, answers: Answers) -> None:
    """The same tier and the same pence for every case, or nothing was compared."""
    ours = _alike(answers.cases.with_columns(pl.col("annual_pence").fill_null(_TO_A_PERSON)))
    if not _alike(found).equals(ours):
        raise CannotMeasure("OpenFisca and the columns differ.")


def _alike(found: pl.DataFrame) -> pl.DataFrame:
    """Number, pence and tier in the same types."""
    return found.select(
        pl.col("number", "annual_pence").cast(pl.Int64), pl.col("tier").cast(pl.String)
    )


def _check_scalar(cases: list[Case], answers: Answers, schemes: tuple[Continuum, Tariff]) -> None:
    """The scalar rules come to the same tier and pence too."""
    continuum, tariff = schemes
    found = []
    for case in cases:
        tier = place(case, continuum).tier
        found.append((tier, price(case, tier, tariff).annual_pence))
    if found != answers.cases.select("tier", "annual_pence").head(len(cases)).rows():
        raise CannotMeasure("The scalar rules and the columns differ.")
