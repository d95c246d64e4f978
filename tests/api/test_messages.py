"""Messages at the door, the outbox of those who look after it, and what waits for others."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from activities.store.session import transaction
from domain.moderation import Recommendation
from domain.stages import ActKind
from domain.wordings import Wording, current
from tests.activities.by_hand import ByHand
from tests.activities.reminded import at, looks, with_rules
from tests.activities.small_county import PLANTED, request
from tests.activities.world import World
from tests.api.bodies import vote
from tests.api.people import EVERYBODY, OFFICERS, OTHER_SCHOOL, SCHOOL
from tests.api.web import Web, code_of

VOTE = 'waits = "vote"\nbefore_school_days = [1, 0]'
SIGN = 'waits = "sign"\nbefore_school_days = [5]\nafter_school_days = 1'
RUNS_A_PANEL = ("head.crane", "administrator.alder", "head.gorse", "administrator.cedar")


async def listed(web: Web, subject: str, path: str) -> list[dict[str, Any]]:
    """A list that somebody reads."""
    answer = await web.get(subject, path)
    assert answer.status_code == 200, (subject, answer.text)
    found: list[dict[str, Any]] = answer.json()
    return found


async def others(web: Web, subject: str) -> list[tuple[str, str, str, str | None]]:
    """What waits for others: of what sort, at which stage, and who acts next where."""
    return [
        (each["subject"], each["stage"], each["acts_next"], each["school"] or each["cluster"])
        for each in await listed(web, subject, "/worklist/others")
    ]


def asks_back(hand: ByHand) -> UUID:
    """A panel asks the school, after a look that begins with what comes."""
    with_rules(hand.world, SIGN, turns=("answer_panel", "declare_interest", "sign"))
    looks(hand.world)
    request_id = hand.recommended(request(), recommendation=Recommendation.MORE_INFORMATION)
    looks(hand.world)
    return request_id


async def test_a_person_reads_their_own_messages_in_plain_words(web: Web, hand: ByHand) -> None:
    """What, about which reference, by when and where; nobody else reads it."""
    request_id = asks_back(hand)
    for subject in ("senco.ashdown", "head.ashdown"):
        (mine,) = await listed(web, subject, "/me/messages")
        assert (mine["step"], mine["waits"], mine["state"]) == ("turn", "answer_panel", "shown")
        assert mine["page"] == f"/requests/{request_id}"
        assert mine["subject_line"].startswith(f"{mine['reference']}: please answer the panel by")
        assert "Who acts next: you." in mine["body"]
        assert (mine["failure"], mine["acts_next"]) == ("no_address", None)
        assert mine["wording"] == current(Wording.MESSAGE)
    for subject in OTHER_SCHOOL:
        assert await listed(web, subject, "/me/messages") == []


async def test_the_outbox_is_for_officers_and_for_those_who_run_a_panel(
    web: Web, hand: ByHand
) -> None:
    """An administrator sees the own panel's, an officer all, and nobody else any."""
    with_rules(hand.world, 'waits = "declare_interest"\nbefore_school_days = [20]', SIGN)
    hand.listed(request(number=1))
    looks(hand.world, at(date(2026, 10, 6)))
    hand.world.opens(hand.world.item_of(hand.world.one("SELECT id FROM support_request")))
    for subject in EVERYBODY:
        answer = await web.get(subject, "/outbox")
        may = subject in (*OFFICERS, *RUNS_A_PANEL)
        assert answer.status_code == (200 if may else 403), subject
        if not may:
            assert code_of(answer) == "role_needed"
    to_alder = await listed(web, "administrator.alder", "/outbox")
    assert {each["waits"] for each in to_alder} == {"declare_interest"}
    assert await listed(web, "administrator.cedar", "/outbox") == []
    assert len(await listed(web, "officer.1", "/outbox")) == len(to_alder)
    assert all(each["to"] for each in to_alder)


