"""Made-up cases as pages: my vote on one, blind, and the levels that I am named to propose."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from activities.store import reading, recording
from activities.store.reading import Caller, CaseView
from activities.store.reading.calibration import OWN_CASES
from activities.store.reading.policies import policy
from api.pages.doing import JustDone, doing
from api.pages.forms import Field, Form, Kind
from api.pages.frame import page
from api.pages.sending import Ids, record_page
from api.pages.visitor import Looking
from api.pages.voting import (
    ABSTAINING,
    as_vote,
    descriptors_by_area,
    level_fields,
    vote_fields,
    vote_typed,
)
from api.parts import WithParts
from api.schemas import ProposingLevels, Voting
from domain.policy.schemes import Continuum
from domain.refusals import NotAtThisStage

router = APIRouter(include_in_schema=False)


@router.get("/calibration/ballots/{ballot_id:uuid}")
def one_ballot(
    request: Request, ballot_id: UUID, visitor: Looking, parts: WithParts, asked: JustDone
) -> Response:
    """Lead whoever may vote to the vote; show others the paper, and later what came of it."""
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        found = reading.calibration_ballot(session, caller, ballot_id)
        return {"found": found, "doing": doing(session, caller, asked)}

    told = parts.read(read)
    if told["found"].may_vote:
        return RedirectResponse(f"/calibration/ballots/{ballot_id}/vote", 303)
    return page(request.scope, "calibration_ballot.html", **told)


@router.get("/calibration/cases/{case_id:uuid}")
def one_case(
    request: Request, case_id: UUID, visitor: Looking, parts: WithParts, asked: JustDone
) -> Response:
    """Show a made-up case, what I proposed, and for those who know it what all proposed."""
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        found = reading.calibration_case(session, caller, case_id)
        return {"found": found, "doing": doing(session, caller, asked)}

    owns = caller.holds(*OWN_CASES)
    return page(request.scope, "calibration_case.html", owns=owns, **parts.read(read))


def _voting(session: Session, caller: Caller, ids: Ids) -> Form:
    found = reading.calibration_ballot(session, caller, ids["ballot_id"])
    scale = policy(session, found.continuum, Continuum)
    return Form(
        title=f"Your vote on the made-up case {found.code}",
        button="Save my vote",
        fields=vote_fields(scale),
        back=("Back to the meeting", f"/meetings/{found.meeting_id}"),
        values=vote_typed(found.mine),
        adds={"levels": {}},
        template="calibration_vote.html",
        told={
            "paper": found.paper,
            "mine": found.mine,
            "descriptors": descriptors_by_area(scale),
            "abstain": f"/calibration/ballots/{found.id}/abstain",
        },
        elsewhere="" if found.may_vote else f"/calibration/ballots/{found.id}",
    )


def _abstaining(session: Session, caller: Caller, ids: Ids) -> Form:
    found = reading.calibration_ballot(session, caller, ids["ballot_id"])
    return replace(
        ABSTAINING,
        back=("Back to your vote", f"/calibration/ballots/{found.id}/vote"),
        caption=found.code,
        lead=("You give no levels and no recommendation on this case.",),
        elsewhere="" if found.may_vote else f"/calibration/ballots/{found.id}",
    )


def _proposing(session: Session, caller: Caller, ids: Ids) -> Form:
    found = reading.calibration_case(session, caller, ids["case_id"])
    scale = policy(session, found.continuum, Continuum)
    reason = Field(
        "reason",
        "Why these levels",
        Kind.LONG,
        hint="Panels read it once every panel has voted on the case.",
        missing="Enter why you propose these levels",
    )
    return Form(
        title=f"Propose levels for {found.code}",
        button="Save",
        fields=(*level_fields(scale), reason),
        back=("Back to the case", f"/calibration/cases/{found.id}"),
        values=_proposed(found),
        adds={"levels": {}},
        template="calibration_vote.html",
        told={"paper": found.paper, "descriptors": {}, "proposes": True},
        not_now=_not_to_set(found),
    )


def _proposed(found: CaseView) -> dict[str, str]:
    if found.mine is None:
        return {}
    levels = {f"levels.{area}": str(level) for area, level in found.mine.levels.items()}
    return {**levels, "reason": found.mine.reason}


def _not_to_set(found: CaseView) -> NotAtThisStage | None:
    asked = "to propose the levels of a calibration case"
    return None if found.may_set else NotAtThisStage(asked, "its levels are not yours to set now")


def _cast(session: Session, said: Any, ids: Ids, body: Voting) -> Any:
    vote = as_vote(said, body)
    return recording.cast_calibration_vote(session, said, ids["ballot_id"], vote)


def _propose(session: Session, said: Any, ids: Ids, body: ProposingLevels) -> Any:
    return recording.propose_levels(session, said, ids["case_id"], body.levels, body.reason)


_BALLOT = "/calibration/ballots/{ballot_id:uuid}"
record_page(router, f"{_BALLOT}/vote", Voting, _voting, _cast, "voted")
record_page(router, f"{_BALLOT}/abstain", Voting, _abstaining, _cast, "voted")
record_page(
    router,
    "/calibration/cases/{case_id:uuid}/levels",
    ProposingLevels,
    _proposing,
    _propose,
    "levels",
)
