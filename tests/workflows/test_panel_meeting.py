"""A meeting's waiting and telling, with activities that answer at once."""

from datetime import timedelta
from uuid import UUID, uuid4

from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper

from activities.names import BallotToHear
from domain.acts import ActOutcome
from domain.stages import ActKind, Stage
from tests.workflows.fakes import AT, FakeMeeting, FakeRequest, act
from tests.workflows.office import until, working
from workflows.messages import MeetingRef, RequestRef
from workflows.panel_meeting import PanelMeeting
from workflows.support_request import SupportRequest

Handle = WorkflowHandle[PanelMeeting, None]


async def start(client: Client, fake: FakeMeeting, task_queue: str) -> Handle:
    """Start a meeting's workflow."""
    return await client.start_workflow(
        PanelMeeting.run,
        MeetingRef(meeting_id=fake.id),
        id=f"meeting/{fake.id}",
        task_queue=task_queue,
    )


async def update(handle: Handle, kind: ActKind) -> ActOutcome:
    """Bring a chair's act to a meeting."""
    said = act(kind)
    outcome: ActOutcome = await handle.execute_update(
        kind.value, said, id=str(said.id), result_type=ActOutcome
    )
    return outcome


async def test_a_ballot_closes_at_its_stored_instant(
    client: Client, skipper: TimeSkipper, task_queue: str
) -> None:
    """Not before it, and whether or not the chair remembers."""
    fake = FakeMeeting(next_close_at=AT + timedelta(hours=48), ballots_open=1)
    fake.after_close = fake.standing.model_copy(update={"next_close_at": None, "ballots_open": 0})
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        await until(lambda: fake.names == ["take_up_meeting"], "taken up")
        await skipper.fast_forward(handle, timedelta(hours=47))
        assert fake.names == ["take_up_meeting"]
        await skipper.fast_forward(handle, timedelta(hours=2))
        await until(lambda: fake.names[-1] == "close_due_ballots", "closed")
        await handle.terminate()


async def test_a_meeting_tells_each_request_of_its_ballot(client: Client, task_queue: str) -> None:
    """The request hears, by the ballot's id alone."""
    request = FakeRequest(Stage.IN_BALLOT)
    ballot_id = uuid4()
    meeting = _with_unheard(request.id, ballot_id)
    async with working(client, task_queue, [*request.activities, *meeting.activities]):
        heard = await client.start_workflow(
            SupportRequest.run,
            RequestRef(request_id=request.id),
            id=f"request/{request.id}",
            task_queue=task_queue,
        )
        telling = await start(client, meeting, task_queue)
        await until(lambda: "hear_panel" in request.names, "heard")
        assert request.asked[-1][1].ballot_id == ballot_id
        for handle in (heard, telling):
            await handle.terminate()


async def test_a_meeting_goes_on_when_a_request_is_away(client: Client, task_queue: str) -> None:
    """A request that Temporal has lost finds its ballot by itself; the meeting is not stopped."""
    meeting = _with_unheard(uuid4(), uuid4())
    async with working(client, task_queue, meeting.activities):
        handle = await start(client, meeting, task_queue)
        outcome = await update(handle, ActKind.OPEN_BALLOT)
        assert outcome.done
        await handle.terminate()


async def test_a_closed_meeting_ends_when_its_last_ballot_has(
    client: Client, skipper: TimeSkipper, task_queue: str
) -> None:
    """Ballots that are open when the chair closes the meeting run to their time."""
    fake = FakeMeeting(next_close_at=AT + timedelta(hours=48), ballots_open=1)
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        await update(handle, ActKind.CLOSE_MEETING)
        fake.after_close = fake.standing.model_copy(
            update={"next_close_at": None, "ballots_open": 0}
        )
        await skipper.fast_forward(handle, timedelta(hours=49))
        await handle.result()
    assert fake.names == ["take_up_meeting", "carry_out_in_meeting", "close_due_ballots"]


async def test_a_meeting_that_is_called_off_ends(client: Client, task_queue: str) -> None:
    """Nothing is left to wait for."""
    fake = FakeMeeting()
    async with working(client, task_queue, fake.activities):
        handle = await start(client, fake, task_queue)
        assert (await update(handle, ActKind.CALL_OFF_MEETING)).done
        await handle.result()
    assert fake.names == ["take_up_meeting", "carry_out_in_meeting"]


def _with_unheard(request_id: UUID, ballot_id: UUID) -> FakeMeeting:
    unheard = BallotToHear(request_id=request_id, ballot_id=ballot_id)
    return FakeMeeting(unheard=(unheard,))
