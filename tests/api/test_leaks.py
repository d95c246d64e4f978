"""A child is never named: in logs, addresses, events and errors, whatever goes wrong."""

import json
from collections.abc import Iterator, MutableMapping
from typing import Any
from uuid import UUID

import pytest
import structlog
from fastapi import FastAPI
from sqlalchemy import text

from activities.logs import exception_named
from activities.store.session import transaction
from tests.activities.by_hand import ByHand
from tests.activities.small_county import PLANTED, request
from tests.api.bodies import DECISION, content, vote
from tests.api.conftest import at_the_door
from tests.api.tokens import Signer
from tests.api.web import Web

pytestmark = pytest.mark.promise(8)

SPELLINGS = (PLANTED, PLANTED.upper(), PLANTED[::-1], PLANTED.replace("w", "w\u200b"))


@pytest.fixture
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """Every line that is logged, before it is written."""
    with structlog.testing.capture_logs() as lines:
        yield lines


def written(lines: list[MutableMapping[str, Any]]) -> str:
    """The lines as they are written: exceptions by type and place alone."""
    return json.dumps([exception_named(None, "info", dict(line)) for line in lines], default=str)


async def test_nothing_that_was_typed_reaches_a_log_or_an_error(
    web: Web, hand: ByHand, logged: list[MutableMapping[str, Any]]
) -> None:
    """Names in every field, in every spelling: on the way that goes well and where it does not."""
    request_id, ballot_id = hand.in_ballot(request())
    hand.world.declares("head.crane", hand.world.item_of(request_id))
    told = ""
    for name in SPELLINGS:
        for body in (
            {"school": "ashdown", "content": {**content(), "about": name}},
            {"school": name, "content": {"kind": name, "about": 7, name: name}},
            {"school": "ashdown", "content": {**content(), "pupils": [{"pupil_id": name}]}},
        ):
            answer = await web.says("senco.ashdown", "/drafts", body)
            told += "" if answer.is_success else without_own_keys(answer.text, name)
        path = f"/ballots/{ballot_id}/vote"
        await web.says("head.crane", path, vote(reason=name), method="PUT")
        told += (await web.says("senco.ashdown", path, vote(reason=name), method="PUT")).text
        decision = {**DECISION, "grounds": [name]}
        told += (await web.says("head-of-sen", f"/requests/{request_id}/authorise", decision)).text
        told += (await web.get("officer.1", f"/requests/{name}")).text
        told += (await web.get("officer.1", "/policies", on=name)).text
    lines = written(logged)
    assert lines.count("request_answered") >= 7 * len(SPELLINGS)
    for name in SPELLINGS:
        assert json.dumps(name)[1:-1] not in lines
        assert name not in told


def without_own_keys(told: str, name: str) -> str:
    """A fault's place names the field; where the sender made the field up, it is the sender's."""
    faults = json.loads(told)["faults"]
    for fault in faults:
        fault["field"] = fault["field"].replace(name, "")
    return json.dumps(faults)


async def test_a_crash_and_a_violated_constraint_quote_no_row(
    own_app: FastAPI, signer: Signer, hand: ByHand, logged: list[MutableMapping[str, Any]]
) -> None:
    """PostgreSQL's own message quotes the failing row; none of it leaves or is logged."""

    @own_app.get("/api/trip")
    def trip() -> None:
        with transaction(hand.world.engine) as session:
            session.connection().execute(
                text("INSERT INTO pupil (id, number) SELECT id, :name FROM pupil"),
                {"name": PLANTED},
            )

    async with at_the_door(own_app, signer) as web:
        answer = await web.get("officer.1", "/trip")
    assert answer.status_code == 500
    assert PLANTED not in answer.text + written(logged)
    assert UUID(answer.json()["id"])
    assert "UniqueViolation" in written(logged)


async def test_no_address_takes_words(app: FastAPI) -> None:
    """Paths and queries hold ids, codes, days and numbers: nothing a name could be typed into."""
    free = []
    for path, methods in app.openapi()["paths"].items():
        for method, what in methods.items():
            for each in what.get("parameters", []):
                shapes = each["schema"].get("anyOf", [each["schema"]])
                typed = [s for s in shapes if s.get("type") == "string"]
                bound = all(
                    "format" in s or "pattern" in s or "enum" in s or "$ref" in s for s in typed
                )
                if each["in"] != "header" and not bound:
                    free.append((method, path, each["name"]))
    assert free == []
