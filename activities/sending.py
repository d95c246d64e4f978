"""A posted payment run is written for others: notices to payees, files for bank and ledger."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from activities.clock import day_of
from activities.run_desk import RunDesk
from activities.store import payments, run_papers
from activities.store.payments import ForPayee, InRun
from domain.payment_run import RemittanceState, RunStage, needs_answer
from domain.remittance_notice import Notice, NoticeLine, notice_text
from domain.remitting import (
    DueLine,
    Netted,
    Remittance,
    RunFacts,
    TakeBack,
    csv_text,
    journal_rows,
    payment_rows,
)

PAYMENT_FILE = "payment_file"
JOURNAL_FILE = "journal_file"


def send(desk: RunDesk) -> None:
    """Write a posted run's notices and files, and wait for its answers; sent before, it stays so.

    A payment of nothing, because all of it was netted, has no answer to wait for.
    """
    if desk.run.stage is not RunStage.POSTED:
        return
    payees = payments.payees_of(desk.session, desk.run.id)
    found = remittances_of(payees, payments.lines_of(desk.session, desk.run.id))
    facts = _facts(desk, payees)
    _write_files(desk, [each for each, _ in found.values()], facts)
    schools = payments.school_names(desk.session, desk.run.id)
    references = payments.request_references(desk.session, desk.run.id)
    run_papers.save_notices(
        desk.session,
        [
            (remittance_id, notice_text(_notice(each, lines, facts, schools, references)))
            for remittance_id, (each, lines) in found.items()
        ],
    )
    _mark_sent(desk, payees)
    run_papers.tell_schools(desk.session, desk.run.id, desk.run.reference, desk.now)


def close_if_answered(desk: RunDesk) -> None:
    """Close a run once no payment of it waits for an answer."""
    if payments.unanswered(desk.session, desk.run.id) == 0:
        payments.move_run(desk.session, desk.run.id, RunStage.CLOSED, ended_at=desk.now)
        desk.happened("payment_run_closed")


def remittances_of(
    payees: Iterable[ForPayee], lines: Iterable[InRun]
) -> dict[UUID, tuple[Remittance, list[InRun]]]:
    """Put a run's rows together again as they were gathered."""
    of_payee: dict[UUID, list[InRun]] = defaultdict(list)
    for line in lines:
        of_payee[line.remittance_id].append(line)
    return {each.id: (_remittance(each, of_payee[each.id]), of_payee[each.id]) for each in payees}


def _mark_sent(desk: RunDesk, payees: tuple[ForPayee, ...]) -> None:
    paying = [each.id for each in payees if needs_answer(each.pay_pence)]
    netted = [each.id for each in payees if not needs_answer(each.pay_pence)]
    payments.mark(desk.session, paying, RemittanceState.SENT)
    payments.mark(desk.session, netted, RemittanceState.PAID)
    payments.move_run(desk.session, desk.run.id, RunStage.SENT)
    desk.happened("payment_run_sent", payments=len(paying))
    close_if_answered(desk)


def _facts(desk: RunDesk, payees: tuple[ForPayee, ...]) -> RunFacts:
    assert desk.run.books_year is not None
    assert desk.run.books_period is not None
    return RunFacts(
        reference=desk.run.reference,
        pay_on=_pay_on(desk),
        financial_year=desk.run.books_year,
        period=desk.run.books_period,
        names=payments.payee_names(desk.session, [each.payee_code for each in payees]),
    )


def _pay_on(desk: RunDesk) -> date:
    """The day on which the money is to arrive: that of the approval, or the last due day later."""
    assert desk.run.approved_at is not None
    return max(desk.run.due_until_on, day_of(desk.run.approved_at))


def _write_files(desk: RunDesk, found: list[Remittance], facts: RunFacts) -> None:
    bank, books = desk.finance.payment_file, desk.finance.journal_file
    files = {
        PAYMENT_FILE: (
            f"{facts.reference}-payments.csv",
            csv_text(payment_rows(found, facts, bank), bank.separator),
        ),
        JOURNAL_FILE: (
            f"{facts.reference}-journal.csv",
            csv_text(journal_rows(found, facts, books), books.separator),
        ),
    }
    run_papers.save_files(desk.session, desk.run.id, files, desk.now)


def _remittance(payee: ForPayee, lines: list[InRun]) -> Remittance:
    return Remittance(
        reference=payee.reference,
        payee=payee.payee_code,
        payee_kind=payee.payee_kind,
        way=payee.way,
        control_cost_centre=payee.control_cost_centre,
        lines=tuple(_due_line(payee, line) for line in lines if line.take_back_id is None),
        taken=tuple(_netted(payee, line) for line in lines if line.take_back_id is not None),
    )


def _due_line(payee: ForPayee, line: InRun) -> DueLine:
    assert line.entry_id is not None
    return DueLine(
        id=line.entry_id,
        payee=payee.payee_code,
        payee_kind=payee.payee_kind,
        pence=line.pence,
        due_on=line.due_on,
        pot=line.pot,
        financial_year=line.financial_year,
        section_251_line=line.section_251_line,
        cost_centre=line.cost_centre,
    )


def _netted(payee: ForPayee, line: InRun) -> Netted:
    assert line.take_back_id is not None
    back = TakeBack(
        id=line.take_back_id,
        payee=payee.payee_code,
        payee_kind=payee.payee_kind,
        pence=line.pence,
        pot=line.pot,
        financial_year=line.financial_year,
        section_251_line=line.section_251_line,
        cost_centre=line.cost_centre,
    )
    left = line.pence - line.netted_pence
    return Netted(take_back=back, netted_pence=line.netted_pence, left_pence=left)


def _notice(
    found: Remittance,
    lines: list[InRun],
    facts: RunFacts,
    schools: dict[str, str],
    references: dict[UUID, str],
) -> Notice:
    return Notice(
        reference=found.reference,
        payee=facts.names.get(found.payee, found.payee),
        way=found.way,
        pay_on=facts.pay_on,
        lines=tuple(
            NoticeLine(
                school=schools[line.school_code],
                reference=references[line.award_id],
                due_on=line.due_on,
                pence=line.pence,
                is_taken_back=line.take_back_id is not None,
            )
            for line in lines
        ),
        pay_pence=found.pay_pence,
        invoice_back_pence=found.invoice_back_pence,
    )
