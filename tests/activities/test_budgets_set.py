"""Budgets set from a file: once, whole, each by its decision, and explained to the last line."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.store import ledger
from activities.store.ledger_check import verify
from activities.store.reading import why
from activities.store.session import transaction
from domain.refusals import NotAtThisStage, RoleNeeded, Unknown
from domain.stages import ActKind
from tests.activities.behind import refused_by, run_sql
from tests.activities.finance_world import FinanceWorld
from tests.activities.handed_in import (
    AWARDS,
    BUDGETS,
    awards_file,
    budgets_file,
    changed,
    csv_of,
    hands_in,
    xlsx_of,
)
from tests.activities.small_county import named
from tests.activities.world import World


@pytest.fixture
def desk(world: World) -> FinanceWorld:
    """The small county with its finance desk."""
    return FinanceWorld(world)


def given(world: World, year: int) -> dict[str, int]:
    """What each open pot of a year was given, pence."""
    with transaction(world.engine) as session:
        found = ledger.balances(session, year)
    return {each.pot: each.allocated_pence for each in found if each.is_open}


@pytest.mark.promise(4)
def test_a_file_becomes_the_budgets_of_its_years(desk: FinanceWorld) -> None:
    """Promise 4: pots are open and filled to the penny, however often the activity runs."""
    file_id = budgets_file(desk.world)
    act = desk.records("finance.1", ActKind.SET_BUDGETS, file_id=file_id)
    assert desk.carries_out(act).done
    before = desk.world.tables()
    assert desk.carries_out(act).done
    assert desk.world.tables() == before
    block = 500_000_000 - 6_000_000 - 6_100_050 - 20_000_000
    assert given(desk.world, 2028) == {
        "high_needs_block": block,
        "cluster:alder": 6_000_000,
        "cluster:cedar": 6_100_050,
        "exceptional": 20_000_000,
        "deficit": 0,
        "opening": -500_000_000,
        "closing": 0,
        "recouped": 0,
    }
    with transaction(desk.world.engine) as session:
        assert verify(session) == []


@pytest.mark.promise(2)
def test_every_line_says_its_decision_its_coding_and_its_file(desk: FinanceWorld) -> None:
    """Promise 2: line, cost centre, authority; and why names the act, the file and the officer."""
    act = desk.records("finance.1", ActKind.SET_BUDGETS, file_id=budgets_file(desk.world))
    assert desk.carries_out(act).done
    rows = [each for each in desk.entries(act) if each.verb == "allocate"]
    said = {(each.section_251_line, each.cost_centre, each.authority) for each in rows}
    assert said == {("1.2.4", f"HN{code}", "26/00101") for code in (100, 110, 111, 120)}
    assert {(each.effective_on.isoformat(), each.period) for each in rows} == {("2028-04-01", 1)}
    with transaction(desk.world.engine) as session:
        chain = why(session, rows[0].id, shows_votes=False, is_finance=True)
    assert chain.finance_act is not None
    assert chain.finance_act.person_id == named("finance.1")
    assert chain.finance_act.file is not None
    sha256 = desk.world.one("SELECT sha256 FROM file_handed_in")
    assert chain.finance_act.file.sha256 == sha256
    assert [each.kind for each in chain.policies] == ["finance"]


@pytest.mark.promise(4)
def test_the_same_file_is_one_import_whoever_sends_it(desk: FinanceWorld) -> None:
    """Promise 4: it is the same file, and using it again is refused and changes nothing."""
    file_id = budgets_file(desk.world)
    assert hands_in(desk.world, csv_of(BUDGETS), who="finance.2").id == file_id
    assert desk.does("finance.1", ActKind.SET_BUDGETS, file_id=file_id).done
    before = given(desk.world, 2028)
    with pytest.raises(NotAtThisStage) as no:
        desk.does("finance.2", ActKind.SET_BUDGETS, file_id=file_id)
    assert "Nothing was changed" in no.value.help
    assert given(desk.world, 2028) == before
    kept = hands_in(desk.world, csv_of(BUDGETS))
    assert kept.act_id is not None


@pytest.mark.promise(4)
def test_two_who_use_one_file_in_the_same_instant_set_it_once(desk: FinanceWorld) -> None:
    """Promise 4: both were acknowledged, one is done and the other is told so."""
    file_id = budgets_file(desk.world)
    acts = [
        desk.records(who, ActKind.SET_BUDGETS, file_id=file_id)
        for who in ("finance.1", "finance.2")
    ]
    with ThreadPoolExecutor(2) as both:
        outcomes = list(both.map(desk.carries_out, acts))
    assert sorted((each.done, each.code) for each in outcomes) == [
        (False, "not_at_this_stage"),
        (True, None),
    ]
    assert given(desk.world, 2028)["exceptional"] == 20_000_000


def test_a_workbook_says_the_same_as_its_csv(desk: FinanceWorld) -> None:
    """XLSX by its content: numbers as numbers, and the same budgets."""
    rows = [
        (pot, int(str(year)), float(str(amount)), *more) for pot, year, amount, *more in BUDGETS
    ]
    kept = hands_in(desk.world, xlsx_of(rows))
    assert (kept.form, kept.rows, kept.total_pence) == ("xlsx", 4, 532_100_050)
    assert desk.does("finance.1", ActKind.SET_BUDGETS, file_id=kept.id).done
    assert given(desk.world, 2028)["cluster:cedar"] == 6_100_050


def test_a_further_budget_is_a_further_decision(desk: FinanceWorld) -> None:
    """More money by the same decision is refused, row by row; by another one it comes on top."""
    assert desk.does("finance.1", ActKind.SET_BUDGETS, file_id=budgets_file(desk.world)).done
    more = changed(BUDGETS[1:2], (0, 2), "500.00")
    again = desk.does("finance.1", ActKind.SET_BUDGETS, file_id=budgets_file(desk.world, more))
    told = desk.refusal(again)
    assert told["code"] == "not_valid"
    assert "row 2: cluster:alder in 2028" in told["in_the_way"]
    further = budgets_file(desk.world, changed(more, (0, 5), "26/00102"))
    assert desk.does("finance.1", ActKind.SET_BUDGETS, file_id=further).done
    assert given(desk.world, 2028)["cluster:alder"] == 6_050_000


@pytest.mark.promise(5)
def test_a_year_that_promises_reached_already_opens_filled(desk: FinanceWorld) -> None:
    """Promise 5: it is filled before it is opened, and refused where that is not enough."""
    awards = awards_file(desk.world, changed(AWARDS, (0, 6), "2028-08-31"))
    assert desk.does("finance.1", ActKind.IMPORT_AWARDS, file_id=awards).done
    ahead = desk.world.one(
        "SELECT balance_pence FROM ledger_account WHERE pot = 'cluster:alder'"
        " AND financial_year = 2028 AND stage = 'available'"
    )
    assert ahead < 0
    little = budgets_file(desk.world, changed(BUDGETS, (1, 2), "1.00"))
    told = desk.refusal(desk.does("finance.1", ActKind.SET_BUDGETS, file_id=little))
    assert told["code"] == "budget_exceeded"
    assert desk.does("finance.1", ActKind.SET_BUDGETS, file_id=budgets_file(desk.world)).done
    assert given(desk.world, 2028)["cluster:alder"] == 6_000_000


def test_only_finance_hands_budgets_in_and_sets_them(desk: FinanceWorld) -> None:
    """An officer, a school and a leader do neither."""
    file_id = budgets_file(desk.world)
    for who in ("officer.1", "head.ashdown", "leader.1", "director"):
        with pytest.raises(RoleNeeded):
            hands_in(desk.world, csv_of(BUDGETS), who=who)
        with pytest.raises(RoleNeeded):
            desk.does(who, ActKind.SET_BUDGETS, file_id=file_id)


def test_a_file_that_is_not_there_or_says_something_else_is_not_used(desk: FinanceWorld) -> None:
    """An unknown file is refused before anything is recorded, and so is one of another kind."""
    for kind, file_id in (
        (ActKind.SET_BUDGETS, uuid4()),
        (ActKind.IMPORT_AWARDS, budgets_file(desk.world)),
    ):
        with pytest.raises(Unknown):
            desk.does("finance.1", kind, file_id=file_id)
    assert desk.world.rows("SELECT id FROM act WHERE subject = 'finance'") == []


@pytest.mark.promise(11)
def test_what_a_file_became_is_not_changed_behind_the_rules(desk: FinanceWorld) -> None:
    """Promise 11: the database refuses another act for it, its content, and its end."""
    file_id = budgets_file(desk.world)
    assert desk.does("finance.1", ActKind.SET_BUDGETS, file_id=file_id).done
    other = desk.does("director", ActKind.COVER_OVERSPEND, **_COVER)
    with refused_by("a_file_takes_effect_once"):
        run_sql(desk.world, "UPDATE file_handed_in SET act_id = :act", act=other.act_id)
    for sql in (
        "UPDATE file_handed_in SET content = ''",
        "UPDATE budget_line SET pence = pence + 1",
        "DELETE FROM budget_line",
        "DELETE FROM file_handed_in",
    ):
        with pytest.raises(Exception, match="InsufficientPrivilege"):
            run_sql(desk.world, sql)
    assert isinstance(other.act_id, UUID)


_COVER: dict[str, Any] = {"pot": "exceptional", "financial_year": 2026, "pence": 1}
