"""The commands of policy: stable in name, words and JSON, and every fault told at once."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from activities.settings import Settings
from api import cli, command_line
from domain.checking import MOST_FILES
from domain.policy.load import MOST_CHARACTERS
from domain.policy.schema import schema_of
from tests.conftest import ROOT

Run = Callable[..., tuple[int, str, str]]
CASE = ROOT / "domain/policy/examples/case.toml"
DECIDED = {
    *("tier", "title", "says", "route", "services", "band", "band_title", "annual_pence"),
    *("to_a_person", "because", "gross_pence", "school_share_pence", "by_school"),
    *("instalments", "working", "refused"),
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of policy at the root of the tree; its status, output and complaint."""
    monkeypatch.chdir(ROOT)

    def do(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        status = cli.main(["policy", *(str(each) for each in arguments)])
        told = capsys.readouterr()
        return status, told.out, told.err

    return do


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    """Write a case."""

    def write(text: str) -> Path:
        file = tmp_path / "case.toml"
        file.write_text(text)
        return file

    return write


Written = Callable[[str], Path]


def decided(run: Run, pack: str | Path, case: Path, day: str) -> dict[str, Any]:
    """What a pack makes of a case that it takes."""
    status, out, complaint = run("decide", pack, "--case", case, "--on", day)
    assert (status, complaint) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def test_every_example_of_the_readme_runs_as_it_stands(run: Run) -> None:
    """Whoever copies a command sees what the page shows, as far as it shows it."""
    text = (ROOT / "api/README.md").read_text()
    blocks = re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL)
    examples = [part for block in blocks for part in block.split("$ python -m api.cli policy ")[1:]]
    assert len(examples) >= 5
    for example in examples:
        command, _, shown = example.partition("\n")
        status, out, complaint = run(*shlex.split(command))
        assert (status, complaint) == (0, ""), command
        assert out.startswith(shown.partition("...\n")[0]), command


def test_every_command_is_in_the_readme_with_its_arguments(run: Run) -> None:
    """The stable commands are there by their names, and the page lists each."""
    text = (ROOT / "api/README.md").read_text()
    for command in ("check", "decide", "explain", "schema", "compare", "share", "publish", "rerun"):
        assert f"| `policy {command}" in text
        with pytest.raises(SystemExit) as helped:
            run(command, "--help")
        assert helped.value.code == 0


@pytest.mark.promise(2)
def test_a_case_is_decided_to_the_penny_with_its_instalments_and_working(
    run: Run, written: Written
) -> None:
    """Promise 2: Herefordshire's printed term, group and year, and where each figure is from."""
    found = decided(run, "herefordshire", written("points = 10\nhours = 15\n"), "2025-11-03")
    assert found.keys() == DECIDED
    assert (found["tier"], found["band"]) == ("high_needs_matrix", "a1")
    assert (found["annual_pence"], found["to_a_person"]) == (37650, False)
    assert [each["pence"] for each in found["instalments"]] == [12550] * 3
    assert found["refused"] is None
    for step in found["working"]:
        assert step.keys() == {"rule", "says", "read", "gave", "source"}
        assert step["source"].keys() == {"policy", "version", "in_force_from", "authority"}


def test_a_case_that_nothing_prices_has_no_amount(run: Run, written: Written) -> None:
    """110 points are beyond the matrix: null, never a number that was made up."""
    found = decided(run, "herefordshire", written("points = 110\nhours = 30"), "2025-11-03")
    assert (found["annual_pence"], found["to_a_person"]) == (None, True)
    assert found["because"] == "The matrix prints no amount for 110 points or more."
    assert found["instalments"] == []


@pytest.mark.promise(9)
def test_the_day_decides_which_version_does(run: Run) -> None:
    """Promise 9: the same case by the tariff of the 5th and the dearer one of the 6th."""
    old, new = (
        decided(run, "demo", CASE, day)["working"][-1]["source"]["in_force_from"]
        for day in ("2026-10-05", "2026-10-06")
    )
    assert (old, new) == ("2026-09-01", "2026-10-06")


