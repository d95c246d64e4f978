"""Published policy: what is in force on a day, what is to come, and each version ever published.

For anybody, signed in or not: these are the public's rules. Nothing of a draft is here.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.clock import LONDON
from activities.store import reading
from activities.store.reading import PolicyView
from activities.store.reading.policy_versions import published_versions
from api.pages.asked import as_typed, day_asked
from api.pages.documents import laid_out
from api.pages.doing import JustDone, doing
from api.pages.forms import Field, Kind
from api.pages.frame import page, public
from api.pages.visitor import Anybody, Visitor
from api.pages.words import POLICIES
from api.parts import Parts, WithParts
from domain.people import Role
from domain.refusals import NoPolicyInForce, Unknown

router = APIRouter(include_in_schema=False)

_ON = Field("on", "Day", Kind.DAY, hint="For example, 27 3 2027")


@router.get("/policies")
def policies(request: Request, visitor: Anybody, parts: WithParts) -> Response:
    """List every kind of policy with what governs a day, and what is published for later."""
    asked = _asked(request, parts)

    def read(session: Session) -> tuple[tuple[PolicyView, ...], tuple[PolicyView, ...]]:
        return published_versions(session), reading.policies_on(session, asked["day"])

    versions, governing = parts.read(read)
    now = {each.kind: each for each in governing}
    kinds = [
        {
            "kind": kind,
            "title": title,
            "says": says,
            "now": now.get(kind),
            "to_come": _to_come(versions, kind, asked["day"]),
        }
        for kind, (title, says) in POLICIES.items()
    ]
    answer = page(request.scope, "policies.html", asked.pop("status"), kinds=kinds, **asked)
    return public(answer, visitor)


@router.get("/policies/{kind}")
def one_policy(
    request: Request, kind: str, visitor: Anybody, parts: WithParts, just: JustDone
) -> Response:
    """Show what a kind of policy says on a day, and every version that was published."""
    if kind not in POLICIES:
        raise Unknown("this policy", "there is no kind of policy of that name")
    asked = _asked(request, parts)

    def read(session: Session) -> dict[str, Any]:
        try:
            now = reading.version_on(session, kind, asked["day"])
        except NoPolicyInForce:
            now = None
        done = doing(session, visitor.caller, just) if visitor else None
        versions = published_versions(session, kind)
        return {"versions": versions[::-1], "now": now, "doing": done}

    title, says = POLICIES[kind]
    told = parts.read(read)
    told["to_come"] = _to_come(told["versions"][::-1], kind, asked["day"])
    told["blocks"] = laid_out((told["now"].document or {}) if told["now"] else {})
    told["withdraws"] = _withdraws(visitor)
    told |= {"kind": kind, "title": title, "says": says}
    answer = page(request.scope, "policy.html", asked.pop("status"), **told, **asked)
    return public(answer, visitor)


def _asked(request: Request, parts: Parts) -> dict[str, Any]:
    """The day that the address asks for, today where it asks for none, and what is wrong."""
    today = parts.clock.now().astimezone(LONDON).date()
    query: Mapping[str, str] = request.query_params
    day, faults = day_asked(_ON, query)
    typed = dict(query) if faults else as_typed(_ON, day or today)
    return {
        "day": day or today,
        "today": today,
        "on": _ON,
        "typed": typed,
        "faults": faults,
        "status": 422 if faults else 200,
    }


def _to_come(versions: tuple[PolicyView, ...], kind: str, day: date) -> list[PolicyView]:
    standing = [each for each in versions if each.withdrawn_at is None and each.kind == kind]
    return [each for each in standing if each.in_force_from > day]


def _withdraws(visitor: Visitor | None) -> bool:
    return visitor is not None and visitor.caller.holds(Role.POLICY_OFFICER)
