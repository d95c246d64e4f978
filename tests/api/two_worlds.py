"""Two worlds from one template that differ in nothing but what was voted, and every look at them.

Ids, moments, voters and keys are the same in both; what a look gives is kept to the byte.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile

import httpx
from fastapi import FastAPI

from activities.embedded import EmbeddedPostgres
from activities.settings import Settings
from activities.store.session import make_engine
from api.app import compose
from api.auth import Tokens
from api.delivery import Delivery
from api.pages.house import make_house
from api.parts import Parts
from domain.moderation import Recommendation
from tests.activities.by_hand import ByHand
from tests.activities.calibration_world import has_levels, is_calibrated
from tests.activities.roster_world import OBSERVER, SPECIALIST, TRUST_LEAD, VICE, borrows, enrol
from tests.activities.roster_world import substitutes as named_for
from tests.activities.small_county import named, request
from tests.activities.world import World
from tests.api.engine import HandEngine
from tests.api.tokens import ISSUERS, Signer
from tests.api.web import Json, Web
from tests.conftest import StillClock, settings_for

CHAIR, SUBSTITUTE, BORROWED = "head.crane", "senco.brook", "head.gorse"
VOTERS = (CHAIR, SUBSTITUTE, "head.elm", "senco.fern", BORROWED)
BARRED = "adviser.2"
SEES_MOST = (CHAIR, "administrator.alder", "officer.1")
AS_FILES = ("/csv", "/xlsx")
GET_FILES = (CHAIR, "officer.1", "finance.1", "leader.1")
"""Who looks at files: they have what the lists have, which everybody looks at."""
OF_MONEY_AND_RULES = (
    *("/api/awards", "/api/cover", "/api/finance", "/api/ledger", "/api/payment-runs"),
    *("/api/policies", "/api/policy/", "/api/remittances", "/api/reports", "/api/search"),
)
"""What lies furthest from a vote: looked at by those who see most and who get files."""
SAY_MOST = (CHAIR, "officer.1", "senco.ashdown", "finance.1")
EVERY_ROLE = (
    *SEES_MOST,
    *("head.elm", SUBSTITUTE, BORROWED, BARRED, VICE, OBSERVER, SPECIALIST, TRUST_LEAD),
    *("senco.ashdown", "business.ashdown", "finance.1", "policy.1", "leader.1"),
)
"""Somebody of each role: who votes, who does not, and who may not; of the cluster and of others."""

Logged = list[MutableMapping[str, Any]]
Headers = tuple[tuple[bytes, bytes], ...]
Seen = tuple[int, Headers, bytes]
"""What a look gives: status, headers as they are sent, body."""

_OPEN = "SELECT {} FROM ballot WHERE closed_at IS NULL ORDER BY opened_at, id"
VALUES: dict[str, tuple[str, ...]] = {
    "request_id": (
        _OPEN.format("request_id"),
        "SELECT id FROM support_request WHERE decision_id IS NOT NULL",
    ),
    "item_id": (_OPEN.format("item_id"),),
    "pupil_id": ("SELECT pupil_id FROM request_pupil ORDER BY pupil_id LIMIT 1",),
    "ballot_id": (
        _OPEN.format("id"),
        "SELECT id FROM ballot WHERE closed_at IS NOT NULL ORDER BY closed_at DESC LIMIT 1",
    ),
    "meeting_id": ("SELECT meeting_id FROM agenda_item WHERE state = 'in_ballot' LIMIT 1",),
    "act_id": ("SELECT id FROM act WHERE kind = 'open_ballot' ORDER BY recorded_at DESC LIMIT 1",),
    "award_id": ("SELECT id FROM award",),
    "award": ("SELECT id FROM award",),
    "reference": ("SELECT reference FROM support_request ORDER BY reference",),
    "period": ("1",),
    "entry_id": ("SELECT id FROM ledger_entry ORDER BY id LIMIT 1",),
    "case_id": ("SELECT id FROM calibration_case",),
    "version_id": ("SELECT id FROM policy_version ORDER BY id LIMIT 1",),
    "draft_id": ("SELECT id FROM draft ORDER BY id LIMIT 1",),
    "code": ("alder",),
    "cluster": ("alder",),
    "beside": ("cedar",),
    "school": ("ashdown",),
    "council": ("riverside",),
    "stage": ("in_ballot",),
    "from": ("2026-09-01",),
    "until": ("2027-09-01",),
    "on": ("2026-11-20",),
    "as_known_at": ("2026-11-20T09:00:00Z",),
    "year": ("2026",),
    "against": ("other_panels",),
    "pot": ("cluster:alder",),
    "kind": ("panel",),
    "by": ("cluster",),
    "limit": ("50",),
    "after": ("1",),
    "from_period": ("1",),
    "until_period": ("12",),
    "name": ("report.xlsx",),
}
"""What fills an address: values, and queries that find an id in the world.

