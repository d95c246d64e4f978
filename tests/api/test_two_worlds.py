"""Blind is proved: two worlds that differ in the votes alone cannot be told apart by anybody.

Promise 7. Whether an answer takes longer is not looked at.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
import structlog
from sqlalchemy import text
from sqlmodel import Session

from activities.embedded import EmbeddedPostgres
from activities.store import reading
from activities.store.reading import BallotView, Caller
from activities.store.session import make_engine
from api import cli, command_line
from tests.activities.by_hand import ByHand
from tests.activities.world import World
from tests.api.bodies import vote
from tests.api.two_worlds import (
    AS_FILES,
    EVERY_ROLE,
    GET_FILES,
    OF_MONEY_AND_RULES,
    SAY_MOST,
    SEES_MOST,
    VOTERS,
    OneWorld,
    Seen,
    addresses,
    prepare,
    standing,
    without_own_vote,
    writes,
)
from tests.conftest import StillClock, settings_for

pytestmark = pytest.mark.promise(7)

Pair = tuple[OneWorld, OneWorld]
_HIGH: tuple[dict[str, Any], ...] = (vote(5), vote(4, "as_asked", "As asked."), vote(5, "advice"))
_LOW: tuple[dict[str, Any], ...] = (
    vote(0, "none", "There is far less to it than that, by every report that we were given."),
    {"abstained": True, "levels": {}, "recommendation": None, "reason": "Too little to go by."},
    {**vote(1, "differently"), "descriptors": []},
)
_AGAINST = text(
    "SELECT count(*) FILTER (WHERE recommendation = 'none') FROM vote WHERE ballot_id = :id"
)
_COMMANDS = (
    ("agreement", "--from", "2026-09-01", "--until", "2027-09-01"),
    ("events",),
    ("ledger", "balances"),
    ("ledger", "verify"),
    ("policy", "rerun"),
)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def template(
    postgres: EmbeddedPostgres, furnished_for_the_web: str
) -> AsyncIterator[tuple[str, datetime]]:
    """The database that both worlds are copies of, and the instant at which it was left."""
    name = f"test_{uuid4().hex}"
    postgres.create_database(name, template=furnished_for_the_web)
    engine = make_engine(settings_for(postgres, name).database_url, 4)
    world = World(engine, StillClock())
    instant = await asyncio.to_thread(prepare, world, ByHand(world))
    engine.dispose()
    yield name, instant
    postgres.drop_database(name)


@pytest_asyncio.fixture(loop_scope="session")
async def worlds(postgres: EmbeddedPostgres, template: tuple[str, datetime]) -> AsyncIterator[Pair]:
    """Two worlds in which everybody has come and nobody has voted yet."""
    with structlog.testing.capture_logs() as logged:
        async with (
            standing(postgres, *template, logged) as one,
            standing(postgres, *template, logged) as other,
        ):
            yield one, other


def open_ballots(world: World) -> list[tuple[str, UUID, tuple[str, ...]]]:
    """The open ballots, as addresses call them, and who votes: on requests, on a made-up case."""
    found: list[tuple[str, UUID, tuple[str, ...]]] = [
        (path, row.id, voters)
        for path, table, voters in (
            ("ballots", "ballot", VOTERS),
            ("calibration/ballots", "calibration_ballot", VOTERS[:-1]),
        )
        for row in world.rows(f"SELECT id FROM {table} WHERE closed_at IS NULL ORDER BY id")  # noqa: S608
    ]
    assert len(found) == 3
    return found


async def all_vote(worlds: Pair) -> list[tuple[str, str]]:
    """The same people vote at the same moments, one of them twice, and choose otherwise.

    Gives whoever was answered otherwise in the other world.
    """
    pairs = zip(worlds, (_HIGH, _LOW), strict=True)
    one, other = [[seen async for seen in _votes(*each)] for each in pairs]
    assert {status for _, (status, _, _) in (*one, *other)} == {200}, (one, other)
    return [who for (who, seen), (_, also) in zip(one, other, strict=True) if seen != also]


async def _votes(
    world: OneWorld, choices: tuple[dict[str, Any], ...]
) -> AsyncIterator[tuple[tuple[str, str], Seen]]:
    for path, ballot_id, voters in open_ballots(world.hand.world):
        for turn, voter in enumerate((*voters, voters[0])):
            address, key = f"/{path}/{ballot_id}/vote", f"turn-{turn}-{ballot_id}"
            cast = await world.web.says(voter, address, choices[turn % 3], method="PUT", key=key)
            yield (voter, address), world.seen(cast)


async def differences(
    worlds: Pair, subjects: tuple[str | None, ...], only: str = "/api"
) -> list[tuple[str | None, str]]:
    """Whoever sees something in one world that is not in the other to the byte, and where.

    What a query may narrow is looked at by those who see most; files, money and rules by those who
    get them.
    """
    one, other = worlds
    found = []
    for address, is_narrowed in addresses(one.app, one.hand.world).items():
        if not address.startswith(only):
            continue
        for subject in subjects:
            if is_narrowed and subject not in SEES_MOST:
                continue
            is_far = address.endswith(AS_FILES) or address.startswith(OF_MONEY_AND_RULES)
            if is_far and subject not in GET_FILES:
                continue
            seen, also = await one.look(subject, address), await other.look(subject, address)
            if subject in VOTERS:
                seen, also = without_own_vote(seen), without_own_vote(also)
            if seen != also:
                found.append((subject, address))
    assert one.told == other.told
    return found


async def test_nobody_can_tell_two_worlds_apart_by_their_votes(worlds: Pair) -> None:
    """Every role at every address that can be read: status, headers, length and body are the same.

    The addresses are those that the application itself names, with their queries.
    """
    assert await all_vote(worlds) == []
    assert await differences(worlds, EVERY_ROLE) == []


async def test_nor_before_anybody_has_voted_nor_after_the_time_to_vote(worlds: Pair) -> None:
    """A ballot whose time is over and that nothing has closed yet tells as little as before.

    Whoever has no token is told the same too.
    """
    assert await differences(worlds, SEES_MOST, "/api/meetings") == []
    assert await all_vote(worlds) == []
    for world in worlds:
        world.hand.world.clock.move_on(timedelta(hours=49))
    for part in ("/api/meetings", "/api/items", "/api/ballots", "/api/worklist", "/api/requests"):
        assert await differences(worlds, (None, *SEES_MOST), part) == []


async def test_what_is_written_is_answered_alike_in_both_worlds(worlds: Pair) -> None:
    """Refused or taken, and in the words of a refusal: nothing that is said depends on a vote.

    Every address that takes something is sent its own example; only to close a ballot is left out,
    since then the votes are told.
    """
    assert await all_vote(worlds) == []
    one, other = worlds
    found = []
    for method, address, body in writes(one.app, one.hand.world):
        for subject in SAY_MOST:
            key = f"{subject}-{method}-{address}"
            told = [
                world.seen(await world.web.says(subject, address, body, method=method, key=key))
                for world in worlds
            ]
            if told[0] != told[1]:
                found.append((subject, method, address))
    assert found == []
    assert one.told == other.told


async def test_a_vote_is_a_row_of_votes_and_nothing_else(worlds: Pair) -> None:
    """Of every table only the votes differ, and what members said that is kept under their keys."""
    assert await all_vote(worlds) == []
    one, other = (world.hand.world.tables() for world in worlds)
    differ = {name for name in one if one[name] != other[name]}
    assert differ == {"vote", "calibration_vote", "said"}


async def test_commands_print_the_same_in_both_worlds(
    worlds: Pair, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reports, the events, the ledger and its journal: to the letter."""
    assert await all_vote(worlds) == []
    printed: list[list[str]] = []
    for world in worlds:
        monkeypatch.setattr(command_line, "settings", lambda chosen=world.settings: chosen)
        capsys.readouterr()
        told = []
        for command in _COMMANDS:
            assert await asyncio.to_thread(cli.main, list(command)) == 0, command
            told.append(capsys.readouterr().out)
        assert all(told)
        printed.append(told)
    assert printed[0] == printed[1]


async def test_a_planted_leak_is_found(worlds: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof can fail: a count of votes, or a letter more in one answer, is told at once."""
    assert await all_vote(worlds) == []
    true_ballot = reading.ballot

    def leaking(session: Session, caller: Caller, ballot_id: UUID) -> BallotView:
        told = true_ballot(session, caller, ballot_id)
        level = session.connection().execute(_AGAINST, {"id": ballot_id}).scalar_one()
        return told.model_copy(update={"round": told.round + int(level)})

    monkeypatch.setattr(reading, "ballot", leaking)
    found = await differences(worlds, ("officer.1",), "/api/ballots")
    assert {subject for subject, _ in found} == {"officer.1"}
