"""Payment lines a second, posted as a payment run posts them: a thousand in a call and a commit.

Each line is an entry of its own with both legs, from a commitment that is looked at and locked.
What is paid was held and committed, and every caller has posted once, before the clock starts: as
the rival's callers are connected before its own does.
"""

import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy import Engine

from activities.store import ledger
from activities.store.session import make_engine, transaction
from domain.ledger.journal import Commit, Context, Hold, Instalment, Line
from domain.ledger.year import PayLine, PayRun
from tests.benchmarks.report import CannotMeasure

LINES = 1_000
RUNS, _INSTALMENTS, _PENCE = 8, 10, 1_00
"""Runs of each caller in a round, instalments of each commitment, pence of each line."""
START_SECONDS = 1.5


def post_runs(
    callers: ProcessPoolExecutor, url: str, pots: tuple[str, ...], count: int, context: Context
) -> float:
    """Let every caller prepare its promises, then pay them all at once; lines a second of all."""
    each = len(pots) // count
    shares = [pots[caller * each : (caller + 1) * each] for caller in range(count)]
    runs = list(callers.map(partial(_prepare, url, context), shares))
    pay = partial(_pay, url, context, time.time() + START_SECONDS)
    took = list(callers.map(pay, runs))
    return count * RUNS * LINES / max(took)


def _prepare(url: str, context: Context, pots: tuple[str, ...]) -> list[tuple[PayLine, ...]]:
    """Promise what one caller will pay, pot by pot in turn."""
    engine = make_engine(url, 1)
    each = LINES // _INSTALMENTS
    runs = [
        tuple(line for n in range(each) for line in _promised(engine, context, pots[n % len(pots)]))
        for _ in range(RUNS)
    ]
    first = _promised(engine, context, pots[0])
    engine.dispose()
    return [first, *runs]


def _promised(engine: Engine, context: Context, pot: str) -> tuple[PayLine, ...]:
    """Hold and promise one award's instalments, and name the payments that will be due."""
    line = Line(pot=pot, financial_year=context.financial_year, pence=_PENCE)
    whole = line.model_copy(update={"pence": _PENCE * _INSTALMENTS})
    hold = Hold(id=uuid4(), lines=(whole,), context=context)
    due = tuple(
        Instalment(
            number=number,
            due_on=date(context.financial_year, 4, number),
            pot=pot,
            financial_year=context.financial_year,
            period=1,
            pence=_PENCE,
        )
        for number in range(1, _INSTALMENTS + 1)
    )
    promise = Commit(id=uuid4(), hold_id=hold.id, instalments=due, context=context)
    with transaction(engine) as session:
        told = (ledger.hold(session, hold), ledger.commit(session, promise))
    if not all(each.is_done for each in told):
        raise CannotMeasure(f"Nothing to pay was promised: {told}")
    award, request = uuid4(), uuid4()
    return tuple(_payment(promise.id, each.number, line, (award, request)) for each in due)


def _payment(commitment: UUID, number: int, line: Line, about: tuple[UUID, UUID]) -> PayLine:
    """One line of a run, saying of itself what a county's lines say."""
    return PayLine(
        id=uuid4(),
        commitment_id=commitment,
        instalment_number=number,
        award_id=about[0],
        request_id=about[1],
        line=line,
        section_251_line="1.2.1",
        cost_centre="SEN-100",
    )


def _pay(url: str, context: Context, begin_at: float, runs: list[tuple[PayLine, ...]]) -> float:
    """Pay one run after another; the seconds from the common start to this caller's last commit."""
    engine = make_engine(url, 1)
    first, *timed = runs
    _post(engine, context, first)
    time.sleep(max(begin_at - time.time(), 0))
    for payments in timed:
        _post(engine, context, payments)
    took = time.time() - begin_at
    engine.dispose()
    return took


def _post(engine: Engine, context: Context, payments: tuple[PayLine, ...]) -> None:
    """Post one run in a commit of its own."""
    command = PayRun(
        id=uuid4(), payments=payments, context=context.model_copy(update={"run_id": uuid4()})
    )
    with transaction(engine) as session:
        told = ledger.pay_run(session, command)
    if told.result != "created":
        raise CannotMeasure(f"A run was refused: {told.result}")
