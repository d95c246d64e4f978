"""A payment of a run that came back: undone in the ledger, due again, and told to the books.

Whether the bank rejected it, another amount arrived, or it was returned later is the same to the
ledger: each instalment's payment is reversed by an entry of its own, and the general ledger gets a
journal of it. What the payee has got all the same waits to be netted against what is due again.
"""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import uuid5

from activities.run_desk import RunDesk, posting_context
from activities.sending import remittances_of
from activities.store import ledger, payments, run_papers
from activities.store.casework import Recorded
from activities.store.closing import books
from activities.store.payments import ForPayee, InRun
from domain.closing import Books
from domain.ledger.journal import Reverse, Verb, entry_id
from domain.payment_run import RemittanceState
from domain.refusals import NotValid
from domain.remitting import (
    DueLine,
    Netted,
    Remittance,
    RunFacts,
    TakeBack,
    csv_text,
    held_by,
    journal_rows,
)


class Undone(NamedTuple):
    """A payment that is undone, and how much of it the payee has got all the same, pence."""

    payee: ForPayee
    held_pence: int = 0


def reverse(desk: RunDesk, act: Recorded, payee: ForPayee) -> None:
    """Undo a payment in the ledger, each instalment by an entry of its own: it is due again.

    Raises `NotValid` where the ledger cannot, and leaves it to the caller to undo the rest.
    """
    entered = books(desk.session, desk.day)
    for line in payments.lines_of(desk.session, desk.run.id, [payee.id]):
        if line.entry_id is not None:
            _reverse_one(desk, act, line, entered)


def come_back(desk: RunDesk, act: Recorded, undone: Iterable[Undone]) -> None:
    """Say of payments that were reversed that they came back, and write the journal of it."""
    found = tuple(undone)
    if not found:
        return
    ids = [each.payee.id for each in found]
    lines = payments.lines_of(desk.session, desk.run.id, ids)
    written = remittances_of([each.payee for each in found], lines)
    payments.mark(desk.session, ids, RemittanceState.REJECTED, (act.id, desk.now))
    back = []
    for each in found:
        remittance, in_run = written[each.payee.id]
        back.append(_with_held(desk, act, remittance, in_run, each.held_pence))
    _write_journal(desk, back)


def _with_held(
    desk: RunDesk, act: Recorded, found: Remittance, lines: list[InRun], held_pence: int
) -> Remittance:
    """Keep what the payee has got for the next run to net, beside what was netted before."""
    if not held_pence:
        return found
    by_entry = {line.entry_id: line for line in lines}
    held = []
    for line, pence in held_by(found.lines, held_pence):
        back = _take_back(act, line, pence)
        payments.save_held(desk.session, back, by_entry[line.id].award_id, (act.id, desk.now))
        held.append(Netted(take_back=back, netted_pence=pence, left_pence=0))
    return found.model_copy(update={"taken": (*found.taken, *held)})


def _take_back(act: Recorded, line: DueLine, pence: int) -> TakeBack:
    facts = line.model_dump(exclude={"id", "pence", "due_on"})
    return TakeBack(**facts, id=uuid5(act.id, f"held/{line.id}"), pence=pence)


def _write_journal(desk: RunDesk, back: Iterable[Remittance]) -> None:
    """Write the general ledger journal of payments that came back, in the books of today."""
    entered = books(desk.session, desk.day)
    form = desk.finance.journal_file
    facts = RunFacts(
        reference=desk.run.reference,
        pay_on=desk.day,
        financial_year=entered.financial_year,
        period=entered.period,
    )
    rows = journal_rows(back, facts, form, is_undone=True)
    run_papers.save_reversal(
        desk.session,
        desk.run.id,
        (f"{desk.run.reference}-reversal", csv_text(rows, form.separator)),
        desk.now,
    )


def _reverse_one(desk: RunDesk, act: Recorded, line: InRun, entered: Books) -> None:
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
        reason=f"act/{act.id}",
    )
    command = Reverse(
        id=entry_id(line.entry_id, Verb.REVERSE), reverses_id=line.entry_id, context=said
    )
    answer = ledger.reverse(desk.session, command)
    if not answer.is_done:
        raise NotValid(
            "to undo this payment",
            f"the ledger answers {answer.in_words} for entry {line.entry_id}",
            "What was taken back of it since is netted or invoiced: claim the rest from the payee.",
        )
