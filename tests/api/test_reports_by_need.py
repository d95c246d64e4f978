"""What leaders and officers are told of the money: no small number, and none by subtraction."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.store import ledger
from activities.store.session import transaction
from domain.ledger.journal import Context, Hold, Line
from domain.stages import ActKind
from tests.activities.behind import another_request, run_sql
from tests.activities.by_hand import ByHand
from tests.activities.finance_world import FinanceWorld
from tests.activities.small_county import SCHOOLS
from tests.activities.world import World
from tests.api.people import OFFICERS
from tests.api.test_reports import YEAR, authorised, read
from tests.api.web import Web, code_of

SMALLEST = 5
COUNTS = {"ashdown": 2, "brook": 9, "crane": 6, "gorse": 3, "heath": 8, "iris": 7}
"""Requests of the year for which money moved, by school."""


@pytest.fixture
def money(world: World) -> FinanceWorld:
    """The small county's finance desk."""
    return FinanceWorld(world)


def year_closes(money: FinanceWorld) -> None:
    """It is April, and every month of the year before is closed."""
    clock = money.world.clock
    clock.move_on(datetime(2027, 4, 6, 8, tzinfo=UTC) - clock.now())
    for each in range(1, 13):
        month = {"financial_year": 2026, "period": each}
        assert money.does("finance.1", ActKind.CLOSE_PERIOD, **month).done


def requests_of_many(hand: ByHand, counts: Mapping[str, int]) -> None:
    """Money is held for so many requests of each school; they are alike but for that."""
    model = authorised(hand)
    copy = another_request(
        "jsonb_build_object('id', CAST(:new AS text), 'reference', CAST(:called AS text),"
        " 'school_code', CAST(:school AS text))",
        "WHERE r.id = :model",
    )
    number = 100
    for school, count in counts.items():
        for _ in range(count - (school == "ashdown")):
            new, number = uuid4(), number + 1
            called = f"LOC-2026-{number:06}"
            run_sql(hand.world, copy, new=str(new), called=called, school=school, model=model)
            holds(hand.world, new, school)


def holds(world: World, request_id: UUID, school: str) -> None:
    """A penny is held for a request in its cluster's pot."""
    now = world.clock.now()
    said = Context(
        recorded_at=now,
        effective_on=now.date(),
        financial_year=2026,
        period=7,
        academic_year=2026,
        request_id=request_id,
    )
    line = Line(pot=f"cluster:{SCHOOLS[school]}", financial_year=2026, pence=1)
    with transaction(world.engine) as session:
        assert ledger.hold(session, Hold(id=uuid4(), lines=(line,), context=said)).is_done


async def test_small_numbers_by_kind_of_need_are_finances_alone(
    web: Web, hand: ByHand, money: FinanceWorld
) -> None:
    """One request is told to finance; officers and leaders are told that it is hidden."""
    authorised(hand)
    year_closes(money)
    exact = await read(web, "finance.1", "/reports/by/need")
    assert (exact["lines"][0]["requests"], exact["smallest_shown"]) == (1, None)
    for subject in (*OFFICERS, "leader.1"):
        told = await read(web, subject, "/reports/by/need")
        assert told["smallest_shown"] >= 3
        for each in (*told["lines"], told["total"]):
            figures = [each[name] for name in ("requests", "held_pence", "promised_pence")]
            assert (figures, each["paid_pence"]) == ([None] * 3, None), subject
    answer = await web.get("leader.1", "/reports/by/need/csv", **YEAR)
    assert "cognition_and_learning,cognition_and_learning,,,," in answer.text


async def test_a_leader_is_told_a_whole_year_once_it_is_closed(
    web: Web, money: FinanceWorld
) -> None:
    """Two spans, or two days of a year that grows, would give a small number away: neither."""
    some = {**YEAR, "from_period": 1, "until_period": 7}
    for by in ("need", "school", "cluster", "area", "kind"):
        assert code_of(await web.get("leader.1", f"/reports/by/{by}", **YEAR)) == "not_valid"
    assert code_of(await web.get("leader.1", "/reports/schools", **YEAR)) == "not_valid"
    for subject in ("officer.1", "finance.1"):
        assert (await web.get(subject, "/reports/by/need", **some)).status_code == 200
    year_closes(money)
    for by in ("need", "school"):
        assert code_of(await web.get("leader.1", f"/reports/by/{by}", **some)) == "not_valid"
        assert (await web.get("leader.1", f"/reports/by/{by}", **YEAR)).status_code == 200
    assert (await web.get("leader.1", "/reports/schools", **YEAR)).status_code == 200


async def test_no_report_beside_another_gives_a_leader_a_small_number(
    web: Web, hand: ByHand, money: FinanceWorld
) -> None:
    """What is told of an area, a cluster and their schools leaves at least two hidden together."""
    requests_of_many(hand, COUNTS)
    year_closes(money)
    exact = await told(web, "finance.1")
    shown = await told(web, "leader.1")
    assert exact["school"] == COUNTS
    assert exact["cluster"] == {"alder": 17, "cedar": 18} == shown["cluster"]
    assert shown["area"] == {"north": 17, "south": 18}
    for cluster, whole in shown["cluster"].items():
        schools = {each: n for each, n in shown["school"].items() if SCHOOLS[each] == cluster}
        hidden = [each for each, number in schools.items() if number is None]
        rest = whole - sum(number or 0 for number in schools.values())
        assert len(hidden) == 2, cluster
        assert rest == sum(COUNTS[each] for each in hidden) >= SMALLEST, cluster
        assert {each for each in schools if COUNTS[each] < SMALLEST} < set(hidden), cluster
    assert (await told(web, "officer.1"))["school"] == COUNTS


async def test_what_a_school_of_few_is_given_is_not_told_beside_its_budget_either(
    web: Web, hand: ByHand, money: FinanceWorld
) -> None:
    """The same schools are hidden as in the report by school; their own people see their own."""
    requests_of_many(hand, COUNTS)
    year_closes(money)
    hidden = {school for school, n in (await told(web, "leader.1"))["school"].items() if n is None}
    lines = await read(web, "leader.1", "/reports/schools")
    few = {each["school"] for each in lines if each["promised_pence"] is None}
    assert few == hidden
    assert all(each["says_it_spends_pence"] in (0, None) for each in lines)
    (own,) = await read(web, "head.ashdown", "/reports/schools")
    assert own["promised_pence"] > 0
    everything = await read(web, "finance.1", "/reports/schools")
    assert None not in {each["promised_pence"] for each in everything}


async def told(web: Web, who: str) -> dict[str, dict[str, Any]]:
    """The numbers of requests that somebody is told, by area, cluster and school."""
    found = {}
    for by in ("area", "cluster", "school"):
        lines = (await read(web, who, f"/reports/by/{by}"))["lines"]
        found[by] = {each["key"]: each["requests"] for each in lines}
    return found
