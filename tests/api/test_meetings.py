"""A meeting over the web: who may say what in it, and that it is said once."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.activities.by_hand import ByHand
from tests.activities.meeting_world import CHAIR, DESK, agenda, its_day_comes
from tests.activities.roster_world import OBSERVER, enrol
from tests.activities.small_county import PLANTED, named
from tests.activities.world import World
from tests.api.bodies import WORDS, vote
from tests.api.people import EVERYBODY, OFFICERS, PANEL
from tests.api.web import Web, code_of

RUNS = (CHAIR, DESK)


async def opened(web: Web, world: World, hand: ByHand, *schools: str) -> tuple[UUID, list[UUID]]:
    """A meeting with a request of each school, opened over the web on its day."""
    meeting_id, items = agenda(world, hand, *schools)
    its_day_comes(world, meeting_id)
    answer = await web.says(DESK, f"/meetings/{meeting_id}/open")
    assert answer.json()["done"], answer.text
    return meeting_id, items


async def test_who_may_say_what_in_a_meeting(web: Web, hand: ByHand, world: World) -> None:
    """Its panel answers; chair and administrator run it; to others there is no such meeting."""
    meeting_id, (item_id,) = agenda(world, hand, "ashdown")
    path = f"/meetings/{meeting_id}"
    order = {"items": [str(item_id)]}
    its_day_comes(world, meeting_id)
    for subject in EVERYBODY:
        answer = await web.says(subject, f"{path}/attendance", {"comes": True})
        assert answer.status_code == (200 if subject in PANEL else 404), subject
        answer = await web.says(subject, f"{path}/order", order, method="PUT")
        expected = 200 if subject in RUNS else 403 if subject in PANEL else 404
        assert answer.status_code == expected, subject
    for subject in sorted(EVERYBODY, key=lambda each: each in RUNS):
        answer = await web.says(subject, f"{path}/open")
        may = (200, 409) if subject in RUNS else (403, 404)
        assert answer.status_code in may, subject
    for subject in EVERYBODY:
        expected = 200 if subject in RUNS else 403 if subject in PANEL else 404
        here = {"person_id": str(named(subject if subject in PANEL else "head.elm"))}
        answer = await web.says(subject, f"{path}/presence", here)
        assert answer.status_code == expected, (subject, answer.text)
        answer = await web.says(subject, f"/items/{item_id}/take")
        assert answer.status_code == expected, subject
    await web.says(CHAIR, f"{path}/close")
    for subject in EVERYBODY:
        expected = 200 if subject in (*PANEL, *OFFICERS) else 404
        for part in ("minutes", "minutes/text"):
            answer = await web.get(subject, f"{path}/{part}")
            assert answer.status_code == expected, (subject, part)
        answer = await web.says(subject, f"{path}/minutes/read")
        assert answer.status_code == expected, subject
        answer = await web.says(subject, f"{path}/minutes/corrections", {"words": "It was so."})
        expected = 409 if subject in RUNS else 403 if expected == 200 else 404
        assert answer.status_code == expected, subject


@pytest.mark.promise(4)
async def test_what_is_said_of_a_meeting_is_said_once(web: Web, hand: ByHand, world: World) -> None:
    """Sent again under its key each answer is the first one, and one row stands behind it."""
    meeting_id, (item_id,) = await opened(web, world, hand, "ashdown")
    path = f"/meetings/{meeting_id}"
    here = {"person_id": str(named("head.dell"))}
    said: tuple[tuple[str, str, Any, str], ...] = (
        ("head.dell", f"{path}/attendance", {"comes": False}, "attendance"),
        (DESK, f"{path}/presence", here, "presence"),
        (CHAIR, f"/items/{item_id}/take", None, "item_taken"),
    )
    for who, address, body, table in said:
        key = str(uuid4())
        told = [await web.says(who, address, body, key=key) for _ in range(3)]
        assert {answer.status_code for answer in told} == {200}, told[0].text
        assert told[0].json() == told[1].json() == told[2].json()
        assert world.one(f'SELECT count(*) FROM "{table}"') == 1  # noqa: S608


async def test_two_who_close_at_once(web: Web, hand: ByHand, world: World) -> None:
    """One closes the meeting, the other is told so in one clear refusal; the minutes are one."""
    meeting_id, _ = await opened(web, world, hand, "ashdown")
    told = await asyncio.gather(*(web.says(who, f"/meetings/{meeting_id}/close") for who in RUNS))
    done = [answer for answer in told if answer.status_code == 200]
    (refused,) = [answer for answer in told if answer.status_code != 200]
    assert len(done) == 1
    assert code_of(refused) in {"not_at_this_stage", "too_late"}
    assert world.one("SELECT count(*) FROM minutes") == 1


async def test_neither_observer_nor_administrator_votes(
    web: Web, hand: ByHand, world: World
) -> None:
    """They declare and read; a vote of theirs is refused and none is written."""
    enrol(world)
    meeting_id, (item_id,) = await opened(web, world, hand, "ashdown")
    assert (await web.says(CHAIR, f"/items/{item_id}/ballot", {})).json()["done"]
    (item,) = (await web.get(CHAIR, f"/meetings/{meeting_id}")).json()["items"]
    for who in (OBSERVER, DESK):
        declared = await web.says(who, f"/items/{item_id}/interest", {"interest": "none"})
        assert declared.status_code == 200
        path = f"/ballots/{item['ballot_id']}/vote"
        assert code_of(await web.says(who, path, vote(), method="PUT")) == "role_needed"
    assert world.one("SELECT count(*) FROM vote") == 0


async def test_an_item_is_put_off_with_a_code_beside_the_words(
    web: Web, hand: ByHand, world: World
) -> None:
    """The code is shown to the panel; the chair's own words stay with the act."""
    meeting_id, (item_id,) = await opened(web, world, hand, "ashdown")
    body = {"reason": WORDS, "because": "papers_missing"}
    assert (await web.says(CHAIR, f"/items/{item_id}/defer", body)).json()["done"]
    seen = await web.get("head.dell", f"/meetings/{meeting_id}")
    (item,) = seen.json()["items"]
    assert (item["state"], item["deferred_because"]) == ("deferred", "papers_missing")
    assert WORDS not in seen.text
    unknown = {"reason": WORDS, "because": "nobody_knows"}
    assert (await web.says(CHAIR, f"/items/{item_id}/defer", unknown)).status_code == 422


