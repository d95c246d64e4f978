"""Documents of evidence over HTTP: what is taken in, where it lies, and who may read it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from activities.store.documents import Documents
from activities.store.evidence_forms import LARGEST
from api.limits import LARGEST_EVIDENCE
from domain.people import Interest
from domain.request import Evidence
from tests.activities.by_hand import ByHand
from tests.activities.roster_world import OBSERVER, SPECIALIST, TRUST_LEAD, enrol
from tests.activities.small_county import request
from tests.activities.world import World
from tests.api.bodies import as_sent, content
from tests.api.web import Web, code_of
from tests.pages.writing import PDF, PNG, begun, word

SENCO, HEAD = "senco.ashdown", "head.ashdown"
_PLACES = "SELECT place, content, sha256, size_bytes FROM evidence_file ORDER BY handed_in_at"


async def hands_in(
    web: Web, draft: str, sent: bytes = PDF, declared: str = "", **said: str
) -> httpx.Response:
    """Somebody hands a document in with a draft."""
    headers = {
        **web.headers(said.get("who", SENCO)),
        "Idempotency-Key": said.get("key") or str(uuid4()),
        "Content-Type": declared,
    }
    path = f"/api/drafts/{draft}/evidence"
    return await web.client.post(path, content=sent, headers=headers)


def keeps_in(app: FastAPI, folder: Path | None) -> None:
    """Have documents kept in a folder from now on, or in the record."""
    documents = Documents(folder.as_uri()) if folder else None
    app.state.parts = replace(app.state.parts, documents=documents)


def files_in(folder: Path) -> list[Path]:
    """Every object that lies in a folder's store."""
    return [each for each in folder.rglob("*") if each.is_file()]


BAD: tuple[tuple[bytes, str, str], ...] = (
    (PDF, "image/png", "file_is_another"),
    (PDF, "text/html", "file_is_another"),
    (word(bomb=bytes(5_000_000)), "", "file_unpacks_too_large"),
    (word(**{"word/vbaProject__bin": b"x"}), "", "file_unknown"),
    (b"", "application/pdf", "file_empty"),
    (b"MZ a program", "application/pdf", "file_unknown"),
    (b"<html><script>alert(1)</script>", "", "file_unknown"),
    (bytes(LARGEST + 1), "", "file_too_large"),
)


async def test_a_document_that_cannot_be_taken_is_refused_with_why(
    web: Web, app: FastAPI, tmp_path: Path, world: World
) -> None:
    """Lying, dangerous, empty or too large: nothing of it is kept, in the record or beside it."""
    keeps_in(app, tmp_path)
    draft = await begun(web)
    for sent, declared, code in BAD:
        answer = await hands_in(web, draft, sent, declared)
        (fault,) = answer.json()["faults"]
        assert (answer.status_code, fault["code"]) == (422, code)
        assert fault["would_help"]
    larger = await hands_in(web, draft, bytes(LARGEST_EVIDENCE + 1))
    assert (larger.status_code, code_of(larger)) == (413, "too_large")
    assert world.rows(_PLACES) == []
    assert files_in(tmp_path) == []


async def test_a_document_is_handed_in_once_with_an_own_open_draft(web: Web, world: World) -> None:
    """By its school's desk, while it is written on, under a key; the same bytes are the same."""
    draft = await begun(web)
    first = await hands_in(web, draft, key="the-same-key")
    assert first.status_code == 201
    assert (first.json()["form"], first.json()["size_bytes"]) == ("pdf", len(PDF))
    again = await hands_in(web, draft, key="the-same-key")
    assert again.json() == first.json()
    other = await hands_in(web, draft, PNG, key="the-same-key")
    assert (other.status_code, code_of(other)) == (409, "key_reused")
    alike = await hands_in(web, draft, PDF, "application/pdf", who=HEAD)
    assert alike.json()["id"] == first.json()["id"]
    assert len(world.rows(_PLACES)) == 1
    for who in ("senco.brook", "business.ashdown", "officer.1", "head.crane"):
        assert code_of(await hands_in(web, draft, who=who)) == "unknown", who
        assert code_of(await web.get(who, f"/drafts/{draft}/evidence")) == "unknown", who
    assert code_of(await hands_in(web, str(uuid4()))) == "unknown"
    assert code_of(await hands_in(web, draft, key="short")) == "malformed"
    stranger = await web.client.post(f"/api/drafts/{draft}/evidence", content=PDF)
    assert stranger.status_code in {401, 422}
    assert "id" not in stranger.json()


async def in_a_ballot(web: Web, hand: ByHand) -> tuple[str, str, str]:
    """A request with a document, about a child of whom two people are family, in a ballot."""
    draft = await begun(web, pupils=as_sent(request(number=1))["pupils"])
    file_id = str((await hands_in(web, draft)).json()["id"])
    unnamed = str((await hands_in(web, draft, PNG)).json()["id"])
    named_here = Evidence(title="Report", from_whom="Therapist", file_id=UUID(file_id))
    body = content(evidence=(named_here,), pupils=request(number=1).pupils)
    saved = await web.says(SENCO, f"/drafts/{draft}", {"version": 1, "content": body}, method="PUT")
    assert saved.status_code == 200, saved.text
    assert (await web.get("officer.1", f"/evidence/{file_id}")).status_code == 404
    await web.says(HEAD, f"/drafts/{draft}/confirm", {"version": 2})
    done = await web.says(SENCO, f"/requests/{draft}/submit", {"draft_version": 2})
    assert done.status_code == 200, done.text
    hand.goes_on()
    hand.world.calls_meeting("alder", hand.world.clock.now() + timedelta(days=21, hours=1))
    hand.goes_on()
    return draft, file_id, unnamed


