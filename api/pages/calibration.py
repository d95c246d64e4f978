"""Made-up cases by which panels are held to one measure: listed, written, taken out of use.

Setting their levels and voting on them are the panels' pages.
"""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading, recording
from activities.store.reading import Caller
from activities.store.reading.calibration import OWN_CASES, SettersView, setters_to_name
from activities.store.recording import CaseRetired, CaseWritten, Saying
from api.pages.doing import JustDone, doing
from api.pages.forms import Field, Form, Kind, Option
from api.pages.frame import page
from api.pages.policy_words import CALIBRATION_STATES
from api.pages.sending import Ids, record_page
from api.pages.visitor import Looking
from api.pages.words import NEEDS, ROLES
from api.parts import WithParts
from api.schemas import WritingCase
from domain.calibration import CalibrationState
from domain.frozen import Frozen
from domain.refusals import NotAtThisStage, Refusal, RoleNeeded

router = APIRouter(include_in_schema=False)

LIST = "/calibration/cases"


class Retiring(Frozen):
    """A case is taken out of use; nothing is asked."""


@router.get(LIST)
def cases(request: Request, visitor: Looking, parts: WithParts, asked: JustDone) -> Response:
    """List the made-up cases, or those whose levels the person is named to set."""
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        found = reading.calibration_cases(session, caller)
        codes = {code for each in found for code in each.listed_for}
        return {
            "cases": found,
            "names": reading.cluster_names(session, codes),
            "doing": doing(session, caller, asked),
        }

    return page(
        request.scope,
        "calibration_cases.html",
        states=CALIBRATION_STATES,
        writes=caller.holds(*OWN_CASES),
        **parts.read(read),
    )


def _writing(session: Session, caller: Caller, _ids: Ids) -> Form:
    return Form(
        title="Write a made-up case",
        button="Write the case",
        fields=_fields(setters_to_name(session, caller)),
        back=("Made-up cases", LIST),
        lead=(
            "Every panel votes on it blind, so that all can be held against the same levels.",
            "Rewrite an old case until nobody can tell from whose it was made. No child is in it.",
        ),
    )


def _fields(setters: SettersView) -> tuple[Field, ...]:
    people = tuple(
        Option(str(each.person_id), each.called, ", ".join(ROLES[role] for role in each.roles))
        for each in setters.people
    )
    return (
        Field(
            "code", "A short name", hint="In small letters, like wren. Panels see it.", width="20"
        ),
        Field("paper.about", "What it is about", Kind.LONG, missing="Enter what it is about"),
        Field("paper.views", "What family and child say", Kind.LONG, hint="As they might."),
        Field("paper.tried", "What was tried, and what changed", Kind.LONG),
        Field("paper.evidence", "Evidence", Kind.LINES, hint="If there is any, each on a line."),
        Field("paper.outcomes", "Intended outcomes", Kind.LINES, hint="Each on a line."),
        *(
            Field(
                f"paper.stated.levels.{area}",
                title,
                Kind.WHOLE,
                width="2",
                legend="Levels that the made-up school states, or none" if not place else "",
            )
            for place, (area, title) in enumerate(NEEDS.items())
        ),
        Field(
            "setters",
            f"Who sets its levels: name {setters.needed}",
            Kind.ANY_OF,
            hint="Each apart from the others. Whoever knows its levels votes on no ballot of it.",
            options=people,
            missing=f"Choose {setters.needed} people to set its levels",
            legend="Its levels",
        ),
    )


def _write(session: Session, said: Saying, _ids: Ids, body: WritingCase) -> CaseWritten:
    return recording.write_calibration_case(session, said, body.code, body.paper, body.setters)


def _retiring(session: Session, caller: Caller, ids: Ids) -> Form:
    found = reading.calibration_case(session, caller, ids["case_id"])
    asked = "to retire this case"
    not_now: Refusal | None = None
    if not caller.holds(*OWN_CASES):
        not_now = RoleNeeded(asked, "officers and policy officers do")
    elif found.state is CalibrationState.RETIRED:
        not_now = NotAtThisStage(asked, "it is out of use already", "Look at the list of cases.")
    return Form(
        title="Take the case out of use",
        button="Take it out of use",
        fields=(),
        back=("Made-up cases", LIST),
        caption=found.code,
        warning="It comes to no further meeting, and panels that voted on it are shown its levels."
        " This is for good.",
        keep="Keep it in use",
        not_now=not_now,
    )


def _retire(session: Session, said: Saying, ids: Ids, _body: Retiring) -> CaseRetired:
    return recording.retire_calibration_case(session, said, ids["case_id"])


record_page(router, LIST + "/new", WritingCase, _writing, _write, done="case_written")
record_page(
    router, LIST + "/{case_id:uuid}/retire", Retiring, _retiring, _retire, done="case_retired"
)
