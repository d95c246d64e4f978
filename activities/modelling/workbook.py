"""A comparison, or shares by several formulas, as a workbook: lists of figures, with charts.

Amounts are numbers in pounds; no text of a sheet can be run by the program that opens it.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font

from activities.modelling.result import GROUPINGS, Compared, Comparison, Counted, Documents
from domain.remitting import harmless

Cell = str | int | Decimal | None
Row = Sequence[Cell]

_TITLE_LETTERS = 31
_POUNDS = "#,##0.00"
_WIDE, _NARROW = 46, 16
_MOST_BARS = 60
"""A chart of more bars than that is no picture: schools are a list."""
_CHART_HEIGHT, _CHART_WIDTH = 12, 26
_OPEN_FORBIDDEN = r"[]:*?/\\"

_LINE = (
    *("cases", "cost now", "cost then", "difference", "budget", "gain", "lose", "stay"),
    *("gained", "lost", "largest gain", "largest loss", "middle gain", "middle loss"),
    *("to a person now", "to a person then", "newly to a person", "no longer to a person"),
    *("refused now", "refused then", "cost now of those without amount then"),
    "cost then of those without amount now",
)


def workbook_of(comparison: Comparison) -> bytes:
    """Write a comparison: about it, and for each candidate its total, breakdowns and values.

    With several candidates each has its sheets, numbered in their order.
    """
    book = Workbook()
    _write(book, "about", (), _about(comparison), first=True)
    for place, compared in enumerate(comparison.candidates, start=1):
        which = "" if len(comparison.candidates) == 1 else f"{place} "
        lines = (compared.total,)
        _write(book, f"{which}total", ("", *_LINE), map(_row, lines))
        for grouping in GROUPINGS:
            found = compared.by[grouping]
            title = f"{which}by {grouping.replace('_', ' ')}"
            sheet = _write(book, title, (grouping.replace("_", " "), *_LINE), map(_row, found))
            if 0 < len(found) <= _MOST_BARS:
                _chart(
                    sheet, f"Cost by {grouping.replace('_', ' ')}, now and then", (3, 4), len(found)
                )
        _write(book, f"{which}moved", _MOVED, _moved(compared))
        _write(book, f"{which}changed values", _TOUCHED, _touched(compared))
        _write(book, f"{which}to a person", ("", *_PERSON), _to_a_person(compared))
    return _saved(book)


def workbook_of_lists(
    about: Iterable[Row],
    lists: Iterable[tuple[str, Sequence[str], Sequence[Row]]],
    charted: tuple[str, tuple[int, int]],
) -> bytes:
    """Write lists by title, heading and rows, with a chart of the columns of the one named."""
    book = Workbook()
    _write(book, "about", (), about, first=True)
    for title, headings, rows in lists:
        sheet = _write(book, title, headings, rows)
        if title == charted[0] and 0 < len(rows) <= _MOST_BARS:
            _chart(sheet, title, charted[1], len(rows))
    return _saved(book)


def in_pounds(pence: int | None) -> Decimal | None:
    """Give an amount in pounds, exactly."""
    return None if pence is None else Decimal(pence).scaleb(-2)


def _about(comparison: Comparison) -> Iterable[Row]:
    yield ("What", "a policy tried on cases: what it would cost, who would gain and lose")
    yield ("Cases", comparison.cases)
    yield ("Taken as submitted in the year from", comparison.on.isoformat())
    yield from _documents("Now", comparison.now)
    for each in comparison.candidates:
        yield from _documents("Candidate", each.candidate)
    told = (
        ("Rules of their own days gave, a year", comparison.as_decided_pence),
        ("Officers signed, a year", comparison.decided_pence),
        ("Of them priced by a person, a year", comparison.by_a_person_pence),
    )
    yield from ((name, in_pounds(pence)) for name, pence in told if pence is not None)
    yield ("Amounts", "pounds a year; a case without an amount is left to a person or refused")


def _documents(what: str, documents: Documents) -> Iterable[Row]:
    yield (what, documents.name)
    for kind in ("continuum", "tariff"):
        day, sha256 = (getattr(documents, f"{kind}_{fact}") for fact in ("from", "sha256"))
        yield (f"{what}: {kind} in force from {day}", sha256)


def _row(line: Counted) -> Row:
    return (
        *(line.key, line.cases, in_pounds(line.now_pence), in_pounds(line.then_pence)),
        *(in_pounds(line.difference_pence), in_pounds(line.budget_pence)),
        *(line.gain, line.lose, line.stay),
        *(in_pounds(line.gained_pence), in_pounds(line.lost_pence)),
        *(in_pounds(line.most_gained_pence), in_pounds(line.most_lost_pence)),
        *(in_pounds(line.middle_gained_pence), in_pounds(line.middle_lost_pence)),
        *(line.to_a_person_now, line.to_a_person_then, line.newly_to_a_person),
        *(line.no_longer_to_a_person, line.refused_now, line.refused_then),
        *(in_pounds(line.unpriced_then_pence), in_pounds(line.unpriced_now_pence)),
    )


_MOVED = ("of", "now", "then", "cases", "difference")


def _moved(compared: Compared) -> Iterable[Row]:
    return (
        (each.of, each.now, each.then, each.cases, in_pounds(each.difference_pence))
        for each in compared.moved
    )


_TOUCHED = ("kind", "value", "what changes", "before", "after", "cases now", "cases then")


def _touched(compared: Compared) -> Iterable[Row]:
    return (
        (each.kind, each.value, each.says, each.before, each.after, each.cases_now, each.cases_then)
        for each in compared.touched
    )


_PERSON = ("now", "then", "newly", "no longer")


def _to_a_person(compared: Compared) -> Iterable[Row]:
    for line in (compared.total, *compared.by["cluster"], *compared.by["tier"]):
        counts = (line.to_a_person_now, line.to_a_person_then)
        if any(counts):
            yield (line.key, *counts, line.newly_to_a_person, line.no_longer_to_a_person)


def _write(
    book: Workbook, title: str, headings: Sequence[str], rows: Iterable[Row], *, first: bool = False
) -> Any:
    """Write a list to a sheet of its own."""
    sheet: Any = book.active if first else book.create_sheet()
    sheet.title = "".join("-" if sign in _OPEN_FORBIDDEN else sign for sign in title)[
        :_TITLE_LETTERS
    ]
    if headings:
        sheet.append([_safe(heading) for heading in headings])
        sheet.freeze_panes = "B2"
    for row in rows:
        sheet.append([_safe(cell) for cell in row])
    _dress(sheet, bold_row=bool(headings))
    return sheet


def _dress(sheet: Any, *, bold_row: bool) -> None:
    """Make headings bold, amounts amounts, and the columns wide enough to be read."""
    heads = next(sheet.iter_rows(max_row=1)) if bold_row else next(sheet.iter_cols(max_col=1))
    for cell in heads:
        cell.font = Font(bold=True)
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, Decimal):
                cell.number_format = _POUNDS
    for letter in (column[0].column_letter for column in sheet.iter_cols()):
        sheet.column_dimensions[letter].width = _WIDE if letter == "A" else _NARROW


def _chart(sheet: Any, title: str, columns: tuple[int, int], lines: int) -> None:
    """Draw bars of some columns beside the list, a pair for each line."""
    chart: Any = BarChart()
    direction: Literal["bar", "col"] = "col"
    chart.type = direction
    chart.title = title
    chart.height, chart.width = _CHART_HEIGHT, _CHART_WIDTH
    values = Reference(sheet, min_col=columns[0], max_col=columns[1], min_row=1, max_row=lines + 1)
    chart.add_data(values, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=lines + 1))
    chart.y_axis.title, chart.y_axis.number_format = "pounds a year", "#,##0"
    chart.x_axis.delete = chart.y_axis.delete = False
    sheet.add_chart(chart, f"B{lines + 4}")


def _safe(cell: Cell) -> Cell:
    """Keep a text from being run, and leave out signs that a workbook cannot hold."""
    return harmless(ILLEGAL_CHARACTERS_RE.sub("", cell)) if isinstance(cell, str) else cell


def _saved(book: Workbook) -> bytes:
    written = BytesIO()
    book.save(written)
    return written.getvalue()
