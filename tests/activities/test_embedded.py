"""The servers of one machine: killed, left over, crowded out, and started again."""

import asyncio
import os
import pwd
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from shutil import rmtree

import psutil
import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError
from temporalio.client import Client

from activities.clock import FIRST_MORNING, MovedClock
from activities.embedded import EmbeddedPostgres, EmbeddedTemporal, free_port
from activities.settings import Settings
from tests.conftest import ROOT

START_AND_DIE = """
import os, signal, sys
from pathlib import Path
from activities.embedded import EmbeddedPostgres, EmbeddedTemporal
EmbeddedPostgres(Path(sys.argv[1]) / "postgres", durable=False).start()
EmbeddedTemporal(Path(sys.argv[1]) / "temporal", int(sys.argv[2])).start()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short folder of the test's own, gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix="locality-test-"))
    yield made
    rmtree(made)


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL of the test's own, so that it may be killed."""
    made = EmbeddedPostgres(folder / "postgres", durable=False)
    yield made
    made.stop()


def answer(url: str, question: str) -> object:
    """Ask a database one question."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            return connection.execute(text(question)).scalar_one()
    finally:
        engine.dispose()


def write_a_row(url: str) -> None:
    """Leave something behind that must survive."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE kept AS SELECT 4974 AS pence"))
    finally:
        engine.dispose()


def test_the_application_logs_in_as_neither_owner_nor_superuser(database: Settings) -> None:
    """The role of the API and the worker owns nothing, makes nothing, and is no superuser."""
    assert answer(database.database_url, "SELECT current_user::text") == "locality_app"
    assert answer(database.database_url, "SELECT current_setting('is_superuser')") == "off"
    owns = "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
    assert answer(database.database_url, owns) == 0
    with pytest.raises(ProgrammingError, match="permission denied"):
        write_a_row(database.database_url)


def test_migrations_act_as_the_owner(database: Settings) -> None:
    """The URL of migrations logs in as somebody who acts as the owner of the tables."""
    assert database.database_owner_url is not None
    assert answer(database.database_owner_url, "SELECT current_user::text") == "locality_owner"


@pytest.mark.promise(3)
def test_a_killed_database_server_starts_again_with_what_was_committed(
    server: EmbeddedPostgres,
) -> None:
    """SIGKILL of PostgreSQL loses nothing that was committed."""
    server.start()
    write_a_row(server.url("postgres"))
    killed = server.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    server.start()
    assert server.pid != killed
    assert answer(server.url("postgres"), "SELECT pence FROM kept") == 4974


def test_servers_left_by_a_killed_starter_are_found_and_stopped(folder: Path) -> None:
    """After SIGKILL of their starter, the next one re-attaches or replaces, and stops them."""
    port = free_port()
    died = subprocess.run(
        [sys.executable, "-c", START_AND_DIE, str(folder), str(port)], cwd=ROOT, check=False
    )
    assert died.returncode == -signal.SIGKILL
    database = EmbeddedPostgres(folder / "postgres", durable=False)
    engine = EmbeddedTemporal(folder / "temporal", port)
    left = database.pid
    assert left is not None
    assert engine.is_running()
    database.start()
    engine.start()
    assert database.pid == left
    database.stop()
    engine.stop()
    assert database.pid is None
    assert not engine.is_running()
    assert not psutil.pid_exists(left) or psutil.Process(left).status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("recorded", ["of another", "", "not a pid"])
def test_a_stale_pid_file_does_not_keep_the_server_from_starting(
    server: EmbeddedPostgres, recorded: str
) -> None:
    """A pid that now belongs to another program, or was never written, is no server."""
    server.start()
    server.stop()
    written = recorded.replace("of another", str(os.getpid()))
    (server.folder / "data" / "postmaster.pid").write_text(written)
    assert server.pid is None
    server.start()
    assert server.pid is not None


def test_a_half_made_folder_is_made_anew(server: EmbeddedPostgres) -> None:
    """A first start that was interrupted leaves nothing that the next one trips over."""
    half = server.folder / "data.unfinished"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert answer(server.start(), "SELECT 1") == 1


def test_a_folder_of_another_postgresql_is_refused(server: EmbeddedPostgres) -> None:
    """A folder that another major version made is named, not touched."""
    (server.folder / "data").mkdir(parents=True)
    (server.folder / "data" / "PG_VERSION").write_text("16\n")
    with pytest.raises(RuntimeError, match="another PostgreSQL"):
        server.start()


def test_a_deep_folder_gets_a_short_private_socket(folder: Path) -> None:
    """A path too long for a socket moves the socket alone, into a folder nobody else may enter."""
    deep = folder / ("d" * 60) / ("e" * 60)
    server = EmbeddedPostgres(deep / "postgres", durable=False)
    url = server.start()
    try:
        host = Path(url.split("host=")[1].split("&")[0])
        assert not host.is_relative_to(folder)
        assert stat.S_IMODE(host.stat().st_mode) == 0o700
        assert answer(url, "SELECT 1") == 1
    finally:
        server.stop()
    rmtree(host)


def test_a_socket_folder_of_somebody_else_is_refused(folder: Path) -> None:
    """A folder that another account laid in wait is not used."""
    if os.geteuid() != 0:
        pytest.skip("only root can lay a folder in wait as somebody else")
    other = next(entry for entry in pwd.getpwall() if entry.pw_name not in {"root", "postgres"})
    server = EmbeddedPostgres(folder / "postgres", durable=False)
    (folder / "postgres" / "socket").mkdir(parents=True)
    os.chown(folder / "postgres" / "socket", other.pw_uid, other.pw_gid)
    with pytest.raises(PermissionError, match="another account"):
        server.start()


def test_the_server_log_never_quotes_a_row(server: EmbeddedPostgres) -> None:
    """What PostgreSQL writes of a failed statement holds neither its values nor its words."""
    server.start()
    with psycopg.connect(server.url("postgres").replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE pupil (name text CHECK (name <> 'Zebedee'))")
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("INSERT INTO pupil VALUES ('Zebedee')")
    server.stop()
    assert "Zebedee" not in (server.folder / "server.log").read_text()


async def test_temporal_keeps_its_workflows_when_killed(folder: Path) -> None:
    """SIGKILL of the Temporal server loses no workflow that was started."""
    server = EmbeddedTemporal(folder / "temporal", time_skipping=True)
    address = await asyncio.to_thread(server.start)
    try:
        client = await Client.connect(address)
        started = await client.start_workflow("Waiting", id="request/1", task_queue="nobody")
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        assert await asyncio.to_thread(server.start) == address
        client = await Client.connect(address)
        found = await client.get_workflow_handle("request/1").describe()
        assert found.run_id == started.first_execution_run_id
    finally:
        await asyncio.to_thread(server.stop)


def test_the_moved_clock_is_shared_and_only_moves_on(database: Settings) -> None:
    """All who share a database see one moved time, which begins once and never goes back."""
    one, two = create_engine(database.database_url), create_engine(database.database_url)
    here, there = MovedClock(one), MovedClock(two)
    assert here.begin_at(FIRST_MORNING)
    assert not there.begin_at(FIRST_MORNING + timedelta(days=9))
    here.move_on(timedelta(days=90))
    assert timedelta(0) <= there.now() - FIRST_MORNING - timedelta(days=90) < timedelta(minutes=1)
    with pytest.raises(ValueError, match="only moves on"):
        there.move_on(timedelta(seconds=-1))
    one.dispose()
    two.dispose()
