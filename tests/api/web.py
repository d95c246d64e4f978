"""People at the application's door: a subject, an address, a body, and an answer."""

from typing import Any
from uuid import uuid4

import httpx

from tests.api.tokens import Signer

Json = dict[str, Any]


class Web:
    """Speaks to the application as whoever is named."""

    def __init__(self, client: httpx.AsyncClient, signer: Signer) -> None:
        self.client = client
        self._signer = signer

    async def get(self, subject: str, path: str, **query: Any) -> httpx.Response:
        """Somebody reads."""
        headers = self.headers(subject)
        return await self.client.get(f"/api{path}", params=query or None, headers=headers)

    async def says(
        self,
        subject: str,
        path: str,
        content: object = None,
        *,
        method: str = "POST",
        key: str | None = None,
    ) -> httpx.Response:
        """Somebody says something, under a key of its own unless one is given."""
        headers = {**self.headers(subject), "Idempotency-Key": key or str(uuid4())}
        return await self.client.request(method, f"/api{path}", json=content, headers=headers)

    def headers(self, subject: str) -> dict[str, str]:
        """A subject's token."""
        return {"Authorization": f"Bearer {self._signer.token(subject)}"}


def code_of(answer: httpx.Response) -> str:
    """The code of a problem, which has the one shape that every problem has."""
    told: Json = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["status"] == answer.status_code
    assert told["type"] == f"urn:locality:problem:{told['code']}"
    for part in ("title", "asked", "in_the_way", "would_help", "faults"):
        assert part in told
    return str(told["code"])
