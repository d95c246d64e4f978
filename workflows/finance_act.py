"""One act of finance: a virement, a closed month, an award that changes. Once recorded, it is done.

The whole effect is one transaction of one activity, so the workflow is its retries and its trace.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.names import CARRY_OUT_FINANCE, OfFinanceAct
    from domain.acts import ActOutcome
    from workflows.asking import ask
    from workflows.messages import FinanceRef


@workflow.defn(name="FinanceAct")
class FinanceAct:
    """One act, from being recorded to its outcome: done, or refused and why."""

    @workflow.run
    async def run(self, ref: FinanceRef) -> ActOutcome:
        """Carry the act out, through every retry."""
        told = await ask(CARRY_OUT_FINANCE, OfFinanceAct(act_id=ref.act_id))
        return told.outcome
