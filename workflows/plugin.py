"""What client, worker and replayer must agree on: payloads, the sandbox, and what fails a workflow.

An option of the engine that is marked experimental is named here and nowhere else.
"""

from collections.abc import Sequence

from temporalio import workflow
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.plugin import SimplePlugin
from temporalio.worker import (
    UnsandboxedWorkflowRunner,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowRunner,
)
from temporalio.worker.workflow_sandbox import (
    SandboxedWorkflowRunner,
    SandboxRestrictions,
)
from temporalio.workflow import SandboxImportNotificationPolicy

from domain.refusals import Refusal


class CheckedAtStart(WorkflowRunner):
    """Loads each workflow in the sandbox when the worker starts, and runs its cases outside it.

    What the sandbox finds while a case runs, it finds in the tests, which run every line of every
    workflow in it.
    """

    def __init__(self, sandbox: SandboxedWorkflowRunner) -> None:
        self._sandbox = sandbox
        self._runs = UnsandboxedWorkflowRunner()

    def prepare_workflow(self, defn: workflow._Definition) -> None:
        """Refuse a workflow that pulls in what it may not."""
        self._sandbox.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Begin one case, with the modules that the worker has loaded."""
        return self._runs.create_instance(det)

    def set_worker_level_failure_exception_types(
        self, types: Sequence[type[BaseException]]
    ) -> None:
        """Tell the sandbox what fails a workflow, for when it looks at one."""
        self._sandbox.set_worker_level_failure_exception_types(types)


def locality_plugin(*, checked_at_start: bool = False) -> SimplePlugin:
    """The plugin that every client, worker and replayer of Locality is given.

    A careless import in a workflow fails when the worker starts, not when a case is replayed. With
    ``checked_at_start`` that is all the sandbox does; without, each case runs in it.
    """
    restrictions = SandboxRestrictions.default.with_passthrough_modules(
        "domain"
    ).with_import_notification_policy(
        SandboxImportNotificationPolicy.RAISE_ON_UNINTENTIONAL_PASSTHROUGH
    )
    sandbox = SandboxedWorkflowRunner(restrictions=restrictions)
    return SimplePlugin(
        "locality",
        data_converter=pydantic_data_converter,
        workflow_runner=CheckedAtStart(sandbox) if checked_at_start else sandbox,
        workflow_failure_exception_types=[Refusal],
    )
