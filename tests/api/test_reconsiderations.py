"""Challenges over the web: who may make, take, answer and read them, and what is refused."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.challenged import CEDAR, Challenged
from tests.activities.changed_awards import ChangedAwards
from tests.activities.small_county import PLANTED, request
from tests.activities.world import World
from tests.api.bodies import DECISION, WORDS
from tests.api.engine import HandEngine
from tests.api.people import EVERYBODY
from tests.api.web import Web, code_of


@pytest.fixture
def declined(world: World) -> UUID:
    """A request that an officer declined, with no workflow left."""
    hand = ByHand(world)
    request_id = hand.recommended(request())
    world.does("officer.1", ActKind.DECLINE, request_id)
    hand.goes_on()
    return request_id


def body(request_id: UUID, **changed: Any) -> dict[str, Any]:
    """A challenge as it is sent."""
    said = {"request_id": str(request_id), "by": "school", "grounds": [WORDS], "asks": WORDS}
    return said | {"new_evidence": [WORDS]} | changed


async def challenged(web: Web, request_id: UUID) -> str:
    """The school challenges; the challenge's id."""
    answer = await web.says("senco.ashdown", "/reconsiderations", body(request_id))
    assert answer.status_code == 200, answer.text
    assert answer.json()["done"]
    return str(answer.json()["act_id"])


@pytest.mark.promise(6)
async def test_a_challenge_goes_its_whole_way_over_the_web(
    web: Web, world: World, declined: UUID
) -> None:
    """Promise 6: barred to who decided; another panel looks, and a senior officer answers."""
    look_id = await challenged(web, declined)
    path = f"/reconsiderations/{look_id}"
    barred = await web.says("officer.1", f"{path}/take", {"reason": WORDS})
    assert (barred.status_code, code_of(barred)) == (403, "barred")
    taken = await web.says("manager.2", f"{path}/take", {"reason": WORDS})
    assert taken.json()["done"], taken.text
    looks = Challenged(ChangedAwards(ByHand(world)))
    meeting = world.calls_meeting("cedar", world.clock.now().replace(day=28))
    looks.hand.goes_on()
    item_id = world.one("SELECT item_id FROM reconsideration_item")
    world.opens(item_id)
    looks.hand.goes_on()
    ballot_id = world.one("SELECT id FROM ballot WHERE item_id = :id", id=item_id)
    world.panel_votes(ballot_id, members=CEDAR)
    world.closes(ballot_id)
    looks.hand.goes_on()
    shown = (await web.get("head.gorse", f"/meetings/{meeting}")).json()
    assert [item["second_look"] for item in shown["items"]] == [True]
    said = {**DECISION, "answer": "replaced", "reason": WORDS}
    answered = await web.says("head-of-sen", f"{path}/reconsider", said)
    assert answered.json()["done"], answered.text
    view = (await web.get("senco.ashdown", path)).json()
    assert (view["stage"], view["answer"], view["waits_for"]) == ("answered", "replaced", None)
    decision = (await web.get("senco.ashdown", f"/requests/{declined}/decision")).json()
    assert [decision["number"], *(each["number"] for each in decision["before"])] == [2, 1]
    assert view["new_decision_id"] == decision["id"]
    letter = (await web.get("senco.ashdown", f"/requests/{declined}/letter")).json()
    assert "takes the place" in letter["body"]


async def test_everybody_but_the_school_and_officers_knows_of_no_challenge(
    web: Web, declined: UUID
) -> None:
    """For all others it is a 404, and their list is empty."""
    look_id = await challenged(web, declined)
    reads = set()
    for who in EVERYBODY:
        answer = await web.get(who, f"/reconsiderations/{look_id}")
        assert answer.status_code in (200, 404)
        listed = (await web.get(who, "/reconsiderations")).json()
        assert bool(listed) == (answer.status_code == 200)
        if answer.status_code == 200:
            reads.add(who)
    assert reads == {"senco.ashdown", "head.ashdown", "officer.1", "sen.1"}


async def test_the_request_shows_its_window_and_its_challenges(web: Web, declined: UUID) -> None:
    """Until when, how many, and whose turn it is."""
    view = (await web.get("senco.ashdown", f"/requests/{declined}")).json()
    assert view["challenge_by_at"].startswith("2026-11-10T00:00")
    await challenged(web, declined)
    (line,) = (await web.get("head.ashdown", f"/requests/{declined}/reconsiderations")).json()
    assert (line["waits_for"], line["overdue"]) == ("officer", False)


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"by": "a neighbour"}, 1),
        ({"grounds": [], "asks": ""}, 2),
        ({"grounds": [""], "new_evidence": "a report", "more": 1}, 3),
    ],
)
async def test_a_challenge_that_is_none_is_refused_with_every_fault(
    web: Web, world: World, declined: UUID, changed: dict[str, Any], faults: int
) -> None:
    """Nothing is recorded of it."""
    answer = await web.says("senco.ashdown", "/reconsiderations", body(declined, **changed))
    assert answer.status_code == 422
    assert len(answer.json()["faults"]) == faults, answer.text
    assert world.one("SELECT count(*) FROM act WHERE subject = 'reconsideration'") == 0


