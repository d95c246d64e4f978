"""The supervisor of one machine: what is killed starts again, and Ctrl-C leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

import httpx
import psutil
import pytest

from activities.embedded import EmbeddedPostgres
from activities.programs import Program
from activities.settings import Settings, environment_of
from tests.conftest import ROOT
from tests.folders import new_folder

PATIENCE_SECONDS = 60.0
PROGRAMS = ("worker", "api")
IN_THE_BACKGROUND = ("sh", "-c", 'trap "" INT; exec "$@"', "sh")
"""How a script's shell starts what stands before an ampersand: with SIGINT ignored."""


class Supervisor:
    """`make serve` on a state folder of the test's own."""

    def __init__(self, state: Path) -> None:
        self.folder = state / "serve"
        self._output = state / "said.txt"
        self._environment = environment_of(Settings(database_url="", state_folder=state))
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it says that it serves."""
        with self._output.open("wb") as output:
            self._running = subprocess.Popen(
                [*IN_THE_BACKGROUND, sys.executable, "-m", "deploy.one_machine", "serve"],
                cwd=ROOT,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(lambda: "Serving the pages at" in self.said() or self.has_ended(), self.said)
        assert not self.has_ended(), self.said()

    def said(self) -> str:
        """Return what it has said since it was started."""
        return self._output.read_text()

    def has_ended(self) -> bool:
        """Say whether it runs no more."""
        return self._running is not None and self._running.poll() is not None

    def send(self, number: signal.Signals) -> int:
        """Send it a signal and return its status once it has ended."""
        assert self._running is not None
        self._running.send_signal(number)
        return self._running.wait(timeout=PATIENCE_SECONDS)

    def pids(self) -> dict[str, int | None]:
        """Return the living pid of each thing that it keeps alive."""
        found = {name: Program(name, self.folder).pid for name in PROGRAMS}
        return found | {
            "temporal": Program("temporal", self.folder / "temporal").pid,
            "postgres": EmbeddedPostgres(self.folder / "postgres").pid,
        }

    def api(self) -> str:
        """Return where the API listens."""
        ports = json.loads((self.folder / "ports.json").read_text())
        return f"http://127.0.0.1:{ports['api']}"


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    """A supervisor that is stopped, with its state, after the test."""
    state = new_folder("test")
    made = Supervisor(state)
    yield made
    if not made.has_ended():
        made.send(signal.SIGINT)
    rmtree(state)


def wait_until(true: Callable[[], bool], said: Callable[[], str]) -> None:
    """Wait until something is true, and fail with what was said if it never is."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, said()
        time.sleep(0.1)


def answers(address: str) -> bool:
    """Say whether anything answers over HTTP."""
    with suppress(httpx.TransportError):
        httpx.get(address, timeout=5)
        return True
    return False


def living(pids: dict[str, int | None]) -> list[str]:
    """Return the names of those that still live."""
    alive = psutil.pids()
    return [
        name
        for name, pid in pids.items()
        if pid in alive and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    ]


@pytest.mark.promise(3)
def test_whatever_is_killed_starts_again_and_nothing_is_left_behind(
    supervisor: Supervisor,
) -> None:
    """SIGKILL each program, then the supervisor; start again; then Ctrl-C leaves no process."""
    supervisor.start()
    first = supervisor.pids()
    assert None not in first.values()
    for pid in first.values():
        os.kill(pid or 0, signal.SIGKILL)

    def all_replaced() -> bool:
        now = supervisor.pids()
        return all(now[name] not in {None, pid} for name, pid in first.items())

    wait_until(all_replaced, supervisor.said)
    wait_until(lambda: answers(supervisor.api()), supervisor.said)

    supervisor.send(signal.SIGKILL)
    orphans = supervisor.pids()
    assert len(living(orphans)) == len(orphans)
    supervisor.start()
    again = supervisor.pids()
    assert again["postgres"] == orphans["postgres"]
    assert None not in again.values()

    assert supervisor.send(signal.SIGINT) == 0
    assert living(orphans) == living(again) == []


def test_one_state_folder_has_one_supervisor(supervisor: Supervisor) -> None:
    """A second start on the same state says so and touches nothing; the first goes on."""
    supervisor.start()
    before = supervisor.pids()
    second = Supervisor(supervisor.folder.parent)
    with pytest.raises(AssertionError, match="Already running"):
        second.start()
    assert supervisor.pids() == before
    assert supervisor.send(signal.SIGTERM) == 0
    assert living(before) == []
