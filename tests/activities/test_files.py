"""Files that are handed in: whole or not at all, and every fault of one by its cell."""

import io
import warnings
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from activities.store.recording import FileFaulty, FileKind
from activities.store.sheets import LARGEST_UNPACKED
from tests.activities.finance_world import FinanceWorld
from tests.activities.handed_in import BUDGETS, Row, changed, csv_of, hands_in, xlsx_of
from tests.activities.world import World

POUNDS, YEAR, POT, AUTHORITY = 2, 1, 0, 5
"""Columns of a budget file, counted from nought."""


@pytest.fixture
def office(world: World) -> World:
    """The small county with people who deal with money."""
    return FinanceWorld(world).world


def faults_of(
    office: World, content: bytes, kind: FileKind = FileKind.BUDGETS
) -> list[tuple[str, str]]:
    """What a file is refused with, by cell; nothing of it is kept."""
    with pytest.raises(FileFaulty) as no:
        hands_in(office, content, kind)
    assert office.rows("SELECT id FROM file_handed_in") == []
    assert all(fault.would_help for fault in no.value.faults)
    return [(fault.field, fault.says) for fault in no.value.faults]


def the_fault(office: World, content: bytes) -> tuple[str, str]:
    """The one fault that a file is refused with."""
    (fault,) = faults_of(office, content)
    return fault


AMOUNTS = [
    ("60,000.00", "separators of thousands"),
    ("£60000.00", "a pound sign"),
    ("-60000.00", "below nought"),
    ("60000.005", "a part of a penny"),
    ("0.00", "is nothing"),
    ("sixty", "is no amount"),
    ("", "is empty"),
]


@pytest.mark.parametrize("form", [csv_of, xlsx_of])
@pytest.mark.parametrize(("written", "says"), AMOUNTS)
def test_an_amount_that_is_not_plain_is_a_fault_of_its_cell(
    office: World, form: Callable[..., bytes], written: str, says: str
) -> None:
    """Thousands, pound signs, negatives and parts of a penny are refused and never guessed at."""
    field, said = the_fault(office, form(changed(BUDGETS, (1, POUNDS), written)))
    assert field == "C3"
    assert says in said
    assert not written.strip("0.") or written not in said


@pytest.mark.parametrize("number", [Decimal(-1), Decimal("0.001")])
def test_a_workbooks_own_number_is_held_to_the_same(office: World, number: Decimal) -> None:
    """A number below nought, or of a part of a penny, has no writing to look at and is refused."""
    assert the_fault(office, xlsx_of(changed(BUDGETS, (2, POUNDS), number)))[0] == "C4"


def test_a_workbooks_sum_is_what_its_own_users_see(office: World) -> None:
    """A tenth of a penny that only binary arithmetic made is no fault."""
    rows: list[Row] = [(BUDGETS[0][0], 2028, 0.1 + 0.2, *BUDGETS[0][3:])]
    assert hands_in(office, xlsx_of(rows)).total_pence == 30


@pytest.mark.parametrize("form", [csv_of, xlsx_of])
def test_a_cluster_twice_and_a_wrong_year_are_faults_of_their_cells(
    office: World, form: Callable[..., bytes]
) -> None:
    """A cluster by its code and by its pot is the same one; a year gone by is no budget's."""
    rows = changed(changed(BUDGETS, (2, POT), "alder"), (3, YEAR), "2025")
    found = faults_of(office, form(rows))
    assert [field for field, _ in found] == ["A4", "B5"]
    assert "row 3 has this pot and year already" in found[0][1]
    assert "not the year" in found[1][1]


def test_merged_cells_are_refused_by_cell(office: World) -> None:
    """Each cell of the merged range is named, whether or not it has a value."""
    found = faults_of(office, xlsx_of(BUDGETS, merged="B3:B4"))
    merged = {field for field, says in found if "merged" in says}
    assert merged == {"B3", "B4"}


def test_windows_encoding_is_refused_by_cell_and_says_what_to_do(office: World) -> None:
    """Its bytes could be read in more ways than one: nothing is guessed."""
    euro = changed(BUDGETS, (1, AUTHORITY), "26/00101 \N{EURO SIGN}")
    found = faults_of(office, csv_of(euro, encoding="cp1252"))
    assert {field for field, _ in found} == {"F3"}
    assert "is not UTF-8 text" in found[0][1]
    assert "CSV UTF-8" in found[0][1]
    assert hands_in(office, csv_of(BUDGETS, encoding="utf-8-sig")).rows == 4


def test_every_fault_is_said_at_once(office: World) -> None:
    """Of many hundred the first hundred are listed, and all are counted."""
    rows = [(f"cluster:no-{n}", "2025", "£1", "line", "", "?") for n in range(120)]
    with pytest.raises(FileFaulty) as no:
        hands_in(office, csv_of(rows))
    assert len(no.value.faults) == 100
    assert "720 faults, of which the first 100 are listed" in no.value.in_the_way


def test_headings_are_asked_for_by_name(office: World) -> None:
    """A heading that is missing and one that nobody reads are both named."""
    found = faults_of(office, csv_of(BUDGETS, ("pot", "year", *_REST)))
    said = " ".join(says for _, says in found)
    assert "financial_year" in said
    assert {field for field, _ in found} >= {"B1"}


_REST = ("amount", "section_251_line", "cost_centre", "authority")


def _two_sheets() -> bytes:
    book = load_workbook(io.BytesIO(xlsx_of(BUDGETS)))
    book.create_sheet("hidden").append(["something"])
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _packed(**parts: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/") + ".xml", content)
    return kept.getvalue()


UNREADABLE: dict[str, Any] = {
    "nothing": lambda: b"  \n",
    "an old workbook": lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    "a workbook cut in the middle": lambda: xlsx_of(BUDGETS)[:3000],
    "a zip of something else": lambda: _packed(letter=b"<a/>"),
    "a bomb": lambda: _packed(xl__sheet=b"0" * (LARGEST_UNPACKED + 1)),
    "definitions of its own": lambda: _packed(xl__workbook=b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"),
    "two sheets": _two_sheets,
    "text in UTF-16": lambda: csv_of(BUDGETS, encoding="utf-16"),
    "bytes of nothing": lambda: b"pot\x00,amount\r\n",
    "far too many columns": lambda: csv_of([["x"] * 61], ["y"] * 61),
    "a workbook that is far too wide": lambda: xlsx_of([["x"] * 61], ["y"] * 61),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_one_fault_of_the_whole_file(office: World, name: str) -> None:
    """Said in a sentence with what would help; nothing is unpacked that could not be a budget."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        field, says = the_fault(office, UNREADABLE[name]())
    assert field == "file"
    assert says


def test_an_answer_is_kept_as_it_came(office: World) -> None:
    """What a bank says is not for the door to judge; only what cannot be read is refused."""
    kept = hands_in(office, b"reference,pence\r\nX,1\r\n", FileKind.ANSWER)
    assert (kept.kind, kept.rows, kept.total_pence) == (FileKind.ANSWER, 1, None)


@pytest.mark.promise(8)
def test_what_is_in_a_file_is_in_no_event(office: World) -> None:
    """Promise 8: that it was kept, its hash and how long it is."""
    hands_in(office, csv_of(BUDGETS))
    (row,) = office.rows("SELECT facts FROM event WHERE kind = 'file_kept'")
    assert set(row.facts) == {"kind", "sha256", "rows"}
