"""Cluster plans over the web: who may propose, speak, sign and read them, and what is refused."""

from typing import Any
from uuid import UUID

import pytest

from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.planned import Planned, item
from tests.activities.world import World
from tests.api.bodies import DECISION, WORDS
from tests.api.people import EVERYBODY, FINANCE, OFFICERS, OTHER_SCHOOL, PANEL, SCHOOL
from tests.api.web import Web, code_of

ITEM = {
    "name": "Learning hub",
    "kind": "service",
    "school": "crane",
    "places": 4,
    "hours_a_week": "25.00",
    "annual_pence": 1_200_000,
    "area_of_need": "cognition_and_learning",
    "up_to_level": 4,
    "outcomes": [WORDS],
}
MAY_SEE = (*SCHOOL, *OTHER_SCHOOL, *PANEL, *OFFICERS, *FINANCE)


def body(**changed: Any) -> dict[str, Any]:
    """A plan as it is proposed."""
    return {"cluster": "alder", "academic_year": 2026, "items": [ITEM]} | changed


async def proposed(web: Web) -> str:
    """The administrator proposes; the plan's id."""
    answer = await web.says("administrator.alder", "/plans", body())
    assert answer.status_code == 200, answer.text
    return str(answer.json()["act_id"])


async def next_to_act(web: Web, plan_id: str) -> str | None:
    """Who acts next on the plan, as it waits for others in the eyes of who proposed it."""
    waits = (await web.get("administrator.alder", "/worklist/others")).json()
    assert (await web.get("head.fern", "/worklist/others")).json() == []
    return next((each["acts_next"] for each in waits if each["id"] == plan_id), None)


async def test_a_plan_goes_its_whole_way_over_the_web(web: Web) -> None:
    """Proposed, agreed by four of six schools, signed, reported on, and changed."""
    plan_id = await proposed(web)
    path = f"/plans/{plan_id}"
    tasks = (await web.get("head.dell", "/worklist")).json()
    assert "voice_on_plan" in {each["waits"] for each in tasks if each["id"] == plan_id}
    assert await next_to_act(web, plan_id) == "head"
    for school in ("ashdown", "brook", "crane", "dell"):
        said = {"school": school, "agrees": True, "reason": WORDS}
        answer = await web.says(f"head.{school}", f"{path}/voice", said)
        assert answer.json()["done"], answer.text
    tasks = (await web.get("manager.1", "/worklist")).json()
    assert "sign_plan" in {each["waits"] for each in tasks if each["id"] == plan_id}
    assert await next_to_act(web, plan_id) == "council_officer"
    early = await web.says("head.elm", f"{path}/voice", {"school": "elm", "agrees": False})
    assert (early.status_code, code_of(early)) == (409, "not_at_this_stage")
    low = await web.says("officer.1", f"{path}/sign", DECISION)
    assert (low.status_code, code_of(low)) == (403, "authority_too_low")
    signed = await web.says("manager.1", f"{path}/sign", DECISION)
    assert signed.json()["done"], signed.text
    view = (await web.get("head.fern", path)).json()
    assert (view["stage"], view["items"][0]["by_cluster_pence"]) == ("signed", {"alder": 1_200_000})
    assert await next_to_act(web, plan_id) is None


async def test_a_signed_plan_is_reported_on_and_changed_over_the_web(
    web: Web, hand: ByHand
) -> None:
    """An outcome of a term; a change that is taken back; the cluster's book has them all."""
    plan_id = str(Planned(hand).signed(item()))
    path = f"/plans/{plan_id}"
    view = (await web.get("head.fern", path)).json()
    item_id = view["items"][0]["id"]
    outcome = {"item_id": item_id, "term_on": "2026-10-05", "outcome": "partly", "words": WORDS}
    reported = await web.says("head.crane", f"{path}/report-outcome", outcome)
    assert reported.json()["done"], reported.text
    change = {"plan_id": plan_id, "end": [{"item_id": item_id, "from_on": "2027-04-01"}]}
    changed = await web.says("head.crane", "/plans/changes", change | {"reason": WORDS})
    assert changed.json()["done"], changed.text
    withdrawn = f"/plans/{changed.json()['act_id']}/withdraw"
    assert (await web.says("head.crane", withdrawn, {"reason": WORDS})).json()["done"]
    book = (await web.get("head.gorse", "/clusters/alder/plan")).json()
    assert book["code"] == "unknown"
    book = (await web.get("head.crane", "/clusters/alder/plan?year=2026")).json()
    assert [each["stage"] for each in book["plans"]] == ["signed", "signed", "withdrawn"]
    assert (book["use"]["places"], book["use"]["unused"]) == (6, 6)


