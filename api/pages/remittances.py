"""Remittances: what a school was paid, and what for."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading.published_names import references_of
from api import lists
from api.downloads import offer_files
from api.pages.few import From, few
from api.pages.frame import page
from api.pages.visitor import Looking, caller_looking
from api.parts import WithParts
from domain.people import Role

router = APIRouter(include_in_schema=False)

_SEES_RUNS = (Role.FINANCE_OFFICER, Role.LEADER)


@router.get("/remittances")
def remittances(request: Request, visitor: Looking, parts: WithParts, first: From = 0) -> Response:
    """List what the person's schools were paid, the last first."""
    found = parts.read(lambda session: reading.remittances(session, visitor.caller))
    runs = visitor.caller.holds(*_SEES_RUNS)
    return page(request.scope, "remittances.html", shown=few(found, first), sees_runs=runs)


@router.get("/remittances/{remittance_id:uuid}")
def remittance(
    request: Request, remittance_id: UUID, visitor: Looking, parts: WithParts
) -> Response:
    """Show one remittance: its sums, and an award in each line."""

    def read(session: Session) -> dict[str, Any]:
        found = reading.remittance(session, visitor.caller, remittance_id)
        return {
            "it": found,
            "names": reading.school_names(session, {each.school for each in found.lines}),
            "references": references_of(session, {each.award_id for each in found.lines}),
        }

    told = parts.read(read)
    runs = visitor.caller.holds(*_SEES_RUNS)
    return page(request.scope, "remittance.html", sees_runs=runs, **told)


offer_files(router, "/remittances", lists.remittances, caller_looking)
