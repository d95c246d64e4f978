"""The way of a request over HTTP: from a draft to a decision, by tokens alone."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.activities.world import World
from tests.api.bodies import DECISION, content, vote
from tests.api.web import Json, Web

MEMBERS = ("head.crane", "head.dell", "head.elm")


async def submitted(web: Web, school: str = "ashdown") -> str:
    """A school's SENCO writes a request, the head confirms it, and it is submitted."""
    begun = await web.says(f"senco.{school}", "/drafts", {"school": school, "content": content()})
    assert begun.status_code == 201, begun.text
    draft = begun.json()
    version = draft["version"]
    confirmed = await web.says(
        f"head.{school}", f"/drafts/{draft['id']}/confirm", {"version": version}
    )
    assert confirmed.json()["is_confirmed"]
    path = f"/requests/{draft['id']}/submit"
    done = await web.says(f"senco.{school}", path, {"draft_version": version})
    assert done.status_code == 200, done.text
    return str(draft["id"])


async def listed(web: Web, world: World) -> tuple[str, Json]:
    """A submitted request stands on the agenda of a meeting."""
    request_id = await submitted(web)
    starts_at = (world.clock.now() + timedelta(days=21, hours=1, minutes=30)).isoformat()
    choices = {"cluster": "alder", "starts_at": starts_at}
    called = await web.says("administrator.alder", "/meetings", choices)
    assert called.status_code == 200, called.text
    (meeting,) = (await web.get("head.crane", "/meetings")).json()
    agenda = (await web.get("head.crane", f"/meetings/{meeting['id']}")).json()
    (item,) = (each for each in agenda["items"] if each["request_id"] == request_id)
    return request_id, item


async def voted(web: Web, world: World) -> str:
    """A panel has voted on a request in a ballot, which is closed."""
    request_id, item = await listed(web, world)
    opened = await web.says("head.crane", f"/items/{item['id']}/ballot", {})
    assert opened.json()["done"], opened.text
    ballot_id = str(world.ballot_of(UUID(request_id)))
    for member in MEMBERS:
        path = f"/items/{item['id']}/interest"
        declared = await web.says(member, path, {"interest": "none"})
        assert declared.json()["bars"] is False, declared.text
        papers = await web.get(member, f"/items/{item['id']}/papers")
        assert papers.json()["content"]["about"], papers.text
        cast = await web.says(member, f"/ballots/{ballot_id}/vote", vote(), method="PUT")
        assert cast.json() == {"ballot_id": ballot_id, "revision": 1}, cast.text
    closed = await web.says("head.crane", f"/ballots/{ballot_id}/close")
    assert closed.json()["done"], closed.text
    result = (await web.get("head.crane", f"/ballots/{ballot_id}")).json()["result"]
    assert result["quorate"]
    return request_id


@pytest.mark.promise(1)
async def test_a_request_goes_from_draft_to_decision_over_http(web: Web, world: World) -> None:
    """A school asks, a panel votes, an officer signs, and the school sees amount and letter."""
    path = f"/requests/{await voted(web, world)}"
    assert (await web.get("senco.ashdown", path)).json()["placing"] is None
    signed = await web.says("head-of-sen", f"{path}/authorise", DECISION)
    assert signed.json()["stage"] == "decided", signed.text
    seen = (await web.get("senco.ashdown", path)).json()
    assert seen["placing"]["annual_pence"] is not None
    letter = await web.get("senco.ashdown", f"{path}/letter")
    assert [pupil["given_name"] for pupil in letter.json()["pupils"]], letter.text
    timeline = (await web.get("senco.ashdown", f"{path}/timeline")).json()
    assert timeline[0]["position"] > timeline[-1]["position"]


@pytest.mark.promise(2)
async def test_an_entry_explains_itself_over_http(web: Web, world: World) -> None:
    """Finance reads from an entry back to the rules; the votes are for officers alone."""
    request_id = await voted(web, world)
    await web.says("head-of-sen", f"/requests/{request_id}/authorise", DECISION)
    decision = (await web.get("business.ashdown", f"/requests/{request_id}/decision")).json()
    assert decision["grounds"] is None
    assert decision["awards"][0]["instalments"]
    entries = (await web.get("finance.1", "/ledger/entries", limit=500)).json()
    path = f"/ledger/entries/{entries[-1]['id']}/why"
    chain = (await web.get("officer.1", path)).json()
    assert chain["decision"]["annual_pence"] == decision["annual_pence"]
    assert len(chain["ballot"]["votes"]) == len(MEMBERS)
    assert {"tariff", "continuum", "panel"} <= {each["kind"] for each in chain["policies"]}
    assert all(each["sha256"] and each["authority"] for each in chain["policies"])
    for_finance = (await web.get("finance.1", path)).json()
    assert for_finance["ballot"]["votes"] == []
    assert for_finance["decision"]["grounds"] == []
