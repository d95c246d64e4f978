"""The commands of finance: a month's pack in one go, and schools' notional SEN budgets."""

import argparse
import csv
import hashlib
import re
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from activities.clock import day_of
from activities.store import reading, recording
from activities.store.reading import FinancePack
from activities.store.recording import NotionalBudgets, PackMade
from activities.store.session import at_one_instant
from api.command_line import engine_at_hand, record
from api.commands import Faulty, does
from api.workbook import write_workbook
from domain.malformed import in_plain_words
from domain.periods import financial_year, period

_MONTH = re.compile(r"(20\d\d|21\d\d)-(0[1-9]|1[0-2])")
_AMOUNT = re.compile(r"\d{1,10}(\.\d\d)?")
_COLUMNS = ("school", "amount")
_SUMS = "SHA256SUMS"


def add(commands: Any) -> None:
    """Add these commands to the command line."""
    packs = does(commands.add_parser("finance-pack", help=finance_pack.__doc__), finance_pack)
    packs.add_argument("month", type=_month, help="a calendar month, such as 2026-10")
    packs.add_argument("--to", type=Path, metavar="FOLDER", required=True)
    loads = does(commands.add_parser("notional", help=notional.__doc__), notional)
    loads.add_argument("file", type=Path, help="CSV with the columns school and amount (pounds)")
    loads.add_argument("--year", type=int, required=True, help="2026 begins on 1 April 2026")
    loads.add_argument("--authority", required=True, help="where it is published, by its number")


def finance_pack(asked: argparse.Namespace) -> None:
    """Write a month's finance pack: one workbook, the same lists as CSV, and the sealed head."""
    first_day: date = asked.month
    with engine_at_hand() as (engine, now):
        while recording.seal_entries(engine, now()):
            pass
    with engine_at_hand() as (engine, now), at_one_instant(engine) as session:
        made_at = now()
        day = day_of(made_at)
        month = (financial_year(first_day), period(first_day))
        pack = reading.finance_pack(session, *month, day)
        head = pack.head.head if pack.head else ""
        files = _write(pack, f"locality-{first_day:%Y-%m}", asked.to, made_at.isoformat())
        made = PackMade(financial_year=month[0], period=month[1], head=head, files=files)
        recording.keep_pack(session, made, made_at)
    print(f"{len(files)} files of {pack.month} in {asked.to}, as told in {_SUMS}")
    print(f"sealed head: {head}" if head else "nothing is sealed yet, so there is no head")


def notional(asked: argparse.Namespace) -> None:
    """Load schools' notional SEN budgets of a year; what stands already stays as it is."""
    try:
        budgets = NotionalBudgets(
            financial_year=asked.year, authority=asked.authority, pence=_notional_pence(asked.file)
        )
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        lines = (f"{'.'.join(map(str, each['loc']))}: {in_plain_words(each)}" for each in faults)
        raise Faulty("\n".join(lines)) from None
    with record() as (session, now):
        changed = recording.load_notional(session, budgets, now())
    print(f"{changed} of {len(budgets.pence)} schools have a new notional budget")


def _write(pack: FinancePack, name: str, folder: Path, made_at: str) -> dict[str, str]:
    """Write every file of a pack and their sums; each file's SHA-256 by its name."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"{name}.xlsx"]
        write_workbook(paths[0], _about(pack, made_at), pack.listings)
        for listing in pack.listings:
            paths.append(folder / f"{name}-{listing.name}.csv")
            paths[-1].write_text(listing.as_csv(), encoding="utf-8-sig", newline="")
        sums = {path.name: _sha256(path) for path in paths}
        told = [f"{sum_}  {file}\n" for file, sum_ in sorted(sums.items())]
        told += [f"# {name}: {fact}\n" for name, fact in _about(pack, made_at)]
        (folder / _SUMS).write_text("".join(told), encoding="utf-8")
    except OSError as error:
        raise Faulty(f"{folder} cannot be written: {type(error).__name__}") from None
    return sums


def _about(pack: FinancePack, made_at: str) -> Iterator[tuple[str, str]]:
    """What the first sheet says: which month, as of when, and how to check it."""
    yield "month", pack.month
    yield "books", "closed" if pack.is_closed else "open: figures may still change"
    yield "made at", made_at
    yield "amounts", "pounds"
    if pack.head is None:
        yield "sealed head", "nothing is sealed yet"
        return
    yield "sealed head", pack.head.head
    yield "entries sealed", str(pack.head.entries)
    yield "entries not sealed yet", str(pack.head.waiting)
    yield "to check", f"python -m api.cli ledger verify --head {pack.head.head}"


def _notional_pence(file: Path) -> dict[str, int]:
    """Read the file's schools and amounts, or list every fault of it by row."""
    try:
        rows = list(csv.DictReader(StringIO(file.read_text(encoding="utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Faulty(f"{file} cannot be read as UTF-8 CSV: {type(error).__name__}") from None
    found: dict[str, int] = {}
    faults = [] if rows else ["there is no row below the heading"]
    for number, row in enumerate(rows, start=2):
        school, amount = ((row.get(each) or "").strip() for each in _COLUMNS)
        if not school:
            faults.append(f"row {number}, school: it names no school")
        if school in found:
            faults.append(f"row {number}, school: it was named before")
        if not _AMOUNT.fullmatch(amount):
            faults.append(f"row {number}, amount: write pounds as 12345.67")
            continue
        whole, _, odd = amount.partition(".")
        found[school] = int(whole) * 100 + int(odd or 0)
    if faults:
        raise Faulty(f"{file} has {len(faults)} faults:\n" + "\n".join(faults))
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _month(written: str) -> date:
    """Read a calendar month as its first day."""
    found = _MONTH.fullmatch(written)
    if found is None:
        raise argparse.ArgumentTypeError("a month is written as 2026-10")
    return date(int(found.group(1)), int(found.group(2)), 1)
