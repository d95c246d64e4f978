"""However many rows there are, a page asks the record the same number of times."""

import asyncio
import re
from collections import Counter
from itertools import product
from typing import Any

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, codes
from sqlalchemy import event, text

from activities.clock import SystemClock
from activities.settings import Settings
from activities.store import reading, recording
from activities.store.policies import version_of
from activities.store.recording import SessionHeld
from activities.store.session import transaction
from api.pages import served
from api.pages.visitor import SESSION, new_key
from tests.activities.by_hand import ByHand
from tests.activities.small_county import ISSUER
from tests.activities.world import World
from tests.pages.many_rows import grow, something_of_everything

LOOKERS = {
    "head.crane": "/",
    "officer.1": "/",
    "senco.ashdown": "/",
    "finance.2": "/",
    "leader.1": "/reports",
    "policy.2": "/polic",
    "service.speech": "/services",
}
"""Who looks, and where: a chair, an officer, a school and finance everywhere, others at what is
theirs; all of them at the first page."""
TIMES = 4
"""How many copies there are of every row afterwards, beside the first."""
_NOT_A_PAGE = ("/static/", "/sign-in/", "/sign-out", "/signed-out")
_FILES = ("/csv", "/xlsx")
"""Lists as files say what their pages say."""
_FOUND_AT = {
    "request_id": "SELECT id FROM support_request ORDER BY decision_id IS NULL, submitted_at",
    "item_id": "SELECT id FROM agenda_item ORDER BY listed_at DESC, id",
    "meeting_id": "SELECT meeting_id FROM agenda_item GROUP BY 1 ORDER BY count(*) DESC, 1",
    "ballot_id": "SELECT id FROM ballot ORDER BY closed_at IS NULL, opened_at",
    "draft_id": "SELECT id FROM draft ORDER BY saved_at DESC",
    "award_id": "SELECT id FROM award ORDER BY id",
    "entry_id": "SELECT id FROM ledger_entry ORDER BY id",
    "act_id": "SELECT id FROM act WHERE person_id IS NOT NULL ORDER BY number DESC",
    "reconsideration_id": "SELECT id FROM reconsideration",
    "asked_id": "SELECT id FROM service_asked",
    "plan_id": "SELECT id FROM cluster_plan ORDER BY proposed_at",
    "run_id": "SELECT id FROM payment_run ORDER BY prepared_at",
    "remittance_id": "SELECT id FROM remittance",
    "publication_id": "SELECT id FROM publication",
    "version_id": "SELECT id FROM policy_version ORDER BY id",
    "case_id": "SELECT id FROM calibration_case ORDER BY code",
    "statement_id": "SELECT id FROM statement",
    "code": "SELECT 'alder'",
    "cluster": "SELECT 'alder'",
    "kind": "SELECT 'panel'",
    "pot": "SELECT 'cluster:alder'",
    "by": "SELECT 'cluster'",
    "year": "SELECT '2026'",
}
"""Where the ids and codes of an address are found; an address with another has nothing to show."""

# Whether a session is written down as used anew depends on the clock, and is not counted.
Sent = dict[tuple[str, str], Counter[str]]
"""The statements that each page sends, by its address and who looks."""


async def test_a_page_asks_the_record_as_often_whatever_the_rows(
    app: FastAPI, hand: ByHand, small_county: Settings
) -> None:
    """Five times as many rows of everything that people do, and not one query more on any page."""
    world = hand.world
    await asyncio.to_thread(something_of_everything, world, hand)
    keys = await asyncio.to_thread(signed_in, world)
    pages = list(wholes(world))
    looks = {(page, who) for page in pages for who, at in LOOKERS.items() if looks_at(page, at)}
    few = await sent_by(app, world, looks, keys)
    rows = await asyncio.to_thread(grow, small_county, TIMES)
    assert min(rows[name] for name in ("agenda_item", "cluster_plan", "service_asked")) > TIMES
    many = await sent_by(app, world, few.keys(), keys)
    assert few.keys() == many.keys(), few.keys() - many.keys()
    grew = [told(key, few[key], many[key]) for key in few if few[key].total() < many[key].total()]
    assert not grew, "\n".join(grew)


def looks_at(page: str, at: str) -> bool:
    """Whether somebody looks at a page."""
    return page == "/" or page.startswith(at)


def told(page: tuple[str, str], few: Counter[str], many: Counter[str]) -> str:
    """Say of a page which statements it sent more often, and how often before and now."""
    more = [
        f"  {few[each]} -> {many[each]} {each[:300]}" for each in many if many[each] > few[each]
    ]
    return "\n".join([f"{page}: {few.total()} -> {many.total()}", *more])


def signed_in(world: World) -> dict[str, str]:
    """Sign everybody in, and read every policy once, as a process has that runs for a while."""
    now = SystemClock().now()
    keys = {who: new_key() for who in LOOKERS}
    with transaction(world.engine) as session:
        for who, key in keys.items():
            person = reading.person_of(session.connection(), ISSUER, who)
            assert person is not None, who
            held = SessionHeld(issuer=ISSUER, subject=who)
            recording.begin_session(session, key, person.id, held, now, now.replace(year=2100))
        for row in session.connection().execute(text("SELECT id FROM policy_version")):
            version_of(session, row.id)
    return keys


def wholes(world: World) -> list[str]:
    """Every page's address, about something that there is."""
    found = []
    for path in served.addresses():
        names = re.findall(r"{(\w+)", path)
        if path.startswith(_NOT_A_PAGE) or path.endswith(_FILES):
            continue
        if any(name not in _FOUND_AT for name in names):
            continue
        ids = [world.rows(f"{_FOUND_AT[name]} LIMIT 1") for name in names]
        for each in product(*ids):
            told_by = dict(zip(names, (str(row[0]) for row in each), strict=True))
            found.append(path.format(**told_by))
    return found


async def sent_by(app: FastAPI, world: World, wanted: Any, keys: dict[str, str]) -> Sent:
    """Look at every page, and note what each that may be seen sends to PostgreSQL."""
    found: Sent = {}
    heard: Counter[str] = Counter()

    def hears(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "web_session" not in statement:
            heard[statement] += 1

    event.listen(world.engine, "before_cursor_execute", hears)
    transport = ASGITransport(app=app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://locality") as client:
        for page, who in sorted(wanted):
            heard.clear()
            cookie = f"{SESSION}={keys[who]}"
            answer = await client.get(page, headers={"Accept": "text/html", "Cookie": cookie})
            assert answer.status_code < codes.INTERNAL_SERVER_ERROR, page
            if answer.status_code == codes.OK:
                found[page, who] = heard.copy()
    event.remove(world.engine, "before_cursor_execute", hears)
    return found
