"""Files that finance hands in: every fault by its cell, or kept whole; then taken into effect."""

import hashlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from activities.store import reading, recording
from activities.store.reading import Caller, HandedIn
from activities.store.reading.budgets import check_finance
from activities.store.recording import FileKept, FileKind
from api import money_files
from api.downloads import CSV, WORKBOOK, as_file, offer_files
from api.limits import LARGEST_FILE
from api.pages.doing import JustDone, doing
from api.pages.forms import Fault, Field, Form, Kind, Option
from api.pages.money import BACK
from api.pages.money_words import FILES
from api.pages.sending import Ids, act_page, draw, gone_on, refused, saying_by
from api.pages.sheets import Cell, Sheet, Table, Words, draw_sheet, facts, money, rows
from api.pages.visitor import Looking, Posted, PostedForm, caller_looking
from api.pages.words import day, instant
from api.parts import WithParts, parts_of
from api.problems import STATUS
from domain.frozen import Frozen
from domain.refusals import NotAtThisStage, NotValid, Refusal
from domain.screening import Fault as FaultFound
from domain.stages import ActKind

router = APIRouter(include_in_schema=False)

_MOST_SHOWN = 50
_MEDIA = {"csv": CSV, "xlsx": WORKBOOK}
_FILES = ("All files", "/finance/files")
_FILE = "/finance/files/{file_id:uuid}"
_MEBIBYTES = LARGEST_FILE // (1024 * 1024)
_EXPECTS = {
    FileKind.BUDGETS: "Columns pot, financial_year, amount, section_251_line, cost_centre and"
    " authority.",
    FileKind.OPENING_AWARDS: "One row for each award that is live, and a last row with the totals"
    " of the old system.",
    FileKind.ANSWER: "What became of each payment of a run: reference, amount and status.",
}
_TAKES = {
    FileKind.BUDGETS: (ActKind.SET_BUDGETS, "set-budgets", "Set these budgets"),
    FileKind.OPENING_AWARDS: (ActKind.IMPORT_AWARDS, "import-awards", "Take these awards in"),
}
"""By which act a file takes effect; an answer is read for a run."""
_WARNINGS = {
    FileKind.BUDGETS: "The pots are given these amounts at once. What was given is changed only by"
    " another entry.",
    FileKind.OPENING_AWARDS: "The awards become commitments of their pots at once, and are paid"
    " from then on.",
}


class Sent(Frozen):
    """What is said with a file: its kind, and which bytes."""

    kind: FileKind
    sha256: str


@router.get("/finance/files")
def files(request: Request, visitor: Looking, parts: WithParts) -> Response:
    """List the files that were handed in, the latest first, and what became of each."""
    found = parts.read(lambda session: reading.latest_files(session, visitor.caller))
    sheet = Sheet(
        title="Files that were handed in",
        back=BACK,
        lead=(
            (
                "A file is kept whole, or not at all. It changes nothing until it is taken into"
                " effect."
            ),
        ),
        actions=(Cell("Hand in a file", "/finance/files/new"),),
        parts=(
            Table(
                caption="The latest files",
                columns=("File", "Handed in", "Rows", "Comes to", "What became of it"),
                figures=frozenset({"Rows", "Comes to"}),
                rows=rows(
                    (
                        _named(each),
                        instant(each.handed_in_at),
                        f"{each.rows:,}",
                        money(each.total_pence, hidden="no amount"),
                        _became(each),
                    )
                    for each in found[:_MOST_SHOWN]
                ),
                empty="No file was handed in yet.",
                files="/finance/files",
            ),
        ),
    )
    return draw_sheet(request, sheet)


@router.get("/finance/files/new")
def hand_in(
    request: Request, visitor: Looking, kind: Annotated[FileKind | None, Query()] = None
) -> Response:
    """Offer to hand a file in."""
    check_finance(visitor.caller, "to hand in a file")
    return draw(request, _form(), {"kind": kind.value if kind else ""})


@router.post("/finance/files/new")
async def handed_in(request: Request, posted: PostedForm) -> Response:
    """Keep a file that was sent, or tell every fault of it by its cell."""
    check_finance(posted.visitor.caller, "to hand in a file")
    kind = posted.typed.get("kind", "")
    sent = posted.files.get("file")
    faults = _missing(kind, is_there=sent is not None and bool(sent.content))
    if faults or sent is None or posted.came_again:
        return draw(request, _form(), posted.typed, () if posted.came_again else faults)
    try:
        kept = await run_in_threadpool(_keep, request, posted, FileKind(kind), sent.content)
    except NotValid as refusal:
        return draw(request, _form(refusal), posted.typed, _told(refusal), STATUS[refusal.code])
    except Refusal as refusal:
        told = refused(_form(), refusal)
        return draw(request, _form(), posted.typed, told, STATUS[refusal.code])
    return gone_on(f"/finance/files/{kept['id']}", done="file_kept")


