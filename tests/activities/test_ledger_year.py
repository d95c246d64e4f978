"""The verbs of a year on a real PostgreSQL: what each moves, refuses, and leaves as a trace."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from activities.settings import Settings
from activities.store import ledger
from activities.store.session import make_engine, transaction
from domain.ledger.accounts import DEFICIT, HIGH_NEEDS_BLOCK, RECOUPED, MoneyStage
from domain.ledger.journal import Pay, Verb
from domain.ledger.year import PayRun
from tests.activities.ledger_books import (
    CONTEXT,
    POTS,
    YEAR,
    Books,
    carried,
    instalment,
    line,
    payment,
)


@pytest.fixture
def books(database: Settings) -> Iterator[Books]:
    """A ledger with its pots open, £1,000 in cluster A's and £500 in cluster B's."""
    engine = make_engine(database.database_url, pool_size=2)
    made = Books(engine)
    made.open(*POTS)
    made.allocate(line(5_000_00, HIGH_NEEDS_BLOCK))
    made.allocate(line(1_000_00), line(500_00, "cluster:b"))
    yield made
    assert made.differences() == []
    engine.dispose()


def test_a_virement_needs_the_authority_that_it_is_recorded_with(books: Books) -> None:
    """Without one it is refused; with one it moves, and may be moved back with one."""
    assert books.vire(line(1), from_pot="cluster:b", authority=" ")[1].result == "authority_needed"
    id_, answer = books.vire(line(100_00), from_pot="cluster:b")
    assert answer.is_done
    assert books.stages() == (1_100_00, 0, 0, 0)
    with transaction(books.engine) as session:
        entry = ledger.entry(session, id_)
    assert entry is not None
    assert (entry.verb, entry.context.authority) == (Verb.VIRE, "Scheme 4.2")
    assert books.reverse(id_).result == "authority_needed"


@pytest.mark.promise(5)
def test_no_more_is_vired_than_is_available(books: Books) -> None:
    """A virement is refused like a hold, with what is short."""
    answer = books.vire(line(500_01), from_pot="cluster:b")[1]
    assert [one.shortfall_pence for one in answer.shortfalls] == [1]


@pytest.mark.promise(10)
def test_an_overspend_is_covered_with_authority_and_a_reason(books: Books) -> None:
    """What is owed is never blocked: the deficit says how much, and the entry who and why."""
    assert books.overspend(line(1), authority=None)[1].result == "authority_needed"
    assert books.overspend(line(1), reason="")[1].result == "reason_needed"
    id_, answer = books.overspend(line(700_00))
    assert answer.is_done
    assert books.stages() == (1_700_00, 0, 0, 0)
    assert books.stages(DEFICIT) == (-700_00, 0, 0, 0)
    assert books.reverse(id_).is_done
    assert books.stages(DEFICIT) == (0, 0, 0, 0)


def test_money_of_another_council_comes_in_by_the_pot_recouped(books: Books) -> None:
    """It stands as far below nought there as came in."""
    assert books.recoup(line(80_00), council="medway")[1].is_done
    assert books.stages() == (1_080_00, 0, 0, 0)
    assert books.stages(RECOUPED) == (-80_00, 0, 0, 0)


def test_no_more_is_taken_back_than_stands_paid(books: Books) -> None:
    """Each taking back counts, and so does a payment that was itself sent back."""
    promised = books.committed(books.held(line(300_00)), instalment(1, 300_00))
    assert books.recoup(line(1), commitment_id=promised)[1].result == "exceeds_paid"
    assert books.recoup(line(1), commitment_id=uuid4())[1].result == "not_found"
    paid, _ = books.pay(promised, line(300_00))
    taken, answer = books.recoup(line(200_00), commitment_id=promised)
    assert answer.is_done
    assert books.stages() == (900_00, 0, 0, 100_00)
    refused = books.recoup(line(100_01), commitment_id=promised)[1]
    assert refused.detail["exceeding"] == [
        {"pot": "cluster:a", "financial_year": 2026, "asked_pence": 100_01, "paid_pence": 100_00}
    ]
    assert books.reverse(paid).result == "exceeds_paid"
    assert books.reverse(taken).is_done
    assert books.reverse(paid).is_done


def test_an_instalment_that_will_not_fall_due_ends_once(books: Books) -> None:
    """Cancelled it is not paid, paid it is not cancelled, and a cancelling can be undone."""
    due = tuple(instalment(number, 100_00) for number in (1, 2, 3))
    promised = books.committed(books.held(line(300_00)), *due)
    gone, answer = books.cancel(promised, 2, 3)
    assert answer.is_done
    assert books.stages() == (900_00, 0, 100_00, 0)
    assert books.pay(promised, line(100_00), 2)[1].result == "already_resolved"
    assert books.pay(promised, line(100_00), 1)[1].is_done
    refused = books.cancel(promised, 1, 2)[1]
    assert refused.result == "already_resolved"
    ended = refused.detail["ended"]
    assert isinstance(ended, list)
    assert len(ended) == 2
    assert books.cancel(promised, 1, 4)[1].detail["instalment_numbers"] == [4]
    assert books.cancel(uuid4(), 1)[1].result == "not_found"
    with transaction(books.engine) as session:
        assert ledger.instalments_left(session, promised) == ()
    assert books.reverse(gone).is_done
    with transaction(books.engine) as session:
        assert ledger.instalments_left(session, promised) == due[1:]


def test_a_commitment_undone_gives_back_what_it_still_promises(books: Books) -> None:
    """What was cancelled before is not given back twice."""
    due = tuple(instalment(number, 100_00) for number in (1, 2))
    promised = books.committed(books.held(line(200_00)), *due)
    gone, _ = books.cancel(promised, 2)
    assert books.reverse(promised).is_done
    assert books.stages() == (1_000_00, 0, 0, 0)
    assert books.cancel(promised, 1)[1].result == "already_resolved"
    assert books.reverse(gone).result == "already_resolved"


def test_a_year_is_carried_into_the_next_and_each_balances_by_itself(books: Books) -> None:
    """A surplus, an open hold and a promise go on; the promise is paid in the year it stands in."""
    promised = books.committed(books.held(line(300_00)), instalment(1, 300_00))
    held = books.held(line(50_00))
    answer = books.carry(
        carried(MoneyStage.AVAILABLE, 650_00, into_pot="cluster:b"),
        carried(MoneyStage.HELD, 50_00),
        carried(MoneyStage.COMMITTED, 300_00),
    )
    assert answer.is_done
    assert books.stages() == (0, 0, 0, 0)
    assert books.stages(year=2027) == (0, 50_00, 300_00, 0)
    assert books.stages("cluster:b", 2027) == (650_00, 0, 0, 0)
    assert books.stages("closing") == (1_000_00, 0, 0, 0)
    assert books.pay(promised, line(300_00))[1].is_done
    assert books.release(held).is_done
    assert books.stages(year=2027) == (50_00, 0, 0, 300_00)
    assert books.hold(line(1)).result == "account_closed"


def test_a_deficit_is_carried_as_it_is(books: Books) -> None:
    """Below nought is carried too: the next year begins with what is owed."""
    books.overspend(line(700_00))
    assert books.carry(carried(MoneyStage.AVAILABLE, -700_00, DEFICIT)).is_done
    assert books.stages(DEFICIT) == (0, 0, 0, 0)
    assert books.stages(DEFICIT, 2027) == (-700_00, 0, 0, 0)


def test_promises_are_carried_whole(books: Books) -> None:
    """A penny more or less, or a hold left behind, and nothing is carried."""
    books.committed(books.held(line(300_00)), instalment(1, 300_00))
    books.held(line(50_00))
    answer = books.carry(carried(MoneyStage.COMMITTED, 299_99))
    assert answer.result == "differs_from_balance"
    assert answer.detail["differing"] == [
        {"pot": "cluster:a", "financial_year": 2026, "stage": stage, "balance_pence": stands,
         "asked_pence": asked}
        for stage, stands, asked in (("committed", 300_00, 299_99), ("held", 50_00, 0))
    ]  # fmt: skip
    assert books.carry(carried(MoneyStage.AVAILABLE, 650_01)).shortfalls[0].shortfall_pence == 1
    assert books.carry(carried(MoneyStage.AVAILABLE, 1, "cluster:typo")).result == "not_found"


def test_a_payment_of_a_closed_year_that_is_sent_back_is_due_again_in_the_next(
    books: Books,
) -> None:
    """The closed year keeps its figure; before it is closed, the payment is undone in it."""
    due = tuple(instalment(number, 100_00) for number in (1, 2, 3))
    promised = books.committed(books.held(line(300_00)), *due)
    early, _ = books.pay(promised, line(100_00), 1)
    late, _ = books.pay(promised, line(100_00), 2)
    books.carry(carried(MoneyStage.AVAILABLE, 700_00), carried(MoneyStage.COMMITTED, 100_00))
    assert books.reverse(early).is_done
    assert books.stages() == (0, 0, 0, 100_00)
    assert books.close_pots("cluster:a").is_done
    assert books.reverse(late).is_done
    assert books.stages() == (0, 0, 0, 100_00)
    assert books.stages(year=2027) == (700_00, 0, 300_00, 0)
    assert books.pay(promised, line(100_00), 2, attempt=2)[1].is_done


def test_a_payment_of_a_closed_year_with_nothing_carried_is_due_again_in_the_next(
    books: Books,
) -> None:
    """Every promise was paid by the year's end, and one payment comes back: it is never lost."""
    promised = books.committed(books.held(line(100_00)), instalment(1, 100_00))
    paid, _ = books.pay(promised, line(100_00))
    books.carry(carried(MoneyStage.AVAILABLE, 900_00))
    assert books.close_pots("cluster:a").is_done
    assert books.reverse(paid).is_done
    assert books.stages() == (0, 0, 0, 100_00)
    assert books.stages(year=2027) == (900_00, 0, 100_00, 0)
    assert books.pay(promised, line(100_00), attempt=2)[1].is_done
    assert books.stages(year=2027) == (900_00, 0, 0, 100_00)


