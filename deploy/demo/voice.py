"""A person of the play, who speaks to Locality over HTTP with a token of their own."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid5

import httpx

from deploy.demo.county import DEMO

OUTCOME_SECONDS = 60.0
"""How long a person of the play waits to learn what came of a recorded act."""
_LOOK_SECONDS = 0.15
_AWAY_SECONDS = 0.5

Json = dict[str, Any]


class Refused(Exception):
    """Locality said no, and why: the problem document that it answered with."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", status))
        self.problem = dict(problem)
        faults = "; ".join(str(fault) for fault in problem.get("faults", ()))
        super().__init__(f"{status} {self.code}: {problem.get('in_the_way') or problem} {faults}")


class Voice:
    """One person: what they say is said once, however often the play is played.

    The idempotency key is worked out from who says what, so a second play says the same again.
    """

    def __init__(self, web: httpx.AsyncClient, subject: str, token: str) -> None:
        self.subject = subject
        self._web = web
        self._headers = {"Authorization": f"Bearer {token}"}

    async def reads(self, path: str, **query: str | int) -> Any:
        """Read something this person may see."""
        return await self._sent("GET", path, params=query, headers=self._headers)

    async def says(self, method: str, path: str, content: object, *, step: str = "") -> Json:
        """Say something that is recorded; ``step`` tells two equal sayings apart."""
        said = json.dumps([self.subject, method, path, content, step], sort_keys=True)
        headers = {**self._headers, "Idempotency-Key": str(uuid5(DEMO, said))}
        told: Json = await self._sent(method, path, json=content, headers=headers)
        return told

    async def does(self, path: str, choices: object, *, step: str = "") -> Json:
        """Do an act, and wait until it is known what came of it."""
        told = await self.says("POST", path, choices, step=step)
        if "act_id" in told:
            return told
        async with asyncio.timeout(OUTCOME_SECONDS):
            while told["outcome"] is None:
                await asyncio.sleep(_LOOK_SECONDS)
                told = await self.reads(f"/api/acts/{told['id']}")
        if told["outcome"] == "refused":
            raise Refused(httpx.codes.CONFLICT, told["refusal"])
        return {"act_id": told["id"], "stage": told["stage"]}

    async def _sent(self, method: str, path: str, **parts: Any) -> Any:
        """Send, and send again while the API is being started anew: nothing is said twice."""
        async with asyncio.timeout(OUTCOME_SECONDS):
            while True:
                try:
                    answer = await self._web.request(method, path, **parts)
                except httpx.TransportError:
                    await asyncio.sleep(_AWAY_SECONDS)
                else:
                    return _answered(answer)


def _answered(answer: httpx.Response) -> Any:
    if answer.is_error:
        problem = "json" in answer.headers.get("content-type", "")
        raise Refused(answer.status_code, answer.json() if problem else {"code": answer.text[:80]})
    return answer.json()
