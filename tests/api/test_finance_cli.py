"""Finance's commands: a month's pack in one go with the sealed head in it, and notional budgets."""

import csv
import hashlib
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from activities.settings import Settings
from activities.store import ledger
from activities.store.session import transaction
from api import cli, command_line
from domain.ledger.journal import Context, Line, Pay
from tests.activities.behind import run_sql
from tests.activities.by_hand import ByHand
from tests.activities.small_county import PACK, PLANTED, profile, request

Run = Callable[..., tuple[int, str, str]]
COGNITION = (2, 3, 0, 0)
LISTS = {
    *("balances", "entries", "payments-by-payee", "section-251", "forecast", "statements"),
    *("by-cluster", "by-area", "by-school", "by-need", "by-kind", "schools"),
}
RUN_ME = '=HYPERLINK("http://elsewhere")'


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


def authorised(hand: ByHand) -> None:
    """A request that was authorised in October, at a school whose name a sheet would run."""
    request_id = hand.recommended(request(profile=profile(*COGNITION)), COGNITION)
    hand.world.authorises("officer.1", request_id)
    hand.goes_on()
    run_sql(hand.world, "UPDATE school SET name = :name WHERE code = 'ashdown'", name=RUN_ME)


def pays_first(hand: ByHand) -> int:
    """The first instalment of the only award is paid in November; how much it is."""
    (award,) = hand.world.rows("SELECT id, request_id, commit_id FROM award")
    said = Context(
        recorded_at=hand.world.clock.now(),
        effective_on=date(2026, 11, 2),
        financial_year=2026,
        period=8,
        academic_year=2026,
        request_id=award.request_id,
        award_id=award.id,
        section_251_line="1.2.1",
        cost_centre="HN210",
    )
    with transaction(hand.world.engine) as session:
        due = ledger.instalments_left(session, award.commit_id)[0]
        pay = Pay(
            id=uuid4(),
            commitment_id=award.commit_id,
            instalment_number=due.number,
            line=Line(pot=due.pot, financial_year=due.financial_year, pence=due.pence),
            context=said,
        )
        assert ledger.pay(session, pay).is_done
    return due.pence


