"""Policy over HTTP: drafted, mended, approved by two, withdrawn; who may do and see what."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.activities.by_hand import ByHand
from tests.activities.publishing_world import FAULTY, NOTE, PolicyWorld, second_tariff
from tests.activities.small_county import PLANTED, request
from tests.activities.world import World
from tests.api.engine import HandEngine
from tests.api.people import EVERYBODY
from tests.api.web import Web, code_of

DRAFT = {"files": second_tariff(), "note": NOTE}
REASON = {"reason": "It is what the Cabinet decided."}
SEES = ("policy.1", "leader.1", "finance.1")
APPROVES = ("policy.1", "leader.1")


@pytest.fixture(autouse=True)
def policy(world: World) -> PolicyWorld:
    """People who approve are on record, beside those the web knows."""
    return PolicyWorld(world)


async def drafted(web: Web, draft: dict[str, Any] = DRAFT) -> str:
    """A draft of policy.1's, as far as it goes by itself; its id."""
    answer = await web.says("policy.1", "/policy/publications", draft)
    assert answer.status_code == 200, answer.text
    publication_id = str(answer.json()["act_id"])
    await settled(web, publication_id)
    return publication_id


async def settled(web: Web, publication_id: str) -> None:
    """Wait until a draft has come as far as nobody is waited for."""
    for _ in range(600):
        if (await seen(web, publication_id))["stage"] not in ("drafted", "checked"):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the draft goes no further")


