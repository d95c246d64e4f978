"""How long the sandbox takes to load a workflow, in a process that has done nothing else.

Run as a program it loads each workflow once and prints the milliseconds.
"""

import asyncio
import json
import sys
import time

from temporalio import workflow

from tests.benchmarks.report import CannotMeasure, Measured, within
from tests.benchmarks.size import Size
from workflows.panel_meeting import PanelMeeting
from workflows.plugin import locality_plugin
from workflows.support_request import SupportRequest

LIMIT_MS = 30.0


async def measure(size: Size) -> list[Measured]:
    """Load in fresh processes, one after another; each workflow's own time counts."""
    rounds = [await _load_in_a_fresh_process() for _ in range(size.loads)]
    return [
        within(f"sandbox loads {name}", [each[name] for each in rounds], LIMIT_MS, "ms")
        for name in rounds[0]
    ]


async def _load_in_a_fresh_process() -> dict[str, float]:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.sandbox"), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await program.communicate()
    if program.returncode != 0:
        raise CannotMeasure("The workflows cannot be loaded in the sandbox.")
    told: dict[str, float] = json.loads(said)
    return told


async def load() -> dict[str, float]:
    """Load each workflow the way a worker does when it starts."""
    runner = locality_plugin().workflow_runner
    assert runner is not None
    assert not callable(runner)
    found = {}
    for each in (SupportRequest, PanelMeeting):
        definition = workflow._Definition.must_from_class(each)  # noqa: SLF001
        began = time.perf_counter()
        runner.prepare_workflow(definition)
        found[each.__name__] = (time.perf_counter() - began) * 1000
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(load())))  # noqa: T201
