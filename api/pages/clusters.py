"""Clusters: their schools, what these are good at, who sits on the panel, and who owes a turn."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import ClusterView
from api import lists
from api.downloads import offer_files
from api.lists import Code
from api.pages.agreement import Year
from api.pages.asked import years_to_choose
from api.pages.frame import page
from api.pages.policy_words import PHASES, SETTINGS
from api.pages.visitor import Looking, caller_looking
from api.pages.words import NEEDS, ROLES, in_words
from api.parts import WithParts
from domain.people import Role

router = APIRouter(include_in_schema=False)

_SEES_AGREEMENT = (Role.COUNCIL_OFFICER, Role.SEN_OFFICER, Role.POLICY_OFFICER, Role.LEADER)
_CHAIRS = (Role.PANEL_CHAIR, Role.VICE_CHAIR)
_RUNS = (*_CHAIRS, Role.PANEL_ADMINISTRATOR)
_SEES_DUTY = (Role.COUNCIL_OFFICER, Role.SEN_OFFICER, Role.LEADER)


@router.get("/clusters")
def clusters(request: Request, visitor: Looking, parts: WithParts) -> Response:
    """List the clusters that the person belongs to, or all of them."""
    caller = visitor.caller
    found = parts.read(lambda session: reading.clusters(session, caller))
    sees_duty = caller.holds(*_SEES_DUTY) or bool(caller.clusters(*_RUNS))
    return page(request.scope, "clusters.html", clusters=found, sees_duty=sees_duty)


@router.get("/clusters/panel-duty")
def panel_duty(request: Request, visitor: Looking, parts: WithParts, year: Year = None) -> Response:
    """Show which schools sat on a panel in an academic year, and which still owe a turn."""
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        found = reading.panel_duty(session, caller, year)
        names = reading.cluster_names(session, {each.cluster for each in found.lines})
        return {"found": found, "names": names}

    told = parts.read(read)
    years = years_to_choose(caller.day)
    return page(request.scope, "panel_duty.html", years=years, **told)


offer_files(router, "/clusters/panel-duty", lists.panel_duty, caller_looking)


@router.get("/clusters/{code}")
def cluster(request: Request, code: Code, visitor: Looking, parts: WithParts) -> Response:
    """Show a cluster as it is today: schools, expertise, and for its panel its people."""
    caller = visitor.caller

    def read(session: Session) -> tuple[ClusterView, dict[str, str]]:
        found = reading.cluster(session, caller, code)
        people = (*found.panel, *found.may_stand_in)
        schools = {each.school for each in people if each.school}
        return found, reading.school_names(session, schools)

    found, names = parts.read(read)
    return page(
        request.scope,
        "cluster.html",
        found=found,
        names=names,
        expertise={each.code: ", ".join(_good_at(each.expertise)) for each in found.schools},
        phases=PHASES,
        settings=SETTINGS,
        roles_in_words=ROLES,
        sees_people=bool(found.panel or found.may_stand_in),
        sees_agreement=caller.holds(*_SEES_AGREEMENT) or code in caller.clusters(*_CHAIRS),
        sees_duty=caller.holds(*_SEES_DUTY) or code in caller.clusters(*_RUNS),
    )


def _good_at(codes: tuple[str, ...]) -> Iterator[str]:
    """A school's expertise in words; a council's own codes as they are written."""
    needs: dict[str, str] = {area.value: title for area, title in NEEDS.items()}
    return (needs.get(code) or in_words(code) for code in codes)
