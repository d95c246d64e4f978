"""One machine's worth of real processes, each of which can be killed and started again."""

import os
import shutil
import signal
import sys

import psycopg
from temporalio.client import Client

from activities.clock import FIRST_MORNING, MovedClock
from activities.embedded import EmbeddedTemporal, free_port
from activities.programs import Program
from activities.settings import Issuer, Settings, environment_of
from activities.store import ledger
from activities.store.session import at_one_instant, make_engine
from deploy.issuer import AUDIENCE, mint
from domain.ledger.answers import Difference
from tests.activities.world import World
from tests.conftest import ROOT
from tests.folders import new_folder
from workflows.connection import connect


class Machine:
    """A Temporal server, a worker, an API and its issuer on a database of the test's own."""

    def __init__(self, furnished: Settings) -> None:
        self.folder = new_folder("machine")
        issuer_port, self.api_port = free_port(), free_port()
        self.issuer_url = f"http://127.0.0.1:{issuer_port}"
        self.temporal = EmbeddedTemporal(self.folder / "temporal", free_port(), time_skipping=True)
        self.settings = furnished.model_copy(
            update={
                "temporal_address": self.temporal.address,
                "state_folder": self.folder,
                "issuers": (Issuer(issuer=self.issuer_url, audience=AUDIENCE),),
                "api_port": self.api_port,
                "pool_size": 8,
            }
        )
        self._commands = {
            "worker": [sys.executable, str(ROOT / "worker.py")],
            "api": self._serving("api.app:create_app", self.api_port),
            "issuer": self._serving("deploy.issuer:create_app", issuer_port),
        }
        self._programs = {name: Program(name, self.folder) for name in self._commands}
        self.engine = make_engine(self.settings.database_url, 4)
        self.world = World(self.engine, MovedClock(self.engine))

    @property
    def url(self) -> str:
        """Where the API listens."""
        return f"http://127.0.0.1:{self.api_port}"

    def differences(self) -> list[Difference]:
        """Prove the ledger as it stood at one instant: the worker may be sealing it meanwhile."""
        with at_one_instant(self.engine) as session:
            return ledger.verify(session)

    def token(self, subject: str) -> str:
        """A token for somebody of the county."""
        return mint(self.folder, subject, AUDIENCE, self.issuer_url)

    def start(self) -> None:
        """Start everything, on the first morning, for people who sign in with this issuer."""
        MovedClock(self.engine).begin_at(FIRST_MORNING)
        self.as_owner(f"UPDATE sign_in SET issuer = '{self.issuer_url}'")  # noqa: S608
        for name in ("issuer", "api", "temporal", "worker"):
            self.begins(name)

    def begins(self, name: str) -> None:
        """Start one process, again or for the first time."""
        if name == "temporal":
            self.temporal.start()
            return
        command = self._commands[name]
        environment = environment_of(self.settings) | {"PYTHONPATH": str(ROOT)}
        self._programs[name].start(command, environment)

    def kill(self, name: str) -> None:
        """Kill one process as a power cut would."""
        pid = self.temporal.pid if name == "temporal" else self._programs[name].pid
        assert pid is not None, f"{name} had ended by itself:\n{self.said(name)}"
        os.kill(pid, signal.SIGKILL)

    def as_owner(self, sql: str) -> None:
        """Run a statement as the owner of the tables."""
        assert self.settings.database_owner_url is not None
        url = self.settings.database_owner_url.replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(url) as connection:
            connection.execute(sql)

    async def client(self) -> Client:
        """A client of the machine's Temporal server."""
        return await connect(self.temporal.address, "default", moves_time=False)

    def said(self, name: str) -> str:
        """Everything that a process has written to its log."""
        log = self._programs[name].log_path
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""

    def written(self) -> dict[str, bytes]:
        """Every file that the processes wrote: logs, and Temporal's own database."""
        return {str(path): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}

    def stop(self) -> None:
        """Stop everything that was started and clear it away."""
        for program in reversed(self._programs.values()):
            program.stop()
        self.temporal.stop()
        self.engine.dispose()
        shutil.rmtree(self.folder)

    def _serving(self, factory: str, port: int) -> list[str]:
        return [
            *(sys.executable, "-m", "uvicorn", factory, "--factory", "--host", "127.0.0.1"),
            *("--port", str(port), "--no-access-log"),
        ]
