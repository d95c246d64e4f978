"""Calibration cases: written, given their levels, voted on blind by every panel, and retired."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from activities.store import reading, recording
from activities.store.reading import (
    CalibrationBallotLine,
    CalibrationBallotView,
    CaseLine,
    CaseView,
)
from activities.store.reading.calibration import SettersView, setters_to_name
from activities.store.recording import CalibrationCast, CaseRetired, CaseWritten, LevelsKept
from api.parts import Asking, Records, WithParts
from api.schemas import AS_JSON, ProposingLevels, Voting, WritingCase
from domain.moderation import Vote

router = APIRouter(tags=["panel"])


@router.get("/calibration/cases")
def cases(caller: Asking, parts: WithParts) -> tuple[CaseLine, ...]:
    """List the calibration cases, or those whose levels I am named to set."""
    return parts.read(lambda session: reading.calibration_cases(session, caller))


@router.get("/calibration/setters")
def setters(caller: Asking, parts: WithParts) -> SettersView:
    """Say how many people set a case's levels, and whom one would name."""
    return parts.read(lambda session: setters_to_name(session, caller))


@router.post("/calibration/cases", response_model=CaseWritten)
def write(body: Annotated[WritingCase, AS_JSON], records: Records) -> JSONResponse:
    """Write a made-up case with no child in it, and name who sets its levels."""
    return records(body, recording.write_calibration_case, body.code, body.paper, body.setters)


@router.get("/calibration/cases/{case_id}")
def case(case_id: UUID, caller: Asking, parts: WithParts) -> CaseView:
    """Read a calibration case; its levels once it is retired, or when I know them."""
    return parts.read(lambda session: reading.calibration_case(session, caller, case_id))


@router.put("/calibration/cases/{case_id}/levels", response_model=LevelsKept)
def propose(
    case_id: UUID, body: Annotated[ProposingLevels, AS_JSON], records: Records
) -> JSONResponse:
    """Propose a case's levels, apart from the others who are named."""
    return records(body, recording.propose_levels, case_id, body.levels, body.reason)


@router.post("/calibration/cases/{case_id}/retire", response_model=CaseRetired)
def retire(case_id: UUID, records: Records) -> JSONResponse:
    """Take a case out of use for good."""
    return records(None, recording.retire_calibration_case, case_id)


@router.get("/meetings/{meeting_id}/calibration")
def ballots(
    meeting_id: UUID, caller: Asking, parts: WithParts
) -> tuple[CalibrationBallotLine, ...]:
    """List the calibration cases that a meeting's panel votes on."""
    return parts.read(lambda session: reading.calibration_ballots(session, caller, meeting_id))


@router.get("/calibration/ballots/{ballot_id}")
def ballot(ballot_id: UUID, caller: Asking, parts: WithParts) -> CalibrationBallotView:
    """Read a calibration case as my panel votes on it: before the close my own vote alone."""
    return parts.read(lambda session: reading.calibration_ballot(session, caller, ballot_id))


@router.put("/calibration/ballots/{ballot_id}/vote", response_model=CalibrationCast)
def vote(
    ballot_id: UUID, body: Annotated[Voting, AS_JSON], caller: Asking, records: Records
) -> JSONResponse:
    """Vote on a calibration case, or change my vote, until the meeting is closed."""
    cast = Vote(person_id=caller.person.id, **dict(body))
    return records(body, recording.cast_calibration_vote, ballot_id, cast)
