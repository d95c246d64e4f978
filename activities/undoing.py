"""A payment of a run that came back: undone in the ledger, due again, and told to the books.

Whether the bank rejected it, another amount arrived, or it was returned later is the same to the
ledger: each instalment's payment is reversed by an entry of its own, and the general ledger gets a
journal of it. What the payee has got all the same waits to be netted against what is due again.
"""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID, uuid5

from activities.run_desk import RunDesk, posting_context
from activities.sending import remittances_of
from activities.store import ledger, payments, run_papers
from activities.store.casework import Recorded
from activities.store.closing import books
from activities.store.payments import ForPayee, InRun
from activities.store.refused import undone_if_refused
from domain.ledger.journal import Context, Reverse, Verb, entry_id
from domain.ledger.year import Reversal, ReverseRun
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
    lines = _paid_lines(desk, [payee])
    said = _context(desk, act)
    for line in lines:
        _reverse_one(desk, _reversal(act, line), said)


def reverse_all(desk: RunDesk, act: Recorded, payees: Iterable[ForPayee]) -> frozenset[UUID]:
    """Undo payments in one call as far as the ledger can, and say which payees' were undone.

    Where one stands in the way the others go without it, and its payee's are tried by themselves:
    a payment is undone whole, and one that cannot be stops no other.
    """
    waiting = {each.id: each for each in payees}
    lines = _paid_lines(desk, waiting.values())
    said = _context(desk, act)
    stuck = _stuck(lines, _undo_together(desk, act, lines, said))
    if stuck:
        rest = [line for line in lines if line.remittance_id not in stuck]
        stuck |= _stuck(rest, _undo_together(desk, act, rest, said, "others"))
    by_itself = {each for each in stuck if _is_undone(desk, act, waiting[each])}
    return frozenset(waiting) - (stuck - by_itself)


def _stuck(lines: list[InRun], faulty: frozenset[UUID]) -> set[UUID]:
    """The payments that entries which cannot be undone are part of."""
    return {line.remittance_id for line in lines if line.entry_id in faulty}


def _undo_together(
    desk: RunDesk, act: Recorded, lines: list[InRun], said: Context, *which: str
) -> frozenset[UUID]:
    """Undo lines in one call, or none of them: then say whose entries stand in the way."""
    if not lines:
        return frozenset()
    command = ReverseRun(
        id=entry_id(act.id, Verb.REVERSE, desk.run.id, *which),
        reversals=tuple(_reversal(act, line) for line in lines),
        context=said,
    )
    answer = ledger.reverse_run(desk.session, command)
    if answer.is_done:
        return frozenset()
    faulty = frozenset(each.reverses_id for each in answer.faulty_reversals)
    return faulty or frozenset(each.reverses_id for each in command.reversals)


def _is_undone(desk: RunDesk, act: Recorded, payee: ForPayee) -> bool:
    """Undo a rejected payment by itself, or leave nothing of it."""
    try:
        with undone_if_refused(desk.session):
            reverse(desk, act, payee)
    except NotValid:
        return False
    return True


def _paid_lines(desk: RunDesk, payees: Iterable[ForPayee]) -> list[InRun]:
    """The lines that the ledger has paid to some payees; what was netted has no entry."""
    found = payments.lines_of(desk.session, desk.run.id, [each.id for each in payees])
    return [line for line in found if line.entry_id is not None]


def _context(desk: RunDesk, act: Recorded) -> Context:
    return posting_context(desk, act, books(desk.session, desk.day), reason=f"act/{act.id}")


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


def _reversal(act: Recorded, line: InRun) -> Reversal:
    """What undoes a line: by the act that has it undone, for another act may try again."""
    assert line.entry_id is not None
    return Reversal(
        id=entry_id(act.id, Verb.REVERSE, line.entry_id),
        reverses_id=line.entry_id,
        award_id=line.award_id,
        request_id=line.request_id,
        decision_id=line.decision_id,
        section_251_line=line.section_251_line,
        cost_centre=line.cost_centre,
    )


def _reverse_one(desk: RunDesk, wanted: Reversal, said: Context) -> None:
    about = wanted.model_dump(exclude={"id", "reverses_id"})
    command = Reverse(
        id=wanted.id,
        reverses_id=wanted.reverses_id,
        context=said.model_copy(update=about),
    )
    answer = ledger.reverse(desk.session, command)
    if not answer.is_done:
        raise NotValid(
            "to undo this payment",
            f"the ledger answers {answer.in_words} for entry {wanted.reverses_id}",
            "What was taken back of it since is netted or invoiced: claim the rest from the payee.",
        )
