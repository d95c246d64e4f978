"""What waits for each person, oldest deadline first, and how the meeting clears it."""

from typing import Any

from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import request
from tests.activities.world import World
from tests.api.bodies import WORDS, vote
from tests.api.web import Web, code_of


async def waits(web: Web, subject: str) -> list[str]:
    """What waits for somebody."""
    tasks: list[dict[str, Any]] = (await web.get(subject, "/worklist")).json()
    return [task["waits"] for task in tasks]


async def test_a_request_waits_for_one_after_another(web: Web, hand: ByHand) -> None:
    """School, members, chair, officer: each sees it when it is theirs, and no longer than that."""
    request_id = hand.listed(request())
    assert await waits(web, "senco.ashdown") == []
    assert await waits(web, "head.dell") == ["declare_interest"]
    assert sorted(await waits(web, "head.crane")) == ["declare_interest", "hear_item"]
    hand.world.opens(hand.world.item_of(request_id))
    hand.goes_on()
    ballot_id = hand.world.ballot_of(request_id)
    hand.world.declares("head.dell", hand.world.item_of(request_id))
    assert await waits(web, "head.dell") == ["vote"]
    await web.says("head.dell", f"/ballots/{ballot_id}/vote", vote(4), method="PUT")
    assert await waits(web, "head.dell") == []
    hand.world.panel_votes(ballot_id, members=("head.crane", "head.elm"))
    hand.world.closes(ballot_id)
    hand.goes_on()
    named = hand.world.waits_for(request_id)
    officers = ("officer.1", "manager.1", "head-of-sen", "director", "sen.1")
    asked = [who for who in officers if await waits(web, who) == ["sign"]]
    assert asked, named


async def test_what_is_returned_waits_for_the_school(web: Web, hand: ByHand) -> None:
    """With every fault, shown to the school that has to mend them."""
    request_id = hand.world.submits(request(cycles=()))
    hand.goes_on()
    assert await waits(web, "senco.ashdown") == ["mend_request"]
    seen = (await web.get("senco.ashdown", f"/requests/{request_id}")).json()
    assert "cycles" in str(seen["why"])
    assert await waits(web, "senco.brook") == []


async def test_a_meeting_is_run_by_its_chair(web: Web, hand: ByHand) -> None:
    """The chair puts an item off and closes the meeting; a member may do neither."""
    request_id = hand.listed(request())
    item_id = hand.world.item_of(request_id)
    meeting_id, _ = hand.world.meeting_of(item_id)
    reason = {"reason": WORDS}
    defer, close = f"/items/{item_id}/defer", f"/meetings/{meeting_id}/close"
    assert code_of(await web.says("head.dell", defer, reason)) == "role_needed"
    assert code_of(await web.says("head.dell", close)) == "role_needed"
    assert code_of(await web.says("head.gorse", close)) == "unknown"
    late = {"closes_at": "2026-10-01T09:00:00Z"}
    assert code_of(await web.says("head.crane", f"/items/{item_id}/ballot", late)) == "not_valid"
    assert (await web.says("head.crane", defer, reason)).json()["done"]
    assert code_of(await web.says("head.crane", defer, reason)) == "not_at_this_stage"
    assert (await web.says("head.crane", close)).json()["done"]
    assert code_of(await web.says("head.crane", close)) == "not_at_this_stage"


async def test_an_unpriced_case_waits_for_its_named_officer(web: Web, hand: ByHand) -> None:
    """No table prices it, so a person does; whoever is not named has nothing waiting."""
    request_id = hand.recommended(request(), levels=(5, 5, 5, 5))
    assert hand.world.waits_for(request_id) == "area_manager"
    assert await waits(web, "manager.1") == ["price"]
    assert await waits(web, "officer.1") == []


async def test_a_barred_officer_sees_no_result_of_a_ballot(web: Web, hand: ByHand) -> None:
    """Family in the case keeps an officer from votes, result and the words behind the money."""
    request_id = hand.recommended(request(number=1))
    ballot_id = hand.world.ballot_of(request_id)
    seen = (await web.get("officer.2", f"/ballots/{ballot_id}")).json()
    assert seen["result"] is None
    assert seen["votes"] == []
    hand.world.does("director", ActKind.AUTHORISE, request_id)
    hand.goes_on()
    entry = hand.world.one("SELECT id FROM ledger_entry WHERE verb = 'commit'")
    chain = (await web.get("officer.2", f"/ledger/entries/{entry}/why")).json()
    assert chain["ballot"]["votes"] == []
    assert chain["decision"]["grounds"] == []


async def test_a_hold_explains_itself_before_there_is_a_decision(
    web: Web, hand: ByHand, world: World
) -> None:
    """Money that is only held leads to the placing, and an allocation to its authority."""
    hand.recommended(request())
    hold = world.one("SELECT id FROM ledger_entry WHERE verb = 'hold'")
    chain = (await web.get("officer.1", f"/ledger/entries/{hold}/why")).json()
    assert chain["decision"] is None
    assert chain["placing"]["tier"]
    given = world.rows("SELECT id FROM ledger_entry WHERE verb = 'allocate'")[0].id
    chain = (await web.get("leader.1", f"/ledger/entries/{given}/why")).json()
    assert chain["entry"]["context"]["authority"]
    assert chain["request"] is None


async def test_a_draft_in_the_worklist_can_be_told_from_another(web: Web) -> None:
    """Its kind, how it begins and when it was saved, since it has no reference yet."""
    body = {"school": "ashdown", "content": {"kind": "advice", "about": f"Reading {'so ' * 60}"}}
    begun = (await web.says("senco.ashdown", "/drafts", body)).json()
    for subject in ("senco.ashdown", "head.ashdown"):
        (task,) = (await web.get(subject, "/worklist")).json()
        assert task["kind"] == "advice"
        assert task["about"].startswith("Reading so")
        assert len(task["about"]) <= 80
        assert task["saved_at"] == begun["saved_at"]
