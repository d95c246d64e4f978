"""Blind means blind: a vote and its voter; two worlds over everything are in `test_two_worlds`."""

from datetime import timedelta

import pytest

from tests.activities.by_hand import ByHand
from tests.activities.small_county import request
from tests.api.bodies import vote
from tests.api.web import Web, code_of
from tests.conftest import StillClock

VOTER, OTHER = "head.crane", "head.elm"

pytestmark = pytest.mark.promise(7)


async def test_the_voters_own_view_depends_on_nobody_else(web: Web, hand: ByHand) -> None:
    """Who has voted sees that vote and nothing of those that came before or after it."""
    request_id, ballot_id = hand.in_ballot(request())
    for member in (VOTER, OTHER):
        hand.world.declares(member, hand.world.item_of(request_id))
    path = f"/ballots/{ballot_id}"
    await web.says(VOTER, f"{path}/vote", vote(2), method="PUT")
    alone = await web.get(VOTER, path)
    await web.says(OTHER, f"{path}/vote", vote(5, "none"), method="PUT")
    mine = await web.get(VOTER, path)
    assert mine.content == alone.content
    assert mine.json()["mine"]["revision"] == 1
    assert mine.json()["result"] is None
    assert mine.json()["votes"] == []


async def test_the_answer_to_a_vote_says_nothing_of_others(web: Web, hand: ByHand) -> None:
    """First or last of many, a member's vote is answered the same."""
    request_id, ballot_id = hand.in_ballot(request())
    path = f"/ballots/{ballot_id}/vote"
    for member in (VOTER, OTHER, "head.dell"):
        hand.world.declares(member, hand.world.item_of(request_id))
        cast = await web.says(member, path, vote(), method="PUT")
        assert cast.json() == {"ballot_id": str(ballot_id), "revision": 1}


async def test_a_vote_writes_neither_event_nor_log_line_of_its_own(
    web: Web, hand: ByHand, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one line for the request names the address's shape, and no choice that was made."""
    request_id, ballot_id = hand.in_ballot(request())
    hand.world.declares(VOTER, hand.world.item_of(request_id))
    events = hand.world.one("SELECT count(*) FROM event")
    capsys.readouterr()
    await web.says(VOTER, f"/ballots/{ballot_id}/vote", vote(4), method="PUT")
    assert hand.world.one("SELECT count(*) FROM event") == events
    written = "".join(capsys.readouterr())
    assert written.count("request_answered") == 1
    for told in (str(ballot_id), str(request_id), "as_asked", "Xylwickle", VOTER):
        assert told not in written


async def test_once_closed_the_panel_sees_the_result_and_officers_the_votes(
    web: Web, hand: ByHand
) -> None:
    """Then it is open: what it came to, and to officers each vote without its name."""
    request_id, ballot_id = hand.in_ballot(request())
    hand.world.panel_votes(ballot_id)
    hand.world.closes(ballot_id)
    hand.goes_on()
    seen = (await web.get(VOTER, f"/ballots/{ballot_id}")).json()
    assert seen["is_closed"]
    assert seen["result"]["recommendation"] == "as_asked"
    assert seen["votes"] == []
    to_officer = (await web.get("officer.1", f"/ballots/{ballot_id}")).json()
    assert len(to_officer["votes"]) == 3
    assert "person_id" not in to_officer["votes"][0]
    assert request_id


@pytest.mark.promise(6)
async def test_a_member_with_an_interest_reads_and_votes_nothing(web: Web, hand: ByHand) -> None:
    """Family in the case: "none" is refused, the papers and the ballot are closed, even after."""
    request_id, ballot_id = hand.in_ballot(request(number=1))
    item_id = hand.world.item_of(request_id)
    declared = await web.says("adviser.2", f"/items/{item_id}/interest", {"interest": "none"})
    assert code_of(declared) == "not_valid"
    declared = await web.says("adviser.2", f"/items/{item_id}/interest", {"interest": "family"})
    assert declared.json()["bars"] is True
    assert code_of(await web.get("adviser.2", f"/items/{item_id}/papers")) == "barred"
    path = f"/ballots/{ballot_id}/vote"
    assert code_of(await web.says("adviser.2", path, vote(), method="PUT")) == "barred"
    hand.world.panel_votes(ballot_id)
    hand.world.closes(ballot_id)
    hand.goes_on()
    assert (await web.get("adviser.2", f"/ballots/{ballot_id}")).json()["result"] is None


async def test_a_vote_after_the_close_is_refused(web: Web, hand: ByHand, clock: StillClock) -> None:
    """From the chair's word on no vote is taken, though nothing has moved on yet."""
    request_id, ballot_id = hand.in_ballot(request())
    hand.world.declares(VOTER, hand.world.item_of(request_id))
    clock.move_on(timedelta(minutes=1))
    hand.world.closes(ballot_id)
    answer = await web.says(VOTER, f"/ballots/{ballot_id}/vote", vote(), method="PUT")
    assert code_of(answer) == "ballot_closed"
    assert hand.world.one("SELECT count(*) FROM vote") == 0


async def test_a_vote_with_faults_lists_them_all(web: Web, hand: ByHand) -> None:
    """Levels the continuum lacks, a descriptor nobody published and a missing reason, at once."""
    request_id, ballot_id = hand.in_ballot(request())
    hand.world.declares(VOTER, hand.world.item_of(request_id))
    body = {**vote(77, reason=""), "descriptors": ["nobody-wrote-this"]}
    answer = await web.says(VOTER, f"/ballots/{ballot_id}/vote", body, method="PUT")
    assert code_of(answer) == "vote_not_valid"
    codes = {fault["code"] for fault in answer.json()["faults"]}
    assert codes == {"level_unknown", "reason_in_words", "descriptor_unknown"}
