"""Votes in the same second: twelve members, one member five times, and the instant of the close."""

import asyncio

import pytest

from activities.store import recording
from activities.store.recording import County
from activities.store.session import transaction
from tests.activities.by_hand import ByHand
from tests.activities.small_county import FIRST_DAY, ISSUER, PANELS, named, request
from tests.api.bodies import vote
from tests.api.web import Web, code_of

MORE = tuple(f"member.{number}" for number in range(7))
TWELVE = (*PANELS["alder"][:5], *MORE)
_ROLE = {"role": "panel_member", "cluster": "alder", "from_on": FIRST_DAY}
_PEOPLE = County.model_validate(
    {
        "areas": [],
        "clusters": [],
        "schools": [],
        "people": [
            {
                "id": named(subject),
                "issuer": ISSUER,
                "subject": subject,
                "called": subject,
                "roles": [_ROLE],
            }
            for subject in MORE
        ],
    },
    strict=False,
)


@pytest.fixture
def ballot(hand: ByHand) -> str:
    """The address of an open ballot for which twelve members have declared no interest."""
    with transaction(hand.world.engine) as session:
        recording.load_county(session, _PEOPLE)
    request_id, ballot_id = hand.in_ballot(request())
    for member in TWELVE:
        hand.world.declares(member, hand.world.item_of(request_id))
    return f"/ballots/{ballot_id}"


@pytest.mark.promise(3)
async def test_twelve_members_vote_in_the_same_second(web: Web, ballot: str) -> None:
    """Promise 3: every one is taken, each in a thread of its own, and all are in the result."""
    told = await asyncio.gather(
        *(web.says(member, f"{ballot}/vote", vote(4), method="PUT") for member in TWELVE)
    )
    assert {answer.status_code for answer in told} == {200}
    assert {answer.json()["revision"] for answer in told} == {1}
    assert (await web.says("head.crane", f"{ballot}/close")).json()["done"]
    result = (await web.get("head.crane", ballot)).json()["result"]
    assert (result["cast"], result["counts"]["as_asked"]) == (12, 12)


@pytest.mark.promise(4)
async def test_the_same_vote_sent_five_times_at_once_is_one(
    web: Web, hand: ByHand, ballot: str
) -> None:
    """Promise 4: under one key it is one row, answered five times alike."""
    told = await asyncio.gather(
        *(
            web.says("head.elm", f"{ballot}/vote", vote(4), method="PUT", key="five-times")
            for _ in range(5)
        )
    )
    assert [answer.json() for answer in told] == [told[0].json()] * 5
    assert told[0].json()["revision"] == 1
    assert hand.world.one("SELECT count(*) FROM vote") == 1


@pytest.mark.promise(3)
async def test_a_vote_in_the_instant_of_the_close_is_in_the_tally_or_refused(
    web: Web, hand: ByHand, ballot: str
) -> None:
    """What each of eleven was told while the chair closed is what the tally has, to the vote."""
    first = await web.says("head.crane", f"{ballot}/vote", vote(4), method="PUT")
    assert first.status_code == 200
    closing = web.says("head.crane", f"{ballot}/close")
    votes = [web.says(each, f"{ballot}/vote", vote(2), method="PUT") for each in TWELVE[1:]]
    told = await asyncio.gather(*votes[:5], closing, *votes[5:])
    closed = told.pop(5)
    assert closed.json()["done"], closed.text
    refused = [answer for answer in told if answer.status_code != 200]
    assert {code_of(answer) for answer in refused} <= {"ballot_closed"}
    taken = 1 + len(told) - len(refused)
    result = hand.world.one("SELECT result FROM ballot")
    assert result["cast"] == taken == hand.world.one("SELECT count(*) FROM vote")
