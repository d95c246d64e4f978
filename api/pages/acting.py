"""Acts from a page: a form, what is wrong with it, the act, and back to the request.

The act is recorded as the API records it, under the form's own key: a double click is one act.
"""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool

from activities.store import reading, recording
from activities.store.reading import RequestView
from activities.store.recording import Saying
from api.pages.frame import page
from api.pages.requests import OFFERED, offered_to
from api.pages.visitor import Looking, Posted, PostedForm, Visitor
from api.parts import do_act, parts_of, subject_ref
from api.problems import STATUS
from api.schemas import ChosenFor
from domain.acts import CHOICES
from domain.frozen import Frozen
from domain.refusals import NotAtThisStage, Refusal
from domain.stages import ActKind

router = APIRouter(include_in_schema=False)

Fault = dict[str, str]

_FIELD = {ActKind.ANSWER: "answer", ActKind.WITHDRAW: "reason"}
_MISSING = {
    ActKind.ANSWER: "Enter your answer to the panel",
    ActKind.WITHDRAW: "Enter why you withdraw the request",
}
_LONGEST = 20_000


@router.get("/requests/{request_id}/answer")
def answer_form(request: Request, request_id: UUID, visitor: Looking) -> Response:
    """Show what the panel asks, and where to answer it."""
    return _form(request, visitor, request_id, ActKind.ANSWER)


@router.get("/requests/{request_id}/withdraw")
def withdraw_form(request: Request, request_id: UUID, visitor: Looking) -> Response:
    """Ask why a request is withdrawn, and say what that means."""
    return _form(request, visitor, request_id, ActKind.WITHDRAW)


def _send(kind: ActKind) -> Callable[..., Any]:
    async def send(request: Request, request_id: UUID, form: PostedForm) -> Response:
        return await _done(request, request_id, kind, form)

    return send


for each in OFFERED:
    router.add_api_route(
        f"/requests/{{request_id}}/{each.value}", _send(each), methods=["POST"], name=each.value
    )


async def _done(request: Request, request_id: UUID, kind: ActKind, form: Posted) -> Response:
    """Do an act with what was typed, or show the form again with everything that is wrong."""
    found = await run_in_threadpool(_seen, request, form.visitor, request_id)
    if form.came_again:
        return _drawn(request, found, kind, form.typed)
    try:
        choices = _chosen(kind, found, form.typed)
        act, _ = await do_act(
            request,
            subject_ref("request", request_id),
            _saying(request, form.visitor, choices),
            kind,
            choices,
        )
    except ValidationError as error:
        return _drawn(request, found, kind, form.typed, _faults_in(kind, form.typed, error))
    except Refusal as refusal:
        return _drawn(request, found, kind, form.typed, _told(refusal), STATUS[refusal.code])
    return RedirectResponse(f"/requests/{request_id}?act={act.id}", 303)


def _form(request: Request, visitor: Visitor, request_id: UUID, kind: ActKind) -> Response:
    found = _seen(request, visitor, request_id)
    if kind not in offered_to(visitor.caller, found):
        raise NotAtThisStage(f"to {kind.value} this request", "it is not for you to do now")
    return _drawn(request, found, kind, {})


def _seen(request: Request, visitor: Visitor, request_id: UUID) -> RequestView:
    return parts_of(request).read(
        lambda session: reading.request(session, visitor.caller, request_id)
    )


def _drawn(
    request: Request,
    found: RequestView,
    kind: ActKind,
    typed: dict[str, str],
    faults: tuple[Fault, ...] = (),
    status: int = 200,
) -> Response:
    if faults and status == 200:  # noqa: PLR2004
        status = 422
    told = {"found": found, "typed": typed, "faults": faults, "longest": _LONGEST}
    return page(request.scope, f"{kind.value}.html", status, **told)


def _chosen(kind: ActKind, found: RequestView, typed: dict[str, str]) -> Frozen:
    """Read what was typed through the door that the API's bodies come by."""
    sent: dict[str, Any] = {_FIELD[kind]: typed.get(_FIELD[kind], "")}
    if kind is ActKind.ANSWER and found.content is not None:
        sent["content"] = found.content.model_dump(mode="json")
    shape: Any = Annotated[CHOICES[kind], ChosenFor(kind)]
    made: Frozen = TypeAdapter(shape).validate_python(sent)
    return made


def _saying(request: Request, visitor: Visitor, choices: Frozen) -> Saying:
    """What is said, under the key that the form was given when it was drawn."""
    content = choices.model_dump(mode="json")
    address = f"{request.method} {request.url.path}"
    return Saying(
        caller=visitor.caller,
        key=request.state.said,
        content_sha256=recording.content_hash(address, content),
    )


def _faults_in(kind: ActKind, typed: dict[str, str], error: ValidationError) -> tuple[Fault, ...]:
    """Say what is wrong with each field, in the words of the form."""
    field = _FIELD[kind]
    if not typed.get(field):
        return ({"text": _MISSING[kind], "href": f"#{field}"},)
    if len(typed[field]) > _LONGEST:
        return ({"text": f"Use {_LONGEST:,} characters or fewer", "href": f"#{field}"},)
    return tuple(
        {"text": each["msg"].removeprefix("Value error, "), "href": f"#{field}"}
        for each in error.errors(include_input=False)
    )


def _told(refusal: Refusal) -> tuple[Fault, ...]:
    """Tell a refusal in the summary of what is wrong: why, and what would help."""
    says = refusal.in_the_way[:1].upper() + refusal.in_the_way[1:]
    return ({"text": f"{says}. {refusal.help}", "href": "#main-content"},)
