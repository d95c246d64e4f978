"""Whatever is sent: one clear answer with every fault, nothing written, no trace, no 500."""

import asyncio
import json
import time
from collections.abc import MutableMapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import create_engine, text
from starlette.requests import Request as FullRequest
from starlette.types import Receive, Scope, Send

from api.limits import LARGEST_BODY, Ring
from api.problems import STATUS
from domain.refusals import REFUSALS
from tests.activities.by_hand import ByHand
from tests.activities.small_county import PLANTED, request
from tests.activities.world import World
from tests.api.bodies import DECISION, content, vote
from tests.api.conftest import at_the_door
from tests.api.tokens import Signer
from tests.api.web import Web, code_of

BEGIN = "/drafts"
NIL = "00000000-0000-0000-0000-000000000000"


def begun(**changed: Any) -> dict[str, Any]:
    """A draft to begin, with some of its content changed."""
    return {"school": "ashdown", "content": {**content(), **changed}}


BROKEN: dict[str, tuple[dict[str, Any], set[str]]] = {
    "unknown field": (begun(colour="red"), {"content.colour"}),
    "wrong type": (begun(about=7), {"content.about"}),
    "a day that does not exist": (begun(starts_on="2026-02-30"), {"content.starts_on"}),
    "a day out of reach": (begun(starts_on="9999-12-31"), {"content.starts_on"}),
    "text for a flag": (begun(no_contact="yes"), {"content.no_contact"}),
    "an unknown kind": (begun(kind="holiday"), {"content.kind"}),
    "a letter that is none": (begun(about="a\x00b"), {"content.about"}),
    "half a letter": (begun(about="a\ud800b"), {"content.about"}),
    "a missing part": ({"school": "ashdown"}, {"content"}),
    "several at once": (
        {"school": "NO SPACES", "content": {"kind": "individual", "about": 1, "outcomes": [""]}},
        {"school", "content.about", "content.outcomes.0"},
    ),
    "fractions of a penny": (
        begun(pupils=[{**content()["pupils"][0], "school_spends_pence": 1.5}]),
        {"content.pupils.0.school_spends_pence"},
    ),
    "pence as text": (
        begun(pupils=[{**content()["pupils"][0], "school_spends_pence": "150"}]),
        {"content.pupils.0.school_spends_pence"},
    ),
    "hours with three places": (
        begun(provision=[{**content()["provision"][0], "hours_a_week": "1.125"}]),
        {"content.provision.0.hours_a_week"},
    ),
}


@pytest.mark.promise(13)
@pytest.mark.parametrize("name", BROKEN)
async def test_every_fault_of_a_body_is_listed_at_once(name: str, web: Web, world: World) -> None:
    """The answer is 422 with each place that is wrong, without what stood there."""
    body, places = BROKEN[name]
    answer = await said_raw(web, BEGIN, json.dumps(body))
    assert answer.status_code == 422
    assert code_of(answer) == "malformed"
    assert {fault["field"].removeprefix("body.") for fault in answer.json()["faults"]} == places
    assert PLANTED not in answer.text
    assert world.one("SELECT count(*) FROM draft") == world.one("SELECT count(*) FROM said") == 0


@pytest.mark.parametrize(
    "body", ["", "{", "[" * 50_000, "7", "null", "NaN", '"text"', "\ufeff{}", "{}{}"]
)
async def test_what_is_no_json_is_told_so(body: str, web: Web) -> None:
    """Nothing that is not a JSON object of the right shape gets further than the door."""
    answer = await said_raw(web, BEGIN, body)
    assert answer.status_code == 422
    assert code_of(answer) == "malformed"


async def said_raw(web: Web, path: str, body: str | bytes, **headers: str) -> httpx.Response:
    """Send a body as it stands."""
    given = {**web.headers("senco.ashdown"), "Idempotency-Key": str(uuid4()), **headers}
    given["Content-Type"] = "application/json"
    return await web.client.post(f"/api{path}", content=body, headers=given)


async def test_a_body_that_is_too_large_is_turned_away_while_it_arrives(web: Web) -> None:
    """One mebibyte is taken and not one byte more, whatever the length is said to be."""

    async def endless() -> Any:
        for _ in range(11):
            yield b" " * LARGEST_BODY

    given = {**web.headers("senco.ashdown"), "Idempotency-Key": str(uuid4())}
    given["Content-Type"] = "application/json"
    arriving = await web.client.post("/api/drafts", content=endless(), headers=given)
    declared = await said_raw(web, BEGIN, b" " * (LARGEST_BODY + 1))
    for answer in (arriving, declared):
        assert answer.status_code == 413
        assert code_of(answer) == "too_large"
    fits = json.dumps(begun())
    assert (await said_raw(web, BEGIN, fits.ljust(LARGEST_BODY))).status_code == 201


