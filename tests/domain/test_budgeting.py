"""Files of budgets and of live awards: whole, or every fault by row and column."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.budgeting import (
    AWARD_COLUMNS,
    BUDGET_COLUMNS,
    AwardFile,
    BudgetFile,
    award_rows,
    budget_rows,
)
from domain.cells import MOST_ROWS, Cell, Cells, FileFaults, cells_of_csv
from domain.places import PayeeKind

YEARS = frozenset({2026, 2027})
POTS = frozenset({"high_needs_block", "cluster:alder", "cluster:cedar", "exceptional"})
SCHOOLS = frozenset({"oakfield", "elmbrook"})
HEADINGS = ",".join(BUDGET_COLUMNS)
ALDER = "alder,2026,12345.67,1.2.4,HN100,decision 26/00007"
AWARD = "OLD/17,oakfield,oak-trust,academy_trust,3650.00,2026-09-01,2027-08-31,alder,1216.67,700.00"
AWARD_HEADINGS = ",".join(AWARD_COLUMNS)


def sheet(*lines: str) -> Cells:
    """The cells of a CSV file of these lines."""
    found = cells_of_csv("\r\n".join(lines).encode())
    assert not isinstance(found, FileFaults)
    return found


def budgets(*lines: str) -> BudgetFile | FileFaults:
    """A budget file of these lines under its headings."""
    return budget_rows(sheet(HEADINGS, *lines), YEARS, POTS)


def awards(*lines: str) -> AwardFile | FileFaults:
    """A file of live awards of these lines under its headings."""
    return award_rows(sheet(AWARD_HEADINGS, *lines), SCHOOLS, POTS)


def said(found: object) -> list[str]:
    """Where each fault is and what it says."""
    assert isinstance(found, FileFaults)
    assert all(fault.would_help for fault in found.faults)
    return [f"{fault.row} {fault.column}: {fault.says}".strip() for fault in found.faults]


def test_a_whole_file_is_read_to_the_penny() -> None:
    """A cluster may be named by its code alone, an amount has at most two places."""
    found = budgets(ALDER, "exceptional,2027,500,1.2.4,HN100,decision 26/00007", ",,,,,")
    assert isinstance(found, BudgetFile)
    assert [(row.row, row.pot, row.financial_year, row.pence) for row in found.rows] == [
        (2, "cluster:alder", 2026, 12345_67),
        (3, "exceptional", 2027, 500_00),
    ]
    assert found.total_pence == 12845_67
    assert found.rows[0].authority == "decision 26/00007"


def test_columns_may_stand_in_any_order_and_headings_in_any_case() -> None:
    """What a heading says is what counts."""
    found = budget_rows(
        sheet(
            "Authority,Pot,Financial year,Amount,Cost centre,Section 251 line",
            "decision 26/00007,cluster:alder,2026,1.5,HN100,1.2.4",
        ),
        YEARS,
        POTS,
    )
    assert isinstance(found, BudgetFile)
    assert found.rows[0].pence == 1_50


def test_a_spreadsheet_keeps_numbers_and_dates_as_such() -> None:
    """A number that a spreadsheet shows without its noughts is the same number."""
    first = [Cell(heading) for heading in BUDGET_COLUMNS]
    row = [Cell("alder"), Cell(Decimal(2026)), Cell(Decimal("1E+3")), Cell("1.2.4")]
    found = budget_rows([first, [*row, Cell("HN100"), Cell("minute 5")]], YEARS, POTS)
    assert isinstance(found, BudgetFile)
    assert found.rows[0].pence == 1000_00


@pytest.mark.promise(13)
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ('"12,345.67"', "has separators of thousands"),
        ("£12345.67", "has a pound sign"),
        ('"£12,345.67"', "has a pound sign, has separators of thousands"),
        ("-5.00", "is below nought"),
        ("(5.00)", "is below nought"),
        ("12.345", "has a part of a penny"),
        ("=SUM(A1)", "is a formula"),
        ("a lot", "is no amount"),
        ("0.00", "is nothing"),
        ("", "is empty"),
    ],
)
def test_an_amount_is_never_guessed(typed: str, says: str) -> None:
    """Thousands, pound signs, minus, parts of a penny: each is named, in its cell."""
    assert said(budgets(f"alder,2026,{typed},1.2.4,HN100,minute 5")) == [f"2 amount: {says}"]


def test_a_truth_or_a_day_is_no_amount() -> None:
    """What a spreadsheet holds in a cell of money may be no number at all."""
    first = [Cell(heading) for heading in BUDGET_COLUMNS]
    for value in (True, date(2026, 9, 1)):
        row = [Cell("alder"), Cell("2026"), Cell(value), Cell("1.2.4"), Cell("HN1"), Cell("a 5")]
        assert said(budget_rows([first, row], YEARS, POTS)) == ["2 amount: is no amount"]


@pytest.mark.promise(13)
def test_every_fault_of_a_budget_file_is_told_by_row_and_column() -> None:
    """A wrong year, an unknown pot, a double, missing and malformed values: all in one answer."""
    found = budgets(
        "beech,2026,1.00,1.2.4,HN100,minute 5",
        "alder,2025,1.00,1.2.4,HN100,minute 5",
        "alder,2026-27,1.00,1.2,HN 100,",
        ALDER,
        "cluster:alder,2026,£1,1.2.4,HN100,minute 5",
    )
    assert said(found) == [
        "2 pot: is not known here",
        "3 financial_year: is not the year being set",
        "4 financial_year: is not of its form",
        "4 section_251_line: is not of its form",
        "4 cost_centre: is not of its form",
        "4 authority: is empty",
        "6 amount: has a pound sign",
        "6 pot: row 5 has this pot and year already",
    ]
    assert isinstance(found, FileFaults)
    assert str(found.faults[0]).startswith("row 2, pot: is not known here. Write a pot")


@pytest.mark.promise(8)
def test_a_fault_never_repeats_what_was_typed() -> None:
    """A cell in the wrong column may name a child."""
    found = budgets("Xylwickle,Xylwickle,Xylwickle,Xylwickle,Xyl wickle,§ Xylwickle")
    assert len(said(found)) == 6
    assert "wickle" not in str(found)


def test_headings_are_checked_before_rows() -> None:
    """Missing, double and unread headings, and a value that stands under none."""
    found = budget_rows(
        sheet("pot,pot,amount,Notes,,authority", "alder,alder,1.00,x,y,minute 5,z"), YEARS, POTS
    )
    assert said(found) == [
        "1 pot: is there twice",
        "1 financial_year: is missing",
        "1 section_251_line: is missing",
        "1 cost_centre: is missing",
        "1 D: has a heading that nobody reads",
        "2 E: stands under no heading",
        "2 G: stands under no heading",
    ]


def test_windows_text_is_found_by_cell() -> None:
    """A pound sign in Windows encoding is no UTF-8, and says so where it stands."""
    content = f"{HEADINGS}\n{ALDER}".replace("alder", "ald£r").encode("cp1252")
    found = cells_of_csv(content)
    assert not isinstance(found, FileFaults)
    assert said(budget_rows(found, YEARS, POTS)) == [
        "2 pot: is not UTF-8 text",
        "2 pot: is not known here",
    ]


def test_a_mark_at_the_beginning_of_utf_8_is_no_text() -> None:
    """Spreadsheets write one before the first heading."""
    found = cells_of_csv(b"\xef\xbb\xbfpot,amount\nalder,1")
    assert not isinstance(found, FileFaults)
    assert found[0][0] == Cell("pot")


def test_merged_and_overlong_cells_are_told() -> None:
    """Merged cells hide values; a story is no code."""
    first = [Cell(heading) for heading in BUDGET_COLUMNS]
    row = [Cell("alder", merged=True), Cell("2026"), Cell("1.00"), Cell("1.2.4"), Cell("HN100")]
    found = budget_rows([first, [*row, Cell("m" * 201)]], YEARS, POTS)
    assert said(found) == [
        "2 pot: is merged with others",
        "2 authority: is longer than 200 characters",
        "2 authority: is not of its form",
    ]


def test_a_file_without_rows_or_with_too_many_is_none() -> None:
    """An empty file is not a budget of nothing."""
    assert said(budgets()) == ["0 : has no rows"]
    assert said(awards()) == ["0 : has no rows"]
    assert said(awards("TOTAL,,,,0,,,,0,0")) == ["0 : has no rows"]
    assert len(said(budget_rows([], YEARS, POTS))) == len(BUDGET_COLUMNS)
    many = [[Cell("x")]] * (MOST_ROWS + 1)
    assert said(budget_rows(many, YEARS, POTS)) == ["0 : has more than 20000 rows"]


def test_what_is_no_csv_is_refused_as_a_whole() -> None:
    """A value longer than any reader takes is no value."""
    assert said(cells_of_csv(b"x" * 200_000)) == ["0 : is no CSV"]


def test_live_awards_are_read_and_reconciled_to_their_totals() -> None:
    """The last day counts: it becomes the day before the first without the award."""
    found = awards(
        AWARD,
        "OLD/18,elmbrook,elmbrook,maintained_school,100.00,2026-09-01,2026-12-31,exceptional,0,0",
        "TOTAL,,,,3750.00,,,,1216.67,700.00",
    )
    assert isinstance(found, AwardFile)
    sums = (found.annual_pence, found.paid_pence, found.paid_this_year_pence)
    assert sums == (3750_00, 1216_67, 700_00)
    first = found.rows[0]
    assert (first.from_on, first.until_on) == (date(2026, 9, 1), date(2027, 9, 1))
    assert (first.payee_kind, first.pot, first.paid_pence) == (
        PayeeKind.ACADEMY_TRUST,
        "cluster:alder",
        1216_67,
    )


@pytest.mark.promise(11)
def test_totals_that_differ_are_told_to_the_penny() -> None:
    """A penny more in the old system is found before anything is imported."""
    found = awards(AWARD, "TOTAL,,,,3650.01,,,,£5,699.99")
    assert said(found) == [
        "3 annual_amount: is not what the rows come to, £3,650.00",
        "3 paid_to_date: has a pound sign",
        "3 paid_this_year: is not what the rows come to, £700.00",
    ]
    assert isinstance(found, FileFaults)
    assert "They differ by £0.01" in found.faults[0].would_help


@pytest.mark.promise(13)
def test_every_fault_of_an_award_file_is_told_by_row_and_column() -> None:
    """Unknown schools, doubles, days in the wrong order, more paid than it is worth."""
    found = awards(
        AWARD,
        "OLD/17,nowhere,Oak Trust,trust,1.00,2026-02-30,then,beech,1.00,1.00",
        "OLD/19,oakfield,oak,provider,365.00,2026-09-02,2026-09-01,alder,0,0",
        "OLD/20,oakfield,oak,provider,365.00,2026-09-01,2026-09-10,alder,10.01,10.02",
        "two words,oakfield,oak,provider,365.00,,2026-09-10,alder,10.00,0",
    )
    assert said(found) == [
        "0 : has no row of totals",
        "3 reference: row 2 has this reference already",
        "3 from: is no day of the calendar",
        "3 last_day: is no day",
        "3 school: is not known here",
        "3 payee: is not of its form",
        "3 payee_kind: is not known here",
        "3 pot: is not known here",
        "4 last_day: is before the first",
        "5 paid_to_date: is more than the award comes to, £10.00",
        "5 paid_this_year: is more than was paid to date, £10.01",
        "6 reference: is not of its form",
        "6 from: is empty",
    ]


def test_totals_stand_in_the_last_row_once() -> None:
    """Rows after the totals would not be in them."""
    totals = "TOTAL,,,,3650.00,,,,1216.67,700.00"
    assert said(awards(totals, AWARD)) == ["0 : has a row of totals that is not the last one"]
    assert "not the last one" in said(awards(AWARD, totals, totals))[0]


def test_a_spreadsheets_date_is_taken_as_it_is() -> None:
    """No text has to be read for it."""
    cells = [
        list(row) for row in sheet(AWARD_HEADINGS, AWARD, "TOTAL,,,,3650.00,,,,1216.67,700.00")
    ]
    cells[1][5] = Cell(date(2026, 9, 1))
    assert isinstance(award_rows(cells, SCHOOLS, POTS), AwardFile)


@given(st.lists(st.tuples(st.sampled_from(sorted(POTS)), st.integers(1, 10**12)), max_size=4))
def test_what_is_written_is_what_is_read(rows: list[tuple[str, int]]) -> None:
    """Any amount in pounds and pence comes back as its pence."""
    once = dict(rows)
    lines = [
        f"{pot},2026,{pence // 100}.{pence % 100:02},1.2.4,HN100,minute 5"
        for pot, pence in once.items()
    ]
    found = budgets(*lines)
    assert isinstance(found, BudgetFile if once else FileFaults)
    if isinstance(found, BudgetFile):
        assert {row.pot: row.pence for row in found.rows} == once


@given(st.binary(max_size=300))
def test_no_file_is_too_strange_to_be_answered(content: bytes) -> None:
    """Whatever is handed in, the answer is faults, never a crash."""
    cells = cells_of_csv(content)
    found = cells if isinstance(cells, FileFaults) else budget_rows(cells, YEARS, POTS)
    assert isinstance(found, FileFaults)
    assert found.faults
