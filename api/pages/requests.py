"""Requests: the list, and one request whole, as far as the person may see it."""

from collections.abc import Iterable
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import (
    Caller,
    ChallengeLine,
    DecisionView,
    EventView,
    RequestView,
    Task,
)
from activities.store.reading.desk import AtDesk, Offer, at_desk
from activities.store.reading.panel import item_on
from activities.store.reading.published_names import titles_pinned
from activities.store.reading.requests import FOR_OFFICERS, Wanted
from activities.store.reading.services import service_names
from api.pages.desk_words import TO_DO
from api.pages.doing import Doing, JustDone, doing
from api.pages.frame import page
from api.pages.reconsiderations import may_challenge
from api.pages.visitor import Looking
from api.pages.words import STAGES
from api.parts import WithParts
from domain.explaining import in_titles
from domain.frozen import Frozen
from domain.people import Role
from domain.refusals import RoleNeeded, Unknown
from domain.stages import ALLOWED_AT, ALLOWED_TO, ActKind, Stage
from domain.waiting import Waits

router = APIRouter(include_in_schema=False)

OFFERED = (ActKind.ANSWER, ActKind.WITHDRAW)
"""Acts on a request that have a page; the others follow."""
_SHOWN_AT_ONCE = 50
_DESK = (Role.SENCO, Role.HEAD)
_ON_REQUESTS = frozenset(
    {Waits.MEND_REQUEST, Waits.ANSWER_PANEL, Waits.CALL_MEMBERS, *FOR_OFFICERS.values()}
)
"""What a request itself waits for: no other part of a worklist is looked at."""
_OFFICERS = (Role.COUNCIL_OFFICER, Role.SEN_OFFICER)
_WITH_COUNCIL = frozenset({Stage.UNPRICED, Stage.NO_MONEY, Stage.KEY_DECISION})
"""What a school sees as one stage, it is offered as one."""


class RequestWhole(Frozen):
    """Everything that a request's page tells, read in one transaction."""

    request: RequestView
    timeline: tuple[EventView, ...]
    decision: DecisionView | None
    waits: Task | None
    """What of it waits for the person."""
    offered: tuple[ActKind, ...]
    schools: dict[str, str]
    clusters: dict[str, str]
    services: dict[str, str]
    """What the services that were asked are called, by their codes."""
    has_letter: bool
    """Whether the letter to the family is there for this person to read."""
    titles: dict[str, str]
    pupils: dict[UUID, str]
    """What the pupils are called, for those who are given their names."""
    challenges: tuple[ChallengeLine, ...]
    """For the school's desk and officers, the last first."""
    may_challenge: bool
    desk: AtDesk | None
    """What an officer decides by."""


async def wanted_of(
    *,
    stage: Annotated[str, Query()] = "",
    cluster: Annotated[str, Query(max_length=64)] = "",
    overdue: Annotated[str, Query()] = "",
    mine: Annotated[str, Query()] = "",
) -> Wanted:
    """Read the filter as a form sends it: what was left empty filters nothing."""
    return Wanted(
        stage=Stage(stage) if stage in set(Stage) else None,
        cluster=cluster or None,
        overdue=bool(overdue),
        mine=bool(mine),
    )


@router.get("/requests")
def requests(
    request: Request,
    visitor: Looking,
    parts: WithParts,
    wanted: Annotated[Wanted, Depends(wanted_of)],
    after: Annotated[UUID | None, Query()] = None,
) -> Response:
    """List the requests that the person may see, oldest first, a page at a time."""
    caller = visitor.caller
    is_officer = caller.holds(*_OFFICERS)

    def read(session: Session) -> dict[str, Any]:
        lines = reading.requests(session, caller, wanted, after)
        shown = lines[:_SHOWN_AT_ONCE]
        schools = reading.school_names(session, (each.school for each in shown))
        last = shown[-1].id if len(lines) > _SHOWN_AT_ONCE else None
        clusters = reading.cluster_names(session) if is_officer else {}
        return {"lines": shown, "schools": schools, "last": last, "clusters": clusters}

    told = parts.read(read)
    hidden = {Stage.DRAFT} | (set() if is_officer else _WITH_COUNCIL)
    told["challenges"] = is_officer or caller.holds(*_DESK)
    told["stages"] = {stage: title for stage, title in STAGES.items() if stage not in hidden}
    told["filter"] = urlencode(_as_query(wanted))
    return page(request.scope, "requests.html", wanted=wanted, is_first=after is None, **told)


def _as_query(wanted: Wanted) -> dict[str, str]:
    """Write a filter as the query by which it is asked for again."""
    chosen = {
        "stage": wanted.stage or "",
        "cluster": wanted.cluster or "",
        "overdue": "yes" if wanted.overdue else "",
        "mine": "yes" if wanted.mine else "",
    }
    return {name: value for name, value in chosen.items() if value}


