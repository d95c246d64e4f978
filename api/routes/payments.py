"""Payment runs: prepared, approved by another person, answered; and each payee's remittance."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from activities.store import reading
from activities.store.reading import InRunView, RemittanceView, RunLine, RunView
from api import lists, money_files
from api.downloads import offer_files
from api.parts import Asking, Says, WithParts, act_on, subject_ref
from api.routes.acts import RECORDED, offer
from api.schemas import AS_JSON, ChosenFor
from domain.acts import ActOutcome
from domain.finance_acts import PreparingRun
from domain.frozen import Frozen
from domain.stages import ActKind

router = APIRouter(tags=["payments"])

_ON_RUN = {
    "approve": ActKind.APPROVE_RUN,
    "abandon": ActKind.ABANDON_RUN,
    "read-answer": ActKind.READ_ANSWER,
    "settle-difference": ActKind.SETTLE_DIFFERENCE,
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}}, "description": "The file as it was written."}
}


@router.post("/payment-runs", response_model=ActOutcome, responses={202: RECORDED})
async def prepare_run(
    request: Request, body: Annotated[PreparingRun, AS_JSON], says: Says
) -> JSONResponse:
    """Prepare a run of everything due by a day; the run's id is the act's."""
    saying = says(body.model_dump(mode="json"))
    subject = subject_ref("payment_run", saying.id)
    return await act_on(request, subject, saying, ActKind.PREPARE_RUN, body)


@router.get("/payment-runs")
def payment_runs(caller: Asking, parts: WithParts) -> tuple[RunLine, ...]:
    """List payment runs, the last first."""
    return parts.read(lambda session: reading.payment_runs(session, caller))


offer_files(router, "/payment-runs", money_files.runs)


@router.get("/payment-runs/{run_id}")
def payment_run(run_id: UUID, caller: Asking, parts: WithParts) -> RunView:
    """Read a run: its sums, who prepared and approved it, its files and answers."""
    return parts.read(lambda session: reading.payment_run(session, caller, run_id))


@router.get("/payment-runs/{run_id}/lines")
def run_lines(
    run_id: UUID,
    caller: Asking,
    parts: WithParts,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> tuple[InRunView, ...]:
    """List what is in a run, from behind a number."""
    return parts.read(lambda session: reading.run_lines(session, caller, run_id, after, limit))


@router.get("/payment-runs/{run_id}/remittances")
def remittances_of_run(
    run_id: UUID, caller: Asking, parts: WithParts
) -> tuple[RemittanceView, ...]:
    """List what each payee gets in a run."""
    return parts.read(lambda session: reading.remittances_of(session, caller, run_id))


@router.get("/payment-runs/{run_id}/files/{kind}", response_class=Response, responses=_FILE)
def run_file(
    run_id: UUID,
    kind: Annotated[str, Path(pattern=r"^(payment_file|journal_file|reversal_file_[0-9]{1,4})$")],
    caller: Asking,
    parts: WithParts,
) -> Response:
    """Download a file that a run wrote for the bank or the general ledger.

    Payments that came back have a journal of their own, ``reversal_file_1`` and on.
    """
    name, content = parts.read(lambda session: reading.run_file(session, caller, run_id, kind))
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/remittances")
def remittances(caller: Asking, parts: WithParts) -> tuple[RemittanceView, ...]:
    """List what my schools were paid, and what for."""
    return parts.read(lambda session: reading.remittances(session, caller))


offer_files(router, "/remittances", lists.remittances)


@router.get("/remittances/{remittance_id}")
def remittance(remittance_id: UUID, caller: Asking, parts: WithParts) -> RemittanceView:
    """Read one remittance: a school its own part of it."""
    return parts.read(lambda session: reading.remittance(session, caller, remittance_id))


def _on_run(kind: ActKind) -> Callable[..., Any]:
    async def do(
        request: Request, run_id: UUID, body: Annotated[Frozen, ChosenFor(kind)], says: Says
    ) -> JSONResponse:
        saying = says(body.model_dump(mode="json"))
        return await act_on(request, subject_ref("payment_run", run_id), saying, kind, body)

    return do


for each, of_kind in _ON_RUN.items():
    offer(router, f"/payment-runs/{{run_id}}/{each}", of_kind, _on_run(of_kind))

offer_files(router, "/payment-runs/{run_id}/lines", money_files.run_lines)
offer_files(router, "/payment-runs/{run_id}/remittances", money_files.run_remittances)
