"""The way of a request over HTTP: from a draft to a decision, by tokens alone."""

from datetime import timedelta

import pytest

from tests.activities.world import World
from tests.api.bodies import CHOSEN, DECISION, WORDS, content, vote
from tests.api.engine import HandEngine
from tests.api.web import Web, code_of

from domain.stages import ActKind

MEMBERS = ("head.crane", "head.dell", "head.elm")


async def submitted(web: Web, school: str = "ashdown") -> str:
    """A school's SENCO writes a request, the head confirms it, and it is submitted."""
    begun = await web.says(f"senco.{school}", "/drafts", {"school": school, "content": content()})
    assert begun.status_code == 201, begun.text
    draft = begun.json()
    confirmed = await web.says(
        f"head.{school}", f"/drafts/{draft['id']}/confirm", {"version": draft["version"]}
    )
    assert confirmed.json()["is_confirmed"]
    done = await web.says(
        f"senco.{school}", f"/requests/{draft['id']}/submit", {"draft_version": draft["version"]}
    )
    assert done.status_code == 200, done.text
    return str(draft["id"])


async def listed(web: Web, world: World) -> tuple[str, dict[str, str]]:
    """A submitted request stands on the agenda of a meeting."""
    request_id = await submitted(web)
    starts_at = (world.clock.now() + timedelta(days=21, hours=1, minutes=30)).isoformat()
    called = await web.says(
        "administrator.alder", "/meetings", {"cluster": "alder", "starts_at": starts_at}
    )
    assert called.status_code == 200, called.text
    (meeting,) = (await web.get("head.crane", "/meetings")).json()
    agenda = (await web.get("head.crane", f"/meetings/{meeting['id']}")).json()
    (item,) = [each for each in agenda["items"] if each["request_id"] == request_id]
    return request_id, item


@pytest.mark.promise(1)
async def test_a_request_goes_from_draft_to_decision_over_http(web: Web, world: World) -> None:
    """A school asks, a panel votes, an officer signs, and the school sees amount and letter."""
    request_id, item = await listed(web, world)
    opened = await web.says("head.crane", f"/items/{item['id']}/ballot", {})
    assert opened.json()["done"], opened.text
    ballot_id = str(world.ballot_of(request_id))  # type: ignore[arg-type]
    for member in MEMBERS:
        declared = await web.says(
            member, f"/items/{item['id']}/interest", {"interest": "none"}
        )
        assert declared.json()["bars"] is False, declared.text
        papers = await web.get(member, f"/items/{item['id']}/papers")
        assert papers.json()["content"]["about"], papers.text
        cast = await web.says(member, f"/ballots/{ballot_id}/vote", vote(), method="PUT")
        assert cast.json() == {"ballot_id": ballot_id, "revision": 1}, cast.text
    closed = await web.says("head.crane", f"/ballots/{ballot_id}/close")
    assert closed.json()["done"], closed.text
    result = (await web.get("head.crane", f"/ballots/{ballot_id}")).json()["result"]
    assert result["quorate"]
    assert (await web.get("senco.ashdown", f"/requests/{request_id}")).json()["placing"] is None
    signed = await web.says("head-of-sen", f"/requests/{request_id}/authorise", DECISION)
    assert signed.json()["stage"] == "decided", signed.text
    seen = (await web.get("senco.ashdown", f"/requests/{request_id}")).json()
    assert seen["placing"]["annual_pence"] is not None
    decision = (await web.get("business.ashdown", f"/requests/{request_id}/decision")).json()
    assert decision["grounds"] is None
    letter = await web.get("senco.ashdown", f"/requests/{request_id}/letter")
    assert letter.status_code == 200, letter.text
    why = (await web.get("finance.1", "/ledger/entries", limit=500)).json()[-1]
    chain = (await web.get("officer.1", f"/ledger/entries/{why['id']}/why")).json()
    assert chain["decision"]["annual_pence"] == decision["annual_pence"]
    assert len(chain["ballot"]["votes"]) == 3
    assert len(chain["policies"]) >= 8
    timeline = (await web.get("senco.ashdown", f"/requests/{request_id}/timeline")).json()
    assert timeline[0]["position"] > timeline[-1]["position"]
