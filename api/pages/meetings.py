"""Panel meetings as pages: the list, one meeting that keeps itself up to date, and its minutes."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import Caller, MeetingView, Task
from activities.store.reading.agenda import ItemLine
from activities.store.reading.caller import OFFICERS, RUN_IT
from activities.store.reading.meetings import meetings_shown
from api.pages.doing import JustDone, doing
from api.pages.frame import page, part
from api.pages.running import may_call_off
from api.pages.visitor import Looking
from api.parts import WithParts
from domain.people import MAY_VOTE, ON_PANEL
from domain.refusals import Unknown
from domain.waiting import Waits

router = APIRouter(include_in_schema=False)

_OF_MEETINGS = frozenset(
    {
        *(Waits.DECLARE_INTEREST, Waits.VOTE, Waits.HEAR_ITEM, Waits.CALIBRATE),
        *(Waits.ANSWER_MEETING, Waits.RUN_MEETING, Waits.READ_MINUTES),
    }
)
_SHOWN_AT_ONCE = 50
_NOT_MODIFIED = 304


@router.get("/meetings")
def meetings(
    request: Request,
    visitor: Looking,
    parts: WithParts,
    asked: JustDone,
    cluster: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """List the meetings that the person may see: to come, with what waits, and over."""
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        shown = meetings_shown(session, caller, cluster or None, _SHOWN_AT_ONCE)
        return {
            "ahead": shown.ahead,
            "over": shown.over,
            "waits": _waiting(reading.worklist(session, caller, _OF_MEETINGS)),
            "clusters": reading.cluster_names(session, shown.clusters),
            "doing": doing(session, caller, asked),
        }

    return page(
        request.scope,
        "meetings.html",
        most=_SHOWN_AT_ONCE,
        chosen=cluster,
        may_call=bool(caller.clusters(*RUN_IT)),
        votes=caller.holds(*ON_PANEL),
        **parts.read(read),
    )


@router.get("/meetings/{meeting_id:uuid}")
def one_meeting(
    request: Request, meeting_id: UUID, visitor: Looking, parts: WithParts, asked: JustDone
) -> Response:
    """Show a meeting: what is left for me to do, what is heard now and next, and the agenda.

    A message about one item leads here by the item's id: it is the meeting that is shown.
    """
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any] | UUID:
        try:
            whole = read_meeting(session, caller, meeting_id)
        except Unknown:
            return _of_item(session, caller, meeting_id)
        return {**whole, "doing": doing(session, caller, asked)}

    told = parts.read(read)
    if isinstance(told, UUID):
        return RedirectResponse(f"/meetings/{told}#item-{meeting_id}", 303)
    now = _now(request, told)
    return page(request.scope, "meeting.html", live=now, tag=_tag(now), **told)


@router.get("/meetings/{meeting_id:uuid}/now")
def meeting_now(request: Request, meeting_id: UUID, visitor: Looking, parts: WithParts) -> Response:
    """Give the part of a meeting's page that changes; nothing, where it is as it was."""
    told = parts.read(lambda session: read_meeting(session, visitor.caller, meeting_id))
    now = _now(request, told)
    headers = {"ETag": _tag(now), "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return Response(None, _NOT_MODIFIED, headers)
    return Response(now, media_type="text/html", headers=headers)


@router.get("/meetings/{meeting_id:uuid}/minutes")
def minutes(
    request: Request, meeting_id: UUID, visitor: Looking, parts: WithParts, asked: JustDone
) -> Response:
    """Show a closed meeting's minutes, to be read, marked as read, and corrected later."""
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        found = reading.minutes(session, caller, meeting_id)
        unread = reading.worklist(session, caller, frozenset({Waits.READ_MINUTES}))
        return {
            "found": found,
            "is_unread": any(each.id == meeting_id for each in unread),
            "may_correct": found.minutes.cluster in caller.clusters(*RUN_IT),
            "may_look": bool(caller.clusters(*ON_PANEL)) or caller.holds(*OFFICERS),
            "doing": doing(session, caller, asked),
        }

    return page(request.scope, "minutes.html", **parts.read(read))


@router.get("/meetings/{meeting_id:uuid}/minutes/text")
def minutes_text(meeting_id: UUID, visitor: Looking, parts: WithParts) -> Response:
    """Give the minutes as plain text, to be kept or sent on."""
    found = parts.read(lambda session: reading.minutes(session, visitor.caller, meeting_id))
    named = {"Content-Disposition": f'attachment; filename="minutes-{meeting_id}.txt"'}
    return Response(found.as_text(), media_type="text/plain; charset=utf-8", headers=named)


def read_meeting(session: Session, caller: Caller, meeting_id: UUID) -> dict[str, Any]:
    """Read everything that a meeting's page tells."""
    found = reading.meeting(session, caller, meeting_id)
    in_it = {found.now_and_next.now_id, found.now_and_next.next_id}
    return {
        "found": found,
        "runs": found.cluster in caller.clusters(*RUN_IT),
        "is_asked": _is_asked(caller, found),
        "may_call_off": may_call_off(caller, found),
        "current": {each.id: each for each in found.items if each.id in in_it},
        "cluster": reading.cluster_names(session, (found.cluster,))[found.cluster],
        "schools": reading.school_names(session, {each.school for each in found.items}),
        "calibration": _calibration(session, caller, meeting_id),
        "to_declare": [each for each in found.items if _is_to_declare(each)],
        "to_vote": [each for each in found.items if each.may_vote and not each.have_voted],
        "me": caller.person.id,
    }


def _is_asked(caller: Caller, found: MeetingView) -> bool:
    """Whether the person is one of those whom the meeting waits for: with a vote or a seat."""
    if found.stage != "called" or not found.has_room:
        return False
    sits = {each.person_id for each in found.substitutes}
    return found.cluster in caller.clusters(*MAY_VOTE) or caller.person.id in sits


def _is_to_declare(line: ItemLine) -> bool:
    return line.declared is None and line.state in ("listed", "in_ballot")


def _calibration(session: Session, caller: Caller, meeting_id: UUID) -> Iterable[Any]:
    """The made-up cases of the meeting, for who belongs there; officers are told of none here."""
    try:
        return reading.calibration_ballots(session, caller, meeting_id)
    except Unknown:
        return ()


def _of_item(session: Session, caller: Caller, item_id: UUID) -> UUID:
    """The meeting of an item; an id that is neither says so of a meeting."""
    try:
        return reading.item_meeting(session, caller, item_id)
    except Unknown:
        raise Unknown("this meeting", "there is none of that id that you may see") from None


def _now(request: Request, told: dict[str, Any]) -> Markup:
    return part(request.scope, "meeting_now.html", **told)


def _tag(now: Markup) -> str:
    return f'"{hashlib.sha256(now.encode()).hexdigest()[:32]}"'


def _waiting(tasks: Iterable[Task]) -> dict[UUID, Counter[Waits]]:
    """What waits for the person in each meeting, and how often."""
    found: dict[UUID, Counter[Waits]] = {}
    for task in tasks:
        found.setdefault(task.meeting_id or task.id, Counter())[task.waits] += 1
    return found
