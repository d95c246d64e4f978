"""Policy tried on cases over HTTP: asked for, worked out, read and downloaded; by whom."""

import asyncio
from io import BytesIO
from typing import Any
from uuid import uuid4

import polars as pl
import pytest
from openpyxl import load_workbook
from structlog.testing import capture_logs

from api.delivery import Delivery, Sweeper
from tests.activities.publishing_world import PolicyWorld, second_tariff
from tests.activities.small_county import policy_files
from tests.activities.world import World
from tests.api.engine import HandEngine
from tests.api.people import EVERYBODY
from tests.api.web import Web, code_of

ASKED: dict[str, Any] = {
    "candidates": [{"name": "dearer", "files": second_tariff()}],
    "cases": {"kind": "generated", "seed": 7, "cases": 2000},
}
OF_THE_YEAR = {"kind": "decided", "from_on": "2026-04-01", "until_on": "2027-04-01"}
SEES = {"policy.1", "finance.1", "leader.1"}
ASKS = {"policy.1", "finance.1"}


@pytest.fixture(autouse=True)
def policy(world: World) -> PolicyWorld:
    """People who draft and approve are on record, beside those the web knows."""
    return PolicyWorld(world)


async def ids(web: Web) -> set[str]:
    """Every model that was asked for."""
    return {str(each["id"]) for each in (await web.get("policy.1", "/policy/modellings")).json()}


async def modelled(web: Web, **changed: Any) -> str:
    """A model that was asked for, and has its outcome; its id."""
    before = await ids(web)
    answer = await web.says("policy.1", "/policy/modellings", {**ASKED, **changed})
    # One that is refused is told so at once where the engine was quick.
    assert answer.status_code in {200, 202} or code_of(answer) == "not_valid", answer.text
    (modelling_id,) = await ids(web) - before
    for _ in range(600):
        found = await web.get("policy.1", f"/policy/modellings/{modelling_id}")
        if found.json()["outcome"] is not None:
            return modelling_id
        await asyncio.sleep(0.1)
    raise AssertionError("the model has no end")


async def test_a_model_is_asked_for_read_and_downloaded(web: Web) -> None:
    """Issue 5.5 through the API: figures, sentences, a workbook, and every case in Parquet."""
    modelling_id = await modelled(web)
    path = f"/policy/modellings/{modelling_id}"
    seen = (await web.get("leader.1", path)).json()
    assert (seen["outcome"], seen["cases"]) == ("done", 2000)
    total = seen["comparison"]["candidates"][0]["total"]
    assert total["difference_pence"] == total["gained_pence"] > 0
    assert "gain" in seen["says"][1]
    files = {each["name"]: each["size"] for each in seen["files"]}
    book = await web.get("finance.1", f"{path}/files/comparison.xlsx")
    assert len(book.content) == files["comparison.xlsx"]
    assert book.headers["content-disposition"] == 'attachment; filename="comparison.xlsx"'
    assert "by cluster" in load_workbook(BytesIO(book.content)).sheetnames
    cases = await web.get("policy.1", f"{path}/files/cases-1.parquet")
    assert len(pl.read_parquet(BytesIO(cases.content))) == 2000
    assert code_of(await web.get("policy.1", f"{path}/files/cases-9.parquet")) == "unknown"
    (listed,) = (await web.get("finance.1", "/policy/modellings")).json()
    assert (listed["id"], listed["candidates"], listed["cases"]) == (modelling_id, ["dearer"], 2000)


async def test_a_model_that_takes_minutes_keeps_nobody_waiting(
    web: Web, engine: HandEngine, delivery: Delivery, world: World
) -> None:
    """The engine works on it, so it is not away; what else waits is swept meanwhile."""
    engine.is_idle = True
    with capture_logs() as logged:
        answer = await web.says("policy.1", "/policy/modellings", ASKED)
        assert answer.status_code == 202, answer.text
        assert f"modelling/{answer.json()['id']}" in engine.running
        async with asyncio.timeout(2):
            await Sweeper(delivery, world.engine, world.clock).sweep()
    assert "engine_away" not in {each["event"] for each in logged}
    assert world.one("SELECT count(*) FROM event WHERE position IS NULL") == 0


async def test_a_model_is_shown_outside_with_few_cases_put_together(web: Web) -> None:
    """Without files, and without what one case gains."""
    modelling_id = await modelled(web)
    path = f"/policy/modellings/{modelling_id}?outside=true"
    seen = (await web.get("leader.1", path)).json()
    assert seen["files"] == []
    by = seen["comparison"]["candidates"][0]["by"]
    assert all(line["cases"] >= 5 for lines in by.values() for line in lines)
    assert "most_gained_pence" not in by["cluster"][0]


async def test_a_leader_sees_no_line_of_few_decided_cases(web: Web) -> None:
    """A model of cases that were decided is a leader's as it may be shown outside; no file is."""
    modelling_id = await modelled(web, cases=OF_THE_YEAR, accepts_untouched=True)
    path = f"/policy/modellings/{modelling_id}"
    assert (await web.get("finance.1", path)).json()["comparison"]
    assert code_of(await web.get("leader.1", path)) == "not_valid"
    for name in ("comparison.json", "comparison.xlsx", "cases-1.parquet"):
        assert code_of(await web.get("leader.1", f"{path}/files/{name}")) == "role_needed"
        assert (await web.get("finance.1", f"{path}/files/{name}")).status_code == 200
    for who, sees in (("leader.1", False), ("policy.1", True)):
        (listed,) = (await web.get(who, "/policy/modellings")).json()
        assert bool(listed["says"]) == sees


