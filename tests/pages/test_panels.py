"""Panels from pages: declare, read, vote blind; run the meeting; see what came of it."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from domain.needs import AreaOfNeed
from tests.activities.by_hand import ByHand
from tests.activities.meeting_world import CHAIR, DESK, agenda, its_day_comes
from tests.activities.small_county import named
from tests.activities.world import World
from tests.api.bodies import WORDS
from tests.pages.site import Site

LEVELS = {f"levels.{area}": "3" for area in AreaOfNeed}
VOTE = {**LEVELS, "recommendation": "as_asked", "reason": WORDS}
MEMBERS = (CHAIR, "head.dell", "head.elm")
MEETING_PAGES = ("/meetings", "/meetings/{meeting}", "/meetings/{meeting}/now", "/items/{item}")
RUNNING = (
    *("/meetings/{meeting}/close", "/meetings/{meeting}/room", "/meetings/{meeting}/presence"),
    *("/items/{item}/ballot", "/items/{item}/defer", "/items/{item}/take"),
)
"""Pages of whoever runs the meeting; the administrator has all but those of the chair."""
_CHAIRS = ("/items/{item}/ballot", "/items/{item}/defer")

ON_PANEL = dict.fromkeys(MEETING_PAGES, 200) | {"/meetings/{meeting}/interests": 200}
OUTSIDE = dict.fromkeys((*MEETING_PAGES[1:], *RUNNING), 404) | {"/meetings": 200}
WHO_GETS_WHAT: dict[str, dict[str, int]] = {
    CHAIR: ON_PANEL | dict.fromkeys(RUNNING, 200) | {"/meetings/new": 200, "/meetings/year": 200},
    DESK: ON_PANEL | dict.fromkeys(RUNNING, 200) | dict.fromkeys(_CHAIRS, 403),
    "head.dell": ON_PANEL | dict.fromkeys(RUNNING, 403) | {"/meetings/new": 403},
    "head.gorse": OUTSIDE,
    "senco.ashdown": OUTSIDE | {"/meetings/new": 403, "/meetings/urgent": 403},
    "business.ashdown": OUTSIDE,
    "officer.1": OUTSIDE
    | {"/meetings/{meeting}": 200, "/meetings/{meeting}/now": 200}
    | dict.fromkeys(RUNNING[:3], 403),
    "finance.1": OUTSIDE,
    "policy.1": OUTSIDE,
    "leader.1": OUTSIDE,
}


async def says(site: Site, client: httpx.AsyncClient, path: str, **typed: str) -> httpx.Response:
    """Send a form of the client's session, under a key of its own."""
    key = client.cookies[site.house.cookie("locality")]
    form = {**site.form(key, **typed), "_said": f"said-{uuid4()}"}
    return await client.post(path, data=form)


async def held(site: Site, world: World, hand: ByHand, *schools: str) -> tuple[UUID, list[UUID]]:
    """A meeting with a request of each school, opened from its page on its day."""
    meeting_id, items = agenda(world, hand, *schools)
    its_day_comes(world, meeting_id)
    async with site.client(site.signed_in(DESK)) as desk:
        done = await says(site, desk, f"/meetings/{meeting_id}/open")
        shown = await desk.get(done.headers["location"])
    assert "You have opened the meeting" in shown.text
    return meeting_id, items


async def declares(site: Site, client: httpx.AsyncClient, meeting_id: UUID, *items: UUID) -> Any:
    """Somebody declares that they have no interest in items, all from one page."""
    typed: dict[str, str] = {}
    for place, item_id in enumerate(items):
        typed |= {f"items.{place}.item_id": str(item_id), f"items.{place}.interest": "none"}
    return await says(site, client, f"/meetings/{meeting_id}/interests", **typed)


