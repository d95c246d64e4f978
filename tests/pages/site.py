"""A site of a test's own: the pages, two issuers, and people of the small county in browsers."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from sqlalchemy import text

from activities.settings import Issuer
from activities.store import reading, recording
from activities.store.recording import SessionHeld
from activities.store.session import each_by_itself, transaction
from api.auth import Tokens
from api.keys import Fetch, fetch_json
from api.pages.house import House
from api.pages.openid import SignIns
from api.pages.visitor import new_key, token_of
from api.parts import Parts
from deploy.issuer import compose_issuer
from deploy.issuer_page import Client, Group, Persona
from tests.activities.small_county import ISSUER
from tests.api.tokens import ISSUERS, Signer
from tests.conftest import StillClock

COUNCIL_NAME = "Small County"
SCHOOLS = (
    *("senco.ashdown", "head.ashdown", "business.ashdown", "senco.brook", "head.crane"),
    *("head.dell", "administrator.alder", "service.speech"),
)
COUNCIL = (
    *("officer.1", "sen.1", "finance.1", "policy.1", "leader.1", "head-of-sen", "manager.1"),
    *("finance.2", "finance.3", "policy.2"),
)
STRANGER = "nobody.here"


@dataclass
class Site:
    """The pages as served, with everything a test may want to turn."""

    address: str
    issuers: tuple[str, str]
    app: FastAPI
    parts: Parts
    house: House
    signs: StillClock
    """The clock that sessions live on."""

    def signed_in(self, subject: str) -> str:
        """Sign somebody in without an issuer; returns what their browser holds."""
        key, now = new_key(), self.signs.now()
        with each_by_itself(self.parts.engine) as connection:
            person = reading.person_of(connection, self.issuers[0], subject)
        assert person is not None
        held = SessionHeld(issuer=self.issuers[0], subject=subject)
        with transaction(self.parts.engine) as session:
            recording.begin_session(session, key, person.id, held, now, now + self.house.lasts)
        return key

    @asynccontextmanager
    async def client(self, key: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """Somebody's browser, as far as HTTP goes; nobody's without a key."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        cookies = {self.house.cookie("locality"): key} if key else {}
        headers = {"Accept": "text/html"}
        async with httpx.AsyncClient(
            transport=transport, base_url=self.address, cookies=cookies, headers=headers
        ) as client:
            yield client

    def form(self, key: str, **typed: str) -> dict[str, str]:
        """A form as a page of the session would send it."""
        return {"_token": token_of(key), "_said": f"said-{typed}"[:100].replace(" ", ""), **typed}


@asynccontextmanager
async def serving(*doors: tuple[FastAPI, socket.socket]) -> AsyncIterator[None]:
    """Serve applications, each on its socket, until the test is over; all of them end at once."""
    servers = [_server(app) for app, _ in doors]
    tasks = [
        asyncio.create_task(server.serve(sockets=[listening]))
        for server, (_, listening) in zip(servers, doors, strict=True)
    ]
    try:
        yield
    finally:
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*tasks)


def _server(app: FastAPI) -> uvicorn.Server:
    config = uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    return server


def listen() -> tuple[socket.socket, str]:
    """Take a free port of this machine, and say its address."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    return taken, f"http://127.0.0.1:{taken.getsockname()[1]}"


@asynccontextmanager
async def site_of(
    composed: FastAPI, parts: Parts, folder: Path, signer: Signer
) -> AsyncIterator[Site]:
    """Serve the pages, and the schools' and the council's issuers, at addresses of their own."""
    (own, address), *theirs = listen(), listen(), listen()
    urls = (theirs[0][1], theirs[1][1])
    issuers = tuple(
        Issuer(issuer=url, audience="locality", called=called)
        for url, called in zip(urls, ("a school account", "a council account"), strict=True)
    )
    _know(parts, urls)
    signs = StillClock()
    house = House(
        name=COUNCIL_NAME,
        colour="#12436d",
        address=address,
        sign_ins=SignIns(issuers, address),
        idle=timedelta(minutes=60),
        lasts=timedelta(hours=12),
        clock=signs,
    )
    tokens = Tokens((*issuers, *ISSUERS), fetch=_asking(signer))
    composed.state.parts = parts = replace(parts, tokens=tokens, patience_seconds=10.0)
    composed.state.house = house
    async with serving(
        (composed, own),
        (_issuer(urls[0], address, folder / "1", SCHOOLS), theirs[0][0]),
        (_issuer(urls[1], address, folder / "2", COUNCIL), theirs[1][0]),
    ):
        yield Site(address, urls, composed, parts, house, signs)


def _issuer(url: str, address: str, folder: Path, subjects: tuple[str, ...]) -> FastAPI:
    people = tuple(Persona(each, each, "of the small county") for each in (*subjects, STRANGER))
    return compose_issuer(Client(url, "locality", address), folder, (Group("Begin with", people),))


def _asking(signer: Signer) -> Fetch:
    """Ask the tests' signer for its own keys, and everybody else over the network."""
    return lambda url: signer.fetch(url) if url.startswith(ISSUER) else fetch_json(url)


def _know(parts: Parts, urls: tuple[str, str]) -> None:
    """Have both issuers vouch for everybody whom the small county knows."""
    statement = text(
        "INSERT INTO sign_in (issuer, subject, person_id)"
        " SELECT :url, subject, person_id FROM sign_in WHERE issuer = :known"
    )
    with transaction(parts.engine) as session:
        for url in urls:
            session.connection().execute(statement, {"url": url, "known": ISSUER})


def cookies_of(site: Site, key: str) -> list[Any]:
    """What a real browser is given, so that somebody is signed in."""
    return [{"name": site.house.cookie("locality"), "value": key, "url": site.address}]
