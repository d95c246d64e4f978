"""How a page is drawn: one environment of templates, one frame around it, one set of headers."""

import secrets
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, PackageLoader, PrefixLoader
from jinja2.loaders import ChoiceLoader
from markupsafe import Markup
from starlette.types import Scope

from api.letters.links import linked
from api.pages import desk_words, draft_words, school_words, words, workings
from api.pages.house import House, house_in
from api.pages.visitor import SAID, STEP, TOKEN, Visitor, new_key
from domain.people import ON_PANEL, Role

_TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
_THEIRS = "govuk_frontend_jinja"
_WHO_HAS_REQUESTS = (
    *(Role.SENCO, Role.HEAD, Role.BUSINESS_MANAGER, Role.TRUST_SEND_LEAD),
    *(Role.COUNCIL_OFFICER, Role.SEN_OFFICER, Role.FINANCE_OFFICER),
)
_WHO_HAS_PUPILS = (Role.SENCO, Role.HEAD)
_WHO_HAS_AWARDS = _WHO_HAS_REQUESTS
_WHO_HAS_PLANS = (
    *(Role.SENCO, Role.HEAD, Role.PANEL_CHAIR, Role.VICE_CHAIR, Role.PANEL_ADMINISTRATOR),
    *(Role.PANEL_MEMBER, Role.COUNCIL_OFFICER, Role.SEN_OFFICER, Role.LEADER),
)
_WHO_READS_REPORTS = (
    Role.LEADER,
    Role.POLICY_OFFICER,
    Role.COUNCIL_OFFICER,
    Role.SEN_OFFICER,
)
_WHO_HAS_CLUSTERS = (*ON_PANEL, *_WHO_READS_REPORTS)
_WHO_HAS_MEETINGS = (*ON_PANEL, Role.COUNCIL_OFFICER, Role.SEN_OFFICER)
_WHO_HAS_MONEY = (Role.COUNCIL_OFFICER, Role.SEN_OFFICER, Role.FINANCE_OFFICER, Role.LEADER)
_NAVIGATION: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("My work", "/", tuple(Role)),
    ("Requests", "/requests", _WHO_HAS_REQUESTS),
    ("Our pupils", "/pupils", _WHO_HAS_PUPILS),
    ("Meetings", "/meetings", _WHO_HAS_MEETINGS),
    ("Awards", "/awards", _WHO_HAS_AWARDS),
    ("Plans", "/plans", _WHO_HAS_PLANS),
    ("Asked of us", "/services/asked", (Role.SERVICE,)),
    ("Money", "/finance", _WHO_HAS_MONEY),
    ("Search", "/search", _WHO_HAS_MONEY),
    ("My cluster's money", "/reports/statements", (Role.PANEL_CHAIR,)),
    ("Policies", "/policies", tuple(Role)),
    ("Clusters", "/clusters", _WHO_HAS_CLUSTERS),
    ("Reports", "/reports/overview", _WHO_READS_REPORTS),
)
"""What stands at the head of every page, and for whom."""
_YEAR_SECONDS = 365 * 24 * 3600
_PUBLIC_SECONDS = 300


@cache
def environment() -> Environment:
    """The templates: ours, and the field's own components."""
    made = Environment(
        loader=ChoiceLoader(
            [FileSystemLoader(_TEMPLATES), PrefixLoader({_THEIRS: PackageLoader(_THEIRS)})]
        ),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    of_areas = school_words.FILTERS | desk_words.FILTERS | draft_words.FILTERS
    made.filters.update(words.FILTERS | of_areas, linked=linked)
    made.globals.update(
        event=words.event, looked_at=workings.looked_at, policy_kinds=words.POLICIES
    )
    return made


def page(scope: Scope, template: str, status: int = 200, **told: Any) -> HTMLResponse:
    """Draw a page for whoever asked: what is told, within the frame."""
    house = house_in(scope)
    visitor = scope.get("state", {}).get("visitor")
    nonce = secrets.token_urlsafe(16)
    html = (
        environment()
        .get_template(template)
        .render(
            house=house,
            visitor=visitor,
            roles=roles_of(visitor),
            navigation=navigation(scope["path"], visitor),
            asset=house.assets.address,
            cspNonce=nonce,
            token_name=TOKEN,
            said_name=SAID,
            step_name=STEP,
            said=scope.get("state", {}).get("said") or new_key(),
            **told,
        )
    )
    return HTMLResponse(html, status, headers(house, nonce))


def part(scope: Scope, template: str, **told: Any) -> Markup:
    """Draw a part of a page by itself: what a page that keeps itself up to date asks for again."""
    visitor = scope.get("state", {}).get("visitor")
    return Markup(environment().get_template(template).render(visitor=visitor, **told))  # noqa: S704


def headers(house: House, nonce: str) -> dict[str, str]:
    """What a browser is told to do with a page: keep nothing, trust nobody but us.

    A form may lead on to an issuer, since signing out ends there.
    """
    policy = {
        "default-src": "'none'",
        "script-src": f"'self' 'nonce-{nonce}'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "form-action": " ".join(("'self'", *house.sign_ins.origins)),
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    told = {
        "Content-Security-Policy": "; ".join(f"{name} {of}" for name, of in policy.items()),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cache-Control": "no-store",
    }
    if house.is_https:
        told["Strict-Transport-Security"] = f"max-age={_YEAR_SECONDS}; includeSubDomains"
    return told


def public(answer: HTMLResponse, visitor: Visitor | None) -> HTMLResponse:
    """Let anybody keep a page for a while that says the same to everybody who is not signed in."""
    if visitor is None:
        answer.headers["Cache-Control"] = f"public, max-age={_PUBLIC_SECONDS}"
    answer.headers["Vary"] = "Cookie"
    return answer


def navigation(path: str, visitor: Visitor | None) -> list[dict[str, Any]]:
    """List what the person's roles have pages for, and mark where they are."""
    if visitor is None:
        return []
    return [
        {"text": text, "href": to, "active": path == to or (to != "/" and path.startswith(to))}
        for text, to, roles in _NAVIGATION
        if visitor.caller.holds(*roles)
    ]


def roles_of(visitor: Visitor | None) -> str:
    """Say what the person is here today, each role once."""
    if visitor is None:
        return ""
    held = visitor.caller.person.held_on(visitor.caller.day, *Role)
    return ", ".join(dict.fromkeys(words.ROLES[each.role] for each in held))
