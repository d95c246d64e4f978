"""Cases from files: a CSV sheet, worked cases, a snapshot in Parquet; every fault at once."""

from pathlib import Path
from time import perf_counter

import polars as pl
import pytest

from activities.modelling.assessing import CaseSet
from activities.modelling.case_files import cases_from, cases_of_sheet, write_snapshot
from activities.modelling.comparing import settle
from domain.policy.load import PackFaulty
from tests.activities.modelling.schemes import AREAS, ON, pair, small_set

HEAD = (
    "number,cluster,school,phase,level:communication_and_interaction,"
    "level:cognition_and_learning,level:social_emotional_and_mental_health,"
    "level:sensory_and_or_physical,staff_1,hours_1,owed_pounds,day"
)
WORKED = f"""
on = 2026-10-06
[[case]]
says = "A band of the demo county."
pack = "demo"
tier = "exceptional"
band = "e2"
annual_pounds = 4974.00
[case.facts]
kind = "individual"
phase = "primary"
[case.facts.levels]
{AREAS[0]} = 4
{AREAS[1]} = 4
{AREAS[2]} = 0
{AREAS[3]} = 0
"""


def read(*rows: str, head: str = HEAD) -> CaseSet:
    """A sheet of these rows."""
    return cases_of_sheet("cases.csv", "\n".join((head, *rows)), ON, [pair()])


def faults(*rows: str, head: str = HEAD) -> list[str]:
    """Every fault of a sheet, without the file's name and what would help."""
    with pytest.raises(PackFaulty) as refused:
        read(*rows, head=head)
    assert all(each.would_help for each in refused.value.faults)
    return [f"{each.where}: {each.says}" for each in refused.value.faults]


def test_a_sheet_is_decided_as_it_is_written() -> None:
    """Two bands, a costed map, and a plan that is owed more than the band."""
    found = read(
        "1,alder,oak,primary,5,0,0,0,,,,2026-10-01",
        "2,alder,ash,secondary,5,0,0,0,,,,",
        "3,birch,oak,primary,2,2,0,0,ta,20,,",
        "4,birch,elm,primary,4,4,0,0,,,9000.50,",
    )
    settled = settle(found, pair())
    assert settled.cases["pence"].to_list() == [312_000, 345_000, 707_200, 900_050]
    assert found.frames.cases["day"].to_list()[0].isoformat() == "2026-10-01"
    assert found.frames.cases["day"].to_list()[1] == ON
    assert found.frames.cases["area_of_need"].to_list() == [
        AREAS[0],
        AREAS[0],
        "several",
        "several",
    ]
    assert found.frames.pupils["sen_status"].to_list()[3] == "education_health_and_care_plan"


def test_a_sheet_may_say_little_and_in_any_order() -> None:
    """No school is a case from a table; a row's number stands for the case's."""
    levels = (f"level:{area}" for area in reversed(AREAS))
    head = ",".join((*levels, "phase", "kind", "pupils", "school"))
    found = read(
        "0,0,0,5,primary,,,", "", "0,0,0,0,,project,,", "0,0,4,4,primary,group,3,oak", head=head
    )
    assert found.frames.cases["number"].to_list() == [2, 4, 5]
    assert settle(found, pair()).cases["pence"].to_list()[0] == 312_000
    assert settle(found, pair()).cases["pence"].to_list()[2] == 3 * 497_400


def test_every_fault_of_a_sheet_is_told_with_its_row_at_once() -> None:
    """Cells, rows and what does not go together, in order of row."""
    found = faults(
        "1,a,s,primary,9999,x,2,0,ta,12.555,5.001,2026-02-30",
        "1,a,,prim,1,1,2,0,ta,12.5,,",
        "3,B B,s,,1,1,2,0,,,7,",
        "4,a",
    )
    assert found == [
        f"row 2, level:{AREAS[0]}: is not of its form",
        f"row 2, level:{AREAS[1]}: is not of its form",
        "row 2, hours_1: is not of its form",
        "row 2, owed_pounds: is not of its form",
        "row 2, day: is not of its form",
        "row 2, number: is there twice",
        "row 3, phase: is not of its form",
        "row 3, number: is there twice",
        "row 4, cluster: is not of its form",
        "row 4, phase: is empty, and a rule reads it",
        "row 5: has 2 cells under 12 headings",
    ]


