"""Random verbs on the real ledger, held against rules in memory: a state machine over them all."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from activities.settings import Settings
from activities.store import ledger
from activities.store.session import make_engine, transaction
from domain.ledger.accounts import HIGH_NEEDS_BLOCK, MoneyStage
from domain.ledger.answers import LedgerAnswer
from domain.ledger.journal import (
    Allocate,
    Commit,
    Context,
    Hold,
    Line,
    OpenAccounts,
    Pay,
    PotYear,
    Release,
    Reverse,
)
from domain.ledger.year import (
    AuthoriseOverspend,
    Cancel,
    CarryForward,
    CarryLine,
    CloseAccounts,
    ClosePeriod,
    PayRun,
    Recoup,
    ReopenPeriod,
    Reversal,
    ReverseRun,
    Vire,
)
from tests.activities.ledger_books import CONTEXT, POTS, YEAR, Books, instalment, line, payment
from tests.activities.ledger_model import paid_on
from tests.activities.ledger_model_runs import ModelWithRuns

VERBS: dict[type, Callable[..., LedgerAnswer]] = {
    Allocate: ledger.allocate,
    AuthoriseOverspend: ledger.authorise_overspend,
    Cancel: ledger.cancel,
    CarryForward: ledger.carry_forward,
    CloseAccounts: ledger.close_accounts,
    ClosePeriod: ledger.close_period,
    Commit: ledger.commit,
    Hold: ledger.hold,
    Pay: ledger.pay,
    PayRun: ledger.pay_run,
    Recoup: ledger.recoup,
    Release: ledger.release,
    ReopenPeriod: ledger.reopen_period,
    Reverse: ledger.reverse,
    ReverseRun: ledger.reverse_run,
    Vire: ledger.vire,
}
YEARS = (YEAR, YEAR + 1, YEAR + 2)
LATE = 14
"""Commands after which a play begins to end: what closes early leaves the rest nothing to do."""
amounts = st.integers(1, 400)
which = st.integers(0, 7)
either = st.integers(0, 1)
years = st.sampled_from(YEARS[:2])
_MONTHS = count()
"""A month of its own for each play, so that a period closed in one is not closed in another."""


def month_of_its_own() -> Context:
    """The context of one play: nobody else enters anything in its month."""
    month = next(_MONTHS) % 2_000
    return CONTEXT.model_copy(
        update={
            "financial_year": 2030 + month // 12,
            "period": month % 12 + 1,
            "authority": "Scheme of delegation",
            "reason": "As the play has it",
        }
    )


class Play(RuleBasedStateMachine):
    """One command after another, on the ledger and on the model, with the same answer."""

    def __init__(self, books: Books) -> None:
        super().__init__()
        self.books = books
        self.context = month_of_its_own()
        self.pots = (f"cluster:{uuid4()}", f"cluster:{uuid4()}")
        self.model = ModelWithRuns(frozenset((pot, YEAR) for pot in self.pots))
        accounts = tuple(PotYear(pot=pot, financial_year=YEAR) for pot in self.pots)
        opening = OpenAccounts(id=uuid4(), accounts=accounts, context=self.context)
        assert books.ask(ledger.open_accounts, opening).result == "created"
        self.last: Any = None
        self.steps = 0

    def ask(self, command: Any) -> None:
        """Ask both, and compare the answer and what was posted."""
        expected = self.model.answer(command)
        assert self.books.ask(VERBS[type(command)], command).result == expected
        if expected == "created":
            self._compare_postings(command)
        self.last = command
        self.steps += 1

    def _compare_postings(self, command: Any) -> None:
        """Each entry that a command made, or that a run made, moved what the model's did."""
        parts = getattr(command, "payments", ()) or getattr(command, "reversals", ())
        made = {one.id: self.model.made[one.id].postings for one in (command, *parts)}
        with transaction(self.books.engine) as session:
            found = ledger.entries_by_id(session, tuple(made))
        assert {one.id: one.postings for one in found if one.postings} == {
            id_: postings for id_, postings in made.items() if postings
        }

    def ids_of(self, kind: type) -> list[UUID]:
        """The entries of one kind that the model has, oldest first."""
        return [id_ for id_, one in self.model.made.items() if isinstance(one.command, kind)]

    def one_of(self, kind: type, nth: int) -> UUID:
        """One of the entries of a kind, counted round."""
        ids = self.ids_of(kind)
        return ids[nth % len(ids)]

    @initialize()
    def begin(self) -> None:
        """Give both pots something, and promise some of it, so that every verb can do its work."""
        for pot in (0, 1):
            self.allocate(900, YEAR, pot)
            self.hold(300, 0, pot)
        self.commit(0, 250, 0)

    @rule(pence=amounts, year=years, pot=either)
    def allocate(self, pence: int, year: int, pot: int) -> None:
        """Give a pot money."""
        lines = (line(pence, self.pots[pot], year),)
        self.ask(
            Allocate(id=uuid4(), lines=lines, source_pot=HIGH_NEEDS_BLOCK, context=self.context)
        )

    @rule(pence=amounts, pot=either)
    def vire(self, pence: int, pot: int) -> None:
        """Move money from one pot to the other."""
        lines = (line(pence, self.pots[1 - pot]),)
        self.ask(Vire(id=uuid4(), from_pot=self.pots[pot], lines=lines, context=self.context))

    @rule(pence=amounts, pot=either)
    def overspend(self, pence: int, pot: int) -> None:
        """Give a pot money out of the deficit."""
        lines = (line(pence, self.pots[pot]),)
        self.ask(AuthoriseOverspend(id=uuid4(), lines=lines, context=self.context))

    @rule(pence=amounts, ahead=st.integers(0, 300), pot=either)
    def hold(self, pence: int, ahead: int, pot: int) -> None:
        """Hold in this year, and in the next if there is an amount for it."""
        asked = ((pence, YEAR), (ahead, YEAR + 1))
        lines = tuple(line(each, self.pots[pot], year) for each, year in asked if each)
        self.ask(Hold(id=uuid4(), lines=lines, context=self.context))

    @rule(nth=which)
    def release(self, nth: int) -> None:
        """Give one of the holds back, ended or not."""
        held = self.one_of(Hold, nth)
        self.ask(Release(id=uuid4(), hold_id=held, context=self.context))

    @rule(nth=which, pence=amounts, pot=either)
    def commit(self, nth: int, pence: int, pot: int) -> None:
        """Promise against one of the holds, ended or not."""
        named = self.pots[pot]
        due = (
            instalment(1, pence, named),
            instalment(2, 7, named),
            instalment(3, 1, named, YEAR + 1),
        )
        held = self.one_of(Hold, nth)
        self.ask(Commit(id=uuid4(), hold_id=held, instalments=due, context=self.context))

    @rule(nth=which, number=st.integers(1, 4), attempt=st.integers(1, 2), is_other=st.booleans())
    def pay(self, nth: int, number: int, attempt: int, *, is_other: bool) -> None:
        """Pay an instalment of one of the promises, paid or undone or not."""
        promised = self.one_of(Commit, nth)
        self.ask(
            Pay(
                id=uuid4(),
                commitment_id=promised,
                instalment_number=number,
                attempt=attempt,
                line=self._due(promised, number, 1 if is_other and number == 1 else 0),
                context=self.context,
            )
        )

    @rule(numbers=st.sets(st.integers(1, 3), min_size=1), attempt=st.integers(1, 2))
    def pay_run(self, numbers: set[int], attempt: int) -> None:
        """Pay some instalments of every promise at once."""
        payments = tuple(
            payment(promised, self._due(promised, number), number, attempt)
            for promised in self.ids_of(Commit)
            for number in numbers
        )
        if payments:
            self.ask(PayRun(id=uuid4(), payments=payments, context=self.context))

    @rule(nth=which, numbers=st.sets(st.integers(1, 4), min_size=1))
    def cancel(self, nth: int, numbers: set[int]) -> None:
        """Cancel instalments, due or not."""
        promised = self.one_of(Commit, nth)
        gone = tuple(numbers)
        self.ask(
            Cancel(
                id=uuid4(),
                commitment_id=promised,
                instalment_numbers=gone,
                context=self.context,
            )
        )

    @rule(nth=which, pence=amounts, year=st.sampled_from(YEARS), is_all=st.booleans())
    def recoup(self, nth: int, pence: int, year: int, *, is_all: bool) -> None:
        """Take back on a promise: what was paid, or some amount."""
        promised = self.one_of(Commit, nth)
        pot = self.model.made[promised].command.instalments[0].pot
        paid = sum(paid_on(self.model, promised)[0].values())
        back = line(paid if is_all and paid > 0 else pence, pot, year)
        self.ask(Recoup(id=uuid4(), commitment_id=promised, lines=(back,), context=self.context))

    @rule(pence=amounts, pot=either)
    def recoup_from_council(self, pence: int, pot: int) -> None:
        """Take money back from another council."""
        lines = (line(pence, self.pots[pot]),)
        self.ask(Recoup(id=uuid4(), council="medway", lines=lines, context=self.context))

    @rule(nth=st.integers(0, 60))
    def reverse(self, nth: int) -> None:
        """Undo any entry, or try to."""
        mistake = self.one_of(object, nth)
        self.ask(Reverse(id=uuid4(), reverses_id=mistake, context=self.context))

    @rule(nths=st.sets(which, min_size=1, max_size=3), kind=st.sampled_from((Pay, Pay, object)))
    def reverse_run(self, nths: set[int], kind: type) -> None:
        """Undo the latest payments at once, or what is none; and again under another id."""
        self._pay_a_new_promise()
        latest = self.ids_of(kind)[::-1]
        undone = sorted({latest[nth % len(latest)] for nth in nths} if latest else ())
        reversals = tuple(Reversal(id=uuid4(), reverses_id=each) for each in undone)
        if reversals:
            self.ask(ReverseRun(id=uuid4(), reversals=reversals, context=self.context))
            again = tuple(one.model_copy(update={"id": uuid4()}) for one in reversals)
            self.ask(ReverseRun(id=uuid4(), reversals=again, context=self.context))

    def _pay_a_new_promise(self) -> None:
        """Hold, promise and pay two instalments, where there is money for it."""
        self.hold(8, 1, 0)
        self.commit(-1, 1, 0)
        promised = self.one_of(Commit, -1)
        due = (1, 2)
        payments = tuple(payment(promised, self._due(promised, each), each) for each in due)
        self.ask(PayRun(id=uuid4(), payments=payments, context=self.context))

    @precondition(lambda self: self.steps > LATE)
    @rule(pot=either, year=years, odd=st.sampled_from((0, 0, 0, 1)))
    def carry(self, pot: int, year: int, odd: int) -> None:
        """Carry all that stands in a pot's year; at times a penny more is asked than stands."""
        available, held, committed, _ = self.model.stages(self.pots[pot], year)
        stands = ((MoneyStage.HELD, held), (MoneyStage.COMMITTED, committed + odd))
        lines = [
            CarryLine(
                pot=self.pots[pot],
                financial_year=year,
                stage=stage,
                pence=pence,
                into_pot=into,
                into_stage=stage,
            )
            for stage, pence, into in (
                (MoneyStage.AVAILABLE, available, self.pots[1 - pot]),
                *((stage, pence, self.pots[pot]) for stage, pence in stands),
            )
            if pence
        ]
        if lines:
            self.ask(CarryForward(id=uuid4(), lines=tuple(lines), context=self.context))

    @precondition(lambda self: self.steps > LATE)
    @rule(pot=either, is_carried=st.booleans())
    def close_pot(self, pot: int, *, is_carried: bool) -> None:
        """Close a pot for this year, empty or not."""
        if is_carried:
            self.carry(pot, YEAR, 0)
        accounts = (PotYear(pot=self.pots[pot], financial_year=YEAR),)
        self.ask(CloseAccounts(id=uuid4(), accounts=accounts, context=self.context))

    @precondition(lambda self: self.steps > LATE)
    @rule(pence=amounts, pot=either)
    def close_period(self, pence: int, pot: int) -> None:
        """Close the play's month, ask for something in it, and open it again."""
        self.ask(ClosePeriod(id=uuid4(), context=self.context))
        self.hold(pence, 0, pot)
        self.ask(ClosePeriod(id=uuid4(), context=self.context))
        for _ in (1, 2):
            self.ask(ReopenPeriod(id=uuid4(), context=self.context))

    @rule()
    def say_it_again(self) -> None:
        """Send the last command once more: it has no second effect."""
        if self.last is not None:
            self.ask(self.last)

    @invariant()
    def every_balance_is_the_models(self) -> None:
        """Each stage of each pot and year stands where the model has it."""
        with transaction(self.books.engine) as session:
            found = {
                (one.pot, one.financial_year): (
                    one.available_pence,
                    one.held_pence,
                    one.committed_pence,
                    one.paid_pence,
                )
                for pot in self.pots
                for one in ledger.balances(session, pot=pot)
            }
        for pot in self.pots:
            for year in YEARS:
                assert found.get((pot, year), (0, 0, 0, 0)) == self.model.stages(pot, year)

    def _due(self, promised: UUID, number: int, odd: int = 0) -> Line:
        """What is due by an instalment, or by the first if there is none of that number."""
        due = {one.number: one for one in self.model.made[promised].command.instalments}
        found = due.get(number, due[1])
        return line(found.pence + odd, found.pot, found.financial_year)


@pytest.fixture
def books(database: Settings) -> Iterator[Books]:
    """A ledger with its pots open and nothing in them."""
    engine = make_engine(database.database_url, pool_size=1)
    made = Books(engine)
    made.open(*POTS)
    yield made
    assert made.differences() == []
    engine.dispose()


@pytest.mark.promise(4)
@pytest.mark.promise(5)
@pytest.mark.promise(11)
def test_the_database_does_what_the_rules_in_memory_say(books: Books) -> None:
    """Whatever is asked in whatever order, answers, postings and balances are the model's."""

    class OnBooks(Play):
        """A play on the ledger of this test."""

        def __init__(self) -> None:
            super().__init__(books)

    run_state_machine_as_test(
        OnBooks,
        settings=settings(
            stateful_step_count=25, suppress_health_check=list(HealthCheck), deadline=None
        ),
    )
