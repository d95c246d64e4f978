"""No page shows a vote before the close: two worlds that differ in the votes alone look the same.

Promise 7, for every page that answers a GET, found from the application itself.
"""

import re
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlmodel import Session

from activities.clock import SystemClock
from activities.store import reading, recording
from activities.store.reading import Caller
from activities.store.recording import SessionHeld
from activities.store.session import transaction
from api.pages import served
from api.pages.visitor import SESSION
from tests.activities.small_county import ISSUER
from tests.activities.world import World
from tests.api.test_two_worlds import Pair, all_vote, template, worlds  # noqa: F401
from tests.api.two_worlds import (
    NOTHING_YET,
    SEES_MOST,
    VALUES,
    VOTERS,
    OneWorld,
    unpacked,
)

pytestmark = pytest.mark.promise(7)

LOOKERS = (*SEES_MOST, "head.elm", "adviser.2", "senco.ashdown", "finance.1", "leader.1")
"""Chair, administrator, officer, a voter, whom an interest bars, a school, finance, a leader; every
role looks at what the pages are drawn from in the proof of the API."""

SEE_ALL = (SEES_MOST[0], "officer.1")
NEAR_A_VOTE = (
    *("/ballots", "/calibration", "/clusters", "/items", "/meetings", "/messages", "/panels"),
    "/requests",
)

_NO_PAGE = ("/static/", "/sign-in/")
_MADE_UP = "/calibration/ballots/"
_EACH_TIME = re.compile(rb'nonce(?:-|=")[\w-]+|name="_said" value="[^"]*"')
"""What is made anew each time that a page is drawn, and tells nothing."""
_MINE = re.compile(rb"<!-- mine -->.*?<!-- /mine -->", re.DOTALL)
"""A voter's own vote, as that voter's page marks it: the one exception there is."""

Drawn = tuple[int, bytes]


def wholes(world: World) -> list[str]:
    """Every page's address, as often as there are things in the world that it may be about."""
    found = []
    for path in served.addresses():
        if path.startswith(_NO_PAGE):
            continue
        filled = [path]
        for name in re.findall(r"{(\w+)}", path):
            ids = _made_up(world) if path.startswith(_MADE_UP) else _ids(name, world)
            filled = [each.replace(f"{{{name}}}", v) for each in filled for v in ids]
        found += filled
    return found


def _made_up(world: World) -> list[str]:
    """The ballots on made-up cases, which addresses call as they call those on requests."""
    return [str(row.id) for row in world.rows("SELECT id FROM calibration_ballot")]


def _ids(name: str, world: World) -> list[str]:
    if name in NOTHING_YET or name not in VALUES:
        assert name in NOTHING_YET | NOTHING_HERE, f"say what {name!r} of a page looks at"
        return [str(UUID(int=0))]
    return [
        str(row[0])
        for each in VALUES[name]
        for row in (world.rows(each) if each.startswith("SELECT") else [(each,)])
    ]


NOTHING_HERE = frozenset({"version", "token", "clusters", "number"})
"""What is in an address of pages alone, and of which there is none in these worlds."""


async def look(world: OneWorld, subject: str, address: str) -> Drawn:
    """Somebody who is signed in asks for a page."""
    key = f"{subject}-{'k' * 20}"
    answer = await world.web.client.get(
        address,
        headers={"Accept": "text/html", "Cookie": f"{SESSION}={key}"},
    )
    world.seen(answer)
    return drawn(answer, is_voter=subject in VOTERS)


def drawn(answer: httpx.Response, *, is_voter: bool) -> Drawn:
    """A page without what is made anew each time and, for a voter, without the own vote."""
    if answer.content.startswith(b"PK"):
        return answer.status_code, unpacked(answer.content)
    body = _EACH_TIME.sub(b"", answer.content)
    return answer.status_code, _MINE.sub(b"", body) if is_voter else body


def sign_in(world: OneWorld, subjects: tuple[str, ...]) -> None:
    """Give people the same keys in both worlds."""
    now = SystemClock().now()
    with transaction(world.hand.world.engine) as session:
        for subject in subjects:
            person = reading.person_of(session.connection(), ISSUER, subject)
            assert person is not None, subject
            held = SessionHeld(issuer=ISSUER, subject=subject)
            key, until = f"{subject}-{'k' * 20}", now + timedelta(hours=12)
            recording.begin_session(session, key, person.id, held, now, until)


def looks(subject: str, address: str) -> bool:
    """Whether somebody looks at a page: those who see most at all, others where panels are near."""
    return subject in SEE_ALL or address == "/" or address.startswith(NEAR_A_VOTE)


async def differences(
    pair: Pair, subjects: tuple[str, ...], only: str | None = None
) -> list[tuple[str, str]]:
    """Whoever sees a page in one world that is not the same in the other, and which."""
    one, other = pair
    for world in pair:
        sign_in(world, subjects)
    for subject in subjects:
        assert (await look(one, subject, "/"))[0] == httpx.codes.OK, subject
        await look(other, subject, "/")
    found = [
        (subject, address)
        for address in wholes(one.hand.world)
        for subject in subjects
        if looks(subject, address) and only in {None, address}
        if await look(one, subject, address) != await look(other, subject, address)
    ]
    assert one.told == other.told
    return found


async def test_no_page_tells_of_votes_before_the_close(worlds: Pair) -> None:  # noqa: F811
    """Whoever may look, at every page: the same to the byte, whatever was voted."""
    assert await all_vote(worlds) == []
    assert await differences(worlds, LOOKERS) == []


async def test_a_planted_leak_on_a_page_is_found(
    worlds: Pair,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The proof can fail: a reference that depends on a vote is told at once."""
    assert await all_vote(worlds) == []
    true_worklist = reading.worklist
    against = "SELECT count(*) FROM vote WHERE recommendation = 'none'"

    def leaking(session: Session, caller: Caller, *only: object) -> object:
        count = session.connection().exec_driver_sql(against).scalar_one()
        told = true_worklist(session, caller, *only)  # type: ignore[arg-type]
        return tuple(each.model_copy(update={"reference": f"LOC-{count}"}) for each in told)

    monkeypatch.setattr(reading, "worklist", leaking)
    assert await differences(worlds, SEES_MOST[:1], "/") != []