async def ballot_on(site: Site, world: World, item_id: UUID, *voters: str) -> UUID:
    """The chair opens a ballot from its page, and members vote on theirs."""
    async with site.client(site.signed_in(CHAIR)) as chair:
        opened = await says(site, chair, f"/items/{item_id}/ballot")
        assert opened.status_code == 303, opened.text
    request_id = world.one("SELECT request_id FROM agenda_item WHERE id = :id", id=item_id)
    meeting_id, _ = world.meeting_of(item_id)
    ballot_id = world.ballot_of(request_id)
    for voter in voters:
        async with site.client(site.signed_in(voter)) as member:
            await declares(site, member, meeting_id, item_id)
            cast = await says(site, member, f"/ballots/{ballot_id}/vote", **VOTE)
            assert cast.status_code == 303, cast.text
    return ballot_id


async def test_role_by_page_is_as_the_table_says(site: Site, world: World, hand: ByHand) -> None:
    """Its panel reads a meeting, chair and administrator run it; to others there is none."""
    meeting_id, (item_id,) = await held(site, world, hand, "ashdown")
    found: dict[str, dict[str, int]] = {}
    for who, wanted in WHO_GETS_WHAT.items():
        async with site.client(site.signed_in(who)) as client:
            found[who] = {
                path: (await client.get(path.format(meeting=meeting_id, item=item_id))).status_code
                for path in wanted
            }
    assert found == WHO_GETS_WHAT


async def test_a_panel_is_led_from_a_request_to_its_item(
    site: Site, world: World, hand: ByHand
) -> None:
    """A panel reads papers and no request; to whoever may look at neither there is none."""
    _, (item_id,) = await held(site, world, hand, "ashdown")
    request_id = world.one("SELECT request_id FROM agenda_item WHERE id = :id", id=item_id)
    item = f"/items/{item_id}"
    found = {}
    for who in (CHAIR, DESK, "head.dell", "head.gorse", "leader.1", "officer.1"):
        async with site.client(site.signed_in(who)) as client:
            answer = await client.get(f"/requests/{request_id}")
            unsent = (await client.get("/messages/unsent")).status_code
            levels = (await client.get("/my-levels")).text
            found[who] = answer.status_code, answer.headers.get("location"), unsent
        assert "nothing to compare yet" in levels
    assert found == {
        CHAIR: (303, item, 200),
        DESK: (303, item, 200),
        "head.dell": (303, item, 403),
        "head.gorse": (404, None, 200),
        "leader.1": (404, None, 403),
        "officer.1": (200, None, 200),
    }


async def test_a_ballot_is_held_and_its_advice_written_down(
    site: Site, world: World, hand: ByHand
) -> None:
    """Taken, voted on, closed, advised: each from its page, and each on record."""
    meeting_id, (item_id,) = await held(site, world, hand, "ashdown")
    async with site.client(site.signed_in(CHAIR)) as chair:
        assert (await says(site, chair, f"/items/{item_id}/take")).status_code == 303
        ballot_id = await ballot_on(site, world, item_id, *MEMBERS)
        assert "You have voted" in (await chair.get(f"/meetings/{meeting_id}")).text
        closed = await says(site, chair, f"/ballots/{ballot_id}/close")
        shown = (await chair.get(closed.headers["location"])).text
        assert "You have closed the ballot" in shown
        assert "The panel advises: <strong>Support as asked</strong>" in shown
        assert "Members were close together in every area of need" in shown
        request_id = world.one("SELECT request_id FROM agenda_item WHERE id = :id", id=item_id)
        advice = {"advice": "Try a quieter place first.", "conditions": "Weekly\nIn writing"}
        advised = f"/requests/{request_id}/advise-request"
        checked = await says(site, chair, advised, **advice)
        assert "Try a quieter place first." in checked.text
        done = await says(site, chair, advised, **advice, _step="do")
        shown = (await chair.get(done.headers["location"])).text
        assert "You have recorded the advice" in shown
        assert "Try a quieter place first." in shown
        dissent = {"words": "It is too little", "named": "no"}
        assert (await says(site, chair, f"/ballots/{ballot_id}/dissent", **dissent)).is_redirect
        assert "It is too little" in (await chair.get(f"/items/{item_id}")).text
    assert world.one("SELECT count(*) FROM vote") == len(MEMBERS)


