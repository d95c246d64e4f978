"""The commands that seal, prove and export the ledger: a difference is told in words, and fails."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from activities.settings import Settings
from api import cli, command_line
from tests.activities.planting import plant

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    small_county: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a command on the small county; gives its status, its output and its complaint."""
    monkeypatch.setattr(command_line, "settings", lambda: small_county)

    def do(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        status = cli.main([str(each) for each in arguments])
        told = capsys.readouterr()
        return status, told.out, told.err

    return do


@pytest.mark.promise(11)
def test_a_ledger_is_sealed_and_proved_up_to_its_published_head(run: Run) -> None:
    """Sealing prints the head to publish, and the chain is proved to go through it."""
    assert "nothing is sealed yet" in run("ledger", "verify")[1]
    status, told, _ = run("ledger", "seal")
    head = told.split()[-1]
    assert (status, len(head)) == (0, 64)
    assert run("ledger", "seal")[1] == told
    status, told, _ = run("ledger", "verify", "--head", head.upper())
    assert status == 0
    assert told.endswith(f"head {head}\n")


@pytest.mark.promise(11)
def test_every_difference_is_told_in_words_and_fails(run: Run, small_county: Settings) -> None:
    """A balance edited and a head that never was are two differences, each with its law."""
    run("ledger", "seal")
    plant(
        small_county,
        "UPDATE ledger_account SET balance_pence = balance_pence + 1"
        " WHERE pot = 'high_needs_block' AND stage = 'available' AND financial_year = 2026",
    )
    status, told, complaint = run("ledger", "verify", "--head", "ab" * 32)
    assert status == 1
    assert "balance_differs_from_postings: A balance is the sum of its postings." in told
    assert "published_head_is_gone: The chain goes through the head that was published." in told
    assert "At high_needs_block 2026 available: expected" in told
    assert complaint == f"{len(told.splitlines())} differences\n"


def test_a_head_that_is_none_is_refused(run: Run) -> None:
    """What cannot be a head is a fault of the caller, not a difference of the ledger."""
    with pytest.raises(SystemExit):
        run("ledger", "verify", "--head", "not-a-head")


@pytest.mark.promise(11)
def test_the_exported_ledger_passes_a_check_that_is_not_ours(run: Run, tmp_path: Path) -> None:
    """The file is a journal that bean-check finds nothing wrong with."""
    file = tmp_path / "ledger.beancount"
    assert run("ledger", "export", "--beancount", file)[0] == 0
    checked = subprocess.run(
        [Path(sys.executable).with_name("bean-check"), "--no-cache", file],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    assert " balance Assets:Budget:Cluster-alder:2026:Available" in file.read_text()
    status, _, complaint = run("ledger", "export", "--beancount", tmp_path / "none" / "file")
    assert status == 1
    assert "cannot be written" in complaint
