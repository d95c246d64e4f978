"""Scenes of a meeting itself: its year called at once, who comes, who is in the room, minutes."""

from collections.abc import Iterable
from datetime import datetime

from deploy.demo.asked import Asked, NotAsPlayed
from deploy.demo.asks import Content, advice, pupil_asked
from deploy.demo.county import without_plan
from deploy.demo.panel import Ballot, Panel, advising
from deploy.demo.printing import LONDON, words
from deploy.demo.theatre import Play
from deploy.demo.voice import Json, Refused

_CLUSTER = "fir"
_DESK = f"administrator.{_CLUSTER}"
_CHAIR = "panel_chair"
_PAPERS = datetime(2026, 11, 3, 9, tzinfo=LONDON)
"""After the first meeting, and in time for the second: new rules are in force by then."""
_ASKED = datetime(2026, 11, 20, 9, tzinfo=LONDON)
_MEETS = datetime(2026, 11, 26, 9, 30, tzinfo=LONDON)

_BIRCH, _BIRCH_DESK = "birch", "administrator.birch"
_CALLED = datetime(2027, 3, 16, 9, tzinfo=LONDON)
_NOT_HELD = datetime(2027, 4, 28, 9, 30, tzinfo=LONDON)
_TO_COME = datetime(2027, 5, 12, 9, 30, tzinfo=LONDON)
"""After the play has ended: there for whoever looks at the pages then."""


async def held_in_a_room(play: Play) -> None:
    """From the calling of a year to the minutes of one meeting, by those who are in it."""
    await _calls_the_year(play)
    await play.until(_PAPERS)
    heard, put_off = [
        await play.asks(school, advice(about, [pupil_asked(without_plan(school)[0])]))
        for school, about in (("reedlingsea", "Quiet ends of days"), ("pondersley", "Two homes"))
    ]
    panel = play.panel(_CLUSTER)
    await play.until(_ASKED)
    meeting_id = await _members_answer(play, panel)
    await _is_put_in_order(play, panel, meeting_id, (heard, put_off))
    await play.until(_MEETS)
    await play.voice(_DESK).does(f"/api/meetings/{meeting_id}/open", {})
    coming = panel.members[:-1]
    for member in coming:
        await _is_in_the_room(play, meeting_id, member)
    play.step(_DESK, "opens the meeting", f"{len(coming)} members are in the room")
    await _is_taken(play, panel, meeting_id, heard)
    await panel.hears(heard, _without_the_last(panel), nth=1)
    await _is_put_off(play, panel, meeting_id, put_off)
    await play.voice(_DESK).does(f"/api/meetings/{meeting_id}/close", {})
    await _minutes_are_read(play, panel, meeting_id, heard)
    await heard.reaches("sign_off")
    await heard.signed_by("officer.locality-2")
    withdraws = {"reason": "Both homes and we have found a way since."}
    await put_off.act("senco.pondersley", "withdraw", withdraws, "withdrawn")


async def _calls_the_year(play: Play) -> None:
    body = {"cluster": _CLUSTER, "year": 2026}
    year = await play.voice(_DESK).says("POST", "/api/meetings/year", body)
    new = sum(each["called_now"] for each in year["meetings"])
    came = f"{len(year['meetings'])} meetings, {new} of them just now; each has its deadline"
    play.step(_DESK, "calls the panel's year", came)


async def _members_answer(play: Play, panel: Panel) -> str:
    """All accept but the last; the chair sees whether that makes a quorum."""
    meetings = await play.voice(panel.chair).reads("/api/meetings")
    meeting_id = next(
        str(each["id"])
        for each in meetings
        if each["cluster"] == _CLUSTER and datetime.fromisoformat(each["starts_at"]) == _MEETS
    )
    last = panel.members[-1]
    for member in panel.members:
        said = {"comes": member != last}
        await play.voice(member).says("POST", f"/api/meetings/{meeting_id}/attendance", said)
    play.step(last, "declines the meeting", "counts as away", role="panel_member")
    seen = await play.voice(panel.chair).reads(f"/api/meetings/{meeting_id}")
    foreseen = seen["attendance"]["quorum_foreseen"]
    came = f"{foreseen['coming']} come, {foreseen['quorum']} are needed"
    play.step(panel.chair, "sees whether there will be a quorum", came, role=_CHAIR)
    return meeting_id


async def _is_put_in_order(
    play: Play, panel: Panel, meeting_id: str, first: Iterable[Asked]
) -> None:
    """The chair has these requests first; whatever else is listed comes after them."""
    items = await _items(play, panel, meeting_id)
    ahead = [items[asked.id]["id"] for asked in first]
    others = [item["id"] for item in items.values() if item["id"] not in ahead]
    order = {"items": [*ahead, *others]}
    try:
        await play.voice(panel.chair).says("PUT", f"/api/meetings/{meeting_id}/order", order)
    except Refused as refused:
        if refused.code != "not_at_this_stage":  # played before: the meeting was opened since
            raise


