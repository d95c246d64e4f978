"""A cluster's panel in the play: meetings, declared interests, blind votes, closed ballots."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from deploy.demo.asked import Asked, NotAsPlayed
from deploy.demo.asks import Content
from deploy.demo.company import Company
from deploy.demo.county import FAMILY, panel_of, school_of, without_plan
from deploy.demo.printing import words
from deploy.demo.voice import Json, Refused

Ballot = Callable[[int, Content], Content | None]
"""What the member at a place in the panel's list votes on a request; nothing when away."""

_CHAIR = "panel_chair"
REASON = "From the papers: the reports and the two reviews fit this level."


def as_asked(place: int, content: Content) -> Content:
    """Support as asked; every third member sees one area of need one level lower."""
    need = _levels(content)
    if need and place % 3 == 1:
        highest = max(need, key=lambda area: (need[area], area))
        need = {**need, highest: need[highest] - 1}
    return _vote("as_asked", need)


def advising(recommendation: str) -> Ballot:
    """Everybody advises the same, at the level that the school gave."""
    return lambda _place, content: _vote(recommendation, _levels(content))


def divided(place: int, content: Content) -> Content | None:
    """Four advise support as asked and four advise advice; whoever else is there abstains."""
    if place >= 8:  # noqa: PLR2004
        return {"abstained": True, "levels": {}, "reason": "Both sides persuade me."}
    return _vote("advice" if place % 2 else "as_asked", _levels(content))


def two_only(place: int, content: Content) -> Content | None:
    """Two members are there, which is no quorum."""
    return _vote("as_asked", _levels(content)) if place < 2 else None  # noqa: PLR2004


def _levels(content: Content) -> dict[str, int]:
    found: dict[str, int] = dict(content.get("profile", {}).get("levels", {}))
    return found


def _vote(recommendation: str, need: Mapping[str, int]) -> Content:
    return {"recommendation": recommendation, "levels": dict(need), "reason": REASON}


