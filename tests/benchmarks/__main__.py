"""`python -m tests.benchmarks [names] [--quick]`: measures, prints a table, writes the report.

It fails only when it cannot measure: a missed goal is a result.
"""

import argparse
import os
import sys
from contextlib import ExitStack

import uvloop

from activities.embedded import EmbeddedServerFailed
from tests.benchmarks import (
    agreement,
    county_year,
    pages,
    postings,
    redeciding,
    reporting,
    requests,
    sandbox,
    tracing,
    verifying,
    voting,
    year,
)
from tests.benchmarks.ground import ROOT, Ground, standing_ground
from tests.benchmarks.report import CannotMeasure, Measured, as_table, write_report
from tests.benchmarks.size import QUICK, Size

REPORT = ROOT / "build" / "bench.json"
ON_SERVERS = {
    "voting": voting.measure,
    "postings": postings.measure,
    "requests": requests.measure,
    "verifying": verifying.measure,
    "reporting": reporting.measure,
    "pages": pages.measure,
    "county_year": county_year.measure,
}
ALONE = {
    "sandbox": sandbox.measure,
    "tracing": tracing.measure,
    "redeciding": redeciding.measure,
    "year": year.measure,
    "agreement": agreement.measure,
}
NAMES = (*ALONE, *ON_SERVERS)


async def measure(
    names: list[str], size: Size, ground: Ground | None, found: list[Measured]
) -> None:
    """Measure what is named, one after another: never two at the same time."""
    for name in names:
        say(f"{name} ...")
        if name in ALONE:
            found += await ALONE[name](size)
        else:
            assert ground is not None
            found += await ON_SERVERS[name](ground, size)


def main() -> int:
    """Read the command line, measure, and say what it came to."""
    reader = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    reader.add_argument("names", nargs="*", help=f"of {', '.join(NAMES)}; all if none is named")
    reader.add_argument("--quick", action="store_true", help="one small round of each")
    asked = reader.parse_args()
    names = asked.names or list(NAMES)
    if unknown := set(names) - set(NAMES):
        reader.error(f"There is no {', '.join(sorted(unknown))}.")
    os.chdir(ROOT)
    say(f"load before: {_load()}")
    found: list[Measured] = []
    try:
        with ExitStack() as opened:
            needs_servers = not set(names) <= set(ALONE)
            ground = opened.enter_context(standing_ground()) if needs_servers else None
            uvloop.run(measure(names, QUICK if asked.quick else Size(), ground, found))
    except (CannotMeasure, EmbeddedServerFailed) as failed:
        say(f"{as_table(found)}\nCannot measure: {failed}")
        return 1
    write_report(found, REPORT)
    say(as_table(found))
    say(f"load after: {_load()}; written to {REPORT.relative_to(ROOT)}")
    return 0


def say(line: str) -> None:
    """Tell the person at the terminal."""
    print(line, flush=True)  # noqa: T201


def _load() -> str:
    """How busy the machine is: what runs beside a measurement weighs on it."""
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


if __name__ == "__main__":
    sys.exit(main())
