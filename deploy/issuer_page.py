"""The demo issuer's sign-in: pick a person, and come back with a code that PKCE protects.

Nobody is asked for a password: everybody here is invented.
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Form, HTTPException, Query
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel

_CODE_SECONDS = 60.0
_BACK, _SIGNED_OUT = "/sign-in/back", "/signed-out"
_STYLE = """
body { font: 19px/1.5 arial, sans-serif; color: #0b0c0c; margin: 0 auto; max-width: 60rem;
       padding: 1.5rem 1rem }
h1 { font-size: 2rem } h2, summary { font-size: 1.25rem; font-weight: bold }
summary { cursor: pointer; padding: .25rem 0 }
p.note { border-left: 10px solid #b1b4b6; padding: .75rem 1rem }
ul { list-style: none; padding: 0; display: grid; gap: .5rem;
     grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)) }
button { display: flex; flex-direction: column; width: 100%; height: 100%; font: inherit;
         text-align: left; padding: .6rem .75rem;
         color: #0b0c0c; background: #f3f3f3; border: 1px solid #0b0c0c; cursor: pointer }
button:hover { background: #dbdad9 }
button:focus, summary:focus { outline: 3px solid #fd0; box-shadow: inset 0 0 0 2px #0b0c0c }
small { display: block; color: #383f43; font-size: 1rem; overflow-wrap: anywhere }
"""


@dataclass(frozen=True)
class Client:
    """Whom the issuer signs people in for, and what it is called itself."""

    issuer: str
    id: str
    address: str
    """Scheme and host of the pages: nobody is sent anywhere else with a code."""

    @property
    def back(self) -> str:
        """The one address that codes are sent to."""
        return f"{self.address}{_BACK}"


@dataclass(frozen=True)
class Persona:
    """Somebody invented, whom one can be."""

    subject: str
    called: str
    does: str


@dataclass(frozen=True)
class Group:
    """People who do the same."""

    title: str
    people: tuple[Persona, ...]


class _Asked(BaseModel):
    """What a sign-in asks for, as it stands in the address of the page."""

    client_id: str = ""
    redirect_uri: str = ""
    response_type: str = ""
    state: str = ""
    nonce: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""

    def fault(self, client: Client) -> str | None:
        """What is wrong with it, if anything is."""
        if self.client_id != client.id:
            return "no such client"
        if self.redirect_uri != client.back:
            return "the client is not sent there"
        if (self.response_type, self.code_challenge_method) != ("code", "S256"):
            return "the code flow with PKCE, S256, and nothing else"
        return None if self.state and self.nonce and self.code_challenge else "something is missing"


@dataclass
class _Codes:
    """Codes that were given out: each is good once, for a minute."""

    given: dict[str, tuple[float, str, _Asked]] = field(default_factory=dict)

    def give(self, subject: str, asked: _Asked) -> str:
        """Give out a code for somebody."""
        now = time.monotonic()
        self.given = {code: each for code, each in self.given.items() if each[0] > now}
        code = secrets.token_urlsafe(24)
        self.given[code] = (now + _CODE_SECONDS, subject, asked)
        return code

    def take(self, code: str, verifier: str, redirect_uri: str) -> tuple[str, str] | None:
        """Take a code back: whom it is for and the nonce, if the verifier is the one it is for."""
        if code not in self.given:
            return None
        until, subject, asked = self.given.pop(code)
        if until < time.monotonic() or asked.redirect_uri != redirect_uri:
            return None
        hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
        is_theirs = hmac.compare_digest(hashed, asked.code_challenge.encode())
        return (subject, asked.nonce) if is_theirs else None


def offer_sign_in(
    app: FastAPI, client: Client, people: tuple[Group, ...], identity: Callable[[str, str], str]
) -> None:
    """Serve the sign-in page, the exchange of codes for identity tokens, and signing out."""
    codes = _Codes()
    known = {each.subject for group in people for each in group.people}

    @app.get("/authorize")
    def choose(asked: Annotated[_Asked, Query()]) -> HTMLResponse:
        """Show who one can be."""
        _refuse_if(asked.fault(client))
        return HTMLResponse("\n".join(_page(people, asked)), headers={"Cache-Control": "no-store"})

    @app.post("/authorize")
    def chosen(subject: Annotated[str, Form()], asked: Annotated[_Asked, Query()]) -> Any:
        """Send the browser back as somebody."""
        _refuse_if(asked.fault(client) or (None if subject in known else "no such person"))
        code = codes.give(subject, asked)
        back = urlencode({"code": code, "state": asked.state, "iss": client.issuer})
        return RedirectResponse(f"{asked.redirect_uri}?{back}", 303)

    @app.post("/token")
    def exchange(
        grant_type: Annotated[str, Form()],
        code: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
        client_id: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()] = "",
    ) -> JSONResponse:
        """Exchange a code for an identity token, once, for whoever began the sign-in."""
        found = codes.take(code, code_verifier, redirect_uri)
        if found is None or grant_type != "authorization_code" or client_id != client.id:
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = identity(*found)
        told = {"access_token": token, "id_token": token, "token_type": "Bearer"}
        return JSONResponse(told, headers={"Cache-Control": "no-store"})

    @app.get("/sign-out")
    def sign_out(post_logout_redirect_uri: str = "") -> Any:
        """Nobody stays signed in here: send the browser back at once, if it came from the pages."""
        is_ours = post_logout_redirect_uri == f"{client.address}{_SIGNED_OUT}"
        return RedirectResponse(post_logout_redirect_uri if is_ours else client.address, 303)


def _refuse_if(fault: str | None) -> None:
    if fault is not None:
        raise HTTPException(400, fault)


def _page(people: tuple[Group, ...], asked: _Asked) -> Iterator[str]:
    """Draw the page: a button for each person, one click each, and no script."""
    action = escape(f"/authorize?{urlencode(asked.model_dump())}")
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield "<title>Who do you want to be? Demo sign-in</title>"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{_STYLE}</style></head><body><main><h1>Who do you want to be?</h1>"
    yield '<p class="note">This is the demo: everybody here is invented, so there is no password. '
    yield "To be two people at once, use a second browser or a private window.</p>"
    yield f'<form method="post" action="{action}">'
    for number, group in enumerate(people):
        title = escape(group.title)
        yield f"<h2>{title}</h2>" if number == 0 else f"<details><summary>{title}</summary>"
        yield "<ul>"
        for each in group.people:
            called, does = escape(each.called), escape(f"{each.does} ({each.subject})")
            value = escape(each.subject)
            named = f'type="submit" name="subject" value="{value}"'
            yield f"<li><button {named}>{called}<small>{does}</small>"
            yield "</button></li>"
        yield "</ul>" if number == 0 else "</ul></details>"
    yield "</form></main></body></html>"
