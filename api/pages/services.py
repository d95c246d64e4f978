"""Services of the Team Around the Cluster: what panels ask, what services answer, what is late."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading, recording
from activities.store.reading import AskedView, Caller
from activities.store.reading.services import service_names
from activities.store.recording import Saying
from api import lists
from api.downloads import offer_files
from api.pages.doing import JustDone, doing
from api.pages.few import From, few
from api.pages.forms import Field, Form, Kind, Option
from api.pages.frame import page
from api.pages.sending import Ids, record_page
from api.pages.visitor import Looking, caller_looking
from api.parts import WithParts
from domain.frozen import Frozen
from domain.refusals import NotAtThisStage
from domain.services import AcceptingService, DecliningService, ReportingService, ServiceState

router = APIRouter(include_in_schema=False)

_TITLES = {
    "accept": "Take it on",
    "decline": "Say that it cannot be done",
    "report": "Report what came of it",
}
_OFFERED = {
    ServiceState.ASKED: ("accept", "decline"),
    ServiceState.ACCEPTED: ("report",),
}
_NO_NAME = "The school and the panel read this. Write about the child without their name."


@router.get("/services/asked")
def asked_of_services(
    request: Request,
    visitor: Looking,
    parts: WithParts,
    asked: JustDone,
    late: Annotated[bool, Query()] = False,  # noqa: FBT002
    first: From = 0,
) -> Response:
    """List what panels asked of services, as far as the person may see it, the next due first."""
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        found = reading.asked_of_services(session, caller, late=late)
        return {
            "shown": few(found, first),
            "services": service_names(session),
            "doing": doing(session, caller, asked),
        }

    is_service = len(caller.services) == 1
    told = parts.read(read)
    return page(request.scope, "asked_of_services.html", late=late, is_service=is_service, **told)


@router.get("/services/asked/{asked_id:uuid}")
def asked_of_service(
    request: Request, asked_id: UUID, visitor: Looking, parts: WithParts, asked: JustDone
) -> Response:
    """Show what a service was asked, by when, and what it answered."""
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        it = reading.asked_of_service(session, caller, asked_id)
        papers = it.papers
        return {
            "it": it,
            "service": next(each for each in reading.services(session) if each.code == it.service),
            "offered": [(path, _TITLES[path]) for path in _offered(caller, it)],
            "schools": reading.school_names(
                session, {each.school for each in papers.pupils} if papers else ()
            ),
            "doing": doing(session, caller, asked),
        }

    return page(request.scope, "asked_of_service.html", **parts.read(read))


def _offered(caller: Caller, it: AskedView) -> tuple[str, ...]:
    return _OFFERED.get(it.state, ()) if it.service in caller.services else ()


def _on(session: Session, caller: Caller, ids: Ids, path: str, *fields: Field) -> Form:
    """A form on what a service was asked, held back where it does not fit or is not theirs."""
    it = reading.asked_of_service(session, caller, ids["asked_id"])
    not_now = None
    if path not in _offered(caller, it):
        says = "it waits for nobody, or for the people of the service"
        not_now = NotAtThisStage(f"to {_TITLES[path].lower()}", says)
    return Form(
        title=_TITLES[path],
        button=_TITLES[path] if path != "report" else "Send the report",
        fields=fields,
        back=("Back to what was asked", f"/services/asked/{it.id}"),
        caption=it.reference,
        template="on_asked.html",
        told={"it": it},
        not_now=not_now,
    )


def _accepting(session: Session, caller: Caller, ids: Ids) -> Form:
    note = Field("note", "A word to the school (optional)", Kind.LONG, hint=_NO_NAME)
    return _on(session, caller, ids, "accept", note)


def _declining(session: Session, caller: Caller, ids: Ids) -> Form:
    reason = Field("reason", "Why it cannot be done", Kind.LONG, hint=_NO_NAME)
    return _on(session, caller, ids, "decline", reason)


def _reporting(session: Session, caller: Caller, ids: Ids) -> Form:
    done = Field(
        "is_done",
        "Was it done?",
        Kind.YES_NO,
        missing="Choose whether it was done",
        options=(Option("yes", "Yes"), Option("no", "No")),
    )
    came = Field("came_of_it", "What came of it", Kind.LONG, hint=_NO_NAME)
    return _on(session, caller, ids, "report", done, came)


def _answer(session: Session, said: Saying, ids: Ids, body: Any) -> Frozen:
    return recording.answer_service(session, said, ids["asked_id"], body)


_ASKED = "/services/asked/{asked_id:uuid}"
record_page(router, f"{_ASKED}/accept", AcceptingService, _accepting, _answer, "accepted")
record_page(router, f"{_ASKED}/decline", DecliningService, _declining, _answer, "declined")
record_page(router, f"{_ASKED}/report", ReportingService, _reporting, _answer, "reported")
offer_files(router, "/services/asked", lists.asked, caller_looking)
