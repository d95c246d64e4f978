"""Random verbs on the real ledger, held against a model in memory that the domain makes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.settings import Settings
from activities.store import ledger
from activities.store.session import make_engine, transaction
from domain.ledger import entries
from domain.ledger.accounts import HIGH_NEEDS_BLOCK, Account, floor_pence
from domain.ledger.answers import LedgerAnswer
from domain.ledger.balances import by_pot
from domain.ledger.journal import Instalment, JournalEntry, Line
from tests.activities.ledger_books import POTS, YEAR, Books, instalment, line


@dataclass
class Model:
    """What the ledger must say: balances, and which holds, promises and payments stand."""

    pot: str
    totals: dict[Account, int] = field(default_factory=dict)
    holds: dict[UUID, tuple[Line, ...]] = field(default_factory=dict)
    promises: dict[UUID, tuple[Instalment, ...]] = field(default_factory=dict)
    paid: dict[UUID, tuple[UUID, int]] = field(default_factory=dict)
    ended: set[UUID] = field(default_factory=set)
    attempts: dict[tuple[UUID, int], int] = field(default_factory=dict)

    def post(self, postings: entries.Postings) -> str:
        """Post, unless an account with a floor would fall below it."""
        after = {one.account: self.totals.get(one.account, 0) + one.pence for one in postings}
        for account, pence in after.items():
            is_open = account.financial_year == YEAR
            floor = floor_pence(account, is_open=is_open)
            if floor is not None and pence < floor:
                return "exceeds_available"
        self.totals |= after
        return "created"


amounts = st.integers(1, 400)
turns = st.one_of(
    st.tuples(st.just("allocate"), amounts, st.just(0)),
    st.tuples(st.just("hold"), amounts, st.integers(0, 300)),
    st.tuples(st.just("release"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("commit"), st.integers(0, 3), amounts),
    st.tuples(st.just("pay"), st.integers(0, 3), st.integers(1, 2)),
    st.tuples(st.just("undo"), st.integers(0, 5), st.just(0)),
)


@dataclass(frozen=True)
class Play:
    """One turn after the other, on the ledger and on the model, with the same answer."""

    books: Books
    model: Model

    def take(self, turn: tuple[str, int, int]) -> None:
        """Take a turn and compare."""
        verb, first, second = turn
        getattr(self, verb)(first, second)

    def allocate(self, pence: int, _: int) -> None:
        """Give the pot money."""
        given_line = line(pence, self.model.pot)
        self._agree(
            self.books.allocate(given_line),
            self.model.post(entries.allocation((given_line,), HIGH_NEEDS_BLOCK)),
        )

    def hold(self, pence: int, ahead: int) -> None:
        """Hold in this year, and in the next if there is an amount for it."""
        lines = tuple(
            line(amount, self.model.pot, year)
            for amount, year in ((pence, YEAR), (ahead, YEAR + 1))
            if amount
        )
        id_ = uuid4()
        expected = self.model.post(entries.hold(lines))
        self._agree(self.books.hold(*lines, id_=id_), expected, id_, entries.hold(lines))
        if expected == "created":
            self.model.holds[id_] = lines

    def release(self, which: int, _: int) -> None:
        """Give one of the holds back, ended or not."""
        for held in list(self.model.holds)[which : which + 1]:
            postings = entries.release(self.model.holds[held])
            self._agree(self.books.release(held), self._once(held, postings))

    def commit(self, which: int, pence: int) -> None:
        """Promise against one of the holds, ended or not."""
        for held in list(self.model.holds)[which : which + 1]:
            due = (instalment(1, pence, self.model.pot), instalment(2, 1, self.model.pot, YEAR + 1))
            lines = tuple(line(one.pence, one.pot, one.financial_year) for one in due)
            postings = entries.commitment(self.model.holds[held], lines)
            id_ = uuid4()
            expected = self._once(held, postings)
            self._agree(self.books.commit(held, *due, id_=id_), expected, id_, postings)
            if expected == "created":
                self.model.promises[id_] = due

    def pay(self, which: int, number: int) -> None:
        """Pay an instalment of one of the promises, paid or undone or not."""
        for promised in list(self.model.promises)[which : which + 1]:
            due = self.model.promises[promised][number - 1]
            attempt = self.model.attempts.get((promised, number), 0) + 1
            paid = line(due.pence, due.pot, due.financial_year)
            stands = promised in self.model.ended or (promised, number) in self.model.paid.values()
            expected = "already_resolved" if stands else self.model.post(entries.payment(paid))
            id_, answer = self.books.pay(promised, paid, number, attempt)
            self._agree(answer, expected)
            if expected == "created":
                self.model.attempts[promised, number] = attempt
                self.model.paid[id_] = (promised, number)

    def undo(self, which: int, _: int) -> None:
        """Reverse one of the payments or promises."""
        choices = [*self.model.paid, *self.model.promises]
        for mistake in choices[which : which + 1]:
            expected = self._undone(mistake)
            self._agree(self.books.reverse(mistake), expected)
            if expected == "created":
                self.model.paid.pop(mistake, None)

    def _undone(self, mistake: UUID) -> str:
        """What the model answers to a reversal."""
        paid_on = {promised for promised, _ in self.model.paid.values()}
        if mistake in self.model.ended:
            return "already_resolved"
        if mistake in paid_on:
            return "has_payments"
        return self._once(mistake, entries.reversal(self._entry(mistake)))

    def _once(self, ended: UUID, postings: entries.Postings) -> str:
        """Post what ends something, unless it has ended."""
        if ended in self.model.ended:
            return "already_resolved"
        answer = self.model.post(postings)
        if answer == "created":
            self.model.ended.add(ended)
        return answer

    def _entry(self, wanted: UUID) -> JournalEntry:
        """Read an entry that is certainly there."""
        with transaction(self.books.engine) as session:
            found = ledger.entry(session, wanted)
        assert found is not None
        return found

    def _agree(
        self,
        answer: LedgerAnswer,
        expected: str,
        id_: UUID | None = None,
        postings: entries.Postings = (),
    ) -> None:
        """Compare answer, postings and every balance of the pot."""
        assert answer.result == expected
        if id_ is not None and expected == "created":
            assert self._entry(id_).postings == postings
        mine = {one: sum_ for one, sum_ in self.model.totals.items() if one.pot == self.model.pot}
        for pot in by_pot(mine):
            stages = (pot.available_pence, pot.held_pence, pot.committed_pence, pot.paid_pence)
            assert self.books.stages(pot.pot, pot.financial_year) == stages


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
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(turns, min_size=4, max_size=14))
def test_the_database_does_what_the_domain_says(
    books: Books, journal: list[tuple[str, int, int]]
) -> None:
    """Whatever is asked in whatever order, answers, postings and balances are the model's."""
    pot = f"cluster:{uuid4()}"
    assert books.open(pot).is_done
    play = Play(books, Model(pot))
    for turn in journal:
        play.take(turn)
