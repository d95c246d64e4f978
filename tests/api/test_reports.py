"""The money told: who sees which report, forecast, statement and year's end; and it is true."""

import csv
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.store import ledger, recording
from activities.store.recording import NotionalBudgets
from activities.store.session import transaction
from api.examples import EXAMPLES
from domain.ledger.journal import Context, Line
from domain.ledger.year import Vire
from domain.request import RequestKind
from domain.stages import ActKind
from tests.activities.behind import run_sql
from tests.activities.by_hand import ByHand
from tests.activities.finance_world import FinanceWorld
from tests.activities.handed_in import awards_file
from tests.activities.small_county import PLANTED, asked, line, profile, request
from tests.activities.world import World
from tests.api.engine import HandEngine
from tests.api.people import EVERYBODY, FINANCE, OFFICERS, OTHER_SCHOOL, SCHOOL
from tests.api.web import Web, code_of

YEAR = {"year": 2026}
DESKS = (*OFFICERS, *FINANCE, "leader.1")
ALDER, CEDAR = "head.crane", "head.gorse"
"""The chairs of the two clusters."""
CHAIRS = (ALDER, CEDAR)
COGNITION = (2, 3, 0, 0)
"""Predictable, where the cluster plan has no service."""
OF_DESKS = ("/reports/by/school", "/reports/by/need/csv", "/reports/months")
OF_CHAIRS = ("/reports/forecast", "/reports/shortfalls", "/reports/statements")


@pytest.fixture
def money(world: World) -> FinanceWorld:
    """The small county's finance desk."""
    return FinanceWorld(world)


def authorised(hand: ByHand) -> UUID:
    """A request that was authorised in October."""
    request_id = predictable(hand)
    hand.world.authorises("officer.1", request_id)
    hand.goes_on()
    return request_id


def predictable(hand: ByHand) -> UUID:
    """A request whose money is held in its cluster's own pot."""
    return hand.recommended(request(profile=profile(*COGNITION)), COGNITION)


def close_until_october(money: FinanceWorld) -> None:
    """In November the months to October are closed."""
    clock = money.world.clock
    clock.move_on(datetime(2026, 11, 3, 8, tzinfo=UTC) - clock.now())
    for each in range(1, 8):
        month = {"financial_year": 2026, "period": each}
        assert money.does("finance.1", ActKind.CLOSE_PERIOD, **month).done


async def read(web: Web, who: str, path: str, **query: Any) -> Any:
    """What somebody reads of the year."""
    answer = await web.get(who, path, **YEAR, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("path", OF_DESKS)
async def test_the_countys_reports_are_for_the_desks(path: str, web: Web) -> None:
    """Finance, officers and leaders; nobody at a school or on a panel."""
    for subject in EVERYBODY:
        answer = await web.get(subject, path, **YEAR)
        wanted = 200 if subject in DESKS else 403
        waits = subject == "leader.1" and "/by/" in path
        assert answer.status_code == (422 if waits else wanted), subject


@pytest.mark.parametrize("path", OF_CHAIRS)
async def test_chairs_see_their_own_clusters_money(path: str, web: Web) -> None:
    """Beside the desks; a member who is no chair does not."""
    for subject in EVERYBODY:
        answer = await web.get(subject, path, **YEAR)
        expected = 200 if subject in (*DESKS, *CHAIRS) else 403
        assert answer.status_code == expected, subject


async def test_every_report_adds_up_to_the_same_money(web: Web, hand: ByHand) -> None:
    """By whatever it is counted, what was promised is the award's total, and one request moved."""
    request_id = authorised(hand)
    total = hand.world.one("SELECT total_pence FROM award WHERE request_id = :id", id=request_id)
    keys = {
        "cluster": "alder",
        "area": "north",
        "school": "ashdown",
        "need": "cognition_and_learning",
        "kind": "individual",
    }
    for by, key in keys.items():
        found = await read(web, "finance.1", f"/reports/by/{by}", from_period=7, until_period=7)
        (told,) = found["lines"]
        assert (told["key"], told["requests"]) == (key, 1), by
        assert told["promised_pence"] == found["total"]["promised_pence"] == total
        assert (told["held_pence"], told["paid_pence"]) == (0, 0)
    empty = await read(web, "finance.1", "/reports/by/school", from_period=8)
    assert empty["lines"] == []


async def test_a_group_of_schools_is_reported_school_by_school(web: Web, hand: ByHand) -> None:
    """One commitment pays several: each has its own part, and together they are the whole."""
    pupils = tuple(asked(school, school_spends_pence=100_000) for school in ("ashdown", "brook"))
    group = request(
        RequestKind.GROUP,
        pupils=pupils,
        provision=(line(60, group=3),),
        profile=profile(*COGNITION),
    )
    request_id = hand.recommended(group, COGNITION)
    hand.world.authorises("manager.1", request_id)
    hand.goes_on()
    totals = {
        row.school_code: row.total_pence
        for row in hand.world.rows("SELECT school_code, total_pence FROM award")
    }
    found = await read(web, "officer.1", "/reports/by/school")
    promised = {each["key"]: each["promised_pence"] for each in found["lines"]}
    assert {key: pence for key, pence in promised.items() if pence} == totals
    assert len(totals) == 2


async def test_a_report_is_a_file_too_and_no_name_in_it_is_run(web: Web, hand: ByHand) -> None:
    """CSV in pounds; a school whose name begins like a formula is made harmless."""
    authorised(hand)
    run_sql(hand.world, "UPDATE school SET name = '=1+1' WHERE code = 'ashdown'")
    answer = await web.get("finance.1", "/reports/by/school/csv", **YEAR)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(StringIO(answer.text.lstrip("\ufeff"))))
    assert rows[0]["name"] == "'=1+1"
    assert rows[0]["promised"] == rows[-1]["promised"] != "0.00"
    assert PLANTED not in answer.text


