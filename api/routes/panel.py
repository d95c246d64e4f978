"""Meetings, their items and ballots: called, opened, voted in, closed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from activities.store import reading, recording
from activities.store.reading import BallotView, MeetingLine, MeetingView, Papers, agenda
from activities.store.reading.agenda import ItemView
from activities.store.recording import (
    Borrowed,
    Borrowing,
    Cast,
    Declared,
    DeclaredAll,
    DeclaringAll,
    Substituted,
    Substituting,
)
from api.parts import Asking, Records, Says, WithParts, act_on, subject_ref
from api.routes.acts import RECORDED
from api.schemas import AS_JSON, Declaring, Opening, PuttingOff, Voting
from domain.acts import (
    ActOutcome,
    CallingMeeting,
    CallingOff,
    ClosingBallot,
    ClosingMeeting,
    Deferring,
    OpeningBallot,
)
from domain.moderation import Vote
from domain.stages import ActKind

router = APIRouter(tags=["panel"])


@router.get("/meetings")
def meetings(caller: Asking, parts: WithParts) -> tuple[MeetingLine, ...]:
    """List the panel meetings of my clusters."""
    return parts.read(lambda session: reading.meetings(session, caller))


@router.get("/meetings/{meeting_id}")
def meeting(meeting_id: UUID, caller: Asking, parts: WithParts) -> MeetingView:
    """Read a meeting with its agenda."""
    return parts.read(lambda session: reading.meeting(session, caller, meeting_id))


@router.post("/meetings", response_model=ActOutcome, responses={202: RECORDED})
async def call(
    request: Request, body: Annotated[CallingMeeting, AS_JSON], says: Says
) -> JSONResponse:
    """Call a cluster's panel; the meeting's id is the act's."""
    saying = says(body.model_dump(mode="json"))
    subject = subject_ref("meeting", saying.id)
    return await act_on(request, subject, saying, ActKind.CALL_MEETING, body)


@router.post("/meetings/{meeting_id}/close", response_model=ActOutcome, responses={202: RECORDED})
async def close_meeting(request: Request, meeting_id: UUID, says: Says) -> JSONResponse:
    """Close a meeting; what was not heard is listed again."""
    subject = subject_ref("meeting", meeting_id)
    return await act_on(request, subject, says(None), ActKind.CLOSE_MEETING, ClosingMeeting())


@router.post(
    "/meetings/{meeting_id}/call-off", response_model=ActOutcome, responses={202: RECORDED}
)
async def call_off_meeting(
    request: Request, meeting_id: UUID, body: Annotated[CallingOff, AS_JSON], says: Says
) -> JSONResponse:
    """Call a meeting off before it begins; what it would have heard is listed again."""
    subject, saying = subject_ref("meeting", meeting_id), says(body.model_dump(mode="json"))
    return await act_on(request, subject, saying, ActKind.CALL_OFF_MEETING, body)


@router.post("/meetings/{meeting_id}/substitutes", response_model=Substituted)
def name_substitute(
    meeting_id: UUID, body: Annotated[Substituting, AS_JSON], records: Records
) -> JSONResponse:
    """Name who sits in a member's stead in a meeting; or nobody, who is away or comes after all."""
    return records(body, recording.name_substitute, meeting_id, body)


@router.post("/items/{item_id}/borrowed", response_model=Borrowed)
def borrow_member(
    item_id: UUID, body: Annotated[Borrowing, AS_JSON], records: Records
) -> JSONResponse:
    """Borrow a member of a neighbouring panel, who takes part in this item alone."""
    return records(body, recording.borrow_member, item_id, body)


@router.post("/items/{item_id}/interest", response_model=Declared)
def declare(item_id: UUID, body: Annotated[Declaring, AS_JSON], records: Records) -> JSONResponse:
    """Declare my interest in an item, or that I have none."""
    return records(body, recording.declare_interest, item_id, body.interest, body.note)