def test_the_day_of_the_case_itself_serves_where_none_is_asked_for(
    run: Run, written: Written
) -> None:
    """A golden case is decided on the day that it names; without any day nothing is guessed."""
    text = "points = 10\nhours = 30\n"
    status, out, _ = run("decide", "herefordshire", "--case", written(f"on = 2025-11-03\n{text}"))
    assert (status, json.loads(out)["annual_pence"]) == (0, 75300)
    status, out, complaint = run("decide", "herefordshire", "--case", written(text))
    assert (status, out) == (1, "")
    assert "--on 2026-10-05" in complaint
    with pytest.raises(SystemExit):
        run("decide", "herefordshire", "--case", written(text), "--on", "soon")


@pytest.mark.promise(13)
def test_a_refused_case_says_so_twice(run: Run, written: Written) -> None:
    """Promise 13: the JSON has the refusal's code, the error output what would help."""
    case = written("[levels]\nspeech = 9\ncognition_and_learning = 7\n")
    status, out, complaint = run("decide", "demo", "--case", case, "--on", "2026-10-05")
    found = json.loads(out)
    assert status == 1
    assert found.keys() == DECIDED
    assert {value for name, value in found.items() if name != "refused"} == {None}
    assert found["refused"] == "not_valid"
    assert "case.toml, line 2: levels.speech: speech is no domain of need here" in complaint
    assert "line 3: levels.cognition_and_learning: cognition_and_learning has no level" in complaint
    assert "Use those of the continuum in force" in complaint
    early = run("decide", "demo", "--case", case, "--on", "2020-01-01")
    assert (early[0], json.loads(early[1])["refused"]) == (1, "no_policy_in_force")
    assert early[2].startswith("no_policy_in_force")


@pytest.mark.promise(13)
def test_every_fault_of_a_case_is_told_with_its_line(run: Run, written: Written) -> None:
    """Promise 13: what is misspelt, missing and of the wrong kind, all at once, and no trace."""
    text = "[facts]\npoint = 3\nhours = 'ten'\n\npupils = [{ school = 'oak' }]\n"
    status, out, complaint = run("decide", "demo", "--case", written(text), "--on", "2026-10-05")
    assert (status, out) == (1, "")
    for told in ("line 2: facts.point:", "line 3: facts.hours:", "line 5: facts.pupils.0.phase:"):
        assert told in complaint
    for broken in ("not = [toml", "points = 1e999999999\n"):
        status, out, complaint = run("decide", "demo", "--case", written(broken))
        assert (status, out) == (1, "")
        assert "case.toml" in complaint
    assert run("explain", "demo", "--case", ROOT / "nowhere.toml")[0] == 1


@pytest.mark.parametrize("command", ["decide", "explain"])
def test_a_faulty_pack_decides_nothing(run: Run, tmp_path: Path, command: str) -> None:
    """Every fault of the pack is told, and no case is tried on it."""
    for kind in ("continuum", "tariff"):
        text = (ROOT / f"domain/policy/examples/{kind}.toml").read_text()
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "2026-09-01.toml").write_text(text.replace('council = "anywhere"', ""))
    status, out, complaint = run(command, tmp_path, "--case", CASE)
    assert (status, out) == (1, "")
    assert "continuum/2026-09-01.toml" in complaint
    assert "tariff/2026-09-01.toml" in complaint


