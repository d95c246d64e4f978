"""A school's pupils, and those whom a school puts forward for another school's group.

A school sees of another's pupils none but those, by number.
"""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading, recording
from activities.store.reading import Caller, PupilView
from activities.store.reading.published_names import every_school
from activities.store.reading.put_forward import PutForward, put_forward
from activities.store.recording import PuttingForward, Saying
from api.pages.doing import JustDone, doing
from api.pages.draft_pupils import called
from api.pages.forms import Field, Form, Kind, Option
from api.pages.frame import page
from api.pages.sending import Ids, record_page
from api.pages.visitor import Looking
from api.parts import WithParts
from domain.frozen import Frozen
from domain.refusals import Unknown

router = APIRouter(include_in_schema=False)

_BACK = ("Back to our pupils", "/pupils")


class TakingBack(Frozen):
    """It is taken back: there is nothing to say with it."""


@router.get("/pupils")
def our_pupils(request: Request, visitor: Looking, parts: WithParts, asked: JustDone) -> Response:
    """Show the school's pupils on roll, and who is put forward from here and to here."""

    def read(session: Session) -> dict[str, Any]:
        caller = visitor.caller
        pupils = reading.pupils(session, caller)
        forward = put_forward(session, caller)
        return {
            "pupils": sorted(pupils, key=lambda each: called(each).lower()),
            "called": {each.pupil_id: called(each) for each in pupils},
            "from_here": [each for each in forward if _is_own(each, pupils)],
            "to_here": [each for each in forward if not _is_own(each, pupils)],
            "schools": every_school(session),
            "doing": doing(session, caller, asked),
        }

    return page(request.scope, "pupils.html", **parts.read(read))


def _is_own(each: PutForward, pupils: tuple[PupilView, ...]) -> bool:
    return any(each.pupil.pupil_id == pupil.pupil_id for pupil in pupils)


def _own(session: Session, caller: Caller, pupil_id: UUID) -> PupilView:
    """A pupil whose name the person may know, which is one whom they may put forward."""
    for each in reading.pupils(session, caller):
        if each.pupil_id == pupil_id and each.name is not None:
            return each
    raise Unknown("this pupil", "there is none of that id at your school")


def _putting(session: Session, caller: Caller, ids: Ids) -> Form:
    pupil = _own(session, caller, ids["pupil_id"])
    schools = {code: name for code, name in every_school(session).items() if code != pupil.school}
    field = Field(
        "to_school",
        "Which school asks for the group?",
        Kind.LIST,
        options=tuple(Option(code, name) for code, name in schools.items()),
        missing="Choose the school that asks for the group",
    )
    return Form(
        title="Put a pupil forward for another school's group",
        caption=called(pupil),
        button="Put the pupil forward",
        fields=(field,),
        back=_BACK,
        lead=(
            (
                "The school sees the pupil's number, SEN status, phase and setting, and may name"
                " them in a group that it asks for. It does not see the name."
            ),
            (
                "Tell the family first. You see the request once it is submitted, and can take this"
                " back until then."
            ),
        ),
    )


def _ending(session: Session, caller: Caller, ids: Ids) -> Form:
    found = [each for each in put_forward(session, caller) if each.id == ids["put_id"]]
    if not found:
        raise Unknown("this pupil put forward", "there is none of that id that you may see")
    pupil = _own(session, caller, found[0].pupil.pupil_id)
    school = every_school(session)[found[0].to_school]
    return Form(
        title="Take this back",
        caption=called(pupil),
        button="Take it back",
        fields=(),
        back=_BACK,
        lead=(f"{school} then submits no group with this pupil. One already submitted stays.",),
        keep="Leave it",
    )


def _put(session: Session, said: Saying, ids: Ids, body: Any) -> Frozen:
    return recording.put_forward(session, said, ids["pupil_id"], body)


record_page(
    router, "/pupils/{pupil_id:uuid}/put-forward", PuttingForward, _putting, _put, "put_forward"
)
record_page(
    router,
    "/pupils/put-forward/{put_id:uuid}/end",
    TakingBack,
    _ending,
    lambda session, said, ids, _: recording.end_put_forward(session, said, ids["put_id"]),
    "put_forward_ended",
)