async def test_months_that_end_before_they_begin_are_refused(web: Web) -> None:
    """What was asked is said back."""
    answer = await web.get("finance.1", "/reports/by/school", **YEAR, from_period=5, until_period=4)
    assert code_of(answer) == "not_valid"


async def test_a_school_sees_its_own_notional_budget_beside_what_it_is_given(
    web: Web, hand: ByHand
) -> None:
    """The desks see every school; nobody else sees any."""
    authorised(hand)
    budgets = NotionalBudgets(
        financial_year=2026, authority="26/00099", pence={"ashdown": 900_000_00, "brook": 1}
    )
    with transaction(hand.world.engine) as session:
        assert recording.load_notional(session, budgets, hand.world.clock.now()) == 2
    for subject in EVERYBODY:
        answer = await web.get(subject, "/reports/schools", **YEAR)
        if subject == "leader.1":
            assert code_of(answer) == "not_valid"
        elif subject in DESKS:
            assert len(answer.json()) > 2
        elif subject in (*SCHOOL, *OTHER_SCHOOL) or subject.startswith(("head.", "senco.")):
            assert [each["school"] for each in answer.json()] == [subject.partition(".")[2]]
        else:
            assert code_of(answer) == "role_needed", subject
    (own,) = await read(web, "business.ashdown", "/reports/schools")
    assert own["notional_pence"] == 900_000_00
    assert own["says_it_spends_pence"] == 600_000
    assert own["promised_pence"] > own["paid_pence"] == 0
    answer = await web.get("finance.1", "/reports/schools/csv", **YEAR)
    assert "ashdown,Ashdown School,900000.00,6000.00," in answer.text


async def test_a_forecast_counts_what_is_priced_and_not_signed(web: Web, hand: ByHand) -> None:
    """In hand before the signature, promised after it; the budget and the variance beside it."""
    request_id = predictable(hand)
    whole = await read(web, "finance.1", "/reports/forecast")
    before = next(each for each in whole["pots"] if each["pot"] == "cluster:alder")
    assert before["in_hand_pence"] > 0 == before["committed_pence"]
    assert before["budget_pence"] == 60_000_00
    hand.world.authorises("officer.1", request_id)
    hand.goes_on()
    whole = await read(web, "finance.1", "/reports/forecast")
    after = next(each for each in whole["pots"] if each["pot"] == "cluster:alder")
    assert after["committed_pence"] > 0 == after["in_hand_pence"]
    assert whole["total"]["committed_pence"] == after["committed_pence"]
    chairs = await read(web, ALDER, "/reports/forecast")
    assert {each["pot"] for each in chairs["pots"]} == {
        "cluster:alder",
        "contingency:cluster:alder",
    }
    assert chairs["total"] is None


async def test_finance_is_asked_to_close_a_month_by_the_day_that_chairs_await_it(
    web: Web, money: FinanceWorld
) -> None:
    """The first open month that is over, by the policy's day; nothing of a month that runs on."""
    (task,) = await close_month_tasks(web, "finance.1")
    assert (task["reference"], task["by_at"]) == ("April 2026", "2026-05-10T22:59:00Z")
    close_until_october(money)
    assert await close_month_tasks(web, "finance.1") == []
    clock = money.world.clock
    clock.move_on(datetime(2026, 12, 1, 8, tzinfo=UTC) - clock.now())
    (task,) = await close_month_tasks(web, "finance.1")
    assert (task["reference"], task["by_at"]) == ("November 2026", "2026-12-10T23:59:00Z")
    assert await close_month_tasks(web, ALDER) == []