async def test_who_may_call_a_meeting_off(web: Web, hand: ByHand, world: World) -> None:
    """Who chairs it, with a reason; whoever may see the meeting reads it, and no event tells it."""
    meeting_id, _ = agenda(world, hand, "ashdown")
    path, said = f"/meetings/{meeting_id}/call-off", {"reason": WORDS}
    for subject in EVERYBODY:
        if subject != CHAIR:
            expected = 403 if subject in PANEL else 404
            assert (await web.says(subject, path, said)).status_code == expected, subject
    assert (await web.says(CHAIR, path, {"reason": ""})).status_code == 422
    key = str(uuid4())
    told = [await web.says(CHAIR, path, said, key=key) for _ in range(2)]
    assert [answer.json()["done"] for answer in told] == [True, True]
    assert (await web.get("head.dell", path.removesuffix("/call-off"))).json()[
        "called_off_because"
    ] == WORDS
    events = (await web.get("head.dell", "/events")).json()
    assert "meeting_called_off" in {each["kind"] for each in events}
    assert WORDS not in str(events)


@pytest.mark.promise(8)
async def test_minutes_are_read_as_plain_text(web: Web, hand: ByHand, world: World) -> None:
    """Sentences with references; no child in them, nor in any event about the meeting."""
    meeting_id, (item_id,) = await opened(web, world, hand, "ashdown")
    await web.says(CHAIR, f"/items/{item_id}/take")
    await web.says(CHAIR, f"/meetings/{meeting_id}/close")
    text = await web.get("head.dell", f"/meetings/{meeting_id}/minutes/text")
    assert text.headers["content-type"].startswith("text/plain")
    assert text.text.startswith("Minutes of the panel of alder, 26 October 2026\n")
    events = (await web.get("head.dell", "/events")).json()
    kinds = {each["kind"] for each in events}
    assert {"open_meeting_recorded", "item_taken", "minutes_made"} <= kinds
    assert f"{PLANTED}a" not in text.text
    assert PLANTED not in str(events)


async def test_a_meeting_is_called_for_a_day_and_an_hour_that_there_are(web: Web) -> None:
    """A bank holiday on which the clocks also change would be told as both, each mendable."""
    for starts_at, expected in (
        ("2026-12-25T10:00:00Z", {"bank_holiday"}),
        ("2027-03-28T01:30:00Z", {"weekend", "hour_is_skipped"}),
        ("2026-10-25T01:30:00Z", {"weekend", "hour_is_repeated"}),
        ("2026-10-03T09:30:00+00:00", {"in_the_past", "weekend"}),
        ("2026-11-24T09:30:00+01:00", {"offset_is_not_the_days"}),
    ):
        body = {"cluster": "alder", "starts_at": starts_at}
        answer = await web.says(DESK, "/meetings", body)
        assert code_of(answer) == "not_valid"
        faults = answer.json()["faults"]
        assert {each["code"] for each in faults} == expected, starts_at
        assert all(each["would_help"] for each in faults)
