"""Requests: the list, and one request whole, as far as the person may see it."""

from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
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

router = APIRouter(include_in_schema=False)

OFFERED = (ActKind.ANSWER, ActKind.WITHDRAW)
"""Acts on a request that have a page; the others follow."""
_SHOWN_AT_ONCE = 50
_DESK = (Role.SENCO, Role.HEAD)
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
    titles: dict[str, str]
    pupils: dict[UUID, str]
    """What the pupils are called, for those who are given their names."""
    challenges: tuple[ChallengeLine, ...]
    """For the school's desk and officers, the last first."""
    may_challenge: bool


@router.get("/requests")
def requests(
    request: Request,
    visitor: Looking,
    parts: WithParts,
    stage: Annotated[str, Query()] = "",
    after: Annotated[UUID | None, Query()] = None,
) -> Response:
    """List the requests that the person may see, oldest first, a page at a time."""
    chosen = Stage(stage) if stage in set(Stage) else None
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        lines = reading.requests(session, caller, stage=chosen, after=after)
        shown = lines[:_SHOWN_AT_ONCE]
        schools = reading.school_names(session, (each.school for each in shown))
        last = shown[-1].id if len(lines) > _SHOWN_AT_ONCE else None
        return {"lines": shown, "schools": schools, "last": last}

    told = parts.read(read)
    hidden = {Stage.DRAFT} | (set() if caller.holds(*_OFFICERS) else _WITH_COUNCIL)
    told["challenges"] = caller.holds(*_DESK, *_OFFICERS)
    told["stages"] = {stage: title for stage, title in STAGES.items() if stage not in hidden}
    return page(request.scope, "requests.html", chosen=chosen, is_first=after is None, **told)


@router.get("/requests/{request_id}")
def one_request(
    request: Request,
    request_id: UUID,
    visitor: Looking,
    parts: WithParts,
    asked: JustDone,
) -> Response:
    """Show a request: where it stands, whose turn it is, what was asked, decided and done."""

    def read(session: Session) -> tuple[RequestWhole, Doing | None]:
        whole = read_whole(session, visitor.caller, request_id)
        return whole, doing(session, visitor.caller, asked)

    whole, done = parts.read(read)
    working = steps_of(whole.decision, whole.titles) if whole.decision else []
    return page(request.scope, "request.html", whole=whole, working=working, doing=done)


def read_whole(session: Session, caller: Caller, request_id: UUID) -> RequestWhole:
    """Read everything of a request that the person may see."""
    found = reading.request(session, caller, request_id)
    decided = _or_nothing(lambda: reading.decision(session, caller, request_id))
    tasks = reading.worklist(session, caller)
    challenges = reading.challenges_of(session, caller, request_id)
    return RequestWhole(
        request=found,
        timeline=_or_nothing(lambda: reading.timeline(session, caller, request_id)) or (),
        decision=decided,
        waits=next((each for each in tasks if each.id == request_id), None),
        offered=offered_to(caller, found),
        schools=reading.school_names(session, _schools_in(found, decided)),
        clusters=reading.cluster_names(session, (found.cluster,)),
        titles=reading.titles_under(session, decided.policy) if decided else {},
        pupils=_names(session, caller),
        challenges=challenges,
        may_challenge=may_challenge(caller, found, challenges) is None,
    )


def offered_to(caller: Caller, found: RequestView) -> tuple[ActKind, ...]:
    """The acts that the person may try here and now; whether they succeed is decided at the act."""
    return tuple(
        kind
        for kind in OFFERED
        if found.stage in ALLOWED_AT[kind]
        and found.school in caller.schools(*ALLOWED_TO[kind])
        and found.content is not None
    )


def steps_of(decided: DecisionView, titles: dict[str, str]) -> list[dict[str, Any]]:
    """Tell each step of a working in published titles; what was read is left out for some."""
    return [
        {
            "says": step["says"],
            "gave": in_titles(step["gave"], titles),
            "read": step.get("read", {}),
            "source": step["source"],
        }
        for step in decided.working.get("steps", ())
    ]


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


def _names(session: Session, caller: Caller) -> dict[UUID, str]:
    listed = _or_nothing(lambda: reading.pupils(session, caller)) or ()
    return {
        each.pupil_id: f"{each.name.given_name} {each.name.family_name}"
        for each in listed
        if each.name is not None
    }