async def test_no_month_waits_of_a_year_in_which_old_awards_alone_were_paid(
    web: Web, money: FinanceWorld
) -> None:
    """What the old system paid last year opens single pots there, and nothing to close."""
    file_id = awards_file(money.world)
    assert money.does("finance.1", ActKind.IMPORT_AWARDS, file_id=file_id).done
    assert money.world.one("SELECT count(*) FROM ledger_account WHERE financial_year = 2025")
    tasks = await close_month_tasks(web, "finance.1")
    assert [each["reference"] for each in tasks] == ["April 2026"]


async def close_month_tasks(web: Web, who: str) -> list[Any]:
    """The months that wait to be closed by somebody."""
    tasks = (await web.get(who, "/worklist")).json()
    return [task for task in tasks if task["waits"] == "close_month"]


async def test_a_chair_gets_the_months_statement_and_only_the_own(
    web: Web, hand: ByHand, money: FinanceWorld
) -> None:
    """What was given, promised, paid and remains at the month's end, and what moved in it."""
    authorised(hand)
    close_until_october(money)
    (last, *earlier) = await read(web, ALDER, "/reports/statements")
    assert (last["cluster"], last["month"], last["revision"]) == ("alder", "October 2026", 1)
    assert len(earlier) == 6
    told = await read(web, ALDER, f"/reports/statements/{last['id']}")
    pot = next(each for each in told["pots"] if each["pot"] == "cluster:alder")
    assert pot["given_pence"] == 60_000_00
    assert pot["remaining_pence"] == 60_000_00 - pot["committed_pence"]
    under = 60_000_00 - pot["forecast_pence"]
    assert (pot["variance_pence"], pot["direction"]) == (under, "favourable")
    assert {each["verb"] for each in pot["moved"]} == {"hold", "commit"}
    (september,) = [each for each in earlier if each["period"] == 6]
    then = await read(web, ALDER, f"/reports/statements/{september['id']}")
    before = next(each for each in then["pots"] if each["pot"] == "cluster:alder")
    assert (before["committed_pence"], before["moved"]) == (0, [])
    assert code_of(await web.get(CEDAR, f"/reports/statements/{last['id']}")) == "unknown"
    assert code_of(await web.get("senco.ashdown", f"/reports/statements/{uuid4()}")) == "unknown"
    ready = [
        e["kind"] for e in (await web.get(ALDER, "/events")).json() if e["subject"] == "statement"
    ]
    assert ready == ["statement_ready"] * 7
    assert len(await read(web, "finance.1", "/reports/statements", cluster="cedar")) == 7


async def test_a_shortfall_is_said_to_finance_and_the_chair_with_what_makes_it(
    web: Web, hand: ByHand, money: FinanceWorld
) -> None:
    """When a month closes on a pot that will not last, it waits in their worklists."""
    authorised(hand)
    leave(hand.world, "cluster:alder", 140_000)
    close_until_october(money)
    seen = await read(web, ALDER, "/reports/shortfalls")
    told = {each["pot"]: each for each in seen}
    assert "cluster:alder" in told
    assert told["cluster:alder"]["made_of"][0][0] == "committed"
    assert told["cluster:alder"]["period"] == 7
    for who in (ALDER, "finance.1"):
        tasks = (await web.get(who, "/worklist")).json()
        assert "cluster:alder" in [
            e["reference"] for e in tasks if e["waits"] == "look_at_shortfall"
        ]
    tasks = (await web.get(CEDAR, "/worklist")).json()
    assert "cluster:alder" not in [each["reference"] for each in tasks]
    facts = [
        e["facts"] for e in (await web.get(ALDER, "/events")).json() if e["subject"] == "forecast"
    ]
    assert {each["pot"] for each in facts} == {"cluster:alder"}


async def test_a_shortfall_is_said_until_its_year_ends(
    web: Web, hand: ByHand, money: FinanceWorld
) -> None:
    """A year that was closed has nothing ahead of it to be warned of."""
    authorised(hand)
    leave(hand.world, "cluster:alder", 140_000)
    close_until_october(money)
    assert await read(web, "finance.1", "/reports/shortfalls")
    clock = money.world.clock
    clock.move_on(datetime(2027, 4, 6, 8, tzinfo=UTC) - clock.now())
    for each in range(8, 12):
        money.does("finance.1", ActKind.CLOSE_PERIOD, financial_year=2026, period=each)
    assert money.does("finance.1", ActKind.CLOSE_YEAR, financial_year=2026).done
    assert await read(web, "finance.1", "/reports/shortfalls") == []


