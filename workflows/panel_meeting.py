"""A cluster's panel meeting: its ballots are opened and closed, and each request hears of its own.

Votes are rows and never come here: while a ballot is open the meeting knows when it closes, and
nothing else.
"""

import asyncio

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from activities.names import (
        CARRY_OUT_IN_MEETING,
        CLOSE_DUE_BALLOTS,
        TAKE_UP_MEETING,
        BallotToHear,
        Deed,
        MeetingStanding,
        OfMeeting,
    )
    from domain.acts import ActOutcome, ActRef
    from workflows.asking import RecordedTime, ask
    from workflows.messages import BallotHeard, MeetingRef


@workflow.defn(name="PanelMeeting")
class PanelMeeting:
    """One meeting, from being called to being closed with no ballot open."""

    @workflow.init
    def __init__(self, ref: MeetingRef) -> None:
        self._of = OfMeeting(meeting_id=ref.meeting_id)
        self._standing: MeetingStanding | None = None
        self._time = RecordedTime()
        self._turn = asyncio.Lock()
        self._changes = 0

    @workflow.run
    async def run(self, _ref: MeetingRef) -> None:
        """Take the meeting up from the record and keep its ballots until it is closed."""
        async with self._turn:
            await self._take(await ask(TAKE_UP_MEETING, self._of))
        while not self._is_over():
            await self._wait_and_go_on()
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def _wait_and_go_on(self) -> None:
        """Wait for the chair, or for the next ballot's closing time."""
        seen = self._changes
        standing = self._standing
        assert standing is not None
        try:
            await workflow.wait_condition(
                lambda: self._changes != seen, timeout=self._time.until(standing.next_close_at)
            )
        except TimeoutError:
            async with self._turn:
                await self._take(await ask(CLOSE_DUE_BALLOTS, self._of))

    def _is_over(self) -> bool:
        standing = self._standing
        return standing is not None and standing.closed and not standing.ballots_open

    async def _take(self, standing: MeetingStanding) -> None:
        self._standing = standing
        self._time.set_by(standing.now_at if standing.by_moved_clock else None)
        self._changes += 1
        for ballot in standing.unheard:
            await self._tell(ballot)

    async def _tell(self, ballot: BallotToHear) -> None:
        """Tell a request's workflow that its ballot has closed.

        One that is away is started again from the record, where it finds the ballot by itself.
        """
        request = workflow.get_external_workflow_handle(f"request/{ballot.request_id}")
        try:
            await request.signal("ballot_closed", BallotHeard(ballot_id=ballot.ballot_id))
        except FailureError:
            workflow.logger.warning("request_not_there", extra={"ballot": str(ballot.ballot_id)})

    async def _carry_out(self, act: ActRef) -> ActOutcome:
        await workflow.wait_condition(lambda: self._standing is not None)
        async with self._turn:
            deed = Deed(subject_id=self._of.meeting_id, act=act)
            told = await ask(CARRY_OUT_IN_MEETING, deed)
            await self._take(told)
        assert told.outcome is not None
        return told.outcome

    @workflow.update
    async def open_meeting(self, act: ActRef) -> ActOutcome:
        """The meeting begins in the room."""
        return await self._carry_out(act)

    @workflow.update
    async def open_ballot(self, act: ActRef) -> ActOutcome:
        """The chair opens a round on an item."""
        return await self._carry_out(act)

    @workflow.update
    async def close_ballot(self, act: ActRef) -> ActOutcome:
        """The chair closes a ballot before its time."""
        return await self._carry_out(act)

    @workflow.update
    async def defer(self, act: ActRef) -> ActOutcome:
        """The chair puts an item off to the next meeting."""
        return await self._carry_out(act)

    @workflow.update
    async def close_meeting(self, act: ActRef) -> ActOutcome:
        """The meeting ends; what was not heard is listed again."""
        return await self._carry_out(act)

    @workflow.update
    async def call_off_meeting(self, act: ActRef) -> ActOutcome:
        """The meeting is not held; what it would have heard is listed again."""
        return await self._carry_out(act)