class Panel:
    """One cluster's panel, its chair and its administrator."""

    def __init__(self, play: Company, cluster: str, days: list[datetime]) -> None:
        self.cluster = cluster
        self.members = panel_of(cluster)
        self.chair = self.members[0]
        self._play = play
        self._days = days
        self._meetings: dict[int, str] = {}

    async def is_called(self) -> None:
        """The administrator calls the panel's next two meetings."""
        administrator = f"administrator.{self.cluster}"
        for nth, starts_at in enumerate(self._days[:2]):
            called = await self._play.voice(administrator).does(
                "/api/meetings", {"cluster": self.cluster, "starts_at": starts_at.isoformat()}
            )
            self._meetings[nth] = called["act_id"]
            self._play.step(
                administrator, "calls a panel meeting", f"{starts_at:%a %d %b %H:%M}, papers set"
            )

    async def hears(
        self,
        asked: Asked,
        ballot: Ballot = as_asked,
        *,
        nth: int = 0,
        round_number: int = 1,
        closed: bool = True,
    ) -> Json:
        """The panel meets: the chair opens a round, members declare and vote, the chair closes."""
        await self._play.until(self._days[nth])
        item = await self._item(asked, self._meetings[nth])
        return await self._hears_item(asked, item, ballot, round_number, closed=closed)

    async def hears_elsewhere(self, asked: Asked) -> None:
        """The named panel hears what another could not, at a meeting of its own."""
        facts = await asked.reaches("listed")
        self._play.step(self.chair, "is named to hear it", asked.stands(facts), role=_CHAIR)
        for meeting in await self._play.voice(self.chair).reads("/api/meetings"):
            if meeting["cluster"] != self.cluster:
                continue
            with suppress(NotAsPlayed):
                item = await self._item(asked, meeting["id"])
                await self._play.until(datetime.fromisoformat(meeting["starts_at"]))
                await self._hears_item(asked, item, as_asked, 1, closed=True)
                return
        raise NotAsPlayed(f"{asked.reference} is on no agenda of the named panel")

    async def looks_again(self, asked: Asked) -> None:
        """Fresh people look again at a decision that is challenged, at their next meeting."""
        chair = self._play.voice(self.chair)
        for meeting in await chair.reads("/api/meetings"):
            if meeting["cluster"] != self.cluster:
                continue
            with suppress(NotAsPlayed):
                item = await self._item(asked, meeting["id"])
                await self._play.until(datetime.fromisoformat(meeting["starts_at"]))
                opening = f"/api/items/{item['id']}/ballot"
                await chair.does(opening, {}, step="second look")
                opened: Json = await chair.reads(f"/api/ballots/{await self._ballot_on(item)}")
                await self._vote_all(asked, opened, as_asked, "to fresh people")
                await self.closes(asked, opened["id"])
                return
        raise NotAsPlayed(f"{asked.reference} is on no agenda of the panel that looks again")

    async def calibrates(self, levels: Callable[[int, Content], Content]) -> None:
        """The members vote, each blind, on the made-up cases of their second meeting."""
        await self._play.until(self._days[1])
        chair = self._play.voice(self.chair)
        cases = await chair.reads(f"/api/meetings/{self._meetings[1]}/calibration")
        for case in cases:
            path = f"/api/calibration/ballots/{case['id']}"
            stated = (await chair.reads(path))["paper"]["stated"]["levels"]
            await asyncio.gather(
                *(
                    self._play.voice(member).says(
                        "PUT", f"{path}/vote", _vote("as_asked", levels(place, stated))
                    )
                    for place, member in enumerate(self.members)
                )
            )
        number = f"{len(self.members)} vote, each blind, on {len(cases)} made-up cases"
        self._play.step(self.chair, "has the panel calibrated", number, role=_CHAIR)

    async def closes(self, asked: Asked, ballot_id: str) -> None:
        """The chair closes the ballot, and everybody learns what it came to."""
        chair = self._play.voice(self.chair)
        await chair.does(f"/api/ballots/{ballot_id}/close", {})
        closed = await chair.reads(f"/api/ballots/{ballot_id}")
        what = f"closes the ballot on {asked.reference}"
        self._play.step(self.chair, what, _came_to(closed["result"]), role=_CHAIR)

    async def puts_off(self, asked: Asked, reason: str) -> None:
        """The chair puts an item off to the next meeting."""
        await self._play.until(self._days[0])
        item = await self._item(asked, self._meetings[0])
        await self._play.voice(self.chair).does(
            f"/api/items/{item['id']}/defer", {"reason": reason}
        )
        came = f"to {self._days[1]:%a %d %b %H:%M}"
        self._play.step(self.chair, f"puts {asked.reference} off", came, role=_CHAIR)

    async def ends(self) -> None:
        """The administrator closes the meetings that were called."""
        administrator = f"administrator.{self.cluster}"
        for nth, meeting_id in self._meetings.items():
            await self._play.voice(administrator).does(f"/api/meetings/{meeting_id}/close", {})
            what = f"closes the meeting of {self._days[nth]:%a %d %b}"
            self._play.step(administrator, what, "everything was heard")

    async def keeps_out(self, asked: Asked, ballot: Json, member: str) -> None:
        """A member with an interest tries to hide it, then to read and to vote all the same."""
        voice, item = self._play.voice(member), f"/api/items/{ballot['item_id']}"
        hiding = voice.says("POST", f"{item}/interest", {"interest": "none"}, step="hiding")
        await self._refused(asked, member, hiding, "declares no interest, and has one")
        await self._refused(asked, member, voice.reads(f"{item}/papers"), "tries the papers")
        vote = _vote("as_asked", _levels(asked.content))
        voting = voice.says("PUT", f"/api/ballots/{ballot['id']}/vote", vote, step="barred")
        await self._refused(asked, member, voting, "tries to vote")

    async def is_late(self, asked: Asked, ballot: Json, member: str) -> None:
        """A member changes their vote after the close: what was cast stands."""
        vote = _vote("none", _levels(asked.content))
        path = f"/api/ballots/{ballot['id']}/vote"
        voting = self._play.voice(member).says("PUT", path, vote, step="late")
        await self._refused(asked, member, voting, "votes after the close")

    async def _refused(self, asked: Asked, member: str, saying: Awaitable[Json], what: str) -> None:
        try:
            await saying
        except Refused as refused:
            came = f"{asked.reference} refused: {words(refused.code)}"
            self._play.step(member, what, came, role="panel_member")
        else:
            raise NotAsPlayed(f"{asked.reference}: nobody refused: {what}")

    async def _hears_item(
        self, asked: Asked, item: Json, ballot: Ballot, round_number: int, *, closed: bool
    ) -> Json:
        chair = self._play.voice(self.chair)
        await chair.does(f"/api/items/{item['id']}/ballot", {}, step=f"round {round_number}")
        await asked.reaches("in_ballot")
        opened: Json = await chair.reads(f"/api/ballots/{await self._ballot_on(item)}")
        if opened["round"] > round_number:
            return opened  # played before, and a later round has followed
        await self._vote_all(asked, opened, ballot, f"to the panel, round {round_number}")
        if closed:
            await self.closes(asked, opened["id"])
        return opened

    async def _vote_all(self, asked: Asked, opened: Json, ballot: Ballot, whom: str) -> None:
        """Every member declares and votes, or stands aside; the chair sees how many did."""
        votes = await asyncio.gather(
            *(
                self._votes(member, asked, opened, ballot(place, asked.content))
                for place, member in enumerate(self.members)
            )
        )
        aside, away = votes.count("stands aside"), votes.count("away")
        self._play.step(
            self.chair,
            f"puts {asked.reference} {whom}",
            f"{votes.count('votes')} vote, each blind; {aside} aside; {away} away",
            role=_CHAIR,
        )

    async def _votes(self, member: str, asked: Asked, opened: Json, vote: Content | None) -> str:
        """One member declares, reads and votes, or stands aside, or is away."""
        if vote is None:
            return "away"
        voice, item = self._play.voice(member), f"/api/items/{opened['item_id']}"
        interest = interest_of(member, asked)
        await voice.says("POST", f"{item}/interest", {"interest": interest})
        if interest != "none":
            return "stands aside"
        await voice.reads(f"{item}/papers")
        await voice.says("PUT", f"/api/ballots/{opened['id']}/vote", vote)
        return "votes"

    async def _item(self, asked: Asked, meeting_id: str) -> Json:
        meeting = await self._play.voice(self.chair).reads(f"/api/meetings/{meeting_id}")
        for item in meeting["items"]:
            if item["request_id"] == asked.id:
                return {**item, "meeting_id": meeting_id}
        raise NotAsPlayed(f"{asked.reference} is not on the agenda of {self.cluster}")

    async def _ballot_on(self, item: Json) -> str:
        """Find the last ballot on an item."""
        meeting = await self._play.voice(self.chair).reads(f"/api/meetings/{item['meeting_id']}")
        return next(str(each["ballot_id"]) for each in meeting["items"] if each["id"] == item["id"])


def interest_of(member: str, asked: Asked) -> str:
    """What a member has to declare: a tie of family, school or trust to the request, or nothing."""
    pupils = asked.content.get("pupils", ())
    related = [str(without_plan(school)[0].id) for who, school in FAMILY if who == member]
    if any(pupil["pupil_id"] in related for pupil in pupils):
        return "family"
    role, place = member.split(".")[:2]
    if role == "adviser":
        return "none"
    concerned = {asked.school, *(pupil["school"] for pupil in pupils)}
    if place in concerned:
        return "own_school"
    trusts = {school_of(school).trust for school in concerned} - {None}
    return "own_trust" if school_of(place).trust in trusts else "none"


def _came_to(result: Mapping[str, Any] | None) -> str:
    if result is None or not result["quorate"]:
        return "no quorum"
    advised = result["recommendation"]
    return f"advises {words(advised)}" if advised else "a tie"
