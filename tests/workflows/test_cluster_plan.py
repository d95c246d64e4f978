"""A plan's waiting, its bars and its ends, with activities that answer at once."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client, WorkflowHandle

from domain.acts import ActOutcome
from domain.cluster_plan import PlanStage
from domain.stages import ActKind
from tests.workflows.fake_plan import FakePlan
from tests.workflows.fakes import AT, act
from tests.workflows.office import working
from workflows.cluster_plan import ClusterPlan
from workflows.messages import PlanRef

Handle = WorkflowHandle[ClusterPlan, None]


async def start(client: Client, fake: FakePlan, task_queue: str) -> Handle:
    """Start a plan's workflow."""
    return await client.start_workflow(
        ClusterPlan.run,
        PlanRef(plan_id=fake.id),
        id=f"cluster_plan/{fake.id}",
        task_queue=task_queue,
    )


async def update(handle: Handle, kind: ActKind, person_id: UUID | None = None) -> ActOutcome:
    """Bring somebody's act to a plan."""
    said = act(kind, person_id or uuid4())
    outcome: ActOutcome = await handle.execute_update(
        kind.value, said, id=str(said.id), result_type=ActOutcome
    )
    return outcome


@pytest.mark.promise(6)
async def test_a_plan_goes_from_its_schools_to_its_end(client: Client, task_queue: str) -> None:
    """Promise 6: not signed early, nor by who spoke; then signed, and reported on."""
    fake = FakePlan()
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        assert (await update(handle, ActKind.SIGN_PLAN)).code == "not_at_this_stage"
        assert (await update(handle, ActKind.VOICE_ON_PLAN, fake.involved)).done
        assert await handle.query(ClusterPlan.stage) is PlanStage.AGREED
        assert (await update(handle, ActKind.SIGN_PLAN, fake.involved)).code == "barred"
        assert (await update(handle, ActKind.SIGN_PLAN)).done
        assert (await update(handle, ActKind.REPORT_OUTCOME, fake.involved)).done
        await handle.result()
    assert fake.names.count("carry_out_on_plan") == 3


@pytest.mark.parametrize("kind", [ActKind.RETURN_PLAN, ActKind.WITHDRAW_PLAN])
async def test_an_agreed_plan_may_be_returned_or_withdrawn(
    client: Client, task_queue: str, kind: ActKind
) -> None:
    """Either ends it."""
    fake = FakePlan(PlanStage.AGREED)
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        assert (await update(handle, kind)).done
        await handle.result()


@pytest.mark.promise(12)
async def test_the_schools_time_passes_by_itself(client: Client, task_queue: str) -> None:
    """Promise 12: at the instant it is over; what comes later is too late."""
    fake = FakePlan(waits_until_at=AT + timedelta(seconds=1))
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        await handle.result()
    assert fake.names == ["take_up_plan", "let_plan_wait"]


async def test_a_plan_that_came_to_nothing_ends_at_once(client: Client, task_queue: str) -> None:
    """It was refused when it was taken up: there is nothing to wait for."""
    fake = FakePlan(stage=None)
    async with working(client, task_queue, fake.activities):
        await (await start(client, fake, task_queue)).result()
    assert fake.names == ["take_up_plan"]


async def test_of_two_acts_at_once_the_second_is_told_of_the_end(
    client: Client, task_queue: str
) -> None:
    """Both had come before anybody served the plan: the first ends it, the other is too late."""
    fake = FakePlan(PlanStage.AGREED)
    handle = await start(client, fake, task_queue)
    both = asyncio.gather(
        update(handle, ActKind.WITHDRAW_PLAN), update(handle, ActKind.RETURN_PLAN)
    )
    async with working(client, task_queue, fake.activities):
        outcomes = await both
        await handle.result()
    assert sorted(each.code or "done" for each in outcomes) == ["done", "too_late"]
