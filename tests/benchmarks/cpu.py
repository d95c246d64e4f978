"""CPU seconds that each part of a run has spent: what others do meanwhile hardly weighs on them.

PostgreSQL is counted with its backends, those that have ended too; DBOS with both of its programs.
"""

from contextlib import suppress

import psutil

from tests.benchmarks.ground import Ground

PEOPLE, DATABASE, ENGINE = "people's side", "PostgreSQL", "Temporal's server"

Spent = dict[str, float]


def spent(ground: Ground) -> Spent:
    """CPU seconds so far of this process, of the servers, and of each program started from here."""
    own = psutil.Process()
    found = {PEOPLE: _own(own), DATABASE: 0.0}
    names = {program.pid: name for name, program in ground.programs.items()}
    names |= {ground.postgres.pid: DATABASE, ground.temporal_pid: ENGINE}
    for child in own.children():
        name = names.pop(child.pid, None) or f"program {child.pid}"
        found[name] = _with_children(child)
    for pid, name in names.items():
        if pid is not None:
            found[name] = _with_children(psutil.Process(pid))
    return found


def between(before: Spent, after: Spent) -> Spent:
    """What each part spent meanwhile."""
    return {name: seconds - before.get(name, 0.0) for name, seconds in after.items()}


def _own(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def _with_children(process: psutil.Process) -> float:
    """What a process and its children spent, with those that it has buried."""
    with suppress(psutil.NoSuchProcess):
        buried = process.cpu_times()
        living = sum(_own(each) for each in process.children(recursive=True))
        return _own(process) + float(buried.children_user + buried.children_system) + living
    return 0.0