def sheets(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every sheet of a workbook as rows of what a spreadsheet would make of its cells."""
    book = load_workbook(path)
    return {
        sheet.title: [tuple((cell.value, cell.data_type) for cell in row) for row in sheet]
        for sheet in book
    }


def rows_of(path: Path) -> list[dict[str, str]]:
    """A CSV file's rows by heading."""
    return list(csv.DictReader(StringIO(path.read_text(encoding="utf-8-sig"))))


@pytest.mark.promise(11)
def test_a_months_pack_has_the_sealed_head_that_the_ledger_is_checked_against(
    run: Run, hand: ByHand, tmp_path: Path
) -> None:
    """One command: a workbook, lists as CSV, their sums, and a head that verifies (promise 11)."""
    authorised(hand)
    status, told, complaint = run("finance-pack", "2026-10", "--to", tmp_path / "pack")
    assert (status, complaint) == (0, "")
    head = told.rpartition("sealed head: ")[2].strip()
    book = sheets(tmp_path / "pack/locality-2026-10.xlsx")
    about = {name: fact for ((name, _), (fact, _)) in book.pop("about")}
    assert about["sealed head"] == head
    assert about["month"] == "October 2026"
    assert about["books"].startswith("open")
    assert set(book) == LISTS
    for line in (tmp_path / "pack/SHA256SUMS").read_text().splitlines():
        if not line.startswith("#"):
            found, _, name = line.partition("  ")
            content = (tmp_path / "pack" / name).read_bytes()
            assert hashlib.sha256(content).hexdigest() == found
    (kept,) = hand.world.rows("SELECT head, files FROM finance_pack")
    assert kept.head == head
    assert len(kept.files) == len(LISTS) + 1
    said = hand.world.one("SELECT facts ->> 'head' FROM event WHERE kind = 'finance_pack_made'")
    assert said == head
    assert run("ledger", "verify", "--head", head)[0] == 0
    assert run("ledger", "verify", "--head", "f" * 64)[0] == 1


def test_a_packs_lists_say_what_the_ledger_says(run: Run, hand: ByHand, tmp_path: Path) -> None:
    """Every posting of the month's entries, amounts as numbers, and balances that add up."""
    authorised(hand)
    run("finance-pack", "2026-10", "--to", tmp_path)
    entries = rows_of(tmp_path / "locality-2026-10-entries.csv")
    count = (
        "SELECT count(*) FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id"
        " WHERE e.period = 7"
    )
    assert len(entries) == hand.world.one(count)
    assert {row["verb"] for row in entries} == {"hold", "commit"}
    assert sum(round(float(row["amount"]) * 100) for row in entries) == 0
    balances = {row["pot"]: row for row in rows_of(tmp_path / "locality-2026-10-balances.csv")}
    alder = balances["cluster:alder"]
    assert alder["given"] == "60000.00"
    assert float(alder["available"]) + float(alder["committed"]) == 60_000
    book = sheets(tmp_path / "locality-2026-10.xlsx")
    headings, *rows = book["balances"]
    given = [heading for heading, _ in headings].index("given")
    assert (60_000, "n") in [row[given] for row in rows]


def test_a_pack_says_whom_was_paid_and_on_which_line(
    run: Run, hand: ByHand, tmp_path: Path
) -> None:
    """By payee and by line of section 251: the month, and the year to date."""
    authorised(hand)
    pounds = f"{pays_first(hand) / 100:.2f}"
    run("finance-pack", "2026-11", "--to", tmp_path)
    (paid,) = rows_of(tmp_path / "locality-2026-11-payments-by-payee.csv")
    assert (paid["payee"], paid["payments"], paid["paid"]) == ("ashdown", "1", pounds)
    (line,) = rows_of(tmp_path / "locality-2026-11-section-251.csv")
    assert (line["section_251_line"], line["cost_centre"]) == ("1.2.1", "HN210")
    assert line["paid_in_month"] == line["paid_in_year_to_date"] == pounds
    (school, total) = rows_of(tmp_path / "locality-2026-11-by-school.csv")
    assert school["paid"] == total["paid"] == pounds
    run("finance-pack", "2026-12", "--to", tmp_path)
    (line,) = rows_of(tmp_path / "locality-2026-12-section-251.csv")
    assert (line["paid_in_month"], line["paid_in_year_to_date"]) == ("0.00", pounds)


def test_nothing_in_a_pack_is_run_by_a_spreadsheet(run: Run, hand: ByHand, tmp_path: Path) -> None:
    """No cell is a formula, whatever a school is called; amounts below nought stay numbers."""
    authorised(hand)
    run("finance-pack", "2026-10", "--to", tmp_path)
    book = sheets(tmp_path / "locality-2026-10.xlsx")
    kinds = {kind for rows in book.values() for row in rows for _, kind in row}
    assert "f" not in kinds
    assert rows_of(tmp_path / "locality-2026-10-by-school.csv")[0]["name"] == f"'{RUN_ME}"
    amounts = [row["amount"] for row in rows_of(tmp_path / "locality-2026-10-entries.csv")]
    assert any(amount.startswith("-") for amount in amounts)


@pytest.mark.promise(8)
def test_no_child_and_no_words_are_in_a_pack(run: Run, hand: ByHand, tmp_path: Path) -> None:
    """What was planted in names and sentences is in no file (promise 8)."""
    authorised(hand)
    run("finance-pack", "2026-10", "--to", tmp_path)
    for path in tmp_path.glob("*.csv"):
        assert PLANTED not in path.read_text(encoding="utf-8-sig"), path.name
    assert PLANTED not in str(sheets(tmp_path / "locality-2026-10.xlsx"))


def test_what_cannot_be_written_is_a_sentence(run: Run, tmp_path: Path) -> None:
    """A month that is none, and a folder that cannot be."""
    with pytest.raises(SystemExit):
        run("finance-pack", "2026-13", "--to", tmp_path)
    (tmp_path / "file").write_text("")
    status, _, complaint = run("finance-pack", "2026-10", "--to", tmp_path / "file")
    assert status == 1
    assert "cannot be written" in complaint


def test_a_ledger_without_an_entry_has_no_head_and_its_pack_says_so(
    run: Run, database: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An empty list is a sheet with its headings; without a finance policy there is no pack."""
    monkeypatch.setattr(command_line, "settings", lambda: database)
    assert run("finance-pack", "2026-10", "--to", tmp_path)[2].startswith("no_policy_in_force")
    run("policy", "publish", PACK)
    status, told, _ = run("finance-pack", "2026-10", "--to", tmp_path)
    assert status == 0
    assert "nothing is sealed yet" in told
    book = sheets(tmp_path / "locality-2026-10.xlsx")
    assert len(book["entries"]) == 1
    assert book["about"][-1][1][0] == "nothing is sealed yet"


def test_notional_budgets_are_loaded_once_and_changed_by_a_revision(
    run: Run, hand: ByHand, tmp_path: Path
) -> None:
    """The same again changes nothing; another amount is kept beside the first."""
    file = tmp_path / "notional.csv"
    asked = ("notional", file, "--year", "2026", "--authority", "26/00099")
    file.write_text("school,amount\nashdown,98765.43\nbrook,100\n")
    assert run(*asked)[1].startswith("2 of 2 schools")
    assert run(*asked)[1].startswith("0 of 2 schools")
    file.write_text("school,amount\nashdown,98765.44\n")
    assert run(*asked)[1].startswith("1 of 1 schools")
    rows = hand.world.rows(
        "SELECT pence FROM school_notional WHERE school_code = 'ashdown' ORDER BY revision"
    )
    assert [row.pence for row in rows] == [9_876_543, 9_876_544]


def test_every_fault_of_a_notional_file_is_listed_by_row(
    run: Run, hand: ByHand, tmp_path: Path
) -> None:
    """And nothing is written of a file that is not whole."""
    file = tmp_path / "notional.csv"
    asked = ("notional", file, "--year", "2026", "--authority", "26/00099")
    file.write_text("school,amount\nashdown,£5\n,1.00\nbrook,1\nbrook,1.5\n")
    status, _, complaint = run(*asked)
    assert status == 1
    for fault in ("row 2, amount", "row 3, school", "row 5, school", "row 5, amount"):
        assert fault in complaint
    file.write_text("school,amount\n")
    assert run(*asked)[0] == 1
    file.write_bytes("school,amount\nashdown,£5\n".encode("cp1252"))
    assert "UTF-8" in run(*asked)[2]
    file.write_text("school,amount\nnowhere,5\nashdown,5\n")
    status, _, complaint = run(*asked)
    assert "no such school: nowhere" in complaint
    file.write_text("school,amount\nashdown,5\n")
    assert run(*asked[:-1], "=words of somebody")[0] == 1
    assert hand.world.rows("SELECT 1 FROM school_notional") == []
