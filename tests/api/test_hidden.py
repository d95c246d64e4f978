"""What must not show: the council's desks to a school, a case to whom it is barred, a wording."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import request
from tests.api.people import PANEL
from tests.api.test_words import read, timeline
from tests.api.web import Web, code_of


async def test_no_hidden_stage_shows_through_a_list_a_time_or_a_move(
    web: Web, hand: ByHand
) -> None:
    """To a school the council's desks are one stage, with one beginning and no moves within it."""
    request_id = hand.recommended(request(), levels=(5, 5, 5, 5))
    assert hand.world.stage(request_id) == "unpriced"
    path = f"/requests/{request_id}"
    for stage, found in (("unpriced", 0), ("no_money", 0), ("key_decision", 0), ("sign_off", 1)):
        listed = (await web.get("senco.ashdown", "/requests", stage=stage)).json()
        assert len(listed) == found, stage
    assert len((await web.get("officer.1", "/requests", stage="unpriced")).json()) == 1
    before = await read(web, "senco.ashdown", path)
    moves = await timeline(web, "senco.ashdown", path)
    began = hand.world.one("SELECT stage_since_at FROM support_request")
    assert before["stage_since_at"] == began.isoformat().replace("+00:00", "Z")
    hand.world.clock.move_on(timedelta(hours=3))
    hand.world.does("manager.1", ActKind.PRICE, request_id, annual_pence=100_000)
    hand.goes_on()
    assert hand.world.stage(request_id) == "sign_off"
    after = await read(web, "senco.ashdown", path)
    assert after == before
    assert await timeline(web, "senco.ashdown", path) == moves
    ends = [(each["facts"].get("from"), each["facts"].get("to")) for each in moves]
    assert all(left != reached for left, reached in ends if left or reached)


@pytest.mark.promise(6)
async def test_a_barred_officer_reads_nothing_of_the_case(web: Web, hand: ByHand) -> None:
    """Family in it: timeline, events and other people's acts are closed, as the request is."""
    request_id = hand.recommended(request(number=1))
    free = hand.recommended(request(number=2))
    act = hand.world.one(
        "SELECT id FROM act WHERE subject_id = :id AND kind = 'submit'", id=request_id
    )
    for path in (f"/requests/{request_id}", f"/requests/{request_id}/timeline", f"/acts/{act}"):
        assert code_of(await web.get("officer.2", path)) == "barred", path
        assert (await web.get("officer.1", path)).status_code == 200, path
    subjects = {each["subject_id"] for each in (await web.get("officer.2", "/events")).json()}
    assert str(request_id) not in subjects
    assert str(free) in subjects


async def test_what_is_another_clusters_reads_as_what_is_not_there(web: Web, hand: ByHand) -> None:
    """A ballot that exists and one that does not are answered with the same words."""
    _, ballot_id = hand.in_ballot(request())
    for path in ("/ballots/{}", "/ballots/{}/close"):
        method = "POST" if path.endswith("close") else "GET"
        there = await web.says("head.gorse", path.format(ballot_id), method=method)
        nowhere = await web.says("head.gorse", path.format(uuid4()), method=method)
        assert there.json() == nowhere.json()
        assert there.status_code == 404


async def test_after_the_close_the_panel_sees_what_its_advice_comes_to(
    web: Web, hand: ByHand
) -> None:
    """Cost, balance and plan stand beside the advice, and nothing of them before the close."""
    request_id, ballot_id = hand.in_ballot(request())
    assert (await read(web, "head.crane", f"/ballots/{ballot_id}"))["beside"] is None
    hand.world.panel_votes(ballot_id)
    hand.world.closes(ballot_id)
    hand.goes_on()
    beside = (await read(web, "head.crane", f"/ballots/{ballot_id}"))["beside"]
    priced = hand.world.one(
        'SELECT annual_pence FROM "placing" WHERE request_id = :id', id=request_id
    )
    left = hand.world.one(
        "SELECT balance_pence FROM ledger_account WHERE pot = 'cluster:alder'"
        " AND financial_year = 2026 AND stage = 'available'"
    )
    assert beside["annual_pence"] == priced
    assert beside["tier"]
    assert beside["cluster_available_pence"] == left
    (service,) = beside["plan"]
    assert (service["places"], service["free"]) == (2, 2)


@pytest.mark.promise(7)
async def test_chair_and_administrator_see_quorum_and_interests(web: Web, hand: ByHand) -> None:
    """Members, declarations, bars and quorum at a glance; a vote changes nothing of it."""
    request_id, ballot_id = hand.in_ballot(request(number=1))
    item_id = hand.world.item_of(request_id)
    meeting_id, _ = hand.world.meeting_of(item_id)
    hand.world.declares("head.crane", item_id)
    path = f"/meetings/{meeting_id}"
    shown = (await read(web, "head.crane", path))["items"][0]["who_may_vote"]
    assert shown["members"] == 6
    assert shown["declared"] == 1
    assert shown["barred_by"] == {"family": 1}
    assert shown["eligible"] == 5
    assert 1 <= shown["quorum"] <= 5
    hand.world.votes("head.crane", ballot_id)
    for subject in PANEL:
        seen = (await read(web, subject, path))["items"][0]["who_may_vote"]
        assert seen == (None if subject == "head.dell" else shown), subject


async def test_a_meeting_is_called_for_a_working_day(web: Web) -> None:
    """Christmas Day and a Sunday are refused with the day and the reason."""
    for day in ("2026-12-25", "2026-11-15"):
        choices = {"cluster": "alder", "starts_at": f"{day}T10:00:00Z"}
        answer = await web.says("administrator.alder", "/meetings", choices)
        assert code_of(answer) == "not_valid"
        assert day in answer.json()["in_the_way"]


@pytest.mark.promise(8)
async def test_a_school_finds_its_pupils_by_number_and_its_desk_by_name(web: Web) -> None:
    """Ids to write requests with; names for SENCO and head alone, and no other school's pupil."""
    for subject, named in (("senco.ashdown", True), ("business.ashdown", False)):
        found = (await web.get(subject, "/pupils")).json()
        assert len(found) == 6
        assert {each["school"] for each in found} == {"ashdown"}
        assert all(bool(each["name"]) is named for each in found)
    for subject in ("officer.1", "finance.1", "leader.1"):
        assert code_of(await web.get(subject, "/pupils")) == "role_needed"