def test_a_pack_is_a_folder_or_a_name_and_has_to_be_readable(run: Run, tmp_path: Path) -> None:
    """A shipped name is no path of its own, and bytes that are no text are a fault, not a trace."""
    assert run("check", "nottingham_city") == (0, "no fault found\n", "")
    assert run("check", ROOT / "domain/policy/packs/nottingham_city")[0] == 0
    for missing in ("nowhere", "../packs/demo", tmp_path):
        assert run("check", missing)[0] == 1
    (tmp_path / "tariff").mkdir()
    (tmp_path / "tariff/2026-09-01.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "tariff/2027-09-01.toml").write_bytes(b"\xff")
    status, _, complaint = run("check", tmp_path)
    assert status == 1
    assert complaint.count("is not UTF-8") == 2
    (tmp_path / "tariff/2026-09-01.toml").write_text("#" * (5 * MOST_CHARACTERS))
    (tmp_path / "tariff/2027-09-01.toml").unlink()
    assert "longer than" in run("check", tmp_path)[1]


def test_what_was_meant_to_be_a_policy_file_is_not_passed_over(run: Run, tmp_path: Path) -> None:
    """A file that an editor named .toml.txt would otherwise be missing, and nothing said."""
    (tmp_path / "tariff").mkdir()
    (tmp_path / "tariff/2026-09-01.toml.txt").touch()
    (tmp_path / "notes.docx").touch()
    status, out, complaint = run("check", tmp_path)
    assert (status, out) == (1, "")
    assert complaint == (
        "tariff/2026-09-01.toml.txt is passed over for its name: end it in .toml\n"
    )
    assert "or one of costed_provision, demo" in run("check", "nowhere")[2]


def test_one_fault_is_one_and_a_level_is_told_beside_the_rest(
    run: Run, written: Written, tmp_path: Path
) -> None:
    """What the model refuses hides no level that the continuum does not have."""
    (tmp_path / "tariff.toml").write_text("")
    assert run("check", tmp_path)[2] == "1 fault\n"
    case = written("phase = 'junior'\nlevels = { cognition_and_learning = 9 }\n")
    complaint = run("decide", "demo", "--case", case, "--on", "2026-10-05")[2]
    assert "line 1: phase:" in complaint
    assert "line 2: levels.cognition_and_learning: cognition_and_learning has no" in complaint


def test_who_reads_no_further_gets_no_trace() -> None:
    """A pipe that is closed, as `head` closes it, ends the command and says nothing."""
    command = [sys.executable, "-m", "api.cli", "policy", "schema"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait() == 1


def test_a_folder_without_end_is_no_pack(run: Run, tmp_path: Path) -> None:
    """So many files are told as one fault, before any of them is read."""
    for number in range(MOST_FILES + 1):
        (tmp_path / f"{number}.toml").touch()
    status, out, complaint = run("check", tmp_path)
    assert (status, out) == (1, "")
    assert f"more than {MOST_FILES} files" in complaint


def test_a_decision_is_explained_in_sentences_or_as_a_table(run: Run) -> None:
    """The same working twice: to be read aloud, and row by row with where it stands."""
    status, words, _ = run("explain", "demo", "--case", CASE)
    assert status == 0
    assert "It comes to £2,606.30 a year." in words
    assert "in force since 1 September 2026: Demo County decision 26/00009" in words
    status, table, _ = run("explain", "demo", "--case", CASE, "--table")
    assert status == 0
    assert "most_for_predictable" in table


def test_the_payee_may_change_how_it_is_paid(run: Run) -> None:
    """The demo county pays schools by the month and providers by the term."""
    counts = [
        len(json.loads(run("decide", "demo", "--case", CASE, "--payee", payee)[1])["instalments"])
        for payee in ("academy_trust", "provider")
    ]
    assert counts == [12, 3]


def test_the_format_is_printed_whole_by_kind_and_as_a_page(run: Run) -> None:
    """Editors and people get the same format, and the files beside the models are these."""
    assert json.loads(run("schema")[1]) == schema_of()
    assert json.loads(run("schema", "case")[1]) == schema_of("case")
    assert run("schema")[1] == (ROOT / "domain/policy/schema.json").read_text()
    assert run("schema", "--reference")[1] == (ROOT / "domain/policy/REFERENCE.md").read_text()
    with pytest.raises(SystemExit):
        run("schema", "wealth")


def test_the_first_days_policy_is_published_by_the_name_of_its_pack(
    run: Run, small_county: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pack that is published stays as it is, however often it is published again."""
    monkeypatch.setattr(command_line, "settings", lambda: small_county)
    status, out, _ = run("publish", "demo")
    assert status == 0
    assert "stand as published" in out
    assert run("rerun")[0] == 0