async def _is_taken(play: Play, panel: Panel, meeting_id: str, asked: Asked) -> None:
    """An item is taken: its presenter answers questions, and leaves before the ballot."""
    item_id = (await _items(play, panel, meeting_id))[asked.id]["id"]
    chair = play.voice(panel.chair)
    taken = await chair.says("POST", f"/api/items/{item_id}/take", {})
    aside = len(taken["leave_the_room"])
    came = f"it is the current item; to leave the room for it: {aside}"
    play.step(panel.chair, f"takes {asked.reference}", came, role=_CHAIR)
    senco = f"senco.{asked.school}"
    presents = {"item_id": item_id, "presents": True}
    await _is_in_the_room(play, meeting_id, senco, **presents)
    try:
        await chair.says("POST", f"/api/items/{item_id}/ballot", {}, step="too early")
    except Refused as refused:
        came = f"{asked.reference} refused: {words(refused.code)}"
        play.step(panel.chair, "opens the vote with the presenter there", came, role=_CHAIR)
    else:
        raise NotAsPlayed(f"{asked.reference}: the presenter was there when the vote was opened")
    await _is_in_the_room(play, meeting_id, senco, is_here=False, **presents)
    play.step(senco, "answers questions", "and leaves the room")


async def _is_put_off(play: Play, panel: Panel, meeting_id: str, asked: Asked) -> None:
    item_id = (await _items(play, panel, meeting_id))[asked.id]["id"]
    said = {"reason": "The school's SENCO is ill today.", "because": "presenter_away"}
    await play.voice(panel.chair).does(f"/api/items/{item_id}/defer", said)
    came = "to the next meeting, which the year has already"
    play.step(panel.chair, f"puts {asked.reference} off", came, role=_CHAIR)


async def _minutes_are_read(play: Play, panel: Panel, meeting_id: str, heard: Asked) -> None:
    member = play.voice(panel.members[1])
    text = await member.downloads(f"/api/meetings/{meeting_id}/minutes/text")
    if heard.reference not in text:
        raise NotAsPlayed(f"{heard.reference} is not in the minutes of its meeting")
    await member.says("POST", f"/api/meetings/{meeting_id}/minutes/read", {})
    told = next(line.strip() for line in text.splitlines() if "of voting" in line)
    play.step(member.subject, "reads the minutes", told, role="panel_member")


async def _is_in_the_room(play: Play, meeting_id: str, who: str, **said: object) -> None:
    person_id = (await play.voice(who).reads("/api/me"))["id"]
    body = {"person_id": person_id, **said}
    await play.voice(_DESK).says("POST", f"/api/meetings/{meeting_id}/presence", body)


async def _items(play: Play, panel: Panel, meeting_id: str) -> dict[str, Json]:
    """The agenda as the chair sees it, by request."""
    seen = await play.voice(panel.chair).reads(f"/api/meetings/{meeting_id}")
    return {item["request_id"]: item for item in seen["items"]}


def _without_the_last(panel: Panel) -> Ballot:
    """Everybody advises advice but the member who declined."""

    def ballot(place: int, content: Content) -> Content | None:
        return None if place == len(panel.members) - 1 else advising("advice")(place, content)

    return ballot


async def called_off(play: Play) -> None:
    """Two meetings are called, and one of them is not held; the other is still to come."""
    await play.until(_CALLED)
    desk = play.voice(_BIRCH_DESK)
    called = [
        await desk.does("/api/meetings", {"cluster": _BIRCH, "starts_at": day.isoformat()})
        for day in (_NOT_HELD, _TO_COME)
    ]
    play.step(_BIRCH_DESK, "calls two meetings", f"{_NOT_HELD:%d %b} and {_TO_COME:%d %b}")
    meeting_id = called[0]["act_id"]
    panel = play.panel(_BIRCH)
    chair, member = play.voice(panel.chair), play.voice(panel.members[1])
    said = {"reason": "The hall is needed for examinations that day."}
    await chair.does(f"/api/meetings/{meeting_id}/call-off", said)
    play.step(panel.chair, "calls one off", "what waits is listed for the other", role=_CHAIR)
    seen = await member.reads(f"/api/meetings/{meeting_id}")
    if not seen["is_called_off"]:
        raise NotAsPlayed("a meeting that was called off is still to come")
    play.step(member.subject, "reads why", seen["called_off_because"], role="panel_member")


SCENES = (held_in_a_room, called_off)
