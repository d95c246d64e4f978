"""Many at the same instant: the last pound, one hold ended by several, one command sent twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from activities.settings import Settings
from activities.store.session import make_engine
from tests.activities.ledger_books import POTS, Books, instalment, line

CALLERS = 8


@pytest.fixture
def books(database: Settings) -> Iterator[Books]:
    """A ledger with £1,000 in cluster A, and a connection for each caller."""
    engine = make_engine(database.database_url, pool_size=CALLERS)
    made = Books(engine)
    made.open(*POTS)
    made.allocate(line(1_000_00))
    yield made
    assert made.differences() == []
    engine.dispose()


def all_at_once(ask: Callable[[int], str], times: int) -> Counter[str]:
    """Ask as many times, by eight callers at once, and count the answers."""
    with ThreadPoolExecutor(CALLERS) as callers:
        return Counter(callers.map(ask, range(times)))


def at_the_same_instant(*questions: Callable[[], str]) -> Counter[str]:
    """Ask different things, none before all are ready, and count the answers."""
    ready = Barrier(len(questions))

    def ask(question: Callable[[], str]) -> str:
        ready.wait()
        return question()

    with ThreadPoolExecutor(len(questions)) as callers:
        return Counter(callers.map(ask, questions))


@pytest.mark.promise(5)
def test_of_800_holds_exactly_the_100_that_fit_are_created(books: Books) -> None:
    """Eight callers race for a budget of a hundred holds: not one too many, not one too few."""
    answers = all_at_once(lambda _: books.hold(line(10_00)).result, 800)
    assert answers == {"created": 100, "exceeds_available": 700}
    assert books.stages() == (0, 1_000_00, 0, 0)


@pytest.mark.promise(4)
def test_a_command_sent_by_eight_at_once_has_one_effect(books: Books) -> None:
    """One answer is created and the others exist, for each of twenty commands."""
    ids = [uuid4() for _ in range(20)]
    answers = all_at_once(lambda turn: books.hold(line(1_00), id_=ids[turn // 8]).result, 160)
    assert answers == {"created": 20, "exists": 140}
    assert books.stages() == (980_00, 20_00, 0, 0)


@pytest.mark.promise(4)
def test_a_refusal_sent_by_eight_at_once_is_recorded_once(books: Books) -> None:
    """One answer is the refusal and the others repeat it."""
    id_ = uuid4()
    answers = all_at_once(lambda _: books.hold(line(9_000_00), id_=id_).result, 8)
    assert answers == {"exceeds_available": 1, "id_already_failed": 7}


def sign_off(books: Books, held: UUID, pence: int) -> str:
    """Promise an amount against a hold."""
    return books.commit(held, instalment(1, pence)).result


def give_back(books: Books, held: UUID) -> str:
    """Release a hold."""
    return books.release(held).result


def pay(books: Books, promised: UUID, attempt: int) -> str:
    """Pay the first instalment of £20."""
    return books.pay(promised, line(20_00), attempt=attempt)[1].result


def undo(books: Books, promised: UUID) -> str:
    """Reverse a commitment."""
    return books.reverse(promised).result


def hold_in(books: Books, year: int) -> str:
    """Hold in a year that may be open or not."""
    return books.hold(line(5_00, year=year)).result


def open_for(books: Books, year: int) -> str:
    """Open a year."""
    return books.open("cluster:a", year=year).result


@pytest.mark.promise(5)
def test_two_officers_at_the_same_instant_do_not_both_end_one_hold(books: Books) -> None:
    """Of two sign-offs and two releases of one hold one is done, for each of ten holds."""
    for _ in range(10):
        held = books.held(line(50_00))
        answers = at_the_same_instant(
            partial(sign_off, books, held, 50_00),
            partial(sign_off, books, held, 70_00),
            partial(give_back, books, held),
            partial(give_back, books, held),
        )
        assert answers == {"created": 1, "already_resolved": 3}


@pytest.mark.promise(4)
def test_one_instalment_is_paid_once_whoever_asks(books: Books) -> None:
    """Runs that pay the same instalment by ids of their own pay it once between them."""
    for _ in range(10):
        promised = books.committed(books.held(line(20_00)), instalment(1, 20_00))
        answers = at_the_same_instant(*(partial(pay, books, promised, n) for n in (1, 1, 2, 3)))
        assert answers == {"created": 1, "already_resolved": 3}


@pytest.mark.promise(4)
def test_a_payment_and_the_undoing_of_its_commitment_exclude_each_other(books: Books) -> None:
    """Whichever is first stands, and the other is told so."""
    for _ in range(10):
        promised = books.committed(books.held(line(20_00)), instalment(1, 20_00))
        answers = at_the_same_instant(
            partial(pay, books, promised, 1), partial(undo, books, promised)
        )
        assert answers["created"] == 1
        assert answers["already_resolved"] + answers["has_payments"] == 1


def test_pots_asked_for_in_any_order_do_not_lock_each_other_out(books: Books) -> None:
    """Accounts are locked in one order, so holds over several pots and new years never deadlock."""
    books.allocate(line(1_000_00, "cluster:b"))
    both = (line(1, "cluster:a"), line(1, "cluster:b"))
    ahead = (line(1, "cluster:b", 2027), line(1, "cluster:a", 2027), line(1, "exceptional", 2027))
    answers = all_at_once(
        lambda turn: books.hold(*(both, both[::-1], ahead, ahead[::-1])[turn % 4]).result, 200
    )
    assert answers == {"created": 200}


@pytest.mark.promise(5)
def test_a_year_is_not_opened_beneath_a_hold_in_flight(books: Books) -> None:
    """A hold that runs ahead and the opening of its year agree on who was first."""
    for year in range(2027, 2037):
        answers = at_the_same_instant(partial(hold_in, books, year), partial(open_for, books, year))
        assert answers == {"created": 1, "exceeds_available": 1}