async def test_what_an_interest_bars_an_officer_from_is_not_in_the_outbox(
    web: Web, hand: ByHand
) -> None:
    """A message about a request of the own family is seen by other officers alone (promise 6)."""
    with_rules(hand.world, turns=("sign",), decisions=True)
    looks(hand.world)
    hand.recommended(request(number=1))
    looks(hand.world)
    assert await listed(web, "officer.1", "/outbox")
    assert await listed(web, "officer.2", "/outbox") == []
    assert await listed(web, "officer.2", "/me/messages") == []
    assert "sign" not in {each["waits"] for each in await listed(web, "officer.2", "/worklist")}
    assert await listed(web, "administrator.alder", "/outbox") == []


async def test_what_is_late_is_told_at_the_school(web: Web, hand: ByHand) -> None:
    """Whom the policy names there hears who was to act, by role and place, and by when."""
    late = 'waits = "answer_panel"\nafter_school_days = 1\nescalate_to = "business_manager"'
    with_rules(hand.world, late)
    request_id = hand.recommended(request(), recommendation=Recommendation.MORE_INFORMATION)
    sql = "SELECT coalesce(waits_until_at, decide_by_at) FROM support_request WHERE id = :id"
    looks(hand.world, hand.world.one(sql, id=request_id) + timedelta(days=5))
    (told,) = await listed(web, "business.ashdown", "/me/messages")
    assert (told["step"], told["acts_next"]) == ("escalated", "senco")
    assert "late, the SENCO of " in told["subject_line"]
    assert await listed(web, "business.brook", "/me/messages") == []
    (own,) = await listed(web, "senco.ashdown", "/me/messages")
    assert own["step"] == "after"


@pytest.mark.promise(7)
async def test_a_reminder_to_vote_is_its_readers_alone_until_the_close(
    web: Web, hand: ByHand
) -> None:
    """In no list and no count of others, until the ballot has closed."""
    with_rules(hand.world, VOTE)
    request_id, ballot_id = hand.in_ballot(request())
    for member in ("head.crane", "head.dell", "head.elm"):
        hand.world.declares(member, hand.world.item_of(request_id))
    await web.says("head.elm", f"/ballots/{ballot_id}/vote", vote(4), method="PUT")
    closes_at = hand.world.one("SELECT closes_at FROM ballot WHERE id = :id", id=ballot_id)
    looks(hand.world, closes_at - timedelta(minutes=1))
    assert [e["waits"] for e in await listed(web, "head.dell", "/me/messages")] == ["vote"]
    assert await listed(web, "head.elm", "/me/messages") == []
    for subject in ("administrator.alder", *OFFICERS):
        assert await listed(web, subject, "/outbox") == []
    own = await listed(web, "head.crane", "/outbox")
    assert {each["waits"] for each in own} == {"vote"}
    assert len(own) == 1
    hand.world.closes(ballot_id)
    hand.goes_on()
    assert len(await listed(web, "administrator.alder", "/outbox")) == 2


@pytest.mark.promise(8)
async def test_nothing_shown_names_a_child(web: Web, hand: ByHand) -> None:
    """No planted name is in a message, the outbox or what waits for others, but adults' own."""
    asks_back(hand)
    with transaction(hand.world.engine) as session:
        session.connection().exec_driver_sql("UPDATE person SET called = 'A colleague'")
    for path in ("/me/messages", "/worklist/others", "/outbox"):
        for subject in ("senco.ashdown", "head.crane", "officer.1"):
            assert PLANTED not in (await web.get(subject, path)).text, (path, subject)


