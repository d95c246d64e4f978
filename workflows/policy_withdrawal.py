"""A published version is withdrawn: one recorded act, carried out or refused in one transaction.

Most versions that are withdrawn were published long ago, and some before there were workflows, so
that a withdrawal is no act on a publication.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.names import CARRY_OUT_WITHDRAWAL, OfPolicyAct
    from domain.acts import ActOutcome
    from workflows.asking import ask
    from workflows.messages import PolicyActRef


@workflow.defn(name="PolicyWithdrawal")
class PolicyWithdrawal:
    """One withdrawal, from being recorded to its outcome."""

    @workflow.run
    async def run(self, ref: PolicyActRef) -> ActOutcome:
        """Carry the act out, through every retry."""
        told = await ask(CARRY_OUT_WITHDRAWAL, OfPolicyAct(act_id=ref.act_id))
        return told.outcome
