"""Whole processes at once, and many of them: the last pound, and a month that closes meanwhile."""

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import text

from activities.settings import Settings
from activities.store import ledger
from activities.store.session import make_engine, transaction
from domain.ledger.journal import Context, Hold
from domain.ledger.year import ClosePeriod
from tests.activities.ledger_books import CONTEXT, POTS, Books, instalment, line, payment

PROCESSES, ATTEMPTS = 8, 10_000
ROUNDS = 20


@pytest.fixture
def books(database: Settings) -> Iterator[Books]:
    """A ledger with £1,000 in cluster A."""
    engine = make_engine(database.database_url, pool_size=PROCESSES)
    made = Books(engine)
    made.open(*POTS)
    made.allocate(line(1_000_00))
    yield made
    assert made.differences() == []
    engine.dispose()


def rush(url: str, pence: int, times: int) -> Counter[str]:
    """Hold an amount again and again, as one process does, and count the answers."""
    engine = make_engine(url, 1)
    made = Books(engine)
    answers = Counter(made.hold(line(pence)).result for _ in range(times))
    engine.dispose()
    return answers


@pytest.mark.promise(5)
def test_eight_processes_race_for_the_last_pound(books: Books, database: Settings) -> None:
    """Of 10,000 attempts exactly those that fit are created, and no more."""
    each = ATTEMPTS // PROCESSES
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as processes:
        race = partial(rush, database.database_url, 50)
        answers = sum(processes.map(race, [each] * PROCESSES), Counter[str]())
    assert answers == {"created": 2_000, "exceeds_available": ATTEMPTS - 2_000}
    assert books.stages() == (0, 1_000_00, 0, 0)


def post_until_refused(books: Books, context: Context) -> Counter[str]:
    """Hold a penny at a time until the month is closed."""
    answers: Counter[str] = Counter()
    while not answers["period_closed"]:
        command = Hold(id=uuid4(), lines=(line(1),), context=context)
        answers[books.ask(ledger.hold, command).result] += 1
    return answers


def entered_in(books: Books, context: Context) -> int:
    """How many entries a month has, apart from its closing."""
    with transaction(books.engine) as session:
        return int(
            session.connection()
            .execute(
                text(
                    "SELECT count(*) FROM ledger_entry WHERE verb <> 'close'"
                    " AND financial_year = :year AND period = :period"
                ),
                {"year": context.financial_year, "period": context.period},
            )
            .scalar_one()
        )


def close_and_count(books: Books, context: Context) -> int:
    """Close a month, and count its entries before anybody else can see that it is closed."""
    with transaction(books.engine) as session:
        command = ClosePeriod(id=uuid4(), context=context)
        assert ledger.close_period(session, command).result == "created"
        return entered_in(books, context)


def test_nothing_slips_past_a_close_among_postings(books: Books) -> None:
    """Twenty months close while four callers post: what was certified is what stands for ever."""
    for month in range(ROUNDS):
        context = CONTEXT.model_copy(
            update={"financial_year": 2040 + month // 12, "period": month % 12 + 1}
        )
        with ThreadPoolExecutor(4) as posters:
            posting = [posters.submit(post_until_refused, books, context) for _ in range(4)]
            while entered_in(books, context) < 5:
                pass
            certified = close_and_count(books, context)
            answers = sum((one.result() for one in posting), Counter[str]())
        assert answers.keys() == {"created", "period_closed"}
        assert certified == entered_in(books, context) == answers["created"]


@pytest.mark.promise(4)
def test_runs_that_pay_the_same_instalments_pay_each_once(books: Books) -> None:
    """Of four runs at once one pays all; the others are told so and pay nobody."""
    due = tuple(instalment(number, 1_00) for number in range(1, 11))
    for _ in range(5):
        promised = [books.committed(books.held(line(10_00)), *due) for _ in range(3)]
        runs = [
            [payment(one, line(1_00), number) for one in promised for number in range(1, 11)]
            for _ in range(4)
        ]
        with ThreadPoolExecutor(4) as callers:
            answers = Counter(
                callers.map(lambda each: books.pay_run(*each).result, (*runs[:2], *runs[2:]))
            )
        assert answers == {"created": 1, "payments_refused": 3}
    assert books.stages() == (850_00, 0, 0, 150_00)