async def seen(web: Web, publication_id: str, who: str = "policy.1") -> dict[str, Any]:
    """A draft as somebody reads it."""
    answer = await web.get(who, f"/policy/publications/{publication_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def approved(web: Web, publication_id: str, who: str, **said: str) -> Any:
    """Somebody approves a draft as they see it."""
    sha256 = (await seen(web, publication_id))["sha256"]
    body = {"sha256": sha256, **REASON, **said}
    return await web.says(who, f"/policy/publications/{publication_id}/approve", body)


async def test_a_draft_goes_its_way_over_http(web: Web) -> None:
    """Faulty, mended, approved by two: its version is in the list, with both clocks."""
    publication_id = await drafted(web, {"files": FAULTY, "note": NOTE})
    faulty = await seen(web, publication_id)
    assert (faulty["stage"], faulty["files"]) == ("faulty", FAULTY)
    assert all(fault["would_help"] for fault in faulty["found"])
    path = f"/policy/publications/{publication_id}"
    assert (await web.says("policy.1", f"{path}/revise", DRAFT)).status_code in (200, 202)
    await settled(web, publication_id)
    sound = await seen(web, publication_id, "leader.1")
    assert (sound["stage"], sound["may_be_approved_by_you"]) == ("for_approval", True)
    assert sound["differs"][0]["changes"]
    for who in ("policy.2", "leader.1"):
        answer = await approved(web, publication_id, who)
        assert answer.status_code == 200, answer.text
    done = await seen(web, publication_id)
    assert (done["stage"], len(done["published"]), len(done["approved"])) == ("published", 1, 2)
    (line,) = (await web.get("finance.1", "/policy/publications")).json()
    assert (line["stage"], line["versions"]) == ("published", ["tariff from 2026-10-06"])
    query = {"kind": "tariff", "on": "2026-10-06"}
    (now,) = (await web.get("policy.1", "/policy/versions", **query)).json()
    assert (now["id"], now["approved_by"]) == (done["published"][0], ["policy.2", "leader.1"])
    earlier = query | {"as_known_at": "2026-10-04T00:00:00Z"}
    assert (await web.get("policy.1", "/policy/versions", **earlier)).json() == []
    withdraw = f"/policy/versions/{now['id']}/withdraw"
    assert (await web.says("policy.2", withdraw, REASON)).status_code == 200
    (before,) = (await web.get("senco.ashdown", "/policy/versions", **query)).json()
    assert (before["in_force_from"], before["in_force_until"]) == ("2026-09-01", None)
    assert (await seen(web, publication_id))["stage"] == "withdrawn"


@pytest.mark.promise(6)
async def test_two_others_approve(web: Web) -> None:
    """Promise 6: the drafter, one person twice, and another hash are refused at the door."""
    publication_id = await drafted(web)
    answer = await approved(web, publication_id, "policy.1")
    assert (answer.status_code, code_of(answer)) == (403, "barred")
    answer = await approved(web, publication_id, "policy.2", sha256="0" * 64)
    assert (answer.status_code, code_of(answer)) == (422, "not_valid")
    assert (await approved(web, publication_id, "policy.2")).status_code == 200
    answer = await approved(web, publication_id, "policy.2")
    assert (answer.status_code, code_of(answer)) == (403, "barred")
    assert (await seen(web, publication_id))["stage"] == "for_approval"


@pytest.mark.promise(4)
async def test_what_is_sent_twice_is_done_once(web: Web, world: World) -> None:
    """Promise 4: a draft, an approval and a withdrawal under their keys, again and again."""
    sent = [
        await web.says("policy.1", "/policy/publications", DRAFT, key="draft-of-mine")
        for _ in range(2)
    ]
    (publication_id,) = {str(answer.json()["act_id"]) for answer in sent}
    await settled(web, publication_id)
    assert world.one("SELECT count(*) FROM publication") == 1
    sha256 = (await seen(web, publication_id))["sha256"]
    path = f"/policy/publications/{publication_id}/approve"
    body = {"sha256": sha256, **REASON}
    for who in ("policy.2", "leader.1"):
        told = [await web.says(who, path, body, key="approved-by-me") for _ in range(2)]
        assert told[0].json() == told[1].json()
    (version_id,) = (await seen(web, publication_id))["published"]
    withdraw = f"/policy/versions/{version_id}/withdraw"
    told = [await web.says("policy.1", withdraw, REASON, key="withdrawn-by-me") for _ in range(2)]
    assert told[0].json() == told[1].json()
    assert world.one("SELECT count(*) FROM act WHERE subject = 'withdrawal'") == 1


async def test_drafts_are_policys_leaders_and_finances_to_see(web: Web) -> None:
    """To everybody else there are none; what is published everybody may read."""
    publication_id = await drafted(web)
    path = f"/policy/publications/{publication_id}"
    for subject in EVERYBODY:
        may = subject in SEES
        assert (await web.get(subject, path)).status_code == (200 if may else 404), subject
        assert (await web.get(subject, "/policy/publications")).status_code == (200 if may else 404)
        assert (await web.get(subject, "/policy/versions")).status_code == 200
        if subject != "policy.1":
            for address in ("/policy/publications", f"{path}/revise"):
                answer = await web.says(subject, address, DRAFT)
                expected = 403 if may or address == "/policy/publications" else 404
                assert answer.status_code == expected, (subject, address)
            assert (await web.says(subject, f"{path}/give-up", REASON)).status_code != 200
        answer = await approved(web, publication_id, subject)
        if subject not in APPROVES:
            assert answer.status_code == (403 if may else 404), subject


async def test_a_version_in_use_is_not_withdrawn_and_its_cases_are_named(
    web: Web, hand: ByHand
) -> None:
    """The refusal names the request by its reference, and says what would help."""
    hand.listed(request())
    (tariff,) = (await web.get("policy.1", "/policy/versions", kind="tariff")).json()
    answer = await web.says("policy.1", f"/policy/versions/{tariff['id']}/withdraw", REASON)
    assert (answer.status_code, code_of(answer)) == (422, "not_valid")
    assert answer.json()["in_the_way"] == "it was used: by requests LOC-2026-000001"
    answer = await web.says("leader.1", f"/policy/versions/{tariff['id']}/withdraw", REASON)
    assert (answer.status_code, code_of(answer)) == (403, "role_needed")
    answer = await web.says("policy.1", f"/policy/versions/{uuid4()}/withdraw", REASON)
    assert (answer.status_code, code_of(answer)) == (404, "unknown")


@pytest.mark.promise(3)
async def test_a_draft_is_recorded_while_the_engine_is_away(
    web: Web, world: World, engine: HandEngine
) -> None:
    """Promise 3: it is 202, nothing is lost, and it is found among what waits."""
    engine.is_away = True
    answer = await web.says("policy.1", "/policy/publications", DRAFT)
    assert answer.status_code == 202
    waiting = world.rows("SELECT subject, subject_id FROM act WHERE outcome IS NULL")
    assert [(row.subject, row.subject_id) for row in waiting] == [
        ("publication", UUID(answer.json()["id"]))
    ]
    missing = await web.get("policy.1", f"/policy/publications/{answer.json()['id']}")
    assert missing.status_code == 404


@pytest.mark.promise(8)
async def test_events_about_policy_carry_no_words(web: Web) -> None:
    """Promise 8: hashes, days and counts; policy's own people hear of drafts, others do not."""
    draft = {"files": second_tariff(), "note": f"As {PLANTED} asked"}
    publication_id = await drafted(web, draft)
    for who in ("policy.2", "leader.1"):
        assert (await approved(web, publication_id, who, reason=PLANTED)).status_code == 200
    told = (await web.get("policy.1", "/events")).json()
    kinds = [each["kind"] for each in told if each["subject"] == "publication"]
    assert kinds == [
        "draft_policy_recorded",
        "policy_drafted",
        "policy_for_approval",
        "approve_policy_recorded",
        "policy_approved",
        "approve_policy_recorded",
        "policy_approved",
    ]
    assert PLANTED not in str(told)
    heard = {each["kind"] for each in (await web.get("senco.ashdown", "/events")).json()}
    assert "policy_published" in heard
    assert "policy_drafted" not in heard


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"files": {}, "note": "x"}, 1),
        ({"files": {"../a": "", "b c": ""}, "note": ""}, 3),
        ({"files": {"a.toml": 3}, "note": "x", "more": 1}, 2),
        ({}, 2),
    ],
)
async def test_a_draft_that_is_none_is_refused_with_every_fault(
    web: Web, world: World, body: dict[str, Any], faults: int
) -> None:
    """Nothing is recorded of what could be no draft at all."""
    answer = await web.says("policy.1", "/policy/publications", body)
    assert answer.status_code == 422
    assert len(answer.json()["faults"]) == faults, answer.text
    assert world.one("SELECT count(*) FROM act WHERE subject = 'publication'") == 0


@pytest.mark.parametrize("query", [{"kind": "weather"}, {"on": "soon"}, {"as_known_at": "2026"}])
async def test_a_question_about_versions_that_means_nothing_is_refused(
    web: Web, query: dict[str, str]
) -> None:
    """An unknown kind, a day that is none, an instant without a zone."""
    assert (await web.get("policy.1", "/policy/versions", **query)).status_code in (404, 422)
