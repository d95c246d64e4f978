"""Forms at addresses: drawn when asked for; sent, they say to the record what the API would.

Typed once, a form is said once: its key is the idempotency key, so a double click is one act.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from activities.store import recording
from activities.store.reading import Caller
from activities.store.reading.acts import words_of_act
from activities.store.recording import Saying, SubjectKind, SubjectRef
from api.pages.answers import answers_of
from api.pages.doing import Asked, Doing, JustDone, doing, told_of_form
from api.pages.forms import Fault, Form, body_of, faults_of
from api.pages.frame import page
from api.pages.retyped import retyped
from api.pages.visitor import (
    CHANGE,
    DO,
    MORE,
    SURE,
    Looking,
    Posted,
    PostedForm,
    SentFile,
    Visitor,
    new_key,
)
from api.parts import do_act, parts_of, subject_ref
from api.problems import STATUS
from api.schemas import AS_JSON, ChosenFor
from domain.frozen import Frozen
from domain.refusals import KeyReused, NotValid, Refusal, Unknown
from domain.stages import ActKind

Ids = Mapping[str, Any]
"""What the address says: `/requests/{request_id:uuid}/answer` gives the request's id."""
FormOf = Callable[[Session, Caller, Ids], Form]
"""Reads what a form is about, and tells the form; refuses where it is not this person's."""
Does = Callable[[Request, Posted, Form, Any, Ids], Awaitable[Response]]
"""Does what a form says, with the body that was made of it."""
Work = Callable[[Session, Saying, Ids, Any], Frozen]

Takes = Callable[
    [Mapping[str, str], Mapping[str, SentFile]], tuple[Mapping[str, str], tuple[Fault, ...]]
]
"""Of what was typed and the files that were chosen: what is typed then, and what is wrong."""

_FAULTY = 422
_SENT_BEFORE: tuple[Fault, ...] = (
    {
        "text": "This form was sent before with other answers. See what came of it, and send this"
        " only if it is still wanted",
        "href": "#main-content",
    },
)
_MOST_FAULTS = 100
_NOTHING_YET = Asked(None, "")


def act_page(
    router: APIRouter,
    address: str,
    kind: ActKind,
    subject: SubjectKind,
    form_of: FormOf,
    *,
    makes: bool = False,
) -> None:
    """Serve an act as a form; its subject is the address's only id, or its last.

    A form may name its subject itself, such as the meeting of an item that is put off. An act that
    makes what it is about gives it the act's own id; it is gone on to once it is there.
    """

    async def does(request: Request, posted: Posted, form: Form, body: Any, ids: Ids) -> Response:
        saying = saying_by(request, posted.visitor, body)
        subject_id = saying.id if makes else form.about or list(ids.values())[-1]
        return await acted(request, form, subject_ref(subject, subject_id), saying, (kind, body))

    form_page(router, address, Annotated[Frozen, ChosenFor(kind)], of_act(kind, form_of), does)


def of_act(kind: ActKind, form_of: FormOf) -> FormOf:
    """Have a form hold the words of such an act of the person's own, once that was refused."""
    return lambda session, caller, ids: replace(form_of(session, caller, ids), act=kind)


async def acted(
    request: Request, form: Form, subject: SubjectRef, saying: Saying, says: tuple[ActKind, Frozen]
) -> Response:
    """Do an act, and go on to where its outcome is told; refused there, it can be changed."""
    act, outcome = await do_act(request, subject, saying, *says)
    is_done = outcome is not None and outcome.done
    at = {} if is_done else told_of_form(request.url.path)
    to = form.made.format(id=act.id) if form.made and is_done else form.then
    return gone_on(to, act=act.id, **at)


