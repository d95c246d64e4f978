"""Once is once, and nothing typed is lost: idempotency keys and drafts."""

import asyncio
from uuid import uuid4

import pytest

from tests.activities.by_hand import ByHand
from tests.activities.small_county import request
from tests.activities.world import World
from tests.api.bodies import DECISION, content, vote
from tests.api.engine import HandEngine
from tests.api.web import Web, code_of

KEY = "a-key-of-my-own"


@pytest.mark.promise(4)
async def test_the_same_said_again_is_answered_as_the_first_time(web: Web, world: World) -> None:
    """One draft stands behind any number of repetitions, sent one by one or together."""
    body = {"school": "ashdown", "content": content()}
    first = await web.says("senco.ashdown", "/drafts", body, key=KEY)
    again = await asyncio.gather(
        *(web.says("senco.ashdown", "/drafts", body, key=KEY) for _ in range(5))
    )
    assert [answer.json() for answer in again] == [first.json()] * 5
    assert world.one("SELECT count(*) FROM draft") == 1


@pytest.mark.promise(4)
async def test_the_first_time_may_be_many_at_once(web: Web, world: World) -> None:
    """Sent five times in the same instant, a draft is begun once."""
    body = {"school": "ashdown", "content": content()}
    told = await asyncio.gather(
        *(web.says("senco.ashdown", "/drafts", body, key=KEY) for _ in range(5))
    )
    assert {answer.status_code for answer in told} == {201}
    assert [answer.json() for answer in told] == [told[0].json()] * 5
    assert world.one("SELECT count(*) FROM draft") == 1


async def test_a_key_used_for_something_else_is_refused(web: Web) -> None:
    """Other content, or another address, under the same key is a mistake worth telling."""
    body = {"school": "ashdown", "content": content()}
    begun = await web.says("senco.ashdown", "/drafts", body, key=KEY)
    other = {"school": "ashdown", "content": {**content(), "about": "Something else"}}
    assert code_of(await web.says("senco.ashdown", "/drafts", other, key=KEY)) == "key_reused"
    path = f"/drafts/{begun.json()['id']}/confirm"
    answer = await web.says("senco.ashdown", path, {"version": 1}, key=KEY)
    assert code_of(answer) == "key_reused"


async def test_a_key_is_its_persons_own(web: Web, world: World) -> None:
    """Two people may use the same key; neither hears the other's answer."""
    for school in ("ashdown", "brook"):
        body = {"school": school, "content": content()}
        begun = await web.says(f"senco.{school}", "/drafts", body, key=KEY)
        assert begun.json()["school"] == school
    assert world.one("SELECT count(*) FROM draft") == 2


@pytest.mark.promise(4)
async def test_an_act_said_again_is_one_act(web: Web, hand: ByHand) -> None:
    """A decision sent twice is one decision with one commitment, answered the same."""
    request_id = hand.recommended(request())
    path = f"/requests/{request_id}/authorise"
    told = [await web.says("head-of-sen", path, DECISION, key=KEY) for _ in range(3)]
    assert {answer.status_code for answer in told} == {200}
    assert len({answer.content for answer in told}) == 1
    assert hand.world.one("SELECT count(*) FROM decision") == 1
    assert hand.world.one("SELECT count(*) FROM ledger_entry WHERE verb = 'commit'") == 1


async def test_a_refusal_is_not_kept_under_its_key(web: Web, hand: ByHand) -> None:
    """Nothing was written, so the same may be sent again when what stood in the way is gone."""
    request_id, ballot_id = hand.in_ballot(request())
    path = f"/ballots/{ballot_id}/vote"
    first = await web.says("head.crane", path, vote(), method="PUT", key=KEY)
    assert code_of(first) == "barred"
    hand.world.declares("head.crane", hand.world.item_of(request_id))
    again = await web.says("head.crane", path, vote(), method="PUT", key=KEY)
    assert again.status_code == 200


