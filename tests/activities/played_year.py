"""A year in which every verb of the ledger is heard; some of it is undone, carried and closed."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from typing import Protocol
from uuid import UUID, uuid4

from activities.embedded import EmbeddedPostgres
from activities.store import ledger
from activities.store.session import make_engine
from domain.ledger.accounts import (
    COUNCIL_CONTINGENCY,
    DEFICIT,
    EXCEPTIONAL,
    HIGH_NEEDS_BLOCK,
    OPENING,
    MoneyStage,
)
from domain.ledger.answers import LedgerAnswer
from domain.ledger.journal import Allocate, Context, PotYear
from domain.ledger.year import (
    AuthoriseOverspend,
    Cancel,
    CarryForward,
    CarryLine,
    CloseAccounts,
    ClosePeriod,
    PayLine,
    PayRun,
    Recoup,
    ReopenPeriod,
    Vire,
)
from tests.activities.ledger_books import CONTEXT, Books, instalment, line
from tests.conftest import TEMPLATE, settings_for

PLAYED = "locality_played_year"
POTS = (OPENING, HIGH_NEEDS_BLOCK, DEFICIT, EXCEPTIONAL, "cluster:a", "cluster:b")
NEXT_YEAR = Context(
    recorded_at=datetime(2027, 4, 6, 7, tzinfo=UTC),
    effective_on=date(2027, 4, 6),
    financial_year=2027,
    period=1,
    academic_year=2026,
    authority="Scheme 4",
)
SIGNED = CONTEXT.model_copy(update={"authority": "Scheme 4", "reason": "owed_by_plan"})


@cache
def played_on(server: EmbeddedPostgres) -> str:
    """Play the year in a database to copy, once on each server whoever asks for it."""
    server.create_database(PLAYED, template=TEMPLATE)
    engine = make_engine(settings_for(server, PLAYED).database_url, pool_size=1)
    play(Books(engine))
    engine.dispose()
    return PLAYED


def play(books: Books) -> None:
    """Play the year on an empty ledger; whatever is asked is done."""
    for year in (2026, 2027):
        books.open(*POTS, COUNCIL_CONTINGENCY, year=year)
    books.allocate(line(10_000_00, HIGH_NEEDS_BLOCK), line(5_000_00, HIGH_NEEDS_BLOCK, 2027))
    books.allocate(line(1_000_00), line(800_00, "cluster:b"), line(500_00, EXCEPTIONAL))
    books.allocate(line(400_00, year=2027))
    mistaken = Allocate(
        id=uuid4(),
        lines=(line(10_00, COUNCIL_CONTINGENCY),),
        source_pot=HIGH_NEEDS_BLOCK,
        context=CONTEXT,
    )
    books.reverse(_done(books, ledger.allocate, mistaken))
    run_on = _promises(books)
    _takes_back(books)
    _moves_between_pots(books)
    _ends(books, run_on)


def _promises(books: Books) -> UUID:
    """Holds, commitments and payments, and what undoes them; names a promise that runs on."""
    books.release(books.held(line(50_00)))
    undone = books.committed(books.held(line(30_00)), instalment(1, 40_00))
    books.reverse(undone)
    first = books.committed(
        books.held(line(300_00)), instalment(1, 100_00), instalment(2, 150_00), instalment(3, 50_00)
    )
    rejected, _ = books.pay(first, line(100_00))
    books.reverse(rejected)
    books.pay(first, line(100_00), attempt=2)
    cancelled = _done(books, ledger.cancel, _cancel(first, 3))
    books.reverse(cancelled)
    _done(books, ledger.cancel, _cancel(first, 3))
    partly = books.committed(
        books.held(line(60_00)), instalment(1, 20_00), instalment(2, 40_00, "cluster:a")
    )
    _done(books, ledger.cancel, _cancel(partly, 1))
    books.reverse(partly)
    second = books.committed(
        books.held(line(90_00, "cluster:b")),
        instalment(1, 30_00, "cluster:b"),
        instalment(2, 60_00, "cluster:b"),
    )
    books.held(line(70_00), line(20_00, year=2027))
    run = PayRun(
        id=uuid4(),
        payments=(_due(first, 2, 150_00, "cluster:a"), _due(second, 1, 30_00, "cluster:b")),
        context=SIGNED.model_copy(update={"run_id": uuid4(), "reference": "RUN-7"}),
    )
    _done(books, ledger.pay_run, run)
    return second


def _takes_back(books: Books) -> None:
    """Money comes back: from a payee, and from another council."""
    paid = books.committed(books.held(line(80_00)), instalment(1, 80_00))
    books.pay(paid, line(80_00))
    back = Recoup(id=uuid4(), lines=(line(25_00),), commitment_id=paid, context=SIGNED)
    _done(books, ledger.recoup, back)
    elsewhere = Recoup(id=uuid4(), lines=(line(33_00),), council="kent", context=SIGNED)
    _done(books, ledger.recoup, elsewhere)
    books.reverse(elsewhere.id)


def _moves_between_pots(books: Books) -> None:
    """A virement, and an overspend that somebody answers for."""
    virement = Vire(
        id=uuid4(), from_pot="cluster:a", lines=(line(5_00, "cluster:b"),), context=SIGNED
    )
    _done(books, ledger.vire, virement)
    owed = AuthoriseOverspend(id=uuid4(), lines=(line(12_00, EXCEPTIONAL),), context=SIGNED)
    _done(books, ledger.authorise_overspend, owed)


def _ends(books: Books, promise: UUID) -> None:
    """A month is closed, opened again and closed; a pot's year is carried on and closed."""
    closed = CONTEXT.model_copy(update={"period": 3})
    _done(books, ledger.close_period, ClosePeriod(id=uuid4(), context=closed))
    again = closed.model_copy(update={"authority": "Scheme 9", "reason": "late_invoice"})
    _done(books, ledger.reopen_period, ReopenPeriod(id=uuid4(), context=again))
    _done(books, ledger.close_period, ClosePeriod(id=uuid4(), context=closed))
    available, held, committed, _ = books.stages("cluster:b")
    assert (held, committed) == (0, 60_00)
    carried = CarryForward(
        id=uuid4(),
        lines=(
            _carry(MoneyStage.AVAILABLE, available, HIGH_NEEDS_BLOCK),
            _carry(MoneyStage.COMMITTED, committed, "cluster:b"),
        ),
        context=NEXT_YEAR,
    )
    _done(books, ledger.carry_forward, carried)
    ended = (PotYear(pot="cluster:b", financial_year=2026),)
    _done(
        books, ledger.close_accounts, CloseAccounts(id=uuid4(), accounts=ended, context=NEXT_YEAR)
    )
    # Due in the year that was closed, paid in the one it was carried into, as a late item.
    late = NEXT_YEAR.model_copy(update={"belongs_to": "2026/12", "reference": "LATE-1"})
    run = PayRun(id=uuid4(), payments=(_due(promise, 2, 60_00, "cluster:b"),), context=late)
    _done(books, ledger.pay_run, run)


class _Command(Protocol):
    """Whatever has an id of its own."""

    @property
    def id(self) -> UUID:
        """Its id."""


def _done(books: Books, verb: Callable[..., LedgerAnswer], command: _Command) -> UUID:
    """Ask for one thing that is certainly done."""
    told = books.ask(verb, command)
    assert told.is_done, told
    return command.id


def _cancel(commitment_id: UUID, number: int) -> Cancel:
    return Cancel(
        id=uuid4(), commitment_id=commitment_id, instalment_numbers=(number,), context=SIGNED
    )


def _due(commitment_id: UUID, number: int, pence: int, pot: str) -> PayLine:
    return PayLine(
        id=uuid4(), commitment_id=commitment_id, instalment_number=number, line=line(pence, pot)
    )


def _carry(stage: MoneyStage, pence: int, into_pot: str) -> CarryLine:
    return CarryLine(
        pot="cluster:b",
        financial_year=2026,
        stage=stage,
        pence=pence,
        into_pot=into_pot,
        into_stage=stage,
    )
