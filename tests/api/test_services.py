"""Services, advice and dissent at the door: every role at every address, and once is once."""

from uuid import UUID, uuid4

import pytest

from tests.activities.advice_world import BY_ON, REVIEW_ON, SPEECH, asked_ids, enrol_services
from tests.activities.by_hand import ByHand
from tests.activities.small_county import PLANTED, request
from tests.api.people import EVERYBODY, OFFICERS, PANEL
from tests.api.web import Json, Web, code_of

CHAIR, SCHOOL_DESK = "head.crane", ("senco.ashdown", "head.ashdown")
ADVICE: Json = {
    "advice": f"Keep the same adult for {PLANTED}.",
    "services": [
        {"service": "speech", "asks": f"Show {PLANTED}'s team how", "by_on": BY_ON.isoformat()}
    ],
    "conditions": ["Every fortnight."],
    "review_on": REVIEW_ON.isoformat(),
}
KEY = "the-same-key"


@pytest.fixture
def asked(hand: ByHand) -> UUID:
    """A request that its panel has voted on, in a county with services."""
    enrol_services(hand.world)
    return hand.recommended(request())


async def advised(web: Web, hand: ByHand, request_id: UUID) -> UUID:
    """The chair advises; what the service is asked."""
    told = await web.says(CHAIR, f"/requests/{request_id}/advise-request", ADVICE)
    assert told.status_code == 200, told.text
    hand.goes_on()
    return asked_ids(hand.world, request_id)["speech asked"]


async def test_advice_is_the_chairs_to_give(web: Web, asked: UUID) -> None:
    """Whoever knows of the request is told whose it is; to others it is unknown."""
    path = f"/requests/{asked}/advise-request"
    for subject in EVERYBODY:
        if subject == CHAIR:
            continue
        answer = await web.says(subject, path, ADVICE)
        known = subject in (*SCHOOL_DESK, "business.ashdown", *PANEL, *OFFICERS)
        assert answer.status_code == (403 if known else 404), (subject, answer.text)
    assert (await web.says(CHAIR, path, ADVICE)).status_code == 200


async def test_advice_is_read_by_panel_and_officers_and_then_by_the_school(
    web: Web, hand: ByHand, asked: UUID
) -> None:
    """The school's desk sees what is asked of services, and the rest with the decision."""
    await advised(web, hand, asked)
    path = f"/requests/{asked}/advice"
    for subject in (*EVERYBODY, SPEECH):
        may = subject in (*SCHOOL_DESK, *PANEL, *OFFICERS)
        answer = await web.get(subject, path)
        assert answer.status_code == (200 if may else 404), subject
        if may:
            shows = subject not in SCHOOL_DESK
            assert bool(answer.json()["advice"]) is shows, subject
            assert (answer.json()["to_share_pence"] is not None) is shows, subject
            assert len(answer.json()["services"]) == 1
    hand.world.authorises("officer.1", asked)
    hand.goes_on()
    (given,) = (await web.get("senco.ashdown", path)).json()["advice"]
    assert given["conditions"] == ["Every fortnight."]


async def test_what_is_asked_is_for_the_service_the_desks_and_officers(
    web: Web, hand: ByHand, asked: UUID
) -> None:
    """Everybody may know which services there are; what one is asked is for few."""
    asked_id = await advised(web, hand, asked)
    readers = (SPEECH, *SCHOOL_DESK, CHAIR, "administrator.alder", *OFFICERS)
    for subject in (*EVERYBODY, SPEECH):
        assert len((await web.get(subject, "/services")).json()) == 2
        may = subject in readers
        answer = await web.get(subject, f"/services/asked/{asked_id}")
        assert answer.status_code == (200 if may else 404), subject
        assert len((await web.get(subject, "/services/asked")).json()) == may, subject
        assert (await web.get(subject, "/services/asked", late="true")).json() == []
        if subject != SPEECH:
            answer = await web.says(subject, f"/services/asked/{asked_id}/accept", {})
            assert answer.status_code == 404, subject
    assert (await web.get(SPEECH, "/me")).json()["roles"][0]["service"] == "speech"