@router.get(_FILE)
def one_file(
    request: Request, file_id: UUID, visitor: Looking, parts: WithParts, asked: JustDone
) -> Response:
    """Show what is known of a file, and what can be made of it."""

    def read(session: Session) -> tuple[HandedIn, Any]:
        found = reading.handed_in(session, visitor.caller, file_id)
        return found, doing(session, visitor.caller, asked)

    found, done = parts.read(read)
    sheet = Sheet(
        title=FILES[found.kind],
        caption=f"File handed in on {day(found.handed_in_at)}",
        back=_FILES,
        actions=_actions(found),
        parts=(
            facts(
                ("Rows", f"{found.rows:,}"),
                ("It comes to", None if found.total_pence is None else money(found.total_pence)),
                ("Handed in", instant(found.handed_in_at)),
                ("What became of it", _became(found)),
                ("Fingerprint (SHA-256)", found.sha256),
            ),
            Words((_EXPECTS[found.kind],), title="What such a file says"),
        ),
    )
    return draw_sheet(request, sheet, doing=done)


@router.get(f"{_FILE}/content")
def content(file_id: UUID, visitor: Looking, parts: WithParts) -> Response:
    """Give a file back, byte by byte as it came."""
    form, found = parts.read(lambda session: reading.file_content(session, visitor.caller, file_id))
    return as_file(f"{file_id}.{form}", _MEDIA[form], found)


def _form(faulty: NotValid | None = None) -> Form:
    kinds = tuple(Option(kind.value, FILES[kind], _EXPECTS[kind]) for kind in FileKind)
    return Form(
        title="Hand in a file",
        button="Hand in the file",
        fields=(
            Field("kind", "What does it say?", Kind.ONE_OF, options=kinds),
            Field(
                "file",
                "File",
                Kind.FILE,
                hint=f"CSV in UTF-8 or an Excel workbook (XLSX), at most {_MEBIBYTES} MB.",
            ),
        ),
        back=_FILES,
        lead=(
            (
                "The whole file is checked. What is wrong is told by its cell, and nothing is kept"
                " until all of it is right."
            ),
        ),
        template="hand_in.html",
        told={"cells": _cells(faulty)},
    )


def _cells(faulty: NotValid | None) -> tuple[FaultFound, ...]:
    found: tuple[FaultFound, ...] = getattr(faulty, "faults", ())
    return found


def _missing(kind: str, *, is_there: bool) -> tuple[Fault, ...]:
    told = []
    if kind not in set(FileKind):
        told.append({"text": "Choose what the file says", "href": "#kind"})
    if not is_there:
        told.append({"text": "Choose a file that is not empty", "href": "#file"})
    return tuple(told)


def _told(refusal: NotValid) -> tuple[Fault, ...]:
    """One line for the whole file; its cells are in a table below."""
    count = len(_cells(refusal))
    says = "one fault" if count == 1 else f"{count} faults"
    return ({"text": f"The file has {says}: mend them and hand it in again", "href": "#file"},)


def _keep(request: Request, posted: Posted, kind: FileKind, content: bytes) -> dict[str, Any]:
    said = Sent(kind=kind, sha256=hashlib.sha256(content).hexdigest())
    saying = saying_by(request, posted.visitor, said)

    def work(session: Session, saying: recording.Saying) -> FileKept:
        return recording.keep_file(session, saying, kind, content)

    return parts_of(request).record(saying, work)


def _named(each: HandedIn) -> Cell:
    return Cell(FILES[each.kind], f"/finance/files/{each.id}", also=instant(each.handed_in_at))


def _became(each: HandedIn) -> Cell:
    if each.act_id is not None:
        return Cell("In effect", tag="green")
    if each.kind is FileKind.ANSWER:
        return Cell("Kept, to be read for a run")
    return Cell("Kept, changes nothing yet", tag="grey")


def _actions(found: HandedIn) -> tuple[Cell, ...]:
    back = Cell("Download it as it came", f"/finance/files/{found.id}/content")
    if found.kind is FileKind.ANSWER:
        return (Cell("Choose the payment run to read it for", "/payment-runs"), back)
    if found.act_id is not None:
        return (back,)
    _, address, says = _TAKES[found.kind]
    return (Cell(says, f"/finance/files/{found.id}/{address}"), back)


def _taking_of(found: HandedIn, kind: FileKind) -> Form:
    _, _, says = _TAKES[kind]
    here = f"/finance/files/{found.id}"
    comes_to = money(found.total_pence, hidden="no amount").text
    used = NotAtThisStage("to take this file into effect", "it is in effect already")
    return Form(
        title=says,
        button=says,
        fields=(),
        back=("Back to the file", here),
        caption=f"{found.rows:,} rows, {comes_to} in all",
        warning=_WARNINGS[kind],
        keep="Leave it as it is",
        adds={"file_id": str(found.id)},
        not_now=used if found.act_id is not None else None,
        made=here,
    )


def _takes(kind: FileKind) -> Any:
    def form_of(session: Session, caller: Caller, ids: Ids) -> Form:
        found = reading.handed_in(session, caller, ids["file_id"])
        if found.kind is not kind:
            raise NotAtThisStage("to take this file into effect", f"it is no file of {kind}")
        return _taking_of(found, kind)

    return form_of


for _kind, (_act, _address, _) in _TAKES.items():
    act_page(router, f"{_FILE}/{_address}", _act, "finance", _takes(_kind), makes=True)

offer_files(router, "/finance/files", money_files.files, caller_looking)
