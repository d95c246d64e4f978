"""The contract that delivery leans on: the engine of the tests and the real one both keep it."""

from uuid import UUID, uuid4

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.acts import ActOutcome, ActRef
from domain.stages import ActKind
from tests.api.engine import HandEngine
from workflows.messages import RequestRef

REQUEST = UUID("11111111-1111-4111-8111-111111111111")


@workflow.defn(name="SupportRequest")
class Listening:
    """A workflow that answers one update and ends on another."""

    @workflow.init
    def __init__(self, _ref: RequestRef) -> None:
        self._over = False
        self._heard = 0

    @workflow.run
    async def run(self, _ref: RequestRef) -> None:
        """Wait for the end."""
        await workflow.wait_condition(lambda: self._over)

    @workflow.update
    async def authorise(self, act: ActRef) -> ActOutcome:
        """Answer, with how many were heard."""
        self._heard += 1
        return ActOutcome(act_id=act.id, done=True, code=str(self._heard))

    @workflow.signal
    def end(self) -> None:
        """End."""
        self._over = True


class Contract:
    """What delivery expects, whoever stands behind it."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self.client = client
        self.task_queue = task_queue
        self.id = f"request/{uuid4()}"

    async def starts(self, reuse: WorkflowIDReusePolicy) -> None:
        """Start as delivery does."""
        await self.client.start_workflow(
            "SupportRequest",
            RequestRef(request_id=REQUEST),
            id=self.id,
            task_queue=self.task_queue,
            id_reuse_policy=reuse,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )

    async def updates(self, act: ActRef) -> None:
        """Update as delivery does."""
        handle = self.client.get_workflow_handle(self.id)
        await handle.execute_update("authorise", act, id=str(act.id), result_type=ActOutcome)

    async def is_kept_until_it_ends(self) -> None:
        """Unknown is NOT_FOUND; starting twice is one; the same act may come twice."""
        act = ActRef(id=uuid4(), kind=ActKind.AUTHORISE)
        for asking in (self.updates(act), self.client.get_workflow_handle(self.id).describe()):
            with pytest.raises(RPCError) as unknown:
                await asking
            assert unknown.value.status is RPCStatusCode.NOT_FOUND
        for _ in range(2):
            await self.starts(WorkflowIDReusePolicy.REJECT_DUPLICATE)
            await self.updates(act)

    async def is_over_once_ended(self) -> None:
        """An ended workflow hears nothing, and is begun anew by neither way of starting."""
        with pytest.raises(RPCError) as over:
            await self.updates(ActRef(id=uuid4(), kind=ActKind.AUTHORISE))
        assert over.value.status is RPCStatusCode.NOT_FOUND
        for reuse in (
            WorkflowIDReusePolicy.REJECT_DUPLICATE,
            WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
        ):
            with pytest.raises(WorkflowAlreadyStartedError):
                await self.starts(reuse)


async def test_the_engine_by_hand_keeps_the_contract() -> None:
    """What the web's tests stand on behaves as delivery expects."""
    engine = HandEngine()
    contract = Contract(await engine.connect(), "by-hand")
    await contract.is_kept_until_it_ends()
    engine.running.discard(contract.id)
    engine.ended.add(contract.id)
    await contract.is_over_once_ended()


async def test_the_real_engine_keeps_the_contract(
    temporal: WorkflowEnvironment, task_queue: str
) -> None:
    """The real server does the same, so the stand-in may stand in."""
    address = temporal.client.service_client.config.target_host
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    contract = Contract(client, task_queue)
    worker = Worker(
        client,
        task_queue=task_queue,
        workflows=[Listening],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with worker:
        await contract.is_kept_until_it_ends()
        handle = client.get_workflow_handle(contract.id)
        await handle.signal("end")
        await handle.result()
        await contract.is_over_once_ended()
