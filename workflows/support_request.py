"""A request from submission to its ending: who is waited for, and what follows.

The record says where the request stands; this carries it on. Started again at any moment, it
takes up where the record is, so losing a Temporal history loses nothing.
"""

import asyncio
from uuid import UUID

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.names import (
        CARRY_OUT,
        HEAR_PANEL,
        LET_TIME_PASS,
        REFUSE,
        TAKE_UP,
        BallotToHear,
        Deed,
        NotAllowed,
        OfRequest,
        Standing,
    )
    from domain.acts import ActOutcome, ActRef
    from domain.people import parts_of
    from domain.refusals import Barred, NotAtThisStage, TooLate
    from domain.stages import ALLOWED_AT, DECIDING, Ending, Stage
    from workflows.asking import RecordedTime, ask
    from workflows.messages import BallotHeard, RequestRef


@workflow.defn(name="SupportRequest")
class SupportRequest:
    """One request's whole decision. People act by updates, the panel's meeting by a signal."""

    @workflow.init
    def __init__(self, ref: RequestRef) -> None:
        self._request_id = ref.request_id
        self._standing: Standing | None = None
        self._unheard: list[UUID] = []
        self._time = RecordedTime()
        self._turn = asyncio.Lock()
        self._changes = 0

    @workflow.run
    async def run(self, ref: RequestRef) -> Ending | None:
        """Take the request up from the record and carry it to its ending."""
        async with self._turn:
            self._take(await ask(TAKE_UP, OfRequest(request_id=ref.request_id)))
        while not self._has_ended():
            await self._wait_and_go_on()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._standing.ending if self._standing else None

    async def _wait_and_go_on(self) -> None:
        """Wait for a person, a panel or the next deadline, whichever comes first."""
        seen = self._changes
        standing = self._standing
        assert standing is not None
        try:
            await workflow.wait_condition(
                lambda: bool(self._unheard) or self._changes != seen,
                timeout=self._time.until(standing.waits_until_at),
            )
        except TimeoutError:
            async with self._turn:
                if self._changes == seen:
                    of = OfRequest(request_id=self._request_id)
                    self._take(await ask(LET_TIME_PASS, of))
            return
        if self._unheard:
            await self._hear_panel()

    async def _hear_panel(self) -> None:
        async with self._turn:
            ballot_id = self._unheard.pop(0)
            heard = BallotToHear(request_id=self._request_id, ballot_id=ballot_id)
            self._take(await ask(HEAR_PANEL, heard))

    def _take(self, standing: Standing) -> None:
        self._standing = standing
        self._time.set_by(standing.now_at if standing.by_moved_clock else None)
        self._changes += 1
        if standing.unheard_ballot_id and standing.unheard_ballot_id not in self._unheard:
            self._unheard.append(standing.unheard_ballot_id)

    def _has_ended(self) -> bool:
        return self._standing is not None and self._standing.has_ended

    async def _carry_out(self, act: ActRef) -> ActOutcome:
        """Carry out a recorded act: done or refused, its outcome is stored with its effect."""
        await workflow.wait_condition(lambda: self._standing is not None)
        async with self._turn:
            code = self._in_the_way(act)
            if code is None:
                told = await ask(CARRY_OUT, Deed(subject_id=self._request_id, act=act))
            else:
                refused = NotAllowed(subject_id=self._request_id, act=act, code=code)
                told = await ask(REFUSE, refused)
            self._take(told)
        assert told.outcome is not None
        return told.outcome

    def _in_the_way(self, act: ActRef) -> str | None:
        """What keeps the act from being carried out, looked at again where races cannot reach."""
        standing = self._standing
        assert standing is not None
        if standing.has_ended:
            return TooLate.code
        with_panel = {Stage.LISTED, Stage.IN_BALLOT}
        here = with_panel if standing.stage in with_panel else {standing.stage}
        if not here & ALLOWED_AT[act.kind]:
            return NotAtThisStage.code
        if act.kind in DECIDING and act.person_id and parts_of(act.person_id, standing.parts):
            return Barred.code
        return None

    @workflow.signal
    def ballot_closed(self, heard: BallotHeard) -> None:
        """A ballot on this request has closed; its result is in the record."""
        if heard.ballot_id not in self._unheard:
            self._unheard.append(heard.ballot_id)

    @workflow.query
    def stage(self) -> Stage | None:
        """Where the request stands, or nothing before the record has been read."""
        return self._standing.stage if self._standing else None

    @workflow.update
    async def submit(self, act: ActRef) -> ActOutcome:
        """The school submits again what was returned."""
        return await self._carry_out(act)

    @workflow.update
    async def answer(self, act: ActRef) -> ActOutcome:
        """The school answers what the panel asked."""
        return await self._carry_out(act)

    @workflow.update
    async def withdraw(self, act: ActRef) -> ActOutcome:
        """The school takes the request back."""
        return await self._carry_out(act)

    @workflow.update
    async def send_to_panel(self, act: ActRef) -> ActOutcome:
        """An officer lists the request for the panel."""
        return await self._carry_out(act)

    @workflow.update
    async def moderate(self, act: ActRef) -> ActOutcome:
        """An officer states the need where no panel will."""
        return await self._carry_out(act)

    @workflow.update
    async def return_to_school(self, act: ActRef) -> ActOutcome:
        """An officer sends the request back with what is missing."""
        return await self._carry_out(act)

    @workflow.update
    async def escalate(self, act: ActRef) -> ActOutcome:
        """A chair or an officer takes the request to the area or the council, on grounds."""
        return await self._carry_out(act)

    @workflow.update
    async def price(self, act: ActRef) -> ActOutcome:
        """A named officer prices what the table does not."""
        return await self._carry_out(act)

    @workflow.update
    async def authorise(self, act: ActRef) -> ActOutcome:
        """An officer signs what was recommended and priced."""
        return await self._carry_out(act)

    @workflow.update
    async def authorise_differently(self, act: ActRef) -> ActOutcome:
        """An officer signs another amount, with a reason."""
        return await self._carry_out(act)

    @workflow.update
    async def authorise_overspend(self, act: ActRef) -> ActOutcome:
        """An officer with that authority signs from the visible deficit."""
        return await self._carry_out(act)

    @workflow.update
    async def decline(self, act: ActRef) -> ActOutcome:
        """An officer says no, with grounds."""
        return await self._carry_out(act)

    @workflow.update
    async def refer_up(self, act: ActRef) -> ActOutcome:
        """An officer passes the case to one whose limit covers it."""
        return await self._carry_out(act)

    @workflow.update
    async def return_to_panel(self, act: ActRef) -> ActOutcome:
        """An officer gives the hold back and asks the panel to look again."""
        return await self._carry_out(act)

    @workflow.update
    async def record_key_decision(self, act: ActRef) -> ActOutcome:
        """The Cabinet Member's decision is recorded; signing waits until it takes effect."""
        return await self._carry_out(act)

    @workflow.update
    async def advise_request(self, act: ActRef) -> ActOutcome:
        """The chair writes down what the panel advises, once its ballot has been heard."""
        return await self._carry_out(act)
