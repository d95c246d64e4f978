"""Everything on one machine by one command: both servers, the worker, the API, and the demo.

It starts them, starts again whatever dies, and stops what it started. What they do is theirs; where
they keep it is one folder for the demo and one for real use, which never mix.
"""

import argparse
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import httpx
from sqlalchemy import create_engine

from activities.clock import FIRST_MORNING, MovedClock
from activities.embedded import (
    EmbeddedPostgres,
    EmbeddedServerFailed,
    EmbeddedTemporal,
    free_port,
    port_is_free,
)
from activities.logs import configure_logs
from activities.programs import Program
from activities.settings import (
    ClockKind,
    Issuer,
    LogFormat,
    Settings,
    environment_of,
    write_settings,
)
from deploy.demo.county import PEOPLE_TO_BE
from deploy.issuer import AUDIENCE

_ROOT = Path(__file__).resolve().parent.parent
_PREFERRED_PORTS = {"api": 8000, "temporal": 7233, "issuer": 8010}
_LOOK_SECONDS = 0.5
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 15.0
_STEADY_SECONDS = 30.0
_READY_SECONDS = 60.0


class Kind(StrEnum):
    """What the machine is for: an invented county on a moved clock, or a council's own."""

    DEMO = "demo"
    SERVE = "serve"


@dataclass
class Watched:
    """Something that must live: how to see whether it does, and how to start it again."""

    name: str
    is_running: Callable[[], bool]
    start: Callable[[], object]
    pause_seconds: float = _FIRST_PAUSE_SECONDS
    next_start_at: float = 0.0

    def look(self) -> None:
        """Start it again if it died; the more often it dies, the longer the pause before."""
        now = time.monotonic()
        if self.is_running():
            if now - self.next_start_at > _STEADY_SECONDS:
                self.pause_seconds = _FIRST_PAUSE_SECONDS
        elif now >= self.next_start_at:
            print(f"{self.name} ended; starting it again", flush=True)
            self.next_start_at = now + self.pause_seconds
            self.pause_seconds = min(2 * self.pause_seconds, _LONGEST_PAUSE_SECONDS)
            try:
                self.start()
            except EmbeddedServerFailed as failed:
                print(failed, flush=True)


class OneMachine:
    """Locality's servers and programs on this machine, in one state folder."""

    def __init__(self, kind: Kind, folder: Path) -> None:
        self.kind = kind
        self.folder = folder
        self._is_demo = kind is Kind.DEMO
        self._database = EmbeddedPostgres(folder / "postgres")
        self._temporal = EmbeddedTemporal(folder / "temporal", time_skipping=self._is_demo)
        self._programs = {
            name: Program(name, folder) for name in ("issuer", "worker", "api", "play")
        }
        self._watched: list[Watched] = []

    def start(self) -> Settings:
        """Start everything in the order in which one needs the other; return what was chosen."""
        for program in self._programs.values():
            program.stop()  # left over by a start that was killed
        self._temporal.stop()
        ports = self._choose_ports()
        self._temporal.port = ports["temporal"]
        self._start_watched("PostgreSQL", lambda: self._database.pid is not None, self._database)
        chosen = self._settings(ports)
        self._migrate(chosen)
        self._start_watched("Temporal", self._temporal.is_running, self._temporal)
        write_settings(chosen)
        for name, command in self._commands(chosen, ports):
            self._start_program(name, command, chosen)
        self._wait_until_served(f"http://127.0.0.1:{ports['api']}/")
        return chosen

    def play(self, chosen: Settings) -> int:
        """Play the demo to its end while everything is kept alive; return its exit status."""
        play = self._programs["play"]
        command = [sys.executable, "-m", "deploy.demo.play", f"http://127.0.0.1:{chosen.api_port}"]
        play.start(command, environment_of(chosen), shows=True)
        while play.status is None:
            self._look()
        return play.status

    def tend(self) -> None:
        """Keep everything alive until somebody says stop."""
        while True:
            self._look()

    def stop(self) -> None:
        """Stop everything, the last started first."""
        for name in ("play", "api", "worker", "issuer"):
            self._programs[name].stop()
        self._temporal.stop()
        self._database.stop()

    def _look(self) -> None:
        """Look at each once, then wait a little."""
        for each in self._watched:
            each.look()
        time.sleep(_LOOK_SECONDS)

    def _start_watched(
        self, name: str, is_running: Callable[[], bool], server: EmbeddedPostgres | EmbeddedTemporal
    ) -> None:
        """Start one of the two servers and watch it from now on."""
        with said(name):
            server.start()
        self._watched.append(Watched(name, is_running, server.start))

    def _start_program(self, name: str, command: list[str], chosen: Settings) -> None:
        """Start one of Locality's own programs and watch it from now on."""
        program = self._programs[name]
        environment = environment_of(chosen)

        def start() -> None:
            program.start(command, environment)

        with said(name):
            start()
        self._watched.append(Watched(name, program.is_running, start))

    def _commands(self, chosen: Settings, ports: dict[str, int]) -> Iterator[tuple[str, list[str]]]:
        """Yield Locality's own programs and how each is started."""
        if self._is_demo:
            yield "issuer", _web("deploy.issuer:create_app", ports["issuer"])
        yield "worker", [sys.executable, "worker.py"]
        yield "api", _web("api.app:create_app", chosen.api_port)

    def _settings(self, ports: dict[str, int]) -> Settings:
        """Return the settings for this machine; what it leaves open comes from the environment."""
        chosen = Settings(
            database_url=self._database.url(),
            temporal_address=self._temporal.address,
            state_folder=self.folder,
            api_host="127.0.0.1",
            api_port=ports["api"],
            clock=ClockKind.MOVED if self._is_demo else ClockKind.SYSTEM,
        )
        if not self._is_demo:
            return chosen
        url = f"http://127.0.0.1:{ports['issuer']}"
        issuer = Issuer(issuer=url, audience=AUDIENCE, called="a demo account")
        return chosen.model_copy(update={"issuers": (issuer,), "council_name": "Demo County"})

    def _migrate(self, chosen: Settings) -> None:
        """Bring the database to the newest revision; the demo's clock begins in October."""
        owner_url = self._database.owner_url()
        as_owner = chosen.model_copy(update={"database_owner_url": owner_url})
        with said("migrations"):
            done = subprocess.run(
                [sys.executable, "-m", "alembic", "upgrade", "head"],
                env=environment_of(as_owner),
                check=False,
            )
        if done.returncode != 0:
            raise SystemExit("The migrations failed, so nothing else was started.")
        if self._is_demo:
            engine = create_engine(owner_url)
            MovedClock(engine).begin_at(FIRST_MORNING)
            engine.dispose()

    def _choose_ports(self) -> dict[str, int]:
        """Return the ports: those of last time, else the preferred ones, else any that is free.

        The issuer keeps its first port for good: it is part of the name of every person known.
        """
        record = self.folder / "ports.json"
        remembered = json.loads(record.read_text()) if record.exists() else {}
        if "issuer" in remembered and self._is_demo and not port_is_free(remembered["issuer"]):
            raise SystemExit(
                f"Another program uses port {remembered['issuer']}, the demo issuer's."
            )
        ports = {
            name: _first_free(remembered.get(name), preferred)
            for name, preferred in _PREFERRED_PORTS.items()
        }
        record.write_text(json.dumps(ports))
        return ports

    def _wait_until_served(self, url: str) -> None:
        """Wait until the API answers anything at all; if it cannot, show what it said."""
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                httpx.get(url, timeout=5)
                return
            self._look()
        raise SystemExit("The API does not answer.\n" + self._programs["api"].last_lines())


