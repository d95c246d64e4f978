"""A challenge to a decision, from being made to its one answer.

It carries ids and stages. The panel that looks again counts its own ballots: where the challenge
stands is read anew when somebody acts on it after that.
"""

from contextlib import suppress

from temporalio import workflow
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from activities.names import (
        CARRY_OUT_ON_CHALLENGE,
        LET_CHALLENGE_WAIT,
        REFUSE_ON_CHALLENGE,
        TAKE_UP_CHALLENGE,
        ChallengeStanding,
        OfChallenge,
    )
    from domain.acts import ActOutcome, ActRef
    from domain.reconsideration import (
        CHALLENGE_ALLOWED_AT,
        CHALLENGE_ENDED,
        ChallengeStage,
        is_barred_from,
    )
    from domain.refusals import Barred, NotAtThisStage, TooLate
    from workflows.messages import ChallengeRef, RequestRef
    from workflows.turns import TimedTurns


@workflow.defn(name="Reconsideration")
class Reconsideration:
    """One challenge: given to fresh people, looked at again, and answered once."""

    @workflow.init
    def __init__(self, ref: ChallengeRef) -> None:
        self._of = OfChallenge(reconsideration_id=ref.reconsideration_id)
        self._turns = TimedTurns(
            ref.reconsideration_id, CARRY_OUT_ON_CHALLENGE, REFUSE_ON_CHALLENGE, _in_the_way
        )

    @workflow.run
    async def run(self, _ref: ChallengeRef) -> None:
        """Take the challenge up from the record and carry it to its answer.

        Between its acts it waits for the day of the answer to pass. A request that was sent back
        goes on in a workflow of its own, which this one begins.
        """
        standing = await self._turns.ask(TAKE_UP_CHALLENGE, self._of)
        while not standing.has_ended:
            is_due = await self._turns.wait_until(standing.waits_until_at)
            if is_due is not None:
                await self._turns.ask_if(LET_CHALLENGE_WAIT, self._of, is_due)
            assert self._turns.standing is not None
            standing = self._turns.standing
        if standing.sent_back:
            await self._begin_request_again(standing)
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def _begin_request_again(self, standing: ChallengeStanding) -> None:
        """Begin the workflow of a request that was sent back; one that runs already is enough."""
        assert standing.request_id is not None
        with suppress(WorkflowAlreadyStartedError):
            await workflow.start_child_workflow(
                "SupportRequest",
                RequestRef(request_id=standing.request_id),
                id=f"request/{standing.request_id}",
                parent_close_policy=ParentClosePolicy.ABANDON,
            )

    async def _carry_out(self, act: ActRef) -> ActOutcome:
        return await self._turns.carry_out(act, self._as_it_stands)

    async def _as_it_stands(self, standing: ChallengeStanding) -> ChallengeStanding:
        """Where the challenge stands, read anew while a panel has it: it counts by itself."""
        if standing.stage is ChallengeStage.LISTED:
            return await self._turns.ask_now(TAKE_UP_CHALLENGE, self._of)
        return standing

    @workflow.query
    def stage(self) -> ChallengeStage | None:
        """Where the challenge stood when its workflow last read it."""
        return self._turns.standing.stage if self._turns.standing else None

    @workflow.update
    async def take_challenge(self, act: ActRef) -> ActOutcome:
        """An officer who had no part gives it to a panel."""
        return await self._carry_out(act)

    @workflow.update
    async def reconsider(self, act: ActRef) -> ActOutcome:
        """A senior officer gives the one answer."""
        return await self._carry_out(act)

    @workflow.update
    async def note_key_decision(self, act: ActRef) -> ActOutcome:
        """The Cabinet Member's decision that an answer waits for is noted."""
        return await self._carry_out(act)

    @workflow.update
    async def withdraw_challenge(self, act: ActRef) -> ActOutcome:
        """It is taken back; the decision stands."""
        return await self._carry_out(act)


def _in_the_way(standing: ChallengeStanding, act: ActRef) -> str | None:
    """What keeps an act from being carried out: the stage, or the person (promise 6)."""
    if standing.stage in CHALLENGE_ENDED:
        return TooLate.code
    if standing.stage not in CHALLENGE_ALLOWED_AT[act.kind]:
        return NotAtThisStage.code
    if is_barred_from(act.kind, act.person_id, standing.involved):
        return Barred.code
    return None
