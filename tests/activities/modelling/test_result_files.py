"""The files of a comparison: a workbook with charts that nobody's text can run, JSON, Parquet."""

import json
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import polars as pl
from openpyxl import load_workbook

from activities.modelling.assessing import CaseSet
from activities.modelling.comparing import CasesCompared, compare
from activities.modelling.frames import Frames
from activities.modelling.packs import files_of_comparison
from activities.modelling.result import GROUPINGS
from activities.modelling.workbook import workbook_of
from tests.activities.modelling.schemes import ON, Edit, now, small_set, then

DEARER: Edit = (
    '{ band = ["e1"], phase = ["early_years", "primary"], amount_pounds = 3120.00 }',
    '{ band = ["e1"], phase = ["early_years", "primary"], amount_pounds = 3000.00 }',
)


def compared(*names: str) -> CasesCompared:
    """The small set under as many candidates, the clusters named like formulas."""
    frames = small_set().frames
    cluster = pl.when(pl.col("cluster") == "alder").then(pl.lit("=1+1")).otherwise("cluster")
    cases = CaseSet(
        Frames(frames.cases.with_columns(cluster.alias("cluster")), frames.pupils, frames.provision)
    )
    return compare(cases, (now(), [then(DEARER, name=name) for name in names]), ON)


def test_a_workbook_has_a_sheet_for_each_breakdown_with_its_chart() -> None:
    """Amounts are numbers in pounds; a name that looks like a formula is text."""
    written = workbook_of(compared("next").comparison)
    with ZipFile(BytesIO(written)) as parts:
        assert sum("charts/chart" in name for name in parts.namelist()) == len(GROUPINGS)
    book = load_workbook(BytesIO(written))
    assert book.sheetnames == [
        "about",
        "total",
        *(f"by {name}" for name in ("cluster", "school", "phase", "area of need", "kind", "tier")),
        "moved",
        "changed values",
        "to a person",
    ]
    sheet = book["by cluster"]
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True)}
    assert rows["cluster"][:5] == ("cluster", "cases", "cost now", "cost then", "difference")
    assert rows["'=1+1"][2:5] == (9_838, 9_718, -120)
    assert sheet["C2"].number_format == "#,##0.00"
    values = list(book["changed values"].iter_rows(values_only=True))
    assert values[1][1:3] == (
        "steps.amount_by_band.rows.1",
        "e1 early_years/primary: £3,120.00 to £3,000.00",
    )


def test_several_candidates_have_their_sheets_by_number() -> None:
    """Names can be longer than a sheet's may be."""
    book = load_workbook(BytesIO(workbook_of(compared("one", "two").comparison)))
    assert {"1 total", "2 total", "1 by cluster", "2 changed values"} <= {*book.sheetnames}


def test_the_files_of_a_comparison_say_the_same() -> None:
    """The figures as JSON, and every case with what it is, would be, and the difference."""
    found = compared("one", "two")
    files = files_of_comparison(found)
    assert set(files) == {
        "comparison.xlsx",
        "comparison.json",
        "cases-1.parquet",
        "cases-2.parquet",
    }
    told = json.loads(files["comparison.json"])
    cases = pl.read_parquet(BytesIO(files["cases-2.parquet"]))
    assert cases["difference"].sum() == told["candidates"][1]["total"]["difference_pence"]
    assert cases.filter(pl.col("outcome_now") == "to_a_person")["pence_now"].null_count() == 1
    sheet = load_workbook(BytesIO(files["comparison.xlsx"]))["2 total"]
    assert sheet["E2"].value == Decimal(told["candidates"][1]["total"]["difference_pence"]) / 100
