"""Families over HTTP: a link told once, a letter as PDF, and a decision for a link and a fact."""

import asyncio
import json
from collections.abc import Iterator, MutableMapping
from typing import Any
from uuid import UUID

import pytest
import structlog

from tests.activities.small_county import PLANTED
from tests.activities.world import World
from tests.api.bodies import DECISION
from tests.api.test_way import submitted, voted
from tests.api.web import Web, code_of

BORN_ON, WRONG_ON = "2017-05-04", "2017-04-05"


@pytest.fixture
def lines() -> Iterator[list[MutableMapping[str, Any]]]:
    """Every line that is logged."""
    with structlog.testing.capture_logs() as logged:
        yield logged


async def decided(web: Web, world: World) -> str:
    """A request that was decided; returns its id."""
    request_id = await voted(web, world)
    signed = await web.says("head-of-sen", f"/requests/{request_id}/authorise", DECISION)
    assert signed.status_code in {200, 202}, signed.text
    while world.stage(UUID(request_id)) != "decided":  # noqa: ASYNC110  on a busy machine it follows
        await asyncio.sleep(0.05)
    return request_id


async def opened(web: Web, link: str, born_on: str = BORN_ON) -> Any:
    """Somebody who holds a link says when the child was born."""
    body = {"token": link.rpartition("/")[2], "born_on": born_on}
    return await web.client.post("/api/family", json=body)


async def test_a_link_is_told_once_and_opens_with_the_childs_day(
    web: Web, world: World, lines: list[MutableMapping[str, Any]]
) -> None:
    """Said twice it is one link; the log names the route and nothing of the link."""
    path = f"/requests/{await decided(web, world)}/family-links"
    headers = {**web.headers("senco.ashdown"), "Idempotency-Key": "same-key-1"}
    said = [await web.client.post(f"/api{path}", json={}, headers=headers) for _ in range(2)]
    first, again = said
    assert first.json() == again.json()
    assert first.headers["cache-control"] == "no-store"
    link = first.json()["link"]
    assert (await opened(web, link, WRONG_ON)).json() == {
        "outcome": "wrong",
        "decision": None,
        "left": 4,
    }
    told = (await opened(web, link)).json()
    assert "What we decided" in told["decision"]["letter"]["body"]
    assert PLANTED.lower() + "a" not in json.dumps(told).lower()
    assert link.rpartition("/")[2] not in json.dumps(lines, default=str)
    (line,) = (await web.get("officer.1", path)).json()["links"]
    assert (line["state"], line["wrong"]) == ("open", 1)
    ended = await web.says("head.ashdown", f"/family-links/{line['id']}/end")
    assert ended.json()["id"] == line["id"]
    assert code_of(await opened(web, link)) == "unknown"


async def test_an_unknown_link_and_a_shut_one_are_answered_alike(web: Web, world: World) -> None:
    """Nothing in the answer says which of the two it is."""
    path = f"/requests/{await decided(web, world)}/family-links"
    link = (await web.says("senco.ashdown", path, {"days": 1})).json()["link"]
    *_, last = [await opened(web, link, WRONG_ON) for _ in range(5)]
    unknown = await opened(web, "x/never-made")
    assert last.status_code == unknown.status_code == 404
    assert last.json() | {"id": ""} == unknown.json() | {"id": ""}


WHO_GETS_WHAT = {
    "senco.ashdown": (200, 200),
    "head.ashdown": (200, 200),
    "business.ashdown": (404, 404),
    "senco.brook": (404, 404),
    "head.crane": (404, 404),
    "officer.1": (200, 200),
    "sen.1": (200, 200),
    "finance.1": (404, 404),
    "policy.1": (404, 404),
    "leader.1": (404, 404),
}


async def test_role_by_address_is_as_the_table_says(web: Web, world: World) -> None:
    """Who may read the letter gets it as PDF and makes links; everybody else finds nothing."""
    path = f"/requests/{await decided(web, world)}"
    found = {}
    for who in WHO_GETS_WHAT:
        letter = await web.get(who, f"{path}/letter.pdf")
        found[who] = (letter.status_code, (await web.get(who, f"{path}/family-links")).status_code)
    assert found == WHO_GETS_WHAT


@pytest.mark.promise(13)
async def test_before_the_decision_it_is_said_what_to_wait_for(web: Web) -> None:
    """No link, and no letter, while nothing is decided."""
    path = f"/requests/{await submitted(web)}"
    answer = await web.says("senco.ashdown", f"{path}/family-links", {})
    assert code_of(answer) == "not_at_this_stage"
    assert (await web.get("senco.ashdown", f"{path}/letter.pdf")).status_code == 404


async def test_the_letter_is_a_tagged_pdf_with_its_language_and_title(
    web: Web, world: World
) -> None:
    """PDF/UA-1: marked, titled, in British English; named after the reference, not the child."""
    path = f"/requests/{await decided(web, world)}/letter.pdf"
    answer = await web.get("senco.ashdown", path)
    assert answer.headers["content-type"] == "application/pdf"
    named = 'attachment; filename="LOC-2026-000001-decision.pdf"'
    assert answer.headers["content-disposition"] == named
    for said in (b"/Marked true", b"/Lang(en-GB)", b"<pdfuaid:part>1<", b"/DisplayDocTitle true"):
        assert said in answer.content
    assert (await web.get("officer.1", path)).content != answer.content