async def test_a_meeting_is_closed_and_its_minutes_read(
    site: Site, world: World, hand: ByHand
) -> None:
    """Who was there and what was put off is in the minutes; read once, they wait no more."""
    meeting_id, (item_id,) = await held(site, world, hand, "ashdown")
    async with site.client(site.signed_in(CHAIR)) as chair:
        here = {f"people.{named(each)}": "yes" for each in MEMBERS}
        for people in (here, here | {f"people.{named('head.elm')}": ""}):
            done = await says(site, chair, f"/meetings/{meeting_id}/room", **people)
            assert done.status_code == 303, done.text
        typed = {"because": "no_time", "reason": "It was late"}
        assert (await says(site, chair, f"/items/{item_id}/defer", **typed)).is_redirect
        assert (await says(site, chair, f"/meetings/{meeting_id}/close")).is_redirect
        minutes = (await chair.get(f"/meetings/{meeting_id}/minutes")).text
        assert "no time for it" in minutes
        assert "head.dell" in minutes
        assert "I have read them" in minutes
        read = await says(site, chair, f"/meetings/{meeting_id}/minutes/read")
        assert "I have read them" not in (await chair.get(read.headers["location"])).text
        kept = await chair.get(f"/meetings/{meeting_id}/minutes/text")
        assert kept.text.startswith("Minutes of the panel of alder")
        early = await chair.get(f"/meetings/{meeting_id}/minutes/corrections")
        assert early.status_code == 200
        late = await says(site, chair, f"/meetings/{meeting_id}/minutes/corrections", words="No")
        assert "no later meeting of the panel is being held" in late.text.lower()
    assert world.one("SELECT count(*) FROM presence WHERE left_at IS NULL") == 2
    assert world.one("SELECT count(*) FROM minutes_read") == 1


async def test_papers_open_with_the_declaration_and_not_before(
    site: Site, world: World, hand: ByHand
) -> None:
    """Before, a page asks for it; an interest shows the papers to nobody."""
    meeting_id, (item_id, own_id) = agenda(world, hand, "ashdown", "dell")
    about = world.one(
        "SELECT v.content ->> 'about' FROM request_version AS v JOIN agenda_item AS i"
        " USING (request_id) WHERE i.id = :id",
        id=item_id,
    )
    async with site.client(site.signed_in("head.dell")) as member:
        before = (await member.get(f"/items/{item_id}")).text
        assert about not in before
        assert "Declare your interest" in before
        form = (await member.get(f"/meetings/{meeting_id}/interests")).text
        assert "The record shows: own school" in form
        denied = await declares(site, member, meeting_id, item_id, own_id)
        assert denied.status_code == 422
        assert 'href="#items.1.interest"' in denied.text
        assert world.one("SELECT count(*) FROM interest") == 0
        declared = await says(
            site,
            member,
            f"/meetings/{meeting_id}/interests",
            **{"items.0.item_id": str(item_id), "items.0.interest": "none"},
            **{"items.1.item_id": str(own_id), "items.1.interest": "own_school"},
        )
        assert declared.status_code == 303, declared.text
        assert about in (await member.get(f"/items/{item_id}")).text
        barred = (await member.get(f"/items/{own_id}")).text
        assert "You stand aside" in barred
        assert "What the school wrote" not in barred
    assert world.one("SELECT count(*) FROM interest") == 2