@router.get("/requests/{request_id}")
def one_request(
    request: Request,
    request_id: UUID,
    visitor: Looking,
    parts: WithParts,
    asked: JustDone,
) -> Response:
    """Show a request: where it stands, whose turn it is, what was asked, decided and done.

    Whoever meets it on a panel is led to its item, where its papers are.
    """

    def read(session: Session) -> tuple[RequestWhole | UUID, Doing | None]:
        done = doing(session, visitor.caller, asked)
        try:
            return read_whole(session, visitor.caller, request_id), done
        except Unknown:
            item_id = item_on(session, visitor.caller, request_id)
            if item_id is None:
                raise
            return item_id, done

    whole, done = parts.read(read)
    if isinstance(whole, UUID):
        return RedirectResponse(f"/items/{whole}", 303)
    return page(
        request.scope,
        "request.html",
        whole=whole,
        working=_working(whole),
        to_do=_to_do(whole.desk),
        doing=done,
    )


def read_whole(session: Session, caller: Caller, request_id: UUID) -> RequestWhole:
    """Read everything of a request that the person may see."""
    found = reading.request(session, caller, request_id)
    decided = _or_nothing(lambda: reading.decision(session, caller, request_id))
    tasks = reading.worklist(session, caller, _ON_REQUESTS)
    challenges = reading.challenges_of(session, caller, request_id)
    pins = {each.kind: each.id for each in found.policies}
    desk = _or_nothing(lambda: at_desk(session, caller, request_id))
    return RequestWhole(
        request=found,
        timeline=_or_nothing(lambda: reading.timeline(session, caller, request_id)) or (),
        decision=decided,
        waits=next((each for each in tasks if each.id == request_id), None),
        offered=offered_to(caller, found),
        has_letter=decided is not None
        and _or_nothing(lambda: reading.letter(session, caller, request_id)) is not None,
        schools=reading.school_names(session, _schools_in(found, decided)),
        clusters=reading.cluster_names(session, (found.cluster,)),
        services=_service_names(session, found),
        titles=_titles(session, decided, pins if desk else {}),
        pupils=_names(session, caller),
        challenges=challenges,
        may_challenge=may_challenge(caller, found, challenges) is None,
        desk=desk,
    )


def _service_names(session: Session, found: RequestView) -> dict[str, str]:
    if found.advised is None or not found.advised.services:
        return {}
    return service_names(session)


def offered_to(caller: Caller, found: RequestView) -> tuple[ActKind, ...]:
    """The acts that the person may try here and now; whether they succeed is decided at the act."""
    return tuple(
        kind
        for kind in OFFERED
        if found.stage in ALLOWED_AT[kind]
        and found.school in caller.schools(*ALLOWED_TO[kind])
        and found.content is not None
    )


def _to_do(desk: AtDesk | None) -> list[Offer]:
    """What an officer may do here, and what not and why, in the order in which it is offered."""
    offers = {each.kind: each for each in desk.offers} if desk else {}
    return [offers[kind] for kind in TO_DO if kind in offers]


def _working(whole: RequestWhole) -> list[dict[str, Any]]:
    """Tell the working of the decision; before there is one, of the placing for who sees it."""
    if whole.decision is not None:
        return steps_of(whole.decision.working, whole.titles)
    placed = whole.request.placing
    return steps_of(placed.working, whole.titles) if placed and whole.desk else []


def steps_of(working: dict[str, Any], titles: dict[str, str]) -> list[dict[str, Any]]:
    """Tell each step of a working in published titles; what was read is left out for some."""
    return [
        {
            "says": step["says"],
            "gave": in_titles(step["gave"], titles),
            "read": step.get("read", {}),
            "source": step["source"],
        }
        for step in working.get("steps", ())
    ]


def _titles(
    session: Session, decided: DecisionView | None, pins: dict[str, UUID]
) -> dict[str, str]:
    """The published titles of tiers, bands and areas of need, for those who are shown any."""
    if decided is not None:
        return reading.titles_under(session, decided.policy)
    return titles_pinned(session, pins) if pins else {}


def _or_nothing(read: Any) -> Any:
    """Read a part that may not be there, or not for this person."""
    try:
        return read()
    except (Unknown, RoleNeeded):
        return None


def _schools_in(found: RequestView, decided: DecisionView | None) -> Iterable[str]:
    yield found.school
    yield from (each.school for each in (found.content.pupils if found.content else ()))
    yield from (each.school_code for each in (decided.awards if decided else ()))
    yield from (found.placing.by_school_pence if found.placing else ())


def _names(session: Session, caller: Caller) -> dict[UUID, str]:
    listed = _or_nothing(lambda: reading.pupils(session, caller)) or ()
    return {
        each.pupil_id: f"{each.name.given_name} {each.name.family_name}"
        for each in listed
        if each.name is not None
    }