async def test_a_model_that_is_refused_says_why(web: Web) -> None:
    """No case was decided in the year, so no case reads what changes."""
    refused = await modelled(web, cases=OF_THE_YEAR)
    seen = (await web.get("policy.1", f"/policy/modellings/{refused}")).json()
    assert (seen["outcome"], seen["comparison"], seen["files"]) == ("refused", None, [])
    assert seen["refusal"]["code"] == "not_valid"
    assert "no case reads" in str(seen["refusal"])
    accepted = await modelled(web, cases=OF_THE_YEAR, accepts_untouched=True)
    path = f"/policy/modellings/{accepted}"
    assert (await web.get("policy.1", path)).json()["cases"] == 0
    assert code_of(await web.get("policy.1", f"{path}?outside=true")) == "not_valid"


async def test_only_those_who_have_to_do_with_policy_ask_and_see(web: Web) -> None:
    """Policy and finance officers ask, leaders look on; nobody else learns that there is one."""
    modelling_id = await modelled(web)
    path = f"/policy/modellings/{modelling_id}"
    for who in EVERYBODY:
        for address in ("/policy/modellings", path, f"{path}/files/comparison.json"):
            answer = await web.get(who, address)
            assert (answer.status_code == 200) == (who in SEES), (who, address)
        if who not in ASKS:
            answer = await web.says(who, "/policy/modellings", ASKED)
            assert code_of(answer) == "role_needed"


async def test_what_is_no_question_is_refused_with_every_fault(web: Web) -> None:
    """Two candidates of one name, a year that ends before it begins, a file's name that is none."""
    twice = {**ASKED, "candidates": ASKED["candidates"] * 2}
    answer = await web.says("policy.1", "/policy/modellings", twice)
    assert answer.status_code == 422
    backwards = {**OF_THE_YEAR, "until_on": "2026-03-31"}
    answer = await web.says("policy.1", "/policy/modellings", {**ASKED, "cases": backwards})
    assert answer.status_code == 422
    modelling_id = await modelled(web)
    answer = await web.get("policy.1", f"/policy/modellings/{modelling_id}/files/..%2Fx.json")
    assert answer.status_code in {404, 422}


SHARING: dict[str, Any] = {
    "total_pence": 8_000_000,
    "clusters": [
        {
            "cluster": cluster,
            "counts": {"pupils": pupils, "deprivation": 1, "prior_attainment": 1},
            "last_year_pence": last,
        }
        for cluster, pupils, last in (("alder", 1000, 5_000_000), ("cedar", 3000, 3_000_000))
    ],
    "formulas": [
        {"name": "now", "on": "2026-10-05"},
        {"name": "heads", "rule": {"weights": {"pupils": 1}, "rounding": "cumulative"}},
    ],
}


async def test_a_total_is_shared_by_several_formulas_beside_each_other(web: Web) -> None:
    """Issue 5.5: the one in force, one that is sent, and a draft's, against last year."""
    policy = policy_files()["finance/2026-09-01.toml"].replace("2026-09-01", "2027-09-01")
    policy = policy.replace("value = -0.03", "value = -0.50").replace("value = 0.10", "value = 2")
    draft = {"files": {"finance/2027-09-01.toml": policy, "cases/none.toml": "x"}, "note": "more"}
    drafted = (await web.says("policy.1", "/policy/publications", draft)).json()["act_id"]
    asked = {
        **SHARING,
        "formulas": [*SHARING["formulas"], {"name": "d", "publication_id": drafted}],
    }
    seen = (await web.says("finance.1", "/policy/formula-shares", asked)).json()
    alder, cedar = seen["clusters"]
    assert alder["shares"][:2] == [4_850_000, 2_000_000]
    assert cedar["changes"][:2] == [150_000, 3_000_000]
    assert alder["shares"][2] < alder["shares"][0]
    assert [sum(pair) for pair in zip(alder["shares"], cedar["shares"], strict=True)] == [
        8_000_000
    ] * 3
    assert seen["formulas"][1]["authority"] == "none: as it was sent"


async def test_a_formula_that_is_not_there_is_refused_by_its_name(web: Web) -> None:
    """A day before any finance policy, a draft without one, two of one name, none and too much."""
    for formulas, code in (
        ([{"name": "old", "on": "2020-10-05"}], "no_policy_in_force"),
        ([{"name": "draft", "publication_id": str(uuid4())}], "unknown"),
    ):
        answer = await web.says(
            "policy.1", "/policy/formula-shares", {**SHARING, "formulas": formulas}
        )
        assert code_of(answer) == code
    faulty = {"files": {"finance/2027-09-01.toml": "kind = 3"}, "note": "slip"}
    drafted = (await web.says("policy.1", "/policy/publications", faulty)).json()["act_id"]
    broken = {**SHARING, "formulas": [{"name": "broken", "publication_id": drafted}]}
    assert code_of(await web.says("policy.1", "/policy/formula-shares", broken)) == "unknown"
    for formulas in ([SHARING["formulas"][0]] * 2, [{"name": "neither"}]):
        answer = await web.says(
            "policy.1", "/policy/formula-shares", {**SHARING, "formulas": formulas}
        )
        assert answer.status_code == 422
    assert code_of(await web.says("leader.1", "/policy/formula-shares", SHARING)) == "role_needed"
