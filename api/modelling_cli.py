"""The commands that try policy on cases: compare packs, and share a total by several formulas."""

import argparse
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Self, TextIO

from activities.modelling import (
    CasesCompared,
    Compared,
    Counted,
    Pack,
    Shown,
    compare_packs,
    files_of_comparison,
    files_of_shares,
    formulas_of,
    read_counts,
    shown_outside,
)
from api.commands import Faulty, does
from api.packs import pack_files
from domain.formulas import SharesCompared, share_by
from domain.money import pounds

_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,2})?")
_BAR = 30
_WORTH_A_LINE = 100_000
"""So many cases take long enough to be told of where there is no terminal."""
_MOST_LISTED = 80
"""So many lines of a breakdown are read on a terminal; the rest is in the files."""


def add(policies: Any) -> None:
    """Add these commands to those of policy."""
    made = does(policies.add_parser("compare", help=compare.__doc__), compare)
    made.add_argument("packs", nargs="+", metavar="PACK[@DAY]", help="the first is what is now")
    made.add_argument(
        "--cases", required=True, metavar="FILE", help=".parquet, .toml, .csv, or county:SEED:CASES"
    )
    made.add_argument("--on", type=_day, help="the year's first day in which cases are submitted")
    made.add_argument("--out", type=Path, metavar="FOLDER", help="write workbook, JSON and Parquet")
    made.add_argument(
        "--accept-untouched",
        action="store_true",
        help="go on although a changed value touches no case",
    )
    made.add_argument(
        "--outside", action="store_true", help="print as it may be shown outside the council"
    )
    shares = does(policies.add_parser("share", help=share.__doc__), share)
    shares.add_argument("packs", nargs="+", metavar="PACK[@DAY]", help="packs with finance policy")
    shares.add_argument(
        "--counts", type=Path, required=True, help="CSV: cluster, factors, last year"
    )
    shares.add_argument("--total", type=_pence, required=True, help="pounds to share out")
    shares.add_argument("--on", type=_day, help="the day whose finance policy shares")
    shares.add_argument("--out", type=Path, metavar="FOLDER", help="write workbook, JSON, Parquet")


def compare(asked: argparse.Namespace) -> None:
    """Decide cases under several packs: what it costs, who gains and loses, which change bites."""
    packs = _packs(asked)
    with Progress(sys.stderr, sides=len(packs)) as progress:
        compared = compare_packs(
            packs,
            asked.cases,
            asked.on,
            accepts_untouched=asked.accept_untouched,
            tell=progress.tell,
        )
    if asked.outside:
        _print_outside(compared)
    else:
        _print_comparison(compared)
    if asked.out:
        _write(asked.out, files_of_comparison(compared))


def share(asked: argparse.Namespace) -> None:
    """Share a total between clusters by the formulas of several packs, beside last year."""
    formulas = formulas_of(_packs(asked), asked.on)
    counts = read_counts(asked.counts.name, _text(asked.counts))
    shared = share_by(asked.total, counts, formulas)
    _print_shares(shared)
    if asked.out:
        _write(asked.out, files_of_shares(shared))


class Progress:
    """How far a model is: a bar on a terminal, now and then a line where there is none."""

    def __init__(self, stream: TextIO, sides: int) -> None:
        self._stream = stream
        self._sides = sides
        self._done: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream.isatty() and self._done:
            self._stream.write("\n")

    def tell(self, what: str, cases: int) -> None:
        """Say that some more cases are decided under a pack.

        How many cases there are is known when the first pack is through; until then the bar tells
        packs, after that cases.
        """
        self._done[what] = self._done.get(what, 0) + cases
        if not self._stream.isatty():
            if self._done[what] < _WORTH_A_LINE:
                return
            self._stream.write(f"{what}: {self._done[what]:,} cases decided\n")
            return
        most = max(self._done.values())
        part = min(sum(self._done.values()) / (most * self._sides), 1) if most else 0
        filled = int(part * _BAR)
        bar = "#" * filled + "-" * (_BAR - filled)
        self._stream.write(f"\r[{bar}] {what}: {self._done[what]:,} cases")
        self._stream.flush()


def _packs(asked: argparse.Namespace) -> list[Pack]:
    """Read the packs that are named, each on its own day where one is named behind an @."""
    found = []
    for named in asked.packs:
        name, at, day = named.rpartition("@") if "@" in named else (named, "", "")
        on = _day_behind(named, day) if at else None
        found.append(Pack(named, pack_files(name), on))
    return found