async def test_months_say_since_when_they_are_closed(web: Web, money: FinanceWorld) -> None:
    """And how often they were opened again."""
    month = {"financial_year": 2026, "period": 1}
    money.does("finance.1", ActKind.CLOSE_PERIOD, **month)
    first, second, *_ = await read(web, "leader.1", "/reports/months")
    assert (first["name"], first["is_closed"], first["times_reopened"]) == ("April 2026", True, 0)
    assert first["closed_at"]
    assert (second["is_closed"], second["closed_at"]) == (False, None)
    money.does("director", ActKind.REOPEN_PERIOD, **month)
    first, *_ = await read(web, "leader.1", "/reports/months")
    assert (first["is_closed"], first["times_reopened"]) == (False, 1)


async def test_a_years_end_shows_what_went_where_and_who_still_has_to_sign(
    web: Web, money: FinanceWorld
) -> None:
    """It waits in the worklist of those whom the policy names, until they have signed."""
    assert code_of(await web.get("finance.1", "/reports/year-end", **YEAR)) == "unknown"
    clock = money.world.clock
    clock.move_on(datetime(2027, 4, 6, 8, tzinfo=UTC) - clock.now())
    for each in range(1, 12):
        money.does("finance.1", ActKind.CLOSE_PERIOD, financial_year=2026, period=each)
    assert money.does("finance.1", ActKind.CLOSE_YEAR, financial_year=2026).done
    shown = await read(web, "leader.1", "/reports/year-end")
    assert not shown["is_signed_off"]
    ways = {each["pot"]: each["way"] for each in shown["pots"]}
    assert ways["cluster:alder"] == "carry_forward"
    assert ways["exceptional"] == "claw_back"
    assert await waits_to_sign(web, "finance.1") == []
    for who in ("finance.2", "head-of-sen", "director"):
        assert await waits_to_sign(web, who) == ["2026"]
        assert money.does(who, ActKind.SIGN_YEAR_END, financial_year=2026).done
        assert await waits_to_sign(web, who) == []
    shown = await read(web, "leader.1", "/reports/year-end")
    assert shown["is_signed_off"]
    assert len({each["signed_by"] for each in shown["signatures"]}) == 3
    assert code_of(await web.get(ALDER, "/reports/year-end", **YEAR)) == "role_needed"


def leave(world: World, pot: str, pence: int) -> None:
    """Move what a pot has of this year to another until only so much of its budget is left."""
    with transaction(world.engine) as session:
        (found,) = ledger.balances(session, 2026, pot)
        moved = Line(pot="cluster:cedar", financial_year=2026, pence=found.allocated_pence - pence)
        said = Context(
            recorded_at=world.clock.now(),
            effective_on=date(2026, 10, 5),
            financial_year=2026,
            period=7,
            academic_year=2026,
            authority="26/00042",
        )
        vire = Vire(id=uuid4(), from_pot=pot, lines=(moved,), context=said)
        assert ledger.vire(session, vire).is_done


CLOSING = {
    "close-period": FINANCE,
    "reopen-period": (),
    "close-year": FINANCE,
    "sign-year-end": FINANCE,
}
"""Who of everybody may say it: to reopen and to sign is for whom the finance policy names."""


@pytest.mark.parametrize("act", CLOSING)
async def test_months_and_years_are_finances_and_whom_the_policy_names(
    act: str, web: Web, engine: HandEngine
) -> None:
    """Whoever may is told that it is recorded; everybody else, that it is not theirs."""
    engine.is_idle = True
    body = EXAMPLES[f"POST /finance/{act}"]
    for subject in EVERYBODY:
        answer = await web.says(subject, f"/finance/{act}", body)
        assert answer.status_code == (202 if subject in CLOSING[act] else 403), subject
    for subject in ("head-of-sen", "director"):
        answer = await web.says(subject, f"/finance/{act}", body)
        named = act in ("reopen-period", "sign-year-end")
        assert answer.status_code == (202 if named else 403), subject


async def waits_to_sign(web: Web, who: str) -> list[str]:
    """The years that wait for somebody's signature."""
    tasks = (await web.get(who, "/worklist")).json()
    return [each["reference"] for each in tasks if each["waits"] == "sign_year_end"]


async def heard(web: Web, who: str, kind: str) -> list[dict[str, Any]]:
    """The facts of every event of a kind that somebody hears of."""
    told = (await web.get(who, "/events")).json()
    return [each["facts"] for each in told if each["kind"] == kind]
