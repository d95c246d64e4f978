"""What the bank or the finance system says to a run: paid, rejected, or left to a person.

A rejected payment is reversed in the ledger and its instalments are due again as a new attempt.
What is unknown, repeated or altered is listed and moves nothing, and so is what cannot be undone.
"""

from uuid import UUID

from activities import undoing
from activities.run_desk import RunDesk
from activities.sending import close_if_answered
from activities.store import files, payments, run_papers
from activities.store.casework import Recorded
from activities.store.files import FileKind
from activities.store.payments import ForPayee
from activities.store.run_papers import Answer
from activities.undoing import Undone
from domain.bank_answer import AnswerLine, answer_lines, held_against, left_standing
from domain.cells import FileFaults
from domain.finance_acts import ReadingAnswer, SettlingDifference
from domain.payment_run import (
    RemittanceState,
    RunStage,
    check_settler,
    check_settling,
    needs_answer,
    undoes,
)
from domain.refusals import NotAtThisStage, NotValid, Unknown


def read_answer(desk: RunDesk, act: Recorded) -> None:
    """Read an answer: what is sure takes effect, every other line is listed."""
    said = ReadingAnswer.model_validate(act.choices, strict=False)
    lines = _lines(desk, said.file_id)
    if run_papers.was_read(desk.session, desk.run.id, said.file_id):
        raise NotAtThisStage(
            "to read this answer",
            "this file was read for the run already",
            "Look at what it came to; send a further answer as a file of its own.",
        )
    payees = {
        each.reference: each
        for each in payments.payees_of(desk.session, desk.run.id)
        if needs_answer(each.pay_pence)
    }
    sent = {reference: each.pay_pence for reference, each in payees.items()}
    settled = frozenset(reference for reference, each in payees.items() if not _waits(each))
    read = held_against(sent, lines, settled)
    undone = undoing.reverse_all(desk, act, [payees[each] for each in read.rejected])
    stuck = frozenset(each for each in read.rejected if payees[each].id not in undone)
    read = left_standing(read, lines, stuck)
    answer = Answer(act_id=act.id, run_id=desk.run.id, file_id=said.file_id, read_at=desk.now)
    run_papers.save_answer(desk.session, answer, read)
    _paid(desk, act, [payees[each].id for each in read.paid])
    undoing.come_back(desk, act, [Undone(payees[each]) for each in read.rejected])
    counts = {"paid": len(read.paid), "rejected": len(read.rejected), "listed": len(read.listed)}
    desk.happened("payment_run_answered", **counts)
    close_if_answered(desk)


def settle(desk: RunDesk, act: Recorded) -> None:
    """Close a payment that the answers left open, or that came back, as a person says.

    Paid as it was sent, the entries of its posting stand. Where nothing or another amount arrived
    they are reversed, for the act's reason: no difference is closed without an entry.
    """
    said = SettlingDifference.model_validate(act.choices, strict=False)
    found = _payee(desk, said.line_id)
    told = run_papers.told_of(desk.session, desk.run.id, found.reference)
    check_settling(said, found.state, found.pay_pence, told)
    if undoes(said, found.pay_pence):
        check_settler(act.person_id, desk.run.prepared_by, desk.run.approved_by)
        undoing.reverse(desk, act, found)
        undoing.come_back(desk, act, [Undone(found, said.paid_pence or 0)])
    else:
        _paid(desk, act, [found.id])
    desk.happened("payment_settled", remittance=found.reference, settled_as=said.settled_as)
    if desk.run.stage is RunStage.SENT:
        close_if_answered(desk)


def _payee(desk: RunDesk, line_id: UUID) -> ForPayee:
    """Find the payment that is settled."""
    for each in payments.payees_of(desk.session, desk.run.id):
        if each.id == line_id:
            return each
    raise Unknown("this payment", "the run has none of that id")


def _lines(desk: RunDesk, file_id: UUID) -> tuple[AnswerLine, ...]:
    """Read a file that was handed in as an answer; every fault of it at once."""
    found = files.file_of(desk.session, file_id)
    if found is None or found.kind is not FileKind.ANSWER:
        raise Unknown("this file", "no answer was handed in under that id")
    lines = answer_lines(files.cells_of(desk.session, file_id))
    if isinstance(lines, FileFaults):
        raise NotValid(
            "to read this answer",
            "; ".join(str(each) for each in lines.faults),
            "Have the file mended where it was made, and hand it in again; nothing was read.",
        )
    return lines


def _waits(payee: ForPayee) -> bool:
    return payee.state is RemittanceState.SENT


def _paid(desk: RunDesk, act: Recorded, ids: list[UUID]) -> None:
    """Say of payments that they were made; the ledger has paid them since the posting."""
    if ids:
        payments.mark(desk.session, ids, RemittanceState.PAID, (act.id, desk.now))
