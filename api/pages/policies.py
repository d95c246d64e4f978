"""Published policy: what is in force today, what is to come, and each version as it was published.

For anybody who is signed in. Reading without signing in is still to come.
"""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import VersionView
from api.pages.documents import laid_out
from api.pages.frame import page
from api.pages.visitor import Looking
from api.pages.words import POLICIES
from api.parts import WithParts
from domain.refusals import NoPolicyInForce, Unknown

router = APIRouter(include_in_schema=False)


@router.get("/policies")
def policies(request: Request, visitor: Looking, parts: WithParts) -> Response:
    """List every kind of policy with what governs today, and what is published for later."""
    caller = visitor.caller
    versions = parts.read(lambda session: reading.policy_versions(session, caller))
    standing = [each for each in versions if each.withdrawn_at is None]
    kinds = [
        {
            "kind": kind,
            "title": title,
            "says": says,
            "now": _in_force(standing, kind, caller.day),
            "to_come": [
                each for each in standing if each.kind == kind and each.in_force_from > caller.day
            ],
        }
        for kind, (title, says) in POLICIES.items()
    ]
    return page(request.scope, "policies.html", kinds=kinds, day=caller.day)


@router.get("/policies/{kind}")
def one_policy(request: Request, kind: str, visitor: Looking, parts: WithParts) -> Response:
    """Show what a kind of policy says today, and every version that was published."""
    if kind not in POLICIES:
        raise Unknown("this policy", "there is no kind of policy of that name")
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        versions = reading.policy_versions(session, caller, kind)
        try:
            now = reading.version_on(session, kind, caller.day)
        except NoPolicyInForce:
            now = None
        return {"versions": versions[::-1], "now": now}

    title, says = POLICIES[kind]
    told = parts.read(read)
    document = told["now"].document if told["now"] else None
    told["blocks"] = laid_out(document or {})
    return page(request.scope, "policy.html", kind=kind, title=title, says=says, **told)


def _in_force(versions: list[VersionView], kind: str, day: Any) -> VersionView | None:
    governing = [each for each in versions if each.kind == kind and each.in_force_from <= day]
    last = max(governing, key=lambda each: (each.in_force_from, each.published_at), default=None)
    ended = last is not None and last.in_force_until is not None and last.in_force_until <= day
    return None if ended else last
