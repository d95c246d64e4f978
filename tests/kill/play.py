"""Twenty requests over HTTP, all the way, by people who say it again until they are heard."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from deploy.demo.voice import Json, Voice
from domain.moderation import Recommendation
from domain.needs import AreaOfNeed
from tests.activities.small_county import PANELS, profile, request
from tests.activities.world import WHY
from tests.kill.machine import Machine
from tests.workflows.office import until

REQUESTS = 20
MEMBERS = ("head.crane", "head.dell", "head.elm")
_LEVELS = ((4, 3, 2, 0), (2, 3, 0, 0), (3, 2, 0, 0), (1, 1, 0, 0))
_AT_ONCE = 5


class Play:
    """The people of the county at their browsers, all asking for things at once."""

    def __init__(self, machine: Machine, web: httpx.AsyncClient) -> None:
        self.machine = machine
        self.world = machine.world
        self._web = web
        self._voices: dict[str, Voice] = {}
        self._room = asyncio.Semaphore(_AT_ONCE)

    def voice(self, subject: str) -> Voice:
        """Somebody's voice."""
        if subject not in self._voices:
            token = self.machine.token(subject)
            self._voices[subject] = Voice(self._web, subject, token)
        return self._voices[subject]

    async def opens_the_year(self) -> None:
        """The panel of the cluster is called."""
        at = self.world.clock.now() + timedelta(days=30)
        content = {"cluster": "alder", "starts_at": at.isoformat()}
        await self.voice("administrator.alder").does("/api/meetings", content)

    async def submits(self, number: int) -> str:
        """A SENCO writes and submits a request that the head has confirmed."""
        school = "ashdown" if number % 2 else "brook"
        levels = _LEVELS[number % len(_LEVELS)]
        content = request(school=school, number=number % 5, profile=profile(*levels))
        draft = await self.voice(f"senco.{school}").says(
            "POST",
            "/api/drafts",
            {"school": school, "content": content.model_dump(mode="json")},
            step=str(number),
        )
        path = f"/api/drafts/{draft['id']}/confirm"
        await self.voice(f"head.{school}").says("POST", path, {"version": 1})
        path = f"/api/requests/{draft['id']}/submit"
        await self.voice(f"senco.{school}").does(path, {"draft_version": 1})
        return str(draft["id"])

    async def opens(self, request_id: str) -> UUID:
        """The chair opens a ballot on it."""
        item_id = self.world.item_of(UUID(request_id))
        await self.voice(PANELS["alder"][0]).does(f"/api/items/{item_id}/ballot", {})
        return self.world.ballot_of(UUID(request_id))

    async def vote(self, request_id: str, ballot_id: UUID, levels: tuple[int, ...]) -> None:
        """Three members declare no interest and vote."""
        item_id = self.world.item_of(UUID(request_id))
        said: Json = {
            "levels": dict(zip((area.value for area in AreaOfNeed), levels, strict=True)),
            "recommendation": Recommendation.AS_ASKED.value,
            "reason": WHY,
        }
        for member in MEMBERS:
            voice = self.voice(member)
            await voice.says("POST", f"/api/items/{item_id}/interest", {"interest": "none"})
            await voice.says("PUT", f"/api/ballots/{ballot_id}/vote", said)

    async def signs(self, request_id: str, number: int) -> None:
        """An officer authorises it, or declines every eighth."""
        said: dict[str, Any] = {"grounds": [WHY], "alternatives": WHY}
        act = "authorise"
        if number % 8 == 0:
            act, said = "decline", {**said, "reason": WHY}
        await self.voice("manager.1").does(f"/api/requests/{request_id}/{act}", said)

    async def goes(self, number: int) -> str:
        """One request, all the way."""
        async with self._room:
            request_id = await self.submits(number)
            ballot_id = await self.opens(request_id)
            await self.vote(request_id, ballot_id, _LEVELS[number % len(_LEVELS)])
            chair = self.voice(PANELS["alder"][0])
            await chair.does(f"/api/ballots/{ballot_id}/close", {})
            await self.until_stage(request_id, "sign_off")
            await self.signs(request_id, number)
            return request_id

    async def until_stage(self, request_id: str, stage: str) -> None:
        """Wait until the record has a request at a stage."""
        await until(lambda: self.world.stage(UUID(request_id)) == stage, f"it is at {stage}", 60)

    async def all_of_them(self) -> list[str]:
        """Twenty requests, a few at a time."""
        return await asyncio.gather(*(self.goes(number) for number in range(REQUESTS)))

    def ends(self, request_ids: list[str]) -> list[str | None]:
        """How each request ended, in the order in which they were numbered."""
        return [self.world.ending(UUID(each)) for each in request_ids]

    def ended(self) -> int:
        """How many requests have ended so far."""
        return int(self.world.one("SELECT count(*) FROM support_request WHERE ending IS NOT NULL"))
