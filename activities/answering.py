"""What the bank or the finance system says to a run: paid, rejected, or left to a person.

A rejected payment is reversed in the ledger and its instalments are due again as a new attempt.
What is unknown, repeated or altered is listed and moves nothing.
"""

from collections.abc import Iterable
from uuid import UUID

from activities.run_desk import RunDesk, posting_context
from activities.sending import close_if_answered
from activities.store import files, ledger, payments, run_papers
from activities.store.casework import Recorded
from activities.store.closing import books
from activities.store.files import FileKind
from activities.store.payments import ForPayee, InRun
from activities.store.run_papers import Answer
from domain.bank_answer import AnswerLine, answer_lines, held_against
from domain.cells import FileFaults
from domain.closing import Books
from domain.finance_acts import ReadingAnswer, SettlingDifference
from domain.ledger.journal import Reverse, Verb, entry_id
from domain.payment_run import RemittanceState, needs_answer
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
    answer = Answer(act_id=act.id, run_id=desk.run.id, file_id=said.file_id, read_at=desk.now)
    run_papers.save_answer(desk.session, answer, read)
    _answered(desk, act, [payees[each].id for each in read.paid], RemittanceState.PAID)
    _answered(desk, act, [payees[each].id for each in read.rejected], RemittanceState.REJECTED)
    counts = {"paid": len(read.paid), "rejected": len(read.rejected), "listed": len(read.listed)}
    desk.happened("payment_run_answered", **counts)
    close_if_answered(desk)


def settle(desk: RunDesk, act: Recorded) -> None:
    """Close a payment that the answers left open, as a person says; the act keeps the reason."""
    said = SettlingDifference.model_validate(act.choices, strict=False)
    found = [
        each for each in payments.payees_of(desk.session, desk.run.id) if each.id == said.line_id
    ]
    if not found:
        raise Unknown("this payment", "the run has none of that id")
    if not _waits(found[0]):
        raise NotAtThisStage(
            "to settle this payment",
            f"it is {found[0].state} already",
            "Look at the run again: only what no answer has closed is settled.",
        )
    state = RemittanceState(said.settled_as)
    _answered(desk, act, [said.line_id], state)
    desk.happened("payment_settled", remittance=found[0].reference, settled_as=state.value)
    close_if_answered(desk)


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


def _answered(desk: RunDesk, act: Recorded, ids: list[UUID], state: RemittanceState) -> None:
    """Say what has become of payments; rejected ones are undone in the ledger first."""
    if not ids:
        return
    if state is RemittanceState.REJECTED:
        _reverse(desk, act, payments.lines_of(desk.session, desk.run.id, ids))
    payments.mark(desk.session, ids, state, (act.id, desk.now))


def _reverse(desk: RunDesk, act: Recorded, lines: Iterable[InRun]) -> None:
    entered = books(desk.session, desk.day)
    for line in lines:
        if line.entry_id is not None:
            _reverse_one(desk, act, line, entered)


def _reverse_one(desk: RunDesk, act: Recorded, line: InRun, entered: Books) -> None:
    """Undo one payment by an entry of its own: its instalment is due again."""
    assert line.entry_id is not None
    said = posting_context(
        desk,
        act,
        entered,
        award_id=line.award_id,
        request_id=line.request_id,
        decision_id=line.decision_id,
        section_251_line=line.section_251_line,
        cost_centre=line.cost_centre,
    )
    command = Reverse(
        id=entry_id(line.entry_id, Verb.REVERSE), reverses_id=line.entry_id, context=said
    )
    answer = ledger.reverse(desk.session, command)
    if not answer.is_done:
        raise NotValid(
            "to take this payment as rejected",
            f"the ledger answers {answer.result.replace('_', ' ')} for entry {line.entry_id}",
            "Tell those who look after the ledger: nothing of this answer was written.",
        )
