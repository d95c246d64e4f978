"""A draft: begun, its task list, checked, confirmed by the head, and submitted."""

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from activities.store import reading, recording
from activities.store.reading import Caller, RequestLine
from activities.store.recording import Saying
from api.pages import draft_shapes as shapes
from api.pages.answers import answered
from api.pages.doing import JustDone, doing
from api.pages.draft_pupils import known
from api.pages.draft_sections import KIND_OPTIONS, SECTION_PAGES
from api.pages.draft_words import GROUPS
from api.pages.draft_writing import (
    Writing,
    check_open,
    form_of_section,
    read_writing,
    submitted_already,
)
from api.pages.forms import Field, Form, Kind, Option
from api.pages.frame import page
from api.pages.sending import Ids, act_page, form_page, gone_on, record_page, saying_by
from api.pages.visitor import Looking, Posted
from api.pages.words import KINDS, day
from api.parts import WithParts, parts_of
from api.schemas import AS_JSON, Confirming
from domain.drafting import HowFar, Section, copied
from domain.frozen import Frozen
from domain.people import Role
from domain.refusals import NotConfirmedByHead, Refusal, RoleNeeded, Unknown
from domain.request import RequestContent
from domain.stages import ActKind, Stage

router = APIRouter(include_in_schema=False)

_DESK = (Role.SENCO, Role.HEAD)
_MOST_TO_COPY = 50


def _beginning(session: Session, caller: Caller, _ids: Ids) -> Form:
    schools = sorted(caller.schools(*_DESK))
    if not schools:
        raise RoleNeeded("to begin a request", "you are neither SENCO nor head of a school")
    names = reading.school_names(session, schools)
    earlier = [each for each in reading.requests(session, caller) if each.school in schools]
    fields = [Field("kind", "What kind of request is it?", Kind.ONE_OF, options=KIND_OPTIONS)]
    if len(schools) > 1:
        options = tuple(Option(code, names[code]) for code in schools)
        fields.append(Field("school", "Which school asks?", Kind.LIST, options=options))
    if earlier:
        fields.append(_copy_of(earlier))
    return Form(
        title="Start a request",
        button="Start",
        fields=tuple(fields),
        back=("My work", "/"),
        lead=(
            "You write it section by section, and it is saved at each step.",
            "Your colleagues at the school can write on it too. The head confirms it at the end.",
        ),
        adds={} if len(schools) > 1 else {"school": schools[0]},
    )


def _copy_of(earlier: list[RequestLine]) -> Field:
    newest = sorted(earlier, key=lambda each: each.reference, reverse=True)[:_MOST_TO_COPY]
    options = tuple(
        Option(str(each.id), f"{each.reference}, {KINDS[each.kind]}, {day(each.submitted_at)}")
        for each in newest
    )
    hint = (
        "Leave this if it is a new one. A copy keeps the words and the pupils. It asks anew for the"
        " days, for how the family was told, and for files."
    )
    return Field("copy_of", "Copy from an earlier request", Kind.LIST, hint, options=options)


async def _begins(request: Request, posted: Posted, _form: Form, body: Any, _ids: Ids) -> Response:
    def work(session: Session, said: Saying) -> Frozen:
        return recording.create_draft(session, said, body.school, _begun(session, said, body))

    saying = saying_by(request, posted.visitor, body)
    made = await run_in_threadpool(parts_of(request).record, saying, work)
    return gone_on(f"/drafts/{made['id']}", done="saved")


def _begun(session: Session, said: Saying, body: shapes.Beginning) -> RequestContent:
    """What a draft begins with: nothing but its kind, or the words of an earlier request."""
    if body.copy_of is None:
        return RequestContent(kind=body.kind)
    found = reading.request(session, said.caller, body.copy_of)
    if found.content is None or found.school not in said.caller.schools(*_DESK):
        raise Unknown("this request", "there is none of that id that you may copy")
    return copied(found.content, body.kind)


@router.get("/drafts/{draft_id:uuid}")
def draft(
    request: Request, draft_id: UUID, visitor: Looking, parts: WithParts, asked: JustDone
) -> Response:
    """Show a draft's task list; once it is submitted, the request has a page of its own."""

    def read(session: Session) -> dict[str, Any]:
        writing = read_writing(session, visitor.caller, draft_id)
        return {"writing": writing, "doing": doing(session, visitor.caller, asked)}

    told = parts.read(read)
    writing: Writing = told["writing"]
    if not writing.is_open:
        return RedirectResponse(f"/requests/{draft_id}", 303)
    return page(request.scope, "draft.html", groups=list(_groups(writing)), **_shown(told))


