"""A draft of policy: checked, its impact worked out, approved by two people, published.

It carries ids and stages; what a draft says is in the record.
"""

from functools import partial

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.names import (
        CARRY_OUT_IN_PUBLICATION,
        CHECK_DRAFT,
        REFUSE_IN_PUBLICATION,
        TAKE_UP_PUBLICATION,
        WORK_OUT_IMPACT,
        OfPublication,
        PublicationStanding,
    )
    from domain.acts import ActOutcome, ActRef
    from domain.publication import PUBLICATION_ALLOWED_AT, PublicationStage, bars_approver
    from domain.refusals import Barred, NotAtThisStage
    from workflows.messages import PublicationRef
    from workflows.turns import Turns

    _BY_ITSELF = {
        PublicationStage.DRAFTED: CHECK_DRAFT,
        PublicationStage.CHECKED: WORK_OUT_IMPACT,
    }
    """What follows at a stage without anybody being waited for."""


@workflow.defn(name="PolicyPublication")
class PolicyPublication:
    """One draft, from being drafted to being published, or to being given up."""

    @workflow.init
    def __init__(self, ref: PublicationRef) -> None:
        self._of = OfPublication(publication_id=ref.publication_id)
        self._turns = Turns(
            ref.publication_id, CARRY_OUT_IN_PUBLICATION, REFUSE_IN_PUBLICATION, _in_the_way
        )

    @workflow.run
    async def run(self, _ref: PublicationRef) -> None:
        """Take the draft up from the record, and go on until it is published or given up.

        Checking and impact follow by themselves; for everything else a person is waited for.
        """
        standing = await self._turns.ask(TAKE_UP_PUBLICATION, self._of)
        while not standing.has_ended:
            following = _BY_ITSELF.get(standing.stage)
            if following is None:
                await workflow.wait_condition(self._goes_on)
            else:
                # An act whose turn came first may have changed the stage.
                is_still = partial(self._stands_at, standing.stage)
                await self._turns.ask_if(following, self._of, is_still)
            assert self._turns.standing is not None
            standing = self._turns.standing
        await workflow.wait_condition(workflow.all_handlers_finished)

    def _stands_at(self, stage: PublicationStage) -> bool:
        return self._turns.standing is not None and self._turns.standing.stage is stage

    def _goes_on(self) -> bool:
        """Whether there is something to do that no person has to be waited for."""
        standing = self._turns.standing
        return standing is not None and (standing.has_ended or standing.stage in _BY_ITSELF)

    @workflow.query
    def stage(self) -> PublicationStage | None:
        """Where the draft stands."""
        return self._turns.standing.stage if self._turns.standing else None

    @workflow.update
    async def revise_policy(self, act: ActRef) -> ActOutcome:
        """The draft is replaced by another, which is checked anew."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def approve_policy(self, act: ActRef) -> ActOutcome:
        """Somebody who wrote none of it approves what they saw; the second one publishes it."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def give_up_policy(self, act: ActRef) -> ActOutcome:
        """The draft is given up; it stays on record."""
        return await self._turns.carry_out(act)


def _in_the_way(standing: PublicationStanding, act: ActRef) -> str | None:
    """Say by its code why an act is refused here: its stage, or the person (promise 6)."""
    if standing.stage not in PUBLICATION_ALLOWED_AT[act.kind]:
        return NotAtThisStage.code
    if bars_approver(act.kind, act.person_id, standing.written_by, standing.approved_by):
        return Barred.code
    return None
