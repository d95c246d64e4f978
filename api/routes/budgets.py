"""Budgets: files handed in, what was set from them, and shares by the formula."""

import hashlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from activities.store import reading, recording
from activities.store.reading import AskingFormula, BudgetLineView, FormulaView, HandedIn
from activities.store.recording import FileKept, FileKind
from api import money_files
from api.downloads import CSV, WORKBOOK, as_file, offer_files
from api.money_files import Year
from api.parts import Asking, Says, WithParts
from api.schemas import AS_JSON

router = APIRouter(prefix="/finance", tags=["finance"])

_MEDIA = {"csv": CSV, "xlsx": WORKBOOK}
_EXAMPLE = (
    "pot,financial_year,amount,section_251_line,cost_centre,authority\r\n"
    "cluster:alder,2026,60000.00,1.2.4,HN100,26/00017\r\n"
)
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string"}, "example": _EXAMPLE},
            WORKBOOK: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}

Kind = Annotated[FileKind, Query(description="What the file says.")]


@router.post("/files", response_model=FileKept, openapi_extra=_BODY)
async def hand_in(request: Request, kind: Kind, parts: WithParts, says: Says) -> JSONResponse:
    """Hand a file in, CSV in UTF-8 or XLSX by its content: kept whole, or every fault by cell.

    The same file twice is one file. It changes no money until an act makes of it what it says.
    """
    content = await request.body()
    saying = says({"kind": kind, "sha256": hashlib.sha256(content).hexdigest()})
    answer = await run_in_threadpool(
        parts.record,
        saying,
        lambda session, said: recording.keep_file(session, said, kind, content),
    )
    return JSONResponse(answer)


@router.get("/files")
def files(caller: Asking, parts: WithParts) -> tuple[HandedIn, ...]:
    """List the files that were handed in, the latest first, and which act used each."""
    return parts.read(lambda session: reading.latest_files(session, caller))


offer_files(router, "/files", money_files.files)
offer_files(router, "/budgets", money_files.budgets)


@router.get("/files/{file_id}")
def file(file_id: UUID, caller: Asking, parts: WithParts) -> HandedIn:
    """Read what is known of a file that was handed in."""
    return parts.read(lambda session: reading.handed_in(session, caller, file_id))


@router.get("/files/{file_id}/content", response_class=Response)
def content(file_id: UUID, caller: Asking, parts: WithParts) -> Response:
    """Give a file back, byte by byte as it came."""
    form, found = parts.read(lambda session: reading.file_content(session, caller, file_id))
    return as_file(f"{file_id}.{form}", _MEDIA[form], found)


@router.get("/budgets")
def budgets(caller: Asking, parts: WithParts, year: Year) -> tuple[BudgetLineView, ...]:
    """List what each pot was given in a year, by which line, decision and academic year."""
    return parts.read(lambda session: reading.budget_lines(session, caller, year))


@router.post("/formula-shares")
def formula_shares(
    body: Annotated[AskingFormula, AS_JSON], caller: Asking, parts: WithParts
) -> FormulaView:
    """Share a total between clusters by the policy's formula, to the penny, with its working.

    Nothing is recorded: the shares come back as a file of budgets too, to be handed in.
    """
    return parts.read(lambda session: reading.formula_share(session, caller, body))