A parameter that is not here fails the proof until somebody says what it looks at.
"""
_OF_PATH: dict[tuple[str, str], tuple[str, ...]] = {
    ("/api/calibration/ballots/{ballot_id}", "ballot_id"): ("SELECT id FROM calibration_ballot",),
    ("/api/payment-runs/{run_id}/files/{kind}", "kind"): ("payment_file",),
    ("/api/requests", "after"): ("SELECT min(id::text) FROM support_request",),
    ("/api/awards", "after"): ("SELECT min(id::text) FROM award",),
}
NOTHING_YET = frozenset(
    {
        *("file_id", "statement_id", "run_id", "remittance_id", "modelling_id", "publication_id"),
        *("reconsideration_id", "asked_id", "plan_id", "cover_id", "payment_id"),
        *("change_id", "link_id", "token", "put_id"),
    }
)
"""Of what there is none in these worlds: the address is asked for all the same."""
CLOSING = frozenset({"/api/ballots/{ballot_id}/close", "/api/meetings/{meeting_id}/close"})
"""Where a ballot may be closed: what it came to is told from then on."""
_AT_REST: list[FastAPI] = []
"""Applications that no world stands in: their hundreds of routes are long in the making."""


@dataclass(frozen=True)
class OneWorld:
    """One of the two: its record, its application and what it has logged."""

    settings: Settings
    hand: ByHand
    app: FastAPI
    web: Web
    logged: Logged
    """What is logged, whichever world is at work."""
    told: list[dict[str, Any]]
    """What this world has logged, without how long anything took."""

    async def look(self, subject: str | None, address: str) -> Seen:
        """Somebody, or nobody whom we know, reads an address."""
        headers = self.web.headers(subject) if subject else {}
        return self.seen(await self.web.client.get(address, headers=headers))

    def seen(self, answer: httpx.Response) -> Seen:
        """An answer as it was sent; what was logged meanwhile is this world's."""
        self.told.extend({key: line[key] for key in line if key != "ms"} for line in self.logged)
        self.logged.clear()
        raw = tuple((name.lower(), value) for name, value in answer.headers.raw)
        if answer.content.startswith(b"PK"):
            return answer.status_code, _without_length(raw), unpacked(answer.content)
        return answer.status_code, raw, answer.content


def prepare(world: World, hand: ByHand) -> datetime:
    """An open ballot, a second round, a calibration ballot and a decided case; when it is then."""
    enrol(world)
    is_calibrated(world)
    has_levels(world, "wren", (2, 3, 1, 0))
    decided = hand.recommended(request())
    world.authorises("head-of-sen", decided)
    hand.goes_on()
    item_id = world.item_of(hand.listed(request(number=1)))
    meeting_id, _ = world.meeting_of(item_id)
    named_for(world, meeting_id, "head.dell", SUBSTITUTE)
    again = world.item_of(hand.listed(request(number=2)))
    for each in (item_id, again):
        borrows(world, each, BORROWED)
    starts_at = world.one("SELECT starts_at FROM meeting WHERE id = :id", id=meeting_id)
    world.clock.move_on(max(starts_at - world.clock.now(), timedelta()))
    _first_round_is_tied(world, hand, again)
    for each in (item_id, again):
        world.opens(each)
    hand.goes_on()
    for voter in (*VOTERS, OBSERVER):
        world.declares(voter, item_id)
    return world.clock.now()


def _first_round_is_tied(world: World, hand: ByHand, item_id: UUID) -> None:
    world.opens(item_id)
    hand.goes_on()
    request_id = world.one("SELECT request_id FROM agenda_item WHERE id = :id", id=item_id)
    ballot_id = world.ballot_of(request_id)
    for voters, advises in (
        ((CHAIR, "head.elm"), Recommendation.AS_ASKED),
        (("senco.fern", BORROWED), Recommendation.ADVICE),
    ):
        world.panel_votes(ballot_id, recommendation=advises, members=voters)
    world.declares(SUBSTITUTE, item_id)
    world.closes(ballot_id)
    hand.goes_on()


