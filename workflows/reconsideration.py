"""A challenge to a decision, from being made to its one answer.

It carries ids and stages. The panel that looks again counts its own ballots: where the challenge
stands is read anew when somebody acts on it after that.
"""

import asyncio
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
        Deed,
        NotAllowed,
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
    from workflows.asking import RecordedTime, ask
    from workflows.messages import ChallengeRef, RequestRef


@workflow.defn(name="Reconsideration")
class Reconsideration:
    """One challenge: given to fresh people, looked at again, and answered once."""

    @workflow.init
    def __init__(self, ref: ChallengeRef) -> None:
        self._of = OfChallenge(reconsideration_id=ref.reconsideration_id)
        self._standing: ChallengeStanding | None = None
        self._time = RecordedTime()
        self._turn = asyncio.Lock()
        self._changes = 0

    @workflow.run
    async def run(self, _ref: ChallengeRef) -> None:
        """Take the challenge up from the record and carry it to its answer.

        A request that was sent back goes on in a workflow of its own, which this one begins.
        """
        async with self._turn:
            standing = self._take(await ask(TAKE_UP_CHALLENGE, self._of))
        while not standing.has_ended:
            standing = await self._wait(standing)
        if standing.sent_back:
            await self._begin_request_again(standing)
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def _wait(self, standing: ChallengeStanding) -> ChallengeStanding:
        """Wait for somebody to act, or for the day of the answer to pass."""
        seen = self._changes
        try:
            await workflow.wait_condition(
                lambda: self._changes != seen, timeout=self._time.until(standing.waits_until_at)
            )
        except TimeoutError:
            async with self._turn:
                return self._take(await ask(LET_CHALLENGE_WAIT, self._of))
        assert self._standing is not None
        return self._standing

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

    def _take(self, standing: ChallengeStanding) -> ChallengeStanding:
        self._standing = standing
        self._time.set_by(standing.now_at if standing.by_moved_clock else None)
        self._changes += 1
        return standing

    async def _carry_out(self, act: ActRef) -> ActOutcome:
        await workflow.wait_condition(lambda: self._standing is not None)
        async with self._turn:
            code = self._in_the_way(await self._as_it_stands(), act)
            if code is None:
                deed = Deed(subject_id=self._of.reconsideration_id, act=act)
                told = self._take(await ask(CARRY_OUT_ON_CHALLENGE, deed))
            else:
                no = NotAllowed(subject_id=self._of.reconsideration_id, act=act, code=code)
                told = self._take(await ask(REFUSE_ON_CHALLENGE, no))
        assert told.outcome is not None
        return told.outcome

    async def _as_it_stands(self) -> ChallengeStanding:
        """Where the challenge stands, read anew while a panel has it: it counts by itself."""
        assert self._standing is not None
        if self._standing.stage is ChallengeStage.LISTED:
            return self._take(await ask(TAKE_UP_CHALLENGE, self._of))
        return self._standing

    @staticmethod
    def _in_the_way(standing: ChallengeStanding, act: ActRef) -> str | None:
        """What keeps an act from being carried out: the stage, or the person (promise 6)."""
        if standing.stage in CHALLENGE_ENDED:
            return TooLate.code
        if standing.stage not in CHALLENGE_ALLOWED_AT[act.kind]:
            return NotAtThisStage.code
        if is_barred_from(act.kind, act.person_id, standing.involved):
            return Barred.code
        return None

    @workflow.query
    def stage(self) -> ChallengeStage | None:
        """Where the challenge stood when its workflow last read it."""
        return self._standing.stage if self._standing else None

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