def test_pupils_and_plans_that_are_nobodys_are_told() -> None:
    """A plan has a pupil, a pupil has a school, a group has a number of pupils."""
    head = f"{HEAD},kind,pupils"
    assert faults("1,a,,primary,1,1,1,1,,,,,group,", head=head) == [
        "row 2, pupils: is not told for a group"
    ]
    assert faults("1,a,,primary,1,1,1,1,,,,,,2", head=head) == [
        "row 2, school: is empty, and there are pupils"
    ]
    assert faults("1,a,,primary,1,1,1,1,,,5,,,", head=head) == [
        "row 2, owed_pounds: is told, and there is no pupil"
    ]


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("number,colour", "colour: is no column of a case"),
        ("number,number", "number: is there more than once"),
        ("number,level:nonsense", "level:nonsense: is in none of the policies"),
        ("number,ticked:nonsense", "ticked:nonsense: is in none of the policies"),
        ("number,staff_0", "staff_0: is no column of a case"),
        ("", "row 1: has no headings"),
    ],
)
def test_a_heading_that_is_no_column_is_told(head: str, says: str) -> None:
    """What no rule could read is a slip and not left out in silence."""
    assert says in faults(head=head)


def test_what_is_no_csv_is_told() -> None:
    """A quotation mark that is never closed."""
    assert "is no CSV" in faults('1,"a')[0]


def test_a_hundred_thousand_rows_are_read_within_seconds() -> None:
    """Good ones and bad ones alike, every fault told."""
    good = [
        f"{row},c_{row % 53},s_{row % 590},primary,{row % 6},1,2,0,ta,12.5,,2026-10-{10 + row % 9}"
        for row in range(100_000)
    ]
    start = perf_counter()
    assert len(read(*good).frames) == 100_000
    bad = [row.replace("12.5", "12.5x") for row in good]
    assert len(faults(*bad)) == 100_000
    assert perf_counter() - start < 30


def test_worked_cases_are_cases_to_model(tmp_path: Path) -> None:
    """The golden cases of a pack, one file or a folder of them."""
    (tmp_path / "one.toml").write_text(WORKED, encoding="utf-8")
    for where in (tmp_path / "one.toml", tmp_path):
        found = cases_from(str(where), ON, [pair()])
        assert settle(found, pair()).cases["pence"].to_list() == [497_400]
        assert found.frames.cases["area_of_need"].to_list() == ["several"]


def test_a_snapshot_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Cases, pupils, maps and what plans set out."""
    sheet = read("4,birch,elm,primary,4,4,0,0,,,9000.50,")
    write_snapshot(sheet, tmp_path / "kept")
    found = cases_from(str(tmp_path / "kept"), ON, [pair()])
    assert settle(found, pair()).cases["pence"].to_list() == [900_050]
    small_set().frames.write_parquet(tmp_path / "plain")
    plain = cases_from(str(tmp_path / "plain"), ON, [pair()])
    assert len(plain.frames) == 6
    alone = cases_from(str(tmp_path / "plain" / "cases.parquet"), ON, [pair()])
    assert len(alone.frames) == 6


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("cases.txt", b"", "is no file of cases"),
        ("cases.csv", b"number\n\xff", "is not UTF-8"),
        ("cases.parquet", b"not parquet", "is no snapshot of cases"),
        ("missing.csv", None, "cannot be read: no such file or directory"),
        ("cases.toml", b"kind = 1.5.5", "not TOML"),
    ],
)
def test_a_file_that_holds_no_cases_is_told(
    tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    """Whatever it is, it is a sentence and no trace."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(PackFaulty, match=says):
        cases_from(str(tmp_path / name), ON, [pair()])


def test_a_county_is_asked_for_by_seed_and_number_of_cases() -> None:
    """Within reach."""
    assert len(cases_from("county:3:25", ON, [pair()]).frames) == 25
    with pytest.raises(PackFaulty, match="out of reach"):
        cases_from("county:3:0", ON, [pair()])
    with pytest.raises(PackFaulty, match="such as county:7:2000"):
        cases_from("county:3", ON, [pair()])


def test_counts_and_ticks_stand_under_their_names() -> None:
    """A descriptor that is ticked is read by the rule that asks for it."""
    found = read(
        "1,0,0,0,3,primary,s,yes",
        head=",".join(
            ("number", *(f"level:{area}" for area in AREAS), "phase", "school", "ticked:clinical")
        ),
    )
    assert settle(found, pair()).cases["tier"].to_list() == ["predictable"]
    assert found.frames.cases["ticked:clinical"].dtype == pl.Boolean
