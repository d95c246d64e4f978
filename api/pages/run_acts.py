"""What is done to a payment run from a page: prepared, approved by another, answered, settled."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import Caller, HandedIn, RemittanceView, RunView
from activities.store.reading.budgets import check_finance
from activities.store.recording import FileKind
from api.pages.forms import Field, Form, Kind, Option, typed_of
from api.pages.money_acts import refuse_others, year_field
from api.pages.money_words import MONTHS, PAYMENTS, of
from api.pages.payment_runs import RUN, RUNS
from api.pages.sending import Ids, act_page, acted, form_page, of_act, saying_by
from api.pages.visitor import Posted
from api.pages.words import instant
from api.parts import subject_ref
from api.schemas import ChosenFor
from domain.closing import period_ends_on
from domain.frozen import Frozen
from domain.money import pounds
from domain.payment_run import RUN_ALLOWED_AT
from domain.periods import financial_year, period
from domain.refusals import Barred, NotAtThisStage, Refusal, Unknown
from domain.stages import ActKind

router = APIRouter(include_in_schema=False)

_LATEST = 20


def _preparing(_session: Session, caller: Caller, _ids: Ids) -> Form:
    refuse_others(caller, ActKind.PREPARE_RUN)
    year, values = year_field(caller)
    month, of_year = period(caller.day), financial_year(caller.day)
    ends_on = period_ends_on(of_year, month)
    months = tuple(Option(str(number), name) for number, name in MONTHS.items())
    return Form(
        title="Prepare a payment run",
        button="Prepare the run",
        fields=(
            year,
            Field("period", "Month", Kind.LIST, options=months, is_number=True),
            Field(
                "due_until_on",
                "Pay what is due up to",
                Kind.DAY,
                hint="The last due day that is paid, within the month. What fell due before and was"
                " not paid is in the run too.",
            ),
        ),
        back=RUNS,
        lead=(
            (
                "Everything that is due is gathered by payee. Nothing is paid until another"
                " person has approved exactly what you prepared."
            ),
        ),
        values={
            **values,
            "period": str(month),
            **typed_of(Kind.DAY, "due_until_on", ends_on),
        },
        made="/payment-runs/{id}",
    )


def _approving(session: Session, caller: Caller, ids: Ids) -> Form:
    run = reading.payment_run(session, caller, ids["run_id"])
    return _on(
        run,
        "Approve the payment run",
        ActKind.APPROVE_RUN,
        fields=(
            Field(
                "lines",
                "How many lines it has",
                Kind.WHOLE,
                hint="Read it on the run's page, and type it here.",
                width="5",
            ),
            Field("total_pence", "What it comes to", Kind.POUNDS, hint="To the penny."),
        ),
        lead=(
            (
                "You say what you approve: type the two figures as you read them. Anything else"
                " than what was prepared is not approved."
            ),
        ),
        warning="When you approve it, it is entered in the ledger and written for the bank.",
        keep="Do not approve it now",
        not_now=None if run.may_be_approved_by_you else _not_yours(run),
    )


def _abandoning(session: Session, caller: Caller, ids: Ids) -> Form:
    check_finance(caller, "to give a payment run up")
    run = reading.payment_run(session, caller, ids["run_id"])
    reason = Field("reason", "Why it is given up", Kind.LONG, missing="Enter why it is given up")
    return _on(
        run,
        "Give the payment run up",
        ActKind.ABANDON_RUN,
        fields=(reason,),
        warning="The run is over. What was due stays due, and is in the next run.",
        keep="Keep the run",
    )


def _answering(session: Session, caller: Caller, ids: Ids) -> Form:
    check_finance(caller, "to read a bank's answer")
    run = reading.payment_run(session, caller, ids["run_id"])
    read = {each.file_id for each in run.answers}
    found = [
        each
        for each in reading.latest_files(session, caller)
        if each.kind is FileKind.ANSWER and each.id not in read
    ]
    none = ("No answer was handed in that this run has not read. Hand one in first.",)
    return _on(
        run,
        "Read the bank's answer",
        ActKind.READ_ANSWER,
        fields=(
            Field(
                "file_id",
                "Answer",
                Kind.ONE_OF if len(found) < _LATEST else Kind.LIST,
                options=tuple(map(_file_option, found)),
                missing="Choose an answer that was handed in",
            ),
        ),
        lead=("Every payment that it names for sure is closed or due again; the rest is listed.",)
        if found
        else none,
    )


def _settling(session: Session, caller: Caller, ids: Ids) -> Form:
    check_finance(caller, "to settle a payment")
    run = reading.payment_run(session, caller, ids["run_id"])
    payment = _payment_of(session, caller, run, ids)
    return _on(
        run,
        "Settle a payment",
        ActKind.SETTLE_DIFFERENCE,
        fields=(
            Field(
                "settled_as",
                "What became of it",
                Kind.ONE_OF,
                options=(
                    Option("paid", "It was paid"),
                    Option("rejected", "It came back", "Its instalments are due again."),
                ),
            ),
            Field(
                "paid_pence",
                "What the payee got, if it is another amount",
                Kind.POUNDS,
                hint="Leave it empty where the payee got what was sent.",
            ),
            Field("reason", "How you know", Kind.LONG, missing="Enter how you know"),
        ),
        lead=(
            (
                f"{payment.reference}: {pounds(payment.pay_pence or 0)} to {payment.payee_name},"
                f" {of(PAYMENTS, payment.state).lower()}."
            ),
        ),
        adds={"line_id": str(payment.id)},
        is_checked=True,
    )


def _payment_of(session: Session, caller: Caller, run: RunView, ids: Ids) -> RemittanceView:
    found = reading.remittance(session, caller, ids["payment_id"])
    if found.run_id != run.id:
        raise Unknown("this payment", "the run has none of that id")
    return found


def _on(run: RunView, title: str, kind: ActKind, **told: Any) -> Form:
    """A form about a run: held back where the run does not stand where its act is done."""
    fits = run.stage in RUN_ALLOWED_AT[kind]
    not_now = None if fits else NotAtThisStage(f"to {title.lower()}", f"the run is {run.stage}")
    return Form(
        **{
            "title": title,
            "button": title,
            "back": ("Back to the run", f"/payment-runs/{run.id}"),
            "caption": run.reference,
            **told,
            "not_now": not_now or told.get("not_now"),
        }
    )


def _not_yours(run: RunView) -> Refusal:
    asked = "to approve this payment run"
    return Barred(
        asked,
        f"{run.prepared_by} prepared it, and the finance policy says who else may approve it",
        "Another person who may approve runs has to look at it.",
    )


def _file_option(each: HandedIn) -> Option:
    return Option(str(each.id), f"Handed in {instant(each.handed_in_at)}", f"{each.rows:,} rows")


act_page(router, "/payment-runs/new", ActKind.PREPARE_RUN, "payment_run", _preparing, makes=True)
act_page(router, f"{RUN}/approve", ActKind.APPROVE_RUN, "payment_run", _approving)
act_page(router, f"{RUN}/abandon", ActKind.ABANDON_RUN, "payment_run", _abandoning)
act_page(router, f"{RUN}/read-answer", ActKind.READ_ANSWER, "payment_run", _answering)


async def _settled(request: Request, posted: Posted, form: Form, body: Any, ids: Ids) -> Response:
    """Settle a payment: the act is on the run, and the address names its payment too."""
    saying, says = saying_by(request, posted.visitor, body), (ActKind.SETTLE_DIFFERENCE, body)
    return await acted(request, form, subject_ref("payment_run", ids["run_id"]), saying, says)


form_page(
    router,
    f"{RUN}/payments/{{payment_id:uuid}}/settle",
    Annotated[Frozen, ChosenFor(ActKind.SETTLE_DIFFERENCE)],
    of_act(ActKind.SETTLE_DIFFERENCE, _settling),
    _settled,
)