async def test_everybody_but_its_clusters_and_the_council_knows_of_no_plan(web: Web) -> None:
    """For all others it is a 404; what heads wrote is for its clusters and officers alone."""
    plan_id = await proposed(web)
    said = {"school": "ashdown", "agrees": True, "reason": WORDS}
    await web.says("head.ashdown", f"/plans/{plan_id}/voice", said)
    for who in EVERYBODY:
        answer = await web.get(who, f"/plans/{plan_id}")
        book = await web.get(who, "/clusters/alder/plan")
        assert answer.status_code == book.status_code, who
        assert answer.status_code in (200, 404)
        if who in MAY_SEE:
            assert answer.status_code == 200, who
        if answer.status_code == 200:
            words = who in (*SCHOOL, *OTHER_SCHOOL, *PANEL, *OFFICERS)
            assert (WORDS in str(answer.json()["voices"])) is words, who
        report = await web.get(who, "/reports/plans?year=2026")
        assert (report.status_code == 200) == (who in (*OFFICERS, *FINANCE, "leader.1")), who


async def test_what_a_plan_is_used_for_is_a_file_as_well(
    web: Web, hand: ByHand, world: World
) -> None:
    """By cluster as CSV, and as a workbook with its services."""
    Planned(hand).signed(item())
    del world
    rows = (await web.get("finance.1", "/reports/plans/csv?year=2026")).text.splitlines()
    assert rows[1].startswith("alder,2,6,0,0,6,36000.00,")
    answer = await web.get("finance.1", "/reports/plans/xlsx?year=2026")
    assert answer.content.startswith(b"PK")


@pytest.mark.promise(4)
async def test_a_plan_proposed_twice_is_proposed_once(web: Web, world: World) -> None:
    """Promise 4: the same words under the same key."""
    first = await web.says("administrator.alder", "/plans", body(), key="the-same-key")
    answer = await web.says("administrator.alder", "/plans", body(), key="the-same-key")
    assert first.json() == answer.json()
    kinds = world.rows("SELECT kind FROM act")
    assert [each.kind for each in kinds] == [ActKind.PROPOSE_PLAN]
    assert UUID(answer.json()["act_id"])


@pytest.mark.promise(13)
async def test_a_plan_that_cannot_be_is_refused_with_all_that_is_wrong(web: Web) -> None:
    """Promise 13: by rule with every fault, by budget with what would help."""
    wrong = body(items=[ITEM | {"school": "gorse", "up_to_level": 99}])
    answer = await web.says("head.crane", "/plans", wrong)
    assert (answer.status_code, code_of(answer)) == (422, "not_valid")
    assert "based at gorse" in answer.text
    assert "the highest is" in answer.text
    dear = await web.says("head.crane", "/plans", body(items=[ITEM | {"annual_pence": 9_000_000}]))
    assert (dear.status_code, code_of(dear)) == (409, "budget_exceeded")


async def test_a_faulty_item_does_not_make_the_list_too_short(web: Web) -> None:
    """What is wrong is told once: the entry's own fault; an empty list is told as empty."""
    for items, wrong in (([ITEM | {"places": 0}], "body.items.0.places"), ([], "body.items")):
        answer = await web.says("administrator.alder", "/plans", body(items=items))
        assert [fault["field"] for fault in answer.json()["faults"]] == [wrong]