@pytest.mark.promise(13)
async def test_every_fault_of_a_vote_is_told_at_its_field(
    site: Site, world: World, hand: ByHand
) -> None:
    """An empty vote names every level, the advice and the reason; what was typed stays."""
    _, (item_id,) = await held(site, world, hand, "ashdown")
    ballot_id = await ballot_on(site, world, item_id, "head.elm")
    path = f"/ballots/{ballot_id}/vote"
    script = "<script>alert('👋')</script>"
    async with site.client(site.signed_in("head.elm")) as member:
        empty = await says(site, member, path)
        assert empty.status_code == 422
        for field in (*LEVELS, "recommendation", "reason"):
            assert f'href="#{field}"' in empty.text, field
        wrong = await says(site, member, path, **{**VOTE, "levels.nowhere": "3"}, _x="1")
        assert wrong.status_code == 303
        bad = {**VOTE, f"levels.{AreaOfNeed.SEMH}": "3.5", "reason": script}
        told = await says(site, member, path, **bad)
        assert told.status_code == 422
        assert script not in told.text
        assert "&lt;script&gt;" in told.text
        long = await says(site, member, path, **{**VOTE, "reason": "x" * 20_001})
        assert "Use 20,000 characters or fewer" in long.text
        saved = await says(site, member, path, **{**VOTE, "reason": script})
        assert "Your vote is saved" in (await member.get(saved.headers["location"])).text
        again = (await member.get(path)).text
        assert "&lt;script&gt;" in again
    assert world.one("SELECT max(revision) FROM vote") == 3


async def test_an_abstention_takes_the_place_of_a_vote(
    site: Site, world: World, hand: ByHand
) -> None:
    """It needs a reason and nothing else, and the last word counts."""
    _, (item_id,) = await held(site, world, hand, "ashdown")
    ballot_id = await ballot_on(site, world, item_id, "head.elm")
    async with site.client(site.signed_in("head.elm")) as member:
        assert (await says(site, member, f"/ballots/{ballot_id}/abstain")).status_code == 422
        done = await says(site, member, f"/ballots/{ballot_id}/abstain", reason="Too little")
        assert done.status_code == 303
        assert "You abstained" in (await member.get(f"/ballots/{ballot_id}/vote")).text
    assert world.one("SELECT abstained FROM vote ORDER BY revision DESC LIMIT 1") is True


async def test_a_ballots_address_leads_to_what_there_is_to_do(
    site: Site, world: World, hand: ByHand
) -> None:
    """A voter comes to the vote, others of the panel to the item; the rest see nothing."""
    meeting_id, (item_id,) = await held(site, world, hand, "ashdown")
    ballot_id = await ballot_on(site, world, item_id, *MEMBERS)
    expected = {
        "head.dell": (303, f"/ballots/{ballot_id}/vote"),
        DESK: (303, f"/items/{item_id}"),
        "senco.fern": (303, f"/items/{item_id}"),
        "officer.1": (200, ""),
        "senco.ashdown": (404, ""),
        "head.gorse": (404, ""),
    }
    for who, (status, to) in expected.items():
        async with site.client(site.signed_in(who)) as client:
            answer = await client.get(f"/ballots/{ballot_id}")
            assert (answer.status_code, answer.headers.get("location", "")) == (status, to), who
            by_item = await client.get(f"/meetings/{item_id}")
            if status == 303:
                assert by_item.headers["location"] == f"/meetings/{meeting_id}#item-{item_id}"
            else:
                assert by_item.status_code == 404, who


async def test_the_part_that_changes_is_sent_only_when_it_has(
    site: Site, world: World, hand: ByHand
) -> None:
    """Asked again with its mark it is 304, also after a vote; a ballot's close makes it new."""
    meeting_id, (item_id,) = await held(site, world, hand, "ashdown")
    ballot_id = await ballot_on(site, world, item_id, "head.elm", "head.dell")
    async with site.client(site.signed_in(CHAIR)) as chair:
        now = f"/meetings/{meeting_id}/now"
        first = await chair.get(now)
        mark = {"If-None-Match": first.headers["etag"]}
        assert first.headers["etag"] in (await chair.get(f"/meetings/{meeting_id}")).text.replace(
            "&#34;", '"'
        )
        assert (await chair.get(now, headers=mark)).status_code == 304
        async with site.client(site.signed_in("senco.fern")) as member:
            await declares(site, member, meeting_id, item_id)
        declared = await chair.get(now, headers=mark)
        assert declared.status_code == 200
        mark = {"If-None-Match": declared.headers["etag"]}
        async with site.client(site.signed_in("senco.fern")) as member:
            cast = await says(site, member, f"/ballots/{ballot_id}/vote", **VOTE)
            assert cast.status_code == 303
        assert (await chair.get(now, headers=mark)).status_code == 304
        await says(site, chair, f"/ballots/{ballot_id}/close")
        assert (await chair.get(now, headers=mark)).status_code == 200


