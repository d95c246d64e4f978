"""Evidence: the documents of a request, each an entry with its file, handed in on a page."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from activities.store import reading, recording
from activities.store.reading import Caller
from activities.store.recording import PartChange, SavedMeanwhile, Saying, SentDocument
from api.evidence import document_of, laid
from api.pages import draft_shapes as shapes
from api.pages.doing import JustDone, doing
from api.pages.draft_writing import (
    READ,
    WHAT_WAS_READ,
    Writing,
    both_shown,
    check_open,
    evidence_address,
    read_writing,
)
from api.pages.forms import Field, Form, Kind, Option
from api.pages.frame import headers, page
from api.pages.house import house_of
from api.pages.sending import Ids, form_page, gone_on
from api.pages.visitor import Looking, Posted, new_key
from api.parts import WithParts, parts_of
from api.schemas import AS_JSON
from domain.drafting import Section
from domain.frozen import Frozen
from domain.refusals import KeyReused, Unknown
from domain.request import Evidence, RequestContent

router = APIRouter(include_in_schema=False)

_FILE, _OUT = "file", "take_out"
_MOST = 50
_TITLE = Field("title", "What is it?", hint="For example, Report of the assessment of May 2026")
_FROM = Field(
    "from_whom",
    "Who wrote it?",
    hint="Their profession, for example speech and language therapist. No names of people.",
)
_ENTRY_OUT = Option("entry", "Take this document out of the request")
_FILE_OUT = Option("file", "Take the file out, and leave the rest as it is")


@router.get("/drafts/{draft_id:uuid}/evidence")
def documents(
    request: Request, draft_id: UUID, visitor: Looking, parts: WithParts, asked: JustDone
) -> Response:
    """List the documents of a draft, each with its file."""

    def read(session: Session) -> dict[str, Any]:
        writing = read_writing(session, visitor.caller, draft_id)
        check_open(writing)
        handed_in = reading.evidence.evidence_files(session, visitor.caller, draft_id)
        return {
            "writing": writing,
            "state": writing.state(Section.EVIDENCE),
            "files": {each.id: each for each in handed_in},
            "doing": doing(session, visitor.caller, asked),
        }

    return page(request.scope, "draft_evidence.html", **parts.read(read))


@router.get("/evidence/{file_id:uuid}")
def document(request: Request, file_id: UUID, visitor: Looking, parts: WithParts) -> Response:
    """Give a document to whoever may read what its request says; nothing in it runs here."""
    response = document_of(parts, visitor.caller, file_id)
    response.headers.update(headers(house_of(request), new_key()))
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _form_of(session: Session, caller: Caller, ids: Ids) -> Form:
    writing = read_writing(session, caller, ids["draft_id"])
    check_open(writing)
    number = ids["number"]
    if number > len(writing.content.evidence) or number >= _MOST:
        raise Unknown("this document", "the request has no document of that number")
    entry = writing.content.evidence[number] if number < len(writing.content.evidence) else None
    mark = recording.part_mark(_look, writing.content)
    return Form(
        title="Change the document" if entry else "Add a document",
        button="Save and continue",
        fields=(WHAT_WAS_READ, _TITLE, _FROM, *_of_file(entry)),
        back=("Back to the documents", evidence_address(writing.id)),
        caption=writing.rules.progress.reference or "",
        values={READ: mark, **_held(entry)},
        template="draft_section.html",
        told={"missing": (), "theirs": None},
    )


def _of_file(entry: Evidence | None) -> tuple[Field, ...]:
    taken = "PDF, Word (.docx), PNG or JPEG, 10 MB at most. The panel reads it as it is: take the"
    has_file = entry is not None and entry.file_id is not None
    label = "Another file in its place" if has_file else "The file"
    chosen = Field(_FILE, label, Kind.FILE, hint=f"{taken} child's name out of it first.")
    if entry is None:
        return (chosen,)
    options = (_FILE_OUT, _ENTRY_OUT) if has_file else (_ENTRY_OUT,)
    return (chosen, Field(_OUT, "Take it out?", Kind.ANY_OF, options=options))


def _held(entry: Evidence | None) -> dict[str, str]:
    return {"title": entry.title, "from_whom": entry.from_whom} if entry else {}


def _look(content: RequestContent) -> object:
    return content.model_dump(mode="json", include={"evidence"})


async def _saves(request: Request, posted: Posted, form: Form, body: Any, ids: Ids) -> Response:
    sent = _sent_with(posted, body)

    def work(session: Session, said: Saying) -> Frozen:
        writing = read_writing(session, said.caller, ids["draft_id"])
        return _saved(session, said, writing, _Entry(ids["number"], body, sent))

    saying = _saying(request, posted, body, sent)
    if sent is not None:
        parts, draft_id = parts_of(request), ids["draft_id"]
        sent = await run_in_threadpool(laid, parts, saying.caller, draft_id, sent)
    try:
        await run_in_threadpool(parts_of(request).record, saying, work)
    except (SavedMeanwhile, KeyReused):
        return await run_in_threadpool(both_shown, request, posted, _form_of)
    return gone_on(form.then, done="saved")


def _sent_with(posted: Posted, body: shapes.EvidencePart) -> SentDocument | None:
    """The file that was chosen, unless the same form takes one out; its name is not kept."""
    chosen = posted.files.get(_FILE)
    if chosen is None or body.take_out:
        return None
    _, dot, ending = chosen.name.rpartition(".")
    return SentDocument(chosen.content, ending if dot else "")


class _Entry:
    """One document as it was typed, and the file that was chosen for it."""

    def __init__(self, number: int, body: shapes.EvidencePart, sent: SentDocument | None) -> None:
        self.number = number
        self.body = body
        self.sent = sent

    def put(self, content: RequestContent, file_id: UUID | None) -> RequestContent:
        """Put it at its place among a request's evidence, or take it out."""
        before = content.evidence[: self.number]
        held = content.evidence[self.number : self.number + 1]
        if "entry" in self.body.take_out:
            entries: tuple[Evidence, ...] = ()
        else:
            kept = held[0].file_id if held and "file" not in self.body.take_out else None
            made = Evidence(title=self.body.title, from_whom=self.body.from_whom)
            entries = (made.model_copy(update={"file_id": file_id or kept}),)
        after = content.evidence[self.number + 1 :]
        return content.model_copy(update={"evidence": (*before, *entries, *after)})


def _saved(session: Session, said: Saying, writing: Writing, entry: _Entry) -> Frozen:
    """Keep the file, and have the draft name it, in one transaction."""
    file_id = None
    if entry.sent is not None:
        file_id = recording.keep_evidence(session, said, writing.id, entry.sent).id
    change = PartChange(
        read=entry.body.read,
        look=_look,
        write=lambda content: entry.put(content, file_id),
    )
    return recording.save_part(session, said, writing.id, change)


def _saying(request: Request, posted: Posted, body: Frozen, sent: SentDocument | None) -> Saying:
    """What is said: what was typed, and the file by its hash."""
    content = {
        **body.model_dump(mode="json"),
        _FILE: sent.sha256 if sent else None,
    }
    address = f"{request.method} {request.url.path}"
    return Saying(
        caller=posted.visitor.caller,
        key=request.state.said,
        content_sha256=recording.content_hash(address, content),
    )


form_page(
    router,
    "/drafts/{draft_id:uuid}/evidence/{number:int}",
    Annotated[shapes.EvidencePart, AS_JSON],
    _form_of,
    _saves,
)
