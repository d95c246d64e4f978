"""Seconds for a county's month told: every report, and the whole pack with its workbook.

The county has 72,000 payment lines in its year, 6,000 in the month. The limit is ours: what a
person waits for at a screen without going away.
"""

import asyncio
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from activities.settings import Settings
from activities.store import reading
from activities.store.reading import ReportBy, Span
from activities.store.session import make_engine, transaction
from api.workbook import write_workbook
from tests.benchmarks import year_of_awards
from tests.benchmarks.ground import Ground
from tests.benchmarks.report import CannotMeasure, Measured, within
from tests.benchmarks.size import Size

PERIOD = 7
LIMIT_SECONDS = 5.0
PACK_LIMIT_SECONDS = 60.0
_OURS = "bench_reporting"


async def measure(ground: Ground, size: Size) -> list[Measured]:
    """Report a month by each thing, and make its pack, round by round."""
    chosen = ground.database(_OURS)
    return await asyncio.to_thread(_measure, chosen, size.rounds)


def _measure(chosen: Settings, rounds: int) -> list[Measured]:
    if year_of_awards.fill(chosen) != year_of_awards.LINES:
        raise CannotMeasure("The county's year was not written whole.")
    engine = make_engine(chosen.database_url, 1)
    reports = [_reports(engine) for _ in range(rounds)]
    packs = [_pack(engine) for _ in range(rounds)]
    engine.dispose()
    lines = f"{year_of_awards.LINES:,} payment lines"
    return [
        within(f"reports of a county's month, {lines}", reports, LIMIT_SECONDS, "s"),
        within(f"finance pack of a month, {lines}", packs, PACK_LIMIT_SECONDS, "s"),
    ]


def _reports(engine: Engine) -> float:
    """Every report of the month, one after another; the payments in it have to be there."""
    span = Span(financial_year=year_of_awards.YEAR, from_period=PERIOD, until_period=PERIOD)
    began = time.perf_counter()
    with transaction(engine) as session:
        found = [reading.counted(session, by, span) for by in ReportBy]
    took = time.perf_counter() - began
    if any(each.total.requests != year_of_awards.AWARDS for each in found):
        raise CannotMeasure("A report left something out.")
    return took


def _pack(engine: Engine) -> float:
    """The month's pack with its workbook, as the command makes it."""
    began = time.perf_counter()
    with transaction(engine) as session, TemporaryDirectory() as folder:
        day = date(year_of_awards.YEAR, 11, 2)
        pack = reading.finance_pack(session, year_of_awards.YEAR, PERIOD, day)
        write_workbook(Path(folder) / "pack.xlsx", (), pack.listings)
        for listing in pack.listings:
            (Path(folder) / f"{listing.name}.csv").write_text(listing.as_csv())
    return time.perf_counter() - began
