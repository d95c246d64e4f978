"""In and out: the ways to sign in, the way back from an issuer, and signing out."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from activities.store import reading, recording
from activities.store.recording import SessionHeld
from activities.store.session import each_by_itself
from api.auth import Subject
from api.pages.frame import page
from api.pages.house import House, house_of
from api.pages.openid import BACK, SIGNED_OUT, read_back
from api.pages.visitor import (
    SESSION,
    SIGN_OUT,
    SIGNING_IN,
    PostedForm,
    forget,
    keep,
    key_of,
    new_key,
    safe_then,
    visitor_or_nobody,
)
from api.parts import Parts, WithParts
from api.problems import NotSignedIn
from domain.people import Person

router = APIRouter(include_in_schema=False)

_SIGNING_IN_SECONDS = 600
"""How long somebody may take at the issuer's."""


@router.get("/sign-in")
def ways_in(request: Request, then: Annotated[str | None, Query()] = None) -> Response:
    """Offer the ways to sign in; who is signed in already goes on."""
    if visitor_or_nobody(request) is not None:
        return RedirectResponse(safe_then(then), 303)
    ways = [
        {"text": each, "href": f"/sign-in/with/{number}?then={quote(safe_then(then), safe='/')}"}
        for number, each in enumerate(house_of(request).sign_ins.called)
    ]
    return page(request.scope, "sign_in.html", ways=ways, then=safe_then(then))


@router.get("/sign-in/with/{number}")
def begin(request: Request, number: int, then: Annotated[str | None, Query()] = None) -> Response:
    """Send a browser to an issuer; what it brings back is compared with what it keeps."""
    house = house_of(request)
    url, begun = house.sign_ins.begin(number, safe_then(then))
    response = RedirectResponse(url, 303, {"Cache-Control": "no-store"})
    keep(response, house, SIGNING_IN, begun.written(), _SIGNING_IN_SECONDS)
    return response


@router.get(BACK)
def come_back(request: Request, parts: WithParts) -> Response:
    """Take somebody in whom an issuer vouches for, if they are on record."""
    house = house_of(request)
    begun = read_back(request.cookies.get(house.cookie(SIGNING_IN)))
    came_back = f"{house.address}{BACK}?{request.url.query}"
    try:
        subject = house.sign_ins.finish(begun, parts.tokens, came_back)
    except NotSignedIn as error:
        response: Response = page(request.scope, "sign_in_failed.html", 401, because=str(error))
    else:
        response = _let_in(request, parts, subject, begun.then if begun else "/")
    forget(response, house, SIGNING_IN)
    return response


@router.post(SIGN_OUT)
def sign_out(request: Request, form: PostedForm, parts: WithParts) -> Response:
    """End the session here, and then at the issuer."""
    del form
    house = house_of(request)
    issuer = _end(parts, house, key_of(request, house))
    response = RedirectResponse(house.sign_ins.out(issuer) if issuer else SIGNED_OUT, 303)
    forget(response, house, SESSION)
    return response


@router.get(SIGNED_OUT)
def signed_out(request: Request) -> Response:
    """Say that nobody is signed in any more."""
    return page(request.scope, "signed_out.html")


def _let_in(request: Request, parts: Parts, subject: Subject, then: str) -> Response:
    """Begin a session under a new key, whatever key the browser came with."""
    house = house_of(request)
    with each_by_itself(parts.engine) as connection:
        person = reading.person_of(connection, subject.issuer, subject.subject)
    if person is None:
        return page(request.scope, "not_known.html", 403, subject=subject.subject)
    _end(parts, house, key_of(request, house))
    key = _begun(parts, house, person)
    response = RedirectResponse(then, 303, {"Cache-Control": "no-store"})
    keep(response, house, SESSION, key, None)
    return response


def _begun(parts: Parts, house: House, person: Person) -> str:
    key, now = new_key(), house.clock.now()
    signed_in = SessionHeld(issuer=person.issuer, subject=person.subject)
    parts.note(
        lambda session: recording.begin_session(
            session, key, person.id, signed_in, now, now + house.lasts
        )
    )
    return key


def _end(parts: Parts, house: House, key: str | None) -> str | None:
    if key is None:
        return None
    return parts.note(lambda session: recording.end_session(session, key, house.clock.now()))
