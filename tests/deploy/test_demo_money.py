"""The demo's money: its files are as faulty and as whole as the play says, and a refusal shows."""

import csv
import io
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from deploy.demo.asked import NotAsPlayed
from deploy.demo.conductor import Conductor
from deploy.demo.county import HERE, notional_budgets, places, schools
from deploy.demo.finance import hands_in, is_faulty, is_refused
from deploy.demo.scenes.budgets import FAULTY_AWARDS, FAULTY_BUDGETS, FURTHER_BUDGETS, OLD_AWARDS
from deploy.demo.theatre import Play
from deploy.demo.voice import Refused
from domain.budgeting import AwardFile, BudgetFile, award_rows, budget_rows
from domain.cells import Cell, Cells, FileFaults
from domain.ledger.accounts import COMMISSIONED, cluster_pot

YEARS = {2026, 2027, 2028}
POTS = {COMMISSIONED, *(cluster_pot(each["code"]) for each in places()["clusters"])}
SCHOOLS = {school.code for school in schools()}


def cells(text: str) -> Cells:
    """Read a CSV file's cells."""
    return [[Cell(value or None) for value in row] for row in csv.reader(io.StringIO(text))]


def played(answer: Callable[[httpx.Request], httpx.Response]) -> Play:
    """Let finance speak to an API that answers as given."""

    async def stands_still(instant: datetime) -> datetime:
        return instant

    web = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://api")
    conductor = Conductor(datetime(2026, 10, 5, 7, tzinfo=UTC), stands_still)
    return Play(web, lambda subject: subject, conductor, Path("nowhere"))


def refusing(code: str) -> Callable[[httpx.Request], httpx.Response]:
    """Refuse whatever is said, with a code."""
    told = {
        "code": code,
        "in_the_way": "it is above what you may vire",
        "would_help": "Ask.",
        "faults": [{"field": "C2", "says": "row 2, amount: is empty. Write it.", "would_help": ""}],
    }
    return lambda _: httpx.Response(409, json=told)


def test_the_faulty_budget_file_has_every_kind_of_fault() -> None:
    """Each slip that a person makes in a file of budgets is told by its cell."""
    found = budget_rows(cells(FAULTY_BUDGETS), YEARS, POTS)
    assert isinstance(found, FileFaults)
    places_of_faults = {(fault.row, fault.column) for fault in found.faults}
    assert places_of_faults == {
        *((2, "amount"), (3, "financial_year"), (5, "amount"), (5, "pot")),
        *((6, "pot"), (6, "amount"), (6, "authority")),
    }


def test_the_other_files_of_the_play_are_whole() -> None:
    """The mended file of budgets and the old system's awards can be taken as they are."""
    assert isinstance(budget_rows(cells(FURTHER_BUDGETS), YEARS, POTS), BudgetFile)
    assert isinstance(award_rows(cells(OLD_AWARDS), SCHOOLS, POTS), AwardFile)


def test_the_block_covers_the_further_budgets_too() -> None:
    """What the file of further budgets gives is there after the first budgets of each year."""
    first = tomllib.loads((HERE / "budgets.toml").read_text(encoding="utf-8"))["pence"]
    left = 2 * first["high_needs_block"] - sum(first.values())
    further = budget_rows(cells(FURTHER_BUDGETS), YEARS, POTS)
    assert isinstance(further, BudgetFile)
    for year in YEARS:
        asked = sum(row.pence for row in further.rows if row.financial_year == year)
        assert asked <= left, year


def test_the_faulty_award_file_differs_from_its_totals_alone() -> None:
    """The first file of awards has one fault: its total of what was paid."""
    found = award_rows(cells(FAULTY_AWARDS), SCHOOLS, POTS)
    assert isinstance(found, FileFaults)
    assert [fault.column for fault in found.faults] == ["paid_to_date"]


def test_every_school_has_a_notional_budget() -> None:
    """What each school's budget is thought to hold for SEN is loaded for all of them."""
    rows = list(csv.DictReader(io.StringIO(notional_budgets())))
    assert {row["school"] for row in rows} == SCHOOLS


async def test_a_refusal_of_finance_is_told_in_its_own_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A step that is refused prints what is in the way and what would help."""
    play = played(refusing("authority_too_low"))
    await is_refused(play, "finance.1", "vire", {}, what="vires", code="authority_too_low")
    assert "refused: it is above what you may vire. Ask." in capsys.readouterr().out


async def test_a_refusal_for_another_reason_is_a_fault_of_the_play() -> None:
    """A refusal with another code than written is not shown as the one expected."""
    play = played(refusing("barred"))
    with pytest.raises(Refused):
        await is_refused(play, "finance.1", "vire", {}, what="vires", code="authority_too_low")


async def test_what_ought_to_be_refused_and_is_not_is_a_fault() -> None:
    """A virement or a file that goes through where it must not ends its scene."""
    done = {"act_id": "a", "stage": None, "rows": 1, "sha256": "0" * 64}
    play = played(lambda _: httpx.Response(200, json=done))
    with pytest.raises(NotAsPlayed):
        await is_refused(play, "finance.1", "vire", {}, what="vires", code="authority_too_low")
    with pytest.raises(NotAsPlayed):
        await is_faulty(play, "budgets", FAULTY_BUDGETS, what="a file")


async def test_each_fault_of_a_file_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not taken prints each fault with its cell."""
    await is_faulty(played(refusing("not_valid")), "budgets", FAULTY_BUDGETS, what="a file")
    told = capsys.readouterr().out
    assert "reads a fault in C2" in told
    assert "-> is empty. Write it." in told


@pytest.mark.promise(4)
async def test_the_same_file_is_handed_in_under_the_same_key() -> None:
    """A second play hands the same bytes in under the key of the first time."""
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        return httpx.Response(200, json={"rows": 1, "sha256": "0" * 64})

    play = played(answer)
    for text in (FURTHER_BUDGETS, FURTHER_BUDGETS, FAULTY_BUDGETS):
        await hands_in(play, "budgets", text, what="a file")
    assert keys[0] == keys[1] != keys[2]