async def test_a_meeting_is_called_from_a_page(site: Site, world: World) -> None:
    """A day and a time by the council's clock; what cannot be is told at the field."""
    async with site.client(site.signed_in(DESK)) as desk:
        assert 'name="cluster" value="alder"' in (await desk.get("/meetings/new")).text
        when = {"starts_at-day": "25", "starts_at-month": "12", "starts_at-year": "2026"}
        asked = {"cluster": "alder", **when, "_step": "do"}
        faulty = await says(site, desk, "/meetings/new", **asked, **{"starts_at-time": "quarter"})
        assert "must have a day that exists and a time" in faulty.text
        holiday = await says(site, desk, "/meetings/new", **asked, **{"starts_at-time": "9:30"})
        assert "bank holiday" in holiday.text
        good = {**asked, "starts_at-day": "24", "starts_at-month": "11", "starts_at-time": "9:30"}
        checked = await says(site, desk, "/meetings/new", **{**good, "_step": ""})
        assert "24 11 2026 9:30" in checked.text
        called = await says(site, desk, "/meetings/new", **good)
        assert called.status_code == 303, called.text
        shown = await desk.get(called.headers["location"])
        assert "You have called the meeting" in shown.text
    starts_at = world.one("SELECT starts_at FROM meeting")
    assert starts_at.isoformat().startswith("2026-11-24T09:30")


async def test_a_meeting_is_called_off_from_its_page(
    site: Site, world: World, hand: ByHand
) -> None:
    """The chair gives a reason; who was to come reads it, and there are no minutes to look for."""
    meeting_id, _ = agenda(world, hand, "ashdown")
    path, reason = f"/meetings/{meeting_id}", "The hall has no heating."
    async with site.client(site.signed_in(DESK)) as desk:
        assert "Call the meeting off" not in (await desk.get(path)).text
        assert (await desk.get(f"{path}/call-off")).status_code == 403
    async with site.client(site.signed_in(CHAIR)) as chair:
        assert f'href="{path}/call-off"' in (await chair.get(path)).text
        assert "Enter why it is not held" in (await says(site, chair, f"{path}/call-off")).text
        done = await says(site, chair, f"{path}/call-off", reason=reason)
        assert "You have called the meeting off" in (await chair.get(done.headers["location"])).text
        assert (await chair.get(f"{path}/call-off")).status_code == 409
    async with site.client(site.signed_in("head.dell")) as member:
        shown = (await member.get(path)).text
        assert "Called off on" in shown
        assert reason in shown
        assert "Put off: the meeting was called off" in shown
        listed = (await member.get("/meetings")).text
    for page in (shown, listed):
        assert f"{path}/minutes" not in page


async def test_who_comes_and_who_sits_in_whose_stead(
    site: Site, world: World, hand: ByHand
) -> None:
    """A member declines from the meeting's page and names a substitute; the desk sees both."""
    meeting_id, _ = agenda(world, hand, "ashdown")
    path = f"/meetings/{meeting_id}"
    async with site.client(site.signed_in("head.dell")) as member:
        assert "Say whether you come" in (await member.get(path)).text
        await says(site, member, f"{path}/attendance", comes="no")
        assert "You have said that you do not come" in (await member.get(path)).text
        named_ = {"member_id": str(named("head.dell")), "substitute_id": str(named("senco.dell"))}
        done = await says(site, member, f"{path}/substitutes", **named_)
        assert done.status_code == 303, done.text
    async with site.client(site.signed_in(DESK)) as desk:
        shown = (await desk.get(path)).text
        assert "senco.dell sits for" in shown
        order = await desk.get(f"{path}/order")
        assert order.status_code == 200
