"""What the ledger refused inside an act that was refused: kept under its id, and refused again."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import DataError

from activities.store import ledger
from activities.store.session import transaction
from domain.ledger.journal import Line, Verb, entry_id
from domain.ledger.year import Vire
from domain.stages import ActKind
from tests.activities.behind import run_sql
from tests.activities.finance_world import FinanceWorld
from tests.activities.ledger_books import CONTEXT
from tests.activities.world import World

TOO_MUCH: dict[str, Any] = {
    "from_pot": "cluster:alder",
    "to_pot": "cluster:cedar",
    "financial_year": 2026,
    "pence": 6_000_001,
}


@pytest.fixture
def desk(world: World) -> FinanceWorld:
    """The small county with its finance desk."""
    return FinanceWorld(world)


def refusals(world: World) -> list[Any]:
    """What the ledger remembers as refused."""
    return world.rows("SELECT * FROM ledger_refusal ORDER BY recorded_at, id")


@pytest.mark.promise(4)
@pytest.mark.promise(5)
def test_what_the_ledger_refused_stays_refused_though_its_act_was_undone(
    desk: FinanceWorld,
) -> None:
    """Promises 4 and 5: the same command again is refused, even where there is money by then."""
    act = desk.records("head-of-sen", ActKind.VIRE, **TOO_MUCH)
    assert desk.refusal(desk.carries_out(act))["code"] == "budget_exceeded"
    (kept,) = refusals(desk.world)
    assert (kept.id, kept.verb) == (entry_id(act.id, Verb.VIRE), "vire")
    assert (kept.result, kept.detail["shortfalls"][0]["shortfall_pence"]) == (
        "exceeds_available",
        1,
    )
    assert desk.does("head-of-sen", ActKind.COVER_OVERSPEND, **_FILLED).done
    with transaction(desk.world.engine) as session:
        line = Line(pot="cluster:cedar", financial_year=2026, pence=6_000_001)
        command = Vire(id=kept.id, from_pot="cluster:alder", lines=(line,), context=CONTEXT)
        answer = ledger.vire(session, command)
    assert (answer.result, answer.refusal) == ("id_already_failed", "exceeds_available")
    assert len(refusals(desk.world)) == 1


def test_a_new_act_is_asked_anew(desk: FinanceWorld) -> None:
    """Who has made room says so again: another act has ids of its own."""
    assert not desk.does("head-of-sen", ActKind.VIRE, **TOO_MUCH).done
    assert desk.does("head-of-sen", ActKind.COVER_OVERSPEND, **_FILLED).done
    assert desk.does("head-of-sen", ActKind.VIRE, **TOO_MUCH).done


_FILLED: dict[str, Any] = {"pot": "cluster:alder", "financial_year": 2026, "pence": 1}


@pytest.mark.promise(11)
def test_only_a_refusal_can_be_kept_as_one(desk: FinanceWorld) -> None:
    """Promise 11: nothing is made of it, and of what was made no refusal."""
    keep = "SELECT ledger_keep_refusal(:id, 'vire', '[]', CAST(:said AS jsonb), :result, '{}')"
    said = '{"recorded_at": "2026-11-01T09:00:00Z"}'
    for result in ("created", "exists", "exists_with_different_lines", "id_already_failed"):
        with pytest.raises(DataError, match="only a refusal"):
            run_sql(desk.world, keep, id=uuid4(), said=said, result=result)
    made = desk.world.one("SELECT id FROM ledger_entry LIMIT 1")
    run_sql(desk.world, keep, id=made, said=said, result="not_found")
    assert refusals(desk.world) == []