@pytest.mark.promise(4)
async def test_a_service_answers_once_however_often_it_is_said(
    web: Web, hand: ByHand, asked: UUID
) -> None:
    """The same key is answered as the first time; another is told that it is accepted."""
    path = f"/services/asked/{await advised(web, hand, asked)}"
    told = [await web.says(SPEECH, f"{path}/accept", {}, key=KEY) for _ in range(3)]
    assert {answer.content for answer in told} == {told[0].content}
    assert told[0].json()["state"] == "accepted"
    assert code_of(await web.says(SPEECH, f"{path}/accept", {})) == "not_at_this_stage"
    no = await web.says(SPEECH, f"{path}/decline", {"reason": "Nobody"})
    assert code_of(no) == "not_at_this_stage"
    report = {"is_done": False, "came_of_it": "The pupil was away."}
    assert (await web.says(SPEECH, f"{path}/report", report)).json()["state"] == "not_done"
    assert hand.world.one("SELECT count(*) FROM service_answer") == 2
    seen = (await web.get("senco.ashdown", path)).json()
    assert [each["words"] for each in seen["answers"]] == [None, "The pupil was away."]
    unknown = await web.says(SPEECH, f"/services/asked/{uuid4()}/report", report)
    assert code_of(unknown) == "unknown"


@pytest.mark.promise(7)
async def test_before_the_close_there_is_no_advice_and_no_dissent(web: Web, hand: ByHand) -> None:
    """Nobody reads or writes any, chair and officers included."""
    enrol_services(hand.world)
    request_id, ballot_id = hand.in_ballot(request())
    hand.world.panel_votes(ballot_id)
    for subject in (*EVERYBODY, SPEECH):
        assert (await web.get(subject, f"/requests/{request_id}/advice")).status_code == 404
    answer = await web.says(CHAIR, f"/requests/{request_id}/advise-request", ADVICE)
    assert code_of(answer) == "not_at_this_stage"
    words = {"words": "Not enough."}
    answer = await web.says(CHAIR, f"/ballots/{ballot_id}/dissent", words)
    assert code_of(answer) == "not_at_this_stage"


async def test_dissent_is_a_voters_and_is_taken_once(web: Web, hand: ByHand, asked: UUID) -> None:
    """Said again under its key it is one; said again otherwise it is refused."""
    path = f"/ballots/{hand.world.ballot_of(asked)}/dissent"
    words = {"words": "Not enough.", "named": True}
    for subject in EVERYBODY:
        if subject in (CHAIR, "head.dell"):
            continue
        answer = await web.says(subject, path, words)
        assert answer.status_code == (403 if subject in PANEL else 404), subject
    told = [await web.says("head.dell", path, words, key=KEY) for _ in range(2)]
    assert told[0].status_code == 200
    assert told[0].content == told[1].content
    assert code_of(await web.says("head.dell", path, words)) == "not_at_this_stage"
    seen = (await web.get(CHAIR, f"/requests/{asked}/advice")).json()
    assert [each["words"] for each in seen["dissent"]] == ["Not enough."]


@pytest.mark.promise(13)
async def test_advice_with_faults_is_told_all_of_them(web: Web, asked: UUID) -> None:
    """Each with its field and what would mend it; nothing is asked of anybody."""
    wrong = {
        "services": [{"service": "nobody", "asks": "Help", "by_on": "2020-01-01"}],
        "sharing": {
            "shared_in": "pence",
            "whole": 100,
            "shares": [{"school": "nowhere", "share": 1}],
        },
    }
    answer = await web.says(CHAIR, f"/requests/{asked}/advise-request", wrong)
    assert answer.status_code == 422
    assert {fault["code"] for fault in answer.json()["faults"]} == {
        *("service_unknown", "not_a_day_ahead", "not_shared_out"),
        *("school_unknown", "shares_do_not_add_up", "not_the_whole"),
    }
