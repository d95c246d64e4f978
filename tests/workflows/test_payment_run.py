"""A payment run's waiting, its bars and its order, with activities that answer at once."""

from uuid import UUID, uuid4

import pytest
from temporalio.client import Client, WorkflowHandle

from domain.acts import ActOutcome
from domain.payment_run import RunStage
from domain.stages import ActKind
from tests.workflows.fake_run import FakeRun
from tests.workflows.fakes import act
from tests.workflows.office import until, working
from workflows.messages import RunRef
from workflows.payment_run import PaymentRun

Handle = WorkflowHandle[PaymentRun, None]
OTHER = uuid4()


async def start(client: Client, fake: FakeRun, task_queue: str) -> Handle:
    """Start a run's workflow."""
    return await client.start_workflow(
        PaymentRun.run, RunRef(run_id=fake.id), id=f"payment_run/{fake.id}", task_queue=task_queue
    )


async def update(handle: Handle, kind: ActKind, person_id: UUID | None = OTHER) -> ActOutcome:
    """Bring somebody's act to a run."""
    said = act(kind, person_id)
    outcome: ActOutcome = await handle.execute_update(
        kind.value, said, id=str(said.id), result_type=ActOutcome
    )
    return outcome


async def test_a_run_is_posted_written_answered_and_closed(client: Client, task_queue: str) -> None:
    """Approval posts; the papers follow by themselves; answers and settling are waited for."""
    fake = FakeRun()
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        assert (await update(handle, ActKind.APPROVE_RUN)).done
        await until(lambda: fake.names[-1] == "write_run_papers", "written")
        assert (await update(handle, ActKind.READ_ANSWER)).done
        assert await handle.query(PaymentRun.stage) is RunStage.SENT
        fake.leads_to[ActKind.SETTLE_DIFFERENCE] = RunStage.CLOSED
        assert (await update(handle, ActKind.SETTLE_DIFFERENCE)).done
        await handle.result()
    assert fake.names == [
        "take_up_run",
        "carry_out_in_run",
        "write_run_papers",
        "carry_out_in_run",
        "carry_out_in_run",
    ]


@pytest.mark.promise(6)
async def test_the_workflow_bars_whoever_prepared_the_run(client: Client, task_queue: str) -> None:
    """Promise 6: it is refused here too, before any activity could post it."""
    fake = FakeRun()
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        outcome = await update(handle, ActKind.APPROVE_RUN, fake.preparer)
        assert (outcome.done, outcome.code) == (False, "barred")
        assert await handle.query(PaymentRun.stage) is RunStage.PREPARED
        fake.leads_to[ActKind.ABANDON_RUN] = RunStage.ABANDONED
        assert (await update(handle, ActKind.ABANDON_RUN, fake.preparer)).done
        await handle.result()
    assert fake.names == ["take_up_run", "refuse_in_run", "carry_out_in_run"]


async def test_an_act_out_of_its_stage_is_refused(client: Client, task_queue: str) -> None:
    """Nothing is answered that was not sent, and nothing is approved twice."""
    fake = FakeRun()
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        early = await update(handle, ActKind.READ_ANSWER)
        assert (early.done, early.code) == (False, "not_at_this_stage")
        assert (await update(handle, ActKind.APPROVE_RUN)).done
        again = await update(handle, ActKind.APPROVE_RUN)
        assert (again.done, again.code) == (False, "not_at_this_stage")
        await handle.terminate()


async def test_a_run_of_nothing_is_over_at_once(client: Client, task_queue: str) -> None:
    """Where nothing was due no run came of it, and nobody is waited for."""
    fake = FakeRun(None)
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        await handle.result()
    assert fake.names == ["take_up_run"]


async def test_a_lost_run_takes_up_where_the_record_stands(client: Client, task_queue: str) -> None:
    """Started again from nothing but its id, a posted run is written; a sent one waits."""
    fake = FakeRun(RunStage.POSTED)
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        await until(lambda: fake.names == ["take_up_run", "write_run_papers"], "written")
        await handle.terminate()