async def test_many_votes_of_one_member_at_once_have_an_order(web: Web, hand: ByHand) -> None:
    """Six changes of mind in the same instant are six revisions, and the last counts."""
    request_id, ballot_id = hand.in_ballot(request())
    hand.world.declares("head.crane", hand.world.item_of(request_id))
    told = await asyncio.gather(
        *(
            web.says("head.crane", f"/ballots/{ballot_id}/vote", vote(level), method="PUT")
            for level in (0, 1, 2, 3, 4, 5)
        )
    )
    assert sorted(answer.json()["revision"] for answer in told) == [1, 2, 3, 4, 5, 6]


@pytest.mark.promise(13)
async def test_two_tabs_never_overwrite_each_other(web: Web, world: World) -> None:
    """The second to save gets the words back, and what was saved first stands."""
    body = {"school": "ashdown", "content": content()}
    draft = (await web.says("senco.ashdown", "/drafts", body)).json()
    path = f"/drafts/{draft['id']}"
    mine = {"version": 1, "content": {**content(), "about": "From the first tab"}}
    theirs = {"version": 1, "content": {**content(), "about": "From the second tab"}}
    assert (await web.says("senco.ashdown", path, mine, method="PUT")).status_code == 200
    answer = await web.says("head.ashdown", path, theirs, method="PUT")
    assert code_of(answer) == "draft_moved_on"
    assert answer.json()["yours"]["about"] == "From the second tab"
    stands = (await web.get("head.ashdown", path)).json()
    assert (stands["version"], stands["content"]["about"]) == (2, "From the first tab")
    assert world.one("SELECT version FROM draft") == 2


@pytest.mark.promise(3)
async def test_what_was_saved_is_read_again(web: Web) -> None:
    """An answered save holds every word that was sent, however unfinished the request is."""
    unfinished = {"kind": "individual", "about": "Only this much so far"}
    body = {"school": "ashdown", "content": unfinished}
    draft = (await web.says("senco.ashdown", "/drafts", body)).json()
    read = (await web.get("head.ashdown", f"/drafts/{draft['id']}")).json()
    assert read["content"]["about"] == "Only this much so far"
    waits = (await web.get("head.ashdown", "/worklist")).json()
    assert [(task["waits"], task["id"]) for task in waits] == [("confirm_draft", draft["id"])]


async def test_the_head_confirms_this_very_version(web: Web, world: World) -> None:
    """A save takes the confirmation away, and nobody but the head gives it."""
    body = {"school": "ashdown", "content": content()}
    draft = (await web.says("senco.ashdown", "/drafts", body)).json()
    path = f"/drafts/{draft['id']}"
    submit, first = f"/requests/{draft['id']}/submit", {"draft_version": 1}
    refused = await web.says("senco.ashdown", f"{path}/confirm", {"version": 1})
    assert code_of(refused) == "role_needed"
    assert code_of(await web.says("senco.ashdown", submit, first)) == "not_confirmed_by_head"
    await web.says("head.ashdown", f"{path}/confirm", {"version": 1})
    await web.says("senco.ashdown", path, {"version": 1, "content": content()}, method="PUT")
    assert code_of(await web.says("senco.ashdown", submit, first)) == "draft_moved_on"
    second = {"draft_version": 2}
    assert code_of(await web.says("senco.ashdown", submit, second)) == "not_confirmed_by_head"
    stale = await web.says("head.ashdown", f"{path}/confirm", {"version": 1})
    assert code_of(stale) == "draft_moved_on"
    assert world.one("SELECT count(*) FROM act") == 0


async def test_a_submitted_draft_is_written_on_again_only_when_returned(
    web: Web, world: World, engine: HandEngine
) -> None:
    """What was sent stands as it was sent, until it comes back."""
    engine.is_idle = True
    request_id = world.submits(request())
    body = {"version": 1, "content": content()}
    answer = await web.says("senco.ashdown", f"/drafts/{request_id}", body, method="PUT")
    assert code_of(answer) == "not_at_this_stage"
    again = await web.says(
        "senco.ashdown", f"/requests/{request_id}/submit", {"draft_version": 1}, key=str(uuid4())
    )
    assert code_of(again) == "not_at_this_stage"