def record_page(
    router: APIRouter,
    address: str,
    shape: type[Frozen],
    form_of: FormOf,
    work: Work,
    done: str = "saved",
) -> None:
    """Serve what is recorded at once as a form; ``done`` names what the page then says."""

    async def does(request: Request, posted: Posted, form: Form, body: Any, ids: Ids) -> Response:
        saying = saying_by(request, posted.visitor, body)
        await run_in_threadpool(
            parts_of(request).record, saying, lambda session, said: work(session, said, ids, body)
        )
        return gone_on(form.then, done=done)

    form_page(router, address, Annotated[shape, AS_JSON], form_of, does)


def on(name: str, does: Callable[..., Frozen]) -> Work:
    """Have the record do something about what the address names so, with the body of the form."""
    return lambda session, said, ids, body: does(session, said, ids[name], body)


def form_page(
    router: APIRouter,
    address: str,
    shape: Any,
    form_of: FormOf,
    does: Does,
    takes: Takes | None = None,
) -> None:
    """Serve a form at an address: asked for, it is drawn; sent, it is done or told its faults.

    ``takes`` makes of files that were chosen what would else be typed.
    """
    reads: TypeAdapter[Any] = TypeAdapter(shape)

    def drawn(request: Request, visitor: Looking, asked: JustDone) -> Response:
        form, done = _told(request, visitor, form_of, asked)
        if form.elsewhere:
            return RedirectResponse(form.elsewhere, 303)
        form = replace(form, told={**form.told, "doing": done})
        words = _words_again(request, visitor, form, asked.again)
        if words is not None:
            return _drawn_again(request, form, words)
        if form.not_now is not None:
            raise form.not_now
        return draw(request, form, {**form.values, **request.query_params})

    async def sent(request: Request, posted: PostedForm) -> Response:
        form, _ = await run_in_threadpool(_told, request, posted.visitor, form_of, _NOTHING_YET)
        if takes is not None:
            typed, faults = takes(posted.typed, posted.files)
            if faults:
                return draw(request, form, typed, faults)
            posted = replace(posted, typed=dict(typed))
        return await _sent(request, posted, form, reads, does)

    name = address.replace("/", "_")
    router.add_api_route(address, drawn, methods=["GET"], name=f"form{name}")
    router.add_api_route(address, sent, methods=["POST"], name=f"send{name}")


def draw(
    request: Request,
    form: Form,
    typed: Mapping[str, str],
    faults: tuple[Fault, ...] = (),
    status: int = 200,
    more: int = 0,
) -> Response:
    """Draw a form with what was typed, and with what is wrong with it; ``more`` rows beside."""
    if faults and status == 200:  # noqa: PLR2004
        status = _FAULTY
    form = form.filled(typed, more)
    told: dict[str, Any] = {"form": form, "typed": typed, "faults": faults[:_MOST_FAULTS]}
    told |= form.shows(typed, more) if form.shows else {}
    return page(request.scope, form.template, status, **told, **form.told)


def saying_by(request: Request, visitor: Visitor, body: Frozen) -> Saying:
    """What is said, under the key that the form was given when it was drawn."""
    content = body.model_dump(mode="json")
    address = f"{request.method} {request.url.path}"
    return Saying(
        caller=visitor.caller,
        key=request.state.said,
        content_sha256=recording.content_hash(address, content),
    )


def gone_on(to: str, **told: object) -> Response:
    """Go on to another page, and have it say what was done."""
    mark = "&" if urlsplit(to).query else "?"
    said = "&".join(f"{name}={value}" for name, value in told.items())
    return RedirectResponse(f"{to}{mark}{said}", 303)


def _told(
    request: Request, visitor: Visitor, form_of: FormOf, asked: Asked
) -> tuple[Form, Doing | None]:
    caller, ids = visitor.caller, request.path_params
    return parts_of(request).read(
        lambda session: (form_of(session, caller, ids), doing(session, caller, asked))
    )


def _words_again(
    request: Request, visitor: Visitor, form: Form, act_id: UUID | None
) -> Mapping[str, Any] | None:
    """What the person said with such an act, if that was refused; nothing of any other."""
    if act_id is None or form.act is None:
        return None
    try:
        found = parts_of(request).read(lambda s: words_of_act(s, visitor.caller, act_id))
    except Unknown:
        return None
    return found.choices if found.is_refused and found.kind is form.act else None