def test_money_paid_in_a_year_gone_by_is_taken_back_in_the_next(books: Books) -> None:
    """It comes in by the pot recouped, and no more of it than was paid."""
    promised = books.committed(books.held(line(100_00)), instalment(1, 100_00))
    books.pay(promised, line(100_00))
    assert books.recoup(line(60_00, year=2027), commitment_id=promised)[1].is_done
    assert books.stages(RECOUPED, 2027) == (-60_00, 0, 0, 0)
    refused = books.recoup(line(40_01, year=2027), commitment_id=promised)[1]
    assert refused.result == "exceeds_paid"
    assert books.recoup(line(40_01), commitment_id=promised)[1].result == "exceeds_paid"
    assert books.recoup(line(40_00), commitment_id=promised)[1].is_done


def test_nothing_is_entered_in_a_closed_period(books: Books) -> None:
    """What was entered before answers as it did; the rest is told the period, and stays refused."""
    held = books.held(line(1_00))
    assert books.close().is_done
    assert books.hold(line(1_00), id_=held).result == "exists"
    id_ = uuid4()
    refused = books.hold(line(1_00), id_=id_)
    assert (refused.result, refused.detail) == (
        "period_closed",
        {"financial_year": 2026, "period": 7},
    )
    assert books.vire(line(1), from_pot="cluster:b")[1].result == "period_closed"
    assert books.close().result == "already_closed"
    with transaction(books.engine) as session:
        assert ledger.closed_periods(session, YEAR) == {7}
    assert books.reopen(authority=None).result == "authority_needed"
    assert books.reopen(reason=None).result == "reason_needed"
    assert books.reopen().is_done
    assert books.reopen().result == "already_open"
    assert books.hold(line(1_00), id_=id_).refusal == "period_closed"
    assert books.hold(line(1_00)).is_done