@pytest.mark.promise(6)
async def test_a_document_is_read_by_whoever_reads_the_papers_and_nobody_else(
    web: Web, hand: ByHand, world: World
) -> None:
    """Promise 6: an interest bars from the document too; to whom it is not, it is not there."""
    enrol(world)
    draft, file_id, unnamed = await in_a_ballot(web, hand)
    item_id = world.item_of(UUID(draft))
    papers = f"/items/{item_id}/papers"

    async def reads(who: str, file: str = file_id) -> int:
        answer = await web.get(who, f"/evidence/{file}")
        assert answer.status_code != 200 or answer.content in (PDF, PNG)
        assert answer.status_code == 200 or code_of(answer) == "unknown"
        return answer.status_code

    found = {}
    members = ("head.crane", "head.dell", "adviser.2", OBSERVER, SPECIALIST)
    for who in members:
        found[who] = [await reads(who)]
    for who in ("head.crane", OBSERVER, SPECIALIST):
        declared = await web.says(who, f"/items/{item_id}/interest", {"interest": Interest.NONE})
        assert declared.status_code == 200, declared.text
    said = {"interest": Interest.FAMILY}
    assert (await web.says("head.dell", f"/items/{item_id}/interest", said)).json()["bars"]
    await web.says("adviser.2", f"/items/{item_id}/interest", {"interest": Interest.NONE})
    for who in members:
        found[who].append(await reads(who))
        reads_papers = (await web.get(who, papers)).status_code == 200
        assert (found[who][1] == 200) is reads_papers, who
    assert found == {
        "head.crane": [404, 200],
        OBSERVER: [404, 200],
        SPECIALIST: [404, 200],
        "head.dell": [404, 404],
        "adviser.2": [404, 404],
    }
    for who, status in {
        **dict.fromkeys((SENCO, HEAD, "officer.1", "sen.1"), 200),
        **dict.fromkeys(("officer.2", "business.ashdown", "senco.brook", "head.gorse"), 404),
        **dict.fromkeys(("finance.1", "policy.1", "leader.1", TRUST_LEAD), 404),
        "administrator.alder": 404,
    }.items():
        assert await reads(who) == status, who
    assert [await reads(who, unnamed) for who in (SENCO, "officer.1", "head.crane")] == [
        *(200, 404, 404)
    ]
    assert (await web.client.get(f"/api/evidence/{file_id}")).status_code == 401
    assert code_of(await hands_in(web, draft, PNG)) == "not_at_this_stage"


async def test_documents_lie_where_the_settings_say_and_are_read_where_they_lie(
    web: Web, app: FastAPI, world: World, tmp_path: Path
) -> None:
    """In the record, then in a store named by their hash; what was there before goes on there."""
    draft = await begun(web)
    before = (await hands_in(web, draft)).json()["id"]
    store = tmp_path / "store"
    keeps_in(app, store)
    after = (await hands_in(web, draft, PNG)).json()["id"]
    assert (await hands_in(web, draft, PDF)).json()["id"] == before
    first, second = world.rows(_PLACES)
    assert (first.place, first.content) == ("record", PDF)
    assert (second.place, second.content, second.size_bytes) == ("object_store", None, len(PNG))
    (kept,) = files_in(store)
    assert (kept.name, kept.read_bytes()) == (second.sha256, PNG)

    async def read(file_id: str) -> httpx.Response:
        return await web.get(SENCO, f"/evidence/{file_id}")

    assert [(await read(each)).content for each in (before, after)] == [PDF, PNG]
    kept.write_bytes(PDF)
    with capture_logs() as logged:
        damaged = await read(after)
    assert (damaged.status_code, code_of(damaged)) == (500, "failed")
    assert "request_failed" in {each["event"] for each in logged}
    keeps_in(app, None)
    away = await read(after)
    assert (away.status_code, code_of(away)) == (503, "unwell")
    assert (await read(before)).content == PDF


@pytest.mark.promise(3)
async def test_what_no_store_took_is_not_said_to_be_kept(
    web: Web, app: FastAPI, world: World, tmp_path: Path
) -> None:
    """Promise 3: while the store is away nothing is recorded; said again, it is done."""
    draft = await begun(web)
    store = tmp_path / "store"
    keeps_in(app, store)
    store.rmdir()
    store.write_bytes(b"in the way")
    away = await hands_in(web, draft, key="said-again")
    assert (away.status_code, code_of(away)) == (503, "unwell")
    assert world.rows(_PLACES) == []
    store.unlink()
    keeps_in(app, store)
    assert (await hands_in(web, draft, key="said-again")).status_code == 201
    assert [row.place for row in world.rows(_PLACES)] == ["object_store"]
