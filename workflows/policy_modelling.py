"""One model of policies: cases decided again under candidates. Once recorded, it is worked out.

What it finds is stored by its one activity, which may take minutes; nobody is waited for.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.names import RUN_MODEL, OfPolicyAct
    from domain.acts import ActOutcome
    from workflows.asking import ask
    from workflows.messages import PolicyActRef


@workflow.defn(name="PolicyModelling")
class PolicyModelling:
    """One question, from being recorded to its result, or to being refused and why."""

    @workflow.run
    async def run(self, ref: PolicyActRef) -> ActOutcome:
        """Work it out, through every retry."""
        told = await ask(RUN_MODEL, OfPolicyAct(act_id=ref.act_id))
        return told.outcome
