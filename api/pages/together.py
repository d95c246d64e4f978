"""Cases that nobody contests, signed together: ticked, looked at, each signed as its own act."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from activities.store import reading, recording
from activities.store.reading.acts import own_acts
from activities.store.reading.together import MOST_AT_ONCE, references_of, uncontested
from activities.store.recording import Saying
from api.pages.forms import Fault, Field, Form, Kind, body_of, faults_of
from api.pages.frame import page
from api.pages.visitor import CHANGE, DO, Looking, Posted, PostedForm, Visitor
from api.parts import do_act, parts_of, subject_ref
from api.schemas import ChosenFor
from domain.acts import Authorising
from domain.frozen import Frozen
from domain.refusals import Refusal
from domain.stages import ActKind

router = APIRouter(include_in_schema=False)

ADDRESS = "/sign-together"
_TICKED = "case."
_FAULTY = 422
_AT_ONCE = 4
_CONTESTED = (
    "It does not wait for your signature with everybody agreed, or not any more. Look at it, and"
    " decide it by itself."
)
_READS: TypeAdapter[Any] = TypeAdapter(Annotated[Frozen, ChosenFor(ActKind.AUTHORISE)])


_FORM = Form(
    title="Sign cases together",
    button="Sign them",
    fields=(
        Field(
            "grounds",
            "Grounds",
            Kind.LINES,
            hint="For all of them, each on a line of its own. Write without a child's name.",
            missing="Enter the grounds",
            rows=4,
        ),
        Field(
            "alternatives",
            "Alternatives considered",
            Kind.LONG,
            hint="What else you looked at for these cases.",
            missing="Enter the alternatives that you considered",
        ),
    ),
    back=("My work", "/"),
)


@router.get(ADDRESS)
def cases(request: Request, visitor: Looking) -> Response:
    """List what waits for the officer's signature and nobody contests."""
    return _draw(request, visitor, {})


@router.post(ADDRESS)
async def sign(request: Request, posted: PostedForm) -> Response:
    """Sign what was ticked: each case is an act of its own, with its own record and outcome."""
    return await _sent(request, posted)


async def _sent(request: Request, posted: Posted) -> Response:
    typed, visitor = posted.typed, posted.visitor
    if posted.came_again or posted.step == CHANGE:
        return await run_in_threadpool(_draw, request, visitor, typed)
    made, faults = _made(typed)
    ticked = _ticked(typed)
    if not ticked:
        faults = ({"text": "Tick the cases that you sign", "href": "#cases"}, *faults)
    if made is None or faults:
        return await run_in_threadpool(_draw, request, visitor, typed, faults)
    if posted.step == DO:
        return await _signed(request, visitor, made, ticked)
    told = await run_in_threadpool(_told, request, visitor)
    told["chosen"] = [each for each in told["cases"] if each.id in ticked]
    return page(request.scope, "together_check.html", form=_FORM, typed=typed, **told)


def _made(typed: Mapping[str, str]) -> tuple[Authorising | None, tuple[Fault, ...]]:
    body, faults = body_of(_FORM, typed)
    try:
        return _READS.validate_python(body), faults
    except ValidationError as error:
        return None, faults_of(_FORM, typed, error, faults)


def _ticked(typed: Mapping[str, str]) -> frozenset[UUID]:
    """The cases that were ticked; what is no id of one is none."""
    found = set()
    for name in typed:
        if name.startswith(_TICKED):
            try:
                found.add(UUID(name.removeprefix(_TICKED)))
            except ValueError:
                continue
    return frozenset(sorted(found)[:MOST_AT_ONCE])


async def _signed(
    request: Request, visitor: Visitor, made: Authorising, ticked: frozenset[UUID]
) -> Response:
    """Sign each case by itself; one that is refused keeps none of the others back."""
    sayings = {each: _saying(request, visitor, each, made) for each in ticked}
    may = await run_in_threadpool(parts_of(request).read, _may_sign(visitor, sayings))
    few = asyncio.Semaphore(_AT_ONCE)

    async def one(request_id: UUID) -> UUID | str:
        if request_id not in may:
            return _CONTESTED
        async with few:
            return await _sign_one(request, sayings[request_id], request_id, made)

    found = dict(zip(sayings, await asyncio.gather(*map(one, sayings)), strict=True))
    acts = {each for each in found.values() if isinstance(each, UUID)}

    def read(session: Session) -> dict[str, Any]:
        views = own_acts(session, visitor.caller, acts)
        references = references_of(session, visitor.caller, ticked)
        return {"views": {each.subject_id: each for each in views}, "references": references}

    told = await run_in_threadpool(parts_of(request).read, read)
    told["refused"] = {of: each for of, each in found.items() if isinstance(each, str)}
    in_order = sorted(ticked, key=lambda of: told["references"].get(of, ""))
    return page(request.scope, "together_done.html", ticked=in_order, **told)


def _may_sign(
    visitor: Visitor, sayings: Mapping[UUID, Saying]
) -> Callable[[Session], frozenset[UUID]]:
    """Which cases may be signed like this: those uncontested still, and those signed just now."""

    def read(session: Session) -> frozenset[UUID]:
        now = {each.id for each in uncontested(session, visitor.caller)}
        said = own_acts(session, visitor.caller, (each.id for each in sayings.values()))
        return frozenset({*now, *(each.subject_id for each in said)})

    return read


def _saying(request: Request, visitor: Visitor, request_id: UUID, made: Authorising) -> Saying:
    """What is said of one case, under a key of its own: sent twice, it is still one act."""
    address = f"POST /requests/{request_id}/authorise"
    return Saying(
        caller=visitor.caller,
        key=f"{request.state.said[:60]}/{request_id}",
        content_sha256=recording.content_hash(address, made.model_dump(mode="json")),
    )


async def _sign_one(
    request: Request, saying: Saying, request_id: UUID, made: Authorising
) -> UUID | str:
    subject = subject_ref("request", request_id)
    try:
        act, _ = await do_act(request, subject, saying, ActKind.AUTHORISE, made)
    except Refusal as refusal:
        return f"{refusal.in_the_way[:1].upper()}{refusal.in_the_way[1:]}. {refusal.help}"
    return act.id


def _told(request: Request, visitor: Visitor) -> dict[str, Any]:
    def read(session: Session) -> dict[str, Any]:
        found = uncontested(session, visitor.caller)
        schools = reading.school_names(session, (each.school for each in found))
        return {"cases": found, "schools": schools}

    return parts_of(request).read(read)


def _draw(
    request: Request,
    visitor: Visitor,
    typed: Mapping[str, str],
    faults: tuple[Fault, ...] = (),
) -> Response:
    told = _told(request, visitor)
    status = _FAULTY if faults else 200
    return page(
        request.scope, "together.html", status, form=_FORM, typed=typed, faults=faults, **told
    )
