"""A CSV file of cases, one to a row, as columns: read whole, or refused with every fault by row.

Columns (``case_sheet.COLUMNS``, and by name ``level:<domain>``, ``ticked:<descriptor>``,
``count:<what>``, and ``staff_1``, ``hours_1``, ``minutes_1``, ``group_size_1``, ``weeks_1``,
``resources_pounds_1`` and so on to ``_9`` for the lines of a provision map) may stand in any order.
An empty cell is a fact that is not known.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from domain.places import Phase, Setting
from domain.policy.load import PackFaulty, PolicyFault
from domain.request import RequestKind, SenStatus

MOST_ROWS = 1_000_000
_MOST_LINES = 9
_CODE = r"^[a-z0-9][a-z0-9_.:-]{0,63}$"


@dataclass(frozen=True)
class Reading:
    """How one column is read: the form of its cells, what they become, and what would help."""

    pattern: str
    would_help: str
    places: int | None = None
    """For a number: how many decimal places count, each a whole unit of what is kept."""
    most: int = 10**9
    """The largest that it may be, in whole ones."""
    least: int = 0
    words: frozenset[str] | None = None


def _number(most: int, places: int = 0, *, least: int = 0) -> Reading:
    digits = len(str(most))
    part = rf"(\.\d{{1,{places}}})?" if places else ""
    example = f"with at most {places} decimal places" if places else "without a point"
    help_ = f"Write a number from {least} to {most:,} {example}."
    return Reading(rf"^\d{{1,{digits}}}{part}$", help_, places, most, least)


def _one_of(words: Sequence[str]) -> Reading:
    return Reading(r"^\w+$", f"Use one of: {', '.join(words)}.", words=frozenset(words))


_DAY = Reading(r"^\d{4}-\d{2}-\d{2}$", "Write a day as 2026-09-01.")
_WORD = Reading(_CODE, "Write a code of small letters, digits and underscores.")
_YES = _one_of(("yes", "no"))

COLUMNS: Mapping[str, Reading] = {
    "number": _number(10**12),
    "kind": _one_of([each.value for each in RequestKind]),
    "day": _DAY,
    "starts_on": _DAY,
    "cluster": _WORD,
    "school": _WORD,
    "area_of_need": _WORD,
    "phase": _one_of([each.value for each in Phase]),
    "key_stage": _number(5),
    "setting": _one_of([each.value for each in Setting]),
    "sen_status": _one_of([each.value for each in SenStatus]),
    "settings_group": _WORD,
    "band": _WORD,
    "points": _number(100_000, 10),
    "hours": _number(168, 6),
    "pupils": _number(60),
    "school_spends_pounds": _number(10**9, 2),
    "owed_pounds": _number(10**9, 2),
}
"""What a case says: ``day`` is when it was submitted, ``owed_pounds`` what its plan sets out."""

_LINE: Mapping[str, Reading] = {
    "staff": _WORD,
    "hours": _number(60, 2),
    "minutes": _number(3_600),
    "group_size": _number(60, least=1),
    "weeks": _number(53, least=1),
    "resources_pounds": _number(10**9, 2),
}
_BY_PREFIX: Mapping[str, Reading] = {
    "level": _number(100),
    "ticked": _YES,
    "count": _number(100_000),
}


@dataclass(frozen=True)
class Known:
    """Domains, descriptors and counts that a policy to be tried has; another is a slip."""

    level: frozenset[str]
    ticked: frozenset[str]
    count: frozenset[str]


def read_sheet(file: str, text: str, known: Known) -> tuple[pl.DataFrame, list[PolicyFault]]:
    """Read the cells under their headings, exact, with ``row`` as a spreadsheet counts rows.

    Gives every fault of the cells beside what could be read; raises `PackFaulty` where the file
    is no CSV or its headings are at fault, so that the cells mean nothing.
    """
    rows = _rows(file, text)
    headings = [each.strip() for each in rows[0]]
    if unknown := list(_faults_of_headings(file, headings, known)):
        raise PackFaulty(unknown)
    numbered = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(row)]
    faults = [
        _fault(file, f"row {number}", _cells_under(len(row), len(headings)), _COMMAS)
        for number, row in numbered
        if len(row) != len(headings)
    ]
    whole = [(number, row) for number, row in numbered if len(row) == len(headings)]
    sheet = pl.DataFrame(
        {
            "row": pl.Series([number for number, _ in whole], dtype=pl.Int64),
            **{
                name: pl.Series([row[place] for _, row in whole], dtype=pl.String)
                for place, name in enumerate(headings)
            },
        }
    ).with_columns(pl.col(pl.String).str.strip_chars().replace({"": None}))
    values, wrong = _read(file, sheet, headings)
    return values, [*faults, *wrong]


def _cells_under(cells: int, headings: int) -> str:
    return f"has {cells} cells under {headings} headings"


_COMMAS = "Write a comma between cells, and quotation marks around a cell that has one."


def _rows(file: str, text: str) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    except csv.Error as error:
        raise PackFaulty([_fault(file, "the file", f"is no CSV: {error}", _COMMAS)]) from None
    if not rows or not any(rows[0]):
        raise PackFaulty([_fault(file, "row 1", "has no headings", "Name the columns first.")])
    if len(rows) > MOST_ROWS + 1:
        says = f"has more than {MOST_ROWS:,} rows"
        raise PackFaulty([_fault(file, "the file", says, "Model a part of them.")])
    return rows


def _faults_of_headings(file: str, headings: list[str], known: Known) -> Iterator[PolicyFault]:
    for heading in dict.fromkeys(headings):
        if headings.count(heading) > 1:
            yield _fault(file, heading or "row 1", "is there more than once", "Keep one column.")
        if _reading_of(heading) is None:
            names = f"Use {', '.join(COLUMNS)}, level:, ticked:, count: and a code, or staff_1."
            yield _fault(file, heading or "row 1", "is no column of a case", names)
        prefix, of, code = heading.partition(":")
        if of and prefix in _BY_PREFIX and code not in getattr(known, prefix):
            has = ", ".join(sorted(getattr(known, prefix))) or "none"
            yield _fault(file, heading, "is in none of the policies", f"They have: {has}.")


def _reading_of(heading: str) -> Reading | None:
    """Say how a column of this heading is read, if there is such a column."""
    prefix, of, _code = heading.partition(":")
    line = re.fullmatch(rf"([a-z_]+)_([1-{_MOST_LINES}])", heading)
    if of:
        return _BY_PREFIX.get(prefix)
    if heading in COLUMNS:
        return COLUMNS[heading]
    return _LINE.get(line.group(1)) if line else None


def _read(
    file: str, sheet: pl.DataFrame, headings: list[str]
) -> tuple[pl.DataFrame, list[PolicyFault]]:
    """Turn every cell into what it says; those that say nothing of their form are faults."""
    readings = {name: of for name in headings if (of := _reading_of(name)) is not None}
    values = sheet.select("row", *(_value(name, of).alias(name) for name, of in readings.items()))
    return values, [
        _fault(file, f"row {row}, {name}", _WRONG, of.would_help)
        for name, of in readings.items()
        for row in sheet.filter(sheet[name].is_not_null() & values[name].is_null())["row"]
    ]


_WRONG = "is not of its form"


def _value(name: str, of: Reading) -> pl.Expr:
    cell = pl.col(name)
    fits = cell.str.contains(of.pattern)
    if of is _DAY:
        return pl.when(fits).then(cell.str.to_date("%Y-%m-%d", strict=False))
    if of.words is not None:
        known = cell.is_in(sorted(of.words))
        return pl.when(known).then(cell == "yes" if of is _YES else cell)
    if of.places is None:
        return pl.when(fits).then(cell)
    whole = cell.str.extract(r"^(\d+)").cast(pl.Int64, strict=False)
    parts = cell.str.extract(r"\.(\d+)$").fill_null("").str.pad_end(of.places, "0")
    units = whole * 10**of.places
    if of.places:
        units += parts.cast(pl.Int64, strict=False)
    within = (units >= of.least) & (units <= of.most * 10**of.places)
    return pl.when(fits & within).then(units)


def row_of(fault: PolicyFault) -> int:
    """Tell the row of a fault, as a spreadsheet counts."""
    return int(fault.where.removeprefix("row ").partition(",")[0])


def _fault(file: str, where: str, says: str, would_help: str) -> PolicyFault:
    return PolicyFault(file=file, where=where, says=says, would_help=would_help)