def test_opening_a_period_again_leaves_a_trace(books: Books) -> None:
    """The journal has the closing and the opening, with who and why."""
    books.close()
    books.reopen()
    with transaction(books.engine) as session:
        *_, closing, opening = ledger.entries(session)
    assert (closing.verb, opening.verb) == (Verb.CLOSE, Verb.REOPEN)
    assert (opening.context.authority, opening.context.reason) == ("Director", "A late bill")


def test_a_pot_is_closed_for_a_year_when_nothing_stands_in_it(books: Books) -> None:
    """What was paid stays; afterwards nothing moves there any more."""
    answer = books.close_pots("cluster:a", "cluster:b")
    assert answer.detail["standing"] == [
        {"pot": pot, "financial_year": 2026, "stage": "available", "pence": pence}
        for pot, pence in (("cluster:a", 1_000_00), ("cluster:b", 500_00))
    ]
    assert books.close_pots("cluster:typo").result == "not_found"
    books.carry(carried(MoneyStage.AVAILABLE, 1_000_00))
    assert books.close_pots("cluster:a").is_done
    assert books.close_pots("cluster:a").result == "already_closed"
    assert books.allocate(line(1)).detail["closed"] == [
        {"pot": "cluster:a", "financial_year": 2026, "stage": "available"}
    ]


