"""The outermost ring: how much may be sent, one log line for each request, and no stack trace."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable

import structlog
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import of_crash, of_status

log = structlog.get_logger("api")

LARGEST_BODY = 1024 * 1024
LARGEST_FILE = 5 * 1024 * 1024
LARGEST_EVIDENCE = 11 * 1024 * 1024
"""A document and the form around it; the document itself is at most ten mebibytes."""
_FILES = frozenset({"/api/finance/files", "/finance/files/new"})
"""Where files are handed in whole: a county's awards, or a bank's answer to a run."""
_EVIDENCE = re.compile(r"(/api)?/drafts/[0-9a-f-]{36}/evidence(/\d{1,3})?")
"""Where documents are handed in with a request."""
LONGEST_BODY_SECONDS = 10.0
"""A body that takes longer to arrive is not waited for: it would hold a place that others need."""


class _TooLarge(HTTPException):
    """More was sent than is taken; whoever reads the body lets this kind through."""

    def __init__(self) -> None:
        super().__init__(413)


class _TooSlow(HTTPException):
    """The body did not arrive in time."""

    def __init__(self) -> None:
        super().__init__(408)


class Ring:
    """Wraps the whole application: counts the body as it arrives, and logs what was answered.

    The line has the route's template, never the path: a path holds ids, and a query holds words.
    """

    def __init__(self, app: ASGIApp, longest_body_seconds: float = LONGEST_BODY_SECONDS) -> None:
        self.app = app
        self._longest_body_seconds = longest_body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        answer = _Answer(send)
        structlog.contextvars.clear_contextvars()
        try:
            most = largest_body(scope["path"])
            _check_declared(scope, most)
            await self.app(scope, _counted(receive, most, self._longest_body_seconds), answer)
        except (_TooLarge, _TooSlow) as error:
            await answer.instead(of_status(error.status_code), scope, receive)
        except Exception as error:  # noqa: BLE001  the last wall: nothing of it leaves but an id
            await answer.instead(of_crash(error), scope, receive)
        route = getattr(scope.get("route"), "path", "unknown")
        log.info(
            "request_answered",
            method=scope["method"],
            route=route,
            status=answer.status,
            ms=round((time.perf_counter() - began) * 1000, 1),
            act_id=scope.get("state", {}).get("act_id"),
        )


class _Answer:
    """Passes an answer on and remembers its status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)

    async def instead(self, response: ASGIApp, scope: Scope, receive: Receive) -> None:
        """Answer with something else, unless an answer has begun."""
        if self.status == 0:
            await response(scope, receive, self)


def largest_body(path: str) -> int:
    """How much may be sent to an address."""
    if path in _FILES:
        return LARGEST_FILE
    return LARGEST_EVIDENCE if _EVIDENCE.fullmatch(path) else LARGEST_BODY


def _check_declared(scope: Scope, most: int) -> None:
    """Turn away at once what says of itself that it is too large."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value) > most:
            raise _TooLarge


def _counted(
    receive: Receive, most: int, longest_seconds: float
) -> Callable[[], Awaitable[Message]]:
    """Count what arrives, whatever was declared, and stop at the limit of size or of time.

    Once the body is there, whoever waits for the sender to go away may wait for ever.
    """
    taken = 0
    is_whole = False
    ends_at = time.monotonic() + longest_seconds

    async def counting() -> Message:
        nonlocal taken, is_whole
        try:
            left = None if is_whole else ends_at - time.monotonic()
            message = await asyncio.wait_for(receive(), left)
        except TimeoutError:
            raise _TooSlow from None
        is_whole = not message.get("more_body", False)
        taken += len(message.get("body", b""))
        if taken > most:
            raise _TooLarge
        return message

    return counting