@contextmanager
def said(name: str) -> Iterator[None]:
    """Say at the terminal what is being started and how long it took."""
    began = time.monotonic()
    print(f"  {name:<12}", end="", flush=True)
    yield
    print(f"{time.monotonic() - began:5.1f} s", flush=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the state folder for this supervisor; the lock ends with its process."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "supervisor.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"Already running in {folder}.") from None
        yield


def run(kind: Kind, *, once: bool) -> int:
    """Start, play if it is the demo, then serve until told to stop; return the exit status."""
    given = Settings(database_url="", log_format=LogFormat.CONSOLE, log_level="WARNING")
    configure_logs(given)
    folder = given.state_folder.absolute() / kind
    with alone(folder):
        machine = OneMachine(kind, folder)
        try:
            print(f"Locality, {kind}: starting what it needs in {folder}", flush=True)
            chosen = machine.start()
            status = machine.play(chosen) if kind is Kind.DEMO else 0
            if once or status != 0:
                return status
            _say_where(chosen, kind)
            machine.tend()
        except KeyboardInterrupt:
            return 0
        finally:
            for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(each, signal.SIG_IGN)
            print("Stopping what was started", flush=True)
            machine.stop()
    return 0


def main() -> int:
    """Read the command line and do it."""
    reader = argparse.ArgumentParser(prog="deploy.one_machine", description=__doc__)
    reader.add_argument("kind", type=Kind, choices=list(Kind))
    reader.add_argument("--once", action="store_true", help="end after the demo's play")
    asked = reader.parse_args()
    os.chdir(_ROOT)
    # A script's shell starts what it puts in the background with SIGINT ignored, so it is set too.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.default_int_handler)
    return run(asked.kind, once=asked.once)


def _say_where(chosen: Settings, kind: Kind) -> None:
    """Say where Locality is to be found and how to end it."""
    base = f"http://127.0.0.1:{chosen.api_port}"
    print(f"\nServing the pages at {base}; the API's documentation is at {base}/docs")
    if kind is Kind.DEMO:
        _say_who_to_be(base)
    elif not chosen.issuers:
        print("LOCALITY_ISSUERS names no issuer yet, so nobody can come in.")
        print("deploy/README.md, 'First steps of a council', says what comes in which order.")
    print("Ctrl-C stops everything.", flush=True)


def _say_who_to_be(base: str) -> None:
    """Name some people of the demo county and say how to be and to speak as one of them."""
    print("\nOpen the pages in a browser and be anybody of the county with one click, for example:")
    for subject, does in PEOPLE_TO_BE.items():
        print(f"  {subject:<20} {does}")
    first = next(iter(PEOPLE_TO_BE))
    print("Or speak to the API, in a second terminal, in this folder:")
    print(f"  TOKEN=$(.locality/venv/bin/python -m api.cli token {first})")
    print(f'  curl -H "Authorization: Bearer $TOKEN" {base}/api/requests')


def _web(factory: str, port: int) -> list[str]:
    """Return the command that serves a web application on loopback."""
    return [
        *(sys.executable, "-m", "uvicorn", factory, "--factory", "--host", "127.0.0.1"),
        *("--port", str(port), "--no-access-log", "--no-server-header"),
        *("--timeout-graceful-shutdown", "5"),
    ]


def _first_free(*wanted: int | None) -> int:
    """Return the first of the wanted ports that is free, else any."""
    return next((port for port in wanted if port and port_is_free(port)), None) or free_port()


if __name__ == "__main__":
    sys.exit(main())