def _day_behind(named: str, day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise Faulty(f"{named}: {day} is no day: write it as 2026-10-05") from None


def _print_comparison(compared: CasesCompared) -> None:
    comparison = compared.comparison
    print(
        f"{comparison.cases:,} cases, taken as submitted in the year from {comparison.on}"
        f", by the rules of {comparison.now.name} and of each candidate"
    )
    for each in comparison.candidates:
        print(f"\n{each.candidate.name}")
        _print_table(_HEADINGS, [_line(each.total)])
        for grouping, lines in each.by.items():
            _print_breakdown(grouping, lines)
        _print_people(each)
        print("\nchanged values, and how many cases read them now and then")
        for value in each.touched:
            counts = (value.cases_now, value.cases_then)
            seen = "  not counted" if None in counts else "  {:,}, {:,}".format(*counts)
            print(f"  {value.kind} {value.value}: {value.says}{seen}")


def _print_breakdown(grouping: str, lines: Sequence[Counted]) -> None:
    print(f"\nby {grouping.replace('_', ' ')}")
    if len(lines) > _MOST_LISTED:
        print(f"  {len(lines):,} lines: --out FOLDER writes them")
    else:
        _print_table(_HEADINGS, [_line(line) for line in lines])


def _print_people(each: Compared) -> None:
    total = each.total
    print(
        f"\nto a person: {total.to_a_person_now:,} now, {total.to_a_person_then:,} then;"
        f" {total.newly_to_a_person:,} newly, {total.no_longer_to_a_person:,} no longer"
    )
    if total.refused_now or total.refused_then:
        print(f"cannot be placed: {total.refused_now:,} now, {total.refused_then:,} then")


def _print_outside(compared: CasesCompared) -> None:
    shown = shown_outside(compared.comparison)
    print(f"{shown.cases:,} cases; lines of fewer than {shown.fewer_than} are put together")
    for each in shown.candidates:
        print(f"\n{each.candidate.name}")
        _print_table(_SHOWN, [_shown(each.total)])
        for grouping, lines in each.by.items():
            print(f"\nby {grouping.replace('_', ' ')}")
            _print_table(_SHOWN, [_shown(line) for line in lines])
        print("\nwhat would change")
        for says in each.changed:
            print(f"  {says}")


_SHOWN = ("", "cases", "now", "then", "difference", "gain", "lose", "stay")
_HEADINGS = (*_SHOWN, "to a person")


def _line(line: Counted) -> Sequence[str]:
    person = f"{line.to_a_person_now:,} > {line.to_a_person_then:,}"
    return (*_amounts(line), f"{line.gain:,}", f"{line.lose:,}", f"{line.stay:,}", person)


def _shown(line: Shown) -> Sequence[str]:
    counts = (line.gain, line.lose, line.stay)
    return (*_amounts(line), *("few" if count is None else f"{count:,}" for count in counts))


def _amounts(line: Counted | Shown) -> Sequence[str]:
    """The amounts of a line; one that would tell what few are given is not told."""
    amounts = (line.now_pence, line.then_pence, line.difference_pence)
    told = ("few" if amount is None else pounds(amount) for amount in amounts)
    return (line.key, f"{line.cases:,}", *told)


def _print_shares(shared: SharesCompared) -> None:
    names = [tried.name for tried in shared.formulas]
    headings = ("cluster", "last year", *(f"{n}{of}" for n in names for of in ("", ", change")))
    rows = []
    for line in shared.clusters:
        pairs = zip(line.shares, line.changes, strict=True)
        amounts = (amount for pair in pairs for amount in pair)
        rows.append((line.cluster, *map(_pounds, (line.last_year_pence, *amounts))))
    print(f"{pounds(shared.total_pence)} between {len(shared.clusters)} clusters")
    _print_table(headings, rows)
    for name, gain, lose in zip(names, shared.gain, shared.lose, strict=True):
        print(f"{name}: {gain} clusters gain against last year, {lose} lose")


def _pounds(pence: int | None) -> str:
    return "none" if pence is None else pounds(pence)


def _print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their headings, the first column to the left and figures to the right."""
    table = [tuple(headings), *map(tuple, rows)]
    widths = [max(len(row[place]) for row in table) for place in range(len(headings))]
    for first, *cells in table:
        right = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        print("  ".join(("  " + first.ljust(widths[0]), *right)).rstrip())


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    print(f"\n{len(files)} files in {folder}: {', '.join(files)}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Faulty(f"{path} is not UTF-8: save it as UTF-8") from None
    except OSError as error:
        why = (error.strerror or "it is no such file").lower()
        raise Faulty(f"{path} cannot be read: {why}. Name a file that is there.") from None


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{written} is no day: write it as 2026-10-05") from None


def _pence(written: str) -> int:
    if not _AMOUNT.fullmatch(written):
        raise argparse.ArgumentTypeError("write pounds and pence as 125000.00")
    return int(Decimal(written) * 100)