@asynccontextmanager
async def standing(
    postgres: EmbeddedPostgres, template: str, instant: datetime, logged: Logged
) -> AsyncIterator[OneWorld]:
    """A world of its own, as the template has it, with its application around it."""
    name, signer = f"test_{uuid4().hex}", Signer()
    postgres.create_database(name, template=template)
    settings = settings_for(postgres, name)
    engine = make_engine(settings.database_url, 8)
    world = World(engine, StillClock(instant))
    hand = ByHand(world)
    delivery = Delivery(HandEngine(hand).connect, engine, world.clock, "by-hand")
    tokens = Tokens(ISSUERS, fetch=signer.fetch)
    parts = Parts(engine, world.clock, tokens, delivery, patience_seconds=10.0)
    house = make_house(settings)
    app = _AT_REST.pop() if _AT_REST else compose(parts, house)
    app.state.parts, app.state.house = parts, house
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://locality") as client:
        yield OneWorld(settings, hand, app, Web(client, signer), logged, told=[])
    _AT_REST.append(app)
    await delivery.close()
    engine.dispose()
    postgres.drop_database(name)


def addresses(app: FastAPI, world: World) -> dict[str, bool]:
    """Every address that can be read, from the application's own description of itself.

    Told with each is whether it was narrowed by a query that could have been left out.
    """
    written = app.openapi()
    found: dict[str, bool] = {}
    for path, methods in written["paths"].items():
        if "get" in methods:
            parameters = methods["get"].get("parameters", [])
            known = {each["name"]: _values(path, each, written, world) for each in parameters}
            found |= filled(path, parameters, known)
    return found


def filled(path: str, parameters: list[Json], known: dict[str, list[str]]) -> dict[str, bool]:
    """Fill an address as often as there are values: what it needs, and each thing it may take."""
    needed = [each for each in parameters if each.get("required") and each["in"] == "query"]
    told = "&".join(f"{each['name']}={known[each['name']][0]}" for each in needed)
    wholes = _with_ids(path, known)
    found = {f"{whole}?{told}" if told else whole: False for whole in wholes}
    for each in parameters:
        if each["in"] == "query" and not each.get("required"):
            more = f"{each['name']}={known[each['name']][0]}"
            found[f"{wholes[0]}?{'&'.join(filter(None, (told, more)))}"] = True
    return found


def writes(app: FastAPI, world: World) -> Iterator[tuple[str, str, Json | None]]:
    """Every address that takes something, with the example that the documentation shows of it."""
    written = app.openapi()
    for path, methods in written["paths"].items():
        for method in methods.keys() - {"get"} if path not in CLOSING else ():
            told = methods[method]
            inside = [each for each in told.get("parameters", []) if each["in"] == "path"]
            known = {each["name"]: _values(path, each, written, world) for each in inside}
            body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
            address = _with_ids(path, known)[0].removeprefix("/api")
            yield method.upper(), address, body.get("example")


def _with_ids(path: str, known: dict[str, list[str]]) -> list[str]:
    wholes = [path]
    for name in re.findall(r"{(\w+)}", path):
        wholes = [w.replace(f"{{{name}}}", value) for w in wholes for value in known[name]]
    return wholes


def _values(path: str, parameter: Json, written: Json, world: World) -> list[str]:
    name = parameter["name"]
    if name in NOTHING_YET:
        return [str(named(name))]
    told = _OF_PATH.get((path, name)) or VALUES.get(name) or _by_shape(parameter, written)
    assert told, f"say in tests/api/two_worlds.py what {name!r} of {path} looks at"
    found = [
        str(row[0])
        for each in told
        for row in (world.rows(each) if each.startswith("SELECT") else [(each,)])
    ]
    assert found, f"there is no {name!r} for {path} in these worlds"
    return found


def _by_shape(parameter: Json, written: Json) -> tuple[str, ...]:
    """What fills a query that is yes or no, a number or one of a few words, whatever its name."""
    shape = parameter["schema"]
    shape = next((each for each in shape.get("anyOf", []) if each.get("type") != "null"), shape)
    if "$ref" in shape:
        shape = written["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    if "enum" in shape:
        return tuple(shape["enum"][:1])
    return {"boolean": ("true",), "integer": ("1",)}.get(shape.get("type", ""), ())


def without_own_vote(seen: Seen) -> Seen:
    """What a voter sees of a ballot but for the voter's own vote: the one exception there is."""
    status, headers, body = seen
    if b'"mine":' not in body:
        return seen
    told = {name: value for name, value in json.loads(body).items() if name != "mine"}
    return status, _without_length(headers), json.dumps(told).encode()


def unpacked(workbook: bytes) -> bytes:
    """What is in a workbook, but for the second at which it was written."""
    with ZipFile(BytesIO(workbook)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["docProps/core.xml"] = re.sub(
        rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"", parts["docProps/core.xml"]
    )
    return repr(parts).encode()


def _without_length(headers: Headers) -> Headers:
    return tuple(each for each in headers if each[0] != b"content-length")
