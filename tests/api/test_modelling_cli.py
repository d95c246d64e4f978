"""Packs tried on cases from the command line: what is printed, what is written, what is refused."""

import io
import json
from pathlib import Path

import pytest

from api import cli, modelling_cli

NOW, NEXT = "demo@2026-09-01", "demo@2026-10-06"
COUNTS = """cluster,last_year_pounds,pupils,deprivation,prior_attainment
alder,50000.00,1000,0.5,200
birch,30000.00,3000,0.5,200
"""


def compares(*arguments: str) -> int:
    """Compare the demo county's two tariffs."""
    return cli.main(["policy", "compare", NOW, NEXT, *arguments])


def test_packs_are_compared_on_a_county_and_the_files_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Totals and breakdowns on stdout, everything in the folder."""
    out = tmp_path / "out"
    assert compares("--cases", "county:7:2000", "--out", str(out)) == 0
    told = capsys.readouterr()
    assert "2,000 cases, taken as submitted in the year from 2026-10-06" in told.out
    assert "e2 early_years/primary: £4,974.00 to £5,124.00" in told.out
    assert told.err == ""
    assert {each.name for each in out.iterdir()} == {
        "comparison.xlsx",
        "comparison.json",
        "cases-1.parquet",
    }
    total = json.loads((out / "comparison.json").read_text())["candidates"][0]["total"]
    assert total["cases"] == 2_000
    assert total["gain"] > total["lose"] == 0


def test_a_change_that_touches_no_case_is_status_one_unless_it_is_accepted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is told which values no case reads, and said in the result where it is accepted."""
    assert compares("--cases", "county:7:4") == 1
    told = capsys.readouterr().err
    assert "no case reads" in told
    assert "--accept-untouched" in told
    assert compares("--cases", "county:7:4", "--accept-untouched") == 0
    assert "0, 0" in capsys.readouterr().out


def test_a_comparison_is_printed_as_it_may_be_shown_outside(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Few cases are put together."""
    assert compares("--cases", "county:7:2000", "--outside") == 0
    told = capsys.readouterr().out
    assert "lines of fewer than 5 are put together" in told
    assert "together" in told
    assert "what would change" in told
    assert "few" in told


def test_every_fault_of_packs_and_of_cases_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A pack with faults, a file with faults, one pack alone."""
    broken = tmp_path / "broken" / "tariff"
    broken.mkdir(parents=True)
    (broken / "2026-09-01.toml").write_text("kind = 3")
    county = ("--cases", "county:7:10")
    assert cli.main(["policy", "compare", "demo", str(broken.parent), *county]) == 1
    assert f"{broken.parent}: tariff/2026-09-01.toml" in capsys.readouterr().err
    cases = tmp_path / "cases.csv"
    cases.write_text("number,kind\nx,y\n1,z\n")
    assert compares("--cases", str(cases)) == 1
    told = capsys.readouterr().err.splitlines()
    assert [line.partition(": is")[0] for line in told if "cases.csv" in line] == [
        "cases.csv: row 2, number",
        "cases.csv: row 2, kind",
        "cases.csv: row 3, kind",
    ]
    assert compares("--cases", str(tmp_path / "missing.csv")) == 1
    told_missing = capsys.readouterr().err
    assert "cannot be read: no such file or directory. Name a file" in told_missing
    assert cli.main(["policy", "compare", "demo", *county]) == 1
    assert "there is one only" in capsys.readouterr().err
    assert cli.main(["policy", "compare", "demo", "demo", *county]) == 1
    assert "two have the same name" in capsys.readouterr().err


def test_a_pack_on_a_day_before_it_began_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """No version decides then; a day that is none is told by the command line itself."""
    county = ("--cases", "county:7:10")
    assert cli.main(["policy", "compare", "demo@2020-01-01", NEXT, *county]) == 1
    assert "no version has begun by then" in capsys.readouterr().err
    assert cli.main(["policy", "compare", "demo@someday", NEXT, *county]) == 1
    assert "someday is no day" in capsys.readouterr().err


def test_a_total_is_shared_by_the_formulas_of_packs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each cluster under each formula, against last year."""
    counts = tmp_path / "counts.csv"
    counts.write_text(COUNTS)
    out = tmp_path / "out"
    share = ["policy", "share", "demo", "demo@2026-09-01", "--counts", str(counts)]
    assert cli.main([*share, "--total", "80000.00", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "£80,000.00 between 2 clusters" in told
    assert "demo: 1 clusters gain against last year, 1 lose" in told
    assert (out / "shares.xlsx").exists()
    capsys.readouterr()
    none = ["policy", "share", "herefordshire", "--counts", str(counts), "--total", "1.00"]
    assert cli.main(none) == 1
    assert "herefordshire has no finance policy" in capsys.readouterr().err
    share[-1] = str(tmp_path / "missing.csv")
    assert cli.main([*share, "--total", "1.00"]) == 1
    assert "missing.csv cannot be read: no such file or directory" in capsys.readouterr().err
    (tmp_path / "missing.csv").write_bytes(b"\xff")
    assert cli.main([*share, "--total", "1.00"]) == 1
    assert "is not UTF-8" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        cli.main([*share, "--total", "a lot"])


def test_progress_is_a_bar_on_a_terminal() -> None:
    """It fills as cases are decided under one pack after another."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    with modelling_cli.Progress(terminal, sides=2) as progress:
        progress.tell("now", 100)
        progress.tell("next", 100)
    assert terminal.getvalue().endswith(f"\r[{'#' * 30}] next: 100 cases\n")
    assert f"[{'#' * 15}{'-' * 15}] now: 100 cases" in terminal.getvalue()


def test_progress_is_a_line_now_and_then_where_there_is_no_terminal() -> None:
    """A small model says nothing: programs that call it look at the error output."""
    told = io.StringIO()
    with modelling_cli.Progress(told, sides=2) as progress:
        progress.tell("now", 2_000)
        assert told.getvalue() == ""
        progress.tell("now", 100_000)
    assert told.getvalue() == "now: 102,000 cases decided\n"
