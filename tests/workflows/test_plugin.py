"""What every worker is given: workflows that pull in nothing, looked at before any case is run."""

import pytest
from temporalio import workflow
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import UnintentionalPassthroughError

from tests.workflows.careless import Careless
from workflows.panel_meeting import PanelMeeting
from workflows.plugin import locality_plugin


def runner(*, checked_at_start: bool) -> WorkflowRunner:
    """What runs workflows: each case in the sandbox, or looked at when the worker starts."""
    found = locality_plugin(checked_at_start=checked_at_start).workflow_runner
    assert isinstance(found, WorkflowRunner)
    return found


@pytest.mark.parametrize("checked_at_start", [False, True])
async def test_a_careless_import_is_refused_at_the_start(*, checked_at_start: bool) -> None:
    """Whether or not its cases would run in the sandbox, the worker does not come up with it."""
    careless, careful = (workflow._Definition.must_from_class(each) for each in _BOTH)  # noqa: SLF001
    runs = runner(checked_at_start=checked_at_start)
    runs.prepare_workflow(careful)
    with pytest.raises(UnintentionalPassthroughError, match="sqlalchemy"):
        runs.prepare_workflow(careless)


_BOTH = (Careless, PanelMeeting)
