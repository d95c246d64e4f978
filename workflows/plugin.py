"""What client, worker and replayer must agree on: payloads, the sandbox, and what fails a workflow.

An option of the engine that is marked experimental is named here and nowhere else.
"""

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.plugin import SimplePlugin
from temporalio.worker.workflow_sandbox import (
    SandboxedWorkflowRunner,
    SandboxRestrictions,
)
from temporalio.workflow import SandboxImportNotificationPolicy

from domain.refusals import Refusal


def locality_plugin() -> SimplePlugin:
    """The plugin that every client, worker and replayer of Locality is given.

    A careless import in a workflow fails when the worker starts, not when a case is replayed.
    """
    restrictions = SandboxRestrictions.default.with_passthrough_modules(
        "domain"
    ).with_import_notification_policy(
        SandboxImportNotificationPolicy.RAISE_ON_UNINTENTIONAL_PASSTHROUGH
    )
    return SimplePlugin(
        "locality",
        data_converter=pydantic_data_converter,
        workflow_runner=SandboxedWorkflowRunner(restrictions=restrictions),
        workflow_failure_exception_types=[Refusal],
    )