@router.get("/drafts/{draft_id:uuid}/check")
def check(
    request: Request, draft_id: UUID, visitor: Looking, parts: WithParts, asked: JustDone
) -> Response:
    """Show everything that was written, so that it is checked before it is confirmed or sent."""

    def read(session: Session) -> dict[str, Any]:
        writing = read_writing(session, visitor.caller, draft_id)
        check_open(writing)
        files = reading.evidence.evidence_files(session, visitor.caller, draft_id)
        return {
            "writing": writing,
            "files": {each.id: each for each in files},
            "cost": reading.drafting.draft_cost(session, visitor.caller, draft_id),
            "doing": doing(session, visitor.caller, asked),
        }

    told = parts.read(read)
    writing: Writing = told["writing"]
    answers = {page.section: _answers(writing, page.section) for page in SECTION_PAGES}
    heads = visitor.caller.schools(Role.HEAD)
    return page(
        request.scope,
        "draft_check.html",
        answers=answers,
        is_head=writing.school in heads,
        **_shown(told),
    )


def _shown(told: dict[str, Any]) -> dict[str, Any]:
    """What the pages of a draft all tell."""
    writing: Writing = told["writing"]
    progress = writing.rules.progress
    return {
        **told,
        "progress": progress,
        "missing": [each for state in progress.sections for each in state.faults],
        "done": sum(each.how_far is HowFar.COMPLETE for each in progress.sections),
        "wanted": sum(each.how_far is not HowFar.OPTIONAL for each in progress.sections),
        "school": writing.schools[writing.school],
        "pupils": known(writing),
    }


def _groups(writing: Writing) -> Iterator[tuple[str, list[Any]]]:
    """The sections of a draft as its task list groups them."""
    for title, sections in GROUPS:
        found = [each for each in writing.rules.progress.sections if each.section in sections]
        if found:
            yield title, found


def _answers(writing: Writing, section: Section) -> list[tuple[str, str]]:
    """What a section says, label by label, as its form would show it."""
    found = next(each for each in SECTION_PAGES if each.section is section)
    form = form_of_section(found, writing)
    return answered(form, form.values)


def _confirming(session: Session, caller: Caller, ids: Ids) -> Form:
    writing = read_writing(session, caller, ids["draft_id"])
    check_open(writing)
    if writing.school not in caller.schools(Role.HEAD):
        raise RoleNeeded("to confirm the request for the school", "you are not its head")
    return Form(
        title="Confirm the request",
        button="Confirm the request",
        fields=(Field("version", "", Kind.CARRIED, is_number=True),),
        back=("Back to the request", f"/drafts/{writing.id}/check"),
        lead=(
            "By confirming, you say for the school that what is written is right.",
            "If anybody changes it afterwards, you are asked to confirm it again.",
        ),
        values={"version": str(writing.rules.progress.draft.version)},
        keep="Read the request again",
        template="draft_last.html",
        told=_shown({"writing": writing}),
    )


def _submitting(session: Session, caller: Caller, ids: Ids) -> Form:
    writing = read_writing(session, caller, ids["draft_id"])
    asked = "to submit the request"
    why_not = NotConfirmedByHead(asked, "the head has not confirmed the draft as it stands")
    if not writing.is_open:
        not_now: Refusal | None = submitted_already()
    else:
        not_now = None if writing.rules.progress.draft.is_confirmed else why_not
    return Form(
        title="Submit the request",
        button="Submit the request",
        fields=(Field("draft_version", "", Kind.CARRIED, is_number=True),),
        back=("Back to the request", f"/drafts/{writing.id}/check"),
        goes_on=f"/requests/{writing.id}/submitted",
        lead=("It goes to the council as the head confirmed it, and you cannot change it then.",),
        values={"draft_version": str(writing.rules.progress.draft.version)},
        keep="Not yet",
        template="draft_last.html",
        told=_shown({"writing": writing}),
        not_now=not_now,
    )


@router.get("/requests/{request_id:uuid}/submitted")
def submitted(
    request: Request, request_id: UUID, visitor: Looking, parts: WithParts, asked: JustDone
) -> Response:
    """Say what became of a request that was just submitted: reference, deadline, whose turn."""

    def read(session: Session) -> dict[str, Any]:
        found = reading.request(session, visitor.caller, request_id)
        return {"it": found, "doing": doing(session, visitor.caller, asked)}

    told = parts.read(read)
    is_back = told["it"].stage is Stage.RETURNED
    return page(request.scope, "submitted.html", is_back=is_back, **told)


form_page(router, "/drafts/new", Annotated[shapes.Beginning, AS_JSON], _beginning, _begins)
record_page(
    router,
    "/drafts/{draft_id:uuid}/confirm",
    Confirming,
    _confirming,
    lambda session, said, ids, body: recording.confirm_draft(
        session, said, ids["draft_id"], body.version
    ),
    done="confirmed",
)
act_page(router, "/drafts/{draft_id:uuid}/submit", ActKind.SUBMIT, "request", _submitting)
