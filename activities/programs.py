"""A program started from here, known by its pid and its birth, so that a later start can find it.

Whoever started it may have been killed meanwhile; the record in the folder outlives them.
"""

import contextlib
import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil
import structlog

_SAME_BIRTH_SECONDS = 2.0

log = structlog.get_logger(__name__)


class Program:
    """A long-running program with one record and one log in a folder of its own or a shared one."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.log_path = folder / f"{name}.log"
        self._record = folder / f"{name}.pid"
        self._child: subprocess.Popen[bytes] | None = None

    def start(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        *,
        shows: bool = False,
    ) -> int:
        """Start the program and return its pid; one left over from an earlier start is stopped.

        It gets a session of its own, so that a Ctrl-C at the terminal reaches its starter alone.
        What it says goes to its log, or with `shows` to the terminal.
        """
        self.stop()
        self.folder.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as opened:
            self._child = subprocess.Popen(  # noqa: S603  # the command is our own
                list(command),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=None if shows else opened.enter_context(self.log_path.open("ab")),
                stderr=None if shows else subprocess.STDOUT,
                start_new_session=True,
            )
        self._write_record(self._child.pid)
        log.info("program_started", program=self.name, pid=self._child.pid)
        return self._child.pid

    @property
    def pid(self) -> int | None:
        """The pid of the living program, or None."""
        living = self._living()
        return None if living is None else living.pid

    def is_running(self) -> bool:
        """Say whether the program lives; one that ended is buried on the way."""
        return self.pid is not None

    @property
    def status(self) -> int | None:
        """The exit status of a program started here that ended by itself, or None."""
        return None if self._child is None else self._child.poll()

    def stop(self, seconds: float = 20.0) -> None:
        """Ask the program to end, then make it, and forget it."""
        living = self._living()
        if living is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                living.terminate()
                if psutil.wait_procs([living], timeout=seconds)[1]:
                    living.kill()
                    living.wait(timeout=seconds)
            log.info("program_stopped", program=self.name, pid=living.pid)
        if self._child is not None:
            self._child.wait(timeout=seconds)
        self._child = None
        self._record.unlink(missing_ok=True)

    def last_lines(self, count: int = 15) -> str:
        """Return the end of the program's log, for a person to whom it matters that it failed."""
        if not self.log_path.exists():
            return ""
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-count:])

    def _write_record(self, pid: int) -> None:
        """Write down who was started; a program that ended at once has no birth to record."""
        with contextlib.suppress(psutil.NoSuchProcess):
            birth = psutil.Process(pid).create_time()
            self._record.write_text(json.dumps({"pid": pid, "birth": birth}))

    def _living(self) -> psutil.Process | None:
        """Return the recorded process if it still is the one that was recorded, and no zombie."""
        if self._child is not None:
            self._child.poll()
        try:
            record = json.loads(self._record.read_text())
            found = psutil.Process(record["pid"])
            is_same = abs(found.create_time() - record["birth"]) < _SAME_BIRTH_SECONDS
            is_dead = found.status() == psutil.STATUS_ZOMBIE
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return None
        return found if is_same and not is_dead else None
