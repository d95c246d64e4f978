"""Many payments undone in one call: each as it would be undone by itself, all of them or none."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from activities.store import ledger
from activities.store.session import transaction
from domain.ledger.accounts import MoneyStage
from domain.ledger.answers import LedgerAnswer
from domain.ledger.journal import Reverse
from domain.ledger.year import Reversal, ReverseRun
from tests.activities.ledger_books import CONTEXT, Books, carried, instalment, line
from tests.activities.payment_world import PaymentWorld
from tests.activities.test_ledger_year import books
from tests.activities.world import World

__all__ = ["books"]


def undoing(*payments: UUID) -> ReverseRun:
    """A command that undoes payments."""
    reversals = tuple(Reversal(id=uuid4(), reverses_id=each) for each in payments)
    return ReverseRun(id=uuid4(), reversals=reversals, context=CONTEXT)


def undone(books: Books, *payments: UUID) -> LedgerAnswer:
    """Undo payments in one call."""
    return books.ask(ledger.reverse_run, undoing(*payments))


def paid(books: Books, *pence: int, year: int = 2026) -> tuple[UUID, list[UUID]]:
    """A commitment of so many instalments, and the payment of each."""
    due = tuple(instalment(number, each, year=year) for number, each in enumerate(pence, start=1))
    promised = books.committed(books.held(line(sum(pence), year=year)), *due)
    made = [books.pay(promised, line(each.pence, year=year), each.number)[0] for each in due]
    return promised, made


@pytest.mark.promise(4)
@pytest.mark.promise(11)
def test_payments_are_undone_at_once_and_only_once(books: Books) -> None:
    """Promises 4 and 11: each by the entry that undoing it alone would make; again nothing."""
    promised, made = paid(books, 10_00, 20_00, 30_00)
    assert books.stages() == (940_00, 0, 0, 60_00)
    command = undoing(*made)
    assert books.ask(ledger.reverse_run, command).result == "created"
    assert books.stages() == (940_00, 0, 60_00, 0)
    assert books.ask(ledger.reverse_run, command).result == "exists"
    one = command.reversals[1]
    alone = Reverse(id=one.id, reverses_id=one.reverses_id, context=CONTEXT)
    assert books.ask(ledger.reverse, alone).result == "exists"
    other = CONTEXT.model_copy(update={"cost_centre": "SEN-2"})
    again = books.ask(ledger.reverse_run, command.model_copy(update={"context": other}))
    assert again.differs_in == "cost_centre"
    assert books.pay(promised, line(10_00), 1, attempt=2)[1].is_done
    assert books.differences() == []


def test_with_a_fault_nothing_is_undone_and_every_fault_is_listed(books: Books) -> None:
    """Unknown, no payment, undone before, and taken back on since: each is named."""
    promised, made = paid(books, 10_00, 20_00)
    _, (before,) = paid(books, 5_00)
    books.reverse(before)
    taken_on, (short,) = paid(books, 40_00)
    assert books.recoup(line(1), commitment_id=taken_on)[1].is_done
    stood, nobody, command = books.stages(), uuid4(), undoing(*made)
    wrong = undoing(made[0], promised, nobody, before, short).model_copy(update={"id": command.id})
    answer = books.ask(ledger.reverse_run, wrong)
    assert answer.result == "reversals_refused"
    assert {one.reverses_id: one.result for one in answer.faulty_reversals} == {
        promised: "not_reversible",
        nobody: "not_found",
        before: "already_resolved",
        short: "exceeds_paid",
    }
    assert books.stages() == stood
    retried = books.ask(ledger.reverse_run, command)
    assert (retried.result, retried.refusal) == ("id_already_failed", "reversals_refused")
    assert undone(books, *made).is_done
    assert undone(books, *made).faulty_reversals[0].result == "already_resolved"


def test_a_little_taken_back_leaves_room_for_the_others(books: Books) -> None:
    """Of two payments on a commitment one can be undone beside what was taken back, not both."""
    promised, made = paid(books, 10_00, 10_00)
    assert books.recoup(line(4_00), commitment_id=promised)[1].is_done
    assert undone(books, *made).result == "reversals_refused"
    assert undone(books, made[0]).is_done
    assert books.reverse(made[1]).result == "exceeds_paid"


def test_what_a_years_end_carried_is_due_where_it_stands(books: Books) -> None:
    """The paid year keeps or loses its figure as by `reverse`; both ways come to the same books."""
    due = (instalment(1, 30_00), instalment(2, 20_00), instalment(3, 10_00))
    promised = books.committed(books.held(line(60_00)), *due)
    made = [books.pay(promised, line(each.pence), each.number)[0] for each in due[:2]]
    books.carry(carried(MoneyStage.COMMITTED, 10_00))
    assert undone(books, *made).is_done
    assert books.stages() == (940_00, 0, 0, 0)
    assert books.stages(year=2027)[2] == 60_00
    assert books.differences() == []


def test_nothing_is_undone_in_a_closed_period(books: Books) -> None:
    """It is entered like everything else."""
    _, made = paid(books, 10_00)
    books.close()
    assert undone(books, *made).result == "period_closed"


@pytest.mark.parametrize("twice", ["id", "reverses_id"])
def test_a_payment_is_named_once(twice: str) -> None:
    """Twice in one call, or two by one id, is a mistake before the ledger is asked."""
    one = Reversal(id=uuid4(), reverses_id=uuid4())
    other = Reversal(id=uuid4(), reverses_id=uuid4()).model_copy(
        update={twice: getattr(one, twice)}
    )
    with pytest.raises(ValueError, match="A payment is undone once"):
        ReverseRun(id=uuid4(), reversals=(one, other), context=CONTEXT)


@pytest.mark.promise(4)
@pytest.mark.promise(11)
def test_a_run_that_the_bank_rejects_whole_is_undone_in_one_call(world: World) -> None:
    """Promises 4 and 11: all but what was taken back since, which is listed and stops no other."""
    world.clock.move_on(timedelta(days=40))
    paying = PaymentWorld(world)
    for school in ("ashdown", "fern", "juniper"):
        paying.award(school)
    run_id = paying.sent()
    found = paying.remittances(run_id)
    paying.recoups(found["juniper"].id, 1)
    answer = [(row.reference, "100.00", "rejected") for row in found.values()]
    told = paying.answers(run_id, *answer)
    assert told.unanswered == 1
    states = {payee: row.state for payee, row in paying.remittances(run_id).items()}
    assert states.pop("juniper") == "sent"
    assert set(states.values()) == {"rejected"}
    assert paying.paid_pence() == 100_00 - 1
    kept = world.rows("SELECT verb, result FROM ledger_refusal ORDER BY verb")
    assert [(row.verb, row.result) for row in kept] == [
        ("reverse", "exceeds_paid"),
        ("reverse_run", "reversals_refused"),
    ]
    with transaction(world.engine) as session:
        assert ledger.verify(session) == []
