"""A meeting from its calling to its minutes: a year at once, who comes, who is there, what next."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.concurrency import run_in_threadpool

from activities.store import reading, recording
from activities.store.reading import MinutesView
from activities.store.recording import (
    Answered,
    CallingYear,
    Coming,
    Corrected,
    Correcting,
    EverybodyHere,
    InRoom,
    ItemTaken,
    MinutesSeen,
    Ordered,
    Ordering,
    RoomKept,
    RoomRecorded,
    YearCalled,
)
from api.parts import Asking, Parts, Records, Says, WithParts, act_on, subject_ref
from api.routes.acts import RECORDED
from api.schemas import AS_JSON
from domain.acts import ActOutcome, OpeningMeeting
from domain.stages import ActKind

router = APIRouter(tags=["panel"])


@router.post("/meetings/year", response_model=YearCalled)
async def call_year(
    body: Annotated[CallingYear, AS_JSON], parts: WithParts, says: Says
) -> JSONResponse:
    """Call every meeting of a cluster's academic year that the calendar has and is to come."""
    saying = says(body.model_dump(mode="json"))
    answer = await run_in_threadpool(
        parts.record, saying, lambda session, said: recording.call_year(session, said, body)
    )
    await _begin(parts, YearCalled.model_validate(answer, strict=False))
    return JSONResponse(answer)


async def _begin(parts: Parts, year: YearCalled) -> None:
    """Begin the meetings that were called, the first of them first.

    When the engine does not answer they begin by themselves later: they are called all the same.
    """
    for each in year.meetings:
        if each.called_now:
            subject = subject_ref("meeting", each.meeting_id)
            began = await parts.delivery.outcome(subject, each.meeting_id, parts.patience_seconds)
            if began is None:
                return


@router.post("/meetings/{meeting_id}/open", response_model=ActOutcome, responses={202: RECORDED})
async def open_meeting(request: Request, meeting_id: UUID, says: Says) -> JSONResponse:
    """Open a meeting in the room, on its day."""
    subject = subject_ref("meeting", meeting_id)
    return await act_on(request, subject, says(None), ActKind.OPEN_MEETING, OpeningMeeting())


@router.post("/meetings/{meeting_id}/attendance", response_model=Answered)
def answer(meeting_id: UUID, body: Annotated[Coming, AS_JSON], records: Records) -> JSONResponse:
    """Say whether I come to a meeting; who declines counts as away."""
    return records(body, recording.answer_meeting, meeting_id, body)


@router.post("/meetings/{meeting_id}/presence", response_model=RoomKept)
def presence(meeting_id: UUID, body: Annotated[InRoom, AS_JSON], records: Records) -> JSONResponse:
    """Record that somebody is in the room, for the meeting or for an item, or has left it."""
    return records(body, recording.record_presence, meeting_id, body)


@router.put("/meetings/{meeting_id}/room", response_model=RoomRecorded)
def room(
    meeting_id: UUID, body: Annotated[EverybodyHere, AS_JSON], parts: WithParts, says: Says
) -> JSONResponse:
    """Record everybody who is in the room now: others came in or left."""
    saying = says(body.model_dump(mode="json"))
    return JSONResponse(
        parts.record(
            saying,
            lambda session, said: recording.record_room(session, said, meeting_id, body),
        )
    )


@router.put("/meetings/{meeting_id}/order", response_model=Ordered)
def order(meeting_id: UUID, body: Annotated[Ordering, AS_JSON], records: Records) -> JSONResponse:
    """Put the agenda in another order, before the meeting is opened."""
    return records(body, recording.set_order, meeting_id, body)


@router.post("/items/{item_id}/take", response_model=ItemTaken)
def take(item_id: UUID, records: Records) -> JSONResponse:
    """Take an item: it is the current one until the next is taken."""
    return records(None, recording.take_item, item_id)


@router.get("/meetings/{meeting_id}/minutes")
def minutes(meeting_id: UUID, caller: Asking, parts: WithParts) -> MinutesView:
    """Read a closed meeting's minutes, without the items in which I have an interest."""
    return parts.read(lambda session: reading.minutes(session, caller, meeting_id))


@router.get("/meetings/{meeting_id}/minutes/text", response_class=PlainTextResponse)
def minutes_text(meeting_id: UUID, caller: Asking, parts: WithParts) -> PlainTextResponse:
    """Read them as plain text."""
    found = parts.read(lambda session: reading.minutes(session, caller, meeting_id))
    return PlainTextResponse(found.as_text())


@router.post("/meetings/{meeting_id}/minutes/corrections", response_model=Corrected)
def correct(
    meeting_id: UUID, body: Annotated[Correcting, AS_JSON], records: Records
) -> JSONResponse:
    """Note at a later meeting what was wrong in these minutes; they stand as they were made."""
    return records(body, recording.correct_minutes, meeting_id, body)


@router.post("/meetings/{meeting_id}/minutes/read", response_model=MinutesSeen)
def read(meeting_id: UUID, records: Records) -> JSONResponse:
    """Say that I have read the minutes: they wait for me no more."""
    return records(None, recording.read_minutes, meeting_id)
