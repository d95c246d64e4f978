"""What people had to write is read by those it was written for, and by nobody else."""

from typing import Any
from uuid import UUID

import pytest

from domain.moderation import Recommendation
from domain.request import RequestKind
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import PLANTED, pupil_id, request
from tests.api.bodies import content, vote
from tests.api.web import Json, Web, code_of

MEMBERS = ("head.crane", "head.dell", "head.elm")


async def read(web: Web, subject: str, path: str) -> Json:
    """What somebody reads there."""
    answer = await web.get(subject, path)
    assert answer.status_code == 200, (subject, answer.text)
    found: Json = answer.json()
    return found


def words(found: Json) -> list[str]:
    """The kinds of acts whose words are shown."""
    return [each["kind"] for each in found["words"]]


@pytest.mark.promise(13)
async def test_a_school_reads_why_an_officer_returned_its_request(web: Web, hand: ByHand) -> None:
    """The reason stands beside the stage, for SENCO, head and officers alone."""
    request_id = hand.recommended(request())
    hand.world.does("officer.1", ActKind.RETURN_TO_SCHOOL, request_id, reason="Add the new report")
    hand.goes_on()
    path = f"/requests/{request_id}"
    seen = await read(web, "senco.ashdown", path)
    assert seen["stage"] == "returned"
    assert [each["words"] for each in seen["words"]] == [{"reason": "Add the new report"}]
    assert "return_to_school" in words(await read(web, "officer.1", path))
    assert words(await read(web, "business.ashdown", path)) == []


async def test_the_panels_question_reaches_the_school_and_the_answer_the_panel(
    web: Web, hand: ByHand
) -> None:
    """Reasons of the votes that asked, without whose; the answer is in the papers it is read in."""
    request_id, ballot_id = hand.in_ballot(request())
    item_id = hand.world.item_of(request_id)
    for place, member in enumerate(MEMBERS):
        hand.world.declares(member, item_id)
        asks = vote(3, "as_asked" if place == 2 else "more_information", f"Question {place}")
        await web.says(member, f"/ballots/{ballot_id}/vote", asks, method="PUT")
    hand.world.closes(ballot_id)
    hand.goes_on()
    path = f"/requests/{request_id}"
    assert hand.world.stage(request_id) == "more_information"
    for subject in ("senco.ashdown", "officer.1"):
        seen = await read(web, subject, path)
        assert sorted(seen["panel_asks"]) == ["Question 0", "Question 1"], subject
    assert (await read(web, "business.ashdown", path))["panel_asks"] == []
    said = {"answer": "It began in May", "content": content()}
    assert (await web.says("senco.ashdown", f"{path}/answer", said)).status_code == 200
    hand.goes_on()
    item_id = hand.world.item_of(request_id)
    hand.world.declares("head.crane", item_id)
    papers = await read(web, "head.crane", f"/items/{item_id}/papers")
    assert [each["words"] for each in papers["answers"]] == [{"answer": "It began in May"}]
    assert "answer" in words(await read(web, "officer.1", path))


async def test_an_officer_reads_the_reasons_of_other_officers(web: Web, hand: ByHand) -> None:
    """Why a case was priced or referred up is read before it is signed, and never by the school."""
    request_id = hand.recommended(request(), levels=(5, 5, 5, 5))
    hand.world.does("manager.1", ActKind.PRICE, request_id, annual_pence=900_000, reason="Why 9")
    hand.goes_on()
    seen = await read(web, "officer.1", f"/requests/{request_id}")
    assert {"reason": "Why 9"} in [each["words"] for each in seen["words"]]
    assert words(await read(web, "senco.ashdown", f"/requests/{request_id}")) == []


@pytest.mark.promise(8)
async def test_who_follows_the_money_reads_no_childs_need(web: Web, hand: ByHand) -> None:
    """Finance and leaders see amount, rule and versions; profile, spread and outcomes are gone."""
    request_id = hand.recommended(request())
    hand.world.authorises("head-of-sen", request_id)
    hand.goes_on()
    entry = hand.world.one("SELECT id FROM ledger_entry WHERE verb = 'commit'")
    path = f"/ledger/entries/{entry}/why"
    whole = await read(web, "officer.1", path)
    assert whole["placing"]["profile"]
    assert whole["awards"][0]["outcomes"]
    assert whole["words"]
    for subject in ("finance.1", "leader.1"):
        cut = await read(web, subject, path)
        assert cut["placing"]["profile"] is None
        assert cut["placing"]["spread"] == cut["ballot"]["result"].get("spread", {}) == {}
        assert cut["ballot"]["result"]["counts"] == whole["ballot"]["result"]["counts"]
        assert cut["awards"][0]["outcomes"] == cut["words"] == cut["decision"]["grounds"] == []
        assert cut["awards"][0]["annual_pence"] == whole["awards"][0]["annual_pence"]
        assert "read" not in names_in(cut["placing"]["working"])
        assert PLANTED not in str(cut)
        assert len(cut["policies"]) == len(whole["policies"])
    for part in ("", "/decision"):
        seen = await read(web, "finance.1", f"/requests/{request_id}{part}")
        assert not names_in(seen) & {"read", "moderated", "wide_in"}
        assert PLANTED not in str(seen)


def names_in(found: Any) -> set[str]:
    """Every name of a field, however deep."""
    if isinstance(found, dict):
        return set(found).union(*map(names_in, found.values()))
    return set().union(*map(names_in, found)) if isinstance(found, list) else set()


@pytest.mark.promise(1)
async def test_each_school_of_a_group_reads_its_own_part(web: Web, hand: ByHand) -> None:
    """The other school sees that it is in it, its own pupils, its own money, and no one else's."""
    pupils = (*request().pupils, *request(school="brook").pupils)
    asked = request(RequestKind.GROUP, pupils=pupils)
    request_id = hand.recommended(asked, recommendation=Recommendation.AS_ASKED)
    path = f"/requests/{request_id}"
    seen = await read(web, "senco.brook", path)
    assert [each["pupil_id"] for each in seen["content"]["pupils"]] == [str(pupil_id("brook"))]
    assert seen["content"]["about"] is None
    assert seen["placing"] is None
    assert code_of(await web.get("senco.dell", path)) == "unknown"
    hand.world.authorises("director", request_id)
    hand.goes_on()
    assert hand.world.stage(request_id) == "decided"
    (listed,) = (await web.get("business.brook", "/requests")).json()
    assert listed["id"] == str(request_id)
    decided = await read(web, "business.brook", f"{path}/decision")
    assert [each["school_code"] for each in decided["awards"]] == ["brook"]
    assert decided["awards"][0]["instalments"]
    assert decided["annual_pence"] == decided["awards"][0]["annual_pence"]
    assert decided["working"] == {}
    whole = await read(web, "senco.ashdown", f"{path}/decision")
    assert [each["school_code"] for each in whole["awards"]] == ["ashdown", "brook"]
    letter = await read(web, "senco.brook", f"{path}/letter")
    assert [UUID(each["pupil_id"]) for each in letter["pupils"]] == [pupil_id("brook")]
    kinds = [each["kind"] for each in await timeline(web, "senco.brook", path)]
    assert "submit_recorded" in kinds
    assert "hold_made" not in kinds


async def timeline(web: Web, subject: str, path: str) -> list[Json]:
    """What has happened to a request, as somebody reads it."""
    found: list[Json] = (await web.get(subject, f"{path}/timeline")).json()
    return found
