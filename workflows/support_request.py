"""A request from submission to its ending: who is waited for, and what follows.

The record says where the request stands; this carries it on. Started again at any moment, it
takes up where the record is, so losing a Temporal history loses nothing.
"""

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
        OfRequest,
        Standing,
    )
    from domain.acts import ActOutcome, ActRef
    from domain.people import parts_of
    from domain.refusals import Barred, NotAtThisStage, TooLate
    from domain.stages import ALLOWED_AT, DECIDING, Ending, Stage
    from workflows.messages import BallotHeard, RequestRef
    from workflows.turns import TimedTurns


@workflow.defn(name="SupportRequest")
class SupportRequest:
    """One request's whole decision. People act by updates, the panel's meeting by a signal."""

    @workflow.init
    def __init__(self, ref: RequestRef) -> None:
        self._of = OfRequest(request_id=ref.request_id)
        self._turns = TimedTurns(ref.request_id, CARRY_OUT, REFUSE, _in_the_way, self._note)
        self._unheard: list[UUID] = []

    @workflow.run
    async def run(self, _ref: RequestRef) -> Ending | None:
        """Take the request up from the record and carry it to its ending."""
        standing = await self._turns.ask(TAKE_UP, self._of)
        while not standing.has_ended:
            await self._wait_and_go_on(standing)
            assert self._turns.standing is not None
            standing = self._turns.standing
        await workflow.wait_condition(workflow.all_handlers_finished)
        return standing.ending

    async def _wait_and_go_on(self, standing: Standing) -> None:
        """Wait for a person, a panel or the next deadline, whichever comes first."""
        is_due = await self._turns.wait_until(standing.waits_until_at, self._has_ballot_to_hear)
        if is_due is not None:
            await self._turns.ask_if(LET_TIME_PASS, self._of, is_due)
        elif self._has_ballot_to_hear():
            await self._hear_panel()

    async def _hear_panel(self) -> None:
        heard = BallotToHear(request_id=self._of.request_id, ballot_id=self._unheard[0])
        await self._turns.ask(HEAR_PANEL, heard)
        self._unheard.remove(heard.ballot_id)

    def _has_ballot_to_hear(self) -> bool:
        return bool(self._unheard)

    def _note(self, standing: Standing) -> None:
        if standing.unheard_ballot_id is not None:
            self._will_hear(standing.unheard_ballot_id)

    def _will_hear(self, ballot_id: UUID) -> None:
        if ballot_id not in self._unheard:
            self._unheard.append(ballot_id)

    @workflow.signal
    def ballot_closed(self, heard: BallotHeard) -> None:
        """A ballot on this request has closed; its result is in the record."""
        self._will_hear(heard.ballot_id)

    @workflow.query
    def stage(self) -> Stage | None:
        """Where the request stands, or nothing before the record has been read."""
        return self._turns.standing.stage if self._turns.standing else None

    @workflow.update
    async def submit(self, act: ActRef) -> ActOutcome:
        """The school submits again what was returned."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def answer(self, act: ActRef) -> ActOutcome:
        """The school answers what the panel asked."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def withdraw(self, act: ActRef) -> ActOutcome:
        """The school takes the request back."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def send_to_panel(self, act: ActRef) -> ActOutcome:
        """An officer lists the request for the panel."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def moderate(self, act: ActRef) -> ActOutcome:
        """An officer states the need where no panel will."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def return_to_school(self, act: ActRef) -> ActOutcome:
        """An officer sends the request back with what is missing."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def escalate(self, act: ActRef) -> ActOutcome:
        """A chair or an officer takes the request to the area or the council, on grounds."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def price(self, act: ActRef) -> ActOutcome:
        """A named officer prices what the table does not."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def authorise(self, act: ActRef) -> ActOutcome:
        """An officer signs what was recommended and priced."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def authorise_differently(self, act: ActRef) -> ActOutcome:
        """An officer signs another amount, with a reason."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def authorise_overspend(self, act: ActRef) -> ActOutcome:
        """An officer with that authority signs from the visible deficit."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def decline(self, act: ActRef) -> ActOutcome:
        """An officer says no, with grounds."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def refer_up(self, act: ActRef) -> ActOutcome:
        """An officer passes the case to one whose limit covers it."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def return_to_panel(self, act: ActRef) -> ActOutcome:
        """An officer gives the hold back and asks the panel to look again."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def record_key_decision(self, act: ActRef) -> ActOutcome:
        """The Cabinet Member's decision is recorded; signing waits until it takes effect."""
        return await self._turns.carry_out(act)

    @workflow.update
    async def advise_request(self, act: ActRef) -> ActOutcome:
        """The chair writes down what the panel advises, once its ballot has been heard."""
        return await self._turns.carry_out(act)


def _in_the_way(standing: Standing, act: ActRef) -> str | None:
    """What keeps the act from being carried out, looked at again where races cannot reach."""
    if standing.has_ended:
        return TooLate.code
    with_panel = {Stage.LISTED, Stage.IN_BALLOT}
    here = with_panel if standing.stage in with_panel else {standing.stage}
    if not here & ALLOWED_AT[act.kind]:
        return NotAtThisStage.code
    if act.kind in DECIDING and act.person_id and parts_of(act.person_id, standing.parts):
        return Barred.code
    return None