FLOODS: dict[str, tuple[Any, int]] = {
    "numbers for codes": (begun(electoral_divisions=[1] * 300_000), 1),
    "letters that are none": (begun(about=["\x00"] * 9_000), 100),
    "fields that nobody knows": (begun(**{f"x{n}": 1 for n in range(9_000)}), 100),
}


@pytest.mark.promise(13)
@pytest.mark.parametrize("name", FLOODS)
async def test_a_flood_of_faults_is_counted_and_not_listed(name: str, web: Web) -> None:
    """At most a hundred faults come back, soon and small, with how many there are."""
    body, listed = FLOODS[name]
    began = time.perf_counter()
    answer = await said_raw(web, BEGIN, json.dumps(body))
    assert time.perf_counter() - began < 5
    assert code_of(answer) == "malformed"
    assert len(answer.json()["faults"]) == listed
    assert len(answer.content) < 50_000
    if name.startswith("fields"):
        assert answer.json()["in_the_way"] == "9000 faults in it; the first 100 are listed"


async def test_a_body_that_stops_halfway_is_not_waited_for() -> None:
    """Whoever sends half a body holds no place for long: 408, and the connection is closed."""
    told: list[MutableMapping[str, Any]] = []
    sent = [{"type": "http.request", "body": b"{", "more_body": True}]

    async def receive() -> MutableMapping[str, Any]:
        return sent.pop() if sent else await asyncio.Future()

    async def send(message: MutableMapping[str, Any]) -> None:
        told.append(message)

    async def reads_it_all(scope: Scope, receive: Receive, send: Send) -> None:
        await FullRequest(scope, receive, send).body()

    scope = {"type": "http", "method": "POST", "headers": [], "path": "/"}
    await Ring(reads_it_all, longest_body_seconds=0.05)(scope, receive, send)
    assert told[0]["status"] == 408
    assert (b"connection", b"close") in told[0]["headers"]
    assert json.loads(told[1]["body"])["code"] == "too_slow"


async def test_no_answer_repeats_the_host_that_was_named(web: Web) -> None:
    """An address with a slash too many is unknown, and leads nowhere else."""
    given = {**web.headers("officer.1"), "Host": "elsewhere.invalid"}
    answer = await web.client.get("/api/requests/", headers=given)
    assert code_of(answer) == "unknown"
    assert "elsewhere" not in answer.text + str(answer.headers)


async def test_faults_name_no_class_of_ours(web: Web) -> None:
    """What is no object is told so in words; a kind of policy that there is not is unknown."""
    answer = await said_raw(web, BEGIN, "7")
    assert [each["says"] for each in answer.json()["faults"]] == ["it is not a table of names"]
    assert code_of(await web.get("officer.1", "/policies/nokind")) == "unknown"


@pytest.mark.parametrize("key", [None, "short", "x" * 129, "with space and so on"])
async def test_a_write_without_a_proper_key_is_refused(key: str | None, web: Web) -> None:
    """Every write names itself, so that repeating it does no harm."""
    given = web.headers("senco.ashdown")
    if key is not None:
        given["Idempotency-Key"] = key
    answer = await web.client.post("/api/drafts", json=begun(), headers=given)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["faults"]] == ["header.Idempotency-Key"]


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
async def test_unknown_and_crooked_ids_are_answered(method: str, web: Web) -> None:
    """An id that nobody has is 404, one that is none is 422, an address that is none is 404."""
    paths = {
        "GET": ("/requests/{}", "/drafts/{}", "/acts/{}", "/meetings/{}", "/ballots/{}"),
        "PUT": ("/drafts/{}", "/ballots/{}/vote"),
        "POST": ("/requests/{}/authorise", "/requests/{}/submit", "/meetings/{}/close"),
    }
    bodies = {"/drafts/{}": {"version": 1, "content": content()}, "/ballots/{}/vote": vote()}
    bodies["/requests/{}/submit"] = CHOSEN_SUBMIT
    for path in paths[method]:
        body = None if method == "GET" else bodies.get(path, DECISION)
        for wrong, status in ((NIL, 404), ("seven", 422), ("../../etc", 404)):
            answer = await web.says("officer.1", path.format(wrong), body, method=method)
            assert answer.status_code == status, (path, wrong, answer.text)
            assert code_of(answer)


