"""A careless change to a running workflow, planted to be caught: it waits before it begins."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.stages import Ending
    from workflows.messages import RequestRef
    from workflows.support_request import SupportRequest


@workflow.defn(name="SupportRequest")
class Hasty(SupportRequest):
    """A request that somebody gave a pause without a patch."""

    @workflow.init
    def __init__(self, ref: RequestRef) -> None:
        super().__init__(ref)

    @workflow.run
    async def run(self, ref: RequestRef) -> Ending | None:
        """Pause, then go on as ever."""
        await workflow.sleep(1)
        return await super().run(ref)
