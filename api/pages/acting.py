"""What a school does with its request from a page: answer the panel, and withdraw it."""

from typing import Any

from fastapi import APIRouter
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import Caller, RequestView
from api.pages.forms import Field, Form, Kind
from api.pages.requests import offered_to
from api.pages.sending import Ids, act_page
from domain.refusals import NotAtThisStage, Refusal
from domain.stages import ActKind

router = APIRouter(include_in_schema=False)


def not_now(caller: Caller, found: RequestView, kind: ActKind) -> Refusal | None:
    """Say why an act on a request is not offered to this person now, if it is not."""
    if kind in offered_to(caller, found):
        return None
    asked = kind.value.replace("_", " ")
    return NotAtThisStage(f"to {asked} this request", "it is not for you to do now")


def back_to(found: RequestView) -> tuple[str, str]:
    """The way back to a request's page."""
    return ("Back to the request", f"/requests/{found.id}")


def _answering(session: Session, caller: Caller, ids: Ids) -> Form:
    found = reading.request(session, caller, ids["request_id"])
    content: Any = found.content.model_dump(mode="json") if found.content else None
    answer = Field(
        "answer",
        "Your answer",
        Kind.LONG,
        hint="The rest of the request stays as it is. Write about the child's needs without their"
        " name. When you send it, the request goes back to the panel.",
        missing="Enter your answer to the panel",
        rows=8,
    )
    return Form(
        title="Answer the panel",
        button="Send the answer",
        fields=(answer,),
        back=back_to(found),
        caption=found.reference,
        adds={"content": content},
        template="answer.html",
        told={"asks": found.panel_asks},
        not_now=not_now(caller, found, ActKind.ANSWER),
    )


def _withdrawing(session: Session, caller: Caller, ids: Ids) -> Form:
    found = reading.request(session, caller, ids["request_id"])
    reason = Field(
        "reason",
        "Why you withdraw it",
        Kind.LONG,
        hint="The panel and the council's officers read this.",
        missing="Enter why you withdraw the request",
    )
    return Form(
        title="Withdraw the request",
        button="Withdraw the request",
        fields=(reason,),
        back=back_to(found),
        caption=found.reference,
        warning="A request that is withdrawn cannot be taken up again. You can make a new one.",
        keep="Keep the request",
        not_now=not_now(caller, found, ActKind.WITHDRAW),
    )


act_page(router, "/requests/{request_id:uuid}/answer", ActKind.ANSWER, "request", _answering)
act_page(router, "/requests/{request_id:uuid}/withdraw", ActKind.WITHDRAW, "request", _withdrawing)
