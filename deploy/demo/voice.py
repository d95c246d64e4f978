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
        answer = await self._sent("GET", path, params=query, headers=self._headers)
        return answer.json()

    async def downloads(self, path: str) -> str:
        """Download a file that this person may have."""
        return (await self._sent("GET", path, headers=self._headers)).text

    async def fetches(self, path: str) -> bytes:
        """Download a file that is no text, such as a workbook."""
        return (await self._sent("GET", path, headers=self._headers)).content

    async def hands_in(self, kind: str, text: str) -> Json:
        """Hand in a file of finance, as it is; the same file again is the same file."""
        content = text.encode()
        headers = {**self._under_key(["files", kind, text]), "Content-Type": "text/csv"}
        path = "/api/finance/files"
        answer = await self._sent(
            "POST", path, params={"kind": kind}, content=content, headers=headers
        )
        told: Json = answer.json()
        return told

    async def says(self, method: str, path: str, content: object, *, step: str = "") -> Json:
        """Say something that is recorded; ``step`` tells two equal sayings apart."""
        headers = self._under_key([method, path, content, step])
        told: Json = (await self._sent(method, path, json=content, headers=headers)).json()
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

    def _under_key(self, saying: list[object]) -> dict[str, str]:
        """The headers of a saying: whose it is, and the key that is worked out from it."""
        said = json.dumps([self.subject, *saying], sort_keys=True)
        return {**self._headers, "Idempotency-Key": str(uuid5(DEMO, said))}

    async def _sent(self, method: str, path: str, **parts: Any) -> httpx.Response:
        """Send, and send again while the API is being started anew: nothing is said twice."""
        async with asyncio.timeout(OUTCOME_SECONDS):
            while True:
                try:
                    answer = await self._web.request(method, path, **parts)
                except httpx.TransportError:
                    await asyncio.sleep(_AWAY_SECONDS)
                else:
                    return _answered(answer)


def _answered(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        problem = "json" in answer.headers.get("content-type", "")
        raise Refused(answer.status_code, answer.json() if problem else {"code": answer.text[:80]})
    return answer
