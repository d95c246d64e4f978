"""A payment run survives whatever is killed in the middle of it: nothing twice, nothing skipped."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from activities.embedded import EmbeddedPostgres
from tests.activities.conftest import furnished_on
from tests.conftest import settings_for
from tests.kill.machine import Machine
from tests.kill.runs import AWARDS, DUE, PREPARING, TOTAL_PENCE, PaymentPlay

LINES = AWARDS * len(DUE)
HALF_PREPARED = ("remittance", "INSERT INTO remittance")
HALF_POSTED = ("payment_run", "UPDATE payment_run")
HALF_WRITTEN = ("remittance", "UPDATE remittance SET notice")
HALF_ANSWERED = ("run_line", "UPDATE run_line")


@pytest_asyncio.fixture(loop_scope="session")
async def play(killable: EmbeddedPostgres) -> AsyncIterator[PaymentPlay]:
    """A machine whose people pay what is due, on a database of its own."""
    name = f"paying_{uuid4().hex}"
    killable.create_database(name, template=furnished_on(killable))
    machine = Machine(settings_for(killable, name))
    try:
        await asyncio.to_thread(machine.start)
        async with httpx.AsyncClient(base_url=machine.url, timeout=10) as web:
            yield PaymentPlay(machine, killable, web)
    finally:
        await asyncio.to_thread(machine.stop)


def check_paid_once(play: PaymentPlay) -> None:
    """Every line is paid once and none is left out, and the ledger adds up."""
    assert play.paying.paid_pence() == TOTAL_PENCE
    paid = play.world.rows(
        "SELECT commitment_id, instalment_number, count(*) AS times FROM ledger_entry"
        " WHERE verb = 'pay' GROUP BY 1, 2"
    )
    assert len(paid) == LINES
    assert {row.times for row in paid} == {1}
    assert play.world.one("SELECT count(*) FROM payment_run") == 1
    check_ledger(play)


def check_ledger(play: PaymentPlay) -> None:
    """The ledger adds up, whoever was killed."""
    assert play.machine.differences() == []


@pytest.mark.promise(3)
@pytest.mark.promise(4)
async def test_postgresql_killed_at_every_step_of_a_run(play: PaymentPlay) -> None:
    """Promises 3 and 4: killed half prepared, half posted, half answered; all comes right."""
    run = await play.disturbed("postgres", HALF_PREPARED, "finance.1", "/payment-runs", PREPARING)
    run_id = run["act_id"]
    path = f"/payment-runs/{run_id}"
    said = {"lines": LINES, "total_pence": TOTAL_PENCE}
    await play.disturbed("postgres", HALF_POSTED, "finance.2", f"{path}/approve", said)
    await play.until_stage(run_id, "sent")
    check_paid_once(play)
    answer = {"file_id": await play.answer(run_id)}
    await play.disturbed("postgres", HALF_ANSWERED, "finance.1", f"{path}/read-answer", answer)
    await play.until_stage(run_id, "closed")
    rejected = play.world.one("SELECT sum(pay_pence) FROM remittance WHERE state = 'rejected'")
    assert play.paying.paid_pence() == TOTAL_PENCE - rejected
    undone = play.world.rows("SELECT reverses_id FROM ledger_entry WHERE verb = 'reverse'")
    assert len(undone) == len(set(undone)) > 0
    check_ledger(play)


@pytest.mark.promise(3)
@pytest.mark.promise(4)
@pytest.mark.parametrize("at", [HALF_POSTED, HALF_WRITTEN], ids=["half_posted", "half_written"])
async def test_a_worker_killed_in_the_middle_of_a_run(
    play: PaymentPlay, at: tuple[str, str]
) -> None:
    """Promises 3 and 4: half posted or half written, the next worker pays and writes once."""
    run = await play.does("finance.1", "/payment-runs", PREPARING)
    run_id = run["act_id"]
    path = f"/payment-runs/{run_id}"
    said = {"lines": LINES, "total_pence": TOTAL_PENCE}
    await play.disturbed("worker", at, "finance.2", f"{path}/approve", said)
    await play.until_stage(run_id, "sent")
    check_paid_once(play)
    assert play.world.one("SELECT count(*) FROM run_file") == 2
    assert play.world.one("SELECT count(*) FROM remittance WHERE notice IS NULL") == 0
