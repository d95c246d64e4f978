"""Payment runs: what is in them, who prepared and approved them, files, answers, what is open."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import InRunView, RemittanceView, RunView
from activities.store.reading.published_names import pot_names, school_names
from api import money_files
from api.downloads import CSV, as_file, offer_files
from api.pages.doing import JustDone, doing
from api.pages.money import BACK
from api.pages.money_words import (
    FINDINGS,
    MONTHS,
    PAYEES,
    PAYMENTS,
    RUN_COLOURS,
    RUN_STAGES,
    WAYS,
    of,
    pot_called,
    run_file_called,
    year_called,
)
from api.pages.sheets import Cell, Facts, Links, Sheet, Table, draw_sheet, facts, money, rows
from api.pages.visitor import Looking, Visitor, caller_looking
from api.pages.words import day, instant
from api.parts import WithParts
from domain.payment_run import RemittanceState, RunStage, needs_answer
from domain.people import Role

router = APIRouter(include_in_schema=False)

RUN = "/payment-runs/{run_id:uuid}"
RUNS = ("All payment runs", "/payment-runs")
_AT_ONCE = 50
_SETTLED_AT = frozenset({RunStage.SENT, RunStage.CLOSED})
_SETTLED_IN = frozenset({RemittanceState.SENT, RemittanceState.PAID})
From = Annotated[int, Query(ge=0, le=2**31 - 1)]


@router.get("/payment-runs")
def payment_runs(request: Request, visitor: Looking, parts: WithParts, asked: JustDone) -> Response:
    """List payment runs, the last first."""

    def read(session: Session) -> tuple[Any, Any]:
        found = reading.payment_runs(session, visitor.caller)
        return found, doing(session, visitor.caller, asked)

    found, done = parts.read(read)
    is_finance = visitor.caller.holds(Role.FINANCE_OFFICER)
    sheet = Sheet(
        title="Payment runs",
        back=BACK,
        lead=("One person prepares a run, another approves it, and the bank answers it.",),
        actions=(Cell("Prepare a payment run", "/payment-runs/new"),) if is_finance else (),
        parts=(
            Table(
                caption="Payment runs, the last first",
                columns=("Run", "For", "Where it stands", "Lines", "To pay"),
                figures=frozenset({"Lines", "To pay"}),
                rows=rows(
                    (
                        Cell(each.reference, f"/payment-runs/{each.id}"),
                        f"{MONTHS[each.period]} of {year_called(each.financial_year)}",
                        _stage(each.stage),
                        f"{each.lines:,}",
                        money(each.total_pence),
                    )
                    for each in found[:_AT_ONCE]
                ),
                empty="No run was prepared yet. Finance prepares one of everything that is due.",
                files="/payment-runs",
            ),
        ),
    )
    return draw_sheet(request, sheet, doing=done)


@router.get(RUN)
def payment_run(
    request: Request,
    run_id: UUID,
    visitor: Looking,
    parts: WithParts,
    asked: JustDone,
    shown: From = 0,
) -> Response:
    """Show a run whole: its sums, its people, what each payee gets, its files and answers."""
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        return {
            "run": reading.payment_run(session, caller, run_id),
            "payees": reading.remittances_of(session, caller, run_id),
            "done": doing(session, caller, asked),
        }

    told = parts.read(read)
    run: RunView = told["run"]
    sheet = Sheet(
        title=run.reference,
        caption="Payment run",
        back=RUNS,
        actions=_acts(visitor, run),
        parts=(
            _about(run),
            *_files(run),
            *_left_open(run, told["payees"]),
            _payees(visitor, run, told["payees"], shown),
            Links((Cell("Every instalment in this run", f"/payment-runs/{run.id}/lines"),)),
        ),
    )
    return draw_sheet(request, sheet, doing=told["done"])


@router.get(f"{RUN}/lines")
def run_lines(
    request: Request, run_id: UUID, visitor: Looking, parts: WithParts, after: From = 0
) -> Response:
    """List what is in a run: each instalment and each take-back, a page at a time."""
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any]:
        lines = reading.run_lines(session, caller, run_id, after, _AT_ONCE + 1)
        return {
            "run": reading.payment_run(session, caller, run_id),
            "lines": lines,
            "pots": pot_names(session),
            "schools": school_names(session, (each.school for each in lines)),
        }

    told = parts.read(read)
    run: RunView = told["run"]
    lines: tuple[InRunView, ...] = told["lines"]
    here = f"/payment-runs/{run.id}/lines"
    rest = lines[_AT_ONCE - 1 : _AT_ONCE] if len(lines) > _AT_ONCE else ()
    sheet = Sheet(
        title="Every instalment in the run",
        caption=run.reference,
        back=("Back to the run", f"/payment-runs/{run.id}"),
        parts=(
            Table(
                caption=f"{run.lines:,} {'line' if run.lines == 1 else 'lines'} in the run",
                columns=("Line", "School", "Due", "Pot", "Amount", "What became of it"),
                figures=frozenset({"Amount"}),
                rows=rows(_line(each, told["schools"], told["pots"]) for each in lines[:_AT_ONCE]),
                empty="There are no more lines.",
                more=(
                    *((Cell("Back to the first", here),) if after else ()),
                    *(Cell("More lines", f"{here}?after={last.number}") for last in rest),
                ),
                files=here,
                query=f"after={after}",
            ),
        ),
    )
    return draw_sheet(request, sheet)


@router.get(f"{RUN}/files/{{kind}}")
def run_file(
    run_id: UUID,
    kind: Annotated[str, Path(pattern=r"^(payment_file|journal_file|reversal_file_[0-9]{1,4})$")],
    visitor: Looking,
    parts: WithParts,
) -> Response:
    """Download a file that a run wrote for the bank or the general ledger."""
    caller = visitor.caller
    name, content = parts.read(lambda session: reading.run_file(session, caller, run_id, kind))
    return as_file(name, CSV, content)


def _stage(stage: RunStage) -> Cell:
    return Cell(RUN_STAGES[stage], tag=RUN_COLOURS[stage])


def _acts(visitor: Visitor, run: RunView) -> tuple[Cell, ...]:
    """What this person may try with the run as it stands; the record decides at the act."""
    here = f"/payment-runs/{run.id}"
    is_finance = visitor.caller.holds(Role.FINANCE_OFFICER)
    acts = []
    if run.may_be_approved_by_you:
        acts.append(Cell("Approve the run", f"{here}/approve"))
    if run.stage is RunStage.PREPARED and is_finance:
        acts.append(Cell("Give the run up", f"{here}/abandon"))
    if run.stage is RunStage.SENT and is_finance:
        acts.append(Cell("Hand in the bank's answer", "/finance/files/new?kind=answer"))
        acts.append(Cell("Read an answer that was handed in", f"{here}/read-answer"))
    return tuple(acts)


def _about(run: RunView) -> Facts:
    return facts(
        ("Where it stands", _stage(run.stage)),
        ("To pay", money(run.total_pence)),
        ("Lines", f"{run.lines:,}"),
        ("Due", Cell(f"up to {day(run.due_until_on)}", below=_sums(run))),
        ("Prepared", f"{instant(run.prepared_at)}, by {run.prepared_by}"),
        (
            "Approved",
            f"{instant(run.approved_at)}, by {run.approved_by}" if run.approved_by else "not yet",
        ),
        ("In the books of", _books(run)),
        ("Closed", instant(run.ended_at) or None),
    )


def _sums(run: RunView) -> str:
    """How what is due becomes what is paid."""
    due, netted = money(run.due_pence).text, money(run.netted_pence).text
    back = f"; {money(run.invoice_back_pence).text} to be invoiced back"
    return f"{due} due, less {netted} taken back{back if run.invoice_back_pence else ''}"


def _books(run: RunView) -> str | None:
    if run.books_year is None or run.books_period is None:
        return None
    return f"{MONTHS[run.books_period]} of {year_called(run.books_year)}"


def _files(run: RunView) -> tuple[Table, ...]:
    if not run.files:
        return ()
    return (
        Table(
            caption="Files to send",
            columns=("File", "Written", "Fingerprint (SHA-256)"),
            rows=rows(
                (
                    Cell(
                        run_file_called(each.kind),
                        f"/payment-runs/{run.id}/files/{each.kind}",
                        below=each.name,
                    ),
                    instant(each.written_at),
                    each.sha256[:16],
                )
                for each in run.files
            ),
        ),
    )


def _left_open(run: RunView, payees: tuple[RemittanceView, ...]) -> tuple[Table, ...]:
    """What the answers left to a person."""
    ids = {each.reference: each for each in payees}
    listed = [line for answer in run.answers for line in answer.listed]
    if not listed:
        return ()
    return (
        Table(
            caption="What the bank's answers left open",
            columns=("Payment", "What is wrong", "It says", "We sent"),
            figures=frozenset({"It says", "We sent"}),
            rows=rows(
                (
                    Cell(
                        line.reference,
                        f"/remittances/{ids[line.reference].id}" if line.reference in ids else "",
                        below=f"row {line.row} of the file" if line.row else "",
                    ),
                    of(FINDINGS, line.finding),
                    money(line.answered_pence, hidden="nothing"),
                    money(line.sent_pence, hidden="nothing"),
                )
                for line in listed[:_AT_ONCE]
            ),
        ),
    )


def _payees(
    visitor: Visitor, run: RunView, payees: tuple[RemittanceView, ...], shown: int
) -> Table:
    here = f"/payment-runs/{run.id}"
    after = payees[shown + _AT_ONCE :]
    columns = ("Payment", "Payee", "How", "Due", "To pay", "What became of it")
    return Table(
        caption=f"What each payee gets: {len(payees):,} payments",
        columns=columns,
        figures=frozenset({"Due", "To pay"}),
        rows=rows(
            (
                Cell(each.reference, f"/remittances/{each.id}"),
                Cell(each.payee_name, below=of(PAYEES, each.payee_kind)),
                of(WAYS, each.way),
                money(each.due_pence),
                money(each.pay_pence),
                _state(visitor, run, each),
            )
            for each in payees[shown : shown + _AT_ONCE]
        ),
        empty="There are no more payments.",
        more=(
            *((Cell("Back to the first", here),) if shown else ()),
            *((Cell("More payments", f"{here}?shown={shown + _AT_ONCE}"),) if after else ()),
        ),
        files=f"{here}/remittances",
    )


def _state(visitor: Visitor, run: RunView, each: RemittanceView) -> Cell:
    """What became of a payment; one that may have to be settled leads to that."""
    open_to_you = (
        visitor.caller.holds(Role.FINANCE_OFFICER)
        and run.stage in _SETTLED_AT
        and each.state in _SETTLED_IN
        and needs_answer(each.pay_pence or 0)
    )
    if not open_to_you:
        return Cell(PAYMENTS[each.state])
    here = f"/payment-runs/{run.id}/payments/{each.id}/settle"
    says = "settle it" if each.state is RemittanceState.SENT else "say that it came back"
    return Cell(f"{PAYMENTS[each.state]}: {says}", here, also=each.reference)


def _line(each: InRunView, schools: dict[str, str], pots: dict[str, str]) -> tuple[Any, ...]:
    what = "taken back" if each.is_taken_back else f"instalment {each.instalment_number}"
    number = Cell(str(each.number), below=f"{what}, in {each.remittance}")
    if each.entry_id is not None and each.state is not RemittanceState.PREPARED:
        number = Cell(str(each.number), f"/ledger/entries/{each.entry_id}", "why", number.below)
    return (
        number,
        schools.get(each.school, each.school),
        day(each.due_on),
        Cell(pot_called(each.pot, pots), below=year_called(each.financial_year)),
        money(-each.netted_pence if each.is_taken_back else each.pence),
        PAYMENTS[each.state],
    )


offer_files(router, "/payment-runs", money_files.runs, caller_looking)
offer_files(router, f"{RUN}/lines", money_files.run_lines, caller_looking)
offer_files(router, f"{RUN}/remittances", money_files.run_remittances, caller_looking)