CHOSEN_SUBMIT = {"draft_version": 1}


async def test_an_instant_names_its_zone(web: Web) -> None:
    """Ten o'clock where? A time without its zone is asked for again."""
    choices = {"cluster": "alder", "starts_at": "2026-11-02T10:00:00"}
    answer = await web.says("administrator.alder", "/meetings", choices)
    assert [fault["code"] for fault in answer.json()["faults"]] == ["zone_missing"]
    for starts_at in ("2020-01-01T10:00:00Z", "2099-12-31T23:59:59-12:00"):
        choices = {"cluster": "alder", "starts_at": starts_at}
        answer = await web.says("administrator.alder", "/meetings", choices)
        assert code_of(answer) in {"not_valid", "no_policy_in_force"}, answer.text


async def test_queries_are_checked(web: Web) -> None:
    """What stands in an address is read as strictly as a body."""
    for path in ("/policies?on=2026-02-30", "/events?after=-1", "/ledger/entries?limit=0"):
        answer = await web.get("officer.1", path)
        assert answer.status_code == 422, path
    answer = await web.get("officer.1", "/policies/tariff?on=1999-01-01")
    assert code_of(answer) == "no_policy_in_force"
    assert code_of(await web.get("officer.1", "/nothing-here")) == "unknown"
    assert code_of(await web.says("officer.1", "/me")) == "method_not_allowed"


def test_every_refusal_has_a_status() -> None:
    """No code can leave without one, and each says that the asker, not we, has to act."""
    assert set(STATUS) == set(REFUSALS)
    assert set(STATUS.values()) <= {403, 404, 409, 422}


async def test_pupils_the_register_does_not_have_are_listed(web: Web) -> None:
    """A pupil of another school and one that nobody knows look the same, each with its place."""
    theirs = request(school="brook").model_dump(mode="json")["pupils"][0]
    wrong = [
        {**theirs, "school": "ashdown"},
        {**theirs, "pupil_id": NIL, "school": "ashdown"},
        {**content()["pupils"][0], "sen_status": "education_health_and_care_plan"},
    ]
    body = begun(kind="group", pupils=wrong)
    draft = (await web.says("senco.ashdown", BEGIN, body)).json()
    await web.says("head.ashdown", f"/drafts/{draft['id']}/confirm", {"version": 1})
    path = f"/requests/{draft['id']}/submit"
    answer = await web.says("senco.ashdown", path, CHOSEN_SUBMIT)
    assert code_of(answer) == "not_valid"
    first, second, third = answer.json()["faults"]
    assert {**first, "field": ""} == {**second, "field": ""}
    assert third["field"] == "pupils.2.sen_status"


@pytest.mark.promise(8)
async def test_a_crash_tells_an_id_and_nothing_else(
    own_app: FastAPI, signer: Signer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever goes wrong inside, outside there is a problem document without a trace."""

    @own_app.get("/api/crash")
    def crash() -> None:
        raise ZeroDivisionError(PLANTED)

    async with at_the_door(own_app, signer) as web:
        answer = await web.get("officer.1", "/crash")
    assert answer.status_code == 500
    assert code_of(answer) == "failed"
    assert answer.json()["id"]
    assert PLANTED not in answer.text
    assert "ZeroDivision" not in answer.text
    capsys.readouterr()


@pytest.mark.promise(6)
async def test_what_the_database_holds_is_told_as_a_refusal(web: Web, hand: ByHand) -> None:
    """A constraint that a race ran into is answered by its name, without the row."""
    _, ballot_id = hand.in_ballot(request())
    item_id = hand.world.one("SELECT item_id FROM ballot WHERE id = :id", id=ballot_id)
    hand.world.declares("head.crane", item_id)
    with hand.world.engine.begin() as connection:
        connection.execute(
            text("UPDATE ballot SET closed_at = closes_at WHERE id = :id"), {"id": ballot_id}
        )
    answer = await web.says("head.crane", f"/ballots/{ballot_id}/vote", vote(), method="PUT")
    assert code_of(answer) == "ballot_closed"


async def test_without_the_database_the_door_says_so(signer: Signer, app: FastAPI) -> None:
    """A record that cannot be reached is 503 and a sentence, and health says it too."""
    app.state.parts = replace(
        app.state.parts,
        engine=create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none"),
    )
    async with at_the_door(app, signer) as web:
        answer = await web.get("officer.1", "/me")
        assert answer.status_code == 503
        assert code_of(answer) == "unwell"
        assert (await web.get("officer.1", "/health")).json() == {"database": False}
