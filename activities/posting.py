"""A payment run is posted when another person approves it, or given up before that."""

from activities.run_desk import RunDesk, posting_context, run_books
from activities.store import ledger, payments
from activities.store.casework import Recorded
from activities.store.payments import InRun
from domain.finance_acts import ApprovingRun
from domain.ledger.answers import LedgerAnswer
from domain.ledger.journal import Line, Verb, entry_id
from domain.ledger.year import PayLine, PayRun
from domain.payment_run import RemittanceState, RunStage, check_approver, check_as_prepared
from domain.refusals import NotValid

_MOST_NAMED = 20
"""Lines of a refused run that are named one by one; the rest are counted."""


def approve(desk: RunDesk, act: Recorded) -> None:
    """Post exactly what was prepared, all or nothing, because another person approves it."""
    said = ApprovingRun.model_validate(act.choices, strict=False)
    check_approver(act.person_id, desk.run.prepared_by)
    check_as_prepared(said, desk.run.lines, desk.run.total_pence)
    books = run_books(desk)
    paid = [line for line in payments.lines_of(desk.session, desk.run.id) if line.commit_id]
    if paid:
        command = PayRun(
            id=entry_id(act.id, Verb.PAY, desk.run.id),
            payments=tuple(_pay_line(line) for line in paid),
            context=posting_context(desk, act, books),
        )
        _check_paid(ledger.pay_run(desk.session, command))
    payments.move_run(
        desk.session,
        desk.run.id,
        RunStage.POSTED,
        approved_by=act.person_id,
        approved_at=desk.now,
        books_year=books.financial_year,
        books_period=books.period,
    )
    payments.mark_lines_paid(desk.session, desk.run.id)
    desk.happened("payment_run_posted", late=books.belongs_to is not None)


def abandon(desk: RunDesk, _act: Recorded) -> None:
    """Give a run up: what was due stays due, and may be in the next."""
    ids = [each.id for each in payments.payees_of(desk.session, desk.run.id)]
    payments.mark(desk.session, ids, RemittanceState.ABANDONED)
    payments.move_run(desk.session, desk.run.id, RunStage.ABANDONED, ended_at=desk.now)
    desk.happened("payment_run_abandoned")


def _pay_line(line: InRun) -> PayLine:
    assert line.commit_id is not None
    assert line.instalment_number is not None
    assert line.attempt is not None
    assert line.entry_id is not None
    return PayLine(
        id=line.entry_id,
        commitment_id=line.commit_id,
        instalment_number=line.instalment_number,
        attempt=line.attempt,
        award_id=line.award_id,
        request_id=line.request_id,
        decision_id=line.decision_id,
        line=Line(pot=line.pot, financial_year=line.financial_year, pence=line.pence),
        section_251_line=line.section_251_line,
        cost_centre=line.cost_centre,
    )


def _check_paid(answer: LedgerAnswer) -> None:
    """Refuse an approval that the ledger cannot post, naming each line that stands in the way."""
    if answer.is_done:
        return
    faulty = answer.faulty_payments
    named = [
        f"instalment {each.instalment_number} of commitment {each.commitment_id}:"
        f" {each.result.replace('_', ' ')}"
        for each in faulty[:_MOST_NAMED]
    ]
    if len(faulty) > _MOST_NAMED:
        named.append(f"and {len(faulty) - _MOST_NAMED} more")
    raise NotValid(
        "to post this payment run",
        "; ".join(named) or f"the ledger answers {answer.in_words}",
        "Abandon the run and prepare it again: it then gathers what is due now.",
    )