def _drawn_again(request: Request, form: Form, words: Mapping[str, Any]) -> Response:
    """Draw a form with what was said before, even where it does not fit now: it can be kept."""
    if form.not_now is None:
        return draw(request, form, retyped(form, words))
    told = refused(form, form.not_now)
    return draw(request, form, retyped(form, words), told, STATUS[form.not_now.code])


async def _sent(
    request: Request, posted: Posted, form: Form, reads: TypeAdapter[Any], does: Does
) -> Response:
    """Do what a form says, once nothing is wrong with it and its answers were looked at."""
    again = _again(request, posted, form)
    if again is not None:
        return again
    typed = posted.typed
    whole = form.filled(typed)
    made, faults = _made(whole, typed, reads)
    if faults:
        return draw(request, form, typed, faults)
    try:
        if (once_more := await _once_more(request, posted, form, made)) is not None:
            return once_more
        return await does(request, posted, form, made, request.path_params)
    except KeyReused:
        # Sent before with other answers, and come back to: a new form, to be looked at.
        request.state.said = new_key()
        return draw(request, form, typed, _SENT_BEFORE, STATUS[KeyReused.code])
    except Refusal as refusal:
        told: tuple[Fault, ...] = ()
        if form.several is not None and isinstance(refusal, NotValid):
            told = form.several.faults(typed, refusal.in_the_way)
        told = told or refused(form, refusal)
        return draw(request, form, typed, told, STATUS[refusal.code])


async def _once_more(request: Request, posted: Posted, form: Form, made: Any) -> Response | None:
    """Draw what stands between a form and its being done: its answers, or a pause with facts."""
    told: dict[str, Any] = {"form": form, "typed": posted.typed}
    if form.is_checked and posted.step not in (DO, SURE):
        answers = answers_of(form.filled(posted.typed), posted.typed)
        told |= await run_in_threadpool(_foretold, request, posted.visitor, form, made)
        return page(request.scope, form.check_template, answers=answers, **told)
    facts = () if posted.step == SURE else form.pause(made)
    return page(request.scope, "pause_page.html", facts=facts, **told) if facts else None


def _foretold(request: Request, visitor: Visitor, form: Form, made: Any) -> Mapping[str, Any]:
    """Read what is shown beside the answers, where a form tells what it would come to."""
    foretells = form.foretells
    if foretells is None:
        return {}
    return parts_of(request).read(lambda session: foretells(session, visitor.caller, made))


def _again(request: Request, posted: Posted, form: Form) -> Response | None:
    """Draw a form once more, where it was sent to be drawn and not to be done."""
    if posted.came_again or posted.step in {CHANGE, MORE}:
        return draw(request, form, posted.typed, more=int(posted.step == MORE))
    if posted.step in form.steps:
        return draw(request, form, *form.steps[posted.step](posted.typed))
    return None


def _made(
    form: Form, typed: Mapping[str, str], reads: TypeAdapter[Any]
) -> tuple[Any, tuple[Fault, ...]]:
    """Make what a form says of what was typed, or list everything that is wrong with it."""
    body, faults = body_of(form, typed)
    try:
        return reads.validate_python(body), faults
    except ValidationError as error:
        return None, faults_of(form, typed, error, faults)


def refused(form: Form, refusal: Refusal) -> tuple[Fault, ...]:
    """Tell a refusal in the summary of what is wrong: each fault at its field, or why it is not."""
    listed = getattr(refusal, "faults", ())
    if not listed:
        says = refusal.in_the_way[:1].upper() + refusal.in_the_way[1:]
        return ({"text": f"{says}. {refusal.help}", "href": "#main-content"},)
    at = {each.name: f"#{each.first}" for each in form.fields}
    return tuple(
        {
            "text": f"{each.says} {each.would_help}".strip(),
            "href": at.get(each.field, "#main-content"),
        }
        for each in listed
    )