async def test_a_challenge_to_nothing_is_refused(web: Web, world: World) -> None:
    """An unknown request; one that is not decided; a challenge that there is not."""
    unknown = await web.says("senco.ashdown", "/reconsiderations", body(uuid4()))
    assert (unknown.status_code, code_of(unknown)) == (404, "unknown")
    request_id = ByHand(world).recommended(request())
    early = await web.says("senco.ashdown", "/reconsiderations", body(request_id))
    assert (early.status_code, code_of(early)) == (409, "not_at_this_stage")
    said = {**DECISION, "answer": "stands", "reason": WORDS}
    nothing = await web.says("director", f"/reconsiderations/{uuid4()}/reconsider", said)
    assert (nothing.status_code, code_of(nothing)) == (404, "unknown")


@pytest.mark.promise(3)
async def test_a_challenge_is_recorded_while_the_engine_is_away(
    web: Web, world: World, engine: HandEngine, declined: UUID
) -> None:
    """Promise 3: it is 202, in its window, and nothing of it is lost."""
    engine.is_away = True
    answer = await web.says("senco.ashdown", "/reconsiderations", body(declined))
    assert answer.status_code == 202
    waiting = world.rows("SELECT subject, subject_id FROM act WHERE outcome IS NULL")
    assert [(row.subject, row.subject_id) for row in waiting] == [
        ("reconsideration", UUID(answer.json()["id"]))
    ]


@pytest.mark.promise(8)
async def test_events_about_a_challenge_carry_no_words(web: Web, declined: UUID) -> None:
    """Promise 8: the school hears where it stands; a stranger hears nothing."""
    await challenged(web, declined)
    told = (await web.get("senco.ashdown", "/events")).json()
    kinds = [each["kind"] for each in told if each["subject"] == "reconsideration"]
    assert kinds == ["challenge_recorded"]
    assert PLANTED not in str(told)
    heard = (await web.get("senco.gorse", "/events")).json()
    assert not [each for each in heard if each["subject"] == "reconsideration"]


@pytest.mark.promise(13)
async def test_each_wrong_challenge_has_one_clear_refusal(
    web: Web, world: World, declined: UUID
) -> None:
    """Promise 13: another school's, finance's, one more, and one that is late: no trace is left."""
    sent = body(declined)
    stranger = await web.says("senco.gorse", "/reconsiderations", sent)
    assert (stranger.status_code, code_of(stranger)) == (404, "unknown")
    finance = await web.says("finance.1", "/reconsiderations", sent)
    assert code_of(finance) == "role_needed"
    look_id = await challenged(web, declined)
    again = await web.says("head.ashdown", "/reconsiderations", sent)
    assert (again.status_code, code_of(again)) == (409, "not_at_this_stage")
    assert "challenged already" in again.json()["in_the_way"]
    taken_back = await web.says(
        "senco.ashdown", f"/reconsiderations/{look_id}/withdraw", {"reason": WORDS}
    )
    assert taken_back.json()["done"], taken_back.text
    world.clock.move_on(timedelta(days=60))
    late = await web.says("senco.ashdown", "/reconsiderations", sent)
    assert (late.status_code, code_of(late)) == (409, "too_late")
    assert "the window closed on 10 November 2026" in late.json()["in_the_way"]
    assert all(answer.json()["would_help"] for answer in (stranger, finance, again, late))
    assert world.one("SELECT count(*) FROM reconsideration") == 1


async def test_a_key_decision_is_noted_over_the_web(web: Web, world: World, declined: UUID) -> None:
    """While the second panel has it there is no answer that could wait for one."""
    look_id = await challenged(web, declined)
    said = {"number": "26/00085", "effective_on": "2026-12-01"}
    path = f"/reconsiderations/{look_id}/note-key-decision"
    early = await web.says("director", path, said)
    assert (early.status_code, code_of(early)) == (409, "not_at_this_stage")
    school = await web.says("senco.ashdown", path, said)
    assert code_of(school) == "role_needed"
    wrong = await web.says("director", path, {"number": "85", "effective_on": "soon"})
    assert (wrong.status_code, len(wrong.json()["faults"])) == (422, 2)
    assert world.one("SELECT count(*) FROM act WHERE kind = 'note_key_decision'") == 0
