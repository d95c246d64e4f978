"""Who is looking at a page: a session's person, and proof that a form is one of ours.

What the person may see and do is decided where it always is: by reading and recording.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from activities.store import reading, recording
from activities.store.reading import Caller
from activities.store.session import each_by_itself
from api.pages.house import House, house_of
from api.parts import parts_of

SIGN_OUT = "/sign-out"
SESSION = "locality"
SIGNING_IN = "locality-signing-in"
TOKEN = "_token"  # noqa: S105  a field's name
SAID = "_said"
"""The field with a form's idempotency key: sent twice, it is one act."""
AGAIN = "_again"
"""The field by which typed words come back after signing in again; nothing is done by it."""

STEP, DO, CHANGE, MORE, SURE = "_step", "do", "change", "more", "sure"
"""The field that says which button was pressed: of answers looked at, of rows, of a pause."""

_LONGEST_KEY = 100
_MOST_FIELDS = 2_000
"""A provision map of two hundred lines has seven boxes a line."""
_LONGEST_THEN = 500


class SignInNeeded(Exception):
    """Nobody is signed in by this browser, or not any more; what was typed goes back to it."""

    def __init__(self, then: str, typed: dict[str, str] | None = None) -> None:
        super().__init__(then)
        self.then = then
        self.typed = typed


class Forged(Exception):
    """A form that is not one of this session's."""


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in, what colleagues call them, and the token of their session's forms."""

    caller: Caller
    called: str
    token: str


@dataclass(frozen=True)
class SentFile:
    """A file that was sent with a form: what it was called, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Posted:
    """A form that was sent: by whom, and what was typed."""

    visitor: Visitor
    typed: dict[str, str]
    came_again: bool
    """Whether it comes back after signing in again: to be looked at, and not done."""
    step: str = ""
    """Which of a form's buttons was pressed, where it has several."""
    files: Mapping[str, SentFile] = field(default_factory=dict)
    """The files that were chosen, by the names of their fields."""


def visitor_of(request: Request) -> Visitor:
    """Find who is looking, with the roles of today; nobody is asked to sign in."""
    found = visitor_or_nobody(request)
    if found is None:
        raise SignInNeeded(_asked(request))
    return found


def visitor_or_nobody(request: Request) -> Visitor | None:
    """Find who is looking, if anybody has signed in by this browser."""
    house, parts = house_of(request), parts_of(request)
    key = key_of(request, house)
    if key is None:
        return None
    with each_by_itself(parts.engine) as connection:
        held = recording.session_held(connection, key, house.clock.now(), house.idle)
        if held is None:
            return None
        person = reading.person_of(connection, held.issuer, held.subject)
    if person is None:
        return None
    caller = Caller(person=person, now=parts.clock.now())
    found = Visitor(caller=caller, called=held.called, token=token_of(key))
    request.state.visitor = found
    return found


async def posted(request: Request) -> Posted:
    """Take a form in: from somebody signed in, and with their session's token."""
    async with request.form(max_fields=_MOST_FIELDS) as form:
        sent = {name: value for name, value in form.items() if isinstance(value, str)}
        files = {
            name: SentFile(value.filename, await value.read())
            for name, value in form.items()
            if isinstance(value, UploadFile) and value.filename
        }
    typed = {name: _lines(value) for name, value in sent.items() if not name.startswith("_")}
    visitor = await run_in_threadpool(visitor_or_nobody, request)
    if visitor is None:
        raise SignInNeeded(request.url.path, {**typed, SAID: sent.get(SAID, "")})
    came_again = AGAIN in sent
    if not came_again and not hmac.compare_digest(
        sent.get(TOKEN, "").encode(), visitor.token.encode()
    ):
        raise Forged
    # Sent again after signing in, it keeps its key: what was done before it ran out is done once.
    request.state.said = sent.get(SAID) or new_key()
    return Posted(visitor, typed, came_again, sent.get(STEP, ""), files)


def caller_looking(visitor: Annotated[Visitor, Depends(visitor_of)]) -> Caller:
    """The person who is looking, as those who read for them know them."""
    return visitor.caller


Looking = Annotated[Visitor, Depends(visitor_of)]
Anybody = Annotated[Visitor | None, Depends(visitor_or_nobody)]
"""Who is looking at a page that is for the public too."""
PostedForm = Annotated[Posted, Depends(posted)]


def key_of(request: Request, house: House) -> str | None:
    """The key that the browser holds, if it can be one."""
    key = request.cookies.get(house.cookie(SESSION))
    return key if key and len(key) <= _LONGEST_KEY else None


def token_of(key: str) -> str:
    """The token of a session's forms: made from its key, and telling nothing of it."""
    return hmac.new(key.encode(), b"form", hashlib.sha256).hexdigest()


def new_key() -> str:
    """A key that nobody can guess."""
    return secrets.token_urlsafe(32)


def keep(response: Response, house: House, name: str, value: str, seconds: int | None) -> None:
    """Give the browser a cookie that no script reads and no other site sends with a form."""
    response.set_cookie(
        house.cookie(name),
        value,
        max_age=seconds,
        path="/",
        secure=house.is_https,
        httponly=True,
        samesite="lax",
    )


def forget(response: Response, house: House, name: str) -> None:
    """Take a cookie back."""
    keep(response, house, name, "", 0)


def safe_then(then: str | None) -> str:
    """Where to go after signing in: a page of ours, whatever the address says."""
    is_ours = (
        then is not None
        and then.startswith("/")
        and not then.startswith(("//", "/\\", "/sign"))
        and then.isprintable()
        and "\\" not in then
        and len(then) <= _LONGEST_THEN
    )
    return then if then and is_ours else "/"


def to_sign_in(then: str) -> Response:
    """Send a browser to the sign-in page, and back here afterwards."""
    to = "/sign-in" if then == "/" else f"/sign-in?then={quote(then, safe='/')}"
    return RedirectResponse(to, 303)


def _asked(request: Request) -> str:
    """The page that was asked for; of a form, the page it stands on."""
    query = f"?{request.url.query}" if request.url.query else ""
    return safe_then(f"{request.url.path}{query}")


def _lines(value: str) -> str:
    """What was typed, with breaks as they are kept and no space around it."""
    return value.replace("\r\n", "\n").strip()
