"""A draft of policy: checked, its impact worked out, approved by two people, published.

It carries ids and stages; what a draft says is in the record.
"""

import asyncio

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.names import (
        CARRY_OUT_IN_PUBLICATION,
        CHECK_DRAFT,
        REFUSE_IN_PUBLICATION,
        TAKE_UP_PUBLICATION,
        WORK_OUT_IMPACT,
        Deed,
        NotAllowed,
        OfPublication,
        PublicationStanding,
    )
    from domain.acts import ActOutcome, ActRef
    from domain.publication import PUBLICATION_ALLOWED_AT, PublicationStage, bars_approver
    from domain.refusals import Barred, NotAtThisStage
    from workflows.asking import ask
    from workflows.messages import PublicationRef

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
        self._standing: PublicationStanding | None = None
        self._turn = asyncio.Lock()

    @workflow.run
    async def run(self, _ref: PublicationRef) -> None:
        """Take the draft up from the record, and go on until it is published or given up.

        Checking and impact follow by themselves; for everything else a person is waited for.
        """
        async with self._turn:
            self._standing = await ask(TAKE_UP_PUBLICATION, self._of)
        while not self._standing.has_ended:
            if self._standing.stage in _BY_ITSELF:
                async with self._turn:
                    await self._go_on()
            else:
                await workflow.wait_condition(self._goes_on)
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def _go_on(self) -> None:
        """Do what follows by itself, unless an act whose turn came first has changed the stage."""
        assert self._standing is not None
        following = _BY_ITSELF.get(self._standing.stage)
        if following is not None:
            self._standing = await ask(following, self._of)

    def _goes_on(self) -> bool:
        """Whether there is something to do that no person has to be waited for."""
        standing = self._standing
        return standing is not None and (standing.has_ended or standing.stage in _BY_ITSELF)

    async def _carry_out(self, act: ActRef) -> ActOutcome:
        await workflow.wait_condition(lambda: self._standing is not None)
        async with self._turn:
            code = self._not_allowed(act)
            if code is None:
                deed = Deed(subject_id=self._of.publication_id, act=act)
                self._standing = await ask(CARRY_OUT_IN_PUBLICATION, deed)
            else:
                no = NotAllowed(subject_id=self._of.publication_id, act=act, code=code)
                self._standing = await ask(REFUSE_IN_PUBLICATION, no)
        assert self._standing.outcome is not None
        return self._standing.outcome

    def _not_allowed(self, act: ActRef) -> str | None:
        """Say by its code why an act is refused here: its stage, or the person (promise 6)."""
        standing = self._standing
        assert standing is not None
        if standing.stage not in PUBLICATION_ALLOWED_AT[act.kind]:
            return NotAtThisStage.code
        if bars_approver(act.kind, act.person_id, standing.written_by, standing.approved_by):
            return Barred.code
        return None

    @workflow.query
    def stage(self) -> PublicationStage | None:
        """Where the draft stands."""
        return self._standing.stage if self._standing else None

    @workflow.update
    async def revise_policy(self, act: ActRef) -> ActOutcome:
        """The draft is replaced by another, which is checked anew."""
        return await self._carry_out(act)

    @workflow.update
    async def approve_policy(self, act: ActRef) -> ActOutcome:
        """Somebody who wrote none of it approves what they saw; the second one publishes it."""
        return await self._carry_out(act)

    @workflow.update
    async def give_up_policy(self, act: ActRef) -> ActOutcome:
        """The draft is given up; it stays on record."""
        return await self._carry_out(act)
