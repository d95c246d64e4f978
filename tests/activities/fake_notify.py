"""Stands where GOV.UK Notify stands: on loopback, checks who speaks, and answers as it is told."""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import jwt

SERVICE = "11111111-2222-4333-8444-555555555555"
SECRET = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
API_KEY = f"council-{SERVICE}-{SECRET}"


class FakeNotify:
    """What was sent to it, and the statuses with which it answers next; 201 when there are none."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.tokens: list[dict[str, Any]] = []
        self.answers: deque[int] = deque()
        self.says: bytes | None = None
        self.url = ""

    def heard(self, token: str, body: dict[str, Any]) -> int:
        """Take an email in, if the token is the council's and nothing else is to be answered."""
        claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": False})
        assert claims["iss"] == SERVICE
        self.tokens.append(claims)
        status = self.answers.popleft() if self.answers else 201
        if status == 201:
            self.taken.append(body)
        return status


@contextmanager
def fake_notify() -> Iterator[FakeNotify]:
    """Serve on loopback until the block ends."""
    fake = FakeNotify()

    class Handler(BaseHTTPRequestHandler):
        """One email."""

        notify: ClassVar[FakeNotify] = fake

        def do_POST(self) -> None:
            """Answer as the fake says."""
            length = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(length))
            token = self.headers["Authorization"].removeprefix("Bearer ")
            asked_well = self.path == "/v2/notifications/email"
            try:
                status = self.notify.heard(token, body) if asked_well else 404
            except (jwt.InvalidTokenError, AssertionError):
                status = 403
            told = {"id": f"sent-{len(self.notify.taken)}"}
            answer = json.dumps(told).encode() if self.notify.says is None else self.notify.says
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
