"""The commands of places and people: schools from the register's download, and rosters."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from activities.clock import day_of
from activities.store import recording
from activities.store.recording import SchoolFiles
from api.command_line import record
from api.commands import Faulty, does
from domain.cells import FileFaults


def add(commands: Any) -> None:
    """Add these commands to the command line."""
    made = does(commands.add_parser("schools", help=schools.__doc__), schools)
    made.add_argument("file", type=Path, help="all establishment data, as it was downloaded")
    made.add_argument("--clusters", type=Path, help="CSV with urn, school, cluster and from_on")
    made.add_argument("--council", help="the three digits of LA (code)")
    made.add_argument("--on", type=date.fromisoformat, required=True, help="day of the download")
    _only_says(made)
    roster = does(commands.add_parser("people", help=people.__doc__), people)
    roster.add_argument("file", type=Path, help="CSV with a row for each role held")
    _only_says(roster)
    good_at = does(commands.add_parser("expertise", help=expertise.__doc__), expertise)
    good_at.add_argument("file", type=Path, help="CSV with school, expertise, from_on, until_on")
    _only_says(good_at)


def schools(asked: argparse.Namespace) -> None:
    """Bring schools up to date with a download of Get Information About Schools."""
    files = SchoolFiles(
        download=_read(asked.file),
        places=_read(asked.clusters) if asked.clusters else None,
        council=asked.council,
        on=asked.on,
    )
    with record() as (session, _):
        planned = recording.planned_schools(session, files)
        if isinstance(planned, FileFaults):
            raise _faulty(planned)
        if not asked.dry_run:
            recording.write_schools(session, planned)
    told = [f"{each.code}: the trust {each.name}" for each in planned.trusts]
    told += [each.says for each in planned.changes]
    told += [f"note: {each}" for each in planned.notices]
    print("\n".join([*told, f"{len(planned.changes)} changes{_written(asked)}"]))


def people(asked: argparse.Namespace) -> None:
    """Bring people and their roles up to date with a roster."""
    with record() as (session, now):
        roster = recording.planned_people(session, _read(asked.file))
        if isinstance(roster, FileFaults):
            raise _faulty(roster)
        written = recording.write_people(session, roster, day_of(now()))
        if asked.dry_run:
            session.rollback()
    told = ", ".join(f"{count} {what}" for what, count in written.model_dump().items())
    print(f"{told}{_written(asked)}")


def expertise(asked: argparse.Namespace) -> None:
    """Bring up to date what schools have expertise in, beside what the register says."""
    with record() as (session, _):
        told = recording.planned_expertise(session, _read(asked.file))
        if isinstance(told, FileFaults):
            raise _faulty(told)
        count = recording.write_expertise(session, told)
        if asked.dry_run:
            session.rollback()
    print(f"{count} of {len(told)} rows are news{_written(asked)}")


def _only_says(made: argparse.ArgumentParser) -> None:
    made.add_argument("--dry-run", action="store_true", help="say what would change, no more")


def _written(asked: argparse.Namespace) -> str:
    return "; nothing was written" if asked.dry_run else ""


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Faulty(f"{path} cannot be read: {type(error).__name__}") from None


def _faulty(found: FileFaults) -> Faulty:
    lines = [f"{len(found.faults)} faults; nothing was written:", *map(str, found.faults)]
    return Faulty("\n".join(lines))