@pytest.mark.promise(4)
def test_a_run_pays_all_at_once_and_only_once(books: Books) -> None:
    """Each payment is the entry that paying it alone would make; the run again does nothing."""
    due = tuple(instalment(number, 10_00 * number) for number in (1, 2, 3))
    promised = books.committed(books.held(line(60_00)), *due)
    ahead = books.committed(books.held(line(5_00, year=2027)), instalment(1, 5_00, year=2027))
    payments = (
        *(payment(promised, line(one.pence), one.number) for one in due),
        payment(ahead, line(5_00, year=2027)),
    )
    run = PayRun(id=uuid4(), payments=payments, context=CONTEXT)
    assert books.ask(ledger.pay_run, run).result == "created"
    assert books.stages() == (940_00, 0, 0, 60_00)
    assert books.stages(year=2027) == (-5_00, 0, 0, 5_00)
    assert books.ask(ledger.pay_run, run).result == "exists"
    alone = Pay(
        id=payments[1].id,
        commitment_id=promised,
        instalment_number=2,
        line=line(20_00),
        context=CONTEXT,
    )
    assert books.ask(ledger.pay, alone).result == "exists"
    other = CONTEXT.model_copy(update={"cost_centre": "SEN-2"})
    again = books.ask(ledger.pay_run, run.model_copy(update={"context": other}))
    assert again.differs_in == "cost_centre"


def test_a_run_with_a_fault_pays_nobody_and_lists_every_fault(books: Books) -> None:
    """Unknown, another amount, paid, cancelled, undone, an attempt made before: each is named."""
    due = tuple(instalment(number, 10_00) for number in range(1, 6))
    promised = books.committed(books.held(line(50_00)), *due)
    undone = books.committed(books.held(line(10_00)), instalment(1, 10_00))
    books.reverse(undone)
    books.pay(promised, line(10_00), 1)
    books.cancel(promised, 2)
    back, _ = books.pay(promised, line(10_00), 3)
    books.reverse(back)
    wrong = (
        payment(promised, line(10_00), 1, 2),
        payment(promised, line(10_00), 2),
        payment(promised, line(10_00), 3),
        payment(promised, line(9_99), 4),
        payment(promised, line(10_00), 9),
        payment(undone, line(10_00)),
        payment(uuid4(), line(10_00)),
    )
    before = books.stages()
    id_ = uuid4()
    answer = books.pay_run(*wrong, payment(promised, line(10_00), 5), id_=id_)
    assert answer.result == "payments_refused"
    found = {one.id: one.result for one in answer.faulty_payments}
    assert [found[one.id] for one in wrong] == [
        *["already_resolved"] * 3,
        "differs_from_instalment",
        "not_found",
        "already_resolved",
        "not_found",
    ]
    assert len(found) == len(wrong)
    assert books.stages() == before
    retried = books.pay_run(payment(promised, line(10_00), 5), id_=id_)
    assert (retried.result, retried.refusal) == ("id_already_failed", "payments_refused")


def test_a_run_pays_what_a_years_end_has_carried_where_it_stands(books: Books) -> None:
    """Promises of the old year and the new are paid out of one account, in order."""
    due = (instalment(1, 30_00), instalment(2, 20_00, year=2027))
    promised = books.committed(books.held(line(30_00), line(20_00, year=2027)), *due)
    books.carry(carried(MoneyStage.COMMITTED, 30_00))
    paid = books.pay_run(
        payment(promised, line(30_00)), payment(promised, line(20_00, year=2027), 2)
    )
    assert paid.is_done
    assert books.stages(year=2027) == (-20_00, 0, 0, 50_00)


def test_a_run_is_refused_in_a_closed_period_and_from_a_closed_pot(books: Books) -> None:
    """A run is entered like everything else."""
    promised = books.committed(books.held(line(10_00)), instalment(1, 10_00))
    books.close()
    assert books.pay_run(payment(promised, line(10_00))).result == "period_closed"