async def test_each_side_sees_whom_a_request_waits_for(web: Web, hand: ByHand) -> None:
    """The school the panel, the panel the council, an officer who had a part another officer."""
    request_id = hand.listed(request())
    panel = [("request", "listed", "panel_chair", "alder")]
    for subject in (*SCHOOL, "head.dell", "administrator.alder"):
        assert await others(web, subject) == panel, subject
    for subject in (*OTHER_SCHOOL, "head.gorse", "officer.1", "finance.1", "leader.1"):
        assert await others(web, subject) == [], subject
    hand.world.opens(hand.world.item_of(request_id))
    hand.goes_on()
    ballot_id = hand.world.ballot_of(request_id)
    (of_member,) = await listed(web, "head.dell", "/worklist/others")
    closes_at = hand.world.one("SELECT closes_at FROM ballot WHERE id = :id", id=ballot_id)
    assert of_member["by_at"] == closes_at.isoformat().replace("+00:00", "Z")
    assert await others(web, "head.dell") == [("request", "in_ballot", "panel_member", "alder")]
    hand.world.panel_votes(ballot_id)
    hand.world.closes(ballot_id)
    hand.goes_on()
    assert await others(web, "senco.ashdown") == [("request", "sign_off", "council_officer", None)]
    assert await others(web, "officer.1") == []
    hand.world.does("officer.1", ActKind.REFER_UP, request_id, significant_for=())
    hand.goes_on()
    (up,) = await listed(web, "officer.1", "/worklist/others")
    assert hand.world.waits_for(request_id) in (up["grade"], up["acts_next"])
    (at_school,) = await listed(web, "senco.ashdown", "/worklist/others")
    assert at_school["grade"] is None


async def test_a_school_is_not_told_that_a_price_is_missing(web: Web, hand: ByHand) -> None:
    """It reads "sign off" and the day for the decision, whichever desk has it."""
    request_id = hand.recommended(request(), levels=(5, 5, 5, 5))
    assert hand.world.stage(request_id) == "unpriced"
    (seen,) = await listed(web, "head.ashdown", "/worklist/others")
    assert (seen["stage"], seen["grade"]) == ("sign_off", None)
    due = hand.world.one("SELECT decide_by_at FROM support_request WHERE id = :id", id=request_id)
    assert seen["by_at"] == due.isoformat().replace("+00:00", "Z")


async def test_a_name_is_told_where_it_is_theirs_to_know(web: Web, hand: ByHand) -> None:
    """Colleagues of the place and officers read who it is; others the role."""
    asks_back(hand)
    (to_officer,) = await listed(web, "head.dell", "/worklist/others")
    assert (to_officer["acts_next"], to_officer["called"]) == ("senco", [])
    (to_manager,) = await listed(web, "business.ashdown", "/worklist/others")
    assert len(to_manager["called"]) == 1
    assert await others(web, "senco.ashdown") == []


async def test_a_draft_waits_for_the_other_of_the_two(web: Web) -> None:
    """The SENCO sees that the head is to confirm it, the head that the SENCO is to submit it."""
    content = request().model_dump(mode="json")
    begun = await web.says("senco.ashdown", "/drafts", {"school": "ashdown", "content": content})
    draft = begun.json()
    assert await others(web, "senco.ashdown") == [("draft", "draft", "head", "ashdown")]
    assert await others(web, "head.ashdown") == []
    path = f"/drafts/{draft['id']}/confirm"
    assert (await web.says("head.ashdown", path, {"version": draft["version"]})).status_code == 200
    assert await others(web, "senco.ashdown") == []
    assert await others(web, "head.ashdown") == [("draft", "draft", "senco", "ashdown")]
    (line,) = await listed(web, "head.ashdown", "/worklist/others")
    assert len(line["called"]) == 1
    assert "about" not in line


async def test_a_challenge_waits_for_others(web: Web, hand: ByHand, world: World) -> None:
    """The school reads that an officer has it, and by when there is an answer."""
    request_id = hand.recommended(request())
    world.authorises("head-of-sen", request_id)
    hand.goes_on()
    body: dict[str, Any] = {
        "by": "school",
        "asks": "Please look again.",
        "new_evidence": ["A report."],
    }
    body["grounds"] = ["The report was not seen."]
    body["request_id"] = str(request_id)
    said = await web.says("senco.ashdown", "/reconsiderations", body)
    assert said.status_code == 200, said.text
    assert await others(web, "senco.ashdown") == [
        ("challenge", "challenged", "council_officer", None)
    ]