@router.post("/meetings/{meeting_id}/interests", response_model=DeclaredAll)
def declare_all(
    meeting_id: UUID, body: Annotated[DeclaringAll, AS_JSON], parts: WithParts, says: Says
) -> JSONResponse:
    """Declare my interests in several items of a meeting at once, or that I have none."""
    saying = says(body.model_dump(mode="json"))
    answer = parts.record(
        saying, lambda session, said: recording.declare_all(session, said, meeting_id, body)
    )
    return JSONResponse(answer)


@router.get("/items/{item_id}")
def item(item_id: UUID, caller: Asking, parts: WithParts) -> ItemView:
    """Read an item of an agenda: where it stands, what I declared, and whether I may vote."""
    return parts.read(lambda session: agenda.item(session, caller, item_id))


@router.get("/items/{item_id}/papers")
def papers(item_id: UUID, caller: Asking, parts: WithParts) -> Papers:
    """Read an item's papers, once I declared my interest and if none bars me."""
    return parts.read(lambda session: reading.papers(session, caller, item_id))


@router.post("/items/{item_id}/ballot", response_model=ActOutcome, responses={202: RECORDED})
async def open_ballot(
    request: Request,
    item_id: UUID,
    body: Annotated[Opening, AS_JSON],
    caller: Asking,
    parts: WithParts,
    says: Says,
) -> JSONResponse:
    """Open a round on an item."""
    saying = says(body.model_dump(mode="json"))
    meeting_id = await run_in_threadpool(
        parts.read, lambda session: reading.item_meeting(session, caller, item_id)
    )
    choices = OpeningBallot(item_id=item_id, closes_at=body.closes_at)
    subject = subject_ref("meeting", meeting_id)
    return await act_on(request, subject, saying, ActKind.OPEN_BALLOT, choices)


@router.post("/items/{item_id}/defer", response_model=ActOutcome, responses={202: RECORDED})
async def defer(
    request: Request,
    item_id: UUID,
    body: Annotated[PuttingOff, AS_JSON],
    caller: Asking,
    parts: WithParts,
    says: Says,
) -> JSONResponse:
    """Put an item off to the next meeting."""
    saying = says(body.model_dump(mode="json"))
    meeting_id = await run_in_threadpool(
        parts.read, lambda session: reading.item_meeting(session, caller, item_id)
    )
    choices = Deferring(item_id=item_id, reason=body.reason, because=body.because)
    subject = subject_ref("meeting", meeting_id)
    return await act_on(request, subject, saying, ActKind.DEFER, choices)


@router.get("/ballots/{ballot_id}")
def ballot(ballot_id: UUID, caller: Asking, parts: WithParts) -> BallotView:
    """Read a ballot: my own vote while it is open, what came of it once it is closed."""
    return parts.read(lambda session: reading.ballot(session, caller, ballot_id))


@router.put("/ballots/{ballot_id}/vote", response_model=Cast)
def vote(
    ballot_id: UUID, body: Annotated[Voting, AS_JSON], caller: Asking, records: Records
) -> JSONResponse:
    """Vote, or change my vote, while the ballot is open; the last one counts."""
    cast = Vote(person_id=caller.person.id, **dict(body))
    return records(body, recording.cast_vote, ballot_id, cast)


@router.post("/ballots/{ballot_id}/close", response_model=ActOutcome, responses={202: RECORDED})
async def close_ballot(
    request: Request, ballot_id: UUID, caller: Asking, parts: WithParts, says: Says
) -> JSONResponse:
    """Close a ballot before its time."""
    saying = says(None)
    meeting_id = await run_in_threadpool(
        parts.read, lambda session: reading.ballot_meeting(session, caller, ballot_id)
    )
    choices = ClosingBallot(ballot_id=ballot_id)
    subject = subject_ref("meeting", meeting_id)
    return await act_on(request, subject, saying, ActKind.CLOSE_BALLOT, choices)
